"""What the database itself refuses: the promises hold even against a program that forgot them."""

from collections.abc import Mapping
from datetime import date, datetime

import pytest
from sqlalchemy import Table, insert
from sqlalchemy.exc import IntegrityError

from survey.store import Database
from survey.store.models import (
    cell,
    comment,
    desk,
    evidence,
    half_month,
    mark,
    office,
    questionnaire,
    report,
    response,
    staff,
    tally,
)
from tests.store.place import NOW, Place

KEY = "a-key-made-on-the-phone"
DAY = date(2026, 10, 21)
OFFICE = {"code": "00909", "name": "Xã Chín", "kind": "commune", "demonstration": False}


@pytest.fixture
def place(database: Database) -> Place:
    """A desk with one response."""
    place = Place.set_up(database)
    place.send({"overall": "4", "comment": "Tốt"}, key=KEY)
    return place


def row_of(table: Table, place: Place) -> dict[str, object]:
    """A sound row of each table, unlike those that are there."""
    where = {"office_id": place.offices[0].id, "desk_id": place.desk.id}
    version, new = "sipas-2017@1", "another-key-of-a-phone"
    rows: dict[str, dict[str, object]] = {
        "office": OFFICE,
        "desk": {"code": "ZZZZZZ", "office_id": where["office_id"], "name": "Quầy", "questionnaire": "sipas-2017"},
        "questionnaire": {"key": "other@2", "digest": "0" * 64},
        "response": {
            **where, "key": new, "questionnaire": version, "channel": "poster", "received_on": DAY, "received_hour": 9,
            "answers": '{"overall":4,"A1":"NA","A1_why":["x-10"]}', "completed": False, "verified": False,
        },
        "comment": {"office_id": where["office_id"], "key": KEY, "question": "A1_why", "text": "Chậm"},
        "evidence": {"office_id": where["office_id"], "key": KEY, "received_at": NOW},
        "cell": {"office_id": where["office_id"], "first_day": DAY},
        "tally": {
            **where, "day": DAY, "questionnaire": version, "channel": "poster", "standing": "open", "responses": 1,
            "counts": b"\1\0\0\0",
        },
        "half_month": {
            "office_id": where["office_id"], "first_day": date(2026, 10, 15), "questionnaire": version,
            "kinds": "poster.open", "responses": 1, "counts": b"\1\0\0\0",
        },
        "report": {
            "office_id": where["office_id"], "period": "2026-10", "calendar": "civil", "issue": 1,
            "issued_on": DAY, "content": "{}", "digest": "0" * 64,
        },
        "staff": {
            "email": "head@xa.vn", "password_hash": "x", "one_time": True, "role": "head", "session_token": "t",
            "office_id": where["office_id"],
        },
    }  # fmt: skip
    return dict(rows[table.name])


def add(place: Place, table: Table, **changes: object) -> None:
    with place.database.transaction() as connection:
        connection.execute(insert(table).values(row_of(table, place) | changes))


@pytest.mark.parametrize(
    "table",
    [office, desk, questionnaire, response, comment, cell, tally, half_month, report, staff],
    ids=lambda table: table.name,
)
def test_a_sound_row_is_taken_and_its_double_refused(place: Place, table: Table) -> None:
    add(place, table)
    with pytest.raises(IntegrityError):
        add(place, table)


