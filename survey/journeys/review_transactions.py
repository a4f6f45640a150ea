"""More responses than transactions (Q2): looked at every day where the number of a past period is known.

The number may be told, or corrected, long after the responses came: a reason that was right comes and one that is wrong
goes, unless a person has judged the response.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from survey.domain.offices import OfficeTree
from survey.domain.response import Response
from survey.domain.scoring import HEADLINE_CHANNELS
from survey.domain.transactions import WHOLE_OFFICE, Transactions
from survey.domain.trust import MORE_THAN_TRANSACTIONS, Received, beyond_transactions
from survey.store import Connection, Database
from survey.store.offices import fetch_tree
from survey.store.responses import mark_days
from survey.store.review import Span, count_span, fetch_span, replace_reasons
from survey.store.transactions import stream_transactions

LOOKED_BACK: Final = timedelta(days=100)  # a quarter and some days: a number that is told later changes nothing
# Above it a number is mistyped, or stands for a whole province: the same is found at its offices and desks.
MOST: Final = 50_000
_A_TRANSACTION: Final = 500


@dataclass(frozen=True, slots=True)
class _Change:
    """A response that gets the reason, or loses it."""

    response: Response
    reasons: tuple[str, ...]


def compare_with_transactions(database: Database, *, today: date) -> tuple[int, int]:
    """Set aside what is beyond the number of transactions of its desk or office, and take back what is not any more.

    How many were set aside and how many came back. Opens its own transactions, office by office.
    """
    with database.reading() as connection:
        tree = fetch_tree(connection)
        told = [each for each in stream_transactions(connection) if today - LOOKED_BACK <= each.last < today]
    aside = back = 0
    for _, entries in groupby(told, key=lambda each: each.office_id):
        changes = list(_changes(database, list(entries), tree))
        for start in range(0, len(changes), _A_TRANSACTION):
            made = _make(database, changes[start : start + _A_TRANSACTION])
            aside += sum(MORE_THAN_TRANSACTIONS in each.reasons for each in made)
            back += sum(MORE_THAN_TRANSACTIONS not in each.reasons for each in made)
    return aside, back


def _changes(database: Database, entries: Collection[Transactions], tree: OfficeTree) -> Iterator[_Change]:
    with database.reading() as connection:
        compared = [each for entry in entries if (each := _compared(connection, entry, tree))]
    every = {stored.key: stored for responses, _ in compared for stored in responses}
    beyond = {key for _, keys in compared for key in keys}
    for key, stored in every.items():
        others = tuple(each for each in stored.set_aside if each != MORE_THAN_TRANSACTIONS)
        reasons = (*others, MORE_THAN_TRANSACTIONS) if key in beyond else others
        if not stored.judged and set(reasons) != set(stored.set_aside):
            yield _Change(stored, reasons)


def _compared(
    connection: Connection, entry: Transactions, tree: OfficeTree
) -> tuple[list[Response], frozenset[str]] | None:
    """The responses of an entry's desk or branch and days, and the keys of those beyond; None where it has no say."""
    branch = [each.id for each in tree.branch(entry.office_id)] if entry.desk == WHOLE_OFFICE else [entry.office_id]
    span = Span(branch, entry.desk or None, entry.first, entry.last, HEADLINE_CHANNELS)
    number, for_it = count_span(connection, span, MORE_THAN_TRANSACTIONS)
    if number > MOST or not (for_it or number > entry.count):
        return None
    responses = [replace(each, answers={}) for each in fetch_span(connection, span)]
    return responses, beyond_transactions(_received(responses), entry.count)


def _received(responses: Iterable[Response]) -> Iterator[Received]:
    """Those that would count; one that a person put back is never drawn, as if it were proven."""
    for each in responses:
        if set(each.set_aside) <= {MORE_THAN_TRANSACTIONS}:
            yield Received(each.key, each.verified or each.judged)


def _make(database: Database, changes: Collection[_Change]) -> list[_Change]:
    with database.transaction() as connection:
        made = [each for each in changes if replace_reasons(connection, each.response, each.reasons)]
        days = {(each.response.office_id, each.response.desk_id, each.response.received_on) for each in made}
        if days:
            mark_days(connection, days)
    return made
