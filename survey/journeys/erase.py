"""Forgetting: what the quality rules needed goes within 48 hours, what people wrote after the retention."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from survey.store import Connection
from survey.store.responses import erase_evidence, erase_personal
from survey.store.senders import erase_daily_keys

# An hour between two rounds and a restart in between still keep promise 3's 48 hours.
EVIDENCE_LIFE = timedelta(hours=46)


@dataclass(frozen=True, slots=True)
class Erased:
    """How many rows of evidence, keys of senders, and comments and respondent bands were emptied."""

    evidence: int
    keys: int
    personal: int


def erase_expired(connection: Connection, *, now: datetime, retention_months: int) -> Erased:
    """Erase what promise 3 gives a term.

    Evidence after 46 hours, the keys of senders when their day is over, comments and bands after the retention.
    """
    return Erased(
        evidence=erase_evidence(connection, before=now - EVIDENCE_LIFE),
        keys=erase_daily_keys(connection, before=now.date()),
        personal=erase_personal(connection, before=months_before(now.date(), retention_months)),
    )


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last day of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), first_of_next - timedelta(days=1))
