"""Every citizen's page in every language: what it asks to be translated, and that each way on keeps the language."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from babel.support import Translations
from flask import Flask

from survey import create_app
from survey.cli.sentences import for_citizens, sentences
from survey.config import ROOT
from survey.domain.languages import language_of
from survey.domain.offices import Office
from survey.installation import Installation
from tests.citizen import DESK, DESK_FULL, OFFICE, hidden_fields, send, set_up_both, set_up_desk, tap
from tests.pages import PageClient, check_page, opened

NEVER = "Z9Z9Z9"


@pytest.fixture
def office(installation: Installation) -> Office:
    office = set_up_both(installation)
    set_up_desk(installation, office, "RET2RE", valid_to=date(2026, 1, 31))
    set_up_desk(installation, office, "NEW2RE", valid_from=date(2027, 1, 31))
    return office


@pytest.fixture
def phone(app: Flask, office: Office) -> PageClient:
    return PageClient(app, use_cookies=False)


def pages(phone: PageClient, language: str) -> Iterator[tuple[str, str]]:
    """Every kind of citizen's page by a name, as it is in a language."""
    query = f"?lang={language}"
    for path in ("/", f"/?code={NEVER}", "/?code=x", f"/d/{DESK}", f"/d/{NEVER}", "/d/RET2RE", "/d/NEW2RE", "/nowhere",
                 f"/rieng-tu?d={DESK}", "/tiep-can", f"/d/{DESK}/cam-on", "/ngoai-mang"):  # fmt: skip
        joined = path + (query if "?" not in path else query.replace("?", "&"))
        yield path, opened(phone.get(joined)).decode()
    for desk in (DESK, DESK_FULL):
        criteria = tap(phone, desk, query=query)
        yield f"criteria of {desk}", criteria.text
        wrong = {"A1": "9", "B1": ["1", "2"], "comment": "x" * 3000}
        yield f"faults of {desk}", send(phone, criteria, wrong).text
    first = phone.get(f"/d/{DESK}{query}")
    yield "no answer", phone.post(f"/d/{DESK}", data=hidden_fields(first.text)).text
    yield "wrong method", phone.put(f"/d/{DESK}{query}").text
    large = {"lang": language, "comment": "x" * 300_000}
    yield "too large", phone.post(f"/d/{DESK}{query}", data=large).text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_way_on_keeps_the_language(phone: PageClient, language: str) -> None:
    for name, html in pages(phone, language):
        assert f'<html lang="{language}"' in html, name
        ways = [unescape(each) for each in re.findall(r'<a [^>]*href="([^"]+)"(?! lang)', html)]
        inner = [each for each in ways if each.startswith("/")]
        assert inner, name
        for way in inner:
            assert ("lang=en" in way) == (language == "en"), f"{name}: {way}"
        for form in re.findall(r"<form.*?</form>", html, re.DOTALL):
            told = hidden_fields(form).get("lang", "vi")
            assert told == language, name
        others = re.findall(r'<a href="([^"]+)" lang="(\w+)" hreflang="(\w+)">', html)
        assert [(lang, hreflang) for _, lang, hreflang in others] in ([("en", "en")], [("vi", "vi")], []), name
        if not others:
            assert 'name="switch"' in html, name


class Recorder(Translations):
    """Translates nothing, and remembers what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def ugettext(self, message: str) -> str:
        self.asked.add(message)
        return message


def test_what_citizens_read_is_what_a_language_of_citizens_is_held_to(app: Flask, phone: PageClient) -> None:
    recorder = Recorder()
    app.extensions["babel"].instance.domain_instance.cache["vi"] = recorder
    assert len(list(pages(phone, "vi"))) > 15
    known = for_citizens(sentences())
    assert len(recorder.asked) > 80
    assert recorder.asked - known.keys() == set()


def test_a_language_written_from_right_to_left_says_so(installation: Installation, office: Office) -> None:
    arabic = {**installation.languages, "ar": language_of("ar")}
    phone = PageClient(create_app(replace(installation, languages=arabic)), use_cookies=False)
    page = phone.application.test_client().get(f"/d/{DESK}?lang=ar")
    assert '<html lang="ar" dir="rtl"' in page.text
    assert OFFICE in page.text
    check_page(page.text, languages=("ar",))
    assert 'dir="' not in phone.get(f"/d/{DESK}").text


@pytest.mark.parametrize("font", ["Noto Sans Tai Viet", "Noto Sans Khmer", "Khmer OS", "Leelawadee UI"])
def test_letters_of_khmer_and_tai_viet_have_fonts_named(font: str) -> None:
    stack = re.search(r"font:[^;}]*sans-serif", (ROOT / "static" / "citizen.css").read_text(encoding="utf-8"))
    assert stack
    assert f'"{font}"' in stack[0]
