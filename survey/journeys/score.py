"""Journey 2: responses become the score of an office with everything below it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TypeVar

from survey.domain.estimation import BaseRules
from survey.domain.offices import Desk, Office, OfficeTree
from survey.domain.periods import Days, Period, half_months
from survey.domain.questionnaire import Catalogue, Method, Questionnaire
from survey.domain.scoring import HEADLINE_CHANNELS, OfficeScore, office_score
from survey.journeys.sums import Sums, Tallies
from survey.store import Connection, Database
from survey.store.offices import fetch_desks, fetch_kin, fetch_tree
from survey.store.recount import (
    MarkedDay,
    count_marked,
    keep,
    mark_every_day,
    marked_days,
    marked_offices,
)
from survey.store.tallies import fetch_desk_days, fetch_half_months

# Desk-days a commit, which waits for the disk.
BATCH = 200
# Offices a commit on SQLite, where keeping holds the one write lock: some 10 ms for these, and citizens wait for it.
OFFICES_A_COMMIT = 5
OFFICES_AT_ONCE = 100
EVERY_DAY = (date.min, date.max)
Item = TypeVar("Item")


class OfficeUnknown(LookupError):
    """No office has this code (or none that the asker may see, which is the same answer)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Branch:
    """An office, everything below it, and the part of the tree that knows of them: ``fetch_kin``."""

    office: Office
    offices: tuple[Office, ...]
    tree: OfficeTree

    @property
    def ids(self) -> tuple[int, ...]:
        """Ids of the office and of everything below it."""
        return tuple(each.id for each in self.offices)


def branch_of(connection: Connection, office_code: str) -> Branch:
    """The branch below an office. Raises OfficeUnknown."""
    tree = fetch_kin(connection, office_code)
    office = tree.by_code.get(office_code)
    if office is None:
        raise OfficeUnknown(office_code)
    return Branch(office, tree.branch(office.id), tree)


def whole_tree(connection: Connection) -> Branch:
    """Every office, named after the first one without a parent. Raises OfficeUnknown when there is none at all."""
    tree = fetch_tree(connection)
    roots = sorted((office for office in tree if office.parent_id is None), key=lambda office: office.code)
    if not roots:
        raise OfficeUnknown("*")
    return Branch(roots[0], tuple(tree), tree)


def bring_up_to_date(
    database: Database,
    catalogue: Catalogue,
    *,
    office_ids: Collection[int] | None = None,
    first: date = EVERY_DAY[0],
    last: date = EVERY_DAY[1],
    progress: Callable[[Iterable[MarkedDay]], Iterable[MarkedDay]] = iter,
) -> int:
    """Recount every marked desk-day of these offices (of all, when None) in the span; how many there were.

    Opens its own transactions, because a score is read outside the transaction in which it is counted.
    """
    with database.reading() as connection:
        offices = marked_offices(connection, office_ids=office_ids, first=first, last=last)
    marked = _Marked(database, offices, first, last)
    if offices:
        for batch in _commits(progress(marked), offices=OFFICES_A_COMMIT if database.on_sqlite else BATCH):
            _recount(database, catalogue, batch)
    return len(marked)


@dataclass(frozen=True, slots=True)
class _Marked:
    """The marked desk-days, fetched for some offices at a time: a rebuild of a country has millions."""

    database: Database
    offices: Mapping[int, int]
    first: date
    last: date

    def __len__(self) -> int:
        return sum(self.offices.values())

    def __iter__(self) -> Iterator[MarkedDay]:
        for ids in _batches(self.offices, OFFICES_AT_ONCE):
            with self.database.reading() as connection:
                days = marked_days(connection, office_ids=ids, first=self.first, last=self.last)
            yield from days


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def _commits(days: Iterable[MarkedDay], *, offices: int) -> Iterator[list[MarkedDay]]:
    """The days, which come by office, as they are kept together."""
    batch: list[MarkedDay] = []
    met = 0
    for day in days:
        begins = not batch or day.office_id != batch[-1].office_id
        if len(batch) == BATCH or (begins and met == offices):
            yield batch
            batch, met, begins = [], 0, True
        batch.append(day)
        met += begins
    if batch:
        yield batch


