"""Signing in and out as a person does it, and what the session may and may not do."""

import re

import pytest
from flask import Flask

from survey.config import Config
from survey.installation import Installation
from survey.journeys.sign_in import ACCOUNT_LIMIT, add_staff, reset_staff
from survey.web.address import client_address
from tests.citizen import assert_anonymous
from tests.conftest import CATALOGUE, Clock, config_of
from tests.pages import PageClient
from tests.staff import (
    DESK,
    EMAILS,
    FOREIGN,
    OWN,
    PASSWORD,
    add_account,
    csrf_of,
    set_up_province,
    signed_in,
    try_to_sign_in,
)

HEAD = EMAILS["head"]


@pytest.fixture
def head(installation: Installation) -> str:
    """The e-mail of a head of office who has chosen a password."""
    set_up_province(installation)
    add_account(installation, HEAD, "head", OWN)
    return HEAD


def one_time_password(installation: Installation) -> str:
    set_up_province(installation)
    with installation.database.transaction() as connection:
        return add_staff(connection, email=HEAD, role="head", office=OWN)


def set_cookie_of(client: PageClient, head: str) -> str:
    return try_to_sign_in(client, head, PASSWORD).headers["Set-Cookie"]


def test_signing_in_leads_to_the_own_office(client: PageClient, head: str) -> None:
    answer = try_to_sign_in(client, f" {head.upper()} ", PASSWORD)
    assert (answer.status_code, answer.location) == (302, "/staff/")
    page = client.get("/staff/", follow_redirects=True)
    assert page.request.path == f"/staff/offices/{OWN}"
    assert "UBND xã Một" in page.text


def test_signing_in_returns_to_the_page_that_was_asked_for(client: PageClient, head: str) -> None:
    asked = client.get(f"/staff/offices/{OWN}?period=2026-Q3")
    form = client.get(asked.location)
    wanted = re.search(r'name="next" value="([^"]*)"', form.text)
    assert wanted
    answer = try_to_sign_in(client, head, PASSWORD, next=wanted[1])
    assert answer.location == f"/staff/offices/{OWN}?period=2026-Q3"


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/staff/", "//evil.example", "/\\evil.example", "/staff/\\..\\x", "/d/K7M2QX", "javascript:1"],
)
def test_a_foreign_address_is_not_followed_after_signing_in(client: PageClient, head: str, wanted: str) -> None:
    assert try_to_sign_in(client, head, PASSWORD, next=wanted).location == "/staff/"


def test_an_unknown_account_and_a_wrong_password_get_the_same_answer(client: PageClient, head: str) -> None:
    wrong = try_to_sign_in(client, head, "sai mật khẩu")
    unknown = try_to_sign_in(client, "hoad@xa.gov.vn", "sai mật khẩu")
    assert wrong.status_code == unknown.status_code == 422
    assert "E-mail hoặc mật khẩu không đúng" in wrong.text
    assert _without_token(wrong.text) == _without_token(unknown.text).replace("hoad@", "head@")


