"""Every state of the citizen's pages in a real Chromium: looked at by axe, measured at every width, in both themes."""

import json
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response

from survey.config import ROOT
from tests.browser import vnu
from tests.browser.conftest import Server
from tests.browser.heard import heard
from tests.browser.measures import SPACING, faint_edges, faint_text, lost_text, restyle, small_targets, tour
from tests.browser.states import STATES, reached
from tests.browser.visit import PHONE, SMALL, WIDE, opened
from tests.citizen import DESK, set_up_both
from tests.pages import check_page

# Every rule of axe, those off by default and AAA contrast (7:1) among them.
EVERY_RULE = {"rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}}}
# Themes differ in colours only, and axe takes a second for all of a long page.
COLOUR_RULES = {"runOnly": ["color-contrast", "color-contrast-enhanced", "link-in-text-block"]}
RULES = {"light": EVERY_RULE, "dark": COLOUR_RULES}
EVERY_STATE = pytest.mark.parametrize("state", STATES)
LANGUAGES = pytest.mark.parametrize("language", ["vi", "en"])
ZOOMED = (320, 256)  # a screen of 1280 x 1024 at 400 %
IMAGES = {"image", "img", "graphics-document", "graphics-symbol", "SvgRoot", "figure"}
# What is seen for a moment only, as inactive: which answer was pressed, not the others.
INACTIVE = {"tap-sending"}


def resize(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})


def nothing(found: dict[str, list[str]]) -> None:
    """Nothing was found anywhere, or the test fails with all of it."""
    wrong = {where: what for where, what in found.items() if what}
    assert not wrong, json.dumps(wrong, ensure_ascii=False, indent=1)


def violations(page: Page, theme: str) -> list[str]:
    """What axe objects to."""
    found = Axe().run(page, options=RULES[theme]).response["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"][:3]]


@LANGUAGES
@EVERY_STATE
def test_axe_finds_nothing_and_all_can_be_seen(browser: Browser, site: Server, state: str, language: str) -> None:
    """Axe; contrast of 7:1 for text and 3:1 for edges, measured on what is drawn; a focus that is never hidden."""
    found: dict[str, list[str]] = {}
    with reached(browser, site.url, state, language) as page:
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            if state not in INACTIVE:
                found[theme] = violations(page, theme) + faint_text(page) + faint_edges(page)
        for size in (PHONE, ZOOMED):
            resize(page, size)
            stops, found[f"focus at {size[0]}"] = tour(page)
            assert stops >= 2
    nothing(found)


