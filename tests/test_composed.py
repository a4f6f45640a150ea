"""Text is in NFC behind every door: “Hòa Bình” typed on a Mac and on a telephone is one name (product.md, item 6)."""

from pathlib import Path
from unicodedata import is_normalized, normalize

import pytest

from survey.config import ROOT
from survey.domain.questionnaire import load
from survey.domain.translation_file import words_in
from survey.installation import QUESTIONNAIRES, Installation
from survey.store.offices import fetch_desks, fetch_tree
from tests.citizen import OFFICE, hidden_fields, send, set_up_both, stored, tap
from tests.cli.commands import Commands, answered, responses_csv
from tests.conftest import config_of
from tests.pages import PageClient

WRITTEN = sorted(
    path
    for folder, pattern in (("survey", "*.py"), ("survey", "*.po"), ("templates", "*.html"), ("questionnaires", "*.*"),
                            ("static", "*.js"))
    for path in (ROOT / folder).rglob(pattern)
)  # fmt: skip
HEADER = "code,name,kind,parent,valid_from,valid_to,successor\n"


def decomposed(text: str) -> str:
    """The same text as some keyboards write it."""
    apart = normalize("NFD", text)
    assert apart != text
    return apart


@pytest.fixture
def flask(installation: Installation, client: PageClient, tmp_path: Path) -> Commands:
    return Commands(client.application, tmp_path)


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_we_wrote_ourselves_is_composed(path: Path) -> None:
    assert is_normalized("NFC", path.read_text(encoding="utf-8"))


def test_settings_that_people_read(tmp_path: Path) -> None:
    settings = {"SURVEY_AUTHORITY": decomposed("Tỉnh Hòa An"), "SURVEY_HOTLINE": decomposed("số 1022")}
    config = config_of("sqlite:///x", tmp_path, **settings)
    assert (config.authority, config.hotline) == ("Tỉnh Hòa An", "số 1022")


def test_offices_and_desks_from_files_and_codes_from_the_command_line(
    flask: Commands, installation: Installation
) -> None:
    name, desk = decomposed("Sở Tài chính"), decomposed("Quầy 3 – Thuế")
    flask("offices", "import", flask.file("offices.csv", HEADER + f"{decomposed('SởTC')},{name},department,,,,\n"))
    desks = f"desk,office,name,questionnaire\nK7M2QX,{decomposed('SởTC')},{desk},sipas-desk\n"
    flask("desks", "import", flask.file("desks.csv", desks))
    with installation.database.reading() as connection:
        (office,), (found,) = fetch_tree(connection), fetch_desks(connection)
    assert (office.code, office.name, found.name) == ("SởTC", "Sở Tài chính", "Quầy 3 – Thuế")
    flask("staff", "add", decomposed("hà@so.vn"), "--role", "head", "--office", decomposed("SởTC"))
    assert flask("staff", "list").stdout == "hà@so.vn\thead\tSởTC\n"


def test_comments_from_the_page_and_from_a_file(
    flask: Commands, installation: Installation, client: PageClient
) -> None:
    office = set_up_both(installation)
    send(client, tap(client), {"comment": decomposed("Chờ lâu quá")})
    row = answered(comment=decomposed("Ghế gãy"), key=decomposed("phiếu-1"))
    flask("responses", "import", flask.file("a.csv", responses_csv([row])), "--questionnaire", "sipas-2017")
    assert {each.texts["comment"] for each in stored(installation, office)} == {"Chờ lâu quá", "Ghế gãy"}


def test_what_is_typed_for_a_desk_code_comes_back_composed(client: PageClient, installation: Installation) -> None:
    page = client.get("/", query_string={"code": decomposed("Quầy số 2")})
    assert 'value="Quầy số 2"' in page.text
    assert not hidden_fields(page.text)
    assert OFFICE not in page.text


def test_questionnaires_and_translations() -> None:
    source = (QUESTIONNAIRES / "sipas-desk.v1.yaml").read_text(encoding="utf-8")
    assert load(decomposed(source), name="sipas-desk.v1.yaml") == load(source, name="sipas-desk.v1.yaml")
    words, faults = words_in(decomposed('msgid "Gửi"\nmsgstr "Gởi"\n'))
    assert (words, faults) == ({"Gửi": "Gởi"}, ())