def _without_token(html: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", html)


def test_what_was_entered_stays_but_never_the_password(client: PageClient, head: str) -> None:
    page = try_to_sign_in(client, head, "sai mật khẩu")
    assert f'value="{head}"' in page.text
    assert "sai mật khẩu" not in page.text


def test_an_empty_form_says_what_is_missing_at_its_place(client: PageClient) -> None:
    page = try_to_sign_in(client, "", "")
    assert page.status_code == 422
    assert "Xin nhập e-mail." in page.text
    assert "Xin nhập mật khẩu." in page.text


def test_five_failures_close_the_account_for_a_while(client: PageClient, head: str, clock: Clock) -> None:
    for _ in range(ACCOUNT_LIMIT):
        assert try_to_sign_in(client, head, "sai mật khẩu").status_code == 422
    refused = try_to_sign_in(client, head, PASSWORD)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "900"
    assert "Xin chờ 15 phút" in refused.text
    clock.advance(minutes=16)
    assert try_to_sign_in(client, head, PASSWORD).status_code == 302


def test_a_form_without_its_token_is_refused_with_a_sentence(client: PageClient, head: str) -> None:
    page = client.post("/staff/sign-in", data={"email": head, "password": PASSWORD})
    assert page.status_code == 422
    assert "mở quá lâu" in page.text
    assert client.get("/staff/").status_code == 302


def test_another_persons_token_is_refused(client: PageClient, app: Flask, head: str) -> None:
    theirs = csrf_of(PageClient(app).get("/staff/sign-in"))
    client.get("/staff/sign-in")
    page = client.post("/staff/sign-in", data={"csrf_token": theirs, "email": head, "password": PASSWORD})
    assert page.status_code == 422


def test_the_cookie_is_closed_to_scripts_to_other_sites_and_to_plain_http(client: PageClient, head: str) -> None:
    cookie = set_cookie_of(client, head)
    for flag in ("HttpOnly", "SameSite=Lax", "Secure", "Path=/staff"):
        assert flag in cookie


def test_without_https_the_cookie_works_too(installation: Installation, head: str) -> None:
    from survey import create_app

    url, instance = installation.config.database_url, installation.config.instance
    config: Config = config_of(url, instance, SURVEY_BASE_URL="http://127.0.0.1:8000")
    client = PageClient(create_app(Installation(config, installation.database, CATALOGUE, installation.clock)))
    assert "Secure" not in set_cookie_of(client, head)


def test_signing_in_opens_a_fresh_session(client: PageClient, head: str) -> None:
    before = csrf_of(client.get("/staff/sign-in?lang=en"))
    client.post("/staff/sign-in", data={"csrf_token": before, "email": head, "password": PASSWORD})
    with client.session_transaction(path="/staff/") as session:
        assert set(session) <= {"language", "_user_id", "_fresh", "_id", "_permanent"}
        assert session["language"] == "en"


def test_the_session_cookie_tells_nothing_about_the_password(client: PageClient, head: str) -> None:
    try_to_sign_in(client, head, PASSWORD)
    with client.session_transaction(path="/staff/") as session:
        assert "argon2" not in str(dict(session))


def test_signing_out_ends_the_session(app: Flask, head: str) -> None:
    client = signed_in(app, head)
    token = csrf_of(client.get(f"/staff/offices/{OWN}"))
    assert client.post("/staff/sign-out").status_code == 302
    assert client.get(f"/staff/offices/{OWN}").status_code == 200, "without its token nothing happens"
    client.post("/staff/sign-out", data={"csrf_token": token})
    assert client.get(f"/staff/offices/{OWN}").status_code == 302


def test_signing_out_twice_is_no_error(client: PageClient) -> None:
    assert client.post("/staff/sign-out").location == "/staff/sign-in"


def test_a_one_time_password_opens_nothing_but_its_own_change(client: PageClient, installation: Installation) -> None:
    try_to_sign_in(client, HEAD, one_time_password(installation))
    for address in (
        "/staff/",
        f"/staff/offices/{OWN}",
        f"/staff/offices/{OWN}/scores.json",
        f"/staff/desks/{DESK}/qr.svg",
    ):
        assert client.get(address).location == "/staff/password"


def test_after_the_change_the_work_begins(client: PageClient, installation: Installation) -> None:
    one_time = one_time_password(installation)
    try_to_sign_in(client, HEAD, one_time)
    form = client.get("/staff/password")
    assert "mật khẩu dùng một lần" in form.text
    answer = _change(client, one_time, PASSWORD)
    assert answer.location == "/staff/"
    assert client.get(f"/staff/offices/{OWN}").status_code == 200


def _change(client: PageClient, current: str, new: str, again: str | None = None):  # type: ignore[no-untyped-def]
    token = csrf_of(client.get("/staff/password"))
    fields = {"csrf_token": token, "current": current, "new": new, "again": new if again is None else again}
    return client.post("/staff/password", data=fields)


@pytest.mark.parametrize(
    ("new", "again", "said"),
    [
        ("ngắn", "ngắn", "ít nhất 10 ký tự"),
        (HEAD, HEAD, "không được là địa chỉ e-mail"),
        ("một câu dễ nhớ khác", "một câu dễ nhớ kháx", "không giống nhau"),
        ("", "", "Xin nhập mật khẩu mới."),
    ],
)
def test_a_password_that_will_not_do_is_said_why(app: Flask, head: str, new: str, again: str, said: str) -> None:
    page = _change(signed_in(app, head), PASSWORD, new, again)
    assert page.status_code == 422
    assert said in page.text


def test_the_current_password_must_be_known(app: Flask, head: str) -> None:
    page = _change(signed_in(app, head), "không phải mật khẩu này", "một câu dễ nhớ khác")
    assert page.status_code == 422
    assert "Mật khẩu đang dùng không đúng" in page.text


def test_a_new_password_ends_the_sessions_elsewhere(app: Flask, head: str) -> None:
    here, elsewhere = signed_in(app, head), signed_in(app, head)
    _change(here, PASSWORD, "một câu dễ nhớ khác")
    assert here.get(f"/staff/offices/{OWN}").status_code == 200
    assert elsewhere.get(f"/staff/offices/{OWN}").status_code == 302


def test_a_reset_by_the_administrator_ends_the_session(app: Flask, installation: Installation, head: str) -> None:
    client = signed_in(app, head)
    with installation.database.transaction() as connection:
        reset_staff(connection, head)
    assert client.get(f"/staff/offices/{OWN}").status_code == 302


def test_a_citizens_page_neither_reads_nor_sets_a_cookie(app: Flask, client: PageClient, head: str) -> None:
    for browser in (client, signed_in(app, head)):
        for address in (f"/d/{DESK}", "/", "/healthz", "/staff/accent.css"):
            assert_anonymous(browser.get(address))


def test_pages_of_the_workspace_are_not_kept_by_a_shared_browser(app: Flask, head: str) -> None:
    client = signed_in(app, head)
    for address in ("/staff/sign-in", f"/staff/offices/{OWN}", f"/staff/offices/{OWN}/scores.json"):
        assert client.get(address).headers["Cache-Control"] == "no-store"


def test_the_chosen_language_is_remembered(app: Flask, head: str) -> None:
    client = signed_in(app, head)
    client.get(f"/staff/offices/{OWN}?lang=en")
    assert '<html lang="en">' in client.get(f"/staff/offices/{OWN}").text
    client.get(f"/staff/offices/{OWN}?lang=vi")
    assert '<html lang="vi">' in client.get(f"/staff/offices/{OWN}").text


def test_a_page_that_is_not_there_has_a_page_of_its_own(app: Flask, head: str) -> None:
    page = signed_in(app, head).get(f"/staff/offices/{FOREIGN}")
    assert page.status_code == 404
    assert "Không có trang này" in page.text


PROXIES = {"SURVEY_TRUSTED_PROXIES": "10.0.0.0/8, 2001:db8::/32"}


@pytest.mark.parametrize(
    ("peer", "forwarded", "client_is"),
    [
        ("203.0.113.5", "", "203.0.113.5"),
        ("203.0.113.5", "1.1.1.1", "203.0.113.5"),  # nobody vouches for the header
        ("10.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("10.0.0.1", "1.1.1.1, 203.0.113.5", "203.0.113.5"),  # the client invented 1.1.1.1
        ("10.0.0.1", "1.1.1.1, 203.0.113.5, 10.0.0.2", "203.0.113.5"),
        ("10.0.0.1", "10.0.0.3", "10.0.0.3"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("2001:db8::1", "2001:0DB9:0::5", "2001:db9::5"),
        ("::ffff:10.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("", "203.0.113.5", ""),
        ("10.0.0.1", "unknown", "unknown"),
    ],
)
def test_the_address_of_a_request_behind_proxies(tmp_path, peer: str, forwarded: str, client_is: str) -> None:  # type: ignore[no-untyped-def]
    trusted = config_of("sqlite:///x", tmp_path, **PROXIES).trusted_proxies
    assert client_address(peer, forwarded, trusted) == client_is
