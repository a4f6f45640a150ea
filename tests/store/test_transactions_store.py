"""Numbers of transactions on the disk: replaced, taken back, all or nothing, each change in the trail (M13)."""

from datetime import date, datetime

import pytest

from survey.domain.audit import TRANSACTIONS, verified
from survey.domain.message import Refused
from survey.domain.offices import Desk, Office
from survey.domain.periods import Days, parse
from survey.domain.transactions import Transactions
from survey.journeys.transactions import By, export_transactions, import_transactions
from survey.store import Connection, Database
from survey.store.audit import stream_audit
from survey.store.offices import save_desk, save_office
from survey.store.transactions import (
    fetch_transactions,
    overlapping_transactions,
    remove_transactions,
    save_transactions,
    stream_transactions,
)

BY = By("console", datetime(2026, 10, 21, 9, 30))
HEADER = "office,desk,period,count\n"
EVER = Days(date(2000, 1, 1), date(2100, 1, 1))


@pytest.fixture
def offices(database: Database) -> tuple[int, int]:
    with database.transaction() as connection:
        ids = tuple(save_office(connection, Office(0, code, f"Xã {code}", "commune")).id for code in ("00101", "00102"))
        save_desk(connection, Desk(0, "K7M2QX", ids[0], "Quầy 1", "sipas-2017"))
    return ids[0], ids[1]


def month(office_id: int, text: str, count: int, desk: str = "") -> Transactions:
    named = parse(text)
    return Transactions(office_id, desk, named.first, named.last, count)


def imported(connection: Connection, lines: str) -> int:
    return import_transactions(connection, HEADER + lines, calendar="civil", by=BY)


def exported(connection: Connection) -> str:
    return "".join(export_transactions(connection, calendar="civil")).removeprefix("\ufeff")


def test_saving_again_replaces_the_same_office_desk_and_days(database: Database, offices: tuple[int, int]) -> None:
    one, other = offices
    with database.transaction() as connection:
        save_transactions(connection, [month(one, "2026-09", 5), month(one, "2026-09", 7, "K7M2QX")])
        save_transactions(connection, [month(one, "2026-09", 6), month(other, "2026-09", 8), month(one, "2026-Q3", 9)])
        found = set(stream_transactions(connection))
    assert found == {
        month(one, "2026-09", 6),
        month(one, "2026-09", 7, "K7M2QX"),
        month(other, "2026-09", 8),
        month(one, "2026-Q3", 9),
    }


def test_only_spans_that_lie_within_are_fetched_and_all_that_touch_are_found(
    database: Database, offices: tuple[int, int]
) -> None:
    one, other = offices
    told = [month(one, text, 1) for text in ("2026-08", "2026-09", "2026-Q3", "2026")]
    with database.transaction() as connection:
        save_transactions(connection, [*told, month(other, "2026-09", 2)])
        quarter, september = parse("2026-Q3"), parse("2026-09")
        within = fetch_transactions(connection, [one, other], Days(quarter.first, quarter.last))
        touching = overlapping_transactions(connection, one, Days(september.first, september.last))
        assert fetch_transactions(connection, [], EVER) == ()
    assert set(within) == {*told[:3], month(other, "2026-09", 2)}
    assert set(touching) == set(told[1:])


def test_what_is_taken_back_is_gone_and_nothing_else(database: Database, offices: tuple[int, int]) -> None:
    told = [month(offices[0], text, 1) for text in ("2026-08", "2026-09")]
    with database.transaction() as connection:
        save_transactions(connection, told)
        remove_transactions(connection, [month(offices[0], "2026-08", 77)])
        assert list(stream_transactions(connection)) == told[1:]


def test_an_import_comes_out_as_it_went_in(database: Database, offices: tuple[int, int]) -> None:
    lines = "00101,,2026,9000\n00101,,2026-09,300\n00101,K7M2QX,2026-09,120\n00102,,2026-09-05,3\n00102,,2026-Q3,44\n"
    with database.transaction() as connection:
        assert imported(connection, lines) == 5
        found = exported(connection)
        assert sorted(found.splitlines()) == sorted((HEADER + lines).splitlines())
        assert imported(connection, found.removeprefix(HEADER)) == 5
        assert exported(connection) == found


def test_a_refused_file_changes_nothing(database: Database, offices: tuple[int, int]) -> None:
    with database.transaction() as connection:
        imported(connection, "00101,,2026-09,300\n")
    with pytest.raises(Refused), database.transaction() as connection:
        imported(connection, "00101,,2026-09,301\n00102,,2026-09,x\n")
    with database.reading() as connection:
        assert exported(connection) == f"{HEADER}00101,,2026-09,300\n"
        assert len(list(stream_audit(connection))) == 1


def test_what_changed_stands_in_the_trail_and_what_did_not_does_not(
    database: Database, offices: tuple[int, int]
) -> None:
    with database.transaction() as connection:
        imported(connection, "00101,,2026-09,300\n00101,K7M2QX,2026-09,120\n00102,,2026-08,7\n")
        imported(connection, "00101,,2026-09,310\n00101,K7M2QX,2026-09,120\n00102,,2026-08,7\n")
    with database.reading() as connection:
        trail = list(stream_audit(connection))
    said = [(each.deed.action, each.deed.office, each.deed.subject, each.deed.note) for each in trail]
    assert said == [
        (TRANSACTIONS, "00101", "2026-09", "2026-09: * – → 300, K7M2QX – → 120"),
        (TRANSACTIONS, "00102", "2026-08", "2026-08: * – → 7"),
        (TRANSACTIONS, "00101", "2026-09", "2026-09: * 300 → 310"),
    ]
    assert {each.deed.who for each in trail} == {"console"}
    assert verified(trail).broken is None
