"""The dangerous orders of a recount, a write and a second recount, stepped through by hand (store/recount.py)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import text

from survey.domain.response import new_key
from survey.store import Connection, Database
from survey.store.recount import CountedOffice, MarkedDay, count_marked, keep, marked_days
from survey.store.responses import amend_response, fetch_response
from tests.conftest import CATALOGUE
from tests.store.place import ALWAYS, NOW, Place, counted_halves, kept_halves, marks

KEY = "a-key-made-on-the-phone"


@pytest.fixture
def place(database: Database) -> Place:
    place = Place.set_up(database)
    place.send({"overall": "3", "A1": "2"}, key=KEY)
    return place


@dataclass
class Recounter:
    """One reader who counts and keeps in two steps, between which anything may happen."""

    place: Place
    counted: list[CountedOffice] | None = None

    def count(self) -> None:
        with self.place.database.reading() as connection:
            self.counted = count_marked(connection, self.marked(connection), CATALOGUE)

    def keep(self) -> None:
        assert self.counted is not None
        with self.place.database.transaction() as connection:
            keep(connection, self.counted, CATALOGUE)

    def marked(self, connection: Connection) -> list[MarkedDay]:
        return marked_days(connection, office_ids=[each.id for each in self.place.offices], **ALWAYS)


def right_or_marked(place: Place) -> bool:
    """Whatever is kept is right, or the next reader knows of it."""
    return marks(place.database) > 0 or is_right(place)


def is_right(place: Place) -> bool:
    return place.kept() == place.recounted() and kept_halves(place.database) == counted_halves(place.stored())


def changes_of(place: Place) -> dict[str, Callable[[], object]]:
    return {
        "another answer": lambda: place.send({"overall": "5"}, key=new_key()),
        "a completion": lambda: place.send({"A2": "5"}, key=KEY, now=NOW + timedelta(minutes=5)),
        "set aside": lambda: place.set_aside(KEY, "Q1"),
        "another day": lambda: place.send({"overall": "1"}, key=new_key(), now=NOW + timedelta(days=1)),
    }


STEPS = ("first counts", "first keeps", "second counts", "second keeps", "change")
ORDERS = [
    order
    for order in permutations(STEPS)
    if order.index("first counts") < order.index("first keeps")
    and order.index("second counts") < order.index("second keeps")
]


@pytest.mark.parametrize("order", ORDERS, ids=", ".join)
def test_in_every_order_of_two_recounts_and_a_change_nothing_is_stale_without_a_mark(
    place: Place, order: tuple[str, ...]
) -> None:
    first, second = Recounter(place), Recounter(place)
    for change in changes_of(place).values():
        steps: dict[str, Callable[[], object]] = {
            "first counts": first.count,
            "first keeps": first.keep,
            "second counts": second.count,
            "second keeps": second.keep,
            "change": change,
        }
        for step in order:
            steps[step]()
            assert right_or_marked(place), step
        place.bring_up_to_date()
        assert is_right(place)
        assert marks(place.database) == 0


# ---- on PostgreSQL, transactions that are open at the same time


@contextmanager
def open_transaction(database: Database) -> Iterator[Connection]:
    """A connection of its own in the middle of its transaction, given up at the end unless it was committed."""
    with database.engine.connect() as connection:
        transaction = connection.begin()
        connection.info["transaction"] = transaction
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        yield connection
        if transaction.is_active:
            transaction.rollback()


def commit(connection: Connection) -> None:
    connection.info["transaction"].commit()


def on_postgresql(place: Place) -> None:
    if place.database.on_sqlite:
        pytest.skip("SQLite has one writer at a time, and a reader one state")


def change(place: Place, connection: Connection) -> None:
    found = fetch_response(connection, [each.id for each in place.offices], KEY)
    assert found
    amend_response(connection, replace(found[0], set_aside=("Q2",)), now=NOW)


def test_a_change_that_commits_between_marks_and_responses_is_counted_and_still_marked(place: Place) -> None:
    """As the nodes of a distributed database may read: marks in one state, responses in a later one."""
    on_postgresql(place)
    with open_transaction(place.database) as reader, open_transaction(place.database) as writer:
        change(place, writer)
        marked = Recounter(place).marked(reader)
        commit(writer)
        counted = count_marked(reader, marked, CATALOGUE)
    with place.database.transaction() as connection:
        keep(connection, counted, CATALOGUE)
    assert is_right(place)
    assert marks(place.database) == 1, "one count too many, and harmless"


def test_a_change_that_is_not_committed_is_neither_counted_nor_forgotten(place: Place) -> None:
    on_postgresql(place)
    recounter = Recounter(place)
    with open_transaction(place.database) as writer:
        change(place, writer)
        recounter.count()
        recounter.keep()
        assert is_right(place), "right for what is committed"
        commit(writer)
    assert marks(place.database) == 1
    place.bring_up_to_date()
    assert is_right(place)


def test_a_recount_waits_for_another_of_the_same_half_month_and_sums_what_that_kept(place: Place) -> None:
    """Two desks of one office: without the lock each would sum the half-month without the other's day."""
    on_postgresql(place)
    neighbour = Place.set_up(place.database, place.offices[0])
    neighbour.send({"overall": "5"}, key=new_key())
    here, there = (_counted_at(place, each) for each in (place, neighbour))
    with open_transaction(place.database) as one:
        keep(one, here, CATALOGUE)
        with open_transaction(place.database) as other:
            other.execute(text("SET LOCAL lock_timeout = '200ms'"))
            with pytest.raises(Exception, match="lock timeout"):
                keep(other, there, CATALOGUE)
        commit(one)
    with place.database.transaction() as connection:
        keep(connection, there, CATALOGUE)
    assert kept_halves(place.database) == counted_halves(place.stored_at_all_desks())
    assert marks(place.database) == 0


def _counted_at(place: Place, desk: Place) -> list[CountedOffice]:
    with place.database.reading() as connection:
        marked = [each for each in Recounter(place).marked(connection) if each.desk_id == desk.desk.id]
        return count_marked(connection, marked, CATALOGUE)


def test_a_recount_that_was_overtaken_keeps_nothing(place: Place) -> None:
    slow, quick = Recounter(place), Recounter(place)
    slow.count()
    place.set_aside(KEY, "Q1")
    quick.count()
    quick.keep()
    kept = place.kept()
    slow.keep()
    assert place.kept() == kept == place.recounted()


def test_a_recount_that_is_given_up_has_changed_nothing(place: Place) -> None:
    recounter = Recounter(place)
    recounter.count()
    assert recounter.counted is not None
    with suppress(ZeroDivisionError), place.database.transaction() as connection:
        keep(connection, recounter.counted, CATALOGUE)
        raise ZeroDivisionError
    assert place.kept() == {}
    assert marks(place.database) == 1
    place.bring_up_to_date()
    assert is_right(place)
