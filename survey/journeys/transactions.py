"""How many transactions there were (M13): in from a file or a page, out to a file; each change in the trail."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from survey.domain.audit import TRANSACTIONS, Deed
from survey.domain.message import Refused
from survey.domain.offices import Desk, Office, OfficeTree
from survey.domain.periods import Calendar, Days, Period, last_months, month_of
from survey.domain.staff import Staff
from survey.domain.table import write_table
from survey.domain.transaction_file import TRANSACTION_COLUMNS, Places, check_transactions
from survey.domain.transactions import WHOLE_OFFICE, Book, Transactions, desks_serving, period_text
from survey.journeys.dashboard import offices_above, visible_branch
from survey.store import Connection
from survey.store.audit import append_audit
from survey.store.offices import fetch_desks, fetch_tree
from survey.store.transactions import (
    fetch_transactions,
    overlapping_transactions,
    remove_transactions,
    save_transactions,
    stream_transactions,
)

MONTHS = 12
_MOST_NAMED = 40


@dataclass(frozen=True, slots=True)
class By:
    """Who changes numbers, and when: an e-mail, or the console."""

    who: str
    at: datetime


# --- files ------------------------------------------------------------------------------------------------


def import_transactions(connection: Connection, text: str, *, calendar: Calendar, by: By) -> int:
    """Add the numbers of a CSV text, or replace those of the same office, desk and days; how many lines it had.

    Refused with all faults otherwise.
    """
    tree = fetch_tree(connection)
    desks = {desk.code: desk for desk in fetch_desks(connection)}
    told, faults = check_transactions(text, Places(tree, desks, calendar, by.at.date()))
    if faults:
        raise Refused(tuple(faults))
    offices = {each.office_id for each in told}
    before = {_key(each): each for each in stream_transactions(connection) if each.office_id in offices}
    save_transactions(connection, told)
    _write_down(connection, [(before.get(_key(each)), each) for each in told], tree, calendar=calendar, by=by)
    return len(told)


def export_transactions(connection: Connection, *, calendar: Calendar) -> Iterator[str]:
    """All numbers as CSV lines that ``import_transactions`` takes back."""
    tree = fetch_tree(connection)
    rows = (
        (tree.by_id[each.office_id].code, each.desk, period_text(each.period(calendar)), each.count)
        for each in stream_transactions(connection)
    )
    return write_table(TRANSACTION_COLUMNS, rows)


def _key(each: Transactions) -> tuple[object, ...]:
    return (each.office_id, each.desk, each.first, each.last)


# --- the trail --------------------------------------------------------------------------------------------

_Change = tuple[Transactions | None, Transactions | None]


def _write_down(
    connection: Connection, changes: Iterable[_Change], tree: OfficeTree, *, calendar: Calendar, by: By
) -> None:
    """One entry an office, of what is another number than before; the last thing that a transaction does."""
    said: dict[int, dict[str, list[str]]] = {}
    for before, after in changes:
        if before != after and (of := after or before):
            numbers = " → ".join("–" if each is None else str(each.count) for each in (before, after))
            period = period_text(of.period(calendar))
            said.setdefault(of.office_id, {}).setdefault(period, []).append(f"{of.desk or '*'} {numbers}")
    for office_id, periods in sorted(said.items()):
        shown = [f"{period}: {', '.join(each)}" for period, each in sorted(periods.items())]
        note = "; ".join([*shown[:_MOST_NAMED], *(["…"] if len(shown) > _MOST_NAMED else [])])
        first, last = min(periods), max(periods)
        subject = first if first == last else f"{first} … {last}"
        append_audit(connection, Deed(by.who, TRANSACTIONS, tree.by_id[office_id].code, subject, note), at=by.at)


# --- the page ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A month of the overview: the office's number as it counts for the response rate, None where it is not known."""

    month: Period
    count: int | None


@dataclass(frozen=True, slots=True)
class TransactionsPage:
    """What the page shows: the month's desks, what is known of each ("" for the whole office), and other months.

    ``others`` are numbers of other spans that have days of this month, such as its quarter's; ``formerly_of`` names
    the office of a desk that came with a merger.
    """

    office: Office
    above: tuple[Office, ...]
    below: tuple[Office, ...]
    month: Period
    desks: tuple[Desk, ...]
    formerly_of: Mapping[str, str]
    known: Mapping[str, int]
    others: tuple[Transactions, ...]
    months: tuple[MonthLine, ...]


def show_transactions(
    connection: Connection, staff: Staff, office_code: str, month: Period, *, today: date
) -> TransactionsPage:
    """The page of an office in a month. Raises OfficeUnknown outside the viewer's branch."""
    branch = visible_branch(connection, staff, office_code)
    office, tree = branch.office, branch.tree
    desks = fetch_desks(connection, {*branch.ids, *(each.id for each in tree.predecessors(office.id))})
    serving = tuple(each.desk for each in desks_serving(office, month, tree=tree, desks=desks))
    overlapping = overlapping_transactions(connection, office.id, Days(month.first, month.last))
    latest = last_months(month_of(today, month.calendar), MONTHS)
    months = latest if month in latest else last_months(month, MONTHS)
    entries = fetch_transactions(connection, branch.ids, Days(months[0].first, months[-1].last))
    books = (Book(each, tree, entries, desks) for each in months)
    return TransactionsPage(
        office=office,
        above=offices_above(tree, staff, office),
        below=tree.children(office.id),
        month=month,
        desks=serving,
        formerly_of={each.code: tree.by_id[each.office_id].name for each in serving if each.office_id != office.id},
        known={each.desk: each.count for each in overlapping if _is_of(each, month)},
        others=tuple(each for each in overlapping if not _is_of(each, month)),
        months=tuple(MonthLine(book.period, book.of_office(office)) for book in books)[::-1],
    )


def _is_of(each: Transactions, month: Period) -> bool:
    return (each.first, each.last) == (month.first, month.last)


def tell_transactions(
    connection: Connection, page: TransactionsPage, typed: Mapping[str, int | None], *, by: By
) -> int:
    """Keep what was typed for a month, by desk ("" for the whole office); None takes a number back. How many changed.

    Desks that the page does not show are left alone.
    """
    places = [WHOLE_OFFICE, *(desk.code for desk in page.desks)]
    changes: list[_Change] = []
    for desk in (each for each in places if each in typed):
        before, after = page.known.get(desk), typed[desk]
        if before != after:
            changes.append((_told(page, desk, before), _told(page, desk, after)))
    save_transactions(connection, [after for _, after in changes if after])
    remove_transactions(connection, [before for before, after in changes if before and not after])
    tree = OfficeTree([page.office])
    _write_down(connection, changes, tree, calendar=page.month.calendar, by=by)
    return len(changes)


def _told(page: TransactionsPage, desk: str, count: int | None) -> Transactions | None:
    return None if count is None else Transactions(page.office.id, desk, page.month.first, page.month.last, count)
