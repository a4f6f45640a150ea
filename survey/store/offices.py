"""Offices and desks: rows in, domain objects out."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, insert, select, union, update

from survey.domain.offices import Desk, Office, OfficeTree
from survey.store import Connection
from survey.store.direct import Direct
from survey.store.models import (
    cell,
    comment,
    desk,
    evidence,
    half_month,
    mark,
    office,
    report,
    response,
    staff,
    tally,
)
from survey.store.models_trust import invitation, office_fact, round_, round_office, slip, slip_batch, transactions

OFFICE_COLUMNS = [office.c[name] for name in Office.__dataclass_fields__]
DESK_COLUMNS = [desk.c[name] for name in Desk.__dataclass_fields__]
# Every scan and every tap asks this.
_DESK_OF_CODE = Direct(
    lambda _: (
        select(*DESK_COLUMNS, *OFFICE_COLUMNS)
        .join(office, office.c.id == desk.c.office_id)
        .where(desk.c.code == bindparam("code"), desk.c.round_key.is_(None))
    )
)


def fetch_tree(connection: Connection) -> OfficeTree:
    """Every office of the installation, closed ones included."""
    return OfficeTree(Office(*row) for row in connection.execute(select(*OFFICE_COLUMNS)))


def fetch_kin(connection: Connection, code: str) -> OfficeTree:
    """The office of that code and who is needed to tell its figures; empty when there is none.

    Everything above and below it, whatever was merged into one of these below, and whoever came after. A country has
    11 000 offices: reading them all takes 40 ms, reading one with its kin less than 1 ms.
    """
    return OfficeTree(Office(*row) for row in connection.execute(_KIN, {"code": code}))


def _kin() -> Select[Any]:
    """Recursive queries over the offices alone, joined to nothing that is distributed (docs/scaling.md)."""
    above, below, before, after = (office.alias() for _ in range(4))
    the_office = office.c.code == bindparam("code")
    up = select(office.c.id, office.c.parent_id).where(the_office).cte("up", recursive=True)
    up = up.union(select(above.c.id, above.c.parent_id).where(above.c.id == up.c.parent_id))
    down = select(office.c.id).where(the_office).cte("down", recursive=True)
    down = down.union(select(below.c.id).where(below.c.parent_id == down.c.id))
    merged = select(down.c.id).cte("merged", recursive=True)
    merged = merged.union(select(before.c.id).where(before.c.successor_id == merged.c.id))
    in_it = office.c.id.in_(select(merged.c.id))
    heirs = select(office.c.id, office.c.successor_id).where(in_it).cte("heirs", recursive=True)
    heirs = heirs.union(select(after.c.id, after.c.successor_id).where(after.c.id == heirs.c.successor_id))
    return select(*OFFICE_COLUMNS).where(office.c.id.in_(union(select(up.c.id), select(heirs.c.id))))


_KIN = _kin()


def save_office(connection: Connection, values: Office) -> Office:
    """Add the office, or change the one of that code. Relatives are set apart, by ``link_office``."""
    columns = {
        "name": values.name,
        "kind": values.kind,
        "valid_from": values.valid_from,
        "valid_to": values.valid_to,
        "successor_id": None,
        "parent_id": None,
        "demonstration": values.demonstration,
    }
    known = connection.execute(select(office.c.id).where(office.c.code == values.code)).scalar()
    if known is None:
        added = insert(office).values(code=values.code, **columns).returning(*OFFICE_COLUMNS)
        return Office(*connection.execute(added).one())
    changed = update(office).where(office.c.id == known).values(**columns).returning(*OFFICE_COLUMNS)
    return Office(*connection.execute(changed).one())


def link_office(connection: Connection, office_id: int, *, parent_id: int | None, successor_id: int | None) -> None:
    """Set an office's parent and successor once all offices of an import exist."""
    values = {"parent_id": parent_id, "successor_id": successor_id}
    connection.execute(update(office).where(office.c.id == office_id).values(**values))


def fetch_desk(connection: Connection, code: str) -> tuple[Desk, Office] | None:
    """The desk of that code with the office it was set up in; None if the code was never given out.

    The desk of a round hangs nowhere: none has its code (store/rounds.py).
    """
    row = _DESK_OF_CODE.ask(connection, {"code": code})
    return None if row is None else (Desk(*row[: len(DESK_COLUMNS)]), Office(*row[len(DESK_COLUMNS) :]))


def fetch_desks(
    connection: Connection, office_ids: Collection[int] | None = None, *, of_rounds: bool = False
) -> tuple[Desk, ...]:
    """Desks of these offices (of all, when None), by office and name; those of rounds only where they are asked for."""
    query = select(*DESK_COLUMNS).order_by(desk.c.office_id, desk.c.name, desk.c.code)
    if not of_rounds:
        query = query.where(desk.c.round_key.is_(None))
    if office_ids is not None:
        query = query.where(desk.c.office_id.in_(office_ids))
    return tuple(Desk(*row) for row in connection.execute(query))


def save_desk(connection: Connection, values: Desk) -> None:
    """Add the desk, or change the one of that code."""
    columns = {name: getattr(values, name) for name in Desk.__dataclass_fields__ if name != "id"}
    known = connection.execute(select(desk.c.id).where(desk.c.code == values.code)).scalar()
    if known is None:
        connection.execute(insert(desk).values(**columns))
    else:
        connection.execute(update(desk).where(desk.c.id == known).values(**columns))


def answered_desks(connection: Connection, office_ids: Collection[int]) -> frozenset[int]:
    """Ids of the desks of these offices that hold at least one response."""
    query = select(response.c.desk_id).where(response.c.office_id.in_(office_ids)).distinct()
    return frozenset(connection.execute(query).scalars())


def last_answer_days(connection: Connection, office_ids: Sequence[int]) -> dict[int, date]:
    """The last day with an answer per desk; read from the tallies, so its cost does not grow with the answers."""
    query = select(tally.c.desk_id, func.max(tally.c.day)).where(tally.c.office_id.in_(office_ids))
    return {desk_id: day for desk_id, day in connection.execute(query.group_by(tally.c.desk_id))}


def delete_demonstration(connection: Connection) -> int:
    """Remove every demonstration office with all that hangs on it; how many offices went."""
    ids = connection.execute(select(office.c.id).where(office.c.demonstration)).scalars().all()
    batches = select(slip_batch.c.id).where(slip_batch.c.office_id.in_(ids))
    connection.execute(delete(slip).where(slip.c.batch_id.in_(batches)))
    handed_out = (invitation, round_office, slip_batch, transactions, office_fact)
    for table in (cell, comment, evidence, response, mark, tally, half_month, report, staff, *handed_out, desk):
        connection.execute(delete(table).where(table.c.office_id.in_(ids)))
    at_an_office = select(round_office.c.round_key)
    connection.execute(delete(round_).where(round_.c.key.not_in(at_an_office)))
    for relative in (office.c.parent_id, office.c.successor_id):
        # A real office that somebody hung below a demonstration one stays, without that relative.
        connection.execute(update(office).where(relative.in_(ids)).values({relative.name: None}))
    connection.execute(delete(office).where(office.c.id.in_(ids)))
    return len(ids)
