"""Nothing lost: the network cut before, during and after every request, pages reloaded, closed and opened again."""

import re
from collections.abc import Iterator
from time import monotonic

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from survey.domain.offices import Office
from tests.browser.conftest import Server
from tests.browser.line import Line
from tests.browser.outbox import (
    answers_of,
    fill,
    kept,
    network_returns,
    open_and_keep,
    open_desk,
    send_form,
    send_through,
    tap,
    tap_through,
    until,
    until_empty,
)
from tests.browser.visit import PHONE
from tests.citizen import DESK, DESK_FULL, set_up_desk

NOT_SENT = "Chưa gửi được. Câu trả lời của Ông/Bà được giữ trên máy này và sẽ tự gửi khi có mạng."
LOST = ("dead", "half", "deaf")  # before, during and after the request
WORKERS = pytest.mark.parametrize("workers", ["allow", "block"])


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, reduced_motion="reduce")
    yield context
    context.close()


# ---- where all is well


def test_a_send_is_one_request_and_leaves_nothing_behind(
    phone: BrowserContext, line: Line, server: Server, office: Office
) -> None:
    page = phone.new_page()
    open_desk(page, line)
    tap_through(page)
    fill(page)
    send_through(page)
    expect(page.locator("#outbox")).to_be_empty()
    assert kept(page) == []
    assert [each.partition(" HTTP")[0] for each in line.sent if "POST" in each] == [f"POST /d/{DESK}?gui"] * 2
    (response,) = answers_of(server, office)
    assert response.answers == {"overall": 4, "A1": 5}


# ---- the tap


@pytest.mark.parametrize("fate", LOST)
def test_a_tap_without_network_goes_on_with_the_criteria_and_is_sent_later(
    phone: BrowserContext, line: Line, server: Server, office: Office, fate: str
) -> None:
    page = phone.new_page()
    open_and_keep(page, line)
    line.fate = fate
    tap_through(page, "2")
    expect(page.locator("#outbox")).to_contain_text(NOT_SENT)
    expect(page.locator("h1")).to_have_text("Đã ghi trên máy này, sẽ gửi khi có mạng. Cảm ơn Ông/Bà!")
    network_returns(page, line)
    expect(page.locator("h1")).to_have_text("Đã ghi nhận. Cảm ơn Ông/Bà!")
    expect(page.locator("#outbox")).to_have_text("Đã gửi xong.")
    line.fate = fate
    fill(page)
    send_form(page)
    expect(page.locator("h1")).to_have_text("Cảm ơn Ông/Bà!")
    expect(page.locator("#outbox")).to_contain_text(NOT_SENT)
    assert len(kept(page)) == 1
    line.fate = "whole"
    page.get_by_role("button", name="Gửi ngay").click()
    page.wait_for_url("**/cam-on**")
    expect(page.locator("main")).to_contain_text("Câu trả lời đã được lưu.")
    assert kept(page) == []
    (response,) = answers_of(server, office)
    assert (response.answers, response.texts) == ({"overall": 2, "A1": 5}, {"comment": "Xin thêm ghế"})


@pytest.mark.parametrize("fate", LOST)
def test_without_a_worker_a_tap_waits_on_its_page_and_then_goes_on(
    browser: Browser, line: Line, server: Server, office: Office, fate: str
) -> None:
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    open_desk(page, line)
    line.fate = fate
    tap(page, "2")
    expect(page.locator("#outbox")).to_contain_text(NOT_SENT)
    network_returns(page, line)
    page.wait_for_url("**/phieu/**")
    fill(page)
    send_through(page)
    context.close()
    (response,) = answers_of(server, office)
    assert response.answers == {"overall": 2, "A1": 5}


def test_another_tap_while_one_waits_corrects_it(browser: Browser, line: Line, server: Server, office: Office) -> None:
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    open_desk(page, line)
    line.fate = "deaf"
    tap(page, "1")
    expect(page.locator("#outbox")).to_contain_text(NOT_SENT)
    line.fate = "dead"
    tap(page, "5")
    page.wait_for_timeout(300)
    network_returns(page, line)
    page.wait_for_url("**/phieu/**")
    context.close()
    assert [each.answers for each in answers_of(server, office)] == [{"overall": 5}]


# ---- the criteria


