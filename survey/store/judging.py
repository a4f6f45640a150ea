"""Responses of one office as an analyst looks through them, and a person's judgement of one."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, literal, select, update

from survey.domain.response import Response
from survey.store import Connection
from survey.store.models import comment, response
from survey.store.responses import RESPONSE_COLUMNS, response_of_row


@dataclass(frozen=True, slots=True)
class Sought:
    """Which responses: of an office and its desks in a span of days; set aside (for a reason, where named) or not."""

    office_id: int
    desk_ids: Collection[int]
    first: date
    last: date
    set_aside: bool = True
    reason: str = ""


def count_by_reasons(connection: Connection, sought: Sought) -> dict[str, int]:
    """How many were set aside, by their joined reasons."""
    query = select(response.c.set_aside, func.count()).where(*_in_span(sought), response.c.set_aside.is_not(None))
    return {joined: number for joined, number in connection.execute(query.group_by(response.c.set_aside))}


def count_sought(connection: Connection, sought: Sought) -> int:
    """How many are sought."""
    return connection.execute(select(func.count()).select_from(response).where(*_wanted(sought))).scalar_one()


def fetch_sought(connection: Connection, sought: Sought, *, skip: int, most: int) -> list[Response]:
    """Some of those sought, the latest first."""
    query = select(*RESPONSE_COLUMNS).where(*_wanted(sought))
    order = response.c.received_on.desc(), response.c.received_hour.desc().nulls_last(), response.c.key
    rows = connection.execute(query.order_by(*order).offset(skip).limit(most)).all()
    texts: dict[str, dict[str, str]] = {}
    asked = select(comment.c.key, comment.c.question, comment.c.text).where(
        comment.c.office_id == sought.office_id, comment.c.key.in_([row.key for row in rows])
    )
    for key, question, text in connection.execute(asked.order_by(comment.c.question)):
        texts.setdefault(key, {})[question] = text
    return [response_of_row(row, texts.get(row.key, {})) for row in rows]


def _in_span(sought: Sought) -> Iterator[ColumnElement[bool]]:
    """By desk too: so the index of (office, desk, day) is used."""
    yield response.c.office_id == sought.office_id
    yield response.c.desk_id.in_(sought.desk_ids)
    yield response.c.received_on.between(sought.first, sought.last)


def _wanted(sought: Sought) -> Iterator[ColumnElement[bool]]:
    yield from _in_span(sought)
    yield response.c.set_aside.is_not(None) if sought.set_aside else response.c.set_aside.is_(None)
    if sought.reason:
        joined = literal("|").concat(response.c.set_aside).concat("|")
        yield joined.contains(f"|{sought.reason}|", autoescape=True)


def save_judgement(connection: Connection, stored: Response, *, set_aside: Collection[str]) -> None:
    """Have a person's judgement stand: no rule changes these reasons any more. Its desk-day must be marked."""
    it = and_(response.c.office_id == stored.office_id, response.c.key == stored.key)
    connection.execute(update(response).where(it).values(set_aside="|".join(set_aside) or None, judged=True))
