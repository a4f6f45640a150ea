"""Promise 8: a head of office sees their own office and what is below it, and nothing else. Promise 9 likewise."""

from datetime import date

import pytest
from flask import Flask

from survey.installation import Installation
from survey.store.offices import fetch_tree, link_office, save_office
from tests.pages import PageClient
from tests.staff import (
    DESK,
    FOREIGN,
    FOREIGN_DESK,
    OWN,
    PROVINCE,
    UNIT,
    UNIT_DESK,
    Answers,
    add_account,
    full_answers,
    set_up_province,
    set_up_staff,
    signed_in,
)

FIGURES = [
    "/staff/offices/{office}",
    "/staff/offices/{office}/scores.csv",
    "/staff/offices/{office}/scores.json",
    "/staff/offices/{office}/trend.svg",
    "/staff/offices/{office}/report.pdf",
]
DESKS = ["/staff/offices/{office}/desks", "/staff/offices/{office}/desks/poster.pdf", "/staff/desks/{desk}/qr.svg"]
DESK_OF = {OWN: DESK, UNIT: UNIT_DESK, FOREIGN: FOREIGN_DESK, PROVINCE: DESK}
NOWHERE, NO_DESK = "99999", "Z2Z2Z2"
# The offices of each role's branch, and those outside it.
BRANCHES = {
    "admin": ({PROVINCE, OWN, UNIT, FOREIGN}, set()),
    "analyst": ({PROVINCE, OWN, UNIT, FOREIGN}, set()),
    "head": ({OWN, UNIT}, {FOREIGN, PROVINCE}),
    "officer": ({OWN, UNIT}, {FOREIGN, PROVINCE}),
}


@pytest.fixture
def province(installation: Installation) -> Installation:
    set_up_province(installation)
    set_up_staff(installation)
    answers = Answers(installation)
    for i, desk in enumerate((DESK, UNIT_DESK, FOREIGN_DESK)):
        answers.add(full_answers(40, seed=i), desk=desk)
    return installation


def addresses(office: str, templates: list[str] | None = None) -> list[str]:
    desk = DESK_OF.get(office, NO_DESK)
    return [each.format(office=office, desk=desk) for each in (templates or FIGURES + DESKS)]


@pytest.mark.parametrize("role", BRANCHES)
def test_each_role_reaches_its_branch_and_nothing_else(app: Flask, province: Installation, role: str) -> None:
    client = signed_in(app, role)
    inside, outside = BRANCHES[role]
    for office in inside:
        for address in addresses(office, DESKS[:1] if office == PROVINCE else DESKS):
            assert client.get(address).status_code == 200, address
        for address in addresses(office, FIGURES):
            assert client.get(address).status_code == (404 if role == "officer" else 200), address
    for office in outside:
        for address in addresses(office, FIGURES + DESKS[:2]):
            assert client.get(address).status_code == 404, address


@pytest.mark.parametrize("role", ["head", "officer"])
def test_somebody_elses_office_looks_like_one_that_is_not_there(app: Flask, province: Installation, role: str) -> None:
    client = signed_in(app, role)
    for foreign, nowhere in zip(addresses(FOREIGN), addresses(NOWHERE), strict=True):
        theirs, nothing = client.get(foreign), client.get(nowhere)
        assert theirs.status_code == nothing.status_code == 404, foreign
        assert theirs.data == nothing.data
        assert theirs.headers == nothing.headers


def test_signed_out_every_address_leads_to_the_sign_in(client: PageClient, province: Installation) -> None:
    for office in (OWN, FOREIGN, NOWHERE):
        for address in ["/staff/", "/staff/password", *addresses(office)]:
            answer = client.get(address)
            assert answer.status_code == 302, address
            assert answer.location.startswith("/staff/sign-in"), address
            assert "Thử" not in answer.text


def test_each_role_begins_where_its_work_is(app: Flask, province: Installation) -> None:
    assert signed_in(app, "head").get("/staff/").location == f"/staff/offices/{OWN}"
    assert signed_in(app, "officer").get("/staff/").location == f"/staff/offices/{OWN}/desks"
    for role in ("admin", "analyst"):
        page = signed_in(app, role).get("/staff/")
        assert page.status_code == 200
        for office in (PROVINCE, OWN, UNIT, FOREIGN):
            assert f"/staff/offices/{office}" in page.text


def test_an_administrator_of_one_office_is_held_to_its_branch(app: Flask, province: Installation) -> None:
    add_account(province, "admin@xa.gov.vn", "admin", OWN)
    client = signed_in(app, "admin@xa.gov.vn")
    assert client.get(f"/staff/offices/{UNIT}").status_code == 200
    assert client.get(f"/staff/offices/{FOREIGN}").status_code == 404


def test_the_page_of_ones_own_office_does_not_lead_above_it(app: Flask, province: Installation) -> None:
    page = signed_in(app, "head").get(f"/staff/offices/{OWN}").text
    assert "Tỉnh Thử" not in page
    assert f"/staff/offices/{PROVINCE}" not in page.replace(f"/staff/offices/{OWN}", "")
    below = signed_in(app, "head").get(f"/staff/offices/{UNIT}").text
    assert f'href="/staff/offices/{OWN}"' in below


def test_the_figures_of_an_office_hold_nothing_of_another(app: Flask, province: Installation) -> None:
    score = signed_in(app, "head").get(f"/staff/offices/{OWN}/scores.json?period=2026-10").json
    assert score
    assert score["responses"] == 80  # its own desk and the unit's below it, not the 40 of the other commune


def test_the_officer_page_shows_no_answer_and_no_score(app: Flask, province: Installation) -> None:
    page = signed_in(app, "officer").get(f"/staff/offices/{OWN}/desks").text
    assert DESK in page
    assert "05/10/2026" in page  # the last day with an answer: that the desk works
    assert "%" not in page
    assert "scores" not in page


def test_a_merged_office_hands_its_desks_over_but_not_its_history(app: Flask, province: Installation) -> None:
    with province.database.transaction() as connection:
        tree = fetch_tree(connection)
        foreign, parent = tree.by_code[FOREIGN], tree.by_code[PROVINCE]
        values = {"code": FOREIGN, "name": foreign.name, "kind": foreign.kind, "valid_to": date(2026, 10, 10)}
        save_office(connection, type(foreign)(0, **values))
        link_office(connection, foreign.id, parent_id=parent.id, successor_id=tree.by_code[OWN].id)
    Answers(province).add(full_answers(12, seed=9), desk=FOREIGN_DESK, office=OWN, on=date(2026, 10, 20))
    client = signed_in(app, "head")
    assert client.get(f"/staff/offices/{FOREIGN}").status_code == 404
    assert client.get(f"/staff/desks/{FOREIGN_DESK}/qr.svg").status_code == 200
    page = client.get(f"/staff/offices/{OWN}?period=2026-10").text
    assert "trước thuộc UBND xã Hai" in page
    score = client.get(f"/staff/offices/{OWN}/scores.json?period=2026-10").json
    assert score
    assert score["responses"] == 92
