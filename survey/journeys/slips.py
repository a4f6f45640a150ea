"""Slips: issued for a desk, handed out with the appointment, and good for one verified answer (Q1).

The database knows a slip by the keyed hash of its code, so everything here takes hashes: a code is known to whoever
printed it, to whoever holds it, and to the page that carries it.
"""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from survey.domain.message import Message, message
from survey.domain.offices import Desk, NoOfficeServes, Office, normalise_desk_code
from survey.domain.slips import week_of
from survey.store import Connection
from survey.store.offices import fetch_desk, fetch_tree
from survey.store.slips import add_slips, fetch_slip, use_slip

# What became of a slip that an answer carried: proof of a transaction, used before, or none of that office's.
Proof = Literal["verified", "used", "none"]


class NoSlipsFor(Exception):
    """No slip can be issued there; says why."""

    def __init__(self, why: Message) -> None:
        super().__init__(str(why))
        self.message = why


def slip_desk(connection: Connection, code: str, *, today: date) -> tuple[Desk, Office]:
    """The desk of that code and the office its slips are of today. Raises NoSlipsFor."""
    found = fetch_desk(connection, normalise_desk_code(code) or "")
    if found is None:
        raise NoSlipsFor(message("Không có quầy nào mang mã “%(code)s”.", code=code))
    desk, _ = found
    if desk.valid_to is not None and desk.retired_before(today):
        last = f"{desk.valid_to:%d/%m/%Y}"
        raise NoSlipsFor(message("Quầy %(code)s ngừng nhận phiếu sau ngày %(day)s.", code=desk.code, day=last))
    try:
        return desk, fetch_tree(connection).serving(desk.office_id, today)
    except NoOfficeServes:
        why = message("Cơ quan của quầy %(code)s đã ngừng hoạt động.", code=desk.code)
        raise NoSlipsFor(why) from None


def issue_slips(connection: Connection, hashes: Iterable[str], desk: Desk, office: Office, *, today: date) -> None:
    """Have these slips count from now on, as issued at the desk for the office in this week."""
    add_slips(connection, hashes, office_id=office.id, desk_id=desk.id, week=week_of(today))


def prove(connection: Connection, hashed: str, office: Office, *, today: date) -> Proof:
    """Take a slip as the proof of an answer to this office, in the transaction that stores the answer.

    A slip is of the office that issued it and, after a merger, of whoever took that over.
    """
    known = fetch_slip(connection, hashed)
    if known is None or not _is_of(connection, known.office_id, office, today):
        return "none"
    return "verified" if use_slip(connection, hashed) else "used"


def _is_of(connection: Connection, office_id: int, office: Office, today: date) -> bool:
    if office_id == office.id:
        return True
    try:
        return fetch_tree(connection).serving(office_id, today).id == office.id
    except NoOfficeServes:
        return False