def _recount(database: Database, catalogue: Catalogue, days: Sequence[MarkedDay]) -> None:
    with database.reading() as connection:
        counted = count_marked(connection, days, catalogue)
    with database.transaction() as connection:
        keep(connection, counted, catalogue)


def mark_everything(connection: Connection) -> bool:
    """Mark every desk-day, so that ``bring_up_to_date`` rebuilds all tallies; False if that is under way already.

    A rebuild that was interrupted left the rest of its marks: what goes on with it need not begin anew.
    """
    return mark_every_day(connection)


def most_answered(
    connection: Connection,
    catalogue: Catalogue,
    branch: Branch,
    period: Period,
    *,
    channels: Collection[str] = HEADLINE_CHANNELS,
) -> tuple[Questionnaire | None, dict[str, int]]:
    """The questionnaire version with most responses of these channels there, and how many the others have in all."""
    by_version = sums_in(connection, catalogue, branch, period).versions([None], channels)
    if not by_version:
        return None, {}
    most = next(iter(by_version))
    return catalogue.get(most), {key: number for key, number in by_version.items() if key != most}


def answered_questionnaire(
    connection: Connection,
    catalogue: Catalogue,
    branch: Branch,
    period: Period,
    *,
    channels: Collection[str] = HEADLINE_CHANNELS,
) -> tuple[Questionnaire, dict[str, int]]:
    """The version with most responses; where nobody answered, that of a desk there, else the first known one."""
    most, others = most_answered(connection, catalogue, branch, period, channels=channels)
    return most or usual_questionnaire(connection, catalogue, branch), others


def usual_questionnaire(connection: Connection, catalogue: Catalogue, branch: Branch) -> Questionnaire:
    """The version that a desk of the branch asks, where nobody answered; else the first known one."""
    desks = fetch_desks(connection, branch.ids)
    return catalogue.get(desks[0].questionnaire) if desks else next(iter(catalogue))


def tallies_in(
    connection: Connection, branch: Branch, questionnaire: Questionnaire, period: Period, *, desk_id: int | None = None
) -> Tallies:
    """What is kept of the branch, or of one desk, in a period: by channel and standing, for ``score_of``."""
    return sums_in(connection, [questionnaire], branch, period, desk_id=desk_id).tallies([None], questionnaire)


def sums_in(
    connection: Connection,
    questionnaires: Iterable[Questionnaire],
    branch: Branch,
    period: Period,
    *,
    desk_id: int | None = None,
) -> Sums[None]:
    """What is kept of the branch, or of one desk, in a period, under one key.

    Half-months that lie wholly in the period are read as such, the days at its edges and those of a desk one by one.
    """
    sums: Sums[None] = Sums(questionnaires)
    cut = half_months(period)
    if desk_id is not None:
        days = Days(period.first, period.last)
        sums.add_all(None, fetch_desk_days(connection, branch.ids, days, desk_id=desk_id))
        return sums
    if cut.whole:
        days = Days(cut.whole[0].first, cut.whole[-1].last)
        sums.add_all(None, fetch_half_months(connection, branch.ids, days))
    for edge in cut.edges:
        sums.add_all(None, fetch_desk_days(connection, branch.ids, edge))
    return sums


def score_of(
    tallies: Tallies,
    named: Office | Desk,
    *,
    questionnaire: Questionnaire,
    period: Period,
    method: Method | None = None,
    channels: Iterable[str] = HEADLINE_CHANNELS,
    rules: BaseRules | None = None,
    with_criteria: bool = True,
) -> OfficeScore:
    """The score that these tallies are, named after the office or desk."""
    return office_score(
        tallies,
        office_code=named.code,
        office_name=named.name,
        questionnaire=questionnaire,
        period=period,
        method=method,
        channels=channels,
        rules=rules,
        with_criteria=with_criteria,
    )
