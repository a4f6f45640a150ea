"""Set-aside responses and what is known of an office in a real Chromium: sizes, themes, keyboard, without script."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from survey.store.office_facts import replace_facts
from survey.store.offices import fetch_tree
from tests.browser.conftest import Server
from tests.browser.test_office_page_browser import at_work
from tests.browser.visit import PHONE, SMALL, WIDE, no_sideways_scrolling
from tests.staff import DESK, OWN, PROVINCE, Answers, full_answers, set_up_province, set_up_staff

SET_ASIDE = f"/staff/offices/{OWN}/set-aside"
FACTS = f"/staff/offices/{OWN}/facts"
PAGES = (SET_ASIDE, f"{SET_ASIDE}?show=counted", FACTS, f"/staff/offices/{PROVINCE}/facts")


@pytest.fixture
def office(server: Server) -> Server:
    set_up_province(server.installation)
    set_up_staff(server.installation)
    answers = Answers(server.installation)
    answers.add(full_answers(25, seed=1), set_aside=("one-device", "outside-hours"))
    answers.add(full_answers(3, seed=2), set_aside=("repeated-text",))
    answers.add(full_answers(9, seed=3))
    with server.installation.database.transaction() as connection:
        province = fetch_tree(connection).by_code[PROVINCE].id
        replace_facts(connection, province, "hours", ["T2-T6 07:30-11:30,13:30-17:00", "T7 07:30-11:30"])
    return server


@pytest.mark.parametrize("size", [SMALL, PHONE, WIDE])
@pytest.mark.parametrize("dark", [False, True])
def test_both_pages_fit_their_screen_and_are_accessible(
    browser: Browser, office: Server, size: tuple[int, int], dark: bool
) -> None:
    with at_work(browser, office, size, dark=dark) as page:
        for address in PAGES:
            page.goto(office.url + address)
            for summary in page.locator("details.judge summary").all()[:1]:
                summary.click()
            no_sideways_scrolling(page)
            found = Axe().run(page, options={"resultTypes": ["violations"]})
            assert found.violations_count == 0, f"{address}: {found.generate_report()}"


def test_a_response_is_put_back_by_keyboard_without_script(browser: Browser, office: Server) -> None:
    with at_work(browser, office, WIDE, script=False) as page:
        page.goto(f"{office.url}{SET_ASIDE}?reason=repeated-text")
        summary = page.locator("details.judge summary").first
        summary.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".alert")).to_contain_text("Xin ghi lý do")
        page.locator("details[open] textarea").fill("Đã xem lại")
        page.locator("details[open] button").click()
        expect(page.locator(".notice")).to_contain_text("Đã đưa phiếu trở lại")
        expect(page.locator("table.responses tbody tr")).to_have_count(2)


def test_hours_are_changed_without_script_and_faults_lead_back(browser: Browser, office: Server) -> None:
    with at_work(browser, office, PHONE, script=False) as page:
        page.goto(f"{office.url}{FACTS}")
        page.get_by_role("textbox", name="Giờ làm việc").fill("sáng chiều")
        page.get_by_label(re.compile(DESK)).check()
        page.get_by_role("button", name="Lưu").click()
        expect(page.locator("#hours-problem")).to_contain_text("dòng 1")
        expect(page.get_by_label(re.compile(DESK))).to_be_checked()
        page.get_by_role("textbox", name="Giờ làm việc").fill("T2-T6 8:00-16:30")
        page.get_by_role("button", name="Lưu").click()
        expect(page.get_by_role("textbox", name="Giờ làm việc")).to_have_value("T2-T6 08:00-16:30")
