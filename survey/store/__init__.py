"""SQL room: the only one that imports SQLAlchemy. Opens the database; `transaction` is the only commit."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError as DatabaseUnavailable

__all__ = ["Connection", "Database", "DatabaseUnavailable"]


class Database:
    """One database, SQLite or PostgreSQL, that hands out transactions."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.on_sqlite = url.startswith("sqlite")
        self._writer = (
            _sqlite_engine(url) if self.on_sqlite else create_engine(url, pool_pre_ping=True, hide_parameters=True)
        )
        # On SQLite a transaction that will write must say so at its start: a deferred one that upgrades fails at
        # once when another has written meanwhile, whatever the busy timeout.
        self._reader = self._writer.execution_options(begin="BEGIN") if self.on_sqlite else self._writer

    @property
    def engine(self) -> Engine:
        """The engine underneath, for migrations and tests."""
        return self._writer

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction that writes: committed (on disk) when the block ends, rolled back if it raises."""
        with self._writer.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view for reading; never takes SQLite's write lock."""
        with self._reader.connect() as connection:
            yield connection

    def close(self) -> None:
        """Give every pooled connection back."""
        self._writer.dispose()


def _sqlite_engine(url: str) -> Engine:
    path = make_url(url).database
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": 30}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the begin event speaks for itself
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")  # promise 1: acknowledged means on disk
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN IMMEDIATE"))
