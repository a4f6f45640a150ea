"""Limits that fit a counter (Q4): a morning behind one Wi-Fi counts, a script does not, and nobody loses an answer."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from survey.domain.response import new_key
from survey.domain.trust import ONE_ADDRESS
from survey.installation import Installation
from survey.journeys.erase import erase_expired
from survey.journeys.senders import Senders
from survey.store.models import daily_key, evidence, metadata
from tests.citizen import DESK, DESK_FULL, hidden_fields, set_up_both, stored
from tests.conftest import Clock
from tests.pages import PageClient

WIFI, ELSEWHERE = "203.0.113.7", "198.51.100.20"


@pytest.fixture(autouse=True)
def office(installation: Installation) -> object:
    return set_up_both(installation)


def send(client: PageClient, address: str = WIFI, desk: str = DESK, **form: str) -> TestResponse:
    sent = {"overall": "4", "key": new_key(), **form}
    return client.post(f"/d/{desk}", data=sent, environ_base={"REMOTE_ADDR": address})


def counted(installation: Installation, office: object) -> list[bool]:
    return [not each.set_aside for each in stored(installation, office)]  # type: ignore[arg-type]


def test_two_hundred_people_behind_one_wifi_are_all_counted(
    client: PageClient, installation: Installation, office: object
) -> None:
    for _ in range(200):
        assert "rieng" not in send(client).location
    assert counted(installation, office) == [True] * 200


def test_of_a_thousand_from_one_address_no_more_than_the_limit_is_counted_and_all_are_kept(
    client: PageClient, installation: Installation, office: object
) -> None:
    for _ in range(1000):
        assert send(client).status_code == 303
    standing = counted(installation, office)
    assert (len(standing), sum(standing)) == (1000, ONE_ADDRESS.responses)
    assert {each.set_aside for each in stored(installation, office)} == {(), (ONE_ADDRESS.reason,)}  # type: ignore[arg-type]
    assert "rieng" not in send(client, ELSEWHERE).location, "who is somewhere else is counted"
    assert "rieng" not in send(client, desk=DESK_FULL).location, "and so is the next desk"


def over_the_limit(client: PageClient) -> None:
    for _ in range(ONE_ADDRESS.responses):
        send(client)


def test_who_is_over_the_limit_is_told_kindly_all_the_way_and_may_say_more(
    client: PageClient, installation: Installation, office: object
) -> None:
    over_the_limit(client)
    page = client.get(send(client).location)
    assert "đã được lưu và để riêng" in page.text
    assert "không cần gửi lại" in page.text
    fields = hidden_fields(page.text)
    last = client.post(f"/d/{DESK}", data={**fields, "A1": "2"}, environ_base={"REMOTE_ADDR": WIFI})
    assert "đã được lưu và để riêng" in client.get(last.location).text
    (kept,) = [each for each in stored(installation, office) if each.key == fields["key"]]  # type: ignore[arg-type]
    assert (kept.answers, kept.set_aside) == ({"overall": 4, "A1": 2}, (ONE_ADDRESS.reason,))
    english = client.get(f"{last.location}&lang=en")
    assert "kept" in english.text


def test_the_same_send_again_is_not_one_more(client: PageClient, installation: Installation, office: object) -> None:
    key = new_key()
    for _ in range(ONE_ADDRESS.responses + 1):
        send(client, key=key)
    assert counted(installation, office) == [True]


def test_the_limit_is_for_some_hours_and_not_for_the_day(
    client: PageClient, installation: Installation, office: object, clock: Clock
) -> None:
    over_the_limit(client)
    clock.now += ONE_ADDRESS.within + timedelta(minutes=1)
    assert "rieng" not in send(client).location
    assert all(counted(installation, office))


def test_a_tablet_that_was_a_day_without_network_may_send_all_it_kept(
    client: PageClient, installation: Installation, office: object
) -> None:
    for _ in range(240):  # one every two minutes for eight hours
        send(client, k="kiosk")
    assert all(counted(installation, office))


# ---- what is kept of an address


def test_an_address_is_kept_as_a_hash_of_its_desk_and_day_and_nowhere_else(
    client: PageClient, installation: Installation, clock: Clock
) -> None:
    send(client)
    send(client)
    send(client, desk=DESK_FULL)
    send(client, ELSEWHERE)
    clock.now += timedelta(days=1)
    send(client)
    with installation.database.reading() as connection:
        senders = list(connection.execute(select(evidence.c.sender)).scalars())
        everything = "".join(
            str(row) for table in metadata.sorted_tables for row in connection.execute(select(table)).all()
        )
    assert len(senders) == 5
    assert len(set(senders)) == 4, "only the two from one address at one desk on one day are alike"
    assert WIFI not in everything
    assert ELSEWHERE not in everything


def test_the_key_of_a_day_is_thrown_away_when_the_day_is_over(installation: Installation, clock: Clock) -> None:
    senders = Senders(installation.database)
    senders.sender(WIFI, DESK, now=clock.now)
    with installation.database.transaction() as connection:
        erase_expired(connection, now=clock.now.replace(hour=23, minute=59), retention_months=24)
        assert connection.execute(select(daily_key.c.day)).scalars().all() == [clock.now.date()]
        erase_expired(connection, now=clock.now + timedelta(days=1), retention_months=24)
        assert connection.execute(select(daily_key.c.day)).scalars().all() == []


def test_every_process_hashes_alike_and_reads_the_key_once_a_day(installation: Installation, clock: Clock) -> None:
    one, other = Senders(installation.database), Senders(installation.database)
    sender = one.sender(WIFI, DESK, now=clock.now)
    assert len(sender) == 32
    assert other.sender(WIFI, DESK, now=clock.now) == sender
    with installation.database.transaction() as connection:
        connection.execute(text("DELETE FROM daily_key"))
    assert one.sender(WIFI, DESK, now=clock.now) == sender
    assert Senders(installation.database).sender(WIFI, DESK, now=clock.now) != sender


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2:bbbb::2", True),  # a telephone changes these at will
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("203.0.113.7", "203.0.113.8", False),
        ("not an address: x", "not an address: y", False),
    ],
)
def test_an_ipv6_network_of_64_bits_is_one_sender(
    installation: Installation, clock: Clock, one: str, other: str, *, alike: bool
) -> None:
    senders = Senders(installation.database)
    assert (senders.sender(one, DESK, now=clock.now) == senders.sender(other, DESK, now=clock.now)) is alike


def test_without_an_address_there_is_no_sender_and_no_limit(
    client: PageClient, installation: Installation, office: object
) -> None:
    assert Senders(installation.database).sender("", DESK, now=installation.clock()) == ""
    for _ in range(ONE_ADDRESS.responses + 10):
        send(client, "")
    assert all(counted(installation, office))


def test_a_key_of_a_day_is_long_and_random(installation: Installation, clock: Clock) -> None:
    senders = Senders(installation.database)
    for day in (date(2026, 10, 1), date(2026, 10, 2)):
        senders.sender(WIFI, DESK, now=clock.now.replace(month=day.month, day=day.day))
    with installation.database.reading() as connection:
        keys = list(connection.execute(select(daily_key.c.key)).scalars())
    assert len(set(keys)) == 2
    assert all(len(key) == 32 for key in keys)
