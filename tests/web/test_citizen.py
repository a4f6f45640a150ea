"""The citizen's minute without JavaScript and without cookies: every state of every page, in both languages."""

import gzip
import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from survey import create_app
from survey.domain.offices import DESK_CODE_SIGNS, Office
from survey.installation import Installation
from survey.store import Database
from tests.citizen import (
    DESK,
    DESK_FULL,
    hidden_fields,
    merge,
    set_up_both,
    set_up_desk,
    set_up_office,
    stored,
)
from tests.conftest import CATALOGUE, Clock, config_of
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


def tap(phone: PageClient, desk: str = DESK, *, level: str = "4", query: str = "") -> TestResponse:
    """Opens the desk's page and taps; gives the criteria page."""
    page = phone.get(f"/d/{desk}{query}")
    return phone.post(f"/d/{desk}", data={**hidden_fields(page.text), "overall": level}, follow_redirects=True)


def send(phone: PageClient, page: TestResponse, answers: dict[str, str | list[str]]) -> TestResponse:
    """Sends the form of a criteria page; gives the redirect or the page that came back."""
    action = re.search(r'<form method="post" action="([^"]+)"', page.text)
    assert action
    return phone.post(action[1], data={**hidden_fields(page.text), **answers})


def title_of(page: TestResponse) -> str:
    found = re.search(r"<title>(.*?)</title>", page.text)
    assert found
    return found[1]


def assert_anonymous(response: TestResponse) -> None:
    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.headers.get("Vary", "")


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


def test_a_week_later_the_thanks_are_the_same_and_nothing_changes(
    phone: PageClient, installation: Installation, office: Office, clock: Clock
) -> None:
    page = tap(phone)
    clock.advance(days=8)
    sent = send(phone, page, {"A1": "5"})
    assert phone.get(sent.location).status_code == 200
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


# ---- wrong values


def test_wrong_values_come_back_with_everything_entered(
    phone: PageClient, installation: Installation, office: Office
) -> None:
    page = tap(phone, DESK_FULL)
    long_comment = "Xin cảm ơn. " * 200
    back = send(
        phone,
        page,
        {
            "A1": "9",
            "A2": "2",
            "A2_why": "Quạt <hỏng>",
            "B1": "NA",
            "comment": long_comment,
            "age": "25-34",
            "sex": "neither",
        },
    )
    assert back.status_code == 422
    assert title_of(back).startswith("Lỗi: ")
    assert '<div class="summary" id="summary" role="alert"' in back.text
    for anchor in ("q-A1-5", "q-comment", "q-sex"):
        assert f'<li><a href="#{anchor}">' in back.text
        assert f'id="{anchor}"' in back.text
    assert '<fieldset class="ask" aria-describedby="q-A1-fault">' in back.text
    assert 'aria-describedby="q-comment-hint q-comment-fault" aria-invalid="true"' in back.text
    assert 'name="A2" value="2" class="low" checked>' in back.text
    assert ">Quạt &lt;hỏng&gt;</textarea>" in back.text
    assert 'name="B1" value="NA" checked>' in back.text
    assert long_comment.strip() in back.text
    assert '<option value="25-34" selected>' in back.text
    assert "<details open>" in back.text
    (response,) = stored(installation, office)
    assert response.answers == {"overall": 4}

    mended = send(phone, back, {"A1": "5", "A2": "2", "comment": "Xin cảm ơn"})
    assert mended.status_code == 303
    (response,) = stored(installation, office)
    assert response.answers == {"overall": 4, "A1": 5, "A2": 2}


def test_a_faulty_reason_is_seen_whatever_opened_it(phone: PageClient) -> None:
    back = send(phone, tap(phone), {"A1": "1", "A1_why": ["no-seats", "weather"]})
    assert back.status_code == 422
    assert '<div class="why open">' in back.text
    assert 'name="A1_why" value="no-seats" checked>' in back.text


