"""Journey 2: responses become the score of an office with everything below it."""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from survey.domain.estimation import BaseRules
from survey.domain.offices import Office, OfficeTree
from survey.domain.periods import Period
from survey.domain.questionnaire import Catalogue, Method, Questionnaire
from survey.domain.scoring import HEADLINE_CHANNELS, OfficeScore, office_score
from survey.domain.tally import Standing, Tally, layout_of, total
from survey.store import Connection, Database
from survey.store.offices import fetch_desks, fetch_tree
from survey.store.responses import mark_days
from survey.store.tallies import (
    Cell,
    KeptTally,
    every_cell,
    fetch_tallies,
    marked_cells,
    recount,
    responses_by_version,
)

# One commit per batch: on SQLite a commit waits for the disk, and a batch holds the write lock for some 50 ms only.
BATCH = 50
EVERY_DAY = (date.min, date.max)
Key = TypeVar("Key", bound=Hashable)
Tallies = Mapping[tuple[str, Standing], Tally]


class OfficeUnknown(LookupError):
    """No office has this code (or none that the asker may see, which is the same answer)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Branch:
    """An office, everything below it, and the whole tree they stand in."""

    office: Office
    offices: tuple[Office, ...]
    tree: OfficeTree

    @property
    def ids(self) -> tuple[int, ...]:
        """Ids of the office and of everything below it."""
        return tuple(each.id for each in self.offices)


def branch_of(connection: Connection, office_code: str) -> Branch:
    """The branch below an office. Raises OfficeUnknown."""
    tree = fetch_tree(connection)
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
    progress: Callable[[Iterable[Cell]], Iterable[Cell]] = iter,
) -> int:
    """Recount every marked desk-day of these offices in the span; how many there were.

    Opens its own transactions, because a score is read outside the transaction in which it is counted.
    """
    with database.reading() as connection:
        cells = marked_cells(connection, office_ids=office_ids, first=first, last=last)
    for batch in _batches(progress(cells)):
        with database.transaction() as connection:
            recount(connection, batch, catalogue)
    return len(cells)


def _batches(cells: Iterable[Cell]) -> Iterator[list[Cell]]:
    batch: list[Cell] = []
    for cell in cells:
        batch.append(cell)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def mark_everything(connection: Connection) -> int:
    """Mark every desk-day, so that ``bring_up_to_date`` rebuilds all tallies; resumable: marks stay until done."""
    cells = every_cell(connection)
    if cells:
        mark_days(connection, cells)
    return len(cells)


def most_answered(
    connection: Connection,
    catalogue: Catalogue,
    branch: Branch,
    period: Period,
    *,
    channels: Collection[str] = HEADLINE_CHANNELS,
) -> tuple[Questionnaire | None, dict[str, int]]:
    """The questionnaire version with most responses of these channels there, and how many the others have in all."""
    by_version = responses_by_version(
        connection, office_ids=branch.ids, first=period.first, last=period.last, channels=channels
    )
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
    if most is not None:
        return most, others
    desks = fetch_desks(connection, branch.ids)
    return catalogue.get(desks[0].questionnaire) if desks else next(iter(catalogue)), {}


def fetch_rows(
    connection: Connection, branch: Branch, questionnaire: Questionnaire, *, first: date, last: date
) -> list[KeptTally]:
    """The kept tallies from which every figure of the branch in the span is summed."""
    rows = fetch_tallies(connection, office_ids=branch.ids, first=first, last=last, questionnaire=questionnaire.key)
    return list(rows)


def grouped(
    rows: Iterable[KeptTally], questionnaire: Questionnaire, by: Callable[[KeptTally], Key]
) -> dict[Key, Tallies]:
    """Tallies by channel and standing, summed over the rows that share a key, such as a desk or a month."""
    found: dict[Key, dict[tuple[str, Standing], list[Tally]]] = {}
    for row in rows:
        found.setdefault(by(row), {}).setdefault((row.channel, row.standing), []).append(row.tally)
    layout = layout_of(questionnaire)
    return {key: {cell: total(layout, tallies) for cell, tallies in cells.items()} for key, cells in found.items()}


def score_of_rows(
    rows: Iterable[KeptTally],
    *,
    office: Office,
    questionnaire: Questionnaire,
    period: Period,
    method: Method | None = None,
    channels: Iterable[str] = HEADLINE_CHANNELS,
    rules: BaseRules | None = None,
) -> OfficeScore:
    """The score that these rows add up to, named after the office."""
    tallies = grouped(rows, questionnaire, lambda _: None).get(None, {})
    return office_score(
        tallies,
        office_code=office.code,
        office_name=office.name,
        questionnaire=questionnaire,
        period=period,
        method=method,
        channels=channels,
        rules=rules,
    )
