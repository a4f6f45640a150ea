"""More responses than transactions, on both databases: by lot, the same every day, taken back when the number rises."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from survey.domain.offices import Office
from survey.domain.transactions import Transactions
from survey.domain.trust import MORE_THAN_TRANSACTIONS
from survey.journeys import review_transactions as journey
from survey.journeys.review import daily
from survey.journeys.review_transactions import LOOKED_BACK, compare_with_transactions
from survey.store import Database
from survey.store.judging import save_judgement
from survey.store.offices import link_office, save_office
from survey.store.transactions import save_transactions
from tests.conftest import CATALOGUE
from tests.store.place import NOW, Place, marks, set_up_office

FIRST, LAST, TODAY = date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 5)


@pytest.fixture
def place(database: Database) -> Place:
    return Place.set_up(database)


def answer(place: Place, number: int, *, name: str = "answer", channel: str = "poster") -> None:
    for each in range(number):
        place.send({"overall": "5"}, key=f"{name}-{each:020}", channel=channel)


def tell(place: Place, count: int, *, desk: str | None = None, first: date = FIRST, last: date = LAST) -> None:
    code = place.desk.code if desk is None else desk
    with place.database.transaction() as connection:
        save_transactions(connection, [Transactions(place.offices[0].id, code, first, last, count)])


def beyond(place: Place) -> set[str]:
    return {each.key for each in place.stored() if MORE_THAN_TRANSACTIONS in each.set_aside}


def test_as_many_as_there_are_too_many_are_set_aside_and_counted_anew(place: Place) -> None:
    answer(place, 12)
    tell(place, 9)
    place.bring_up_to_date()
    assert compare_with_transactions(place.database, today=TODAY) == (3, 0)
    assert len(beyond(place)) == 3
    assert marks(place.database) == 1
    place.bring_up_to_date()
    assert place.kept() == place.recounted()
    first = beyond(place)
    assert compare_with_transactions(place.database, today=TODAY + timedelta(days=1)) == (0, 0)
    assert (beyond(place), marks(place.database)) == (first, 0)


def test_a_higher_number_takes_some_back_and_those_that_stay_are_the_same(place: Place) -> None:
    answer(place, 12)
    tell(place, 6)
    compare_with_transactions(place.database, today=TODAY)
    first = beyond(place)
    tell(place, 10)
    assert compare_with_transactions(place.database, today=TODAY) == (0, 4)
    assert beyond(place) < first
    tell(place, 12)
    assert compare_with_transactions(place.database, today=TODAY) == (0, 2)
    assert beyond(place) == set()


def test_who_has_a_slip_or_was_put_back_by_a_person_is_never_drawn(place: Place) -> None:
    answer(place, 12)
    every = place.stored()
    for each in every[:3]:
        place.set_aside(each.key, verified=True)
    with place.database.transaction() as connection:
        for each in every[3:6]:
            save_judgement(connection, each, set_aside=())
    tell(place, 4)
    assert compare_with_transactions(place.database, today=TODAY) == (6, 0)
    assert beyond(place) == {each.key for each in every[6:]}


def test_what_is_set_aside_for_another_reason_is_none_too_many(place: Place) -> None:
    answer(place, 12)
    for each in place.stored()[:4]:
        place.set_aside(each.key, "burst")
    tell(place, 8)
    assert compare_with_transactions(place.database, today=TODAY) == (0, 0)


def test_paper_and_invitations_are_other_populations(place: Place) -> None:
    answer(place, 5)
    answer(place, 5, name="paper", channel="paper")
    tell(place, 5)
    assert compare_with_transactions(place.database, today=TODAY) == (0, 0)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (FIRST, TODAY),  # it has not ended
        (date(2026, 9, 1), date(2026, 9, 30)),  # nobody answered then
        (FIRST - LOOKED_BACK, LAST - LOOKED_BACK),
    ],
)
def test_other_periods_have_no_say(place: Place, first: date, last: date) -> None:
    answer(place, 5)
    tell(place, 1, first=first, last=last)
    assert compare_with_transactions(place.database, today=TODAY) == (0, 0)


def test_the_number_of_a_whole_office_counts_what_is_below_it(database: Database) -> None:
    above = set_up_office(database, "00101")
    with database.transaction() as connection:
        unit = save_office(connection, Office(0, "00101-1", "Trạm", "unit"))
        link_office(connection, unit.id, parent_id=above.id, successor_id=None)
    places = [Place.set_up(database, above), Place.set_up(database, unit)]
    for number, place in enumerate(places):
        answer(place, 6, name=f"place-{number}")
    tell(places[0], 10, desk="")
    assert compare_with_transactions(database, today=TODAY) == (2, 0)
    assert sum(len(beyond(place)) for place in places) == 2


def test_a_number_that_cannot_be_right_sets_nothing_aside(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(place, 6)
    tell(place, 1)
    monkeypatch.setattr(journey, "MOST", 5)
    assert compare_with_transactions(place.database, today=TODAY) == (0, 0)


def test_the_day_s_work_does_it(place: Place) -> None:
    answer(place, 12)
    tell(place, 9, first=NOW.date(), last=NOW.date())
    tomorrow = NOW + timedelta(days=1)
    done = daily(place.database, CATALOGUE, now=tomorrow, retention_months=24).reviewed
    assert (done.set_aside, dict(done.reasons), done.put_back) == (3, {MORE_THAN_TRANSACTIONS: 3}, 0)
    tell(place, 10, first=NOW.date(), last=NOW.date())
    assert daily(place.database, CATALOGUE, now=tomorrow, retention_months=24).reviewed.put_back == 1


def test_a_response_of_other_reasons_as_well_keeps_those(place: Place) -> None:
    answer(place, 2)
    (one, _) = place.stored()
    place.set_aside(one.key, "burst", MORE_THAN_TRANSACTIONS)
    tell(place, 2)
    assert compare_with_transactions(place.database, today=TODAY) == (0, 1)
    (after,) = [each for each in place.stored() if each.key == one.key]
    assert after == replace(one, set_aside=("burst",))
