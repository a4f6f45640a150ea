"""Languages by their codes, translations by their files."""

import pytest

from survey.domain.languages import Language, is_language_code, language_of, locale_of, spoken_name
from survey.domain.message import Refused
from survey.domain.questionnaire import NOT_APPLICABLE, check_answers, language_in, text_in
from survey.domain.questionnaire_translation import translated
from survey.domain.translation_file import Sentence, compiled, words_in, written
from tests.conftest import CATALOGUE

OVERALL = CATALOGUE.get("sipas-desk").overall


@pytest.mark.parametrize("code", ["vi", "km", "rad", "zh-Hant", "en-GB"])
def test_a_language_code(code: str) -> None:
    assert is_language_code(code)


@pytest.mark.parametrize("code", ["", "v", "vie4", "VI", "vi_VN", "..", "vi/..", "messages", "vi-"])
def test_what_is_no_language_code(code: str) -> None:
    assert not is_language_code(code)


def test_a_language_by_what_cldr_knows_and_by_what_its_settings_say() -> None:
    assert language_of("km") == Language("km", "ខ្មែរ")
    assert language_of("ar").rtl
    assert language_of("fr").name == "Français"
    assert locale_of("rad") is None
    assert language_of("rad", 'name = "Êđê"\ncomplete = "citizen"') == Language("rad", "Êđê", promise="citizen")
    assert language_of("en", 'direction = "rtl"').rtl


@pytest.mark.parametrize("settings", ["name", 'name = ""', "name = 1", 'complete = "yes"', 'colour = "red"'])
def test_settings_that_say_something_else_are_refused(settings: str) -> None:
    with pytest.raises(Refused):
        language_of("km", settings)


@pytest.mark.parametrize(
    ("code", "name"), [("hmn", "Tiếng Mông"), ("rad", "Tiếng Ê Đê"), ("km", "Tiếng Khmer"), ("qqq", "qqq")]
)
def test_languages_are_called_as_in_vietnam(code: str, name: str) -> None:
    assert spoken_name(code) == name


def test_a_translation_adds_words_and_changes_nothing_that_is_stored_or_counted() -> None:
    before = CATALOGUE.get("sipas-desk")
    after = translated(before, "km", {OVERALL.text["vi"]: "សំណួរ", "Hài lòng": " ពេញចិត្ត ", "Bình thường": " "})
    assert (after.key, after.digest) == (before.key, before.digest)
    assert after.languages == ("vi", "en", "km")
    assert text_in(after.overall.text, "km") == "សំណួរ"
    assert after.overall.scale
    assert [text_in(each.label, "km") for each in after.overall.scale.options] == [
        "Rất hài lòng", "ពេញចិត្ត", "Bình thường", "Không hài lòng", "Rất không hài lòng",
    ]  # fmt: skip
    assert [language_in(each.label, "km") for each in after.overall.scale.options] == ["vi", "km", "vi", "vi", "vi"]
    given = {"overall": ["4"], "A1": ["2"], "A1_why": ["no-seats"], "B1": [NOT_APPLICABLE]}
    assert check_answers(after, given) == check_answers(before, given)
    assert text_in(before.overall.text, "km") == before.overall.text["vi"]


def test_words_come_back_as_they_were_written() -> None:
    asked = [Sentence("Gửi", (("templates/a.html", 3),), "A1 text"), Sentence("Xóa sau %(months)s tháng")]
    text = written(asked, {"Gửi": "Send"}).decode()
    assert "#: templates/a.html:3" in text
    assert "#. A1 text" in text
    assert words_in(text) == ({"Gửi": "Send"}, ())
    assert compiled({"Gửi": "Send"}).startswith(b"\xde\x12\x04\x95")


def test_a_translation_that_loses_a_place_is_left_out_and_told() -> None:
    words, (fault,) = words_in('msgid "Xóa sau %(months)s tháng"\nmsgstr "Deleted"\n\nmsgid "Gửi"\nmsgstr "Send"\n')
    assert words == {"Gửi": "Send"}
    assert "dòng 1" in str(fault.place)


@pytest.mark.parametrize("source", ['msgid "Gửi\n', "<html>"])
def test_a_file_that_is_no_catalogue_gives_nothing_and_a_fault(source: str) -> None:
    words, faults = words_in(source)
    assert words == {}
    assert len(faults) == 1


def test_what_is_fuzzy_or_empty_is_not_translated() -> None:
    assert words_in('#, fuzzy\nmsgid "Gửi"\nmsgstr "Send"\n\nmsgid "Lỗi"\nmsgstr ""\n') == ({}, ())
