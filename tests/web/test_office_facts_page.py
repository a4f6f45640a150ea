"""The page of hours, holidays, networks and kiosks: who is rated sees it, and cannot change it unseen."""

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from survey.installation import Installation
from survey.store.audit import stream_audit
from survey.store.office_facts import fetch_facts
from survey.store.offices import fetch_tree
from tests.pages import PageClient
from tests.staff import (
    DESK,
    EMAILS,
    FOREIGN,
    FOREIGN_DESK,
    OWN,
    PROVINCE,
    SECOND_DESK,
    add_account,
    csrf_of,
    set_up_province,
    set_up_staff,
    signed_in,
)

PAGE = f"/staff/offices/{OWN}/facts"
HOURS = "T2-T6 07:30-11:30,13:30-17:00"


@pytest.fixture(autouse=True)
def province(installation: Installation) -> Installation:
    set_up_province(installation)
    set_up_staff(installation)
    return installation


def save(client: PageClient, address: str = PAGE, **typed: str | list[str]) -> TestResponse:
    return client.post(address, data={"csrf_token": csrf_of(client.get(address)), **typed})


def kept(installation: Installation, office: str = OWN) -> dict[str, tuple[str, ...]]:
    with installation.database.reading() as connection:
        return fetch_facts(connection).get(fetch_tree(connection).by_code[office].id, {})


def changes(installation: Installation) -> list[tuple[str, str, str, str]]:
    with installation.database.reading() as connection:
        deeds = [each.deed for each in stream_audit(connection)]
    return [(each.who, each.office, each.subject, each.note) for each in deeds]


@pytest.mark.parametrize("role", ["analyst", "admin"])
def test_what_is_typed_is_kept_shown_again_and_written_down(app: Flask, installation: Installation, role: str) -> None:
    client = signed_in(app, role)
    typed = {"hours": "t2-t6 7:30-11:30,13:30-17:00\r\n", "holiday": "2026-09-02", "network": "203.0.113.7/24"}
    answer = save(client, **typed, kiosk=[DESK, SECOND_DESK])
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "Đã lưu" in page
    assert f">{HOURS}</textarea>" in page
    assert page.count("checked") == 2
    assert kept(installation) == {
        "hours": (HOURS,),
        "holiday": ("2026-09-02",),
        "network": ("203.0.113.0/24",),
        "kiosk": (SECOND_DESK, DESK),
    }
    assert changes(installation)[0] == (EMAILS[role], OWN, "hours", f"– → {HOURS}")
    assert len(changes(installation)) == 4
    again = save(client, hours=HOURS, holiday="2026-09-02", network="203.0.113.0/24", kiosk=[DESK, SECOND_DESK])
    assert "Không có gì thay đổi" in client.get(again.location).text
    assert len(changes(installation)) == 4


def test_a_head_sees_it_with_every_change_and_changes_nothing(app: Flask, installation: Installation) -> None:
    save(signed_in(app, "analyst"), hours=HOURS)
    head = signed_in(app, "head")
    page = head.get(PAGE).text
    assert HOURS in page
    assert f"– → {HOURS}" in page
    assert EMAILS["analyst"] in page
    assert "<textarea" not in page
    assert head.post(PAGE, data={"hours": ""}).status_code == 404
    assert kept(installation) == {"hours": (HOURS,)}


def test_an_officer_and_strangers_find_nothing_there(
    app: Flask, client: PageClient, installation: Installation
) -> None:
    assert signed_in(app, "officer").get(PAGE).status_code == 404
    assert client.get(PAGE).status_code == 302
    add_account(installation, "admin@xa.gov.vn", "admin", OWN)
    near = signed_in(app, "admin@xa.gov.vn")
    token = csrf_of(near.get(PAGE))
    for office in (FOREIGN, PROVINCE, "00000"):
        address = f"/staff/offices/{office}/facts"
        assert near.get(address).status_code == 404
        assert near.post(address, data={"csrf_token": token, "hours": HOURS}).status_code == 404
    assert changes(installation) == []


def test_faults_come_back_at_their_place_with_everything_typed(app: Flask, installation: Installation) -> None:
    client = signed_in(app, "analyst")
    answer = save(client, hours="T2-T6 7:30-17:00\nthứ bảy nghỉ", holiday="2/9/2026", network="203.0.113.0/24")
    assert answer.status_code == 422
    for expected in ("dòng 2", "thứ bảy nghỉ", "2/9/2026", "203.0.113.0/24", "T2-T6 7:30-17:00", "hours-problem"):
        assert expected in answer.text, expected
    assert "network-problem" not in answer.text
    assert kept(installation) == {}
    foreign = save(client, kiosk=FOREIGN_DESK)
    assert foreign.status_code == 422
    assert kept(installation) == {}


def test_a_stale_form_is_not_taken_and_nothing_typed_is_lost(app: Flask, installation: Installation) -> None:
    client = signed_in(app, "analyst")
    answer = client.post(PAGE, data={"csrf_token": "stale", "hours": "T7 08:00-11:00"})
    assert answer.status_code == 422
    assert "T7 08:00-11:00" in answer.text
    assert kept(installation) == {}


def test_what_comes_from_above_is_named(app: Flask) -> None:
    client = signed_in(app, "analyst")
    save(client, f"/staff/offices/{PROVINCE}/facts", hours=HOURS)
    page = client.get(PAGE).text
    assert f"Đang theo Tỉnh Thử: {HOURS}" in page
    head = signed_in(app, "head").get(PAGE).text
    assert HOURS in head
    assert "theo Tỉnh Thử" in head
    save(client, hours="T7 08:00-11:00")
    assert "Đang theo" not in client.get(PAGE).text


def test_the_page_speaks_english(app: Flask) -> None:
    page = signed_in(app, "analyst").get(f"{PAGE}?lang=en").text
    assert "Working hours" in page
    assert "Lưu" not in page
