"""Kept tallies as they are read: whole half-months of offices, single days of desks (architecture.md, journey 2).

Rows come with packed counts: a province's year is some 40 000 of them, summed as they are (domain/packing.py).
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Select, Table, and_, case, func, null, or_, select

from survey.domain.periods import Days, half_months
from survey.domain.scoring import HEADLINE_CHANNELS
from survey.domain.tally import Standing
from survey.store import Connection
from survey.store.among import among
from survey.store.models import half_month, tally

# What a reader of many rows asks of PostgreSQL: counts as the bytes they are, and not all rows at once.
_MANY = {"binary_results": True, "yield_per": 2000}


class KeptTally(NamedTuple):
    """A packed tally of one questionnaire version, channel and standing: an office's half-month, or a desk's day.

    ``place`` is the office or the desk, ``day`` the first day or the day. ``counts`` is None for what is set aside:
    only how many those are is in any score (Q2).
    """

    place: int
    day: Any
    questionnaire: str
    channel: str
    standing: Standing
    responses: int
    counts: bytes | None


def fetch_half_months(
    connection: Connection, office_ids: Collection[int], days: Days, *, headline: Days | None = None
) -> Iterator[KeptTally]:
    """Tallies of these offices in the half-months that begin in this run of days.

    With ``headline`` also what makes the headline (Q5) in those that begin in that run, and nothing else of these.
    """
    columns = half_month.c
    query = _selected(half_month, columns.office_id, columns.first_day)
    query = query.where(among(connection, columns.office_id, office_ids))
    wanted: ColumnElement[bool] = columns.first_day.between(days.first, days.last)
    if headline is not None:
        # The outer bounds stand by themselves, because an index can be searched by them.
        first, last = min(days.first, headline.first), max(days.last, headline.last)
        query = query.where(columns.first_day.between(first, last))
        within = columns.first_day.between(headline.first, headline.last)
        counted = and_(columns.channel.in_(HEADLINE_CHANNELS), columns.standing != "set_aside")
        wanted = or_(wanted, and_(within, counted))
    query = query.where(wanted)
    options = _MANY if len(office_ids) > 1 else {}
    return iter(connection.execute(query, execution_options=options))  # type: ignore[arg-type]


def fetch_desk_days(
    connection: Connection, office_ids: Collection[int], days: Days, *, desk_id: int | None = None
) -> Iterator[KeptTally]:
    """Tallies of the desks of these offices, or of one desk, on these days."""
    query = _selected(tally, tally.c.desk_id, tally.c.day)
    query = query.where(among(connection, tally.c.office_id, office_ids))
    query = query.where(tally.c.day.between(days.first, days.last))
    if desk_id is not None:
        query = query.where(tally.c.desk_id == desk_id)
    return iter(connection.execute(query, execution_options=_MANY))  # type: ignore[arg-type]


def _selected(table: Table, place: Column[Any], day: Column[Any]) -> Select[Any]:
    columns = table.c
    counts = case((columns.standing != "set_aside", columns.counts), else_=null())
    return select(place, day, columns.questionnaire, columns.channel, columns.standing, columns.responses, counts)


def responses_by_version(
    connection: Connection,
    *,
    office_ids: Collection[int],
    first: date,
    last: date,
    channels: Collection[str] = HEADLINE_CHANNELS,
) -> dict[str, int]:
    """How many responses each questionnaire version has there, set-aside ones included, as ``most_first`` orders."""
    cut = half_months(Days(first, last))
    found: dict[tuple[str, str], int] = {}
    runs = [(half_month, half_month.c.first_day, Days(cut.whole[0].first, cut.whole[-1].last))] if cut.whole else []
    for table, day, days in (*runs, *((tally, tally.c.day, edge) for edge in cut.edges)):
        query = (
            select(table.c.questionnaire, table.c.channel, func.sum(table.c.responses))
            .where(among(connection, table.c.office_id, office_ids), day.between(days.first, days.last))
            .group_by(table.c.questionnaire, table.c.channel)
        )
        for questionnaire, channel, number in connection.execute(query):
            found[questionnaire, channel] = found.get((questionnaire, channel), 0) + int(number)
    return most_first(found, channels)


def most_first(responses: Mapping[tuple[str, str], int], channels: Collection[str]) -> dict[str, int]:
    """Responses by questionnaire version out of those by version and channel, most in ``channels`` first.

    Forty forms on paper, which are in no headline (Q5), must not decide what it is about.
    """
    every: dict[str, int] = {}
    chosen: dict[str, int] = {}
    for (questionnaire, channel), number in responses.items():
        every[questionnaire] = every.get(questionnaire, 0) + number
        chosen[questionnaire] = chosen.get(questionnaire, 0) + (number if channel in channels else 0)
    return {key: every[key] for key in sorted(every, key=lambda key: (-chosen[key], -every[key], key))}
