"""SQLite's group commit: transactions of many threads stand or fall as one each, and share the wait for the disk."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from time import sleep

import pytest
from sqlalchemy import event, insert, select
from sqlalchemy.exc import IntegrityError

from survey.store import Connection, Database, DatabaseUnavailable
from survey.store.models import attempt, desk

WINDOW = "2026-10-21 09:30:00.000000"


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    opened = Database(sqlite_url)
    yield opened
    opened.close()


def note(connection: Connection, subject: str) -> None:
    connection.exec_driver_sql("INSERT INTO attempt VALUES (?, ?, 1)", (subject, WINDOW))


def noted(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(connection.execute(select(attempt.c.subject)).scalars())


def in_one_group(database: Database, *members: Callable[[Connection], None]) -> list[Future[None]]:
    """Run every member in a thread of its own, all of them queued while the first holds its transaction open."""
    first_is_in, all_are_queued = Event(), Event()

    def first() -> None:
        with database.transaction() as connection:
            first_is_in.set()
            all_are_queued.wait(10)
            members[0](connection)

    def later(member: Callable[[Connection], None]) -> None:
        first_is_in.wait(10)
        with database.transaction() as connection:
            member(connection)

    with ThreadPoolExecutor(len(members)) as threads:
        futures = [threads.submit(first), *(threads.submit(later, member) for member in members[1:])]
        first_is_in.wait(10)
        sleep(0.3)
        all_are_queued.set()
    return futures


def noting(subject: str) -> Callable[[Connection], None]:
    return lambda connection: note(connection, subject)


def test_transactions_that_wait_for_each_other_share_one_commit(database: Database) -> None:
    commits: list[object] = []
    event.listen(database.engine, "commit", commits.append)
    for future in in_one_group(database, *(noting(f"s{i}") for i in range(20))):
        future.result()
    assert noted(database) == {f"s{i}" for i in range(20)}
    assert len(commits) < 5


def test_what_is_acknowledged_is_seen_by_another_process(database: Database, sqlite_url: str) -> None:
    with database.transaction() as connection:
        note(connection, "kept")
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    assert other.execute("SELECT subject FROM attempt").fetchall() == [("kept",)]
    other.close()


def test_a_member_that_raises_is_undone_alone(database: Database) -> None:
    def refused(connection: Connection) -> None:
        note(connection, "refused")
        raise ValueError("refused")

    good, bad, also_good = in_one_group(database, noting("good"), refused, noting("also good"))
    good.result()
    also_good.result()
    with pytest.raises(ValueError, match="refused"):
        bad.result()
    assert noted(database) == {"good", "also good"}


def test_when_the_commit_fails_every_member_is_told_and_nothing_is_stored(database: Database) -> None:
    def orphan(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")  # found out at the commit
        values = {"code": "K7M2QX", "office_id": 404, "name": "Quầy", "questionnaire": "sipas-desk"}
        connection.execute(insert(desk).values(values))

    for future in in_one_group(database, noting("one"), orphan, noting("two")):
        with pytest.raises(IntegrityError):
            future.result()
    assert noted(database) == set()
    with database.transaction() as connection:
        note(connection, "afterwards")
    assert noted(database) == {"afterwards"}


def test_when_sqlite_gives_up_the_whole_transaction_every_member_is_told(database: Database) -> None:
    def given_up(connection: Connection) -> None:
        connection.exec_driver_sql("ROLLBACK")  # what SQLite itself does when a disk fails in the middle
        raise OSError("disk")

    first, bad, later = in_one_group(database, noting("one"), given_up, noting("two"))
    with pytest.raises(OSError, match="disk"):
        bad.result()
    results = {"one": first, "two": later}
    told = {name: future.exception() is None for name, future in results.items()}
    assert noted(database) == {name for name, stored in told.items() if stored}
    assert not told["one"]


def test_a_transaction_that_sqlite_gave_up_unnoticed_is_never_acknowledged(database: Database) -> None:
    def unnoticed(connection: Connection) -> None:
        connection.exec_driver_sql("ROLLBACK")  # an error of the disk that a block swallowed
        note(connection, "outside of any transaction")

    first, bad, later = in_one_group(database, noting("one"), unnoticed, noting("two"))
    assert first.exception() is not None
    assert bad.exception() is not None
    stored = noted(database)
    assert "one" not in stored
    assert ("two" in stored) == (later.exception() is None)
    with database.transaction() as connection:
        note(connection, "afterwards")
    assert "afterwards" in noted(database)


def test_a_writer_that_cannot_begin_says_so_and_the_next_one_can(
    database: Database, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("survey.store._PATIENCE", 0.1)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseUnavailable), database.transaction() as connection:
        note(connection, "locked out")
    other.execute("ROLLBACK")
    other.close()
    with database.transaction() as connection:
        note(connection, "afterwards")
    assert noted(database) == {"afterwards"}


def test_a_group_whose_last_member_never_comes_is_committed_all_the_same(database: Database) -> None:
    group_commit = database._group_commit  # as if a thread had been stopped while it queued
    assert group_commit is not None
    group_commit._queued += 1
    with database.transaction() as connection:
        note(connection, "stranded")
    assert noted(database) == {"stranded"}
