"""The daily review: responses with the evidence of how they came, reasons for setting aside, and whose turn it is."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import and_, bindparam, func, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from survey.domain.response import Response
from survey.store import Connection
from survey.store.among import among
from survey.store.direct import Direct
from survey.store.models import comment, desk, evidence, response
from survey.store.models_trust import daily_run
from survey.store.responses import RESPONSE_COLUMNS, Evidence, response_of_row

TAKEN_OVER_AFTER: Final = timedelta(hours=1)
_DIALECTS: Final = {"sqlite": sqlite, "postgresql": postgresql}


# ---- whose turn it is


def claim_day(connection: Connection, day: date, *, now: datetime) -> bool:
    """Whether the caller is to do the work of that day: nobody did it or has been at it for less than an hour."""
    added = _DIALECTS[connection.dialect.name].insert(daily_run).values(day=day, started_at=now, finished_at=None)
    given_up = and_(daily_run.c.finished_at.is_(None), daily_run.c.started_at <= now - TAKEN_OVER_AFTER)
    claim = added.on_conflict_do_update(index_elements=["day"], set_={"started_at": now}, where=given_up)
    return connection.execute(claim.returning(daily_run.c.day)).first() is not None


def finish_day(connection: Connection, day: date, *, now: datetime) -> None:
    """Say that the work of that day is done."""
    connection.execute(update(daily_run).where(daily_run.c.day == day).values(finished_at=now))


# ---- what is reviewed


def offices_with_evidence(connection: Connection) -> Sequence[int]:
    """The offices that hold responses of which it is still known how they came."""
    return connection.execute(select(evidence.c.office_id).distinct().order_by(evidence.c.office_id)).scalars().all()


def stream_evident(connection: Connection, office_id: int) -> Iterator[tuple[Response, Evidence, str]]:
    """Those of one office in the order in which they came, each with its evidence and the code of its desk."""
    query = (
        select(
            *RESPONSE_COLUMNS,
            *(evidence.c[name] for name in _EVIDENCE),
            desk.c.code.label("desk_code"),
            comment.c.question,
            comment.c.text,
        )
        .join(evidence, and_(evidence.c.office_id == response.c.office_id, evidence.c.key == response.c.key))
        .join(desk, desk.c.id == response.c.desk_id)
        .outerjoin(comment, and_(comment.c.office_id == response.c.office_id, comment.c.key == response.c.key))
        .where(response.c.office_id == office_id)
        .order_by(evidence.c.received_at, response.c.key)
        .execution_options(yield_per=2000)
    )
    for _, same in groupby(connection.execute(query), key=attrgetter("key")):
        rows = list(same)
        texts = {row.question: row.text for row in rows if row.question is not None}
        yield response_of_row(rows[0], texts), _evidence(rows[0]), rows[0].desk_code


_EVIDENCE: Final = ("received_at", "page_issued_at", "sender", "device", "duration", "own_network")


def _evidence(row: Any) -> Evidence:
    return Evidence(
        received_at=row.received_at,
        page_issued_at=row.page_issued_at,
        sender=row.sender or "",
        device=row.device or "",
        duration=row.duration,
        own_network=row.own_network,
    )


# ---- what is compared with numbers of transactions


@dataclass(frozen=True, slots=True)
class Span:
    """Some channels' responses of offices, of one desk or (None) of all, from one day to another."""

    office_ids: Collection[int]
    desk_code: str | None
    first: date
    last: date
    channels: Collection[str]


def count_span(connection: Connection, span: Span, reason: str) -> tuple[int, int]:
    """How many there are, and how many of them are set aside for a reason."""
    joined = literal("|").concat(response.c.set_aside).concat("|")
    for_it = func.count().filter(joined.contains(f"|{reason}|", autoescape=True))
    number, with_it = connection.execute(_in_span(connection, select(func.count(), for_it), span)).one()
    return number, with_it


def fetch_span(connection: Connection, span: Span) -> list[Response]:
    """The responses, without what was written in them."""
    query = _in_span(connection, select(*RESPONSE_COLUMNS), span)
    return [response_of_row(row, {}) for row in connection.execute(query)]


def _in_span(connection: Connection, query: Any, span: Span) -> Any:
    query = query.select_from(response).where(
        among(connection, response.c.office_id, span.office_ids),
        response.c.received_on.between(span.first, span.last),
        response.c.channel.in_(span.channels),
    )
    if span.desk_code is None:
        return query
    # The desk by its id, so that the index of (office, desk, day) is used.
    return query.where(response.c.desk_id.in_(select(desk.c.id).where(desk.c.code == span.desk_code)))


# ---- what comes of it


# A script may have sent thousands: built anew for each, this statement kept SQLite's writer for a third of a second.
_REPLACE_REASONS: Final = Direct(
    lambda _: (
        update(response)
        .where(
            response.c.office_id == bindparam("of_office"),
            response.c.key == bindparam("of_key"),
            response.c.judged.is_not(True),
            response.c.set_aside.is_not_distinct_from(bindparam("before", type_=response.c.set_aside.type)),
        )
        .values(set_aside=bindparam("after"))
        .returning(response.c.key)
    )
)


def replace_reasons(connection: Connection, stored: Response, reasons: Collection[str]) -> bool:
    """Have a response set aside for these reasons, or for none; its desk-day must be marked as well.

    False, and nothing changed, where somebody has judged or changed it since it was read.
    """
    values = {
        "of_office": stored.office_id,
        "of_key": stored.key,
        "before": "|".join(stored.set_aside) or None,
        "after": "|".join(reasons) or None,
    }
    return bool(_REPLACE_REASONS.send(connection, values)())
