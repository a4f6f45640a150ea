"""A slip on the web: it opens its desk's questionnaire, verifies one answer, and blocks nobody."""

import re
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from flask import Flask

from survey import create_app
from survey.domain.offices import Office
from survey.domain.slips import grouped, new_code
from survey.installation import Installation
from survey.web.offline import ACKNOWLEDGEMENT
from tests.citizen import (
    DESK,
    OFFICE,
    assert_anonymous,
    hidden_fields,
    merge,
    send,
    set_up_both,
    set_up_desk,
    set_up_office,
    stored,
    tap,
)
from tests.pages import PageClient
from tests.slips import issue, used


@pytest.fixture
def place(installation: Installation) -> Office:
    return set_up_both(installation)


@pytest.fixture
def phone(app: Flask, place: Office) -> PageClient:
    """Without script and without cookies."""
    return PageClient(app, use_cookies=False)


@pytest.fixture
def code(installation: Installation, place: Office) -> str:
    return issue(installation)[0]


def fields_of(phone: PageClient, address: str) -> dict[str, str]:
    return hidden_fields(phone.get(address).text)


def wrong(code: str) -> str:
    """The code with its first sign mistyped."""
    return ("3" if code[0] == "2" else "2") + code[1:]


def test_the_slip_opens_the_questionnaire_of_its_desk(phone: PageClient, code: str) -> None:
    page = phone.get(f"/s/{code}")
    assert page.status_code == 200
    assert OFFICE in page.text
    assert "Quầy 2 – Hộ tịch, chứng thực" in page.text
    assert page.text.count("<button name=") == 5
    assert "không cho biết của ai" in page.text
    assert "đã được dùng" not in page.text
    assert hidden_fields(page.text).items() >= {"k": "slip", "slip": code}.items()
    assert_anonymous(page)


def test_a_whole_journey_is_one_verified_response(
    phone: PageClient, code: str, installation: Installation, place: Office
) -> None:
    tapped = phone.post(f"/d/{DESK}?gui", data={**fields_of(phone, f"/s/{code}"), "overall": "5"})
    assert tapped.status_code == 303
    assert code not in tapped.location
    criteria = phone.get(tapped.location)
    assert code not in criteria.text, "what is used up needs not be carried on"
    thanks = phone.get(send(phone, criteria, {"A1": "2", "comment": "Chờ lâu"}).location)
    assert "đã được lưu." in thanks.text
    (only,) = stored(installation, place)
    assert (only.verified, only.channel, only.completed) == (True, "slip", True)
    assert only.answers == {"overall": 5, "A1": 2}
    assert used(installation.database) == 1


@pytest.mark.parametrize("write", [str.lower, grouped, lambda code: grouped(code).replace("-", "%20")])
def test_a_code_typed_in_any_way_leads_to_its_address(phone: PageClient, code: str, write: object) -> None:
    answer = phone.get(f"/s/{write(code)}?lang=en")  # type: ignore[operator]
    assert answer.status_code == 302
    assert answer.location == f"/s/{code}?lang=en"


def test_the_home_page_takes_a_slip_code_as_well(phone: PageClient, code: str) -> None:
    answer = phone.get("/", query_string={"code": f" {grouped(code).lower()} "})
    assert answer.location == f"/s/{code}"
    asked = phone.get("/", query_string={"code": wrong(code)})
    assert asked.status_code == 422
    assert f'value="{wrong(code)}"' in asked.text
    assert "có chỗ chưa đúng" in asked.text


def test_a_mistyped_code_asks_to_correct_it_or_to_type_the_desks(
    phone: PageClient, code: str, installation: Installation, place: Office
) -> None:
    page = phone.get(f"/s/{wrong(code)}")
    assert page.status_code == 404
    assert f'value="{wrong(code)}"' in page.text
    assert "12 chữ và số" in page.text
    assert "nhập mã quầy" in page.text
    # with the desk's code the answer goes on as an open one
    led = phone.get("/", query_string={"code": DESK})
    phone.post(led.location, data={**fields_of(phone, led.location), "overall": "3"})
    (only,) = stored(installation, place)
    assert (only.verified, only.channel) == (False, "poster")


def test_an_unknown_code_is_told_from_a_mistyped_one(phone: PageClient, code: str) -> None:
    page = phone.get(f"/s/{new_code()}")
    assert page.status_code == 404
    assert "Không có phiếu hẹn nào mang mã này" in page.text


