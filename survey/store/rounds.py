"""Rounds, the offices in them, and invitations, known by keyed hashes only: rows in, domain objects out."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from secrets import token_hex
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, text, update

from survey.domain.offices import Desk, Office
from survey.domain.rounds import Round, RoundOffice
from survey.store import Connection
from survey.store.models import desk, office
from survey.store.models_trust import invitation, round_, round_office
from survey.store.offices import DESK_COLUMNS, OFFICE_COLUMNS

_ROUND = [round_.c[name] for name in Round.__dataclass_fields__]
# What stands in the place of a hash when a round is long over: no hash of a code begins so.
_FORGOTTEN: Final = "0" * 32


def add_round(connection: Connection, new: Round, desks: Sequence[Desk], *, target: int) -> None:
    """Add a round with one desk for each of its offices; no round of that key may be there yet."""
    connection.execute(insert(round_).values({name: getattr(new, name) for name in Round.__dataclass_fields__}))
    for each in desks:
        connection.execute(insert(round_office).values(round_key=new.key, office_id=each.office_id, target=target))
        columns = {name: getattr(each, name) for name in Desk.__dataclass_fields__ if name != "id"}
        connection.execute(insert(desk).values(round_key=new.key, **columns))


def fetch_rounds(connection: Connection) -> tuple[Round, ...]:
    """Every round, the latest first."""
    query = select(*_ROUND).order_by(round_.c.first_day.desc(), round_.c.key)
    return tuple(Round(*row) for row in connection.execute(query))


def fetch_round(connection: Connection, key: str) -> Round | None:
    """The round of that key."""
    row = connection.execute(select(*_ROUND).where(round_.c.key == key)).one_or_none()
    return None if row is None else Round(*row)


def fetch_progress(
    connection: Connection, *, round_key: str | None = None, office_ids: Collection[int] | None = None
) -> tuple[RoundOffice, ...]:
    """How far rounds are at their offices, the latest round first, then by office; of one round, or at some offices."""
    query = (
        select(*_ROUND, *OFFICE_COLUMNS, round_office.c.files, round_office.c.target)
        .join(round_office, round_office.c.round_key == round_.c.key)
        .join(office, office.c.id == round_office.c.office_id)
        .order_by(round_.c.first_day.desc(), round_.c.key, office.c.code)
    )
    if round_key is not None:
        query = query.where(round_.c.key == round_key)
    if office_ids is not None:
        query = query.where(round_office.c.office_id.in_(office_ids))
    counts = _counts(connection, round_key)
    return tuple(_progress(row, counts) for row in connection.execute(query))


def _counts(connection: Connection, round_key: str | None) -> dict[tuple[str, int, bool], int]:
    """How many invitations there are by round, office and whether they are used."""
    by = (invitation.c.round_key, invitation.c.office_id, invitation.c.used)
    query = select(*by, func.count()).group_by(*by)
    if round_key is not None:
        query = query.where(invitation.c.round_key == round_key)
    return {(key, office_id, used): number for key, office_id, used, number in connection.execute(query)}


def _progress(row: Any, counts: dict[tuple[str, int, bool], int]) -> RoundOffice:
    of_round, of_office = len(_ROUND), len(_ROUND) + len(OFFICE_COLUMNS)
    found, at = Round(*row[:of_round]), Office(*row[of_round:of_office])
    answered = counts.get((found.key, at.id, True), 0)
    return RoundOffice(
        round=found,
        office=at,
        files=row.files,
        target=row.target,
        invited=answered + counts.get((found.key, at.id, False), 0),
        answered=answered,
    )


def fetch_round_desks(connection: Connection, office_ids: Collection[int]) -> dict[tuple[str, int], Desk]:
    """The desks at which rounds are answered, by round and office."""
    query = select(desk.c.round_key, *DESK_COLUMNS).where(
        desk.c.round_key.is_not(None), desk.c.office_id.in_(office_ids)
    )
    return {(row[0], row.office_id): Desk(*row[1:]) for row in connection.execute(query)}


def fetch_round_desk(connection: Connection, code: str) -> tuple[Desk, Office] | None:
    """The desk of that code with its office, if a round is answered there."""
    query = (
        select(*DESK_COLUMNS, *OFFICE_COLUMNS)
        .join(office, office.c.id == desk.c.office_id)
        .where(desk.c.code == code, desk.c.round_key.is_not(None))
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else (Desk(*row[: len(DESK_COLUMNS)]), Office(*row[len(DESK_COLUMNS) :]))


def fetch_round_codes(connection: Connection) -> frozenset[str]:
    """The codes of the desks at which rounds are answered."""
    return frozenset(connection.execute(select(desk.c.code).where(desk.c.round_key.is_not(None))).scalars())


# --- invitations ------------------------------------------------------------------------------------------


def lock_round_office(connection: Connection, round_key: str, office_id: int) -> None:
    """Have whoever else draws for this office of this round wait until we are done."""
    connection.execute(select(round_office.c.target).where(_is(round_key, office_id)).with_for_update()).one()


def _is(round_key: str, office_id: int) -> ColumnElement[bool]:
    return and_(round_office.c.round_key == round_key, round_office.c.office_id == office_id)


def record_files(connection: Connection, round_key: str, office_id: int, *, files: int, target: int) -> None:
    """Note how many files there were to draw from, and the target that follows."""
    values = {"files": files, "target": target}
    connection.execute(update(round_office).where(_is(round_key, office_id)).values(values))


def add_invitations(connection: Connection, round_key: str, office_id: int, hashes: Iterable[str]) -> None:
    """Add unused invitations.

    In the order of the hashes: a table may keep rows in the order in which they came, and that of the draw would tell
    the file of each from the list and the seed.
    """
    connection.execute(
        insert(invitation),
        [{"code": each, "round_key": round_key, "office_id": office_id, "used": False} for each in sorted(hashes)],
    )


def fetch_invited_desk(connection: Connection, code: str) -> tuple[Desk, Office, bool] | None:
    """The desk at which the invitation of that hash is answered, its office, and whether it is used."""
    query = (
        select(*DESK_COLUMNS, *OFFICE_COLUMNS, invitation.c.used)
        .select_from(invitation)
        .join(
            desk,
            and_(desk.c.round_key == invitation.c.round_key, desk.c.office_id == invitation.c.office_id),
        )
        .join(office, office.c.id == desk.c.office_id)
        .where(invitation.c.code == code)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    of_desk = len(DESK_COLUMNS)
    return Desk(*row[:of_desk]), Office(*row[of_desk:-1]), row.used


def claim_invitation(connection: Connection, code: str) -> bool:
    """Use the invitation of that hash, in the transaction that stores its response; False if it is used already.

    A second claim waits for the transaction of the first.
    """
    unused = and_(invitation.c.code == code, invitation.c.used.is_(False))
    return connection.execute(update(invitation).where(unused).values(used=True)).rowcount == 1


def forget_order(connection: Connection) -> int:
    """Write the invitations used since the last time anew, together and in the order of their hashes; how many.

    As for slips (store/slips.py, ``forget_use``): PostgreSQL keeps with every row the transaction that wrote it, and a
    link is used in the one that stores its response.
    """
    if connection.dialect.name == "sqlite":
        return 0
    rows = [dict(row._mapping) for row in connection.execute(_USED_ALONE)]
    if rows:
        connection.execute(delete(invitation).where(invitation.c.code.in_([row["code"] for row in rows])))
        connection.execute(insert(invitation), rows)
    return len(rows)


# Those of earlier times share their transaction with others; one that was alone comes again.
_USED_ALONE: Final = text(
    "SELECT code, round_key, office_id, used FROM invitation WHERE used AND xmin::text IN "
    "(SELECT xmin::text FROM invitation WHERE used GROUP BY xmin::text HAVING count(*) = 1) "
    "ORDER BY code LIMIT 10000 FOR UPDATE"
)


def forget_invitations(connection: Connection, *, ended_before: date) -> int:
    """Put chance in the place of the hashes of rounds that ended before a day; how many.

    How many were used stays. Which ones, and in which order, nobody can tell any more, not even with the links.
    """
    over = select(round_.c.key).where(round_.c.last_day < ended_before)
    old = and_(invitation.c.round_key.in_(over), invitation.c.code.not_like(f"{_FORGOTTEN}%"))
    columns = (invitation.c.round_key, invitation.c.office_id, invitation.c.used)
    rows = connection.execute(select(*columns).where(old).with_for_update()).all()
    if not rows:
        return 0
    connection.execute(delete(invitation).where(old))
    new = [dict(row._mapping, code=_FORGOTTEN + token_hex(16)) for row in rows]
    connection.execute(insert(invitation), sorted(new, key=lambda row: str(row["code"])))
    return len(rows)
