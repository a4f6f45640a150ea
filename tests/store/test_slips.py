"""One slip proves one answer, on either database, however many come at once; and nothing joins the two."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select, text

from survey.domain.slips import hashed, new_codes, slip_key
from survey.journeys.respond import Receipt, Send, respond
from survey.journeys.slips import issue_slips
from survey.store import Database
from survey.store.models_trust import slip, slip_batch
from survey.store.slips import fetch_slip, forget_use
from tests.conftest import CATALOGUE
from tests.store.place import NOW, Place, merge, rows_of, set_up_office

KEY = slip_key("a secret for tests")
TODAY = NOW.date()


class DiskFull(Exception):
    """What may happen before a commit."""


def issue(place: Place, number: int = 1, *, day: date = TODAY) -> list[str]:
    """Slips of the place's office; their hashes, in the order in which they were printed."""
    hashes = [hashed(code, KEY) for code in new_codes(number)]
    with place.database.transaction() as connection:
        issue_slips(connection, hashes, place.desk, place.offices[0], today=day)
    return hashes


def answer(
    place: Place, shown: str, key: str, *, channel: str = "slip", level: str = "4", more: object = None
) -> Receipt:
    """A send that carries this slip."""
    submitted = {"overall": [level], **({"A1": [str(more)]} if more else {})}
    with place.database.transaction() as connection:
        send = Send(place.desk.code, channel, submitted, key, slip=shown)
        return respond(connection, CATALOGUE, send, now=NOW)


def is_used(database: Database, shown: str) -> bool:
    with database.reading() as connection:
        known = fetch_slip(connection, shown)
    assert known
    return known.used


def key_of(number: int) -> str:
    return f"a-key-made-on-phone-{number}"


def test_an_unused_slip_of_the_office_verifies_one_response(database: Database) -> None:
    place = Place.set_up(database)
    shown, other = issue(place, 2)
    receipt = answer(place, shown, key_of(1))
    assert (receipt.kind, receipt.verified) == ("stored", True)
    only = place.the_response()
    assert (only.verified, only.channel, only.standing) == (True, "slip", "verified")
    assert is_used(database, shown)
    assert not is_used(database, other)


def test_a_used_slip_blocks_nobody(database: Database) -> None:
    place = Place.set_up(database)
    (shown,) = issue(place)
    answer(place, shown, key_of(1))
    receipt = answer(place, shown, key_of(2), level="1")
    assert (receipt.kind, receipt.verified, receipt.counted) == ("stored", False, True)
    assert sorted((each.verified, each.channel) for each in place.stored()) == [(False, "slip"), (True, "slip")]


def test_the_same_send_again_stays_verified_and_takes_nothing_more(database: Database) -> None:
    place = Place.set_up(database)
    shown, other = issue(place, 2)
    for _ in range(3):
        assert answer(place, shown, key_of(1)).verified
    assert answer(place, shown, key_of(1), more=3).kind == "amended"
    assert answer(place, other, key_of(1), more=2).verified
    assert place.the_response().verified
    assert not is_used(database, other), "another slip under the same key is left as it is"


def test_a_slip_never_verifies_what_was_stored_without_it(database: Database) -> None:
    place = Place.set_up(database)
    (shown,) = issue(place)
    answer(place, "", key_of(1), channel="poster")
    assert answer(place, shown, key_of(1), level="2").verified is False
    assert not is_used(database, shown), "nor is it used up by it"
    assert answer(place, shown, key_of(2)).verified


def test_the_slip_channel_is_of_those_who_hold_a_slip(database: Database) -> None:
    place = Place.set_up(database)
    for number, shown in enumerate(["", hashed("never issued", KEY)]):
        assert answer(place, shown, key_of(number)).verified is False
    assert [each.channel for each in place.stored()] == ["poster", "poster"]


def test_a_slip_of_another_office_proves_nothing_and_stays_unused(database: Database) -> None:
    place = Place.set_up(database)
    elsewhere = Place.set_up(database, set_up_office(database, "00102", "UBND xã Tân Lập"))
    (shown,) = issue(elsewhere)
    assert answer(place, shown, key_of(1)).verified is False
    assert not is_used(database, shown)
    assert answer(elsewhere, shown, key_of(2)).verified


def test_a_slip_is_good_at_every_desk_of_its_office(database: Database) -> None:
    place = Place.set_up(database)
    neighbour = Place.set_up(database, place.offices[0])
    (shown,) = issue(place)
    assert answer(neighbour, shown, key_of(1)).verified


def test_after_a_merger_the_successor_counts_as_the_office(database: Database) -> None:
    closed, successor = Place.set_up(database), Place.set_up(database, set_up_office(database, "00102", "UBND xã Mới"))
    before = issue(closed, 3)
    assert answer(successor, before[0], key_of(1)).verified is False, "not before the merger"
    merge(database, closed.offices[0], successor.offices[0], last_day=NOW.date() - timedelta(days=1))
    both = replace(closed, offices=(*closed.offices, *successor.offices))
    assert answer(both, before[0], key_of(2)).verified, "at its own desk"
    assert answer(successor, before[1], key_of(3)).verified, "at a desk of the successor"
    after = [hashed(code, KEY) for code in new_codes(1)]
    with database.transaction() as connection:
        issue_slips(connection, after, closed.desk, successor.offices[0], today=NOW.date())
    assert answer(both, after[0], key_of(4)).verified, "issued after the merger at the desk it took over"


