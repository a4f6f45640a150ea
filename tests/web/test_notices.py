"""The accessibility statement: dated, honest, in both languages, and linked from every page a citizen sees."""

from pathlib import Path

import pytest

from survey import create_app
from survey.installation import Installation
from survey.store import Database
from survey.web.notices import LAST_CHECKED
from tests.citizen import DESK, assert_anonymous, set_up_both
from tests.conftest import CATALOGUE, Clock, config_of
from tests.pages import PageClient

PAGES = ("/", "/?code=0O1", f"/d/{DESK}", f"/d/{DESK}/phieu/{'a' * 22}", f"/d/{DESK}/cam-on", "/rieng-tu", "/d/222222",
         "/nowhere", "/tiep-can")  # fmt: skip


@pytest.fixture(autouse=True)
def desks(installation: Installation) -> None:
    set_up_both(installation)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_says_when_what_and_what_not(client: PageClient, language: str) -> None:
    page = client.get("/tiep-can", query_string={"lang": language})
    assert_anonymous(page)
    assert LAST_CHECKED.strftime("%d/%m/%Y") in page.text
    for named in ("WCAG 2.2", "axe-core", "Chromium 64", "TalkBack, VoiceOver, NVDA", "Zalo", "Facebook"):
        assert named in page.text
    untested = {
        "vi": "Chưa có người khuyết tật nào dùng thử.",
        "en": "No person with a disability has tried the pages yet.",
    }
    assert untested[language] in page.text


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_links_to_it_beside_the_notice(client: PageClient, address: str, language: str) -> None:
    page = client.get(address + ("&" if "?" in address else "?") + f"lang={language}")
    footer = page.text.partition("<footer>")[2]
    notice, statement = footer.partition('href="/rieng-tu')[2].split('href="/tiep-can', 1)
    for query in (notice.partition('"')[0], statement.partition('"')[0]):
        assert ("lang=en" in query) == (language == "en")
        assert (f"d={DESK}" in query) == (f"/d/{DESK}" in address)


def test_it_leads_back_to_the_desk_or_to_the_field_for_its_code(client: PageClient) -> None:
    assert f'href="/d/{DESK}?k=kiosk"' in client.get(f"/tiep-can?d={DESK}&k=kiosk").text
    assert 'class="next" href="/"' in client.get("/tiep-can?d=%3Cscript%3E").text


def test_it_names_the_hotline_where_there_is_one(client: PageClient, sqlite_url: str, tmp_path: Path) -> None:
    assert "tel:" not in client.get("/tiep-can").text
    config = config_of(sqlite_url, tmp_path / "instance", SURVEY_HOTLINE="0218 3851 234")
    database = Database(config.database_url)
    other = PageClient(create_app(Installation(config, database, CATALOGUE, Clock())))
    assert 'href="tel:02183851234"' in other.get("/tiep-can").text
    database.close()
