"""What a phone receives: compressed, with the right headers, within the first window of a connection."""

import pytest

from survey.installation import Installation
from tests.citizen import DESK, DESK_FULL, hidden_fields, set_up_both, tap
from tests.pages import PageClient, opened

FIRST_WINDOW = 14 * 1024


@pytest.fixture(autouse=True)
def desks(installation: Installation) -> None:
    set_up_both(installation)


def plain(client: PageClient, address: str) -> bytes:
    return client.get(address).data


PAGES = (
    "/",
    f"/d/{DESK}",
    f"/d/{DESK}?lang=en&k=kiosk",
    f"/d/{DESK_FULL}/phieu/{'a' * 22}",
    f"/d/{DESK}/cam-on",
    "/rieng-tu",
    "/tiep-can",
)


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_a_compressed_page_is_the_page_and_fits_the_first_window(client: PageClient, address: str, coding: str) -> None:
    for _ in range(2):  # rendered, then filled
        page = client.get(address, headers={"Accept-Encoding": coding})
        assert page.headers["Content-Encoding"] == coding
        assert "Accept-Encoding" in page.headers["Vary"]
        assert len(page.data) <= FIRST_WINDOW
        html = opened(page).decode()
        expected = plain(client, address).decode()
        mine, theirs = hidden_fields(html), hidden_fields(expected)
        assert html.replace(mine.get("key", "-"), "KEY") == expected.replace(theirs.get("key", "-"), "KEY")


@pytest.mark.parametrize("accepted", ["", "identity", "gzip;q=0", "deflate"])
def test_a_browser_that_takes_no_compression_gets_none(client: PageClient, accepted: str) -> None:
    page = client.get(f"/d/{DESK}", headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in page.headers
    assert "</html>" in page.text


def test_a_form_that_comes_back_and_an_unknown_desk_are_compressed_too(client: PageClient) -> None:
    accepting = {"Accept-Encoding": "gzip, deflate, br"}
    refused = client.post(f"/d/{DESK}", data={"overall": "9"}, headers=accepting)
    unknown = client.get("/d/ZZZZZZ", headers=accepting)
    assert (refused.status_code, unknown.status_code) == (422, 404)
    assert refused.headers["Content-Encoding"] == unknown.headers["Content-Encoding"] == "br"


def test_pages_of_the_workspace_hold_a_secret_and_are_not_compressed(client: PageClient) -> None:
    page = client.get("/staff/sign-in", headers={"Accept-Encoding": "gzip, br"})
    assert page.status_code == 200
    assert "csrf_token" in page.text
    assert "Content-Encoding" not in page.headers


def test_an_asset_is_kept_for_ever_under_an_address_of_its_content(client: PageClient) -> None:
    page = tap(client).text
    address = page.partition('<script src="')[2].partition('"')[0]
    asset = client.get(address, headers={"Accept-Encoding": "br"})
    assert asset.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert opened(asset) == client.get(address).data
    assert len(asset.data) <= 12 * 1024
    for other in ("/static/citizen.js", "/static/citizen.js?v=older"):
        assert client.get(other).headers["Cache-Control"] == "no-cache"
