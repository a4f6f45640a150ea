"""The office page in a real Chromium: sizes, themes, keyboard, and a picture that the page's own policy lets in."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Server
from tests.browser.visit import PHONE, SMALL, WIDE, no_sideways_scrolling
from tests.staff import EMAILS, OWN, PASSWORD, PROVINCE, Answers, full_answers, set_up_province, set_up_staff

TRANSACTIONS = f"/staff/offices/{OWN}/transactions"
PAGES = (f"/staff/offices/{OWN}", f"/staff/offices/{PROVINCE}", f"/staff/offices/{OWN}/desks", TRANSACTIONS, "/staff/")


@pytest.fixture
def office(server: Server) -> Server:
    set_up_province(server.installation)
    set_up_staff(server.installation)
    answers = Answers(server.installation)
    answers.add(full_answers(60, seed=1, good=0.95))
    answers.add(full_answers(40, seed=2, good=0.4), channel="slip", verified=True)
    answers.add(full_answers(12, seed=3), set_aside=("too-fast",))
    answers.add(full_answers(12, seed=4), channel="paper")
    return server


@contextmanager
def at_work(
    browser: Browser, server: Server, size: tuple[int, int], *, dark: bool = False, script: bool = True
) -> Iterator[Page]:
    """A signed-in analyst's browser; anything the page complains about fails the test."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        java_script_enabled=script,
    )
    complaints: list[str] = []
    context.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page = context.new_page()
    page.goto(f"{server.url}/staff/sign-in")
    page.locator("#email:focus").wait_for()  # the first field has the focus by itself
    page.keyboard.type(EMAILS["analyst"])
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server.url}/staff/")
    yield page
    # A browser asks for a favicon by itself, and a 422 page is no mistake of the page.
    assert [each for each in complaints if "status of 4" not in each] == []
    context.close()


@pytest.mark.parametrize("size", [SMALL, PHONE, WIDE])
@pytest.mark.parametrize("dark", [False, True])
def test_every_page_fits_its_screen_and_is_accessible(
    browser: Browser, office: Server, size: tuple[int, int], dark: bool
) -> None:
    with at_work(browser, office, size, dark=dark) as page:
        for address in PAGES:
            page.goto(office.url + address)
            no_sideways_scrolling(page)
            found = Axe().run(page, options={"resultTypes": ["violations"]})
            assert found.violations_count == 0, f"{address}: {found.generate_report()}"


@pytest.mark.parametrize("size", [PHONE, WIDE])
def test_the_trend_picture_is_shown(browser: Browser, office: Server, size: tuple[int, int]) -> None:
    with at_work(browser, office, size) as page:
        page.goto(f"{office.url}/staff/offices/{OWN}")
        page.wait_for_load_state("networkidle")
        assert page.locator(".trend img").evaluate("e => e.complete && e.naturalWidth") > 300
        assert ("narrow" in page.locator(".trend img").evaluate("e => e.currentSrc")) == (size is PHONE)


def test_the_period_is_chosen_without_script(browser: Browser, office: Server) -> None:
    with at_work(browser, office, WIDE, script=False) as page:
        page.goto(f"{office.url}/staff/offices/{OWN}")
        page.select_option("#period", "2026-09")
        page.get_by_role("button", name="Xem").click()
        assert "Tháng 9 năm 2026" in page.locator(".period").inner_text()
        page.get_by_role("link", name="Quý", exact=True).click()
        assert "Quý III năm 2026" in page.locator(".period").inner_text()


@pytest.mark.parametrize("size", [SMALL, WIDE])
def test_transactions_are_typed_without_script_and_by_keyboard(
    browser: Browser, office: Server, size: tuple[int, int]
) -> None:
    with at_work(browser, office, size, script=False) as page:
        page.goto(office.url + TRANSACTIONS)
        page.get_by_label("Quầy 1").fill("khoảng 100")
        page.keyboard.press("Tab")
        page.keyboard.type("1.200")
        page.keyboard.press("Enter")
        assert "không phải số lượt" in page.locator(".problem").inner_text()
        assert page.get_by_label("Quầy 2").input_value() == "1.200"
        no_sideways_scrolling(page)
        page.get_by_label("Quầy 1").fill("300")
        page.get_by_role("button", name="Lưu").click()
        assert page.get_by_role("status").inner_text() == "Đã lưu."
        assert page.get_by_label("Quầy 2").input_value() == "1200"


def test_the_flag_beside_the_number_leads_to_the_comparison(browser: Browser, office: Server) -> None:
    with at_work(browser, office, PHONE) as page:
        page.goto(f"{office.url}/staff/offices/{OWN}?period=2026-10")
        page.get_by_role("link", name="Phiếu được xác thực thấp hơn phiếu mở rõ rệt").click()
        assert page.url.endswith("#trust")
        assert page.locator(".said .striking").first.is_visible()
