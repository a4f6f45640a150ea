"""The citizen's minute in a real Chromium: telephone and desk screen, with and without script, cookies, mouse."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from survey.domain.offices import Office
from survey.domain.response import Response
from tests.browser.conftest import Server
from tests.citizen import DESK, DESK_FULL, set_up_both, set_up_desk, set_up_office, stored

PHONE, SMALL, WIDE = (390, 780), (320, 568), (1280, 800)
COOKIE_TRAP = """
Object.defineProperty(Document.prototype, 'cookie', {get() { throw new Error('cookie') }, set() { throw new Error('cookie') }});
for (const name of ['localStorage', 'sessionStorage', 'indexedDB'])
  Object.defineProperty(window, name, {get() { throw new DOMException('refused', 'SecurityError') }});
"""


@pytest.fixture
def office(server: Server) -> Office:
    return set_up_both(server.installation)


@contextmanager
def opened(
    browser: Browser, size: tuple[int, int] = PHONE, *, script: bool = True, cookies: bool = True, dark: bool = False
) -> Iterator[Page]:
    """A page of a fresh browser; without cookies, any use of them or of storage fails loudly."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        java_script_enabled=script,
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    if not cookies:
        context.add_init_script(COOKIE_TRAP)
    complaints: list[str] = []
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page = context.new_page()
    yield page
    assert context.cookies() == []
    assert [each for each in complaints if "status of 4" not in each] == []  # a 422 page is no mistake of the page
    context.close()


def responses(server: Server, office: Office) -> list[Response]:
    return stored(server.installation, office)


def no_sideways_scrolling(page: Page) -> None:
    widths = page.locator("html").evaluate("e => [e.scrollWidth, e.clientWidth]")
    assert widths[0] <= widths[1]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("cookies", [True, False], ids=["cookies", "no-cookies"])