@pytest.mark.parametrize("typed", ["<script>", "x" * 300, "%00%ff", "ẶẶẶẶẶẶẶẶẶẶẶẶ", "-"])
def test_garbage_is_an_unknown_code(phone: PageClient, typed: str) -> None:
    assert phone.get(f"/s/{typed}").status_code == 404


def test_a_used_slip_is_taken_as_an_open_answer_and_the_page_says_so(
    phone: PageClient, code: str, installation: Installation, place: Office
) -> None:
    first = fields_of(phone, f"/s/{code}")
    phone.post(f"/d/{DESK}", data={**first, "overall": "5"})
    page = phone.get(f"/s/{code}")
    assert page.status_code == 200
    assert "Mã phiếu hẹn này đã được dùng một lần." in page.text
    assert "Ông/Bà vẫn đánh giá được" in page.text
    criteria = phone.post(f"/d/{DESK}", data={**hidden_fields(page.text), "overall": "1"}, follow_redirects=True)
    assert "được lưu như phiếu thường" in criteria.text
    assert sorted((each.verified, each.answers["overall"]) for each in stored(installation, place)) == [
        (False, 1),
        (True, 5),
    ]
    assert {each.channel for each in stored(installation, place)} == {"slip"}


def test_a_page_that_was_open_before_somebody_else_used_the_slip_is_told_afterwards(
    phone: PageClient, code: str, installation: Installation, place: Office
) -> None:
    one, other = fields_of(phone, f"/s/{code}"), fields_of(phone, f"/s/{code}")
    assert one["key"] != other["key"]
    assert "như phiếu thường" not in phone.post(f"/d/{DESK}", data={**one, "overall": "4"}, follow_redirects=True).text
    for _ in range(2):  # the same send again gives the same thanks
        late = phone.post(f"/d/{DESK}", data={**other, "overall": "4"}, follow_redirects=True)
        assert "được lưu như phiếu thường" in late.text
    assert len(stored(installation, place)) == 2


def test_the_same_send_again_gives_the_same_thanks_and_stays_verified(
    phone: PageClient, code: str, installation: Installation, place: Office
) -> None:
    form = {**fields_of(phone, f"/s/{code}"), "overall": "4", "A1": "3"}
    locations = {phone.post(f"/d/{DESK}", data=form).location for _ in range(3)}
    assert len(locations) == 1
    assert "phiếu thường" not in phone.get(locations.pop()).text
    (only,) = stored(installation, place)
    assert only.verified


def test_a_corrected_tap_stays_verified(
    phone: PageClient, code: str, installation: Installation, place: Office
) -> None:
    form = fields_of(phone, f"/s/{code}")
    for level in ("1", "5"):
        phone.post(f"/d/{DESK}", data={**form, "overall": level})
    (only,) = stored(installation, place)
    assert (only.verified, only.answers) == (True, {"overall": 5})


@pytest.mark.parametrize("wrongly", [{}, {"overall": "9"}, {"overall": "4", "A1": "9"}, {"overall": "9", "A1": "3"}])
def test_a_rejected_form_keeps_the_slip_unused_and_in_the_form(
    phone: PageClient, code: str, installation: Installation, place: Office, wrongly: dict[str, str]
) -> None:
    refused = phone.post(f"/d/{DESK}", data={**fields_of(phone, f"/s/{code}"), **wrongly})
    assert refused.status_code == 422
    assert used(installation.database) == 0
    assert hidden_fields(refused.text)["slip"] == code
    phone.post(f"/d/{DESK}", data={**hidden_fields(refused.text), **wrongly, "overall": "4", "A1": "3"})
    (only,) = stored(installation, place)
    assert only.verified


def test_the_language_switch_keeps_the_slip(
    phone: PageClient, code: str, installation: Installation, place: Office
) -> None:
    page = phone.get(f"/s/{code}")
    (english,) = re.findall(r'<a href="([^"]+)" lang="en"', page.text)
    assert english == "?lang=en"
    page = phone.get(f"/s/{code}{english}")
    assert 'lang="en"' in page.text
    assert "not whose" in page.text
    refused = phone.post(f"/d/{DESK}?gui", data=hidden_fields(page.text))
    (back,) = re.findall(r'<a href="([^"]+)" lang="vi"', refused.text)
    assert unescape(back) == f"/s/{code}?lang=vi"
    # one POST with tap and criteria that is switched in the middle of it
    form = {**hidden_fields(page.text), "overall": "4", "A1": "2"}
    switched = phone.post(f"/d/{DESK}?gui", data={**form, "switch": "vi"})
    assert hidden_fields(switched.text)["slip"] == code
    phone.post(f"/d/{DESK}", data={**form, **hidden_fields(switched.text)})
    (only,) = stored(installation, place)
    assert only.verified


