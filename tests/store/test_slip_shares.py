"""The share of slips at a desk before the days under review, on both databases: of what counts, and from phones."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from survey.domain.trust_table import SLIPS_IN_USE
from survey.store import Database
from survey.store.responses import Evidence, record_responses
from survey.store.slip_shares import fetch_slip_shares
from tests.store.place import NOW, Place

ENOUGH = SLIPS_IN_USE.responses


@pytest.fixture
def place(database: Database) -> Place:
    """A desk with one answer under review."""
    place = Place.set_up(database)
    place.send({"overall": "5"}, key="under-review-0001", now=NOW)
    return place


def add(place: Place, number: int, *, days_before: int = 7, name: str = "before", **values: object) -> None:
    """Answers of an earlier day, of which it is no longer known how they came."""
    (sent,) = [each for each in place.stored() if each.key == "under-review-0001"]
    day = NOW.date() - timedelta(days=days_before)
    earlier = [
        replace(sent, key=f"{name}-answer-{i:05}", received_on=day, **values)  # type: ignore[arg-type]
        for i in range(number)
    ]
    with place.database.transaction() as connection:
        record_responses(connection, earlier)


def shares(place: Place) -> Mapping[str, float]:
    with place.database.reading() as connection:
        return fetch_slip_shares(connection, place.offices[0].id)


def test_it_is_that_of_verified_answers_once_there_are_enough(place: Place) -> None:
    add(place, ENOUGH // 3, name="slip", verified=True, channel="slip")
    add(place, ENOUGH - ENOUGH // 3 - 1)
    assert shares(place) == {}
    add(place, 1, name="one-more")
    assert shares(place) == {place.desk.code: pytest.approx((ENOUGH // 3) / ENOUGH)}


def test_what_is_set_aside_or_from_a_tablet_or_on_paper_or_long_ago_is_not_in_it(place: Place) -> None:
    add(place, ENOUGH)
    days = SLIPS_IN_USE.within.days
    add(place, 5, name="aside", verified=True, set_aside=("one-device",))
    add(place, 5, name="tablet", channel="kiosk")
    add(place, 5, name="paper", channel="paper")
    add(place, 5, name="invited", channel="invitation", verified=True)
    add(place, 5, name="long-ago", days_before=days + 1, verified=True)
    assert shares(place) == {place.desk.code: 0.0}
    add(place, ENOUGH, name="just-in", days_before=days, verified=True)
    assert shares(place) == {place.desk.code: 0.5}


def test_the_days_under_review_are_not_in_it_and_without_evidence_there_are_none(database: Database) -> None:
    place = Place.set_up(database)
    place.send({"overall": "5"}, key="under-review-0001", now=NOW)
    add(place, ENOUGH)
    (sent,) = [each for each in place.stored() if each.key == "under-review-0001"]
    earlier = replace(sent, key="earlier-evidence-1", received_on=NOW.date() - timedelta(days=8), verified=True)
    with database.transaction() as connection:
        record_responses(connection, [earlier], Evidence(NOW - timedelta(days=8), None))
    assert shares(place) == {}  # everything else came after the first with evidence
    with database.reading() as connection:
        assert fetch_slip_shares(connection, place.offices[0].id + 1) == {}