@pytest.mark.parametrize("form", [{}, {"overall": ""}, {"overall": "9"}, {"overall": "rất tốt"}, {"comment": ""}])
def test_a_tap_without_an_answer_asks_again_at_the_place(
    phone: PageClient, installation: Installation, office: Office, form: dict[str, str]
) -> None:
    page = phone.get(f"/d/{DESK}?k=link")
    back = phone.post(f"/d/{DESK}", data={**hidden_fields(page.text), **form})
    assert back.status_code == 422
    assert 'aria-describedby="q-overall-fault"' in back.text
    assert hidden_fields(back.text) == hidden_fields(page.text)
    assert stored(installation, office) == []


def test_a_refused_send_of_everything_keeps_the_tap_too(
    phone: PageClient, installation: Installation, office: Office
) -> None:
    back = phone.post(f"/d/{DESK}", data={"overall": "2", "A1": "9", "comment": "Chờ lâu"})
    assert back.status_code == 422
    assert 'name="overall" value="2" checked>' in back.text
    assert "Đã ghi nhận" not in back.text
    sent = send(phone, back, {"overall": "2", "A1": "3", "comment": "Chờ lâu"})
    assert sent.location.startswith(f"/d/{DESK}/cam-on")
    (response,) = stored(installation, office)
    assert response.answers == {"overall": 2, "A1": 3}


@pytest.mark.parametrize("desk", DESKS)
def test_the_language_switch_keeps_the_answers_and_stores_nothing(
    phone: PageClient, installation: Installation, office: Office, desk: str
) -> None:
    page = tap(phone, desk)
    assert re.search(r"<button[^>]*>", page.text)[0] == '<button class="default" tabindex="-1" aria-hidden="true">'  # type: ignore[index]
    switched = send(phone, page, {"switch": "en", "A1": "2", "B1": "4", "comment": "Chờ lâu quá"})
    assert switched.status_code == 200
    assert '<html lang="en">' in switched.text
    assert 'name="A1" value="2" class="low" checked>' in switched.text
    assert 'name="B1" value="4" checked>' in switched.text
    assert ">Chờ lâu quá</textarea>" in switched.text
    before, after = hidden_fields(page.text), hidden_fields(switched.text)
    assert after == {**before, "lang": "en"}
    (response,) = stored(installation, office)
    assert response.answers == {"overall": 4}
    sent = send(phone, switched, {"A1": "2"})
    assert sent.location == f"/d/{desk}/cam-on?lang=en"
    back = send(phone, switched, {"switch": "vi", "A1": "2"})
    assert '<html lang="vi">' in back.text


# ---- desks that take no answers


@pytest.mark.parametrize("typed", ["222222", "0O1IL", "x", "K7M2QX0", "<b>", "a" * 400, "%00", "K7M2QX/"])
def test_an_unknown_code_has_its_own_page(phone: PageClient, typed: str) -> None:
    page = phone.get(f"/d/{typed}")
    assert page.status_code == 404
    assert "<b><b>" not in page.text
    if not typed.endswith("/"):
        assert "Không có quầy nào mang mã này" in page.text
        assert 'name="code"' in page.text


def test_an_unknown_code_refuses_a_send_the_same_way(phone: PageClient) -> None:
    assert phone.post("/d/222222", data={"overall": "4"}).status_code == 404
    assert phone.get("/d/222222/phieu/0123456789abcdef").status_code == 404
    assert phone.get("/d/222222/cam-on").status_code == 404


