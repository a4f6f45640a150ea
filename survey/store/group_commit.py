"""Many threads, one SQLite connection, one wait for the disk: transactions that end together are committed together.

SQLite has one writer. Threads with a connection each wait for its lock by polling (measured with 8 threads: one
answer in a thousand waited a second); here they take turns, and who finds others waiting leaves the commit to them.
While one commit waits for the disk, the next group gathers.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock
from typing import Any

from sqlalchemy import Connection, Engine

LARGEST_GROUP = 32  # a bound for whoever waits first; the web's four places (web/places.py) stay far below it
_STRANDED = 1.0  # seconds after which a member looks whether the thread that was to commit for it still exists


class TransactionLost(Exception):
    """What was to be committed is not there any more; nothing of the group was stored."""


class _Group:
    """Transactions that will be on disk together, or not at all."""

    def __init__(self) -> None:
        self.members = 0
        self.settled = Event()
        self.error: BaseException | None = None

    def settle(self, error: BaseException | None = None) -> None:
        """Let the members go: on disk, or with what kept them from there."""
        self.error = error
        self.settled.set()


class GroupCommit:
    """The one writing connection of this process, handed from thread to thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn = Lock()
        self._queue = Lock()
        self._queued = 0
        self._connection: Connection | None = None
        self._group: _Group | None = None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction of the caller's own: undone alone if its block raises, on disk when this returns.

        Raises what the commit of its group raised; then nothing of the group was stored.
        """
        with self._my_turn():
            connection, group = self._joined()
            savepoint = _driver(connection)
            savepoint.execute("SAVEPOINT member")
            try:
                yield connection
                savepoint.execute("RELEASE member")
            except BaseException as error:
                self._undo(savepoint, error)
                raise
        self._wait(group)

    def close(self) -> None:
        """Give the connection back."""
        with self._turn:
            if self._group is not None:
                self._commit()
            self._drop()

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        with self._queue:
            self._queued += 1
        try:
            self._turn.acquire()
        finally:
            with self._queue:
                self._queued -= 1
        try:
            yield
        finally:
            try:
                # Whoever is queued now will come here after us: the group need not be committed yet.
                if self._group is not None and (self._queued == 0 or self._group.members >= LARGEST_GROUP):
                    self._commit()
            finally:
                self._turn.release()

    def _joined(self) -> tuple[Connection, _Group]:
        if self._connection is None:
            self._connection = self._engine.connect()
        if self._group is None:
            self._connection.begin()
            self._group = _Group()
        self._group.members += 1
        return self._connection, self._group

    def _undo(self, savepoint: Any, error: BaseException) -> None:
        """Undo one member, or the whole group where that is not possible.

        A disk that is full or fails makes SQLite give up the transaction by itself: then all of the group is lost.
        """
        try:
            if savepoint.in_transaction:
                savepoint.execute("ROLLBACK TO member")
                savepoint.execute("RELEASE member")
                return
        except Exception as failed:
            self._lose_group(failed)
            raise
        self._lose_group(error)

    def _lose_group(self, error: BaseException) -> None:
        group, self._group = self._group, None
        if group is not None:
            group.settle(error)
        self._drop()

    def _commit(self) -> None:
        """Put the group on disk, or tell every member, this thread's own among them, what kept it from there."""
        connection, group = self._connection, self._group
        if connection is None or group is None:
            return
        try:
            if not _driver(connection).in_transaction:
                # Given up by SQLite while nobody looked: committing nothing would be no error.
                raise TransactionLost("SQLite gave the transaction up")
            connection.commit()
        except BaseException as error:
            self._lose_group(error)
        else:
            self._group = None
            group.settle()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):  # it is of no use any more, however it ends
                connection.invalidate()
                connection.close()

    def _wait(self, group: _Group) -> None:
        while not group.settled.wait(_STRANDED):
            with self._turn:
                if self._group is group:
                    self._commit()
        if group.error is not None:
            raise group.error


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
