"""Responses: stored once under their key, each with the mark that has its desk-day recounted."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import uuid4

import msgspec
from sqlalchemy import (
    ColumnElement,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from survey.domain.response import Response
from survey.domain.trust import Limit
from survey.store import Connection
from survey.store.copying import copy_new_rows, copy_rows
from survey.store.direct import Direct, together
from survey.store.models import comment, evidence, mark, response

RESPONSE_COLUMNS = (
    response.c.office_id,
    response.c.key,
    response.c.desk_id,
    response.c.questionnaire,
    response.c.channel,
    response.c.received_on,
    response.c.received_hour,
    response.c.answers,
    response.c.respondent,
    response.c.completed,
    response.c.verified,
    response.c.set_aside,
    response.c.judged,
)

# What comes back names the new ones: how many rows went in is not known for many at once on PostgreSQL.
_INSERT_NEW = {
    name: dialect.insert(response).on_conflict_do_nothing().returning(response.c.office_id, response.c.key)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_WORTH_COPYING = 200  # rows; below that making the table in which they arrive costs more than it saves
_RECORD = Direct(_INSERT_NEW.__getitem__)
_RECORD_MARK = Direct(lambda _: insert(mark))
_RECORD_EVIDENCE = Direct(lambda _: insert(evidence))
_COUNT_OF_SENDER = Direct(
    lambda _: select(func.count()).select_from(
        select(literal_column("1").label("one"))
        .where(
            evidence.c.office_id == bindparam("office"),
            evidence.c.sender == bindparam("sender"),
            evidence.c.received_at >= bindparam("since"),
        )
        .limit(bindparam("most"))
        .offset(literal_column("0"))  # SQLite wants one, and would make it a parameter
        .subquery()
    )
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """When a response came, to the minute, when its page was issued, and from whom, as hashes or "".

    ``duration`` is the seconds from the page's issue to the send that completed the response; ``own_network``
    whether it came from a network of the office itself. None for what is not known. Kept for less than 48 hours.
    """

    received_at: datetime
    page_issued_at: datetime | None
    sender: str = ""
    device: str = ""
    duration: int | None = None
    own_network: bool | None = None


def record_response(connection: Connection, new: Response, evidence_of: Evidence, *, limit: Limit) -> bool | None:
    """Store one response with its texts, mark and evidence, as every tap does; None if its key is there already.

    Where its sender has thereby sent more than the limit, it is set aside; the answer is False for one set aside.
    """
    if not _RECORD.send(connection, _row(new))():
        return None
    if new.texts:
        _insert_texts(connection, [new])
    with together(connection):
        _RECORD_MARK.send(connection, _mark_row(new.office_id, new.desk_id, new.received_on))
        _RECORD_EVIDENCE.send(connection, {**_evidence_row(new, evidence_of), "completed_at": None})
        sent = _COUNT_OF_SENDER.send(connection, _of_sender(new, evidence_of, limit))()[0][0]
    if not limit.exceeded_by(sent):
        return not new.set_aside
    set_aside(connection, new, (limit.reason,))
    return False


def _of_sender(new: Response, evidence_of: Evidence, limit: Limit) -> dict[str, object]:
    return {
        "office": new.office_id,
        "sender": evidence_of.sender,
        "since": _minute(evidence_of.received_at - limit.within),
        "most": limit.responses + 1,
    }


def set_aside(connection: Connection, stored: Response, reasons: Sequence[str]) -> None:
    """Add reasons to those for which a response counts no longer; its desk-day must be marked as well."""
    every = {"set_aside": "|".join(dict.fromkeys((*stored.set_aside, *reasons)))}
    connection.execute(update(response).where(_is(response, stored)).values(every))


def record_responses(connection: Connection, responses: Sequence[Response], evidence_of: Evidence | None = None) -> int:
    """Store the responses that are not there yet, with their texts and marks; how many were new.

    A key that exists already is left as it is. All of ``responses`` must differ in their keys.
    """
    new = _insert_new(connection, responses)
    if not new:
        return 0
    _insert_texts(connection, new)
    mark_days(connection, {(each.office_id, each.desk_id, each.received_on) for each in new})
    if evidence_of is not None:
        connection.execute(insert(evidence), [_evidence_row(each, evidence_of) for each in new])
    return len(new)


def _insert_new(connection: Connection, responses: Sequence[Response]) -> list[Response]:
    if not responses:
        return []
    rows = [_row(each) for each in responses]
    if _is_worth_copying(connection, rows):
        inserted = copy_new_rows(connection, response, rows)
    else:
        inserting = _INSERT_NEW[connection.dialect.name]
        inserted = {(row[0], row[1]) for row in connection.execute(inserting, rows)}
    return [each for each in responses if (each.office_id, each.key) in inserted]


def _is_worth_copying(connection: Connection, rows: Sequence[object]) -> bool:
    return connection.dialect.name == "postgresql" and len(rows) >= _WORTH_COPYING


def _row(each: Response) -> dict[str, object]:
    return {
        "office_id": each.office_id,
        "key": each.key,
        "desk_id": each.desk_id,
        "questionnaire": each.questionnaire,
        "channel": each.channel,
        "received_on": each.received_on,
        "received_hour": each.received_hour,
        **_changeable(each),
    }


def _changeable(each: Response) -> dict[str, object]:
    return {
        "answers": msgspec.json.encode(each.answers).decode(),
        "respondent": msgspec.json.encode(each.respondent).decode() if each.respondent else None,
        "completed": each.completed,
        "verified": each.verified,
        "set_aside": "|".join(each.set_aside) or None,
        "judged": each.judged or None,
    }


def _evidence_row(each: Response, known: Evidence) -> dict[str, object]:
    return {
        "office_id": each.office_id,
        "key": each.key,
        "received_at": _minute(known.received_at),
        "page_issued_at": known.page_issued_at and _minute(known.page_issued_at),
        "sender": known.sender or None,
        "device": known.device or None,
        "duration": known.duration,
        "own_network": known.own_network,
    }


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _insert_texts(connection: Connection, responses: Iterable[Response]) -> None:
    rows = [
        {"office_id": each.office_id, "key": each.key, "question": question, "text": text}
        for each in responses
        for question, text in each.texts.items()
    ]
    if _is_worth_copying(connection, rows):
        copy_rows(connection, comment, rows)
    elif rows:
        connection.execute(insert(comment), rows)


def mark_days(connection: Connection, days: Collection[tuple[int, int, date]]) -> None:
    """Have these desk-days (office, desk, day) recounted by the next reader."""
    rows = [_mark_row(*each) for each in days]
    if _is_worth_copying(connection, rows):
        copy_rows(connection, mark, rows)
    else:
        connection.execute(insert(mark), rows)


def _mark_row(office_id: int, desk_id: int, day: date) -> dict[str, object]:
    return {"office_id": office_id, "id": uuid4(), "desk_id": desk_id, "day": day}


def fetch_response(
    connection: Connection, office_ids: Iterable[int], key: str
) -> tuple[Response, datetime | None] | None:
    """The response of that key at the first of these offices that holds it, and the minute it came.

    Locked against a second writer, one office after the other: rows are locked at one office by equality only.
    """
    for office_id in office_ids:
        query = select(*RESPONSE_COLUMNS).where(response.c.office_id == office_id, response.c.key == key)
        row = connection.execute(query.with_for_update()).one_or_none()
        if row is not None:
            stored = response_of_row(row, _texts(connection, office_id, key))
            minute = select(evidence.c.received_at).where(_is(evidence, stored))
            return stored, connection.execute(minute).scalar()
    return None


def _is(table: Table, each: Response) -> ColumnElement[bool]:
    return and_(table.c.office_id == each.office_id, table.c.key == each.key)


def _texts(connection: Connection, office_id: int, key: str) -> dict[str, str]:
    query = select(comment.c.question, comment.c.text).where(comment.c.office_id == office_id, comment.c.key == key)
    return {question: text for question, text in connection.execute(query)}


def response_of_row(row: Any, texts: dict[str, str]) -> Response:
    """The response in a row of ``RESPONSE_COLUMNS``, with what was written beside it."""
    return Response(
        office_id=row.office_id,
        key=row.key,
        desk_id=row.desk_id,
        questionnaire=row.questionnaire,
        channel=row.channel,
        received_on=row.received_on,
        received_hour=row.received_hour,
        answers=_tuples(msgspec.json.decode(row.answers)),
        respondent=msgspec.json.decode(row.respondent) if row.respondent else {},
        texts=texts,
        completed=row.completed,
        verified=row.verified,
        set_aside=tuple(row.set_aside.split("|")) if row.set_aside else (),
        judged=bool(row.judged),
    )


def _tuples(answers: dict[str, Any]) -> dict[str, object]:
    return {question: tuple(each) if isinstance(each, list) else each for question, each in answers.items()}


def amend_response(connection: Connection, amended: Response, *, now: datetime, duration: int | None = None) -> None:
    """Replace what may change of a stored response: answers, respondent facts, texts and reasons.

    ``duration`` goes into its evidence where this is the send that completes it.
    """
    connection.execute(update(response).where(_is(response, amended)).values(_changeable(amended)))
    connection.execute(delete(comment).where(_is(comment, amended)))
    _insert_texts(connection, [amended])
    if amended.completed:
        known: dict[str, object] = {"completed_at": _minute(now)}
        if duration is not None:
            known["duration"] = duration
        connection.execute(update(evidence).where(_is(evidence, amended)).values(known))
    mark_days(connection, {(amended.office_id, amended.desk_id, amended.received_on)})


def known_keys(connection: Connection, keys: Collection[tuple[int, str]]) -> frozenset[tuple[int, str]]:
    """Those of the keys, each with its office, that are there already."""
    if not keys:
        return frozenset()
    query = select(response.c.office_id, response.c.key)
    if connection.dialect.name == "sqlite":
        query = query.where(tuple_(response.c.office_id, response.c.key).in_(keys))
    else:  # 2 000 keys at 300 offices take PostgreSQL 80 ms; as pairs it plans them for 300 ms
        offices, names = map(set, zip(*keys, strict=True))
        query = query.where(response.c.office_id.in_(offices), response.c.key.in_(names))
    return frozenset(keys).intersection((row[0], row[1]) for row in connection.execute(query))


def stream_responses(
    connection: Connection,
    *,
    office_ids: Collection[int],
    first: date,
    last: date,
    questionnaire: str | None = None,
    channels: Collection[str] | None = None,
) -> Iterator[Response]:
    """Responses of these offices in the span of days, ordered by office, day and key."""
    query = (
        select(*RESPONSE_COLUMNS, comment.c.question, comment.c.text)
        .outerjoin(comment, and_(comment.c.office_id == response.c.office_id, comment.c.key == response.c.key))
        .where(*_wanted(office_ids, first, last, questionnaire, channels))
        .order_by(response.c.office_id, response.c.received_on, response.c.key)
        .execution_options(yield_per=2000)
    )
    for _, rows in groupby(connection.execute(query), key=itemgetter(0, 1)):
        every = list(rows)
        yield response_of_row(every[0], {row.question: row.text for row in every if row.question is not None})


def count_responses(
    connection: Connection,
    *,
    office_ids: Collection[int],
    first: date,
    last: date,
    questionnaire: str | None = None,
    channels: Collection[str] | None = None,
) -> int:
    """How many ``stream_responses`` gives; it reads every one of them, so it is for telling progress only."""
    wanted = _wanted(office_ids, first, last, questionnaire, channels)
    return connection.execute(select(func.count()).select_from(response).where(*wanted)).scalar_one()


def _wanted(
    office_ids: Collection[int],
    first: date,
    last: date,
    questionnaire: str | None,
    channels: Collection[str] | None,
) -> Iterator[ColumnElement[bool]]:
    yield response.c.office_id.in_(office_ids)
    yield response.c.received_on.between(first, last)
    if questionnaire is not None:
        yield response.c.questionnaire == questionnaire
    if channels is not None:
        yield response.c.channel.in_(channels)


def erase_evidence(connection: Connection, *, before: datetime) -> int:
    """Erase the evidence of responses that came before that minute; how many rows went (promise 3)."""
    return connection.execute(delete(evidence).where(evidence.c.received_at < before)).rowcount


def erase_personal(connection: Connection, *, before: date) -> int:
    """Empty comments and respondent bands of responses older than the retention; answers and scores stay."""
    old = response.c.received_on < before
    texts = connection.execute(
        delete(comment).where(
            select(response.c.key)
            .where(old, response.c.office_id == comment.c.office_id, response.c.key == comment.c.key)
            .exists()
        )
    ).rowcount
    bands = update(response).where(old, response.c.respondent.is_not(None)).values(respondent=None)
    return texts + connection.execute(bands).rowcount
