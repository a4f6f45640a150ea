"""How many transactions there were (M13): what is known of a desk, an office and everything below it.

Who tells the number of a quarter may tell those of its months as well, so spans may lie in one another. The finest
spans that cover a period without a gap count; a period that is not covered to its last day has no number.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from survey.domain.offices import Desk, Office, OfficeTree
from survey.domain.periods import Calendar, Days, Period, current_period, month_of, span

WHOLE_OFFICE: Final = ""  # instead of a desk's code
MOST: Final = 1_000_000_000
_DAY = timedelta(days=1)
_KINDS: Final = ("month", "quarter", "half", "year")


@dataclass(frozen=True, slots=True)
class Transactions:
    """How many there were at a desk, or in a whole office with everything below it, from one day to another."""

    office_id: int
    desk: str
    first: date
    last: date
    count: int

    def period(self, calendar: Calendar) -> Period:
        """The period of these days, by its name on this calendar where it has one."""
        like = month_of(self.last, calendar)
        named = (current_period(kind, on=self.last, like=like) for kind in _KINDS)
        found = (each for each in named if (each.first, each.last) == (self.first, self.last))
        return next(found, None) or span(self.first, self.last, calendar=calendar)


def period_text(period: Period) -> str:
    """The period as files of transactions write it: a single day by its date."""
    return period.first.isoformat() if period.first == period.last else period.key


@dataclass(frozen=True, slots=True)
class Served:
    """A desk and the days of a period on which it served an office."""

    desk: Desk
    days: Days


def desks_serving(office: Office, period: Period | Days, *, tree: OfficeTree, desks: Iterable[Desk]) -> list[Served]:
    """Those of the desks that served this very office in the period: its own, and after a merger those it took over."""
    heirs = {each.id: each for each in tree.predecessors(office.id)}
    found = []
    for desk in desks:
        if desk.office_id != office.id and desk.office_id not in heirs:
            continue
        merged = heirs[desk.office_id].valid_to if desk.office_id in heirs else None
        begins = (period.first, desk.valid_from, merged + _DAY if merged else None, office.valid_from)
        ends = (period.last, desk.valid_to, office.valid_to)
        days = Days(max(each for each in begins if each), min(each for each in ends if each))
        if days.first <= days.last:
            found.append(Served(desk, days))
    return found


@dataclass(frozen=True, slots=True)
class Book:
    """All numbers that are known of a branch and lie in one period.

    ``desks`` are those of its offices, and needed only to add up an office that told no number of its own.
    """

    period: Period
    tree: OfficeTree
    entries: Iterable[Transactions] = ()
    desks: Iterable[Desk] = ()
    _known: Mapping[tuple[int, str], list[Transactions]] = field(init=False, repr=False)
    _desks: Mapping[int, list[Desk]] = field(init=False, repr=False)
    _of_offices: dict[int, int | None] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        known: dict[tuple[int, str], list[Transactions]] = {}
        for each in self.entries:
            known.setdefault((each.office_id, each.desk), []).append(each)
        desks: dict[int, list[Desk]] = {}
        for desk in self.desks:
            desks.setdefault(desk.office_id, []).append(desk)
        object.__setattr__(self, "_known", known)
        object.__setattr__(self, "_desks", desks)

    def __bool__(self) -> bool:
        return bool(self._known)

    def of_desk(self, office_id: int, served: Served) -> int | None:
        """How many there were at a desk on the days on which it served the office; None where that is not known."""
        return covering(self._known.get((office_id, served.desk.code), ()), self.period, needed=served.days)

    def told_of(self, office: Office) -> int | None:
        """The number that the office told of itself as a whole, None where it told none."""
        first = max(self.period.first, office.valid_from or date.min)
        days = Days(first, min(self.period.last, office.valid_to or date.max))
        return covering(self._known.get((office.id, WHOLE_OFFICE), ()), self.period, needed=days)

    def of_office(self, office: Office) -> int | None:
        """How many there were in an office with everything below it.

        What it told of itself as a whole; else the sum of its desks and of the offices below it, if all are known.
        """
        if office.id not in self._of_offices:  # asked for each office, and again for those above it
            told = self.told_of(office)
            self._of_offices[office.id] = self._added_up(office) if told is None else told
        return self._of_offices[office.id]

    def _added_up(self, office: Office) -> int | None:
        own = (self.of_desk(office.id, each) for each in self._serving(office))
        return _sum([*own, *map(self.of_office, self._below(office))])

    def _serving(self, office: Office) -> list[Served]:
        ids = [office.id, *(each.id for each in self.tree.predecessors(office.id))]
        desks = [desk for office_id in ids for desk in self._desks.get(office_id, ())]
        return desks_serving(office, self.period, tree=self.tree, desks=desks)

    def _below(self, office: Office) -> Iterable[Office]:
        children = self.tree.children(office.id)
        return (each for each in children if each.exists_between(self.period.first, self.period.last))


def _sum(parts: Sequence[int | None]) -> int | None:
    known = [each for each in parts if each is not None]
    return sum(known) if parts and len(known) == len(parts) else None


def covering(entries: Sequence[Transactions], period: Period | Days, *, needed: Days) -> int | None:
    """The sum of the finest spans within the period that follow one another and cover the needed days; None if none do.

    Finest means most spans. Days of the period that are not needed may be covered or not: a desk that opened on the
    12th has a number of its whole first month.
    """
    if needed.first > needed.last:
        return None
    reached: dict[date, tuple[int, int]] = {}  # day that comes next -> spans so far, their sum
    within = (each for each in entries if period.first <= each.first and each.last <= period.last)
    for each in sorted(within, key=lambda entry: (entry.first, entry.last)):
        before = reached.get(each.first) or ((0, 0) if each.first <= needed.first else None)
        if before is None:
            continue
        after, found = each.last + _DAY, (before[0] + 1, before[1] + each.count)
        if after not in reached or found[0] > reached[after][0]:
            reached[after] = found
    complete = [found for after, found in reached.items() if after > needed.last]
    return max(complete, key=lambda found: found[0])[1] if complete else None