def test_a_retired_desk_says_so_and_takes_what_was_opened_before(
    phone: PageClient, installation: Installation, office: Office, clock: Clock
) -> None:
    set_up_desk(installation, office, "RET2RE", valid_to=date(2026, 10, 21))
    page = phone.get("/d/RET2RE")
    clock.advance(days=1)
    gone = phone.get("/d/RET2RE")
    assert gone.status_code == 410
    assert office.name in gone.text
    assert 'name="code"' in gone.text
    sent = phone.post("/d/RET2RE", data={**hidden_fields(page.text), "overall": "4"}, follow_redirects=True)
    assert sent.status_code == 200
    thanks = phone.get(send(phone, sent, {"A1": "4"}).location)
    assert thanks.status_code == 200
    clock.advance(days=30)
    late = phone.post("/d/RET2RE", data={**hidden_fields(page.text), "overall": "1"})
    assert late.status_code == 410
    assert "không được ghi nhận" in late.text


def test_a_desk_not_yet_open_names_the_day(phone: PageClient, installation: Installation, office: Office) -> None:
    set_up_desk(installation, office, "NEW2NEW", valid_from=date(2026, 11, 2))
    for page in (phone.get("/d/NEW2NEW"), phone.post("/d/NEW2NEW", data={"overall": "4"})):
        assert page.status_code == 404
        assert "02/11/2026" in page.text
        assert 'name="code"' in page.text


def test_a_merged_offices_desk_serves_its_successor(
    phone: PageClient, installation: Installation, office: Office, clock: Clock
) -> None:
    successor = set_up_office(installation, "00199", "UBND phường Tân Hòa")
    before = tap(phone)
    merge(installation, office, successor, last_day=date(2026, 10, 21))
    clock.advance(days=1)
    page = phone.get(f"/d/{DESK}")
    assert successor.name in page.text
    assert office.name not in page.text
    tap(phone)
    assert len(stored(installation, successor)) == 1
    assert phone.get(send(phone, before, {"A1": "5"}).location).status_code == 200
    (completed,) = stored(installation, office)
    assert completed.answers == {"overall": 4, "A1": 5}


def test_an_office_closed_without_successor_retires_its_desks(
    phone: PageClient, installation: Installation, office: Office, clock: Clock
) -> None:
    closed = set_up_office(installation, "00150", "UBND xã Cũ", valid_to=date(2026, 10, 1))
    set_up_desk(installation, closed, "CDCDCD")
    assert phone.get("/d/CDCDCD").status_code == 410


# ---- the pages around


@pytest.mark.parametrize("typed", ["K7M2QX", "k7m2qx", " k7m-2qx ", "K7M.2QX"])
def test_a_typed_code_leads_to_its_desk(phone: PageClient, typed: str) -> None:
    found = phone.get("/", query_string={"code": typed, "lang": "en"})
    assert (found.status_code, found.location) == (302, f"/d/{DESK}?lang=en")
    found = phone.get(f"/d/{typed}?k=kiosk")
    if typed != DESK:
        assert (found.status_code, found.location) == (302, f"/d/{DESK}?k=kiosk")


@pytest.mark.parametrize("typed", ["", "hello", "222222", '"><script>', "\x00" * 9, "ă" * 500])
def test_a_wrong_code_is_answered_at_the_field(phone: PageClient, typed: str) -> None:
    page = phone.get("/", query_string={"code": typed})
    assert page.status_code == 422
    assert 'aria-describedby="code-hint code-fault" aria-invalid="true"' in page.text
    assert "<script>" not in page.text


def test_a_typed_code_of_a_desk_not_open_leads_to_its_page(
    phone: PageClient, installation: Installation, office: Office
) -> None:
    set_up_desk(installation, office, "NEW2NEW", valid_from=date(2026, 11, 2))
    assert phone.get("/?code=NEW2NEW").location == "/d/NEW2NEW"


