"""An invited person in a real Chromium: with and without a script, going back to correct, on a broken line."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from survey.domain.offices import Office
from survey.domain.response import Response
from tests.browser.conftest import Server
from tests.browser.line import Line
from tests.browser.visit import PHONE, SMALL, WIDE, no_sideways_scrolling, opened
from tests.citizen import stored
from tests.store.rounds import Invited

USED = "Đã nhận được câu trả lời từ đường dẫn này"


@pytest.fixture
def invited(server: Server, office: Office) -> Invited:
    return Invited.set_up(server.installation.database, office)


def samples(server: Server, office: Office) -> list[Response]:
    return [each for each in stored(server.installation, office) if each.channel == "invitation"]


def says(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["320", "1280"])
def test_the_whole_journey_of_an_invited_person(  # noqa: PLR0917 - one argument per axis
    browser: Browser, server: Server, office: Office, invited: Invited, script: bool, size: tuple[int, int]
) -> None:
    link = f"{server.url}/m/{invited.links[0].code}"
    with opened(browser, size, script=script) as page:
        page.goto(link)
        no_sideways_scrolling(page)
        page.get_by_role("button", name="Không hài lòng", exact=True).click()
        says(page, "Đã ghi nhận. Cảm ơn Ông/Bà!")
        expect(page).to_have_url(re.compile(rf"/m/dot/{invited.desk.code}/phieu/"))
        page.get_by_role("group", name="Ông/Bà có hài lòng về số chỗ ngồi ở nơi chờ không?").get_by_text(
            "Hài lòng", exact=True
        ).click()
        page.get_by_role("button", name="Gửi", exact=True).click()
        says(page, "Cảm ơn Ông/Bà!")
        page.goto(link)
        says(page, USED)
        no_sideways_scrolling(page)
    (response,) = samples(server, office)
    assert response.answers == {"overall": 2, "A1": 4}


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_going_back_corrects_within_the_hour(
    browser: Browser, server: Server, office: Office, invited: Invited, script: bool
) -> None:
    with opened(browser, script=script) as page:
        page.goto(f"{server.url}/m/{invited.links[0].code}")
        page.get_by_role("button", name="Hài lòng", exact=True).click()
        says(page, "Đã ghi nhận. Cảm ơn Ông/Bà!")
        page.go_back()
        page.get_by_role("button", name="Không hài lòng", exact=True).click()
        says(page, "Đã ghi nhận. Cảm ơn Ông/Bà!")
    assert [each.answers for each in samples(server, office)] == [{"overall": 2}]


@pytest.mark.parametrize("fate", ["dead", "half", "deaf"])
def test_an_answer_on_a_broken_line_is_kept_and_sent_once(  # noqa: PLR0917 - one argument per axis
    browser: Browser, server: Server, office: Office, line: Line, invited: Invited, fate: str
) -> None:
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{line.url}/m/{invited.links[0].code}")
    line.fate = fate
    page.get_by_role("button", name="Hài lòng", exact=True).click()
    expect(page.locator("#outbox")).to_contain_text("Chưa gửi được")
    line.fate = "whole"
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page).to_have_url(re.compile(rf"/m/dot/{invited.desk.code}/phieu/"))
    context.close()
    assert [each.answers for each in samples(server, office)] == [{"overall": 4}]


def test_a_link_that_was_used_elsewhere_meanwhile_says_so(
    browser: Browser, server: Server, office: Office, invited: Invited
) -> None:
    link = f"{server.url}/m/{invited.links[0].code}"
    with opened(browser) as page, opened(browser) as other:
        page.goto(link)
        other.goto(link)
        other.get_by_role("button", name="Hài lòng", exact=True).click()
        says(other, "Đã ghi nhận. Cảm ơn Ông/Bà!")
        page.get_by_role("button", name="Không hài lòng", exact=True).click()
        says(page, USED)
    assert [each.answers for each in samples(server, office)] == [{"overall": 4}]
