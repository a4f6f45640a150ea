"""A shared tablet: back to the start by itself, no way to the person before, a day without network, a power cut."""

import json
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from survey.domain.offices import Office
from tests.browser.chromium import CHROMIUM_ARGUMENTS, system_chromium
from tests.browser.conftest import Server
from tests.browser.line import Line
from tests.browser.outbox import (
    answers_of,
    kept,
    network_returns,
    open_and_keep,
    open_desk,
    send_form,
    send_through,
    tap,
    tap_through,
    until_empty,
)
from tests.browser.visit import WIDE
from tests.citizen import DESK, DESK_FULL

KIOSK = "?k=kiosk"
MORNING = 12  # people, each with a tap and the criteria


@pytest.fixture
def tablet(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]}, reduced_motion="reduce")
    yield context
    context.close()


class Tablet:
    """A browser of its own that remembers in a folder, and whose power can be cut."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self._browser, self._folder = browser, folder
        self._process: subprocess.Popen[bytes] | None = None

    def switch_on(self) -> Page:
        """Start it; a new page of it."""
        told = self._folder / "DevToolsActivePort"
        told.unlink(missing_ok=True)
        options = ["--headless=new", "--remote-debugging-port=0", f"--user-data-dir={self._folder}"]
        command = [executable(self._browser), *options, *CHROMIUM_ARGUMENTS]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        ends = monotonic() + 30
        while not (told.exists() and "\n" in told.read_text()):
            assert monotonic() < ends
            sleep(0.05)
        address = f"http://127.0.0.1:{told.read_text().split()[0]}"
        return self._browser.browser_type.connect_over_cdp(address, timeout=90_000).contexts[0].new_page()

    def cut_power(self) -> None:
        """SIGKILL: nothing can be finished."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@pytest.fixture
def counter(browser: Browser, tmp_path: Path) -> Iterator[Tablet]:
    counter = Tablet(browser, tmp_path / "tablet")
    yield counter
    counter.cut_power()


def executable(browser: Browser) -> str:
    """Playwright's own Chromium, or the system's."""
    own = browser.browser_type.executable_path
    return own if Path(own).exists() else system_chromium()


def at_start(page: Page, line: Line) -> None:
    expect(page).to_have_url(f"{line.url}/d/{DESK}{KIOSK}")
    expect(page.locator(".taps button").first).to_be_visible()


def stop_the_clock(page: Page) -> None:
    """From now on time passes only as the test says, however slow the machine is."""
    page.clock.install(time=datetime(2026, 10, 31, 9))
    page.clock.pause_at(datetime(2026, 10, 31, 9, 0, 1))


def answer(page: Page, words: str) -> None:
    tap_through(page)
    expect(page.locator("#q-comment")).to_have_value("")
    page.locator("#q-comment").fill(words)
    send_form(page)
    expect(page.locator("h1")).to_have_text("Cảm ơn Ông/Bà!")


def test_a_day_without_network_and_a_power_cut_lose_nothing(
    counter: Tablet, line: Line, server: Server, office: Office
) -> None:
    page = counter.switch_on()
    open_and_keep(page, line, KIOSK)
    line.fate = "dead"
    for person in range(MORNING):
        answer(page, f"người thứ {person}")
        expect(page.locator("#outbox")).to_have_text(f"{person + 1} phiếu chưa gửi")
        page.get_by_role("link", name="Người tiếp theo").click()
        at_start(page, line)
    tap_through(page, "1")
    counter.cut_power()

    page = counter.switch_on()
    open_desk(page, line, KIOSK)
    at_start(page, line)
    expect(page.locator("#outbox")).to_have_text(f"{MORNING + 1} phiếu chưa gửi")
    answer(page, "sau khi mất điện")
    network_returns(page, line)
    until_empty(page)
    expect(page.locator("#outbox")).to_be_empty()
    cut_off, *whole = sorted(answers_of(server, office), key=lambda each: each.completed)
    assert cut_off.answers == {"overall": 1}
    said = sorted(each.texts["comment"] for each in whole)
    assert said == sorted([*(f"người thứ {person}" for person in range(MORNING)), "sau khi mất điện"])
    assert {each.channel for each in answers_of(server, office)} == {"kiosk"}


def test_after_half_a_minute_the_start_comes_back_with_a_countdown(
    tablet: BrowserContext, line: Line, office: Office
) -> None:
    page = tablet.new_page()
    stop_the_clock(page)
    open_desk(page, line, KIOSK)
    tap_through(page)
    countdown = page.locator(".idle")
    expect(countdown).to_be_hidden()
    page.clock.run_for(11_000)
    expect(countdown).to_be_visible()
    expect(countdown.get_by_role("status")).to_contain_text("Màn hình sắp trở về trang đầu.")
    expect(countdown.get_by_role("timer")).to_have_text("19")
    page.locator("h2").first.click()  # any touch extends it (WCAG 2.2.1), as often as one likes
    expect(countdown).to_be_hidden()
    page.clock.run_for(25_000)
    countdown.get_by_role("button", name="Tôi còn trả lời").click()
    expect(countdown).to_be_hidden()
    page.clock.run_for(29_000)
    expect(countdown.get_by_role("timer")).to_have_text("1")
    page.clock.run_for(1_500)
    at_start(page, line)