def test_the_notice_says_what_is_kept_and_how_long(
    sqlite_url: str, installation: Installation, office: Office, tmp_path_factory: pytest.TempPathFactory, clock: Clock
) -> None:
    settings = {"SURVEY_RETENTION_MONTHS": "36", "SURVEY_HOTLINE": "024 3333.1022", "SURVEY_AUTHORITY": "Tỉnh Thử"}
    config = config_of(sqlite_url, tmp_path_factory.mktemp("other"), **settings)
    other = Installation(config, Database(config.database_url), CATALOGUE, clock)
    phone = PageClient(create_app(other), use_cookies=False)
    notice = phone.get(f"/rieng-tu?d={DESK}&k=kiosk")
    for phrase in ("Tỉnh Thử", "36 tháng", "48 giờ", 'href="tel:02433331022"', f'href="/d/{DESK}?k=kiosk"'):
        assert phrase in notice.text
    first = phone.get(f"/d/{DESK}")
    assert "36 tháng" in first.text
    assert "Tỉnh Thử" in first.text
    assert f'href="/rieng-tu?d={DESK}"' in first.text
    assert 'href="tel:02433331022"' in phone.get(f"/d/{DESK}/cam-on").text
    assert "tel:" not in PageClient(create_app(installation)).get("/rieng-tu").text
    other.database.close()


def test_demonstration_data_is_marked_on_every_page(phone: PageClient, installation: Installation) -> None:
    sample = set_up_office(installation, "00777", "UBND xã Mẫu", demonstration=True)
    set_up_desk(installation, sample, "DEM2DEM")
    criteria = tap(phone, "DEM2DEM")
    pages = [phone.get("/d/DEM2DEM"), criteria, send(phone, criteria, {"A1": "9"}), phone.get("/d/DEM2DEM/cam-on")]
    assert all("Dữ liệu minh họa" in page.text for page in pages)
    assert "Dữ liệu minh họa" not in phone.get(f"/d/{DESK}").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_a_title_of_its_own_and_a_way_to_the_other_language(
    phone: PageClient, installation: Installation, office: Office, language: str
) -> None:
    set_up_desk(installation, office, "RET2RE", valid_to=date(2026, 1, 1))
    set_up_desk(installation, office, "NEW2NEW", valid_from=date(2026, 11, 2))
    criteria = tap(phone, query=f"?lang={language}")
    asked = f"?lang={language}"
    pages = [
        criteria,
        send(phone, criteria, {"A1": "9"}),
        phone.post(f"/d/{DESK}{asked}", data={}),
        *(phone.get(f"{path}{asked}") for path in (f"/d/{DESK}", f"/d/{DESK_FULL}", f"/d/{DESK}/cam-on", "/")),
        *(phone.get(f"{path}{asked}") for path in ("/rieng-tu", "/d/222222", "/d/RET2RE", "/d/NEW2NEW", "/nowhere")),
        phone.get(f"/?code=x&lang={language}"),
    ]
    titles = [title_of(page) for page in pages]
    assert len(set(titles)) == len(titles)
    other = "en" if language == "vi" else "vi"
    for page in pages:
        assert f'<html lang="{language}">' in page.text
        assert f"lang={other}" in page.text or f'name="switch" value="{other}"' in page.text
        assert_anonymous(page)


def test_a_language_link_keeps_the_channel(phone: PageClient) -> None:
    assert 'href="?k=kiosk&amp;lang=en"' in phone.get(f"/d/{DESK}?k=kiosk&utm=1").text


# ---- errors


def test_errors_are_courteous_pages(phone: PageClient) -> None:
    assert phone.get("/nowhere").status_code == 404
    wrong = phone.delete(f"/d/{DESK}")
    assert wrong.status_code == 405
    assert "POST" in wrong.headers["Allow"]
    large = phone.post(f"/d/{DESK}?lang=en", data={"overall": "4", "comment": "x" * 300_000})
    assert large.status_code == 413
    assert '<html lang="en">' in large.text


def test_a_failing_server_says_that_the_answer_was_not_received(
    app: Flask, phone: PageClient, installation: Installation
) -> None:
    app.testing = False
    with installation.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE response RENAME TO elsewhere")
    page = phone.get(f"/d/{DESK}")
    failed = phone.post(f"/d/{DESK}", data={**hidden_fields(page.text), "overall": "4"})
    assert failed.status_code == 500
    assert "chưa được nhận" in failed.text
    assert "Quay lại" in failed.text


