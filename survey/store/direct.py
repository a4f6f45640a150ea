"""Statements compiled once and given to the driver directly: the three inserts of a tap, and those of a recount.

SQLAlchemy takes 55 to 70 µs to find, bind and run a statement that SQLite runs in 6 to 10, and PostgreSQL answers one
in 100 µs and more. A tap waits for three, a reader of 500 offices on a busy day for 3 500. Nowhere else is it worth it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Column, ColumnElement, Executable, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from survey.store import Connection, DatabaseUnavailable

Row = tuple[Any, ...]


class Direct:
    """A statement for each dialect. Days come back as the driver gives them: as text on SQLite."""

    def __init__(self, make: Callable[[str], Executable]) -> None:
        """``make`` gives the statement for a dialect of that name."""
        self.make = make
        self._known: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._processors: dict[str, list[Callable[[Any], Any] | None]] = {}

    def send(self, connection: Connection, values: Mapping[str, object]) -> Callable[[], Sequence[Row]]:
        """Have it run; what it gives back is fetched by calling the result, once, while still ``together``."""
        text, order = self._known.get(connection.dialect.name) or self._compile(connection)
        cursor = connection.connection.cursor()
        cursor.execute(text, [_as_sqlite(values[name]) for name in order] if order else values)
        return cursor.fetchall

    def ask(self, connection: Connection, values: Mapping[str, object]) -> Row | None:
        """The first row of a query, its values as the columns' types have them; None for none. One round trip."""
        with together(connection):
            found = self.send(connection, values)()
        if not found:
            return None
        processors = self._processors.get(connection.dialect.name) or self._find_processors(connection)
        return tuple(
            value if value is None or process is None else process(value)
            for value, process in zip(found[0], processors, strict=True)
        )

    def send_all(self, connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
        """Have it run for each of the rows."""
        for row in rows:
            self.send(connection, row)

    def _compile(self, connection: Connection) -> tuple[str, tuple[str, ...]]:
        compiled = self.make(connection.dialect.name).compile(dialect=connection.dialect)  # type: ignore[attr-defined]
        known = str(compiled), tuple(getattr(compiled, "positiontup", None) or ())
        self._known[connection.dialect.name] = known
        return known

    def _find_processors(self, connection: Connection) -> list[Callable[[Any], Any] | None]:
        dialect = connection.dialect
        columns = self.make(dialect.name).selected_columns  # type: ignore[attr-defined]
        types = [column.type.dialect_impl(dialect) for column in columns]
        found = self._processors[dialect.name] = [each.result_processor(dialect, None) for each in types]
        return found


@contextmanager
def together(connection: Connection) -> Iterator[None]:
    """Statements sent in this block travel to PostgreSQL together; they run one after the other as ever.

    Each sees what is committed when it begins, as each on its own would. Raises DatabaseUnavailable.
    """
    driver = connection.connection.driver_connection
    pipeline = nullcontext() if connection.dialect.name == "sqlite" else driver.pipeline()  # type: ignore[union-attr]
    try:
        with pipeline:
            yield
    except connection.dialect.loaded_dbapi.OperationalError as error:  # SQLAlchemy does not see the driver's own
        raise DatabaseUnavailable("pipeline", None, error) from error


def _as_sqlite(value: object) -> object:
    """As SQLAlchemy writes it there; a list as JSON."""
    if isinstance(value, list):
        return msgspec.json.encode([_as_sqlite(each) for each in value]).decode()
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value


def in_list(dialect: str, column: Column[Any], name: str) -> ColumnElement[bool]:
    """The column is one of the values of the list that is bound under this name."""
    if dialect == "postgresql":
        return column == any_(bindparam(name, type_=ARRAY(column.type)))
    return column.in_(select(func.json_each(bindparam(name)).table_valued("value").c.value))