@pytest.mark.parametrize("path", [f"/d/{DESK}/cam-on", "/rieng-tu", f"/d/{DESK}"])
def test_every_page_of_a_tablet_leads_back_to_the_start_in_vietnamese(
    tablet: BrowserContext, line: Line, office: Office, path: str
) -> None:
    page = tablet.new_page()
    stop_the_clock(page)
    page.goto(f"{line.url}{path}{KIOSK}&lang=en&d={DESK}")
    page.clock.run_for(11_000)
    expect(page.locator(".idle")).to_contain_text("The screen is about to return to the start.")
    page.clock.run_for(20_000)
    at_start(page, line)


def test_there_is_no_way_back_to_the_person_before(tablet: BrowserContext, line: Line, office: Office) -> None:
    page = tablet.new_page()
    open_desk(page, line, KIOSK)
    entries = page.evaluate("history.length")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    tap_through(page)
    page.locator("#q-comment").fill("Bí mật")
    send_through(page)
    page.get_by_role("link", name="Next person").click()
    page.wait_for_url("**lang=en")
    assert page.evaluate("history.length") == entries
    assert page.evaluate("localStorage.length") == 0


def test_back_on_a_tablet_without_outbox_leads_to_the_start(browser: Browser, line: Line, office: Office) -> None:
    """Where storage is refused the plain form is sent, and the history has entries: none of them is shown."""
    context = browser.new_context(service_workers="block")
    context.add_init_script("Object.defineProperty(window, 'indexedDB', {get() { throw new Error('refused') }})")
    page = context.new_page()
    open_desk(page, line, KIOSK)
    tap_through(page)
    page.locator("#q-comment").fill("Bí mật")
    send_through(page)
    page.go_back(wait_until="commit")
    at_start(page, line)
    context.close()


def test_a_half_filled_form_is_gone_with_its_person(
    tablet: BrowserContext, line: Line, server: Server, office: Office
) -> None:
    page = tablet.new_page()
    open_desk(page, line, KIOSK)
    tap_through(page)
    address = page.url
    page.locator("#q-comment").fill("Bí mật")
    page.locator("label[for=q-A1-2]").click()
    page.goto(address)
    expect(page.locator("#q-comment")).to_have_value("")
    expect(page.locator("#q-A1-2")).not_to_be_checked()
    assert answers_of(server, office)[0].texts == {}


def test_what_was_given_back_and_left_alone_is_gone_with_its_person(
    tablet: BrowserContext, line: Line, server: Server, office: Office
) -> None:
    page = tablet.new_page()
    open_desk(page, line, KIOSK)
    tap_through(page)
    page.locator("#q-comment").fill("x" * 2001)
    send_form(page)
    page.locator("#summary").wait_for()
    page.wait_for_url(f"**/d/{DESK}{KIOSK}", timeout=45_000)  # half a minute of nobody
    at_start(page, line)
    expect(page.locator("#outbox")).to_be_empty()
    assert kept(page) == []
    assert answers_of(server, office)[0].texts == {}


def test_without_a_worker_and_without_network_each_person_still_has_a_response(
    browser: Browser, line: Line, server: Server, office: Office
) -> None:
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    open_desk(page, line, KIOSK)
    line.fate = "dead"
    for number, level in enumerate(("5", "1"), start=1):
        tap(page, level)
        expect(page.locator("#outbox")).to_contain_text(f"{number} phiếu chưa gửi")
        expect(page.locator("#outbox")).to_contain_text("Cảm ơn Ông/Bà!")
    network_returns(page, line)
    until_empty(page)
    context.close()
    assert sorted(each.answers["overall"] for each in answers_of(server, office)) == [1, 5]


def test_a_tablet_is_never_left_on_a_page_of_the_browser(tablet: BrowserContext, line: Line, office: Office) -> None:
    page = tablet.new_page()
    open_and_keep(page, line, KIOSK)
    tap_through(page)
    line.fate = "dead"
    page.get_by_role("link", name="Câu trả lời được giữ và dùng thế nào?").click()
    page.wait_for_timeout(300)
    expect(page.locator("#q-comment")).to_be_visible()
    page.get_by_role("button", name="English").click()
    at_start(page, line)
    page.goto(f"{line.url}/d/{DESK_FULL}{KIOSK}")  # a desk that was never opened here
    expect(page.locator("h1")).to_have_text("Máy chưa có mạng")
    network_returns(page, line)
    expect(page.locator(".taps")).to_be_visible()


def test_the_page_can_be_installed(tablet: BrowserContext, line: Line, office: Office) -> None:
    page = tablet.new_page()
    open_and_keep(page, line, KIOSK)
    devtools = tablet.new_cdp_session(page)
    found = devtools.send("Page.getAppManifest")
    assert found["errors"] == []
    manifest = json.loads(found["data"])
    assert manifest["start_url"] == f"/d/{DESK}{KIOSK}"
    assert manifest["display"] == "fullscreen"
    problems = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [each["errorId"] for each in problems if each["errorId"] != "in-incognito"] == []


def test_telephones_are_not_asked_to_install(tablet: BrowserContext, line: Line, office: Office) -> None:
    page = tablet.new_page()
    open_desk(page, line)
    expect(page.locator("link[rel=manifest]")).to_have_count(0)