def test_a_slip_survives_the_notices_under_its_page(phone: PageClient, code: str) -> None:
    page = phone.get(f"/s/{code}?lang=en")
    for way in ("/rieng-tu", "/tiep-can"):
        (notice,) = re.findall(rf'href="({way}[^"]+)"', page.text)
        read = phone.get(unescape(notice))
        assert f'href="/s/{code}?lang=en' in unescape(read.text) or f'href="/s/{code}?k=slip&lang=en"' in unescape(
            read.text
        )


def test_a_slip_of_a_desk_that_has_closed_says_so(phone: PageClient, installation: Installation, place: Office) -> None:
    set_up_desk(installation, place, "GHEHRT")
    (code,) = issue(installation, desk="GHEHRT")
    set_up_desk(installation, place, "GHEHRT", valid_to=date(2026, 10, 20))
    page = phone.get(f"/s/{code}")
    assert page.status_code == 410
    assert "ngừng nhận đánh giá" in page.text
    set_up_desk(installation, place, "GHEHRT", valid_from=date(2026, 10, 22))
    assert phone.get(f"/s/{code}").status_code == 404


def test_after_a_merger_the_slip_opens_its_desk_under_the_successor(
    phone: PageClient, installation: Installation, code: str, place: Office
) -> None:
    successor = set_up_office(installation, "00102", "UBND xã Mới")
    merge(installation, place, successor, last_day=date(2026, 10, 20))
    page = phone.get(f"/s/{code}")
    assert "UBND xã Mới" in page.text
    phone.post(f"/d/{DESK}", data={**hidden_fields(page.text), "overall": "4"})
    (only,) = stored(installation, successor)
    assert only.verified


def test_nobody_claims_the_slips_channel_without_one(
    phone: PageClient, installation: Installation, place: Office
) -> None:
    tap(phone, query="?k=slip")
    form = fields_of(phone, f"/d/{DESK}")
    for made_up in (new_code(), "x", "' OR 1=1"):
        key = form["key"][:-2] + str(10 + len(made_up))
        phone.post(f"/d/{DESK}", data={**form, "key": key, "k": "slip", "slip": made_up, "overall": "4"})
    assert [(each.channel, each.verified) for each in stored(installation, place)] == [("poster", False)] * 4


def test_an_outbox_gets_its_acknowledgement(
    phone: PageClient, code: str, installation: Installation, place: Office
) -> None:
    form = fields_of(phone, f"/s/{code}")
    for _ in range(2):
        headers = {ACKNOWLEDGEMENT: form["key"]}
        answer = phone.post(f"/d/{DESK}?gui", data={**form, "overall": "4"}, headers=headers)
        assert (answer.status_code, answer.headers[ACKNOWLEDGEMENT]) == (204, form["key"])
        assert code not in answer.headers["X-Next"]
    assert [each.verified for each in stored(installation, place)] == [True]


# ---- whose page it is


def test_a_slips_page_is_made_for_one_person(app: Flask, installation: Installation, place: Office) -> None:
    """With pages repeated for a moment, as a running server does it: nobody gets a page with another's code."""
    phone = PageClient(create_app(replace(installation, moment=30.0)), use_cookies=False)
    one, other = issue(installation, 2)
    seen = [fields_of(phone, f"/s/{code}") for code in (one, other, one)]
    assert [each["slip"] for each in seen] == [one, other, one]
    assert len({each["key"] for each in seen}) == 3
    for query in ("", "?k=slip", "?lang=en"):
        page = phone.get(f"/d/{DESK}{query}")
        assert "slip" not in hidden_fields(page.text)
        assert one not in page.text
        assert other not in page.text
    tapped = phone.post(f"/d/{DESK}", data={**seen[0], "overall": "4"})
    assert one not in phone.get(tapped.location).text


def test_only_the_browser_it_goes_to_may_keep_it(phone: PageClient, code: str) -> None:
    assert phone.get(f"/s/{code}").headers["Cache-Control"] == "private, no-cache"


def test_the_service_worker_has_no_part_in_it(phone: PageClient, code: str) -> None:
    page = phone.get(f"/s/{code}").text
    (scope,) = re.findall(r'data-scope="([^"]+)"', page)
    (kept,) = re.findall(r'data-tap="([^"]+)"', page)
    assert scope == "/d/"
    assert code not in unescape(kept)
