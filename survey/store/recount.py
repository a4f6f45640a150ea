"""Marked desk-days are counted anew, exactly, whoever writes and reads meanwhile (architecture.md, journey 2).

A recount has two steps, ``count_marked`` and ``keep``:

1. Counting, which holds no lock: read the marks of some desk-days, *then* their responses, and count these.
2. Keeping, in one short transaction of separate statements (READ COMMITTED on PostgreSQL, IMMEDIATE on SQLite): lock
   the cells (an office's half-months, in the order of their keys), delete those very marks, replace the tallies of the
   desk-days of which at least one mark was still there, sum the office's tallies of each half-month, replace that.

Why what is kept is never stale without a mark, for every order of the steps of any number of writers and recounts:

* A change of a response commits together with its mark m. A recount R has read marks before it read responses.
* If R did not see the change, it committed after R's reading of responses, so m was not among R's marks, and R does not
  delete it: m still stands, and the next reader counts the desk-day again.
* If R did not see the change and another recount S, which saw it, was kept before R: S deleted m, so S read its marks
  after m was committed, after all that R had read; among the marks S read was every one of R's that was still there,
  and S deleted them. R finds none of its marks and keeps nothing for that desk-day.
* If R saw the change but not m (m committed between its two readings), the tally is right and m is one count too many.
* Two recounts of one desk-day cannot keep at the same time, nor can two desks of an office sum one half-month: both
  need the same cell. Whoever comes second reads, with statements that began after the lock was given, what the first
  has kept; so every half-month is the sum of the tallies that stand there, when the transaction commits.
* A recount that is killed before it commits has deleted no mark; after it, everything is kept.

So it is exact with one state for both readings (SQLite, REPEATABLE READ) and with a later one for the second (READ
COMMITTED, which the nodes of a distributed database may use). Marks deleted by their ids, and not by desk-day, are
what allows counting outside the lock: counting one desk-day of 1 000 responses takes 15 ms, keeping it 1 ms.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Uuid, any_, bindparam, delete, func, insert, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY

from survey.domain.packing import RunningTotal, join_totals
from survey.domain.periods import Days, half_month_of
from survey.domain.questionnaire import Catalogue
from survey.domain.tally import Standing, layout_of
from survey.store import Connection
from survey.store.among import among
from survey.store.answer_texts import texts_of
from survey.store.copying import copy_rows
from survey.store.kinds import Kind, named_kinds
from survey.store.models import cell, half_month, mark, response, tally

DeskDay = tuple[int, date]
_DAY = timedelta(days=1)
Cell = tuple[int, int, date]  # office, desk, day
Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class CountedOffice:
    """Some desk-days of one office as they were counted: which marks are thereby done with, and the new tallies."""

    office_id: int
    marks: Sequence[UUID]
    tallies: Mapping[DeskDay, Sequence[Row]]


# ---- what is marked


def marked_offices(
    connection: Connection, *, office_ids: Collection[int] | None, first: date, last: date
) -> dict[int, int]:
    """How many marked desk-days each of these offices (of all, when None) has in the span, by id; {} for none."""
    days = select(mark.c.office_id, mark.c.desk_id, mark.c.day).where(mark.c.day.between(first, last)).distinct()
    if office_ids is not None:
        days = days.where(among(connection, mark.c.office_id, office_ids))
    each = days.subquery()
    query = select(each.c.office_id, func.count()).group_by(each.c.office_id).order_by(each.c.office_id)
    return {office_id: number for office_id, number in connection.execute(query)}


def marked_cells(connection: Connection, *, office_ids: Collection[int], first: date, last: date) -> list[Cell]:
    """Desk-days of these offices with a mark in the span, by office and day."""
    columns = (mark.c.office_id, mark.c.day, mark.c.desk_id)
    query = select(*columns).where(among(connection, mark.c.office_id, office_ids)).distinct()
    rows = connection.execute(query.where(mark.c.day.between(first, last)))
    return [(row[0], row[2], row[1]) for row in sorted(map(tuple, rows))]


# A mark of a rebuild begins with 64 zero bits, which no random id does: so it is known that one is under way.
_REBUILDING: Final = UUID(int=1 << 64)
_REBUILD_IDS: Final[Mapping[str, ColumnElement[Any]]] = {
    "sqlite": literal_column("'0000000000000000' || lower(hex(randomblob(8)))"),
    "postgresql": literal_column("CAST('00000000-0000-0000-' || substr(gen_random_uuid()::text, 20) AS uuid)"),
}


def mark_every_day(connection: Connection) -> bool:
    """Mark every desk-day that holds responses or tallies; False, and nothing done, while marks of that kind stand.

    The database makes the marks out of an index, so the memory does not grow with them.
    """
    if connection.execute(select(mark.c.id).where(mark.c.id < _REBUILDING).limit(1)).first():
        return False
    _delete_sums_of_nothing(connection)
    answered = select(response.c.office_id, response.c.desk_id, response.c.received_on.label("day"))
    days = answered.union(select(tally.c.office_id, tally.c.desk_id, tally.c.day)).subquery()
    ids = _REBUILD_IDS[connection.dialect.name]
    every = select(days.c.office_id, ids, days.c.desk_id, days.c.day)
    connection.execute(insert(mark).from_select(["office_id", "id", "desk_id", "day"], every))
    return True


def _delete_sums_of_nothing(connection: Connection) -> None:
    """Half-months without any tally, which no recount of a day would meet: only a hand can have made them."""
    sums = {(row[0], row[1]) for row in connection.execute(select(half_month.c.office_id, half_month.c.first_day))}
    days = connection.execute(select(tally.c.office_id, tally.c.day).distinct())
    sums.difference_update((row[0], half_month_of(row[1]).first) for row in days)
    for office_id, first in sorted(sums):
        connection.execute(_DELETE_HALVES, {"office": office_id, "days": [first]})


# ---- counting


_MARKS = select(mark.c.id, mark.c.desk_id, mark.c.day).where(
    mark.c.office_id == bindparam("office"),
    mark.c.desk_id.in_(bindparam("desks", expanding=True)),
    mark.c.day.in_(bindparam("days", expanding=True)),
)
_RESPONSES = select(
    response.c.desk_id,
    response.c.received_on,
    response.c.questionnaire,
    response.c.channel,
    response.c.verified,
    response.c.set_aside,
    response.c.answers,
).where(
    response.c.office_id == bindparam("office"),
    response.c.desk_id.in_(bindparam("desks", expanding=True)),
    response.c.received_on.in_(bindparam("days", expanding=True)),
)


def count_marked(connection: Connection, cells: Sequence[Cell], catalogue: Catalogue) -> list[CountedOffice]:
    """Count these desk-days, which come by office, as far as they are still marked; changes nothing."""
    return [
        _count_office(connection, office_id, {(desk_id, day) for _, desk_id, day in its}, catalogue)
        for office_id, its in groupby(cells, key=itemgetter(0))
    ]


def _count_office(connection: Connection, office_id: int, days: set[DeskDay], catalogue: Catalogue) -> CountedOffice:
    wanted = _parameters(office_id, days)
    marks = {row[0]: (row[1], row[2]) for row in connection.execute(_MARKS, wanted) if (row[1], row[2]) in days}
    tallies: dict[DeskDay, list[Row]] = {each: [] for each in marks.values()}
    if tallies:
        # In this order: what was written in between is then counted and still marked.
        found = connection.execute(_RESPONSES, _parameters(office_id, tallies.keys()))
        for row in _tallies(office_id, _distinct(found, tallies.keys()), catalogue):
            tallies[row["desk_id"], row["day"]].append(row)
    return CountedOffice(office_id, list(marks), tallies)


def _parameters(office_id: int, days: Collection[DeskDay]) -> dict[str, object]:
    """Every desk with every day, which may be more than is wanted: one look-up is cheaper than many."""
    return {
        "office": office_id,
        "desks": sorted({each[0] for each in days}),
        "days": sorted({each[1] for each in days}),
    }


_Kind = tuple[int, date, str, str, Standing]  # desk, day, questionnaire, channel, standing


def _distinct(rows: Any, days: Collection[DeskDay]) -> dict[_Kind, dict[str, int]]:
    """How often each answer text came, by kind: whoever only taps sends one of five."""
    found: dict[_Kind, dict[str, int]] = {}
    for desk_id, day, questionnaire, channel, verified, set_aside, answers in rows:
        standing: Standing = "set_aside" if set_aside else "verified" if verified else "open"
        texts = found.setdefault((desk_id, day, questionnaire, channel, standing), {})
        texts[answers] = texts.get(answers, 0) + 1
    return {kind: texts for kind, texts in found.items() if kind[:2] in days}


def _tallies(
    office_id: int, found: Mapping[_Kind, Mapping[str, int]], catalogue: Catalogue
) -> Iterator[dict[str, Any]]:
    for (desk_id, day, key, channel, standing), texts in found.items():
        yield {
            "office_id": office_id,
            "desk_id": desk_id,
            "day": day,
            "questionnaire": key,
            "channel": channel,
            "standing": standing,
            "responses": sum(texts.values()),
            "counts": texts_of(catalogue.get(key)).count(texts).to_bytes(),
        }


# ---- keeping


_DIALECTS = {"sqlite": sqlite, "postgresql": postgresql}
_INSERT_CELLS = {name: dialect.insert(cell).on_conflict_do_nothing() for name, dialect in _DIALECTS.items()}
_LOCK_CELLS = (
    select(cell.c.first_day)
    .where(cell.c.office_id == bindparam("office"), cell.c.first_day.in_(bindparam("days", expanding=True)))
    .order_by(cell.c.first_day)
    .with_for_update()
)
_DELETE_MARKS = {
    "sqlite": delete(mark).where(
        mark.c.office_id == bindparam("office"),
        mark.c.id.in_(select(func.json_each(bindparam("ids")).table_valued("value").c.value)),
    ),
    "postgresql": delete(mark).where(
        mark.c.office_id == bindparam("office"), mark.c.id == any_(bindparam("ids", type_=ARRAY(Uuid)))
    ),
}
_DELETE_TALLIES = delete(tally).where(
    tally.c.office_id == bindparam("office"),
    tally.c.desk_id == bindparam("desk"),
    tally.c.day.in_(bindparam("days", expanding=True)),
)
_INSERT_TALLIES = insert(tally)
_WORTH_COPYING = 50  # rows, on PostgreSQL
_TALLIES_OF_DAYS = select(
    tally.c.day, tally.c.questionnaire, tally.c.channel, tally.c.standing, tally.c.responses, tally.c.counts
).where(tally.c.office_id == bindparam("office"), tally.c.day.between(bindparam("first"), bindparam("last")))
_DELETE_HALVES = delete(half_month).where(
    half_month.c.office_id == bindparam("office"), half_month.c.first_day.in_(bindparam("days", expanding=True))
)
_INSERT_HALVES = insert(half_month)


def keep(connection: Connection, counted: Sequence[CountedOffice], catalogue: Catalogue) -> None:
    """Keep what was counted, as far as nobody has counted the same anew meanwhile. Offices come by id."""
    for each in counted:
        if each.marks:
            _keep_office(connection, each, catalogue)


def _keep_office(connection: Connection, counted: CountedOffice, catalogue: Catalogue) -> None:
    office = {"office": counted.office_id}
    _lock(connection, counted.office_id, sorted({half_month_of(day).first for _, day in counted.tallies}))
    kept = _delete_marks(connection, counted)
    for desk_id, its in groupby(kept, key=itemgetter(0)):
        connection.execute(_DELETE_TALLIES, {**office, "desk": desk_id, "days": [day for _, day in its]})
    _insert_tallies(connection, [row for each in kept for row in counted.tallies[each]])
    halves = sorted({half_month_of(day) for _, day in kept})
    if halves:
        sums = [row for run in _runs(halves) for row in _sums(connection, counted.office_id, run, catalogue)]
        first_days = [half.first for half in halves]
        connection.execute(_DELETE_HALVES, {**office, "days": first_days})
        if sums:
            connection.execute(_INSERT_HALVES, sums)


def _insert_tallies(connection: Connection, rows: Sequence[Row]) -> None:
    if connection.dialect.name == "postgresql" and len(rows) >= _WORTH_COPYING:
        copy_rows(connection, tally, rows)
    elif rows:
        connection.execute(_INSERT_TALLIES, rows)


def _runs(halves: Sequence[Days]) -> list[Days]:
    """Half-months that follow each other as one run of days: they are read at once."""
    runs: list[Days] = []
    for half in halves:
        if runs and half.first - runs[-1].last == _DAY:
            runs[-1] = Days(runs[-1].first, half.last)
        else:
            runs.append(half)
    return runs


def _lock(connection: Connection, office_id: int, first_days: Sequence[date]) -> None:
    rows = [{"office_id": office_id, "first_day": day} for day in first_days]
    connection.execute(_INSERT_CELLS[connection.dialect.name], rows)
    connection.execute(_LOCK_CELLS, {"office": office_id, "days": first_days}).all()


def _delete_marks(connection: Connection, counted: CountedOffice) -> list[DeskDay]:
    """Delete the marks that were counted; the desk-days of which one was still there."""
    name = connection.dialect.name
    ids = counted.marks if name == "postgresql" else msgspec.json.encode([each.hex for each in counted.marks]).decode()
    deleting = _DELETE_MARKS[name].returning(mark.c.desk_id, mark.c.day)
    deleted = connection.execute(deleting, {"office": counted.office_id, "ids": ids})
    return sorted({(row[0], row[1]) for row in deleted})


def _sums(connection: Connection, office_id: int, run: Days, catalogue: Catalogue) -> list[Row]:
    totals: dict[tuple[date, str], dict[Kind, RunningTotal]] = {}
    responses: Counter[tuple[date, str]] = Counter()
    days = {"office": office_id, "first": run.first, "last": run.last}
    for day, version, channel, standing, number, counts in connection.execute(_TALLIES_OF_DAYS, days):
        half, kind = (half_month_of(day).first, version), (channel, standing)
        kinds = totals.setdefault(half, {})
        if kind not in kinds:
            kinds[kind] = RunningTotal(layout_of(catalogue.get(version)))
        kinds[kind].add(number, counts)
        responses[half] += number
    return [
        {
            "office_id": office_id,
            "first_day": half[0],
            "questionnaire": half[1],
            "kinds": named_kinds(ordered := sorted(kinds)),
            "responses": responses[half],
            "counts": join_totals([kinds[kind] for kind in ordered]),
        }
        for half, kinds in totals.items()
    ]
