"""Numbers, dates and lists as a Vietnamese document prints them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from survey.domain.scoring import round_half_up

NBSP: Final = "\u00a0"
MINUS: Final = "\u2212"
_TO_VIETNAMESE: Final = str.maketrans(",.", ".,")


def decimal(value: Decimal | Fraction | float, places: int = 2) -> str:
    """8500 as 8.500,00 and 83.94 as 83,94; a negative number with a true minus sign."""
    shown = f"{round_half_up(Fraction(value), places):,}".translate(_TO_VIETNAMESE)
    return shown.replace("-", MINUS)


def percent(value: Decimal) -> str:
    """83.94 as "83,94 %", the sign on the same line as its number."""
    return f"{decimal(value)}{NBSP}%"


def signed(value: Decimal) -> str:
    """A change: +1,20, −3,40 or 0,00."""
    return f"+{decimal(value)}" if value > 0 else decimal(value)


def whole(number: int) -> str:
    """8500 as 8.500."""
    return decimal(number, 0)


def day(value: date) -> str:
    """31/10/2026."""
    return f"{value.day:02}/{value.month:02}/{value.year}"


def listing(items: Sequence[str]) -> str:
    """ "a", "a và b", "a, b và c"; with semicolons where an item holds a comma itself. "" for none."""
    if len(items) < 2:
        return "".join(items)
    *before, last = items
    return f"{('; ' if any(',' in each for each in items) else ', ').join(before)} và {last}"


def sentence(words: str) -> str:
    """The words with a capital at their beginning."""
    return words[:1].upper() + words[1:]


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in a sentence, said as its reader writes numbers: "83,94 %", "−1,20", "1.234"."""

    value: Decimal | int
    form: Literal["percent", "points", "signed", "whole"]

    def said(self, language: str) -> str:
        """The number in Vietnamese form; in English form for ``en``."""
        shown = _FORMS[self.form](Decimal(self.value))
        if language != "en":
            return shown
        return shown.translate(_TO_ENGLISH).replace(f"{NBSP}%", "%")

    def __str__(self) -> str:
        return self.said("vi")


_FORMS: Final[Mapping[str, Callable[[Decimal], str]]] = {
    "percent": percent,
    "points": decimal,
    "signed": signed,
    "whole": lambda value: decimal(value, 0),
}
_TO_ENGLISH: Final = str.maketrans(",.", ".,")
