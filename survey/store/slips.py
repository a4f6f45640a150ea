"""Slips, known by the keyed hash of their code: rows in, plain values out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select, text, update

from survey.store import Connection
from survey.store.models import desk
from survey.store.models_trust import slip, slip_batch


@dataclass(frozen=True, slots=True)
class KnownSlip:
    """A slip that was issued: at which desk, by which office, and whether somebody has answered with it."""

    desk_code: str
    office_id: int
    used: bool


def add_slips(connection: Connection, hashes: Iterable[str], *, office_id: int, desk_id: int, week: date) -> None:
    """Add slips to what was issued at this desk in this week.

    One batch a desk and week: a batch of its own for each command could be a batch of one person. The rows are stored
    in the order of their hashes, so that their order says nothing about that of the sheets, which is that of the queue.
    """
    ordered = sorted(hashes)
    of_week = (slip_batch.c.office_id == office_id, slip_batch.c.desk_id == desk_id, slip_batch.c.week == week)
    batch_id = connection.execute(select(slip_batch.c.id).where(*of_week).with_for_update()).scalar()
    if batch_id is None:
        new = insert(slip_batch).values(office_id=office_id, desk_id=desk_id, week=week, slips=len(ordered))
        batch_id = connection.execute(new.returning(slip_batch.c.id)).scalar_one()
    else:
        more = update(slip_batch).where(slip_batch.c.id == batch_id)
        connection.execute(more.values(slips=slip_batch.c.slips + len(ordered)))
    connection.execute(insert(slip), [{"code": each, "batch_id": batch_id, "used": False} for each in ordered])


def fetch_slip(connection: Connection, hashed: str) -> KnownSlip | None:
    """The slip of that hash; None if it was never issued."""
    query = (
        select(desk.c.code, slip_batch.c.office_id, slip.c.used)
        .select_from(slip)
        .join(slip_batch, slip_batch.c.id == slip.c.batch_id)
        .join(desk, desk.c.id == slip_batch.c.desk_id)
        .where(slip.c.code == hashed)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else KnownSlip(*row)


def use_slip(connection: Connection, hashed: str) -> bool:
    """Take the slip as used; False where it was used before. Of two at once, one is told True."""
    taking = update(slip).where(slip.c.code == hashed, slip.c.used.is_(False)).values(used=True)
    return connection.execute(taking).rowcount == 1


def give_slip_back(connection: Connection, hashed: str) -> None:
    """Undo ``use_slip`` in the same transaction."""
    connection.execute(update(slip).where(slip.c.code == hashed).values(used=False))


def forget_use(connection: Connection) -> int:
    """Write the slips used since the last time anew, together and in the order of their hashes; how many.

    PostgreSQL keeps with every row the transaction that wrote it, and a slip is used in the transaction that stores
    its response: until this ran, anyone with the database could put the two together (promise 3). Afterwards all of
    them name this transaction. SQLite keeps no such thing, and changes a row where it stands.
    """
    if connection.dialect.name == "sqlite":
        return 0
    alone = connection.execute(_USED_ALONE).all()
    rows = [{"code": code, "batch_id": batch_id, "used": True} for code, batch_id in alone]
    if rows:
        connection.execute(slip.delete().where(slip.c.code.in_([row["code"] for row in rows])))
        connection.execute(insert(slip), rows)
    return len(rows)


# Those of earlier rounds share their transaction with others; one that was alone in its round comes again.
_USED_ALONE = text(
    "SELECT code, batch_id FROM slip WHERE used AND xmin::text IN "
    "(SELECT xmin::text FROM slip WHERE used GROUP BY xmin::text HAVING count(*) = 1) "
    "ORDER BY code LIMIT 10000 FOR UPDATE"
)
