"""Numbers of transactions (M13): rows in, domain objects out."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from survey.domain.periods import Days
from survey.domain.transactions import Transactions
from survey.store import Connection
from survey.store.among import among
from survey.store.models_trust import transactions

_COLUMNS = (
    transactions.c.office_id,
    transactions.c.desk,
    transactions.c.first_day,
    transactions.c.last_day,
    transactions.c.count,
)
_KEY = _COLUMNS[:4]
_AT_ONCE = 1000


def fetch_transactions(connection: Connection, office_ids: Collection[int], days: Days) -> tuple[Transactions, ...]:
    """The numbers of these offices and of their desks for spans that lie wholly in this run of days."""
    query = (
        select(*_COLUMNS)
        .where(among(connection, transactions.c.office_id, office_ids))
        .where(transactions.c.first_day >= days.first, transactions.c.last_day <= days.last)
    )
    return tuple(Transactions(*row) for row in connection.execute(query))


def overlapping_transactions(connection: Connection, office_id: int, days: Days) -> tuple[Transactions, ...]:
    """The numbers of an office and of its desks for spans that have any of these days, in order."""
    query = (
        select(*_COLUMNS)
        .where(transactions.c.office_id == office_id)
        .where(transactions.c.first_day <= days.last, transactions.c.last_day >= days.first)
        .order_by(*_KEY)
    )
    return tuple(Transactions(*row) for row in connection.execute(query))


def stream_transactions(connection: Connection) -> Iterator[Transactions]:
    """All of them, by office, day and desk."""
    order = (_COLUMNS[0], _COLUMNS[2], _COLUMNS[3], _COLUMNS[1])
    for row in connection.execute(select(*_COLUMNS).order_by(*order), execution_options={"yield_per": _AT_ONCE}):
        yield Transactions(*row)


def save_transactions(connection: Connection, told: Sequence[Transactions]) -> None:
    """Add the numbers; those of the same office, desk and days are replaced."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    for start in range(0, len(told), _AT_ONCE):
        rows = [_row(each) for each in told[start : start + _AT_ONCE]]
        add = dialect.insert(transactions)
        key = [column.name for column in _KEY]
        connection.execute(add.on_conflict_do_update(index_elements=key, set_={"count": add.excluded.count}), rows)


def _row(each: Transactions) -> dict[str, object]:
    values = (each.office_id, each.desk, each.first, each.last, each.count)
    return {column.name: value for column, value in zip(_COLUMNS, values, strict=True)}


def remove_transactions(connection: Connection, told: Iterable[Transactions]) -> None:
    """Take back the numbers of these offices, desks and days."""
    for each in told:
        same = (column == value for column, value in zip(_KEY, _row(each).values(), strict=False))
        connection.execute(delete(transactions).where(*same))
