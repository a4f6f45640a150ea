"""A telephone with an outbox, as a test drives it: pages opened, tapped and sent over a line that may fail."""

from contextlib import suppress
from time import monotonic

from playwright.sync_api import Error, Page

from survey.domain.offices import Office
from survey.domain.response import Response
from tests.browser.conftest import Server
from tests.browser.line import Line
from tests.citizen import DESK, stored

WORKER_KEEPS = """async () => navigator.serviceWorker.controller &&
  (await (await caches.open('desks')).keys()).some(each => each.url.includes('/cam-on?'))"""


def answers_of(server: Server, office: Office) -> list[Response]:
    """What the server stored."""
    return stored(server.installation, office)


def open_desk(page: Page, line: Line, query: str = "", *, desk: str = DESK) -> None:
    """The first page."""
    page.goto(f"{line.url}/d/{desk}{query}")


def open_and_keep(page: Page, line: Line, query: str = "") -> None:
    """One visit with a network: the worker keeps the desk's pages, and has taken the page over."""
    open_desk(page, line, query)
    until(page, WORKER_KEEPS)


def until(page: Page, condition: str) -> None:
    """Wait for a promise of the page to become true."""
    ends = monotonic() + 15
    while not page.evaluate(condition):
        assert monotonic() < ends, condition
        page.wait_for_timeout(50)


def tap(page: Page, level: str = "4") -> None:
    """Press one of the five buttons, whatever comes of it."""
    page.locator(f".taps button[value='{level}']").click()


def tap_through(page: Page, level: str = "4") -> None:
    """Press one, and come to the criteria."""
    tap(page, level)
    page.wait_for_url("**/phieu/**")


def send_form(page: Page) -> None:
    """Press the button under the criteria, whatever comes of it."""
    page.locator(".send button").click()


def send_through(page: Page) -> None:
    """Press it, and come to the thanks."""
    send_form(page)
    page.wait_for_url("**/cam-on**")


def fill(page: Page, comment: str = "Xin thêm ghế") -> None:
    """Answer the first question, and write."""
    page.locator("label[for=q-A1-5]").click()
    page.locator("#q-comment").fill(comment)


def kept(page: Page) -> list[str]:
    """The ids of what the outbox holds."""
    found: list[str] = page.evaluate(
        """() => new Promise((resolve, reject) => {
          const asked = indexedDB.open('outbox', 1);
          asked.onerror = reject;
          asked.onsuccess = () => {
            const all = asked.result.transaction('answers').objectStore('answers').getAllKeys();
            all.onsuccess = () => { asked.result.close(); resolve(all.result); };
          };
        })"""
    )
    return found


def until_empty(page: Page) -> None:
    """Wait until it holds nothing."""
    ends = monotonic() + 15
    while monotonic() < ends:
        with suppress(Error):  # the page goes on by itself meanwhile
            if not kept(page):
                return
        page.wait_for_timeout(50)
    raise AssertionError(kept(page))


def network_returns(page: Page, line: Line) -> None:
    """And the browser says so."""
    line.fate = "whole"
    page.evaluate("dispatchEvent(new Event('online'))")
