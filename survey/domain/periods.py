"""Civil and administrative periods (M16). Nothing here asks what day it is; the caller knows."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from survey.domain.message import Message, message

Calendar = Literal["civil", "administrative"]
Kind = Literal["month", "quarter", "half", "year", "span"]

_DAY = timedelta(days=1)
_FIRST_YEAR, _LAST_YEAR = 1900, 2999
_CUT = 15  # an administrative month starts on this day of the month before (NĐ 09/2019/NĐ-CP)
_MONTHS_IN: Final[dict[Kind, int]] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_FORMS: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    ("month", re.compile(r"(\d{4})-(\d{2})", re.ASCII)),
    ("quarter", re.compile(r"(\d{4})-Q(\d)", re.ASCII)),
    ("half", re.compile(r"(\d{4})-H(\d)", re.ASCII)),
    ("year", re.compile(r"(\d{4})()", re.ASCII)),
)
_SPAN: Final = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})", re.ASCII)


class BadPeriod(ValueError):
    """A text that names no period; carries it, and a sentence that says what a period looks like."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.message = message(
            "Kỳ “%(text)s” không hợp lệ. Xin ghi theo một trong các dạng: 2026-10 (tháng), 2026-Q3 (quý), "
            "2026-H1 (6 tháng), 2026 (năm).",
            text=text,
        )
        super().__init__(str(self.message))


class BadSpan(BadPeriod):
    """A span that ends before it begins; carries both days."""

    def __init__(self, first: date, last: date) -> None:
        self.text, self.first, self.last = _span_key(first, last), first, last
        self.message = message(
            "Ngày kết thúc %(last)s đứng trước ngày bắt đầu %(first)s. Xin kiểm tra lại hai ngày.",
            first=_in_full(first),
            last=_in_full(last),
        )
        ValueError.__init__(self, str(self.message))


