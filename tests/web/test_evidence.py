"""What the quality rules need of a send is kept apart from the answers, and some rules are applied at once (Q2)."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import Row, select, text
from werkzeug.test import TestResponse

from survey.domain.offices import Office
from survey.domain.response import new_key
from survey.domain.trust import OUTSIDE_HOURS, SAME_VALUE_TOO_FAST, TOO_FAST
from survey.installation import Installation
from survey.journeys.office_facts import KEPT_FOR
from survey.store.judging import save_judgement
from survey.store.models import evidence
from survey.store.office_facts import replace_facts
from tests.citizen import DESK, DESK_FULL, hidden_fields, set_up_both, stored, tap
from tests.conftest import Clock
from tests.pages import PageClient
from tests.web.test_citizen_cost import queries

WIFI, HOME = "203.0.113.7", "198.51.100.20"
CRITERIA = [f"{letter}{number}" for letter, last in zip("ABCDE", (4, 5, 6, 3, 4), strict=True)
            for number in range(1, last + 1)]  # fmt: skip
EVENING = datetime(2026, 10, 21, 21, 0)


@pytest.fixture(autouse=True)
def office(installation: Installation) -> Office:
    return set_up_both(installation)


def send(
    client: PageClient, *, desk: str = DESK, address: str = WIFI, agent: str = "Phone/1", **form: str
) -> TestResponse:
    sent = {"overall": "4", "key": new_key(), **form}
    headers = {"User-Agent": agent}
    return client.post(f"/d/{desk}", data=sent, headers=headers, environ_base={"REMOTE_ADDR": address})


def kept(installation: Installation) -> list[Row[tuple[object, ...]]]:
    columns = evidence.c.key, evidence.c.device, evidence.c.duration, evidence.c.own_network, evidence.c.sender
    with installation.database.reading() as connection:
        return list(connection.execute(select(*columns).order_by(evidence.c.received_at)))


def know(installation: Installation, office: Office, **facts: list[str]) -> None:
    with installation.database.transaction() as connection:
        for kind, values in facts.items():
            replace_facts(connection, office.id, kind, values)


# ---- the device


def test_a_device_is_a_hash_of_desk_address_browser_and_day(
    client: PageClient, installation: Installation, clock: Clock
) -> None:
    for different in ({}, {}, {"agent": "Phone/2"}, {"address": HOME}, {"desk": DESK_FULL}):
        send(client, **different)  # type: ignore[arg-type]
        clock.advance(minutes=1)
    clock.advance(days=1)
    send(client)
    devices = [str(row.device) for row in kept(installation)]
    assert devices[0] == devices[1]
    assert len(set(devices)) == 5
    assert {len(each) for each in devices} == {32}
    assert {row.sender for row in kept(installation)}.isdisjoint(devices)


def test_without_an_address_no_device_is_known(client: PageClient, installation: Installation) -> None:
    """Behind a socket everybody would be one device of the same make."""
    send(client, address="")
    (row,) = kept(installation)
    assert (row.device, row.sender) == (None, None)


# ---- the duration


def fill(client: PageClient, page: TestResponse, desk: str = DESK_FULL, **answers: str) -> TestResponse:
    return client.post(f"/d/{desk}", data={**hidden_fields(page.text), **answers})


def test_the_duration_runs_from_the_first_page_to_the_send_that_completes(
    client: PageClient, installation: Installation, clock: Clock
) -> None:
    first = client.get(f"/d/{DESK_FULL}")
    clock.advance(seconds=5)
    tapped = client.post(f"/d/{DESK_FULL}", data={**hidden_fields(first.text), "overall": "4"}, follow_redirects=True)
    assert [row.duration for row in kept(installation)] == [None], "a tap alone takes no time"
    clock.advance(seconds=90)
    fill(client, tapped, A1="4")
    assert [row.duration for row in kept(installation)] == [95]
    clock.advance(seconds=30)
    fill(client, tapped, A1="5")
    assert [row.duration for row in kept(installation)] == [95], "a correction does not make it longer"


def test_tap_and_criteria_in_one_send_have_a_duration_too(
    client: PageClient, installation: Installation, clock: Clock
) -> None:
    page = client.get(f"/d/{DESK_FULL}")
    clock.advance(seconds=61)
    fill(client, page, overall="4", A1="5")
    assert [row.duration for row in kept(installation)] == [61]


def test_without_a_stamp_nothing_is_known_and_a_clock_that_runs_ahead_makes_no_negative_time(
    client: PageClient, installation: Installation, clock: Clock
) -> None:
    send(client, A1="4")
    page = client.get(f"/d/{DESK_FULL}")
    clock.advance(seconds=-3)
    fill(client, page, overall="4", A1="5")
    assert sorted(str(row.duration) for row in kept(installation)) == ["0", "None"]


# ---- the office's own network


def test_whether_a_network_is_the_office_s_own_is_known_once_it_is_told(
    client: PageClient, installation: Installation, office: Office, clock: Clock
) -> None:
    send(client)
    know(installation, office, network=["203.0.113.0/24", "2001:db8::/48"])
    send(client)
    clock.advance(seconds=KEPT_FOR.total_seconds())
    for address in (WIFI, HOME, "2001:db8::77", "no address"):
        send(client, address=address)
        clock.advance(minutes=1)
    assert [row.own_network for row in kept(installation)] == [None, None, True, False, True, None]


def test_what_is_known_of_offices_costs_a_tap_no_query(
    client: PageClient, installation: Installation, office: Office
) -> None:
    know(installation, office, network=["203.0.113.0/24"], hours=["T2-T6 07:30-17:00"])
    send(client)
    with queries(installation) as seen:
        send(client)
    assert seen == ["SELECT", "INSERT", "INSERT", "INSERT", "SELECT"]


# ---- rules that need no other response


def reasons(installation: Installation, office: Office) -> list[tuple[str, ...]]:
    return [each.set_aside for each in stored(installation, office)]


def full(value: str = "") -> dict[str, str]:
    return {name: value or str(3 + number % 3) for number, name in enumerate(CRITERIA)}


def test_a_form_filled_in_faster_than_anybody_reads_is_set_aside_at_once_and_its_sender_told(
    client: PageClient, installation: Installation, office: Office, clock: Clock
) -> None:
    page = tap(client, DESK_FULL)
    clock.advance(seconds=3)
    sent = fill(client, page, **full())
    assert reasons(installation, office) == [(TOO_FAST.reason,)]
    assert "đã được lưu và để riêng" in client.get(sent.location).text


def test_one_value_throughout_is_no_offence_unless_it_is_too_fast(
    client: PageClient, installation: Installation, office: Office, clock: Clock
) -> None:
    """Q3: a contented citizen may tick 4 throughout."""
    page = tap(client, DESK_FULL)
    clock.advance(seconds=60)
    fill(client, page, **full("4"))
    assert reasons(installation, office) == [()]
    page = client.get(f"/d/{DESK_FULL}")
    clock.advance(seconds=SAME_VALUE_TOO_FAST.seconds * len(CRITERIA) - 2)
    fill(client, page, overall="4", **full("4"))
    assert sorted(reasons(installation, office)) == [(), (SAME_VALUE_TOO_FAST.reason,)]


def test_from_the_office_s_own_network_after_hours_is_set_aside_at_once(
    client: PageClient, installation: Installation, office: Office, clock: Clock
) -> None:
    know(installation, office, network=["203.0.113.0/24"], hours=["T2-T6 07:30-11:30,13:30-17:00"])
    assert "rieng" not in send(client).location
    clock.now = EVENING
    assert "rieng" in send(client).location
    assert "rieng" not in send(client, address=HOME).location, "from home one may answer in the evening"
    assert sorted(reasons(installation, office)) == [(), (), (OUTSIDE_HOURS.reason,)]


def test_a_response_that_a_person_put_back_is_not_set_aside_again(
    client: PageClient, installation: Installation, office: Office, clock: Clock
) -> None:
    page = tap(client, DESK_FULL)
    (tapped,) = stored(installation, office)
    with installation.database.transaction() as connection:
        save_judgement(connection, tapped, set_aside=())
    clock.advance(seconds=3)
    fill(client, page, **full())
    (after,) = stored(installation, office)
    assert (after.completed, after.judged, after.set_aside) == (True, True, ())


def test_reasons_that_stand_there_stay_when_the_response_is_completed(
    client: PageClient, installation: Installation, office: Office, clock: Clock
) -> None:
    page = tap(client, DESK_FULL)
    (tapped,) = stored(installation, office)
    with installation.database.transaction() as connection:
        connection.execute(text("UPDATE response SET set_aside = 'one-address'"))
    clock.advance(seconds=3)
    fill(client, page, **full())
    (after,) = stored(installation, office)
    assert after == replace(
        after, set_aside=("one-address", TOO_FAST.reason), completed=True, received_on=tapped.received_on
    )
