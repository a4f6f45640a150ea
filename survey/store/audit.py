"""The audit trail: entries are added at its end, and nothing else is ever done to it."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.dialects import postgresql, sqlite

from survey.domain.audit import Deed, Entry, next_entry
from survey.store import Connection
from survey.store.models_trust import audit

_DIALECTS = {"sqlite": sqlite, "postgresql": postgresql}
_ENTRY = [audit.c[name] for name in ("number", "at", "who", "action", "office", "subject", "note", "before", "digest")]


def append_audit(connection: Connection, deed: Deed, *, at: datetime) -> Entry:
    """Add what somebody did to the end of the trail; the entry.

    Waits for whoever is adding one in an unfinished transaction, and then follows that one: numbers have no gap and no
    two entries follow the same one. It is therefore the last thing a transaction does: nothing that others might hold
    locked may be asked for after it.
    """
    while True:
        last = next(iter(connection.execute(_entries().order_by(audit.c.number.desc()).limit(1))), None)
        entry = next_entry(None if last is None else _entry(last), deed, at=at)
        row = {
            "number": entry.number,
            "at": entry.at,
            "who": deed.who,
            "action": deed.action,
            "office": deed.office,
            "subject": deed.subject,
            "note": deed.note,
            "before": entry.before,
            "digest": entry.digest,
        }
        added = _DIALECTS[connection.dialect.name].insert(audit).values(row).on_conflict_do_nothing()
        if connection.execute(added.returning(audit.c.number)).first() is not None:
            return entry


def _entries() -> Select[Any]:
    return select(*_ENTRY)


def _entry(row: Any) -> Entry:
    deed = Deed(row.who, row.action, row.office, row.subject, row.note)
    return Entry(row.number, row.at, deed, row.before, row.digest)


def stream_audit(connection: Connection, *, office: str | None = None) -> Iterator[Entry]:
    """The entries from the beginning on; those about one office (its code) only, when named."""
    query = _entries().order_by(audit.c.number).execution_options(yield_per=2000)
    if office is not None:
        query = query.where(audit.c.office == office)
    return (_entry(row) for row in connection.execute(query))


def last_entries(connection: Connection, *, office: str, actions: Collection[str], most: int) -> Sequence[Entry]:
    """The latest entries of these kinds about an office, newest first."""
    query = _entries().where(audit.c.office == office, audit.c.action.in_(actions))
    return [_entry(row) for row in connection.execute(query.order_by(audit.c.number.desc()).limit(most))]


def count_audit(connection: Connection) -> int:
    """How many entries there are."""
    return connection.execute(select(func.count()).select_from(audit)).scalar_one()
