"""The parts a report is set from: headings, paragraphs, tables, figures. Every form of the report renders these."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; the rendering numbers it (I., 1.)."""

    level: Literal[1, 2]
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the body."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; each item a phrase."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A name and what it means."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A cell that draws a percentage between its limits."""

    percent: Decimal
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table over ``span`` columns."""

    text: str
    span: int = 1
    strong: bool = False
    align: Align | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its width in millimetres (0 takes what is left) and where its cells stand."""

    title: str
    width: int = 0
    align: Align = "right"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a caption, and a line beneath that explains its signs."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell | Bar, ...], ...]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class LevelKey:
    """One level in the legend of the stacked bars, best first."""

    value: int
    label: str


@dataclass(frozen=True, slots=True)
class Stack:
    """One stacked bar: answers per level in the order of the legend."""

    label: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stacks:
    """A figure of stacked bars, all of the same length."""

    caption: str
    alternative: str
    levels: tuple[LevelKey, ...]
    bars: tuple[Stack, ...]


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One month of the trend; a gap where ``percent`` is None."""

    label: str
    status: str
    percent: Decimal | None
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class Trend:
    """A figure of months with their intervals."""

    caption: str
    alternative: str
    points: tuple[TrendPoint, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """The closing sentence with recipients and signature, which are left for people; never on a page of their own."""

    closing: str


@dataclass(frozen=True, slots=True)
class Annex:
    """The beginning of an annex, on a new page."""

    name: str
    title: str


Block = Heading | Paragraph | Bullets | Definition | Grid | Stacks | Trend | Signature | Annex