# ---- what stays small, and what never breaks


def test_pages_fit_the_first_round_trip(phone: PageClient) -> None:
    first = phone.get(f"/d/{DESK_FULL}")
    criteria = tap(phone, DESK_FULL)
    assert len(first.data) <= 14 * 1024
    assert len(gzip.compress(criteria.data, 6)) <= 14 * 1024
    assert "<img" not in first.text
    assert "<link" not in first.text


def test_nothing_about_the_sender_is_written_to_the_log(
    phone: PageClient, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level("DEBUG"):
        send(phone, tap(phone), {"comment": "Bí mật"})
    assert caplog.text == ""
    assert capfd.readouterr() == ("", "")


ids = st.sampled_from(
    [question.id for each in CATALOGUE for question in each.questions] + ["key", "stamp", "k", "lang", "switch", "x"]
)
values = st.one_of(
    st.sampled_from(["1", "5", "9", "NA", "", "no-seats", "vi", "en", "kiosk", "25-34"]), st.text(max_size=40)
)


@pytest.fixture(scope="module")
def garbage_app(
    sqlite_template: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[PageClient, Installation]]:
    folder = tmp_path_factory.mktemp("garbage")
    url = f"sqlite:///{folder / 'survey.sqlite3'}"
    (folder / "survey.sqlite3").write_bytes(sqlite_template.read_bytes())  # type: ignore[attr-defined]
    config = config_of(url, folder)
    installation = Installation(config, Database(config.database_url), CATALOGUE, Clock())
    set_up_both(installation)
    app = create_app(installation)
    app.testing = True
    yield PageClient(app, use_cookies=False), installation
    installation.database.close()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    desk=st.sampled_from(DESKS),
    form=st.lists(st.tuples(ids, values), max_size=8),
    query=st.dictionaries(st.sampled_from(["k", "lang", "stamp", "code", "d"]), values, max_size=3),
)
def test_garbage_is_answered_by_a_sound_page(
    garbage_app: tuple[PageClient, Installation], desk: str, form: list[tuple[str, str]], query: dict[str, str]
) -> None:
    phone, _ = garbage_app
    fields: dict[str, list[str]] = {}
    for name, value in form:
        fields.setdefault(name, []).append(value)
    sent = phone.post(f"/d/{desk}", data=fields, query_string=query)
    assert sent.status_code in (200, 303, 422)
    if sent.status_code == 303:
        assert phone.get(sent.location).status_code == 200


@settings(max_examples=60, deadline=None)
@given(code=st.one_of(st.text(min_size=1, max_size=12), st.text(DESK_CODE_SIGNS, min_size=5, max_size=8)), typed=values)
def test_garbage_codes_are_answered_by_a_sound_page(
    garbage_app: tuple[PageClient, Installation], code: str, typed: str
) -> None:
    phone, _ = garbage_app
    for page in (phone.get("/", query_string={"code": code, "lang": typed}), phone.get(f"/rieng-tu?d={DESK}")):
        assert page.status_code in (200, 302, 422)
    if "/" not in code and code not in (".", ".."):
        page = phone.get(f"/d/{code}".encode().decode("utf-8", "replace"), query_string={"k": typed})
        assert page.status_code in (200, 302, 404)


@settings(max_examples=100, deadline=None)
@given(
    body=st.binary(max_size=400),
    kind=st.sampled_from(
        ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "application/json"]
    ),
)
def test_garbage_bodies_are_answered_by_a_sound_page(
    garbage_app: tuple[PageClient, Installation], body: bytes, kind: str
) -> None:
    phone, _ = garbage_app
    assert phone.post(f"/d/{DESK}", data=body, content_type=kind).status_code < 500
