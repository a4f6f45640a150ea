"""Marked desk-days are counted anew, exactly, whoever writes and reads meanwhile (architecture.md, journey 2).

A recount has two steps:

1. Counting, which holds no lock: read the marks of some desk-days, *then* their responses, and count these
   (``marked_days`` and ``count_marked``).
2. Keeping (``keep``), in one short transaction of separate statements (READ COMMITTED on PostgreSQL, IMMEDIATE on
   SQLite, where the transaction itself is the lock): lock the cells (an office's half-months, in the order of their
   keys), delete those very marks, replace the tallies of the desk-days of which at least one mark was still there, sum
   the office's tallies of each half-month, replace that.

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
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite

from survey.domain.packing import RunningTotal, join_totals
from survey.domain.periods import Days, half_month_of
from survey.domain.questionnaire import Catalogue
from survey.domain.tally import Standing, layout_of
from survey.store import Connection
from survey.store.among import among
from survey.store.answer_texts import texts_of
from survey.store.copying import copy_rows
from survey.store.direct import Direct, in_list, together
from survey.store.kinds import Kind, named_kinds
from survey.store.models import cell, half_month, mark, response, tally

DeskDay = tuple[int, date]
_DAY = timedelta(days=1)
Row = Mapping[str, object]


class MarkedDay(NamedTuple):
    """One desk's day that has changed since it was counted, and the marks that say so."""

    office_id: int
    day: date
    desk_id: int
    marks: Sequence[UUID]


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


def marked_days(connection: Connection, *, office_ids: Collection[int], first: date, last: date) -> list[MarkedDay]:
    """Desk-days of these offices with marks in the span, by office, day and desk."""
    query = select(mark.c.office_id, mark.c.day, mark.c.desk_id, mark.c.id)
    query = query.where(among(connection, mark.c.office_id, office_ids), mark.c.day.between(first, last))
    found: dict[tuple[int, date, int], list[UUID]] = {}
    for office_id, day, desk_id, mark_id in connection.execute(query):
        found.setdefault((office_id, day, desk_id), []).append(mark_id)
    return [MarkedDay(*key, found[key]) for key in sorted(found)]


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
        _DELETE_HALVES.send(connection, {"office": office_id, "days": [first]})


# ---- counting


_RESPONSES = Direct(
    lambda name: select(
        response.c.desk_id,
        response.c.received_on,
        response.c.questionnaire,
        response.c.channel,
        response.c.verified,
        response.c.set_aside,
        response.c.answers,
    ).where(
        response.c.office_id == bindparam("office"),
        in_list(name, response.c.desk_id, "desks"),
        in_list(name, response.c.received_on, "days"),
    )
)


def count_marked(connection: Connection, marked: Sequence[MarkedDay], catalogue: Catalogue) -> list[CountedOffice]:
    """Count the responses of these desk-days, which come by office; changes nothing.

    Their marks must have been read before: what is written in between is then counted and still marked.
    """
    offices = [(office_id, list(its)) for office_id, its in groupby(marked, key=itemgetter(0))]
    with together(connection):
        asked = [_RESPONSES.send(connection, _wanted(office_id, its)) for office_id, its in offices]
        found = [fetch() for fetch in asked]
    return [
        _count_office(office_id, its, rows, catalogue) for (office_id, its), rows in zip(offices, found, strict=True)
    ]


def _wanted(office_id: int, marked: Sequence[MarkedDay]) -> dict[str, object]:
    """Every desk with every day, which may be more than is marked: one look-up is cheaper than many."""
    return {
        "office": office_id,
        "desks": sorted({each.desk_id for each in marked}),
        "days": sorted({each.day for each in marked}),
    }


def _count_office(
    office_id: int, marked: Sequence[MarkedDay], rows: Sequence[tuple[Any, ...]], catalogue: Catalogue
) -> CountedOffice:
    tallies: dict[DeskDay, list[Row]] = {(each.desk_id, each.day): [] for each in marked}
    for row in _tallies(office_id, _distinct(rows, tallies.keys()), catalogue):
        tallies[row["desk_id"], row["day"]].append(row)
    return CountedOffice(office_id, [mark_id for each in marked for mark_id in each.marks], tallies)


_Kind = tuple[int, date, str, str, Standing]  # desk, day, questionnaire, channel, standing