class Days(NamedTuple):
    """A run of days, both ends included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Period:
    """A run of days with a name; ``key`` is what ``parse`` reads: 2026-10, 2026-Q3, 2026-H1, 2026."""

    first: date
    last: date
    calendar: Calendar
    kind: Kind
    key: str

    def __str__(self) -> str:
        return self.key

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def days(self) -> int:
        """Number of days, 1 or more."""
        return (self.last - self.first).days + 1


def parse(text: str, calendar: Calendar = "civil") -> Period:
    """The period named 2026-10, 2026-Q3, 2026-H1 or 2026, or the span 2026-10-01..2026-10-20.

    BadPeriod for anything else, and for years outside 1900–2999.
    """
    for kind, form in _FORMS:
        found = form.fullmatch(text)
        if found:
            return _named(text, kind=kind, year=int(found[1]), number=int(found[2] or 1), calendar=calendar)
    return _parsed_span(text, calendar)


def _named(text: str, *, kind: Kind, year: int, number: int, calendar: Calendar) -> Period:
    if not (_FIRST_YEAR <= year <= _LAST_YEAR and 1 <= number <= 12 // _MONTHS_IN[kind]):
        raise BadPeriod(text)
    return _period(kind, index=year * 12 // _MONTHS_IN[kind] + number - 1, calendar=calendar)


def _parsed_span(text: str, calendar: Calendar) -> Period:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise BadPeriod(text)
    try:
        first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2])
    except ValueError:
        raise BadPeriod(text) from None
    return span(first, last, calendar=calendar)


def span(first: date, last: date, *, calendar: Calendar = "civil") -> Period:
    """Any run of days, both included; BadSpan when it ends before it begins, BadPeriod outside 1900–2999."""
    if last < first:
        raise BadSpan(first, last)
    key = _span_key(first, last)
    if first.year < _FIRST_YEAR or last.year > _LAST_YEAR:
        raise BadPeriod(key)
    return Period(first, last, calendar, "span", key)


def _span_key(first: date, last: date) -> str:
    return f"{first.isoformat()}..{last.isoformat()}"


def month_of(day: date, calendar: Calendar = "civil") -> Period:
    """The month a day belongs to: on the administrative calendar the 15th opens the next one."""
    late = calendar == "administrative" and day.day >= _CUT
    return _period("month", index=day.year * 12 + day.month - 1 + late, calendar=calendar)


def current_period(kind: Kind, *, on: date, like: Period) -> Period:
    """The period of a kind that a day belongs to, on the calendar of another period."""
    month = month_of(on, like.calendar)
    year, number = (int(part) for part in month.key.split("-"))
    keys = {
        "month": month.key,
        "quarter": f"{year}-Q{(number + 2) // 3}",
        "half": f"{year}-H{(number + 5) // 6}",
        "year": f"{year}",
    }
    return parse(keys[kind], like.calendar)


def _period(kind: Kind, *, index: int, calendar: Calendar) -> Period:
    """The period of a kind with that number, counted from the one that begins the year 0."""
    months = _MONTHS_IN[kind]
    return Period(
        first=_month_start(index * months, calendar),
        last=_month_start((index + 1) * months, calendar) - _DAY,
        calendar=calendar,
        kind=kind,
        key=_key(kind, index),
    )


def _month_start(month: int, calendar: Calendar) -> date:
    if calendar == "civil":
        return date(month // 12, month % 12 + 1, 1)
    return date((month - 1) // 12, (month - 1) % 12 + 1, _CUT)


def _key(kind: Kind, index: int) -> str:
    year, number = divmod(index, 12 // _MONTHS_IN[kind])
    forms = {"month": "{}-{:02}", "quarter": "{}-Q{}", "half": "{}-H{}", "year": "{}", "span": "{}"}
    return forms[kind].format(year, number + 1)


# --- moving -----------------------------------------------------------------------------------------------


def previous(period: Period) -> Period:
    """The period of the same kind just before; for a span the same number of days."""
    if period.kind == "span":
        end = period.first - _DAY
        return span(end - (period.last - period.first), end, calendar=period.calendar)
    return _moved(period, -1)


def period_following(period: Period) -> Period:
    """The named period of the same kind just after."""
    return _moved(period, 1)


def same_last_year(period: Period) -> Period:
    """The same period one year earlier; a span keeps its dates, 29 February becoming the 28th."""
    if period.kind == "span":
        return span(_year_before(period.first), _year_before(period.last), calendar=period.calendar)
    return _moved(period, -12 // _MONTHS_IN[period.kind])


def last_months(period: Period, number: int = 12) -> tuple[Period, ...]:
    """That many months, oldest first, up to the one in which the period ends (a trend)."""
    newest = month_of(period.last, period.calendar)
    return tuple(_moved(newest, -back) for back in range(number - 1, -1, -1))


def months_of(period: Period) -> tuple[Period, ...]:
    """The months that lie wholly in the period, oldest first; () when none does."""
    months = []
    month = month_of(period.first, period.calendar)
    while month.last <= period.last:
        months.append(month)
        month = _moved(month, 1)
    return tuple(each for each in months if each.first >= period.first)


def _moved(period: Period, steps: int) -> Period:
    months = _MONTHS_IN[period.kind]
    civil_month = period.last.year * 12 + period.last.month - 1
    return _period(period.kind, index=civil_month // months + steps, calendar=period.calendar)


def _year_before(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)


class HalfMonths(NamedTuple):
    """A period cut at the 1st and the 15th: ``whole`` half-months, and the runs of days left at its edges."""

    whole: tuple[Days, ...]
    edges: tuple[Days, ...]


@lru_cache(maxsize=4096)
def half_month_of(day: date) -> Days:
    """The 1st to 14th, or the 15th to the end of the month: both calendars are made of these (M16)."""
    if day.day < _CUT:
        return Days(day.replace(day=1), day.replace(day=_CUT - 1))
    month = day.year * 12 + day.month
    return Days(day.replace(day=_CUT), date(month // 12, month % 12 + 1, 1) - _DAY)


def half_months(period: Period | Days) -> HalfMonths:
    """The period as whole half-months and at most two edges; a named period of either calendar has no edge.

    A period within one half-month is an edge as a whole.
    """
    whole: list[Days] = []
    edges: list[Days] = []
    day = period.first
    while day <= period.last:
        half = half_month_of(day)
        part = Days(day, min(half.last, period.last))
        (whole if part == half else edges).append(part)
        day = part.last + _DAY
    return HalfMonths(tuple(whole), tuple(edges))


# --- names ------------------------------------------------------------------------------------------------

_MONTHS: Final = (
    message("tháng 1 năm %(year)s"),
    message("tháng 2 năm %(year)s"),
    message("tháng 3 năm %(year)s"),
    message("tháng 4 năm %(year)s"),
    message("tháng 5 năm %(year)s"),
    message("tháng 6 năm %(year)s"),
    message("tháng 7 năm %(year)s"),
    message("tháng 8 năm %(year)s"),
    message("tháng 9 năm %(year)s"),
    message("tháng 10 năm %(year)s"),
    message("tháng 11 năm %(year)s"),
    message("tháng 12 năm %(year)s"),
)
_QUARTERS: Final = (
    message("quý I năm %(year)s"),
    message("quý II năm %(year)s"),
    message("quý III năm %(year)s"),
    message("quý IV năm %(year)s"),
)
_HALVES: Final = (message("6 tháng đầu năm %(year)s"), message("6 tháng cuối năm %(year)s"))
_YEARS: Final = (message("năm %(year)s"),)
_NAMES: Final = {"month": _MONTHS, "quarter": _QUARTERS, "half": _HALVES, "year": _YEARS}


def name(period: Period) -> Message:
    """The period in words: "tháng 10 năm 2026", "quý III năm 2026"; a span by its days."""
    if period.kind == "span":
        return days_in_words(period)
    months = _MONTHS_IN[period.kind]
    template = _NAMES[period.kind][(period.last.month - 1) // months].template
    return Message(template, {"year": period.last.year})


def days_in_words(period: Period) -> Message:
    """From which day to which: "từ ngày 15/09/2026 đến ngày 14/10/2026"."""
    if period.first == period.last:
        return message("ngày %(day)s", day=_in_full(period.first))
    return message("từ ngày %(first)s đến ngày %(last)s", first=_in_full(period.first), last=_in_full(period.last))


def _in_full(day: date) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year}"