@WORKERS
@pytest.mark.parametrize("fate", LOST)
def test_criteria_without_network_are_kept_and_sent_later(  # noqa: PLR0917 - one argument per axis
    browser: Browser, line: Line, server: Server, office: Office, fate: str, workers: str
) -> None:
    context = browser.new_context(service_workers=workers)
    page = context.new_page()
    open_desk(page, line)
    tap_through(page)
    line.fate = fate
    fill(page)
    send_form(page)
    expect(page.locator("h1")).to_have_text("Cảm ơn Ông/Bà!")
    expect(page.locator("h1")).to_be_focused()
    expect(page.locator("#outbox")).to_contain_text(NOT_SENT)
    expect(page.locator("main")).not_to_contain_text("đã được lưu")
    assert page.evaluate("localStorage.length") == 0  # the draft has become the answer
    network_returns(page, line)
    page.wait_for_url("**/cam-on**")
    context.close()
    (response,) = answers_of(server, office)
    assert (response.answers, response.texts) == ({"overall": 4, "A1": 5}, {"comment": "Xin thêm ghế"})


def test_a_closed_page_sends_when_it_is_opened_again(
    phone: BrowserContext, line: Line, server: Server, office: Office
) -> None:
    page = phone.new_page()
    open_and_keep(page, line)
    line.fate = "dead"
    tap_through(page)
    fill(page)
    send_form(page)
    expect(page.locator("h1")).to_have_text("Cảm ơn Ông/Bà!")
    page.close()
    again = phone.new_page()
    open_desk(again, line)
    expect(again.locator("#outbox")).to_contain_text("1 phiếu chưa gửi.")
    again.close()
    line.fate = "whole"
    last = phone.new_page()
    open_desk(last, line)
    until_empty(last)
    assert [each.completed for each in answers_of(server, office)] == [True]


def test_a_reload_of_what_is_kept_shows_that_it_is_kept(
    phone: BrowserContext, line: Line, server: Server, office: Office
) -> None:
    page = phone.new_page()
    open_and_keep(page, line)
    line.fate = "dead"
    tap_through(page)
    fill(page)
    send_form(page)
    expect(page.locator("#outbox")).to_contain_text(NOT_SENT)
    page.reload()
    expect(page.locator("h1")).to_have_text("Cảm ơn Ông/Bà!")
    expect(page.locator(".send")).to_have_count(0)
    network_returns(page, line)
    page.wait_for_url("**/cam-on**")
    assert len(answers_of(server, office)) == 1


@pytest.mark.parametrize("locks", [True, False], ids=["locks", "leases"])
def test_a_tab_that_is_killed_while_sending_loses_nothing(
    phone: BrowserContext, line: Line, server: Server, office: Office, locks: bool
) -> None:
    if not locks:
        phone.add_init_script("Object.defineProperty(navigator, 'locks', {value: undefined})")
    page = phone.new_page()
    open_desk(page, line)
    line.fate = "silent"
    tap(page)
    ends = monotonic() + 10
    while not kept(page):
        assert monotonic() < ends
    page.close()
    line.fate = "whole"
    assert answers_of(server, office) == []
    last = phone.new_page()
    if not locks:  # its claim on the answer runs out; a clock is cheaper than waiting
        last.clock.install()
        last.clock.fast_forward(20_000)
    open_desk(last, line)
    until_empty(last)
    assert len(answers_of(server, office)) == 1


def test_two_tabs_send_everything_once(phone: BrowserContext, line: Line, server: Server, office: Office) -> None:
    page = phone.new_page()
    open_and_keep(page, line)
    line.fate = "dead"
    for level in ("1", "2", "3"):
        open_desk(page, line)
        tap_through(page, level)
    tabs = [page, phone.new_page(), phone.new_page()]
    for tab in tabs[1:]:
        open_desk(tab, line)
    line.sent.clear()
    line.fate = "whole"
    for tab in tabs:
        tab.evaluate("dispatchEvent(new Event('online'))")
    until_empty(tabs[2])
    assert sum("POST" in each for each in line.sent) == 3
    assert sorted(each.answers["overall"] for each in answers_of(server, office)) == [1, 2, 3]


def test_the_browser_itself_sends_after_the_tab_was_closed(
    phone: BrowserContext, line: Line, server: Server, office: Office
) -> None:
    page = phone.new_page()
    open_and_keep(page, line)
    line.fate = "dead"
    tap_through(page)
    page.close()
    line.fate = "whole"
    other = phone.new_page()
    other.goto(f"{line.url}/healthz")
    devtools = phone.new_cdp_session(other)
    versions: list[dict[str, str]] = []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda told: versions.extend(told["registrations"]))
    devtools.send("ServiceWorker.enable")
    other.wait_for_timeout(300)
    devtools.send(
        "ServiceWorker.dispatchSyncEvent",
        {"origin": line.url, "registrationId": versions[0]["registrationId"], "tag": "outbox", "lastChance": False},
    )
    until_empty(other)
    assert len(answers_of(server, office)) == 1


