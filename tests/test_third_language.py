"""Adding a language is adding files: done here in a copy of the program, by the commands and an editor alone."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest

from survey.config import ROOT
from survey.domain.translation_file import Sentence, words_in, written
from survey.installation import load_catalogue
from survey.store import Database
from tests.pages import check_page
from tests.served import Answer, Served, environment_of, serving, set_up_desk

COPIED = ("survey", "static", "templates", "questionnaires", "wsgi.py", "Makefile")
FORM = re.compile(r'<form[^>]* action="([^"]+)"')
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


class Copy:
    """The program's files in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.root, self.instance = folder / "program", folder / "instance"
        self.instance.mkdir()
        for name in COPIED:
            whole, copy = ROOT / name, self.root / name
            shutil.copytree(whole, copy) if whole.is_dir() else shutil.copy(whole, copy)
        # What English lacks while somebody is at work on it is the matter of tests/test_translations.py.
        (self.root / "survey" / "translations" / "en" / "language.toml").unlink()
        self.environment = {**environment_of(self.instance), "PYTHONPATH": str(self.root), "LANG": "en"}

    def flask(self, *arguments: str, exit_code: int = 0) -> subprocess.CompletedProcess[str]:
        """A command of the copy, as an operator runs it."""
        command = [sys.executable, "-W", "ignore", "-m", "flask", "--app", "wsgi", *arguments]
        result = subprocess.run(
            command, cwd=self.root, env=self.environment, capture_output=True, text=True, check=False
        )
        assert result.returncode == exit_code, result.stdout + result.stderr
        return result

    def translate(self, path: Path, *, all_but: int = 0) -> None:
        """What a translator does to a file: every sentence but the first few gets a translation."""
        source = path.read_text(encoding="utf-8")
        asked = re.findall(r'^msgid ("(?:.|\n")*")$', source, re.MULTILINE)
        sentences = [bytes(each[1:-1], "utf-8").decode("unicode_escape").encode("latin-1").decode() for each in asked]
        wanted = [each for each in sentences if each]
        words = {each: f"ខ្មែរ {each}" for each in wanted[all_but:]}
        path.write_bytes(written([Sentence(each) for each in wanted], words))


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy in which Khmer was added, the short form left without its last words."""
    made = Copy(tmp_path_factory.mktemp("third"))
    made.flask("languages", "add", "km")
    return made


def catalogue(copy: Copy) -> Path:
    return copy.root / "survey" / "translations" / "km" / "LC_MESSAGES" / "messages.po"


def test_adding_writes_the_files_to_translate_and_checking_lists_what_is_missing(copy: Copy) -> None:
    assert "km\tខ្មែរ\tpromises nothing" in copy.flask("languages", "list").stdout
    checked = copy.flask("languages", "check", "km")
    interface = re.search(r"km: interface, 0 of (\d+) texts\.", checked.stdout)
    assert interface
    assert int(interface[1]) > 50
    assert re.search(r"^templates/citizen/tap\.html, line \d+: km lacks “", checked.stderr, re.MULTILINE)
    assert re.search(r"^questionnaires/sipas-desk\.v1\.yaml, line \d+: km lacks “Rất hài lòng”", checked.stderr,
                     re.MULTILINE)  # fmt: skip
    assert "survey/cli/" not in checked.stderr  # a language of citizens needs no sentence of commands
    unnamed = copy.flask("languages", "check")  # not promised, so not asked for
    assert "en: interface" in unnamed.stdout
    assert unnamed.stderr == ""


def test_a_promise_that_is_not_kept_fails_the_check_and_a_kept_one_passes(copy: Copy) -> None:
    settings = copy.root / "survey" / "translations" / "km" / "language.toml"
    settings.write_text('complete = "citizen"\n', encoding="utf-8")
    broken = copy.flask("languages", "check", exit_code=1)
    assert "Not complete: km." in broken.stderr
    for path in (catalogue(copy), *(copy.root / "questionnaires").glob("*.km.po")):
        copy.translate(path)
    assert copy.flask("languages", "check").stderr == ""
    before = catalogue(copy).read_bytes()
    copy.flask("languages", "add", "km")  # after an upgrade; what is translated stays
    assert words_in(catalogue(copy).read_text(encoding="utf-8")) == words_in(before.decode())
    settings.write_text('complete = "half"\n', encoding="utf-8")
    assert "language.toml" in copy.flask("languages", "check", exit_code=1).stderr
    settings.unlink()


@pytest.fixture(scope="module")
def server(copy: Copy) -> Iterator[Served]:
    """The copy as it is served, with Khmer half translated: nothing of the first criterion's reasons."""
    for path in (catalogue(copy), *(copy.root / "questionnaires").glob("*.km.po")):
        copy.translate(path)
    desk_form = copy.root / "questionnaires" / "sipas-desk.v1.km.po"
    words, _ = words_in(desk_form.read_text(encoding="utf-8"))
    words.pop("Không đủ chỗ ngồi")
    words.pop("Rất hài lòng")
    desk_form.write_bytes(written([Sentence(each) for each in words], words))
    questionnaires, faulty = load_catalogue(copy.root / "questionnaires")
    assert not faulty
    database = Database(copy.environment["SURVEY_DATABASE_URL"])
    set_up_desk(database, questionnaires)
    database.close()
    with serving(copy.environment, folder=copy.root) as served:
        yield served