def test_a_response_that_is_rolled_back_leaves_its_slip_unused(database: Database) -> None:
    place = Place.set_up(database)
    (shown,) = issue(place)
    with suppress(DiskFull), database.transaction() as connection:
        send = Send(place.desk.code, "slip", {"overall": ["4"]}, key_of(1), slip=shown)
        assert respond(connection, CATALOGUE, send, now=NOW).verified
        raise DiskFull
    assert place.stored() == []
    assert not is_used(database, shown)


@pytest.mark.parametrize("people", [2, 8])
def test_of_many_at_once_with_one_slip_one_is_verified(database: Database, people: int) -> None:
    place = Place.set_up(database)
    for round_number, shown in enumerate(issue(place, 5)):
        together = Barrier(people)

        def one(number: int, shown: str = shown, together: Barrier = together, first: int = round_number * 100) -> bool:
            together.wait()
            return answer(place, shown, key_of(first + number)).verified

        with ThreadPoolExecutor(people) as threads:
            verified = list(threads.map(one, range(people)))
        assert verified.count(True) == 1
    assert len(place.stored()) == 5 * people
    assert sum(each.verified for each in place.stored()) == 5


def test_the_same_send_twice_at_once_is_one_verified_response(database: Database) -> None:
    place = Place.set_up(database)
    for round_number, shown in enumerate(issue(place, 5)):
        together = Barrier(2)

        def one(_: int, shown: str = shown, together: Barrier = together, number: int = round_number) -> bool:
            together.wait()
            return answer(place, shown, key_of(number)).verified

        with ThreadPoolExecutor(2) as threads:
            assert list(threads.map(one, range(2))) == [True, True]
    assert [each.verified for each in place.stored()] == [True] * 5


# ---- what the rows say


def test_a_batch_is_an_office_a_desk_and_a_week_however_often_slips_are_issued(database: Database) -> None:
    place = Place.set_up(database)
    for day in ("2026-10-19", "2026-10-25", "2026-10-26"):
        issue(place, 3, day=date.fromisoformat(day))
    with database.reading() as connection:
        rows = connection.execute(select(slip_batch).order_by(slip_batch.c.week)).mappings().all()
    assert [(row["week"], row["slips"]) for row in rows] == [(date(2026, 10, 19), 6), (date(2026, 10, 26), 3)]
    assert {(row["office_id"], row["desk_id"]) for row in rows} == {(place.offices[0].id, place.desk.id)}
    assert rows_of(database, slip) == 9


def test_the_order_of_the_rows_is_not_that_of_the_sheet(database: Database) -> None:
    place = Place.set_up(database)
    printed = issue(place, 200)
    order = "rowid" if database.on_sqlite else "ctid"
    with database.reading() as connection:
        stored = [row[0] for row in connection.execute(text(f"SELECT code FROM slip ORDER BY {order}"))]
    assert stored == sorted(printed)
    assert stored != printed


def test_a_slip_has_no_column_for_a_time_or_for_what_used_it(database: Database) -> None:
    assert {column.name for column in slip.columns} == {"code", "batch_id", "used"}
    assert {column.name for column in slip_batch.columns} == {"id", "office_id", "desk_id", "week", "slips"}


def joined_by_their_transaction(database: Database) -> int:
    """How many pairs of a slip and a response PostgreSQL's own columns give away."""
    with database.reading() as connection:
        pairs = "SELECT count(*) FROM slip JOIN response ON slip.xmin::text = response.xmin::text"
        return int(connection.execute(text(pairs)).scalar_one())


def test_postgresql_forgets_which_transaction_used_a_slip(postgres_url: str) -> None:
    database = Database(postgres_url)
    place = Place.set_up(database)
    printed = issue(place, 30)
    for number, shown in enumerate(printed[:20]):
        answer(place, shown, key_of(number))
    assert joined_by_their_transaction(database) == 20, "or else this test would prove nothing"
    with database.transaction() as connection:
        assert forget_use(connection) == 20
    assert joined_by_their_transaction(database) == 0
    with database.reading() as connection:
        together = connection.execute(text("SELECT code, xmin::text FROM slip WHERE used ORDER BY ctid")).all()
    assert [row[0] for row in together] == sorted(printed[:20]), "nor in which order they were used"
    assert len({row[1] for row in together}) == 1
    with database.transaction() as connection:
        assert forget_use(connection) == 0, "once is enough"
    answer(place, printed[20], key_of(20))
    answer(place, printed[0], key_of(21))
    with database.transaction() as connection:
        assert forget_use(connection) == 1
    assert joined_by_their_transaction(database) == 0
    assert sum(is_used(database, each) for each in printed) == 21
    database.close()


def test_sqlite_changes_a_slip_where_it_stands(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    place = Place.set_up(database)
    printed = issue(place, 10)
    before = rows(database)
    for number, shown in enumerate(reversed(printed)):
        answer(place, shown, key_of(number))
    assert rows(database) == before
    with database.transaction() as connection:
        assert forget_use(connection) == 0
    database.close()


def rows(database: Database) -> list[tuple[object, ...]]:
    with database.reading() as connection:
        return [tuple(row) for row in connection.execute(text("SELECT rowid, code, batch_id FROM slip ORDER BY rowid"))]
