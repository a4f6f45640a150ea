"""The vendored fonts set every Vietnamese letter, so that no office's name shows a box."""

import unicodedata
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

FONTS = sorted(Path(__file__).parents[2].joinpath("survey/render/fonts").glob("*.ttf"))

# Outside truth: the alphabet of QĐ 1989/QĐ-BGDĐT and its five tone marks, composed by Unicode itself.
VOWELS = "aăâeêioôơuưy"
TONES = ["", "\N{COMBINING GRAVE ACCENT}", "\N{COMBINING ACUTE ACCENT}", "\N{COMBINING HOOK ABOVE}"]
TONES += ["\N{COMBINING TILDE}", "\N{COMBINING DOT BELOW}"]
CONSONANTS = "bcdđghklmnpqrstvx" + "fjwz"
LOWER = [unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES] + list(CONSONANTS)
VIETNAMESE = {*LOWER, *(letter.upper() for letter in LOWER)}
SIGNS = set("0123456789 .,;:!?()[]/%&@#*+-=<>–—…“”‘’·•×±₫€§°\N{NO-BREAK SPACE}")
ARROWS = set("←↑→↓▲▼")


def letters_of(font: Path) -> set[str]:
    return {chr(point) for point in TTFont(font).getBestCmap()}


def test_the_alphabet_is_complete() -> None:
    assert len(VIETNAMESE) == 2 * (12 * 6 + 21)
    assert all(len(letter) == 1 for letter in VIETNAMESE)


@pytest.mark.parametrize("font", FONTS, ids=lambda font: font.stem)
def test_every_vietnamese_letter_is_in_every_font(font: Path) -> None:
    assert letters_of(font) >= VIETNAMESE | SIGNS


@pytest.mark.parametrize("font", FONTS, ids=lambda font: font.stem)
def test_every_vietnamese_letter_has_ink(font: Path) -> None:
    opened = TTFont(font)
    glyphs, cmap = opened["glyf"], opened.getBestCmap()
    assert not [letter for letter in VIETNAMESE if glyphs[cmap[ord(letter)]].numberOfContours == 0]


@pytest.mark.parametrize("family", ["Tinos", "Arimo"])
def test_letters_of_the_highland_languages_have_a_font(family: str) -> None:
    """Gia Rai, Ê Đê and Ba Na write names with letters the poster's first font lacks."""
    assert letters_of(FONTS[0].with_name(f"{family}-Bold.ttf")) >= set("ČčƀɃŎŏĬĭĔĕŬŭÑñ")


@pytest.mark.parametrize("family", ["Tinos", "Arimo"])
def test_arrows_and_triangles_are_in_the_families_that_show_changes(family: str) -> None:
    fonts = [font for font in FONTS if font.stem.startswith(family)]
    assert fonts
    assert all(letters_of(font) >= ARROWS for font in fonts)


@pytest.mark.parametrize("font", FONTS, ids=lambda font: font.stem)
def test_fonts_are_small_static_and_free(font: Path) -> None:
    opened = TTFont(font)
    assert font.stat().st_size <= 150_000
    assert "fvar" not in opened
    assert "SIL Open Font License" in str(opened["name"].getDebugName(13))


def test_nine_fonts_with_their_licences() -> None:
    assert len(FONTS) == 9
    for licence in ("OFL-Tinos-Arimo.txt", "OFL-BeVietnamPro.txt"):
        assert "SIL OPEN FONT LICENSE" in FONTS[0].with_name(licence).read_text("utf-8")
