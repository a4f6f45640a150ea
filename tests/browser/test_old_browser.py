"""The whole journey in a browser of 2017, on a narrow telephone."""

from pathlib import Path

import pytest

from survey.domain.offices import Office
from tests.browser import old_chromium
from tests.browser.conftest import Server
from tests.citizen import DESK, stored

SHOWN = "getComputedStyle(document.querySelector('{}')).display !== 'none'"


@pytest.fixture(scope="session")
def program() -> Path:
    found = old_chromium.find()
    if found is None:
        pytest.skip("no browser of 2017 here: it comes by npm")
    return found


@pytest.mark.parametrize("width", [320, 390])
def test_promise_11_a_browser_of_2017(server: Server, office: Office, program: Path, width: int) -> None:
    with old_chromium.old_page(program) as page:
        assert "Chrome/64" in page.run("navigator.userAgent")
        page.size(width, 640)
        page.open(f"{server.url}/d/{DESK}")
        assert page.run("document.documentElement.scrollWidth") <= width
        assert page.run("getComputedStyle(document.querySelector('.taps button')).minHeight") == "60px"
        page.press("button[value='4']")
        page.until("location.pathname.indexOf('/phieu/') > 0")
        assert page.run("document.documentElement.scrollWidth") <= width

        assert not page.run(SHOWN.format(".why"))
        for value in ("5", "4", "3", "2", "1", "NA", "2"):
            page.choose(f"#q-A1-{value}", f"q-A1-{value}")
        page.choose("label[for=q-B1-5]", "q-B1-5")
        assert page.run(SHOWN.format(".why"))
        assert page.run("getComputedStyle(document.querySelector('#q-A1-2 + label'), '::after').content") == '"✓"'
        page.choose("label[for=q-A1_why-no-seats]", "q-A1_why-no-seats")
        page.run("document.getElementById('q-comment').value = 'Thiếu ghế'")
        page.press(".send button")
        page.until("location.pathname.indexOf('/cam-on') > 0")
    (response,) = stored(server.installation, office)
    assert response.answers == {"overall": 4, "A1": 2, "A1_why": ("no-seats",), "B1": 5}
    assert response.texts == {"comment": "Thiếu ghế"}
