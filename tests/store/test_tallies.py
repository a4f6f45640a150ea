"""Kept tallies equal a recount over everything, whatever happened in between (promise 5, journey 2)."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import islice
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from survey.domain.periods import span
from survey.domain.response import new_key
from survey.journeys.score import BATCH, bring_up_to_date, mark_everything
from survey.store import Database
from survey.store.models import cell, half_month, mark, tally
from survey.store.offices import last_answer_days
from survey.store.recount import marked_offices
from survey.store.responses import mark_days
from tests.conftest import CATALOGUE
from tests.store.place import (
    ALWAYS,
    EVERY_DAY,
    NOW,
    SIPAS,
    Place,
    counted_halves,
    kept_halves,
    marks,
    responses_by_version,
    rows_of,
    set_up_office,
)

KEYS = [f"one-of-a-few-keys-{number}" for number in range(4)]


@pytest.fixture
def place(database: Database) -> Place:
    return Place.set_up(database)


def test_nothing_is_counted_before_somebody_reads(place: Place) -> None:
    place.send({"overall": "4"}, key=new_key())
    assert place.kept() == {}
    assert place.bring_up_to_date() == 1
    assert place.kept() == place.recounted() != {}
    assert marks(place.database) == 0
    assert place.bring_up_to_date() == 0


def test_every_channel_standing_and_day_has_its_own_tally(place: Place) -> None:
    for number, channel in enumerate(["poster", "poster", "kiosk", "link"]):
        place.send({"overall": "5"}, key=KEYS[number], channel=channel, now=NOW + timedelta(days=number // 2))
    place.set_aside(KEYS[0], "Q1")
    place.set_aside(KEYS[1], verified=True)
    place.bring_up_to_date()
    kept = place.kept()
    assert {key[3:] for key in kept} == {
        ("poster", "set_aside"), ("poster", "verified"), ("kiosk", "open"), ("link", "open")
    }  # fmt: skip
    assert kept == place.recounted()


def test_a_tally_that_no_response_is_left_for_goes(place: Place) -> None:
    place.send({"overall": "5"}, key=KEYS[0])
    place.bring_up_to_date()
    place.set_aside(KEYS[0], "Q2")
    place.bring_up_to_date()
    assert [key[4] for key in place.kept()] == ["set_aside"]
    place.set_aside(KEYS[0])
    place.bring_up_to_date()
    assert [key[4] for key in place.kept()] == ["open"]


def test_only_the_offices_and_days_asked_for_are_recounted(place: Place) -> None:
    other = Place.set_up(place.database, set_up_office(place.database, "00202", "UBND xã Khác"))
    for day in (0, 1, 2):
        place.send({"overall": "5"}, key=new_key(), now=NOW + timedelta(days=day))
    other.send({"overall": "1"}, key=new_key())
    middle = (NOW + timedelta(days=1)).date()
    ids = [place.offices[0].id]
    assert bring_up_to_date(place.database, CATALOGUE, office_ids=ids, first=middle, last=middle) == 1
    assert [key[2] for key in place.kept()] == [middle]
    assert bring_up_to_date(place.database, CATALOGUE, office_ids=ids) == 2
    assert other.kept() == {}
    assert marks(place.database) == 1


def test_more_days_than_fit_one_transaction_are_all_recounted(place: Place) -> None:
    seen: list[object] = []

    def progress(cells: object) -> object:
        seen.extend(cells)  # type: ignore[call-overload]
        return seen

    for day in range(BATCH + 3):
        place.send({"overall": "5"}, key=new_key(), now=NOW + timedelta(days=day))
    assert bring_up_to_date(place.database, CATALOGUE, progress=progress) == BATCH + 3  # type: ignore[arg-type]
    assert len(seen) == BATCH + 3
    assert place.kept() == place.recounted()
    assert len(place.kept()) == BATCH + 3


def test_a_rebuild_repairs_what_somebody_changed_by_hand(place: Place) -> None:
    for day in range(3):
        place.send({"overall": "5"}, key=new_key(), now=NOW + timedelta(days=day))
    place.bring_up_to_date()
    truth = place.recounted()
    with place.database.transaction() as connection:
        connection.execute(update(tally).where(tally.c.day == NOW.date()).values(responses=99, counts=b"\0" * 4))
        connection.execute(delete(tally).where(tally.c.day == (NOW + timedelta(days=1)).date()))
        connection.execute(delete(mark))
    with place.database.transaction() as connection:
        assert mark_everything(connection)
    assert place.bring_up_to_date() == 3
    assert place.kept() == truth
    assert kept_halves(place.database) == counted_halves(place.stored())


def test_a_rebuild_also_removes_tallies_without_any_response(place: Place) -> None:
    place.send({"overall": "5"}, key=new_key())
    place.bring_up_to_date()
    lost = NOW.date() - timedelta(days=9)
    with place.database.transaction() as connection:
        row = dict(connection.execute(select(tally)).mappings().one())
        connection.execute(insert(tally).values({**row, "day": lost}))
        half = dict(connection.execute(select(half_month)).mappings().one())
        connection.execute(insert(half_month).values({**half, "first_day": date(2020, 2, 15)}))
        mark_everything(connection)
    assert place.bring_up_to_date() == 2
    assert place.kept() == place.recounted()
    assert kept_halves(place.database) == counted_halves(place.stored())


def test_an_empty_installation_has_nothing_to_rebuild(database: Database) -> None:
    with database.transaction() as connection:
        mark_everything(connection)
    assert bring_up_to_date(database, CATALOGUE) == 0


def test_versions_are_counted_apart_most_answered_first(place: Place) -> None:
    short = Place.set_up(place.database, place.offices[0], questionnaire="sipas-desk")
    place.send({"overall": "5"}, key=new_key())
    for _ in range(2):
        short.send({"overall": "1"}, key=new_key())
    place.bring_up_to_date()
    with place.database.reading() as connection:
        last = last_answer_days(connection, [place.offices[0].id])
    found = responses_by_version(place.database, EVERY_DAY, place.offices[0].id)
    assert list(found.items()) == [("sipas-desk@1", 2), ("sipas-2017@1", 1)]
    assert last == {place.desk.id: NOW.date(), short.desk.id: NOW.date()}
    assert (place.kept(), short.kept()) == (place.recounted(), short.recounted())


def test_an_interrupted_rebuild_goes_on_where_it_stopped(place: Place) -> None:
    days = BATCH + 10
    for day in range(days):
        place.send({"overall": "5"}, key=new_key(), now=NOW + timedelta(days=day))
    place.bring_up_to_date()

    def power_cut(cells: Iterable[object]) -> Iterator[object]:
        yield from islice(cells, BATCH + 1)
        raise KeyboardInterrupt

    def rebuild(progress: Callable[[Iterable[object]], Iterable[object]] = iter) -> tuple[bool, int]:
        with place.database.transaction() as connection:
            begun = mark_everything(connection)
        return begun, bring_up_to_date(place.database, CATALOGUE, progress=progress)  # type: ignore[arg-type]

    with pytest.raises(KeyboardInterrupt):
        rebuild(power_cut)
    assert rebuild() == (False, days - BATCH)
    assert rebuild() == (True, days)
    assert place.kept() == place.recounted()


def test_an_answer_during_a_rebuild_is_no_part_of_it(place: Place) -> None:
    place.send({"overall": "5"}, key=KEYS[0])
    with place.database.transaction() as connection:
        assert mark_everything(connection)
        assert not mark_everything(connection), "under way"
    place.bring_up_to_date()
    place.send({"overall": "4"}, key=KEYS[1])
    with place.database.transaction() as connection:
        assert mark_everything(connection), "an ordinary mark is none of a rebuild"


def test_half_months_are_the_sums_of_the_desks_of_an_office(place: Place) -> None:
    second = Place.set_up(place.database, place.offices[0], questionnaire="sipas-desk")
    first_of_october = NOW.replace(day=1)
    for day in (0, 13, 14, 30, 31):
        for each in (place, second, second):
            each.send({"overall": str(1 + day % 5)}, key=new_key(), now=first_of_october + timedelta(days=day))
    place.bring_up_to_date()
    kept = kept_halves(place.database)
    assert kept == counted_halves([*place.stored(), *second.stored()])
    october, late, november = date(2026, 10, 1), date(2026, 10, 15), date(2026, 11, 1)
    assert {(key[1], key[2]): each.responses for key, each in kept.items()} == {
        (october, "sipas-2017@1"): 2, (october, "sipas-desk@1"): 4,
        (late, "sipas-2017@1"): 2, (late, "sipas-desk@1"): 4,
        (november, "sipas-2017@1"): 1, (november, "sipas-desk@1"): 2,
    }  # fmt: skip


def test_responses_by_version_of_any_span_are_those_of_its_days(place: Place) -> None:
    for day in range(40):
        place.send({"overall": "3"}, key=new_key(), now=NOW.replace(day=1) + timedelta(days=day))
    place.bring_up_to_date()
    office = place.offices[0].id
    for first, last in ((1, 1), (1, 14), (3, 9), (1, 31), (2, 31), (14, 15), (10, 31)):
        period = span(date(2026, 10, first), date(2026, 10, last))
        assert responses_by_version(place.database, period, office) == {"sipas-2017@1": last - first + 1}, period
    assert responses_by_version(place.database, EVERY_DAY, office) == {"sipas-2017@1": 40}


# ---- any interleaving (Hypothesis)

levels = st.sampled_from(["1", "2", "3", "4", "5"])
criteria = st.dictionaries(
    st.sampled_from([each.id for each in SIPAS.criteria]),
    st.sampled_from(["1", "3", "5", "NA"]),
    min_size=1,
    max_size=4,
)
key, minutes = st.sampled_from(KEYS), st.integers(0, 3 * 24 * 60)
steps = st.one_of(
    st.tuples(st.just("tap"), key, levels, minutes),
    st.tuples(st.just("complete"), key, criteria, minutes),
    st.tuples(st.just("all at once"), key, criteria, minutes),
    st.tuples(st.just("set aside"), key, st.sampled_from([(), ("Q1",), ("Q2", "Q4")]), st.booleans()),
    st.tuples(st.just("recount")),
    st.tuples(st.just("recount a part"), st.integers(0, 3), st.integers(0, 3)),
    st.tuples(st.just("rebuild")),
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(taken=st.lists(steps, max_size=14))
def test_after_any_interleaving_the_kept_tallies_equal_a_recount(
    database: Database, taken: list[tuple[object, ...]]
) -> None:
    place = Place.set_up(database)
    for name, *values in taken:
        take(place, str(name), values)
        if name == "recount":
            assert place.kept() == place.recounted()
            assert kept_halves(database) == counted_halves(place.stored_at_all_desks())
    place.bring_up_to_date()
    assert place.kept() == place.recounted()
    assert kept_halves(database) == counted_halves(place.stored_at_all_desks())
    assert len({each.key for each in place.stored()}) == len(place.stored())
    assert marks(database) == 0


def take(place: Place, name: str, values: list[object]) -> None:
    if name == "recount":
        place.bring_up_to_date()
        return
    if name == "recount a part":
        first, days = NOW.date() + timedelta(days=int(str(values[0]))), timedelta(days=int(str(values[1])))
        bring_up_to_date(place.database, CATALOGUE, first=first, last=first + days)
        return
    if name == "rebuild":
        with place.database.transaction() as connection:
            mark_everything(connection)
        return
    key = f"{values[0]}-{place.desk.code}"
    if name == "set aside":
        if key in {each.key for each in place.stored()}:
            place.set_aside(key, *values[1], verified=bool(values[2]))  # type: ignore[misc]
        return
    answers = {"overall": values[1]} if name == "tap" else dict(values[1])  # type: ignore[call-overload]
    if name == "all at once":
        answers["overall"] = "4"
    place.send(answers, key=key, now=NOW + timedelta(minutes=int(str(values[2]))))


# ---- writers and readers at the same time

SECONDS, WRITERS, READERS = 5.0, 3, 2


def test_writers_and_readers_together_leave_nothing_uncounted(database: Database) -> None:
    office = set_up_office(database)
    places = [Place.set_up(database, office) for _ in range(2)]
    ends = time.monotonic() + SECONDS

    def until_the_end(act: Callable[[Random], None], seed: int) -> int:
        dice, times = Random(seed), 0
        while time.monotonic() < ends:
            act(dice)
            times += 1
        return times

    def write(dice: Random) -> None:
        place, key = dice.choice(places), new_key()
        at = NOW + timedelta(days=dice.randrange(2))
        place.send({"overall": str(dice.randint(1, 5))}, key=key, now=at)
        if dice.random() < 0.6:
            place.send({"A1": str(dice.randint(1, 5)), "comment": "Tốt"}, key=key, now=at + timedelta(minutes=1))
        if dice.random() < 0.3:
            place.set_aside(key, "Q1")

    def read(_: Random) -> None:
        bring_up_to_date(database, CATALOGUE)

    with ThreadPoolExecutor(WRITERS + READERS) as threads:
        acting = [threads.submit(until_the_end, write, seed) for seed in range(WRITERS)]
        acting += [threads.submit(until_the_end, read, seed) for seed in range(READERS)]
        times = [each.result(timeout=60) for each in acting]
    assert all(times), "everybody had a turn"
    bring_up_to_date(database, CATALOGUE)
    for place in places:
        assert place.kept() == place.recounted()
    assert sum(len(place.stored()) for place in places) == sum(times[:WRITERS])
    assert marks(database) == 0
    assert rows_of(database, cell) == (0 if database.on_sqlite else 1), "the lock of one half-month"
    assert kept_halves(database) == counted_halves([each for place in places for each in place.stored()])


def test_recounts_that_meet_wait_for_each_other(place: Place) -> None:
    for day in range(8):
        place.send({"overall": "5"}, key=new_key(), now=NOW + timedelta(days=day))
    days = [(place.offices[0].id, place.desk.id, NOW.date() + timedelta(days=day)) for day in range(8)]

    def mark_and_recount(_: int) -> None:
        with place.database.transaction() as connection:
            mark_days(connection, days)
        bring_up_to_date(place.database, CATALOGUE)

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(mark_and_recount, range(18)))
    assert place.kept() == place.recounted()
    with place.database.reading() as connection:
        assert marked_offices(connection, office_ids=None, **ALWAYS) == {}