# ---- what the server says


def test_a_sign_in_page_of_a_hotel_is_not_taken_for_a_yes(
    browser: Browser, line: Line, server: Server, office: Office
) -> None:
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    open_desk(page, line)
    page.route("**/*?gui*", lambda route: route.fulfill(status=200, body="<h1>Wi-Fi</h1>", content_type="text/html"))
    tap(page)
    expect(page.locator("#outbox")).to_contain_text(NOT_SENT)
    page.unroute_all()
    page.route("**/*?gui*", lambda route: route.fulfill(status=302, headers={"Location": "https://wifi.example/"}))
    page.get_by_role("button", name="Gửi ngay").click()
    page.wait_for_timeout(300)
    assert len(kept(page)) == 1
    page.unroute_all()
    page.get_by_role("button", name="Gửi ngay").click()
    page.wait_for_url("**/phieu/**")
    context.close()
    assert len(answers_of(server, office)) == 1


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_server_that_cannot_take_it_now_gets_it_later(
    browser: Browser, line: Line, server: Server, office: Office, status: int
) -> None:
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    open_desk(page, line)

    def busy(route: object) -> None:
        key = route.request.headers["x-outbox"]  # type: ignore[attr-defined]
        route.fulfill(status=status, body="", headers={"X-Outbox": key})  # type: ignore[attr-defined]

    page.route("**/*?gui*", busy)
    tap(page)
    expect(page.locator("#outbox")).to_contain_text(NOT_SENT)
    page.unroute_all()
    page.get_by_role("button", name="Gửi ngay").click()
    page.wait_for_url("**/phieu/**")
    context.close()
    assert len(answers_of(server, office)) == 1


def test_what_the_server_refuses_later_is_shown_and_can_be_corrected(
    phone: BrowserContext, line: Line, server: Server, office: Office
) -> None:
    page = phone.new_page()
    open_and_keep(page, line)
    line.fate = "dead"
    tap_through(page)
    fill(page, "dài " * 600)
    send_form(page)
    expect(page.locator("h1")).to_have_text("Cảm ơn Ông/Bà!")
    network_returns(page, line)
    expect(page.locator("#summary")).to_be_focused()
    expect(page.locator("#outbox")).to_be_empty()
    page.close()
    page = phone.new_page()
    open_desk(page, line)
    refused = page.locator("#outbox details")
    expect(refused).to_contain_text("1 phiếu không được máy chủ nhận")
    refused.locator("summary").click()
    question = server.installation.catalogue.get("sipas-desk").criteria[0].text["vi"]
    expect(refused).to_contain_text(f"{question} – Rất hài lòng")
    expect(refused).to_contain_text("dài dài dài")
    page.get_by_role("button", name="Mở lại để sửa").click()
    expect(page.locator("#summary")).to_be_focused()
    expect(page.locator("#q-A1-5")).to_be_checked()
    page.locator("#q-comment").fill("ngắn")
    send_through(page)
    assert kept(page) == []
    (response,) = answers_of(server, office)
    assert (response.answers, response.texts) == ({"overall": 4, "A1": 5}, {"comment": "ngắn"})


def test_a_refusal_at_once_gives_the_form_back(
    phone: BrowserContext, line: Line, server: Server, office: Office
) -> None:
    page = phone.new_page()
    open_desk(page, line)
    tap_through(page)
    fill(page, "dài " * 600)
    send_form(page)
    expect(page.locator("#summary")).to_be_focused()
    expect(page.locator("#outbox")).to_be_empty()
    page.locator("#q-comment").fill("ngắn")
    send_through(page)
    assert kept(page) == []
    assert answers_of(server, office)[0].texts == {"comment": "ngắn"}


# ---- the draft


def draft_is_there(page: Page) -> None:
    expect(page.locator("#q-A1-2")).to_be_checked()
    expect(page.locator("#q-comment")).to_have_value("Ghế ít")
    expect(page.locator("#q-age")).to_have_value("over-60")
    expect(page.locator("#q-age")).to_be_visible()


