"""The citizen's minute without JavaScript and without cookies: every state of every page, in both languages."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from survey.domain.offices import Office
from survey.installation import Installation
from tests.citizen import (
    DESK,
    DESK_FULL,
    assert_anonymous,
    hidden_fields,
    send,
    set_up_both,
    stored,
    tap,
)
from tests.conftest import CATALOGUE, Clock
from tests.pages import PageClient

LANGUAGES = ("vi", "en")
DESKS = (DESK, DESK_FULL)
SERVED_AT = {DESK: "Quầy 2 – Hộ tịch, chứng thực", DESK_FULL: "Quầy 1 – Đất đai"}


@pytest.fixture
def office(installation: Installation) -> Office:
    return set_up_both(installation)


@pytest.fixture
def phone(app: Flask, office: Office) -> PageClient:
    """A browser that keeps no cookies at all."""
    return PageClient(app, use_cookies=False)


# ---- the journey


@pytest.mark.parametrize("desk", DESKS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_tap_criteria_and_thanks_are_one_response(
    phone: PageClient, installation: Installation, office: Office, desk: str, language: str
) -> None:
    first = phone.get(f"/d/{desk}?lang={language}")
    assert f'<html lang="{language}">' in first.text
    assert SERVED_AT[desk] in first.text
    assert first.text.count('<button name="overall"') == 5

    tapped = phone.post(f"/d/{desk}", data={**hidden_fields(first.text), "overall": "2"})
    assert tapped.status_code == 303
    (response,) = stored(installation, office)
    assert (response.answers, response.completed) == ({"overall": 2}, False)

    criteria = phone.get(tapped.location)
    assert f'<html lang="{language}">' in criteria.text
    assert " checked>" not in criteria.text
    sent = send(phone, criteria, {"A1": "1", "B1": "NA", "comment": "Cảm ơn các anh chị"})
    assert sent.status_code == 303
    thanks = phone.get(sent.location)
    assert thanks.status_code == 200
    assert f'<html lang="{language}">' in thanks.text
    for page in (first, tapped, criteria, sent, thanks):
        assert_anonymous(page)

    (response,) = stored(installation, office)
    assert response.answers == {"overall": 2, "A1": 1, "B1": "NA"}
    assert response.texts == {"comment": "Cảm ơn các anh chị"}
    assert response.completed
    assert (response.questionnaire, response.channel) == (
        CATALOGUE.get("sipas-desk" if desk == DESK else "sipas-2017").key,
        "poster",
    )


def test_the_criteria_page_asks_everything_one_question_after_the_other(phone: PageClient) -> None:
    page = tap(phone, DESK_FULL)
    questionnaire = CATALOGUE.get("sipas-2017")
    positions = []
    for question in questionnaire.criteria:
        legend = f"<legend>{question.text['vi']}</legend>"
        positions.append(page.text.index(legend))
        for value in ("5", "4", "3", "2", "1", "NA"):
            assert f'name="{question.id}" value="{value}"' in page.text
    assert positions == sorted(positions)
    assert page.text.count("Phần 1/5") == 1
    assert "<table" not in page.text
    for question in questionnaire.respondent:
        assert f'<select id="q-{question.id}"' in page.text
    assert 'name="overall"' not in page.text


def test_reasons_and_respondent_bands_are_kept(phone: PageClient, installation: Installation, office: Office) -> None:
    send(phone, tap(phone), {"A1": "2", "A1_why": ["no-seats", "long-wait"], "B1": "5", "B1_why": ["late"]})
    send(phone, tap(phone, DESK_FULL), {"A1": "1", "A1_why": "Ghế gãy", "sex": "female", "age": "25-34", "area": ""})
    short, full = sorted(stored(installation, office), key=lambda each: each.questionnaire, reverse=True)
    assert short.answers == {"overall": 4, "A1": 2, "A1_why": ("no-seats", "long-wait"), "B1": 5}
    assert full.texts == {"A1_why": "Ghế gãy"}
    assert full.respondent == {"sex": "female", "age": "25-34"}


def test_one_post_may_carry_everything(phone: PageClient, installation: Installation, office: Office) -> None:
    sent = phone.post(f"/d/{DESK}", data={"overall": "5", "A1": "4", "comment": "Tốt"})
    assert sent.status_code == 303
    assert sent.location.startswith(f"/d/{DESK}/cam-on")
    (response,) = stored(installation, office)
    assert response.answers == {"overall": 5, "A1": 4}
    assert response.completed


def test_sending_the_criteria_page_empty_still_ends_with_thanks(
    phone: PageClient, installation: Installation, office: Office
) -> None:
    sent = send(phone, tap(phone), {})
    assert sent.location.startswith(f"/d/{DESK}/cam-on")
    (response,) = stored(installation, office)
    assert response.answers == {"overall": 4}


@pytest.mark.parametrize("channel", ["poster", "kiosk", "link"])
def test_channel_stays_through_the_journey(
    phone: PageClient, installation: Installation, office: Office, channel: str
) -> None:
    criteria = tap(phone, query=f"?k={channel}&lang=en")
    sent = send(phone, criteria, {"A1": "5"})
    thanks = phone.get(sent.location)
    query = parse_qs(urlsplit(sent.location).query)
    assert query.get("lang") == ["en"]
    assert query.get("k", ["poster"]) == [channel]
    assert [each.channel for each in stored(installation, office)] == [channel]
    on_tablet = channel == "kiosk"
    for page in (criteria, thanks):
        assert page.headers["Cache-Control"] == ("no-store" if on_tablet else "private, no-cache")
        assert (f'class="next" href="/d/{DESK}?k=kiosk&amp;lang=en"' in page.text) is on_tablet


def test_unknown_channel_is_the_poster(phone: PageClient, installation: Installation, office: Office) -> None:
    tap(phone, query="?k=paper")
    assert [each.channel for each in stored(installation, office)] == ["poster"]


# ---- keys and time


def test_promise_2_the_same_send_twice_is_stored_once(
    phone: PageClient, installation: Installation, office: Office
) -> None:
    page = phone.get(f"/d/{DESK}")
    form = {**hidden_fields(page.text), "overall": "3"}
    first, again = (phone.post(f"/d/{DESK}", data=form) for _ in range(2))
    assert first.location == again.location
    criteria = phone.get(again.location)
    answers = {**hidden_fields(criteria.text), "C1": "5", "comment": "Một lần"}
    ends = [phone.post(f"/d/{DESK}", data=answers, follow_redirects=True) for _ in range(2)]
    assert [end.status_code for end in ends] == [200, 200]
    assert ends[0].text == ends[1].text
    (response,) = stored(installation, office)
    assert response.answers == {"overall": 3, "C1": 5}


def test_two_people_who_open_the_page_are_two_responses(
    phone: PageClient, installation: Installation, office: Office
) -> None:
    tap(phone)
    tap(phone)
    assert len(stored(installation, office)) == 2


def test_back_and_another_button_correct_within_the_hour(
    phone: PageClient, installation: Installation, office: Office, clock: Clock
) -> None:
    page = phone.get(f"/d/{DESK}")
    for minutes, level in ((0, "1"), (59, "5"), (10, "2")):
        clock.advance(minutes=minutes)
        again = phone.post(f"/d/{DESK}", data={**hidden_fields(page.text), "overall": level}, follow_redirects=True)
        assert again.status_code == 200
    (response,) = stored(installation, office)
    assert response.answers == {"overall": 5}


def test_criteria_complete_a_tap_within_seven_days(
    phone: PageClient, installation: Installation, office: Office, clock: Clock
) -> None:
    page = tap(phone)
    clock.advance(days=7)
    assert send(phone, page, {"A1": "5"}).status_code == 303
    late = send(phone, page, {"A1": "1"})
    assert phone.get(late.location).status_code == 200
    (response,) = stored(installation, office)
    assert response.answers == {"overall": 4, "A1": 5}
    assert response.received_on == date(2026, 10, 21)


def test_a_week_later_nothing_changes_and_the_thanks_say_so(
    phone: PageClient, installation: Installation, office: Office, clock: Clock
) -> None:
    page = tap(phone)
    clock.advance(days=8)
    sent = send(phone, page, {"A1": "5"})
    thanks = phone.get(sent.location)
    assert "không được ghi thêm" in thanks.text
    assert "Câu trả lời đã được lưu." not in thanks.text
    assert "Nothing was added" in phone.get(f"{sent.location}&lang=en").text
    (response,) = stored(installation, office)
    assert response.answers == {"overall": 4}


def test_an_hour_later_another_tap_is_not_said_to_be_recorded_but_the_same_one_is(
    phone: PageClient, installation: Installation, office: Office, clock: Clock
) -> None:
    form = {**hidden_fields(phone.get(f"/d/{DESK}").text), "overall": "4"}
    phone.post(f"/d/{DESK}", data=form)
    clock.advance(hours=2)
    again = phone.post(f"/d/{DESK}", data=form)
    assert "/phieu/" in again.location
    other = phone.post(f"/d/{DESK}", data={**form, "overall": "1"})
    assert "không được ghi thêm" in phone.get(other.location).text
    (response,) = stored(installation, office)
    assert response.answers == {"overall": 4}


def test_a_page_left_open_overnight_still_sends(
    phone: PageClient, installation: Installation, office: Office, clock: Clock
) -> None:
    page = phone.get(f"/d/{DESK}")
    clock.advance(hours=16)
    sent = phone.post(f"/d/{DESK}", data={**hidden_fields(page.text), "overall": "4"})
    assert sent.status_code == 303
    (response,) = stored(installation, office)
    assert response.received_on == date(2026, 10, 22)


@pytest.mark.parametrize("stamp", [None, "", "x", "WyJLN00yUVgiXQ.AAAA", "\x00", "é" * 300])
def test_a_bad_stamp_never_refuses_an_answer(
    phone: PageClient, installation: Installation, office: Office, stamp: str | None
) -> None:
    form = hidden_fields(phone.get(f"/d/{DESK}").text)
    del form["stamp"]
    if stamp is not None:
        form["stamp"] = stamp
    sent = phone.post(f"/d/{DESK}", data={**form, "overall": "4"})
    assert sent.status_code == 303
    assert send(phone, phone.get(sent.location), {"A1": "5"}).status_code == 303
    (response,) = stored(installation, office)
    assert response.answers == {"overall": 4, "A1": 5}


def test_another_desks_stamp_is_not_believed(phone: PageClient, installation: Installation, office: Office) -> None:
    form = hidden_fields(phone.get(f"/d/{DESK_FULL}").text)
    phone.post(f"/d/{DESK}", data={**form, "overall": "4"})
    (response,) = stored(installation, office)
    assert response.questionnaire == CATALOGUE.get("sipas-desk").key


def test_a_key_no_page_can_have_made_gets_a_new_one(
    phone: PageClient, installation: Installation, office: Office
) -> None:
    for key in ("short", "a" * 65, "có dấu và khoảng trắng", "../../x" * 4):
        sent = phone.post(f"/d/{DESK}", data={"key": key, "overall": "4"})
        assert phone.get(sent.location).status_code == 200
    assert len(stored(installation, office)) == 4
    assert phone.get(f"/d/{DESK}/phieu/short").location == f"/d/{DESK}"
