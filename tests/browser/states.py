"""Every state a citizen may see a page in, with the way there; tests and `make screenshots` walk through all of them.

A new state is one line in ``STATES``. Ways use selectors, never words, so that each works in every language.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

from flask import Flask, abort
from playwright.sync_api import Browser, Page, Response, expect

from survey.domain.offices import Office
from survey.installation import Installation
from survey.web.access import public
from tests.browser.visit import PHONE
from tests.citizen import DESK, DESK_FULL, set_up_both, set_up_desk, set_up_office
from tests.slips import issue, use
from tests.sounds import mp3, record

DEMONSTRATION, RETIRED, NOT_YET = "DEM2DEM", "RET2RE", "NEW2NEW"
SLIP, USED_SLIP, NO_SLIP = "K7M2QX4R9TBV", "H4RT5NW8PD3C", "W8PD3CK7M2QR"
HOTLINE = "0218 3851 234"
TOO_LONG = "Ghế ngồi chờ ít quá. " * 110


@dataclass(frozen=True)
class Visit:
    """A page of a browser on its way to a state, in one language."""

    page: Page
    url: str
    language: str = "vi"

    def open(self, path: str, **query: str) -> None:
        """Go to an address of the site, in the visit's language."""
        asked = {**query, **({} if self.language == "vi" else {"lang": self.language})}
        answer = self.page.goto(self.url + path + (f"?{urlencode(asked)}" if asked else ""))
        assert answer
        assert answer.status < 500 or path.startswith("/error/"), f"{path}: {answer.status}"

    def tap(self, desk: str = DESK, **query: str) -> None:
        """Open a desk's page and tap; ends on the criteria page."""
        self.open(f"/d/{desk}", **query)
        self.page.locator("button[value='4']").click()
        self.page.wait_for_url("**/phieu/**")

    def cut_the_line(self) -> None:
        """Pages still come, but nothing that is sent arrives."""
        self.page.route("**/*?gui*", lambda route: route.abort("internetdisconnected"))

    def choose(self, *ids: str) -> None:
        """Press the labels of these radio buttons."""
        for each in ids:
            self.page.locator(f"label[for={each}]").click()


Way = Callable[[Visit], None]


def at(path: str, **query: str) -> Way:
    """The way to a state that is an address."""
    return lambda visit: visit.open(path, **query)


def _tap_refused(visit: Visit) -> None:
    visit.open(f"/d/{DESK}")
    visit.page.locator("button[value='4']").evaluate("e => e.value = '9'")
    visit.page.locator("button[value='9']").click()
    visit.page.locator(".fault").wait_for()


def _filled(visit: Visit) -> None:
    visit.tap(DESK_FULL)
    visit.choose("q-A1-2", "q-A2-NA", "q-A3-5", "q-A4-4", "q-B1-3", "q-B2-1")
    visit.page.locator("#q-A1_why").fill("Thiếu ghế cho người già, quạt hỏng.")
    visit.page.locator("summary").click()
    visit.page.locator("#q-comment").fill("Cán bộ trả lời điện thoại rất nhiệt tình.")


def _reasons(visit: Visit) -> None:
    visit.tap()
    visit.choose("q-A1-1", "q-B1-2")
    visit.page.locator("#q-A1_why-no-seats").check()


def _refused(visit: Visit) -> None:
    visit.tap()
    visit.page.locator("#q-A1-4").evaluate("e => e.value = '9'")
    visit.choose("q-A1-4", "q-B1-5")
    visit.page.locator("#q-comment").fill(TOO_LONG)
    visit.page.locator(".send button").click()
    visit.page.locator("#summary").wait_for()


def _refused_with_the_tap(visit: Visit) -> None:
    """A form that lost its tap on the way comes back with the overall question among the others."""
    visit.tap(DESK_FULL)
    visit.page.locator("form").evaluate(
        "f => { const i = document.createElement('input'); i.type = 'hidden'; i.name = 'overall'; i.value = '2';"
        " f.appendChild(i) }"
    )
    visit.page.locator("#q-comment").fill(TOO_LONG)
    visit.page.locator(".send button").click()
    visit.page.locator("#summary").wait_for()


# ---- with a script: answers that wait on the phone, a tablet that waits for the next person


def _tap_unsent(visit: Visit, **query: str) -> None:
    visit.open(f"/d/{DESK}", **query)
    visit.cut_the_line()
    visit.page.locator("button[value='4']").click()
    visit.page.locator("#outbox p").last.wait_for()


def _noted(visit: Visit) -> None:
    """The criteria page while its tap has not been sent."""
    _tap_unsent(visit)
    key = visit.page.locator("input[name=key]").input_value()
    visit.open(f"/d/{DESK}/phieu/{key}")
    expect(visit.page.locator("h1.done")).to_have_text(visit.page.locator("#outbox").get_attribute("data-noted") or "")


def _form_unsent(visit: Visit, **query: str) -> None:
    visit.tap(**query)
    visit.cut_the_line()
    visit.choose("q-A1-4")
    visit.page.locator(".send button").click()
    visit.page.locator("#outbox:not(:empty)").wait_for()
    visit.page.locator("h1:not(.done)").wait_for()


def _outbox_waiting(visit: Visit) -> None:
    _tap_unsent(visit)
    visit.open(f"/d/{DESK}/cam-on")
    visit.page.locator("#outbox button").last.wait_for()


def _outbox_refused(visit: Visit) -> None:
    _tap_refused(visit)
    visit.open(f"/d/{DESK}/cam-on")
    visit.page.locator("#outbox summary").click()