def test_a_draft_survives_reloading_and_closing_and_goes_when_it_is_sent(
    phone: BrowserContext, line: Line, server: Server, office: Office
) -> None:
    page = phone.new_page()
    open_desk(page, line, desk=DESK_FULL)
    tap_through(page)
    page.locator("label[for=q-A1-2]").click()
    page.locator("#q-comment").fill("Ghế ít")
    page.locator("summary").click()
    page.locator("#q-age").select_option("over-60")
    page.reload()
    draft_is_there(page)
    address = page.url
    page.close()
    page = phone.new_page()
    page.goto(address)
    draft_is_there(page)
    server.clock.advance(hours=14)  # left open overnight
    send_through(page)
    assert page.evaluate("localStorage.length") == 0
    (response,) = answers_of(server, office)
    assert (response.answers, response.texts) == ({"overall": 4, "A1": 2}, {"comment": "Ghế ít"})
    assert response.respondent == {"age": "over-60"}


def test_a_form_in_another_language_can_be_closed_and_opened_again(
    phone: BrowserContext, line: Line, server: Server, office: Office
) -> None:
    page = phone.new_page()
    open_desk(page, line)
    tap_through(page)
    page.locator("#q-comment").fill("Ghế ít")
    page.get_by_role("button", name="English").click()
    page.wait_for_url("**/phieu/**lang=en")
    page.locator("#q-comment").fill("Ghế ít, quạt hỏng")
    address = page.url
    page.close()
    page = phone.new_page()
    page.goto(address)
    expect(page.locator("#q-comment")).to_have_value("Ghế ít, quạt hỏng")
    send_through(page)
    (response,) = answers_of(server, office)
    assert response.texts == {"comment": "Ghế ít, quạt hỏng"}


def test_without_network_another_language_waits_and_what_was_entered_stays(
    phone: BrowserContext, line: Line, server: Server, office: Office
) -> None:
    page = phone.new_page()
    open_desk(page, line)
    tap_through(page)
    page.locator("#q-comment").fill("Ghế ít")
    phone.set_offline(True)
    page.get_by_role("button", name="English").click()
    expect(page.locator("#outbox")).to_contain_text("chưa đổi được ngôn ngữ")
    expect(page.locator("#q-comment")).to_have_value("Ghế ít")
    phone.set_offline(False)
    send_through(page)
    assert answers_of(server, office)[0].texts == {"comment": "Ghế ít"}


def test_a_draft_sent_as_without_a_script_is_forgotten_with_the_thanks(
    phone: BrowserContext, line: Line, server: Server, office: Office
) -> None:
    phone.add_init_script("Object.defineProperty(window, 'indexedDB', {value: undefined})")
    page = phone.new_page()
    open_desk(page, line)
    tap_through(page)
    page.locator("#q-comment").fill("Ghế ít")
    assert page.evaluate("localStorage.length") == 1
    send_through(page)
    assert page.evaluate("localStorage.length") == 0
    assert answers_of(server, office)[0].texts == {"comment": "Ghế ít"}


def test_a_tap_the_server_gives_back_is_mended_under_its_own_key(
    phone: BrowserContext, line: Line, server: Server, office: Office
) -> None:
    page = phone.new_page()
    open_desk(page, line)
    page.locator("button[value='4']").evaluate("e => e.value = '9'")
    page.locator("button[value='9']").click()
    page.locator(".fault").wait_for()
    expect(page.locator("#outbox")).to_be_empty()
    page.locator("button[value='4']").click()
    page.wait_for_url("**/phieu/**")
    assert kept(page) == []
    (response,) = answers_of(server, office)
    assert response.answers == {"overall": 4}


def test_nobody_else_sees_a_draft(phone: BrowserContext, line: Line, server: Server, office: Office) -> None:
    page = phone.new_page()
    for comment in ("của người đầu", "của người sau"):
        open_desk(page, line)
        tap_through(page)
        expect(page.locator("#q-comment")).to_have_value("")
        page.locator("#q-comment").fill(comment)
    send_through(page)
    first, second = answers_of(server, office)
    assert {str(first.texts), str(second.texts)} == {"{}", "{'comment': 'của người sau'}"}


def test_a_draft_is_forgotten_after_a_week(phone: BrowserContext, line: Line, server: Server, office: Office) -> None:
    page = phone.new_page()
    open_desk(page, line)
    tap_through(page)
    page.locator("#q-comment").fill("Ghế ít")
    assert page.evaluate("localStorage.length") == 1
    page.close()
    page = phone.new_page()
    page.clock.install()
    page.clock.fast_forward(169 * 3600 * 1000)
    open_desk(page, line)
    assert page.evaluate("localStorage.length") == 0


def test_a_page_left_open_overnight_still_sends(
    phone: BrowserContext, line: Line, server: Server, office: Office
) -> None:
    page = phone.new_page()
    open_desk(page, line)
    server.clock.advance(hours=14)
    tap_through(page)
    assert len(answers_of(server, office)) == 1


# ---- two people


