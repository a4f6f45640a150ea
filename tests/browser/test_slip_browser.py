"""A slip in a real Chromium: scanned, typed, without script, without a network."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from survey.domain.offices import Office
from survey.domain.slips import grouped
from tests.browser.conftest import Server
from tests.browser.line import Line
from tests.browser.outbox import (
    answers_of,
    fill,
    kept,
    network_returns,
    send_through,
    tap,
    tap_through,
    until,
    until_empty,
)
from tests.browser.visit import PHONE, SMALL, no_sideways_scrolling, opened
from tests.citizen import DESK
from tests.slips import issue, used

NOT_SENT = "Chưa gửi được."
EVERYTHING_KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) found.push(request.url, await (await cache.match(request)).text());
  }
  return found.join('\\n') + JSON.stringify(localStorage);
}"""


@pytest.fixture
def code(server: Server, office: Office) -> str:
    return issue(server.installation)[0]


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, reduced_motion="reduce")
    yield context
    context.close()


@pytest.mark.parametrize("script", [True, False])
def test_a_scanned_slip_is_one_verified_response(
    browser: Browser, server: Server, office: Office, code: str, script: bool
) -> None:
    with opened(browser, SMALL, script=script, cookies=script) as page:
        page.goto(f"{server.url}/s/{code}")
        no_sideways_scrolling(page)
        tap_through(page, "5")
        expect(page.locator("h1")).to_have_text("Đã ghi nhận. Cảm ơn Ông/Bà!")
        fill(page)
        send_through(page)
        assert code not in page.url
    (only,) = answers_of(server, office)
    assert (only.verified, only.channel, only.completed) == (True, "slip", True)


@pytest.mark.parametrize("script", [True, False])
def test_a_typed_code_is_mended_and_leads_there(browser: Browser, server: Server, code: str, script: bool) -> None:
    wrong = ("3" if code[0] == "2" else "2") + code[1:]
    with opened(browser, SMALL, script=script, cookies=script) as page:
        page.goto(server.url)
        page.get_by_label("Mã quầy hoặc mã phiếu hẹn").fill(grouped(wrong).lower())
        page.get_by_role("button", name="Mở phiếu khảo sát").click()
        expect(page.locator("#code-fault")).to_contain_text("có chỗ chưa đúng")
        expect(page.locator("#code")).to_have_value(grouped(wrong).lower())
        page.locator("#code").fill(grouped(code).lower())
        page.get_by_role("button", name="Mở phiếu khảo sát").click()
        expect(page).to_have_url(f"{server.url}/s/{code}")
        page.goto(f"{server.url}/s/{wrong}")
        no_sideways_scrolling(page)
        page.locator("#code").fill(DESK)
        page.get_by_role("button", name="Mở phiếu khảo sát").click()
        expect(page).to_have_url(f"{server.url}/d/{DESK}")


def test_a_used_slip_is_told_before_and_after(browser: Browser, server: Server, office: Office, code: str) -> None:
    for number in range(2):
        with opened(browser, SMALL) as page:
            page.goto(f"{server.url}/s/{code}")
            told = page.get_by_text("Mã phiếu hẹn này đã được dùng một lần.")
            expect(told).to_have_count(number)
            tap_through(page)
            expect(page.get_by_text("Phiếu của Ông/Bà đã được lưu như phiếu thường.")).to_have_count(number)
            no_sideways_scrolling(page)
    assert sorted(each.verified for each in answers_of(server, office)) == [False, True]


def test_back_and_another_button_correct_the_verified_answer(
    browser: Browser, server: Server, office: Office, code: str
) -> None:
    with opened(browser) as page:
        page.goto(f"{server.url}/s/{code}")
        tap_through(page, "1")
        page.go_back()
        expect(page).to_have_url(f"{server.url}/s/{code}")
        tap_through(page, "4")
    (only,) = answers_of(server, office)
    assert (only.verified, only.answers["overall"]) == (True, 4)


@pytest.mark.parametrize("fate", ["dead", "half", "deaf"])
def test_without_a_network_the_outbox_keeps_the_slip_and_it_verifies_later(  # noqa: PLR0917 - fixtures
    phone: BrowserContext, line: Line, server: Server, office: Office, code: str, fate: str
) -> None:
    page = phone.new_page()
    page.goto(f"{line.url}/s/{code}")
    line.fate = fate
    tap(page, "2")
    expect(page.locator("#outbox")).to_contain_text(NOT_SENT)
    assert len(kept(page)) == 1
    network_returns(page, line)
    page.wait_for_url("**/phieu/**")
    until_empty(page)
    (only,) = answers_of(server, office)
    assert (only.verified, only.channel) == (True, "slip")
    assert used(server.installation.database) == 1


def test_an_outbox_opened_another_day_still_sends_the_slip(
    phone: BrowserContext, line: Line, server: Server, office: Office, code: str
) -> None:
    page = phone.new_page()
    page.goto(f"{line.url}/s/{code}")
    line.fate = "dead"
    tap(page)
    expect(page.locator("#outbox")).to_contain_text(NOT_SENT)
    page.close()
    line.fate = "whole"
    server.clock.advance(days=1)
    later = phone.new_page()
    later.goto(f"{line.url}/d/{DESK}")
    until_empty(later)
    (only,) = answers_of(server, office)
    assert only.verified


def test_the_phone_keeps_no_page_with_a_slips_code(phone: BrowserContext, line: Line, code: str) -> None:
    page = phone.new_page()
    page.goto(f"{line.url}/s/{code}")
    assert page.evaluate(EVERYTHING_KEPT) == "{}"
    tap_through(page)  # from here on the worker looks at the pages
    until(page, "async () => (await (await caches.open('desks')).keys()).some(each => each.url.includes('/cam-on?'))")
    assert code not in page.evaluate(EVERYTHING_KEPT)
    assert DESK in page.evaluate(EVERYTHING_KEPT)
    assert kept(page) == []