@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["320", "1280"])
def test_promise_11_the_whole_journey(
    browser: Browser, server: Server, office: Office, script: bool, cookies: bool, size: tuple[int, int]
) -> None:
    with opened(browser, size, script=script, cookies=cookies) as page:
        page.goto(f"{server.url}/d/{DESK_FULL.lower()}")
        expect(page).to_have_url(f"{server.url}/d/{DESK_FULL}")
        page.get_by_role("button", name="Không hài lòng", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Đã ghi nhận. Cảm ơn Ông/Bà!")
        assert len(responses(server, office)) == 1

        first = page.get_by_role("group", name="Ông/Bà có hài lòng về số chỗ ngồi ở nơi chờ không?")
        reason = first.get_by_role("textbox", name="Vì sao Ông/Bà chưa hài lòng?")
        expect(reason).to_be_hidden()
        first.get_by_text("Rất không hài lòng").click()
        reason.fill("Thiếu ghế cho người già")
        page.locator("label[for=q-D3-NA]").click()
        page.get_by_label("Ông/Bà muốn góp ý thêm điều gì cho cơ quan?").fill("Xin cảm ơn")
        page.get_by_text("Vài thông tin về Ông/Bà").click()
        page.get_by_label("Năm nay Ông/Bà bao nhiêu tuổi?").select_option(label="Trên 60 tuổi")
        page.get_by_role("button", name="Gửi", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Cảm ơn Ông/Bà!")
        expect(page.locator("main")).to_contain_text("Câu trả lời đã được lưu.")

    (response,) = responses(server, office)
    assert response.answers == {"overall": 2, "A1": 1, "D3": "NA"}
    assert response.texts == {"A1_why": "Thiếu ghế cho người già", "comment": "Xin cảm ơn"}
    assert response.respondent == {"age": "over-60"}
    assert response.completed


def test_the_journey_by_keyboard_alone(browser: Browser, server: Server, office: Office) -> None:
    def reach(page: Page, selector: str) -> None:
        for _ in range(80):
            if page.locator(selector).evaluate("e => e === document.activeElement"):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"not reached by Tab: {selector}")

    with opened(browser) as page:
        page.goto(f"{server.url}/d/{DESK}")
        reach(page, "button[value='2']")
        outline = page.locator("button[value='2']").evaluate("e => getComputedStyle(e).outlineWidth")
        assert outline == "3px"
        page.keyboard.press("Enter")
        page.wait_for_url("**/phieu/**")
        reach(page, "#q-A1-5")
        page.keyboard.press("ArrowDown")
        assert page.locator("#q-A1-4").is_checked()
        for _ in range(2):
            page.keyboard.press("ArrowDown")
        assert page.locator("#q-A1-2").is_checked()
        label = page.locator("label[for=q-A1-2]")
        assert label.evaluate("e => getComputedStyle(e).outlineWidth") == "3px"
        reach(page, "#q-A1_why-no-seats")
        page.keyboard.press("Space")
        reach(page, "#q-comment")
        page.keyboard.type("Ghế ít")
        reach(page, ".send button")
        page.keyboard.press("Enter")
        page.wait_for_url("**/cam-on")
    (response,) = responses(server, office)
    assert response.answers == {"overall": 2, "A1": 2, "A1_why": ("no-seats",)}
    assert response.texts == {"comment": "Ghế ít"}


def test_enter_sends_and_does_not_switch_the_language(browser: Browser, server: Server, office: Office) -> None:
    with opened(browser, script=False) as page:
        page.goto(f"{server.url}/d/{DESK}")
        page.locator("button[value='5']").click()
        page.locator("label[for=q-A1-4]").click()
        page.locator("#q-A1-4").press("Enter")
        page.wait_for_url("**/cam-on")
    assert responses(server, office)[0].answers == {"overall": 5, "A1": 4}


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_the_language_switch_keeps_what_was_entered(
    browser: Browser, server: Server, office: Office, script: bool
) -> None:
    with opened(browser, script=script) as page:
        page.goto(f"{server.url}/d/{DESK}")
        page.locator("button[value='4']").click()
        page.locator("label[for=q-A1-2]").click()
        page.get_by_label("Không đủ chỗ ngồi").check()
        page.locator("#q-comment").fill("Xin thêm ghế")
        page.get_by_role("button", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.get_by_label("Not enough seats")).to_be_checked()
        expect(page.locator("#q-comment")).to_have_value("Xin thêm ghế")
        page.locator(".send button").click()
        page.wait_for_url("**/cam-on?lang=en")
    assert responses(server, office)[0].answers == {"overall": 4, "A1": 2, "A1_why": ("no-seats",)}


def test_a_refused_form_leads_to_its_faults(browser: Browser, server: Server, office: Office) -> None:
    with opened(browser) as page:
        page.goto(f"{server.url}/d/{DESK}")
        page.locator("button[value='4']").click()
        page.locator("label[for=q-B1-5]").click()
        page.locator("#q-comment").fill("dài " * 600)
        page.locator(".send button").click()
        expect(page.get_by_role("alert")).to_be_focused()
        expect(page.locator("#q-B1-5")).to_be_checked()
        page.get_by_role("alert").get_by_role("link").click()
        expect(page.locator("#q-comment")).to_be_focused()
        page.locator("#q-comment").fill("vừa đủ")
        page.locator(".send button").click()
        page.wait_for_url("**/cam-on")
    assert responses(server, office)[0].texts == {"comment": "vừa đủ"}


# ---- keys: one person, one response


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_back_to_a_tap_just_sent_corrects_it(browser: Browser, server: Server, office: Office, script: bool) -> None:
    with opened(browser, script=script) as page:
        page.goto(f"{server.url}/d/{DESK}")
        page.locator("button[value='1']").click()
        page.wait_for_url("**/phieu/**")
        page.go_back()
        page.locator("button[value='5']").click()
        page.wait_for_url("**/phieu/**")
    assert [each.answers for each in responses(server, office)] == [{"overall": 5}]


def test_two_people_on_one_cached_page_are_two_responses(browser: Browser, server: Server, office: Office) -> None:
    """The same bytes shown twice, as a cache or a service worker would: the script gives each person a key."""
    with opened(browser) as page:
        page.goto(f"{server.url}/d/{DESK}")
        bytes_of_first = page.request.get(f"{server.url}/d/{DESK}").text()

        def cached(route: Route) -> None:
            if route.request.method == "GET":
                route.fulfill(body=bytes_of_first, content_type="text/html; charset=utf-8")
            else:
                route.continue_()

        page.route(f"**/d/{DESK}", cached)
        for level in ("5", "1"):
            page.goto(f"{server.url}/d/{DESK}")
            page.locator(f"button[value='{level}']").click()
            page.wait_for_url("**/phieu/**")
    assert sorted(str(each.answers) for each in responses(server, office)) == ["{'overall': 1}", "{'overall': 5}"]


def test_a_tap_repeated_after_a_lost_acknowledgement_is_one_response(
    browser: Browser, server: Server, office: Office
) -> None:
    with opened(browser) as page:
        page.goto(f"{server.url}/d/{DESK}")

        def lose_answer(route: Route) -> None:
            route.fetch(max_redirects=0)
            route.abort("connectionreset")

        page.route("**/*", lambda route: lose_answer(route) if route.request.method == "POST" else route.continue_())
        page.locator("button[value='2']").click()
        expect(page.locator("form.tap.sending")).to_have_count(0, timeout=10_000)
        assert len(responses(server, office)) == 1
        page.unroute_all()
        page.goto(f"{server.url}/d/{DESK}") if page.url.startswith("chrome-error") else None


def test_a_double_press_is_one_response(browser: Browser, server: Server, office: Office) -> None:
    with opened(browser) as page:
        page.goto(f"{server.url}/d/{DESK}")
        page.locator("button[value='3']").dblclick()
        page.wait_for_url("**/phieu/**")
    assert len(responses(server, office)) == 1


def test_the_next_person_at_a_tablet_is_another_response(browser: Browser, server: Server, office: Office) -> None:
    with opened(browser, WIDE) as page:
        page.goto(f"{server.url}/d/{DESK}?k=kiosk")
        for level in ("5", "2"):
            page.locator(f"button[value='{level}']").click()
            page.get_by_role("link", name="Người tiếp theo").click()
            page.wait_for_url("**?k=kiosk")
    assert len(responses(server, office)) == 2


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
    return lambda page, server: void(page.goto(server.url + path))


def void(_: object) -> None:
    """Nothing."""


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
SMALL_TARGETS = """() => [...document.querySelectorAll('button:not(.default), a, select, textarea, summary, .scale>label, .tick label, .code')]
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
        clipped = page.evaluate(
            "() => [...document.querySelectorAll('label, button')].filter(e => e.scrollWidth > e.clientWidth + 1).length"
        )
        assert clipped == 0


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
    assert [url for url in asked if not url.endswith((".js", ".ico"))][0] == f"{server.url}/d/{DESK}"
    assert not [url for url in asked if "/static/" in url]


def contexts(browser: Browser) -> list[BrowserContext]:
    """The open contexts."""
    return browser.contexts