def ask(server: Served, path: str, form: dict[str, str] | None = None) -> Answer:
    return server.ask("GET" if form is None else "POST", path, form)


def test_the_whole_visit_in_the_new_language(server: Served) -> None:
    visit = ["/?lang=km", "/d/K7M2QX?lang=km", "/rieng-tu?lang=km&d=K7M2QX", "/d/ZZZZZZ?lang=km", "/nowhere?lang=km"]
    for path in visit:
        html = ask(server, path).body.decode()
        check_page(html, languages=("km",))
        assert "ខ្មែរ" in html
    first = ask(server, "/d/K7M2QX?lang=km").body.decode()
    assert '<a href="?lang=vi" lang="vi" hreflang="vi">Tiếng Việt</a>' in first
    assert '<a href="?lang=km" lang="km" hreflang="km">ខ្មែរ</a>' in ask(server, "/d/K7M2QX").body.decode()
    tapped = ask(server, FORM.findall(first)[0], {**dict(HIDDEN.findall(first)), "overall": "4"})
    assert tapped.status == 303
    assert "lang=km" in tapped.location
    criteria = ask(server, urljoin("/d/K7M2QX", tapped.location)).body.decode()
    check_page(criteria, languages=("km",))
    faulty = ask(server, FORM.findall(criteria)[0], {**dict(HIDDEN.findall(criteria)), "A1": "9"})
    assert faulty.status == 422
    check_page(faulty.body.decode(), languages=("km",))
    sent = ask(server, FORM.findall(criteria)[0], {**dict(HIDDEN.findall(criteria)), "A1": "2"})
    assert "lang=km" in sent.location
    thanks = ask(server, sent.location).body.decode()
    check_page(thanks, languages=("km",))
    inner = [each for each in re.findall(r'href="([^"]+)"', criteria + thanks) if each.startswith(("/d/", "/rieng"))]
    assert inner
    assert all("lang=km" in each for each in inner)


def test_what_has_no_translation_is_shown_in_vietnamese_and_marked_as_such(server: Served) -> None:
    first = ask(server, "/d/K7M2QX?lang=km").body.decode()
    assert '<span lang="vi">Rất hài lòng</span>' in first
    assert "<span>ខ្មែរ Hài lòng</span>" in first
    tapped = ask(server, FORM.findall(first)[0], {**dict(HIDDEN.findall(first)), "overall": "4"})
    criteria = ask(server, tapped.location).body.decode()
    assert re.search(r'<label for="q-A1_why-no-seats" lang="vi">Không đủ chỗ ngồi</label>', criteria)
    assert re.search(r'<label for="q-A1_why-uncomfortable">ខ្មែរ Nơi chờ nóng', criteria)


def test_the_pages_of_staff_do_not_offer_a_language_they_are_not_translated_into(server: Served) -> None:
    assert "ខ្មែរ" not in ask(server, "/staff/sign-in").body.decode()
    assert '<html lang="vi"' in ask(server, "/staff/sign-in?lang=km").body.decode()


def test_a_translation_that_would_break_a_page_is_refused(copy: Copy) -> None:
    path = copy.root / "questionnaires" / "sipas-desk.v1.km.po"
    kept = path.read_bytes()
    stray = path.with_name("sipas-desk.v9.km.po")
    try:
        path.write_text('msgid "Gửi\n', encoding="utf-8")
        assert "questionnaires/sipas-desk.v1.km.po, line 1" in copy.flask("languages", "check", exit_code=1).stderr
        path.write_bytes(kept)
        stray.write_bytes(kept)
        for command in ("list", "check"):
            assert "sipas-desk.v9.km.po" in copy.flask("questionnaires", command, exit_code=1).stderr
    finally:
        path.write_bytes(kept)
        stray.unlink(missing_ok=True)


@pytest.mark.parametrize("code", ["vi", "Khmer", "../km"])
def test_what_is_no_language_to_translate_into_is_refused(copy: Copy, code: str) -> None:
    assert "km, rad" in copy.flask("languages", "add", code, exit_code=1).stderr
    assert not (copy.root / "survey" / "translations" / "km" / "LC_MESSAGES" / code).exists()


def test_checking_an_unknown_language_says_which_there_are(copy: Copy) -> None:
    assert "en, km" in copy.flask("languages", "check", "lo", exit_code=1).stderr
