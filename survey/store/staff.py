"""Staff accounts, and the failed sign-ins counted against them: rows in, domain objects out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from survey.domain.staff import Role, Staff
from survey.store import Connection
from survey.store.models import attempt, staff

_STAFF = (staff.c.id, staff.c.email, staff.c.role, staff.c.office_id, staff.c.one_time)


@dataclass(frozen=True, slots=True)
class Account:
    """A member of staff with the secrets of their account."""

    staff: Staff
    password_hash: str
    session_token: str


def _fetch(connection: Connection, condition: ColumnElement[bool]) -> Account | None:
    query = select(*_STAFF, staff.c.password_hash, staff.c.session_token).where(condition)
    row: Any = connection.execute(query).one_or_none()
    return None if row is None else Account(Staff(*row[:5]), row.password_hash, row.session_token)


def add_account(
    connection: Connection, *, email: str, role: Role, office_id: int | None, password_hash: str, session_token: str
) -> Staff:
    """A new account with a one-time password; IntegrityError where the e-mail is taken."""
    values = {
        "email": email,
        "role": role,
        "office_id": office_id,
        "password_hash": password_hash,
        "session_token": session_token,
        "one_time": True,
    }
    return Staff(*connection.execute(insert(staff).values(values).returning(*_STAFF)).one())


def fetch_account(connection: Connection, email: str) -> Account | None:
    """The account of an e-mail address as it is stored (``tidy_email``)."""
    return _fetch(connection, staff.c.email == email)


def fetch_account_by_id(connection: Connection, staff_id: int) -> Account | None:
    """The account of that number."""
    return _fetch(connection, staff.c.id == staff_id)


def fetch_every_staff(connection: Connection) -> tuple[Staff, ...]:
    """All accounts, by e-mail."""
    return tuple(Staff(*row) for row in connection.execute(select(*_STAFF).order_by(staff.c.email)))


def set_password(
    connection: Connection, staff_id: int, *, password_hash: str, session_token: str, one_time: bool
) -> None:
    """Replace the password; the new token ends every session of the account."""
    values = {"password_hash": password_hash, "session_token": session_token, "one_time": one_time}
    connection.execute(update(staff).where(staff.c.id == staff_id).values(values))


def strengthen_hash(connection: Connection, staff_id: int, *, known: str, stronger: str) -> None:
    """Replace the hash of the same password, unless the password was changed meanwhile; sessions go on."""
    same = (staff.c.id == staff_id) & (staff.c.password_hash == known)
    connection.execute(update(staff).where(same).values(password_hash=stronger))


# --- attempts ---------------------------------------------------------------------------------------------


def count_attempt(connection: Connection, subject: str, *, now: datetime, since: datetime) -> int:
    """One more attempt of a subject in this minute; how many it has made after ``since``, this one included.

    The row of the minute stays locked until the transaction ends, so that parallel guesses are counted one by one.
    """
    minute = now.replace(second=0, microsecond=0)
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    one = dialect.insert(attempt).values(subject=subject, window_start=minute, failures=1)
    one_more = {"failures": attempt.c.failures + 1}
    keys = [attempt.c.subject, attempt.c.window_start]
    connection.execute(one.on_conflict_do_update(index_elements=keys, set_=one_more))
    recent = (attempt.c.subject == subject) & (attempt.c.window_start > since)
    return int(connection.execute(select(func.sum(attempt.c.failures)).where(recent)).scalar_one())


def take_back_attempt(connection: Connection, subject: str, *, now: datetime) -> None:
    """Uncount the attempt of this minute: it turned out to be no failure."""
    minute = now.replace(second=0, microsecond=0)
    same = (attempt.c.subject == subject) & (attempt.c.window_start == minute)
    connection.execute(update(attempt).where(same).values(failures=attempt.c.failures - 1))


def forgive_attempts(connection: Connection, subject: str) -> None:
    """Forget the failures of a subject."""
    connection.execute(delete(attempt).where(attempt.c.subject == subject))


def erase_attempts(connection: Connection, *, before: datetime) -> int:
    """Erase what no limit counts any more; how many rows went."""
    return connection.execute(delete(attempt).where(attempt.c.window_start <= before)).rowcount
