"""A response is stored once under its key, may be corrected for an hour and completed for a week."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Table, select

from survey.domain.offices import Desk
from survey.domain.response import new_key
from survey.journeys.erase import erase_expired
from survey.journeys.respond import (
    AnswersRejected,
    DeskNotOpen,
    DeskRetired,
    DeskUnknown,
    NothingAnswered,
    Send,
    respond,
)
from survey.store import Database
from survey.store.models import comment, evidence, mark, response
from survey.store.offices import save_desk
from survey.store.responses import Evidence, erase_evidence, known_keys, record_responses
from tests.conftest import CATALOGUE
from tests.store.place import NOW, Place, marks, rows_of, set_up_office

KEY = "a-key-made-on-the-phone"
CRITERIA = {"A1": "4", "B2": "1", "E4": "NA", "comment": "Cần thêm ghế.", "sex": "female"}


@pytest.fixture
def place(database: Database) -> Place:
    return Place.set_up(database)


def only(database: Database, table: Table) -> dict[str, object]:
    with database.reading() as connection:
        return dict(connection.execute(select(table)).mappings().one())


def test_a_tap_is_a_response_with_its_mark_and_evidence(place: Place) -> None:
    receipt = place.send({"overall": "4"}, key=KEY)
    assert (receipt.kind, receipt.key, receipt.completed) == ("stored", KEY, False)
    stored = place.the_response()
    assert (stored.answers, stored.completed, stored.channel) == ({"overall": 4}, False, "poster")
    assert (stored.received_on, stored.received_hour) == (NOW.date(), 9)
    assert stored.questionnaire == "sipas-2017@1"
    kept = only(place.database, evidence)
    assert kept["received_at"] == NOW.replace(second=0), "evidence knows the minute and not the second"
    assert marks(place.database) == 1


def test_the_same_send_twice_is_one_row_with_no_further_mark(place: Place) -> None:
    for kind in ("stored", "repeated", "repeated"):
        assert place.send({"overall": "4", **CRITERIA}, key=KEY).kind == kind
    for table in (response, evidence, comment, mark):
        assert rows_of(place.database, table) == 1, table.name


def test_all_of_a_response_comes_back_as_it_was_sent(place: Place) -> None:
    place.send({"overall": "2", **CRITERIA}, key=KEY, channel="kiosk")
    stored = place.the_response()
    assert stored.answers == {"overall": 2, "A1": 4, "B2": 1, "E4": "NA"}
    assert (stored.texts, stored.respondent) == ({"comment": "Cần thêm ghế."}, {"sex": "female"})
    assert (stored.channel, stored.completed, stored.standing) == ("kiosk", True, "open")


def test_reasons_ticked_come_back_in_order(database: Database) -> None:
    place = Place.set_up(database, questionnaire="sipas-desk")
    place.send({"overall": "2", "A1": "1", "A1_why": ["long-wait", "no-seats"]}, key=KEY)
    assert place.the_response().answers["A1_why"] == ("no-seats", "long-wait")


def test_another_tap_within_the_hour_corrects_the_first(place: Place) -> None:
    place.send({"overall": "4"}, key=KEY)
    assert place.send({"overall": "2"}, key=KEY, now=NOW + timedelta(minutes=60)).kind == "amended"
    assert place.the_response().answers == {"overall": 2}
    assert marks(place.database) == 2, "the desk-day is counted anew"


def test_another_tap_after_the_hour_changes_nothing(place: Place) -> None:
    place.send({"overall": "4"}, key=KEY)
    assert place.send({"overall": "2"}, key=KEY, now=NOW + timedelta(minutes=61)).kind == "late"
    assert place.send({"overall": "4"}, key=KEY, now=NOW + timedelta(minutes=61)).kind == "repeated"
    assert place.the_response().answers == {"overall": 4}
    assert marks(place.database) == 1


def test_the_criteria_complete_the_response_and_leave_its_day_and_hour(place: Place) -> None:
    place.send({"overall": "4"}, key=KEY)
    later = NOW + timedelta(days=1, hours=3)
    receipt = place.send(CRITERIA, key=KEY, now=later)
    assert (receipt.kind, receipt.completed) == ("amended", True)
    stored = place.the_response()
    assert stored.answers == {"overall": 4, "A1": 4, "B2": 1, "E4": "NA"}
    assert (stored.received_on, stored.received_hour, stored.completed) == (NOW.date(), 9, True)
    assert only(place.database, evidence)["completed_at"] == later.replace(second=0)


def test_the_criteria_may_be_corrected_within_the_hour_texts_included(place: Place) -> None:
    place.send({"overall": "4", **CRITERIA}, key=KEY)
    place.send({"A1": "5", "comment": "Đã có ghế."}, key=KEY, now=NOW + timedelta(minutes=30))
    stored = place.the_response()
    assert (stored.answers, stored.texts, stored.respondent) == ({"overall": 4, "A1": 5}, {"comment": "Đã có ghế."}, {})


def test_a_completed_response_is_not_completed_again(place: Place) -> None:
    place.send({"overall": "4", **CRITERIA}, key=KEY)
    assert place.send({"A1": "1"}, key=KEY, now=NOW + timedelta(days=2)).kind == "late"
    assert place.send({"overall": "4", **CRITERIA}, key=KEY, now=NOW + timedelta(days=2)).kind == "repeated"
    assert place.the_response().answers["A1"] == 4


def test_an_empty_form_sent_after_a_filled_one_takes_nothing_back(place: Place) -> None:
    place.send({"overall": "4", **CRITERIA}, key=KEY)
    assert place.send({"comment": "", "A1": ""}, key=KEY, now=NOW + timedelta(minutes=2)).kind == "repeated"
    assert place.the_response().texts == {"comment": "Cần thêm ghế."}


@pytest.mark.parametrize(("days", "completed"), [(7, True), (8, False)])
def test_a_response_is_completed_for_seven_days(place: Place, days: int, completed: bool) -> None:
    place.send({"overall": "4"}, key=KEY)
    with place.database.transaction() as connection:
        erase_evidence(connection, before=NOW + timedelta(days=2))
    place.send({"overall": "1", **CRITERIA}, key=KEY, now=NOW + timedelta(days=days))
    stored = place.the_response()
    assert stored.completed is completed
    assert stored.answers["overall"] == 4, "after the hour the overall answer stays"


def test_a_set_aside_response_may_still_be_completed_and_stays_set_aside(place: Place) -> None:
    place.send({"overall": "4"}, key=KEY)
    place.set_aside(KEY, "Q1", "Q3")
    place.send(CRITERIA, key=KEY, now=NOW + timedelta(hours=2))
    stored = place.the_response()
    assert (stored.set_aside, stored.standing, stored.answers["A1"]) == (("Q1", "Q3"), "set_aside", 4)


def test_two_threads_that_send_the_same_key_store_one_row(place: Place) -> None:
    with ThreadPoolExecutor(8) as threads:
        kinds = [each.kind for each in threads.map(lambda _: place.send({"overall": "5"}, key=KEY), range(24))]
    assert sorted(kinds) == ["repeated"] * 23 + ["stored"]
    assert rows_of(place.database, response) == rows_of(place.database, evidence) == 1


def test_a_missing_or_odd_key_is_replaced_by_a_new_one(place: Place) -> None:
    for key in ("", "short", "với dấu tiếng Việt ở đây"):
        assert place.send({"overall": "5"}, key=key).kind == "stored"
    assert len({each.key for each in place.stored()}) == 3


def test_a_wrong_value_stores_nothing_and_carries_all_that_was_entered(place: Place) -> None:
    with pytest.raises(AnswersRejected) as rejected:
        place.send({"overall": "6", "A1": "3"}, key=KEY)
    assert [fault.question_id for fault in rejected.value.checked.faults] == ["overall"]
    assert place.stored() == []
    assert marks(place.database) == 0


def test_a_send_without_any_answer_stores_nothing(place: Place) -> None:
    with pytest.raises(NothingAnswered):
        place.send({"comment": "  "}, key=KEY)
    assert place.stored() == []


def test_desks_that_do_not_take_answers_say_so(database: Database) -> None:
    office = set_up_office(database)
    day = NOW.date()
    with database.transaction() as connection:
        save_desk(connection, Desk(0, "AAAAAA", office.id, "Cũ", "sipas-2017", valid_to=day - timedelta(days=8)))
        save_desk(connection, Desk(0, "BBBBBB", office.id, "Mới", "sipas-2017", valid_from=day + timedelta(days=1)))
    for code, failure in {"AAAAAA": DeskRetired, "BBBBBB": DeskNotOpen, "CCCCCC": DeskUnknown}.items():
        with database.transaction() as connection, pytest.raises(failure):
            respond(connection, CATALOGUE, Send(code, "poster", {"overall": ["4"]}, KEY), now=NOW)


def test_a_page_open_when_its_desk_retired_still_sends_for_seven_days(database: Database) -> None:
    place = Place.set_up(database)
    with database.transaction() as connection:
        save_desk(connection, replace(place.desk, valid_to=NOW.date() - timedelta(days=7)))
    assert place.send({"overall": "4"}, key=KEY).kind == "stored"


# ---- many at once


def test_of_many_only_the_new_ones_are_stored_with_their_texts_and_marks(place: Place) -> None:
    place.send({"overall": "4"}, key=KEY)
    known = place.the_response()
    new = [replace(known, key=new_key(), texts={"comment": f"Ý kiến {i}"}) for i in range(50)]
    with place.database.transaction() as connection:
        assert record_responses(connection, [known, *new], Evidence(NOW, None)) == 50
        assert record_responses(connection, [known, *new]) == 0
        assert record_responses(connection, []) == 0
    assert len(place.stored()) == 51
    assert rows_of(place.database, comment) == 50
    assert rows_of(place.database, evidence) == 51
    assert marks(place.database) == 2, "one mark a desk-day, however many answers"


def test_known_keys_are_told_apart_by_office(database: Database) -> None:
    first, second = set_up_office(database), set_up_office(database, "00202", "UBND xã Khác")
    one, other = Place.set_up(database, first), Place.set_up(database, second)
    one.send({"overall": "4"}, key=KEY)
    assert other.send({"overall": "2"}, key=KEY).kind == "stored", "a key is one's own at every office"
    with database.reading() as connection:
        asked = {(first.id, "another"), (second.id, KEY), (second.id, "another")}
        assert known_keys(connection, asked) == {(second.id, KEY)}
        assert known_keys(connection, asked | {(first.id, KEY)}) == {(first.id, KEY), (second.id, KEY)}
        assert known_keys(connection, []) == frozenset()


def test_a_stream_is_ordered_by_day_and_key_whatever_came_first(place: Place) -> None:
    for day in (24, 22, 23):
        for name in "ba":
            answers = {"overall": "4", "comment": "Một", "A1": "1", "A1_why": "Hai"}
            place.send(answers, key=f"{name}-{day}".ljust(16, "-"), now=NOW.replace(day=day))
    stored = place.stored()
    assert [(each.received_on.day, each.key[0]) for each in stored] == [(d, n) for d in (22, 23, 24) for n in "ab"]
    assert {tuple(sorted(each.texts.items())) for each in stored} == {(("A1_why", "Hai"), ("comment", "Một"))}


# ---- forgetting


def test_expired_evidence_and_old_texts_go_and_answers_stay(place: Place) -> None:
    place.send({"overall": "4", **CRITERIA}, key=KEY)
    place.send({"overall": "5", **CRITERIA}, key="a-later-key-of-somebody", now=NOW + timedelta(days=60))
    before = place.recounted()
    with place.database.transaction() as connection:
        first = erase_expired(connection, now=NOW + timedelta(hours=46), retention_months=24)
    assert (first.evidence, first.personal) == (1, 0)
    with place.database.transaction() as connection:
        later = erase_expired(connection, now=NOW.replace(year=2028) + timedelta(days=1), retention_months=24)
    assert (later.evidence, later.personal) == (1, 2), "the comment and the bands of the older one"
    old, young = sorted(place.stored(), key=lambda each: each.received_on)
    assert (old.texts, old.respondent) == ({}, {})
    assert (young.texts, young.respondent) == ({"comment": "Cần thêm ghế."}, {"sex": "female"})
    assert place.recounted() == before


def test_evidence_is_erased_to_the_minute(place: Place) -> None:
    place.send({"overall": "4"}, key=KEY)
    minute = NOW.replace(second=0)
    with place.database.transaction() as connection:
        assert erase_evidence(connection, before=minute) == 0
        assert erase_evidence(connection, before=minute + timedelta(minutes=1)) == 1


def test_nothing_erased_stands_in_the_files_of_sqlite(place: Place) -> None:
    if not place.database.on_sqlite:
        pytest.skip("PostgreSQL overwrites by its own vacuum")
    telling = "một câu chỉ có trong phiếu này"
    for number in range(40):
        place.send({"overall": "4", "comment": f"{telling} {number}"}, key=new_key())
    path = place.database.engine.url.database
    assert path
    assert telling.encode() in bytes_of(Path(path)), "or else this test would prove nothing"
    with place.database.transaction() as connection:
        erase_expired(connection, now=NOW.replace(year=2029), retention_months=24)
    place.database.overwrite_erased()
    assert telling.encode() not in bytes_of(Path(path))


def bytes_of(path: Path) -> bytes:
    """All that stands in the files of an SQLite database, its log included."""
    return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))


def test_promise_3_evidence_knows_no_more_than_the_minute(place: Place) -> None:
    place.send({"overall": "4"}, key=KEY)
    exact = NOW.replace(second=42, microsecond=7)
    with place.database.transaction() as connection:
        connection.execute(evidence.delete())
        another = replace(place.the_response(), key=new_key())
        record_responses(connection, [another], Evidence(exact, exact - timedelta(seconds=90)))
    with place.database.reading() as connection:
        (row,) = connection.execute(select(evidence.c.received_at, evidence.c.page_issued_at))
    assert [(each.second, each.microsecond) for each in row] == [(0, 0), (0, 0)]
