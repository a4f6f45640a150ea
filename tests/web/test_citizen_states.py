"""Every other state of the citizen's pages: wrong values, desks that take no answers, errors, garbage."""

import gzip
import html
import re
from datetime import date

import pytest
from flask import Flask

from survey import create_app
from survey.domain.offices import Office
from survey.installation import Installation
from survey.store import Database
from tests.citizen import (
    DESK,
    DESK_FULL,
    assert_anonymous,
    hidden_fields,
    merge,
    send,
    set_up_both,
    set_up_desk,
    set_up_office,
    stored,
    tap,
    title_of,
)
from tests.conftest import CATALOGUE, Clock, config_of
from tests.pages import PageClient

LANGUAGES = ("vi", "en")
DESKS = (DESK, DESK_FULL)


@pytest.fixture
def office(installation: Installation) -> Office:
    return set_up_both(installation)


@pytest.fixture
def phone(app: Flask, office: Office) -> PageClient:
    """A browser that keeps no cookies at all."""
    return PageClient(app, use_cookies=False)


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
    database_url: str,
    installation: Installation,
    office: Office,
    tmp_path_factory: pytest.TempPathFactory,
    clock: Clock,
) -> None:
    settings = {"SURVEY_RETENTION_MONTHS": "36", "SURVEY_HOTLINE": "024 3333.1022", "SURVEY_AUTHORITY": "Tỉnh Thử"}
    config = config_of(database_url, tmp_path_factory.mktemp("other"), **settings)
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


def test_the_icon_every_browser_asks_for_is_there_and_kept(phone: PageClient) -> None:
    icon = phone.get("/favicon.ico")
    assert (icon.status_code, icon.mimetype) == (200, "image/png")
    assert icon.headers["Cache-Control"] == "public, max-age=86400"


def test_errors_are_courteous_pages(phone: PageClient) -> None:
    assert phone.get("/nowhere").status_code == 404
    wrong = phone.delete(f"/d/{DESK}")
    assert wrong.status_code == 405
    assert "POST" in wrong.headers["Allow"]
    large = phone.post(f"/d/{DESK}?lang=en", data={"overall": "4", "comment": "x" * 300_000})
    assert large.status_code == 413
    assert '<html lang="en">' in large.text


def test_a_tablets_error_page_leads_back_to_the_start_of_its_desk(phone: PageClient) -> None:
    form = re.search(r'action="([^"]+)"', phone.get(f"/d/{DESK}?k=kiosk").text)
    assert form
    refused = phone.post(html.unescape(form[1]), data={"overall": "4", "comment": "x" * 300_000})
    assert refused.status_code == 413
    assert f'data-start="/d/{DESK}?k=kiosk"' in refused.text


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
    for page in (first, criteria):
        assert len(gzip.compress(page.data, 6)) <= 14 * 1024
    assert "<img" not in first.text
    assert "<link" not in first.text


def test_nothing_about_the_sender_is_written_to_the_log(
    phone: PageClient, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level("DEBUG"):
        send(phone, tap(phone), {"comment": "Bí mật"})
    assert caplog.text == ""
    assert capfd.readouterr() == ("", "")
