"""Inside Zalo and Facebook: no storage, no service worker, no second window, no download."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from survey.domain.offices import Office
from tests.browser.conftest import Server
from tests.browser.visit import PHONE, REFUSING_STORAGE
from tests.citizen import DESK, DESK_FULL, stored

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 16_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
IN_APP = {
    "zalo-android": (
        f"Mozilla/5.0 (Linux; Android 9; SM-A107F Build/PPR1.180610.011; wv) {WEBKIT} Chrome/87.0.4280.141 "
        "Mobile Safari/537.36 Zalo android/12110651 ZaloTheme/light ZaloLanguage/vi"
    ),
    "zalo-ios": f"{IPHONE} Mobile/20B82 Zalo iOS/512 ZaloTheme/dark ZaloLanguage/vn",
    "facebook-android": (
        f"Mozilla/5.0 (Linux; Android 11; CPH2179 Build/RP1A.200720.011; wv) {WEBKIT} Chrome/103.0.5060.129 "
        "Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/375.1.0.28.111;]"
    ),
    "facebook-ios": (
        f"{IPHONE} Mobile/20B82 [FBAN/FBIOS;FBDV/iPhone12,1;FBMD/iPhone;FBSN/iOS;FBSV/16.1;FBSS/2;FBID/phone;"
        "FBLC/vi_VN;FBOP/5]"
    ),
}
# What such a browser leaves out, or refuses loudly.
MISSING = """
delete Navigator.prototype.serviceWorker;
window.open = () => { throw new Error('no second window here') };
Object.defineProperty(window, 'caches', {get: () => { throw new DOMException('refused', 'SecurityError') }});
"""


@contextmanager
def inside(browser: Browser, app: str) -> Iterator[Page]:
    """A page of such a browser; a second window, a download or a mistake of the script fails the test."""
    context = browser.new_context(
        user_agent=IN_APP[app],
        viewport={"width": PHONE[0], "height": 640},  # the app's own bars take the rest
        is_mobile=True,
        has_touch=True,
        service_workers="block",
        accept_downloads=False,
        reduced_motion="reduce",
    )
    context.add_init_script(REFUSING_STORAGE + MISSING)
    wrong: list[str] = []
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    page = context.new_page()
    page.on("popup", lambda opened: wrong.append(f"window: {opened.url}"))
    page.on("download", lambda download: wrong.append(f"download: {download.url}"))
    yield page
    assert wrong == []
    assert len(context.pages) == 1
    context.close()


@pytest.mark.parametrize("app", IN_APP)
@pytest.mark.parametrize("desk", [DESK, DESK_FULL])
def test_promise_11_the_whole_journey_inside_an_app(
    browser: Browser, server: Server, office: Office, app: str, desk: str
) -> None:
    with inside(browser, app) as page:
        page.goto(f"{server.url}/d/{desk}")
        assert page.evaluate("!('serviceWorker' in navigator)")
        page.locator("button[value='2']").tap()
        page.wait_for_url("**/phieu/**")
        page.locator("label[for=q-A1-1]").tap()
        page.locator("label[for=q-B1-4]").tap()
        page.locator("#q-comment").fill("Xin thêm ghế")
        page.get_by_role("link", name="Để ai cũng dùng được").tap()
        page.wait_for_url("**/tiep-can**")
        page.go_back()
        expect(page.locator("#q-A1-1")).to_be_checked()
        page.locator(".send button").tap()
        page.wait_for_url("**/cam-on")
        expect(page.locator("h1")).to_have_text("Cảm ơn Ông/Bà!")
    (response,) = stored(server.installation, office)
    assert response.answers == {"overall": 2, "A1": 1, "B1": 4}
    assert response.texts == {"comment": "Xin thêm ghế"}
    assert response.completed


@pytest.mark.parametrize("app", IN_APP)
def test_two_people_with_one_telephone_inside_an_app(
    browser: Browser, server: Server, office: Office, app: str
) -> None:
    with inside(browser, app) as page:
        for level in ("5", "1"):
            page.goto(f"{server.url}/d/{DESK}")
            page.locator(f"button[value='{level}']").tap()
            page.wait_for_url("**/phieu/**")
    assert sorted(each.answers["overall"] for each in stored(server.installation, office)) == [1, 5]
