"""The key of the day, with which senders are hashed: in the database, because every process must hash alike."""

from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from survey.store import Connection
from survey.store.models import daily_key

_DIALECTS = {"sqlite": sqlite, "postgresql": postgresql}


def fetch_daily_key(connection: Connection, day: date, *, proposed: bytes) -> bytes:
    """The key of that day; the proposed one becomes it where there is none yet."""
    added = _DIALECTS[connection.dialect.name].insert(daily_key).values(day=day, key=proposed)
    connection.execute(added.on_conflict_do_nothing())
    return bytes(connection.execute(select(daily_key.c.key).where(daily_key.c.day == day)).scalar_one())


def erase_daily_keys(connection: Connection, *, before: date) -> int:
    """Throw away the keys of earlier days; how many went."""
    return connection.execute(delete(daily_key).where(daily_key.c.day < before)).rowcount
