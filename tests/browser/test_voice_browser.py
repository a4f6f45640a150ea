"""Listening in a real Chromium: nothing is loaded before the press, and what is pressed is heard."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from survey.domain.offices import Office
from survey.store.offices import fetch_tree
from tests.browser.conftest import Server, serving
from tests.browser.visit import SMALL, no_sideways_scrolling, opened
from tests.citizen import DESK, set_up_both, stored
from tests.conftest import Clock
from tests.sounds import mp3, ogg, record


@pytest.fixture
def site(sqlite_url: str, tmp_path: Path, clock: Clock) -> Iterator[Server]:
    """An office whose short form was recorded: two questions in Vietnamese, one in Hmong."""
    audio = tmp_path / "instance" / "audio"
    for name, sound in (
        ("vi/overall.ogg", ogg(30)),
        ("vi/overall.mp3", mp3(30)),
        ("vi/A1.mp3", mp3(30)),
        ("vi/B1.mp3", mp3(0.3)),
        ("hmn/overall.mp3", mp3(0.3)),
    ):
        record(audio, f"sipas-desk.v1/{name}", sound)
    with serving(sqlite_url, tmp_path / "instance", clock) as served:
        set_up_both(served.installation)
        yield served


@contextmanager
def sounds_fetched(page: Page) -> Iterator[list[str]]:
    """The addresses of recordings that are asked for inside."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/nghe/" in request.url else None)
    yield asked


def button(page: Page, short: str) -> Locator:
    return page.get_by_role("button", name=f"Nghe câu hỏi: {short}")


def test_nothing_is_loaded_before_the_press_and_then_it_plays_to_its_end(browser: Browser, site: Server) -> None:
    with opened(browser) as page, sounds_fetched(page) as asked:
        page.goto(f"{site.url}/d/{DESK}")
        page.wait_for_load_state("networkidle")
        assert asked == []
        page.locator(".taps button").nth(1).click()
        page.wait_for_load_state("networkidle")
        assert asked == []
        listen = button(page, "Giấy tờ, phí và thời gian giải quyết")
        expect(listen).to_have_attribute("aria-pressed", "false")
        page.evaluate(
            """() => document.addEventListener('input', e => { if (e.target === document) window.heard = true; })"""
        )
        listen.click()
        expect(listen).to_have_attribute("aria-pressed", "true")
        expect(listen).to_have_attribute("aria-pressed", "false")  # 0.3 s later, by itself
        assert {each.split("?")[0] for each in asked} == {f"{site.url}/nghe/sipas-desk.v1/vi/B1.mp3"}
        assert page.evaluate("window.heard") is True  # time went by in the sound
        expect(listen.locator("span")).to_have_text("Nghe câu hỏi")


def test_one_sound_at_a_time_and_a_second_press_stops_it(browser: Browser, site: Server) -> None:
    with opened(browser) as page, sounds_fetched(page) as asked:
        page.goto(f"{site.url}/d/{DESK}")
        page.locator(".taps button").nth(1).click()
        page.wait_for_url("**/phieu/**")
        first, second = button(page, "Nơi chờ và trang thiết bị"), button(page, "Giấy tờ, phí và thời gian giải quyết")
        first.click()
        expect(first).to_have_attribute("aria-pressed", "true")
        second.click()
        expect(first).to_have_attribute("aria-pressed", "false")
        first.focus()
        page.keyboard.press("Enter")
        expect(first).to_have_attribute("aria-pressed", "true")
        page.keyboard.press("Space")
        expect(first).to_have_attribute("aria-pressed", "false")
        assert "phieu" in page.url  # listening sent nothing
        assert len(asked) >= 2
    (response,) = stored(site.installation, *site_offices(site))
    assert response.answers == {"overall": 4}


def site_offices(site: Server) -> list[Office]:
    with site.installation.database.reading() as connection:
        return list(fetch_tree(connection))


def test_the_smaller_kind_that_the_browser_can_play_is_taken(browser: Browser, site: Server) -> None:
    with opened(browser) as page, sounds_fetched(page) as asked:
        page.goto(f"{site.url}/d/{DESK}")
        with page.expect_request("**/nghe/**"):
            button(page, "Hài lòng chung").click()
        expect(button(page, "Hài lòng chung")).to_have_attribute("aria-pressed", "true")
        assert {each.split("?")[0].rpartition(".")[2] for each in asked} == {"ogg"}
    with opened(browser) as page, sounds_fetched(page) as asked:
        page.add_init_script(
            "HTMLMediaElement.prototype.canPlayType = kind => kind.indexOf('ogg') < 0 ? 'probably' : ''"  # Safari
        )
        page.goto(f"{site.url}/d/{DESK}")
        with page.expect_request("**/nghe/**"):
            button(page, "Hài lòng chung").click()
        expect(button(page, "Hài lòng chung")).to_have_attribute("aria-pressed", "true")
        assert {each.split("?")[0].rpartition(".")[2] for each in asked} == {"mp3"}
    with opened(browser) as page:
        page.add_init_script("HTMLMediaElement.prototype.canPlayType = () => ''")
        page.goto(f"{site.url}/d/{DESK}")
        expect(page.locator(".taps button")).to_have_count(5)
        expect(page.locator(".hear")).to_be_hidden()


def test_a_recording_that_does_not_come_says_so_and_may_be_tried_again(browser: Browser, site: Server) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site.url}/d/{DESK}")
    page.route("**/nghe/**", lambda route: route.abort())
    listen = button(page, "Hài lòng chung")
    listen.click()
    expect(listen.locator("span")).to_have_text("Chưa nghe được. Xin bấm lại.")
    expect(listen).to_have_attribute("aria-pressed", "false")
    page.unroute("**/nghe/**")
    listen.click()
    expect(listen).to_have_attribute("aria-pressed", "true")
    expect(listen.locator("span")).to_have_text("Nghe câu hỏi")
    context.close()


def test_without_a_script_the_browsers_own_player_serves(browser: Browser, site: Server) -> None:
    with opened(browser, script=False) as page, sounds_fetched(page) as asked:
        page.goto(f"{site.url}/d/{DESK}")
        expect(page.locator("audio")).to_be_visible()
        expect(page.locator(".hear")).to_be_hidden()
        assert asked == []


@pytest.mark.parametrize("script", [True, False])
def test_the_button_is_large_and_the_voices_fit_a_small_screen(browser: Browser, site: Server, script: bool) -> None:
    with opened(browser, SMALL, script=script, cookies=False) as page:
        page.goto(f"{site.url}/d/{DESK}")
        page.get_by_role("link", name="Tiếng Mông").click()
        no_sideways_scrolling(page)
        for each in page.locator(".hear:visible, .voices a").all():
            box = each.bounding_box()
            assert box
            assert min(box["width"], box["height"]) >= 48
        page.locator(".taps button").first.click()
        page.wait_for_url("**/phieu/**")
        assert "lang=hmn" in page.url
        expect(page.locator(".voices b")).to_have_text("Tiếng Mông")
        page.get_by_role("button", name="Tiếng Việt").last.click()
        page.wait_for_load_state()
        expect(page.locator(".voices b")).to_have_text("Tiếng Việt")
        no_sideways_scrolling(page)
