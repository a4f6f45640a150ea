"""The audit trail on both databases: no fork and no gap, however many write, and whatever is done to it shows."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import datetime

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import IntegrityError

from survey.config import ROOT
from survey.domain.audit import PUT_BACK, SET_ASIDE, Deed, Entry, verified
from survey.store import Database
from survey.store.audit import append_audit, count_audit, last_entries, stream_audit
from survey.store.models_trust import audit

AT = datetime(2026, 10, 21, 9, 30, 42, 7)


def add(database: Database, subject: str, *, office: str = "00101", action: str = PUT_BACK) -> Entry:
    with database.transaction() as connection:
        return append_audit(connection, Deed("ai@tinh.gov.vn", action, office, subject, "vì sao"), at=AT)


def trail(database: Database, office: str | None = None) -> list[Entry]:
    with database.reading() as connection:
        return list(stream_audit(connection, office=office))


def test_entries_come_back_as_they_were_added_in_order(database: Database) -> None:
    added = [add(database, f"phiếu {number}") for number in range(3)]
    assert trail(database) == added
    assert verified(trail(database)).broken is None
    with database.reading() as connection:
        assert count_audit(connection) == 3


def test_the_latest_of_an_office_are_shown_newest_first(database: Database) -> None:
    added = [add(database, f"{number}", office="00101" if number % 2 else "00102") for number in range(8)]
    add(database, "khác", action=SET_ASIDE)
    with database.reading() as connection:
        last = last_entries(connection, office="00101", actions=[PUT_BACK], most=3)
    assert list(last) == [added[7], added[5], added[3]]
    assert trail(database, "00102") == added[::2]


def test_many_writers_at_once_make_one_chain_without_gap_or_fork(database: Database) -> None:
    """Two programs with four threads each; on PostgreSQL they meet at the same number."""
    with ExitStack() as opened, ThreadPoolExecutor(8) as threads:
        programs = [database, opened.enter_context(closing(Database(database.url)))]
        list(threads.map(lambda number: add(programs[number % 2], f"phiếu {number}"), range(60)))
    entries = trail(database)
    assert [each.number for each in entries] == list(range(1, 61))
    assert {each.deed.subject for each in entries} == {f"phiếu {number}" for number in range(60)}
    assert verified(entries).broken is None


class Undone(Exception):
    """What ends a transaction."""


def add_and_give_up(database: Database) -> None:
    with database.transaction() as connection:
        append_audit(connection, Deed("ai", PUT_BACK, "00101", "không thành"), at=AT)
        raise Undone


def test_a_transaction_that_is_undone_leaves_no_gap(database: Database) -> None:
    add(database, "một")
    with pytest.raises(Undone):
        add_and_give_up(database)
    add(database, "hai")
    assert [each.deed.subject for each in trail(database)] == ["một", "hai"]
    assert verified(trail(database)).broken is None


def test_what_is_done_to_the_table_itself_shows(database: Database) -> None:
    for number in range(5):
        add(database, f"phiếu {number}")
    with database.transaction() as connection:
        connection.execute(update(audit).where(audit.c.number == 3).values(note="không vì sao cả"))
    assert verified(trail(database)).broken == 3
    with database.transaction() as connection:
        connection.execute(delete(audit).where(audit.c.number == 2))
    assert verified(trail(database)).broken == 2


def test_the_database_itself_refuses_a_fork(database: Database) -> None:
    first = add(database, "một")
    fork = "INSERT INTO audit SELECT 2, at, who, action, office, subject, note, before, 'x' FROM audit"
    with pytest.raises(IntegrityError), database.transaction() as connection:
        connection.execute(text(fork))
    assert trail(database) == [first]


def test_nothing_but_its_own_module_writes_to_the_trail_and_nothing_takes_from_it() -> None:
    using = {path for path in (ROOT / "survey").rglob("*.py") if "audit.c." in path.read_text("utf-8")}
    assert using == {ROOT / "survey" / "store" / "audit.py"}
    own = (ROOT / "survey" / "store" / "audit.py").read_text("utf-8")
    assert "delete(" not in own
    assert "update(" not in own
