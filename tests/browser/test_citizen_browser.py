"""The citizen's minute in a real Chromium: telephone and desk screen, with and without script, cookies, mouse."""

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from survey.domain.offices import Office
from survey.domain.response import Response
from tests.browser.conftest import Server
from tests.browser.visit import SMALL, WIDE, opened
from tests.citizen import DESK, DESK_FULL, stored


def responses(server: Server, office: Office) -> list[Response]:
    return stored(server.installation, office)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("cookies", [True, False], ids=["cookies", "no-cookies"])
@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["320", "1280"])
def test_promise_11_the_whole_journey(  # noqa: PLR0917 - one argument per axis
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
    """Without a script; with one the outbox repeats it (test_outbox_browser.py)."""

    def lose_acknowledgement(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch(max_redirects=0)
            route.abort("connectionreset")
        else:
            route.continue_()

    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.url}/d/{DESK}")
    page.route("**/*?gui*", lose_acknowledgement)
    with page.expect_event("requestfailed"):
        page.locator("button[value='2']").click(no_wait_after=True)
    assert len(responses(server, office)) == 1
    page.unroute_all()
    page.wait_for_url("chrome-error://**")
    page.go_back()
    page.locator("button[value='2']").click()
    page.wait_for_url("**/phieu/**")
    context.close()
    assert [each.answers for each in responses(server, office)] == [{"overall": 2}]


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


@pytest.mark.parametrize("script", [True, False])
def test_every_radio_button_can_be_hit_by_itself(
    browser: Browser, server: Server, office: Office, script: bool
) -> None:
    """No button lies on another: what drives the page by its native controls reaches each."""
    with opened(browser, script=script) as page:
        page.goto(f"{server.url}/d/{DESK_FULL}")
        page.get_by_role("button", name="Bình thường").click()
        for value in ("5", "4", "3", "2", "1", "NA"):
            button = page.locator(f'input[name="A1"][value="{value}"]')
            button.check()
            assert button.is_checked()