def _distinct(rows: Sequence[tuple[Any, ...]], days: Collection[DeskDay]) -> dict[_Kind, dict[str, int]]:
    """How often each answer text came, by kind: whoever only taps sends one of five."""
    found: dict[tuple[Any, ...], dict[str, int]] = {}
    for desk_id, day, questionnaire, channel, verified, set_aside, answers in rows:
        standing = "set_aside" if set_aside else "verified" if verified else "open"
        texts = found.setdefault((desk_id, day, questionnaire, channel, standing), {})
        texts[answers] = texts.get(answers, 0) + 1
    dated = {(kind[0], _as_date(kind[1]), *kind[2:]): texts for kind, texts in found.items()}
    return {kind: texts for kind, texts in dated.items() if kind[:2] in days}


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
_INSERT_CELL = Direct(lambda name: _DIALECTS[name].insert(cell).on_conflict_do_nothing())
_LOCK_CELLS = Direct(
    lambda name: (
        select(cell.c.first_day)
        .where(cell.c.office_id == bindparam("office"), in_list(name, cell.c.first_day, "days"))
        .order_by(cell.c.first_day)
        .with_for_update()
    )
)
_DELETE_MARKS = Direct(
    lambda name: (
        delete(mark)
        .where(mark.c.office_id == bindparam("office"), in_list(name, mark.c.id, "ids"))
        .returning(mark.c.desk_id, mark.c.day)
    )
)
_DELETE_TALLIES = Direct(
    lambda name: delete(tally).where(
        tally.c.office_id == bindparam("office"),
        tally.c.desk_id == bindparam("desk"),
        in_list(name, tally.c.day, "days"),
    )
)
_INSERT_TALLY = Direct(lambda _: insert(tally))
_WORTH_COPYING = 50  # rows, on PostgreSQL
_TALLIES_OF_DAYS = Direct(
    lambda _: select(
        tally.c.day, tally.c.questionnaire, tally.c.channel, tally.c.standing, tally.c.responses, tally.c.counts
    ).where(tally.c.office_id == bindparam("office"), tally.c.day.between(bindparam("first"), bindparam("last")))
)
_DELETE_HALVES = Direct(
    lambda name: delete(half_month).where(
        half_month.c.office_id == bindparam("office"), in_list(name, half_month.c.first_day, "days")
    )
)
_INSERT_HALF = Direct(lambda _: insert(half_month))


def keep(connection: Connection, counted: Sequence[CountedOffice], catalogue: Catalogue) -> None:
    """Keep what was counted, as far as nobody has counted the same anew meanwhile. Offices come by id."""
    kept = _take_marks(connection, [each for each in counted if each.marks])
    _replace_tallies(connection, kept)
    _replace_halves(connection, kept, catalogue)


_Kept = list[tuple[CountedOffice, list[DeskDay]]]  # with the desk-days that were still marked


def _take_marks(connection: Connection, counted: Sequence[CountedOffice]) -> _Kept:
    """Lock the half-months, then delete the marks that were counted."""
    with together(connection):
        deleted = [_lock_and_delete(connection, each) for each in counted]
        rows = [fetch() for fetch in deleted]
    still = [sorted({(desk_id, _as_date(day)) for desk_id, day in its}) for its in rows]
    return list(zip(counted, still, strict=True))


def _lock_and_delete(connection: Connection, counted: CountedOffice) -> Callable[[], Sequence[tuple[Any, ...]]]:
    office_id = counted.office_id
    if connection.dialect.name != "sqlite":  # there the transaction itself is the lock
        first_days = sorted({half_month_of(day).first for _, day in counted.tallies})
        _INSERT_CELL.send_all(connection, [{"office_id": office_id, "first_day": day} for day in first_days])
        _LOCK_CELLS.send(connection, {"office": office_id, "days": first_days})
    return _DELETE_MARKS.send(connection, {"office": office_id, "ids": list(counted.marks)})


def _as_date(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day


def _replace_tallies(connection: Connection, kept: _Kept) -> None:
    rows = [row for counted, days in kept for each in days for row in counted.tallies[each]]
    copying = connection.dialect.name == "postgresql" and len(rows) >= _WORTH_COPYING
    with together(connection):
        for counted, days in kept:
            for desk_id, its in groupby(days, key=itemgetter(0)):
                where = {"office": counted.office_id, "desk": desk_id, "days": [day for _, day in its]}
                _DELETE_TALLIES.send(connection, where)
        if not copying:
            _INSERT_TALLY.send_all(connection, rows)
    if copying:
        copy_rows(connection, tally, rows)


def _replace_halves(connection: Connection, kept: _Kept, catalogue: Catalogue) -> None:
    with together(connection):
        asked = []
        for counted, days in kept:
            halves = sorted({half_month_of(day) for _, day in days})
            for run in _runs(halves):
                where = {"office": counted.office_id, "first": run.first, "last": run.last}
                asked.append((counted.office_id, _TALLIES_OF_DAYS.send(connection, where)))
            _DELETE_HALVES.send(connection, {"office": counted.office_id, "days": [half.first for half in halves]})
        sums = [row for office_id, fetch in asked for row in _sums(office_id, fetch(), catalogue)]
        _INSERT_HALF.send_all(connection, sums)


def _runs(halves: Sequence[Days]) -> list[Days]:
    """Half-months that follow each other as one run of days: they are read at once."""
    runs: list[Days] = []
    for half in halves:
        if runs and half.first - runs[-1].last == _DAY:
            runs[-1] = Days(runs[-1].first, half.last)
        else:
            runs.append(half)
    return runs


def _sums(office_id: int, rows: Sequence[tuple[Any, ...]], catalogue: Catalogue) -> list[Row]:
    totals: dict[tuple[date, str], dict[Kind, RunningTotal]] = {}
    responses: Counter[tuple[date, str]] = Counter()
    for day, version, channel, standing, number, counts in rows:
        half, kind = (half_month_of(_as_date(day)).first, version), (channel, standing)
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