@LANGUAGES
@EVERY_STATE
def test_every_screen_zoom_and_spacing_loses_nothing(browser: Browser, site: Server, state: str, language: str) -> None:
    """320 to 1280 px, 400 % zoom, letters at 200 % as older people set them, the text spacing of WCAG 1.4.12."""
    found: dict[str, list[str]] = defaultdict(list)
    with reached(browser, site.url, state, language) as page:
        fonts = page.context.new_cdp_session(page)
        for size in (SMALL, PHONE, WIDE):
            resize(page, size)
            found[f"{size[0]}"] = lost_text(page) + small_targets(page)
            fonts.send("Page.setFontSizes", {"fontSizes": {"standard": 32}})
            assert float(page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")) >= 36
            found[f"{size[0]} with letters at 200 %"] = lost_text(page)
            fonts.send("Page.setFontSizes", {"fontSizes": {"standard": 16}})
        resize(page, ZOOMED)
        found["400 %"] = lost_text(page)
        restyle(page, SPACING)
        for size in (SMALL, WIDE):
            resize(page, size)
            found[f"{size[0]} with wide spacing"] = lost_text(page)
    nothing(found)


@LANGUAGES
def test_every_state_is_valid_html_and_makes_sense_to_the_ear(
    browser: Browser, site: Server, language: str, tmp_path: Path
) -> None:
    """As the server sends it, by a strict parser and by W3C's own checker; landmarks, titles, order of headings."""
    titles: dict[str, str] = {}
    sources: list[Path] = []
    for state in STATES:
        documents: list[Response] = []
        with reached(browser, site.url, state, language, documents) as page:
            html = documents[-1].text()
            check_page(html)
            sources.append(tmp_path / f"{state}.html")
            sources[-1].write_text(html, encoding="utf-8")
            tree = heard(page)
            for landmark in ("banner", "main", "contentinfo"):
                tree.one(landmark)
            assert {each.role for each in tree.walk()} & IMAGES == set(), f"{state}: a picture is heard"
            levels = [each.states["level"] for each in tree.all("heading")]
            assert levels[0] == 1, state
            assert all(later <= sooner + 1 for sooner, later in pairwise(levels)), state
            assert page.locator("html").get_attribute("lang") == language
            # No app's browser has a second window or a place for downloads.
            assert page.locator("[target], [download], a[href^='javascript:']").count() == 0, state
            titles[state] = tree.name
    assert all(titles.values())
    assert len({titles[each] for each in ("tap", "criteria", "thanks", "privacy", "accessibility", "home")}) == 6
    jar = vnu.find()
    if jar is None:
        pytest.skip("valid by html5lib; W3C's checker is not here: it needs Java and comes by npm")
    assert vnu.objections(jar, [*sources, ROOT / "static" / "citizen.css"]) == []


def test_the_measures_find_what_is_wrong(browser: Browser, site: Server) -> None:
    with reached(browser, site.url, "reasons") as page:
        for rules, measure in (
            (".hint { color: #6d7882 }", faint_text),
            (".main { opacity: .8 }", faint_text),
            (".scale > label { border-color: #aab4bc }", faint_edges),
            (".tick label { padding: .3rem 0 }", small_targets),
            (".ask > legend { white-space: nowrap }", lost_text),
            (".scale > label { max-height: 3rem; min-height: 0 }", lost_text),
            (".place { margin-bottom: -2.5rem }", lost_text),
            (":focus, .scale > input:focus + label { outline: 0 }", lambda page: tour(page)[1]),
            (".scale > input { width: 1.5rem }", small_targets),
        ):
            assert measure(page) == [], rules
            restyle(page, rules)
            assert measure(page) != [], rules
            restyle(page, "")


def test_the_checker_finds_what_is_wrong(tmp_path: Path) -> None:
    jar = vnu.find()
    if jar is None:
        pytest.skip("W3C's checker is not here: it needs Java and comes by npm")
    wrong = tmp_path / "wrong.html"
    wrong.write_text('<!doctype html><html lang="vi"><title>x</title><p><div></div></p>', encoding="utf-8")
    assert vnu.objections(jar, [wrong])


# ---- the first screen in five seconds


@LANGUAGES
def test_the_first_screen_says_it_all_without_scrolling(browser: Browser, site: Server, language: str) -> None:
    """One question, five buttons, who asks, that it is anonymous; on the smallest screens question and buttons."""
    with reached(browser, site.url, "tap", language) as page:

        def bottom(selector: str) -> float:
            return float(page.locator(selector).last.evaluate("e => e.getBoundingClientRect().bottom"))

        assert page.locator(".taps button").count() == 5
        assert bottom("footer p:first-child") <= PHONE[1]
        resize(page, SMALL)
        assert bottom(".taps button") <= SMALL[1]


def test_one_request_before_the_tap_and_nothing_from_outside(browser: Browser, server: Server) -> None:
    set_up_both(server.installation)
    asked: list[str] = []
    with opened(browser, script=False) as page:
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{server.url}/d/{DESK}")
        page.locator("button[value='4']").click()
        page.wait_for_url("**/phieu/**")
    assert all(url.startswith(server.url) for url in asked)
    assert asked[0] == f"{server.url}/d/{DESK}"
    assert not [url for url in asked if "/static/" in url]