# A tablet's seconds pass in a moment, and stop before its patience ends. A clock of Playwright's would stop axe, too.
_IDLE_SECONDS = """const every = setInterval;
window.seconds = 0;
window.setInterval = (work, pause) =>
  pause === 1000 ? every(() => { if (seconds++ < 23) work() }, 5) : every(work, pause)"""


def _kiosk_idle(visit: Visit) -> None:
    visit.page.add_init_script(_IDLE_SECONDS)
    visit.tap(k="kiosk")
    expect(visit.page.locator(".idle b")).to_have_text("7")


def _sending(visit: Visit) -> None:
    visit.open(f"/d/{DESK}")
    visit.page.evaluate("() => { window.fetch = () => new Promise(() => {}) }")
    visit.page.locator("button[value='4']").click(no_wait_after=True)
    visit.page.locator(".sending").wait_for()


STATES: Mapping[str, Way] = {
    "tap": at(f"/d/{DESK}"),
    "tap-kiosk": at(f"/d/{DESK}", k="kiosk"),
    "tap-demonstration": at(f"/d/{DEMONSTRATION}"),
    "tap-slip": at(f"/s/{SLIP}"),
    "tap-slip-used": at(f"/s/{USED_SLIP}"),
    "tap-voice": at(f"/d/{DESK_FULL}"),
    "tap-refused": _tap_refused,
    "tap-sending": _sending,
    "tap-unsent": _tap_unsent,
    "tap-kiosk-unsent": lambda visit: _tap_unsent(visit, k="kiosk"),
    "criteria": lambda visit: visit.tap(),
    "criteria-full": lambda visit: visit.tap(DESK_FULL),
    "criteria-filled": _filled,
    "criteria-kiosk": lambda visit: visit.tap(k="kiosk"),
    "criteria-kiosk-idle": _kiosk_idle,
    "criteria-noted": _noted,
    "reasons": _reasons,
    "refused": _refused,
    "refused-with-the-tap": _refused_with_the_tap,
    "thanks": at(f"/d/{DESK}/cam-on"),
    "thanks-kiosk": at(f"/d/{DESK}/cam-on", k="kiosk"),
    "thanks-slip-used": at(f"/d/{DESK}/cam-on", k="slip", mo="1"),
    "thanks-not-counted": at(f"/d/{DESK}/cam-on", rieng="1"),
    "thanks-unsent": _form_unsent,
    "thanks-kiosk-unsent": lambda visit: _form_unsent(visit, k="kiosk"),
    "outbox-waiting": _outbox_waiting,
    "outbox-refused": _outbox_refused,
    "no-network": at("/ngoai-mang"),
    "privacy": at("/rieng-tu", d=DESK),
    "method": at("/phuong-phap", d=DESK),
    "accessibility": at("/tiep-can", d=DESK),
    "home": at("/"),
    "home-wrong": at("/", code="0O1"),
    "home-unknown": at("/", code="222222"),
    "unknown": at("/d/222222"),
    "slip-unknown": at(f"/s/{NO_SLIP}"),
    "slip-mistyped": at(f"/s/{SLIP[:-1]}2"),
    "retired": at(f"/d/{RETIRED}"),
    "not-open": at(f"/d/{NOT_YET}"),
    "error-404": at("/nowhere"),
    "error-413": at("/error/413"),
    "error-500": at("/error/500"),
    "error-503": at("/error/503"),
}


def set_up_states(installation: Installation) -> Office:
    """The offices and desks the states need; the office of the usual desks."""
    office = set_up_both(installation)
    sample = set_up_office(installation, "00777", "UBND xã Mẫu", demonstration=True)
    set_up_desk(installation, sample, DEMONSTRATION)
    use(installation, issue(installation, codes=[SLIP, USED_SLIP])[1])
    set_up_desk(installation, office, RETIRED, valid_to=date(2026, 1, 1))
    set_up_desk(installation, office, NOT_YET, valid_from=date(2026, 11, 2))
    return office


def record_voices(folder: Path) -> None:
    """Recordings of the long form's questions in an instance's folder: written languages, and one that only speaks."""
    for language in ("vi", "en", "hmn"):
        for question in ("overall", "A1", "A2", "B1"):
            record(folder / "audio", f"sipas-2017.v1/{language}/{question}.mp3", mp3(0.3))


@contextmanager
def reached(
    browser: Browser, url: str, state: str, language: str = "vi", documents: list[Response] | None = None
) -> Iterator[Page]:
    """A page of a fresh browser in that state; a mistake of the script fails the test.

    ``documents`` gets what the server sent on the way. Without a service worker, whose pages come when they come.
    """
    context = browser.new_context(
        viewport={"width": PHONE[0], "height": PHONE[1]}, reduced_motion="reduce", service_workers="block"
    )
    mistakes: list[str] = []
    received = [] if documents is None else documents
    context.on("weberror", lambda error: mistakes.append(str(error.error)))
    context.on("response", lambda said: received.append(said) if said.request.is_navigation_request() else None)
    page = context.new_page()
    STATES[state](Visit(page, url, language))
    yield page
    assert mistakes == []
    context.close()


def add_errors(app: Flask) -> None:
    """An address that fails as asked: error pages cannot be had otherwise from a program that does not fail."""

    @public
    def fail(code: int) -> str:
        abort(code)

    app.add_url_rule("/error/<int:code>", "fail", cast(Callable[..., str], fail))
