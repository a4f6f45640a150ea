"""Kept tallies as they are read: whole half-months of offices, single days of desks (architecture.md, journey 2).

Rows come with packed counts: a province's year is some 40 000 of them, summed as they are (domain/packing.py).
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from survey.domain.periods import Days
from survey.store import Connection
from survey.store.among import among
from survey.store.models import half_month, tally

# What is asked of PostgreSQL: counts as the bytes they are; and of many offices not all rows at once.
_BINARY = {"binary_results": True}
_MANY = {**_BINARY, "yield_per": 2000}


class KeptTally(NamedTuple):
    """Packed tallies of one questionnaire version: of an office's half-month, or of a desk's day.

    ``place`` is the office or the desk, ``day`` the first day or the day; ``counts`` are tallies one behind the other,
    ``kinds`` their channels and standings (store/kinds.py), ``responses`` those of all of them.
    """

    place: int
    day: date
    questionnaire: str
    kinds: str
    responses: int
    counts: bytes


def fetch_half_months(connection: Connection, office_ids: Collection[int], days: Days) -> Iterator[KeptTally]:
    """What is kept of these offices in the half-months that begin in this run of days."""
    columns = half_month.c
    query = (
        select(
            columns.office_id,
            columns.first_day,
            columns.questionnaire,
            columns.kinds,
            columns.responses,
            columns.counts,
        )
        .where(among(connection, columns.office_id, office_ids))
        .where(columns.first_day.between(days.first, days.last))
    )
    return _rows(connection, query, _MANY if len(office_ids) > 1 else _BINARY)


def fetch_desk_days(
    connection: Connection, office_ids: Collection[int], days: Days, *, desk_id: int | None = None
) -> Iterator[KeptTally]:
    """What is kept of the desks of these offices, or of one desk, on these days; every row is of one kind."""
    columns = tally.c
    query = (
        select(
            columns.desk_id,
            columns.day,
            columns.questionnaire,
            columns.channel + "." + columns.standing,
            columns.responses,
            columns.counts,
        )
        .where(among(connection, columns.office_id, office_ids))
        .where(columns.day.between(days.first, days.last))
    )
    if desk_id is not None:
        query = query.where(columns.desk_id == desk_id)
    return _rows(connection, query, _MANY if len(office_ids) > 1 else _BINARY)


def _rows(connection: Connection, query: Select[Any], options: Mapping[str, Any]) -> Iterator[KeptTally]:
    return iter(connection.execute(query, execution_options=options))  # type: ignore[arg-type]


def answered_offices(connection: Connection, days: Days) -> frozenset[int]:
    """Ids of the offices for which anything is kept in the half-months that begin in this run of days."""
    within = half_month.c.first_day.between(days.first, days.last)
    return frozenset(connection.execute(select(half_month.c.office_id).where(within).distinct()).scalars())
