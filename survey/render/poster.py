"""Posters and labels that carry a desk's QR code; poster.typ beside this file is their layout."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from survey.domain.message import Fault, Refused, message
from survey.domain.offices import Desk, Office
from survey.render.qr import qr_svg
from survey.render.typesetting import compile_pdf

Paper = Literal["a4", "a5", "label"]

QR_SIDE_MM: dict[Paper, float] = {"a4": 102.0, "a5": 72.0, "label": 51.0}
"""Side of the printed code, quiet zone included."""

CIVIC_TEAL = "#0f5a66"


@dataclass(frozen=True, slots=True)
class Poster:
    """What hangs at one desk; ``address`` is what the QR says, exactly, and ``code`` its last part."""

    authority: str
    office: str
    desk: str
    address: str
    code: str
    demonstration: bool = False


def poster_of(desk: Desk, office: Office, *, authority: str, base_url: str) -> Poster:
    """The poster of a desk, under the name of the office that its answers count for."""
    return Poster(
        authority=authority,
        office=office.name,
        desk=desk.name,
        address=desk.address(base_url),
        code=desk.code,
        demonstration=office.demonstration,
    )


def poster_pdf(posters: Sequence[Poster], paper: Paper = "a4", *, accent: str = CIVIC_TEAL) -> bytes:
    """A PDF with one page a desk in A4 or A5, or A4 sheets of eight labels of 105 × 74.25 mm with thin lines to
    cut along, in the order given; the same posters give the same bytes.

    ``accent`` is the one colour, ``#rrggbb``. Raises Refused without any poster, QrTooDense where an address is too
    long for modules of 0.8 mm, ValueError for an unknown paper or a malformed accent.
    """
    if not posters:
        raise Refused((_NOTHING_TO_PRINT,))
    if paper not in QR_SIDE_MM:
        raise ValueError(f"unknown paper {paper!r}")
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", accent):
        raise ValueError(f"accent is not #rrggbb: {accent!r}")
    side = QR_SIDE_MM[paper]
    data = {"paper": paper, "accent": accent, "qr_mm": side, "posters": [_page(poster, side) for poster in posters]}
    return compile_pdf("poster.typ", data)


_NOTHING_TO_PRINT = Fault(
    message("áp phích"),
    message("không có quầy nào đang mở để in"),
    message("Xin thêm quầy cho cơ quan này trước."),
)


def _page(poster: Poster, side_mm: float) -> dict[str, object]:
    words = {name: one_line(value) if isinstance(value, str) else value for name, value in asdict(poster).items()}
    return words | {"qr": qr_svg(poster.address, side_mm=side_mm).decode("ascii")}


def one_line(name: str) -> str:
    """Names come from spreadsheets: composed letters, single spaces, no line breaks or invisible signs."""
    visible = (sign if sign.isprintable() else " " for sign in unicodedata.normalize("NFC", name))
    return " ".join("".join(visible).split())
