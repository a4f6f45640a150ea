"""The daily review on both databases: sets aside with reasons, may be stopped and repeated, spares what was judged."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from survey.domain.trust import ONE_HAND, REPEATED_TEXT
from survey.journeys import review as journey
from survey.journeys.respond import Send, respond
from survey.journeys.review import daily, review, review_once_a_day
from survey.store import Database
from survey.store.judging import save_judgement
from survey.store.models import evidence, response
from survey.store.models_trust import daily_run
from survey.store.review import claim_day, finish_day, replace_reasons, stream_evident
from tests.conftest import CATALOGUE, Clock
from tests.store.place import NOW, Place, marks, rows_of, set_up_office

TEXT = "Cán bộ ở đây rất nhiệt tình, hồ sơ được giải quyết rất nhanh và rất tốt, xin cảm ơn nhiều."
COPIES = REPEATED_TEXT.responses


@pytest.fixture
def place(database: Database) -> Place:
    return Place.set_up(database)


def copies(place: Place, number: int = COPIES, *, name: str = "copied") -> list[str]:
    """Answers in which somebody wrote the same; their keys. Beside them two of others."""
    keys = [f"{name}-answer-{each:04}" for each in range(number)]
    for minute, key in enumerate(keys):
        place.send({"overall": "5", "comment": TEXT}, key=key, now=NOW + timedelta(minutes=20 * minute))
    place.send({"overall": "4", "comment": "Chờ hơi lâu."}, key=f"{name}-honest-0001")
    place.send({"overall": "4"}, key=f"{name}-honest-0002")
    return keys


def reasons(*places: Place) -> dict[str, tuple[str, ...]]:
    return {each.key: each.set_aside for place in places for each in place.stored() if each.set_aside}


def test_what_the_rules_find_is_set_aside_with_its_reason_and_its_desk_day_is_counted_anew(place: Place) -> None:
    keys = copies(place)
    place.bring_up_to_date()
    done = review(place.database, CATALOGUE)
    assert (done.responses, done.set_aside, dict(done.reasons)) == (COPIES + 2, COPIES, {REPEATED_TEXT.reason: COPIES})
    assert reasons(place) == dict.fromkeys(keys, (REPEATED_TEXT.reason,))
    assert marks(place.database) == 1
    place.bring_up_to_date()
    assert place.kept() == place.recounted()
    assert {standing for *_, standing in place.kept()} == {"open", "set_aside"}


def test_a_second_review_changes_nothing(place: Place) -> None:
    copies(place)
    review(place.database, CATALOGUE)
    place.bring_up_to_date()
    before = place.stored()
    again = review(place.database, CATALOGUE)
    assert (again.responses, again.set_aside, again.reasons.total()) == (COPIES + 2, 0, 0)
    assert place.stored() == before
    assert marks(place.database) == 0


def test_what_a_person_judged_is_left_alone(place: Place) -> None:
    keys = copies(place)
    review(place.database, CATALOGUE)
    first, *others = place.stored()
    with place.database.transaction() as connection:
        save_judgement(connection, replace(first, key=keys[0]), set_aside=())
    assert review(place.database, CATALOGUE).set_aside == 0
    assert sorted(reasons(place)) == keys[1:]
    (put_back,) = [each for each in place.stored() if each.key == keys[0]]
    assert (put_back.set_aside, put_back.judged) == ((), True)
    assert not any(each.judged for each in others if each.key != keys[0])


def test_reasons_are_added_to_those_that_stand_there(place: Place) -> None:
    keys = copies(place)
    place.set_aside(keys[0], "one-address")
    review(place.database, CATALOGUE)
    assert reasons(place)[keys[0]] == ("one-address", REPEATED_TEXT.reason)


def test_a_response_that_changed_since_it_was_read_waits_for_the_next_review(place: Place) -> None:
    (key, *_) = copies(place)
    (stored,) = [each for each in place.stored() if each.key == key]
    place.set_aside(key, "one-address")
    with place.database.transaction() as connection:
        assert not replace_reasons(connection, stored, ["burst"])
        assert replace_reasons(connection, replace(stored, set_aside=("one-address",)), ["burst"])
        save_judgement(connection, stored, set_aside=())
        assert not replace_reasons(connection, stored, ["burst"])
    assert reasons(place) == {}


def test_the_rules_see_what_came_with_a_response(place: Place) -> None:
    """One hand at one desk, one form after the other: only its device tells."""
    for number in range(ONE_HAND.run):
        begun = NOW + timedelta(minutes=2 * number)
        for name, device in (("false", "d" * 32), ("honest", f"{number:032}")):
            key = f"{name}-{number:020}"
            said = {"overall": ["5"], "A1": ["5"], "A2": ["4"]}
            send = Send(place.desk.code, "poster", {"overall": ["5"]}, key, "", begun, "s" * 32, device)
            with place.database.transaction() as connection:
                respond(connection, CATALOGUE, send, now=begun)
                respond(connection, CATALOGUE, replace(send, submitted=said), now=begun + timedelta(seconds=75))
    with place.database.reading() as connection:
        known = {each.device: each for _, each, _ in stream_evident(connection, place.offices[0].id)}
    assert len(known) == ONE_HAND.run + 1
    assert {each.duration for each in known.values()} == {75}
    review(place.database, CATALOGUE)
    assert set(reasons(place)) == {f"false-{number:020}" for number in range(ONE_HAND.run)}


def test_responses_are_looked_at_some_at_a_time(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """An office with a million answers in two days must not fill the memory."""
    keys = copies(place, 2 * COPIES)
    monkeypatch.setattr(journey, "AT_ONCE", COPIES + 2)
    done = review(place.database, CATALOGUE)
    assert done.responses == 2 * COPIES + 2
    assert set(reasons(place)) <= set(keys)
    assert len(reasons(place)) >= COPIES


def test_responses_whose_evidence_is_gone_are_not_looked_at(place: Place) -> None:
    copies(place)
    with place.database.transaction() as connection:
        connection.execute(delete(evidence))
    assert review(place.database, CATALOGUE).responses == 0


def test_a_version_that_no_file_has_any_more_is_reviewed_without_its_answers(place: Place) -> None:
    copies(place)
    with place.database.transaction() as connection:
        connection.execute(update(response).values(questionnaire="sipas-desk@1"))
    assert review(place.database, type(CATALOGUE)([])).set_aside == COPIES


# ---- stopped, repeated, two at once


class Killed(BaseException):
    """As if the process had ended."""


def test_a_review_that_was_killed_is_taken_up_by_the_next(database: Database) -> None:
    places = [Place.set_up(database, set_up_office(database, f"0010{number}")) for number in range(3)]
    keys = {place.desk.code: copies(place, name=f"place-{number}") for number, place in enumerate(places)}

    def killed_at_the_second(offices: Iterable[int]) -> Iterator[int]:
        for number, office_id in enumerate(offices):
            if number == 1:
                raise Killed
            yield office_id

    with pytest.raises(Killed):
        review(database, CATALOGUE, progress=killed_at_the_second)
    assert sorted(reasons(*places)) == sorted(keys[places[0].desk.code]), "the first office is done and stays so"
    assert review(database, CATALOGUE).set_aside == 2 * COPIES
    assert sorted(reasons(*places)) == sorted(key for found in keys.values() for key in found)


def test_two_reviews_at_once_come_to_what_one_comes_to(database: Database) -> None:
    places = [Place.set_up(database, set_up_office(database, f"0010{number}")) for number in range(4)]
    keys = [key for number, place in enumerate(places) for key in copies(place, name=f"place-{number}")]
    with closing(Database(database.url)) as other, ThreadPoolExecutor(2) as threads:
        done = list(threads.map(lambda each: review(each, CATALOGUE), (database, other)))
    assert sum(each.set_aside for each in done) == len(keys), "each is set aside by one of them"
    assert reasons(*places) == dict.fromkeys(keys, (REPEATED_TEXT.reason,))
    places[0].bring_up_to_date()
    assert all(place.kept() == place.recounted() for place in places)


# ---- once a day

DAY = date(2026, 10, 21)


def claims(database: Database, now: datetime) -> bool:
    with database.transaction() as connection:
        return claim_day(connection, DAY, now=now)


def test_of_many_who_want_the_work_of_a_day_one_gets_it(database: Database) -> None:
    with closing(Database(database.url)) as other, ThreadPoolExecutor(8) as threads:
        got = list(threads.map(lambda number: claims((database, other)[number % 2], NOW), range(16)))
    assert sorted(got) == [False] * 15 + [True]


def test_work_that_was_begun_and_not_finished_is_taken_over_after_an_hour_by_one(database: Database) -> None:
    assert claims(database, NOW)
    assert not claims(database, NOW + timedelta(minutes=59))
    with ThreadPoolExecutor(4) as threads:
        got = list(threads.map(lambda _: claims(database, NOW + timedelta(minutes=60)), range(8)))
    assert sorted(got) == [False] * 7 + [True]
    with database.transaction() as connection:
        finish_day(connection, DAY, now=NOW + timedelta(minutes=70))
    assert not claims(database, NOW + timedelta(hours=20))


def test_the_server_reviews_once_a_day(place: Place) -> None:
    clock = Clock(NOW)
    copies(place)
    first = review_once_a_day(place.database, CATALOGUE, clock=clock)
    assert first
    assert first.set_aside == COPIES
    clock.advance(hours=8)
    assert review_once_a_day(place.database, CATALOGUE, clock=clock) is None
    clock.advance(hours=8)
    assert review_once_a_day(place.database, CATALOGUE, clock=clock) is not None
    assert rows_of(place.database, daily_run) == 2


def test_a_review_that_failed_is_tried_again_after_an_hour(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(NOW)

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(journey, "reviewed", fails)
        copies(place)
        with pytest.raises(RuntimeError):
            review_once_a_day(place.database, CATALOGUE, clock=clock)
    assert review_once_a_day(place.database, CATALOGUE, clock=clock) is None
    clock.advance(hours=1)
    again = review_once_a_day(place.database, CATALOGUE, clock=clock)
    assert again
    assert again.set_aside == COPIES


def test_the_day_s_work_reviews_first_and_then_erases(place: Place) -> None:
    keys = copies(place)
    done = daily(place.database, CATALOGUE, now=NOW + timedelta(hours=47), retention_months=24)
    assert (done.reviewed.set_aside, done.erased.evidence) == (COPIES, COPIES + 2)
    assert sorted(reasons(place)) == keys
    assert rows_of(place.database, evidence) == 0
    with place.database.reading() as connection:
        (day, finished) = connection.execute(select(daily_run.c.day, daily_run.c.finished_at)).one()
    assert (day, finished) == ((NOW + timedelta(hours=47)).date(), NOW + timedelta(hours=47))
    again = daily(place.database, CATALOGUE, now=NOW + timedelta(hours=48), retention_months=24)
    assert (again.reviewed.responses, again.erased.evidence) == (0, 0)