def test_two_people_on_one_kept_page_without_network_are_two_responses(
    phone: BrowserContext, line: Line, server: Server, office: Office
) -> None:
    page = phone.new_page()
    open_and_keep(page, line)
    line.fate = "dead"
    for level in ("5", "1"):
        open_desk(page, line)
        tap_through(page, level)
        expect(page.locator("#q-comment")).to_have_value("")
        page.locator("#q-comment").fill(f"mức {level}")
        send_form(page)
        expect(page.locator("h1")).to_have_text("Cảm ơn Ông/Bà!")
    network_returns(page, line)
    until_empty(page)
    found = {each.answers["overall"]: each.texts["comment"] for each in answers_of(server, office)}
    assert found == {5: "mức 5", 1: "mức 1"}


def test_the_kept_pages_hold_nothing_that_was_entered(
    phone: BrowserContext, line: Line, server: Server, office: Office
) -> None:
    page = phone.new_page()
    open_and_keep(page, line)
    open_desk(page, line)
    tap_through(page)
    key = re.search(r"/phieu/([\w-]+)", page.url)
    assert key
    fill(page, "điều bí mật")
    send_through(page)
    texts = page.evaluate(
        """async () => {
          const found = [];
          for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const each of await cache.keys()) found.push(each.url, await (await cache.match(each)).text());
          }
          return found;
        }"""
    )
    assert len(texts) > 6
    assert not [each for each in texts if "bí mật" in each or key[1] in each or "/staff" in each]


# ---- what else may be refused, and what the worker leaves alone


@pytest.mark.parametrize(
    "refusing",
    [
        "IDBObjectStore.prototype.put = function () { this.transaction.abort(); return {}; }",
        "IDBFactory.prototype.open = function () { return {}; }",  # never answers
        "Object.defineProperty(window, 'caches', {get() { throw new Error('refused') }})",
        "Object.defineProperty(Navigator.prototype, 'serviceWorker', {get() { throw new Error('refused') }})",
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('refused') }})",
        "delete window.fetch",
        "delete window.crypto",
    ],
)
def test_whatever_is_missing_the_form_is_sent(
    phone: BrowserContext, line: Line, server: Server, office: Office, refusing: str
) -> None:
    phone.add_init_script(refusing)
    mistakes: list[str] = []
    phone.on("weberror", lambda error: mistakes.append(str(error.error)))
    page = phone.new_page()
    open_desk(page, line)
    tap_through(page)
    fill(page)
    send_through(page)
    (response,) = answers_of(server, office)
    assert (response.answers, response.texts) == ({"overall": 4, "A1": 5}, {"comment": "Xin thêm ghế"})
    assert mistakes == []


def test_the_worker_has_nothing_to_do_with_the_workspace(phone: BrowserContext, line: Line, office: Office) -> None:
    open_and_keep(phone.new_page(), line)
    for path in ("/staff/sign-in", "/", "/rieng-tu"):
        page = phone.new_page()
        page.goto(line.url + path)
        assert page.evaluate("navigator.serviceWorker.controller") is None
        page.close()
    line.fate = "dead"
    with pytest.raises(Error, match="net::ERR"):
        phone.new_page().goto(f"{line.url}/staff/sign-in")


def test_a_kept_page_in_english_is_shown_in_english(phone: BrowserContext, line: Line, office: Office) -> None:
    page = phone.new_page()
    open_and_keep(page, line, "?lang=en")
    line.fate = "dead"
    open_desk(page, line, "?lang=en")
    tap_through(page)
    expect(page.locator("h1")).to_have_text("Noted on this device, to be sent when there is a network. Thank you!")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    open_desk(page, line, desk=DESK_FULL)
    expect(page.locator("h1")).to_have_text("No network")


def test_the_worker_keeps_only_so_many_pages(phone: BrowserContext, line: Line, server: Server, office: Office) -> None:
    codes = [f"{letter}7M2QX" for letter in "ABCDEFGHJM"]
    for code in codes:
        set_up_desk(server.installation, office, code)
    page = phone.new_page()
    open_and_keep(page, line)
    for code in codes:
        page.evaluate("code => navigator.serviceWorker.controller.postMessage({keep: [`/d/${code}`]})", code)
        until(page, f"async () => Boolean(await caches.match('/d/{code}/cam-on?k=poster&lang=vi'))")
    page.wait_for_timeout(500)
    names = page.evaluate("async () => (await (await caches.open('desks')).keys()).map(each => each.url)")
    assert sum("/d/" in each for each in names) == 24
    assert not [each for each in names if DESK in each]
    assert [each for each in names if codes[-1] in each]
