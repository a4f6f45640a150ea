"""SQL room: the only one that imports SQLAlchemy. Opens the database; `transaction` is the only commit."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from select import POLLIN, poll
from time import monotonic
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.exc import OperationalError as DatabaseUnavailable

from survey.store.group_commit import GroupCommit

__all__ = ["Connection", "Database", "DatabaseUnavailable"]


class Database:
    """One database, SQLite or PostgreSQL, that hands out transactions."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.on_sqlite = url.startswith("sqlite")
        self._writer = _sqlite_engine(url) if self.on_sqlite else _postgresql_engine(url)
        # On SQLite a transaction that will write must say so at its start: a deferred one that upgrades fails at
        # once when another has written meanwhile, whatever the busy timeout.
        view = {"begin": "BEGIN"} if self.on_sqlite else {"isolation_level": "REPEATABLE READ"}
        self._reader = self._writer.execution_options(**view)
        alone = {"begin": ""} if self.on_sqlite else {"isolation_level": "AUTOCOMMIT"}
        self._asker = self._writer.execution_options(**alone)
        self._group_commit = GroupCommit(self._writer) if self.on_sqlite else None

    @property
    def path(self) -> str | None:
        """The file of an SQLite database."""
        return self._writer.url.database if self.on_sqlite else None

    @property
    def engine(self) -> Engine:
        """The engine underneath, for migrations and tests."""
        return self._writer

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction that writes: committed (on disk) when the block ends, rolled back if it raises."""
        if self._group_commit is None:
            with self._writer.begin() as connection:
                yield connection
        else:
            with self._group_commit.transaction() as connection:
                yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view for reading; never takes SQLite's write lock."""
        with self._reader.connect() as connection:
            yield connection

    @contextmanager
    def asking(self) -> Iterator[Connection]:
        """For a single question: no transaction around it, so several would not see one state."""
        with self._asker.connect() as connection:
            yield connection

    def overwrite_erased(self) -> None:
        """Have nothing that was erased stand in SQLite's log any longer (promise 3).

        The log keeps old pages until it is used anew, on a quiet server for days. While somebody reads or writes, it
        stays for the next time: nobody waits longer than a second for this. PostgreSQL vacuums by itself.
        """
        if not self.on_sqlite:
            return
        connection = self._writer.raw_connection()
        try:
            for pragma in ("busy_timeout = 1000", "wal_checkpoint(TRUNCATE)", f"busy_timeout = {_PATIENCE * 1000}"):
                connection.cursor().execute(f"PRAGMA {pragma}")
        finally:
            connection.close()

    def close(self) -> None:
        """Give every pooled connection back."""
        if self._group_commit is not None:
            self._group_commit.close()
        self._writer.dispose()


# Values of a failed statement would stand in the server's log: no answer and no comment may (promise 3).
_QUIET: Final = {"hide_parameters": True}
# More threads than this never run at once (Python runs one at a time), and a database has other clients too; the last
# one given back is the next one taken, so that a quiet server keeps few of them warm.
_POOL: Final = {"pool_size": 12, "max_overflow": 0, "pool_use_lifo": True}
_PATIENCE: Final = 30  # seconds that a writer waits for SQLite's one write lock
_RESTED: Final = 1.0  # seconds after which a connection of PostgreSQL is tried before it is used
_LOOK_AGAIN: Final = 2  # milliseconds between two looks at it
_BEGIN_WRITING: Final = "BEGIN IMMEDIATE"


def _postgresql_engine(url: str) -> Engine:
    engine = create_engine(url, **_POOL, **_QUIET)
    event.listen(engine, "connect", _prepare_postgresql)
    event.listen(engine, "checkin", _note_return)
    event.listen(engine, "checkout", _look_after)
    event.listen(engine, "before_cursor_execute", _choose_results)
    return engine


def _note_return(_connection: object, record: Any) -> None:
    record.info["returned"] = monotonic()


def _look_after(connection: Any, record: Any, _proxy: object) -> None:
    """Ask a connection that rested whether it still leads anywhere; one of a moment ago costs no round trip for that.

    A server that went away since then has closed its end, which the socket says without asking. Where a connection
    leads nowhere, the pool gives up every connection that is older, and takes a new one.
    """
    rested = monotonic() - record.info.get("returned", monotonic())
    news = poll()
    news.register(connection.fileno(), POLLIN)
    if rested < _RESTED and not news.poll(0):
        return
    try:
        connection.execute("")
        connection.rollback()
    except record.dbapi_connection.OperationalError as lost:  # the server was restarted, or a firewall forgot it
        raise InvalidatePoolError from lost


def _choose_results(connection: Connection, cursor: Any, *of_the_query: Any) -> None:
    """Packed tallies come as the bytes they are; as text, the driver's default, they would be twice as long."""
    _, _, context, _ = of_the_query
    if context is not None and context.execution_options.get("binary_results"):
        cursor.format = connection.dialect.loaded_dbapi.pq.Format.BINARY


def _prepare_postgresql(connection: Any, _record: object) -> None:
    """Prepare no statements behind a pooler such as PgBouncer, which may run each transaction on another connection.

    A pooler gives itself away: the server process it named at the start is not the one that answers. Without a pooler
    prepared statements stay: they save 0.3 ms of a submission (docs/scaling.md).
    """
    connection.autocommit = True
    (answering,) = connection.execute("SELECT pg_backend_pid()").fetchone()
    connection.autocommit = False
    if answering != connection.info.backend_pid:
        connection.prepare_threshold = None


def _sqlite_engine(url: str) -> Engine:
    path = make_url(url).database
    if path:
        # Comments and password hashes are nobody else's business on a shared machine.
        Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": _PATIENCE}, **_POOL, **_QUIET)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the begin event speaks for itself
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")  # promise 1: acknowledged means on disk
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA secure_delete = ON")  # promise 3: what is erased is overwritten
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    statement = connection.get_execution_options().get("begin", _BEGIN_WRITING)
    if statement == _BEGIN_WRITING:
        _begin_writing(connection)
    elif statement:
        connection.exec_driver_sql(statement)


def _begin_writing(connection: Connection) -> None:
    """Take the write lock, looking for it every 2 ms.

    SQLite itself looks less and less often, in the end ten times a second: between the short transactions of another
    process it would miss every chance for up to a second.
    """
    driver: Any = connection.connection.driver_connection
    ends = monotonic() + _PATIENCE
    if not connection.info.get("looks often"):
        # For good: it is the one connection that writes (store/group_commit.py), and waits for this lock alone.
        driver.execute(f"PRAGMA busy_timeout = {_LOOK_AGAIN}")
        connection.info["looks often"] = True
    while monotonic() < ends:
        try:
            driver.execute(_BEGIN_WRITING)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                break
        else:
            return
    connection.exec_driver_sql(_BEGIN_WRITING)  # once more, for SQLAlchemy to tell what is wrong
