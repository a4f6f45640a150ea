"""Every state of the citizen's pages in a real Chromium: looked at by axe, at every width, in both themes."""

import json
import re
from collections.abc import Callable
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from survey.domain.offices import Office
from tests.browser.conftest import Server
from tests.browser.visit import PHONE, SMALL, WIDE, no_sideways_scrolling, opened
from tests.citizen import DESK, DESK_FULL, set_up_both, set_up_desk, set_up_office


@pytest.fixture
def office(server: Server) -> Office:
    return set_up_both(server.installation)


# ---- every state, looked at by axe and at every width


State = Callable[[Page, Server], None]


def _tapped(page: Page, server: Server, desk: str = DESK) -> None:
    page.goto(f"{server.url}/d/{desk}")
    page.locator("button[value='4']").click()
    page.wait_for_url("**/phieu/**")


def _criteria(page: Page, server: Server) -> None:
    _tapped(page, server, DESK_FULL)
    page.locator("label[for=q-A1-2]").click()
    page.locator("label[for=q-A2-NA]").click()
    page.locator("summary").click()


def _reasons(page: Page, server: Server) -> None:
    _tapped(page, server)
    page.locator("label[for=q-A1-1]").click()


def _in_english(page: Page, server: Server) -> None:
    _reasons(page, server)
    page.get_by_role("button", name="English").click()
    page.wait_for_load_state()


def _refused(page: Page, server: Server) -> None:
    _tapped(page, server)
    page.locator("#q-A1-4").evaluate("e => e.value = '9'")
    page.locator("label[for=q-A1-4]").click()
    page.locator("#q-comment").fill("x" * 2001)
    page.locator(".send button").click()
    page.locator("#summary").wait_for()


def _tap_refused(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/d/{DESK}")
    page.locator("button[value='4']").evaluate("e => e.value = '9'")
    page.locator("button[value='9']").click()
    page.locator(".fault").wait_for()


def _at(path: str) -> State:
    def reach(page: Page, server: Server) -> None:
        page.goto(server.url + path)

    return reach


STATES: dict[str, State] = {
    "tap": _at(f"/d/{DESK}"),
    "tap-english": _at(f"/d/{DESK}?lang=en"),
    "tap-kiosk": _at(f"/d/{DESK}?k=kiosk"),
    "tap-demonstration": _at("/d/DEM2DEM"),
    "tap-refused": _tap_refused,
    "criteria": _criteria,
    "reasons": _reasons,
    "english": _in_english,
    "refused": _refused,
    "thanks": _at(f"/d/{DESK}/cam-on"),
    "thanks-kiosk": _at(f"/d/{DESK}/cam-on?k=kiosk"),
    "home": _at("/"),
    "home-wrong": _at("/?code=0O1"),
    "unknown": _at("/d/222222"),
    "retired": _at("/d/RET2RE"),
    "not-open": _at("/d/NEW2NEW"),
    "notice": _at(f"/rieng-tu?d={DESK}"),
    "missing": _at("/nowhere"),
}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_state_is_accessible_and_fits_every_screen(
    browser: Browser, server: Server, office: Office, dark: bool
) -> None:
    sample = set_up_office(server.installation, "00777", "UBND xã Mẫu", demonstration=True)
    set_up_desk(server.installation, sample, "DEM2DEM")
    set_up_desk(server.installation, office, "RET2RE", valid_to=date(2026, 1, 1))
    set_up_desk(server.installation, office, "NEW2NEW", valid_from=date(2026, 11, 2))
    axe = Axe()
    found: dict[str, object] = {}
    with opened(browser, dark=dark) as page:
        for name, reach in STATES.items():
            reach(page, server)
            for size in (SMALL, PHONE, WIDE):
                page.set_viewport_size({"width": size[0], "height": size[1]})
                no_sideways_scrolling(page)
                too_small = page.evaluate(SMALL_TARGETS)
                assert too_small == [], f"{name} at {size}: targets under 48 px"
            page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
            results = axe.run(page, options=AXE_OPTIONS).response
            problems = [(each["id"], each["nodes"][0]["html"][:200]) for each in results["violations"]]
            if problems:
                found[name] = problems
    assert found == {}, json.dumps(found, ensure_ascii=False, indent=1)


# Every rule of axe, those off by default and AAA contrast (7:1) among them.
AXE_OPTIONS = {"rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}}}

# What a finger meets must be 48 px high; hidden radio buttons are pressed by their labels.
SMALL_TARGETS = """() => [...document.querySelectorAll(
    'button:not(.default), a, select, textarea, summary, .scale>label, .tick label, .code')]
  .filter(e => e.offsetParent && e.getBoundingClientRect().height < 47.5)
  .map(e => e.outerHTML.slice(0, 80) + ' ' + e.getBoundingClientRect().height)"""


def test_four_hundred_per_cent_zoom_needs_no_sideways_scrolling(
    browser: Browser, server: Server, office: Office
) -> None:
    with opened(browser, (320, 256)) as page:
        for desk in (DESK, DESK_FULL):
            _tapped(page, server, desk)
            no_sideways_scrolling(page)


def test_larger_letters_need_no_sideways_scrolling(browser: Browser, server: Server, office: Office) -> None:
    """Letters at 200 %, as older people set their telephones."""
    with opened(browser) as page:
        page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": 32}})
        _criteria(page, server)
        assert page.evaluate("getComputedStyle(document.body).fontSize") == "36px"
        no_sideways_scrolling(page)
        labels = page.locator("label, button:not(.default)")
        assert labels.evaluate_all("all => all.filter(e => e.scrollWidth > e.clientWidth + 1).length") == 0


def test_each_question_is_one_group_with_its_question_as_name(browser: Browser, server: Server, office: Office) -> None:
    with opened(browser) as page:
        page.goto(f"{server.url}/d/{DESK}")
        tree = page.locator("main").aria_snapshot()
        assert tree.count("Nhìn chung, Ông/Bà có hài lòng với lần làm thủ tục này không?") <= 2
        assert re.search(r'group "Nhìn chung, Ông/Bà có hài lòng', tree)
        page.locator("button[value='4']").click()
        page.wait_for_url("**/phieu/**")
        questions = server.installation.catalogue.get("sipas-desk").criteria
        for question in questions:
            group = page.get_by_role("group", name=question.text["vi"])
            expect(group).to_have_count(1)
            expect(group.get_by_role("radio")).to_have_count(6)
            expect(group.get_by_role("radio", name="Bình thường")).to_have_count(1)


def test_one_request_before_the_tap_and_nothing_from_outside(browser: Browser, server: Server, office: Office) -> None:
    asked: list[str] = []
    with opened(browser, script=False) as page:
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{server.url}/d/{DESK}")
        page.locator("button[value='4']").click()
        page.wait_for_url("**/phieu/**")
    assert all(url.startswith(server.url) for url in asked)
    assert asked[0] == f"{server.url}/d/{DESK}"
    assert not [url for url in asked if "/static/" in url]