REFUSED: list[tuple[Table, str, Mapping[str, object]]] = [
    (response, "a second response under a key", {"key": KEY}),
    (response, "an empty key", {"key": ""}),
    (response, "an unknown channel", {"channel": "sms"}),
    (response, "an unknown questionnaire version", {"questionnaire": "sipas-2017@99"}),
    (response, "no questionnaire version", {"questionnaire": None}),
    (response, "an unknown desk", {"desk_id": 999_999}),
    (response, "an unknown office", {"office_id": 999_999}),
    (response, "an hour of 24", {"received_hour": 24}),
    (response, "no day", {"received_on": None}),
    (response, "set aside without a reason", {"set_aside": ""}),
    (response, "a value above the scale", {"answers": '{"overall":6}'}),
    (response, "a value below the scale", {"answers": '{"overall":0}'}),
    (response, "a value of two digits", {"answers": '{"overall":10}'}),
    (response, "a negative value", {"answers": '{"overall":-1}'}),
    (response, "a value off the scale behind a good one", {"answers": '{"overall":4,"A1":9}'}),
    (response, "a value as a word", {"answers": '{"overall":"5"}'}),
    (response, "a word that is no answer", {"answers": '{"overall":4,"A1":"NO"}'}),
    (response, "answers that are no object", {"answers": "[4]"}),
    (response, "no answers", {"answers": None}),
    (comment, "an empty comment", {"text": ""}),
    (comment, "a comment of no response", {"key": "nobody-sent-this-key"}),
    (evidence, "second evidence of a response", {}),
    (evidence, "evidence of no response", {"key": "nobody-sent-this-key"}),
    (half_month, "no channel", {"kinds": ""}),
    (half_month, "a sum of nothing", {"responses": 0}),
    (half_month, "an unknown questionnaire version", {"questionnaire": "sipas-2017@99"}),
    (half_month, "a day in the middle", {"first_day": date(2026, 10, 14)}),
    (tally, "an unknown channel", {"channel": "sms"}),
    (tally, "an unknown standing", {"standing": "doubtful"}),
    (tally, "a tally of nothing", {"responses": 0}),
    (tally, "an unknown questionnaire version", {"questionnaire": "sipas-2017@99"}),
    (office, "an unknown kind", {"kind": "ministry"}),
    (office, "an end before the beginning", {"valid_from": DAY, "valid_to": date(2026, 1, 1)}),
    (office, "a successor of an open office", {"successor_id": 1}),
    (office, "an unknown parent", {"parent_id": 999_999}),
    (desk, "a code in small letters", {"code": "zzzzzz"}),
    (desk, "a code that is too short", {"code": "ZZZZ"}),
    (desk, "an unknown office", {"office_id": 999_999}),
    (desk, "an end before the beginning", {"valid_from": DAY, "valid_to": date(2026, 1, 1)}),
    (questionnaire, "a key without a version", {"key": "sipas-2017"}),
    (report, "a first issue that replaces another", {"issue": 1, "replaces": 1}),
    (report, "a second issue that replaces none", {"issue": 2}),
    (report, "an issue that replaces one that is not there", {"issue": 2, "replaces": 1}),
    (report, "an issue that jumps", {"issue": 3, "replaces": 1}),
    (staff, "an unknown role", {"role": "guest"}),
    (staff, "a head without an office", {"office_id": None}),
    (staff, "an e-mail in capitals", {"email": "Head@xa.vn"}),
    (staff, "an e-mail without a domain", {"email": "head"}),
]


@pytest.mark.parametrize(("table", "what", "changes"), REFUSED, ids=[f"{t.name}: {what}" for t, what, _ in REFUSED])
def test_the_database_refuses(place: Place, table: Table, what: str, changes: Mapping[str, object]) -> None:
    with pytest.raises(IntegrityError):
        add(place, table, **changes)


@pytest.mark.parametrize(
    "answers",
    ["{}", '{"overall":1}', '{"overall":5,"E4":"NA"}', '{"A1":2,"A1_why":["no-seats","a-10"],"B1":3}'],
)
def test_answers_on_the_scale_are_taken(place: Place, answers: str) -> None:
    add(place, response, answers=answers)


def test_a_response_takes_its_comment_and_evidence_with_it(place: Place) -> None:
    with place.database.transaction() as connection:
        connection.execute(response.delete())
        assert connection.execute(comment.select()).all() == []
        assert connection.execute(evidence.select()).all() == []


def test_a_desk_with_marks_or_responses_cannot_be_deleted(place: Place) -> None:
    for table in (response, mark):
        with pytest.raises(IntegrityError), place.database.transaction() as connection:
            connection.execute(desk.delete())
        with place.database.transaction() as connection:
            connection.execute(table.delete())
    with place.database.transaction() as connection:
        connection.execute(desk.delete())


def test_times_are_stored_without_a_zone_as_the_clock_on_the_wall(place: Place) -> None:
    with place.database.reading() as connection:
        (received_at,) = connection.execute(evidence.select().with_only_columns(evidence.c.received_at)).scalars()
    assert isinstance(received_at, datetime)
    assert received_at.tzinfo is None
