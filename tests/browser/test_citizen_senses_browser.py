"""The pages without eyes, without a mouse, without colours: what a screen reader is given, keys, high contrast."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Browser, Page, expect

from survey.domain.questionnaire import Question
from tests.browser.conftest import Server
from tests.browser.heard import heard
from tests.browser.states import STATES, TOO_LONG, Visit
from tests.browser.visit import PHONE, SMALL, opened
from tests.citizen import DESK, DESK_FULL
from tests.conftest import CATALOGUE

LANGUAGES = pytest.mark.parametrize("language", ["vi", "en"])


def words_of(question: Question, language: str) -> list[str]:
    """The answers to choose from, as they are written."""
    assert question.scale
    assert question.scale.not_applicable
    return [option.label[language] for option in question.scale.options] + [question.scale.not_applicable[language]]


# ---- without eyes


@LANGUAGES
def test_the_first_page_is_heard_as_one_question_with_five_answers(
    browser: Browser, site: Server, language: str
) -> None:
    question = CATALOGUE.get("sipas-desk").overall
    with opened(browser) as page:
        Visit(page, site.url, language).open(f"/d/{DESK}")
        group = heard(page).one("main").one("group", question.text[language])
        assert [each.name for each in group.all("button")] == words_of(question, language)[:5]
        assert group.said.count(question.text[language]) == 1
        assert len(group.all("heading", question.text[language])) == 1


@LANGUAGES
@pytest.mark.parametrize(("desk", "key"), [(DESK, "sipas-desk"), (DESK_FULL, "sipas-2017")])
def test_each_scale_is_one_group_read_once(browser: Browser, site: Server, language: str, desk: str, key: str) -> None:
    """One group named by its question; six answers, each heard once with its words; neither face nor tick is heard."""
    with opened(browser) as page:
        Visit(page, site.url, language).tap(desk)
        page.locator("label[for=q-A1-4]").click()
        tree = heard(page)
        for question in CATALOGUE.get(key).criteria:
            group = tree.one("group", question.text[language])
            assert [each.name for each in group.all("radio")] == words_of(question, language)
            listened = [each for button in group.all("button") for each in button.said]  # where it was recorded
            assert [each for each in group.said if each not in listened] == [question.text[language]], "read once"
        assert [each.name for each in tree.all("radio") if each.states["checked"] == "true"] == [
            words_of(CATALOGUE.get(key).overall, language)[1]
        ]


def test_a_radio_button_lies_where_its_words_are(browser: Browser, site: Server) -> None:
    """A screen reader for fingers finds an answer where it is seen; its frame is 48 px wide and high."""
    with opened(browser) as page:
        for desk, size, language in ((DESK, SMALL, "vi"), (DESK_FULL, PHONE, "vi"), (DESK, PHONE, "en")):
            page.set_viewport_size({"width": size[0], "height": size[1]})
            Visit(page, site.url, language).tap(desk)
            boxes = page.locator(".scale > input").evaluate_all(
                "all => all.map(e => [e, e.nextElementSibling].map(x => x.getBoundingClientRect().toJSON()))"
            )
            assert len(boxes) == page.locator(".scale > label").count()
            for button, label in boxes:
                assert min(button["width"], button["height"]) >= 48
                assert label["left"] - 1 <= button["left"] < button["right"] <= label["right"] + 1
                assert label["top"] - 1 <= button["top"] < button["bottom"] <= label["bottom"] + 1


@LANGUAGES
def test_faults_are_announced_and_tied_to_their_fields(browser: Browser, site: Server, language: str) -> None:
    with opened(browser) as page:
        STATES["refused"](Visit(page, site.url, language))
        tree = heard(page)
        assert tree.name.startswith({"vi": "Lỗi: ", "en": "Error: "}[language])
        alert = tree.one("alert")
        assert alert.states["focused"]
        assert alert.states["live"] == "assertive"
        assert len(alert.all("link")) == 2

        group = tree.one("group", CATALOGUE.get("sipas-desk").criteria[0].text[language])
        shown = page.locator("#q-A1-fault").inner_text().strip()
        assert group.description.strip() == shown
        comment = next(each for each in tree.all("textbox") if each.states.get("invalid") == "true")
        for part in ("#q-comment-hint", "#q-comment-fault"):
            assert page.locator(part).inner_text().strip() in comment.description
        page.locator("#summary a").last.click()
        expect(page.locator("#q-comment")).to_be_focused()
        assert page.locator("#q-comment").input_value().strip() == TOO_LONG.strip()


def test_a_refused_tap_and_a_wrong_code_are_tied_to_their_fields(browser: Browser, site: Server) -> None:
    with opened(browser) as page:
        STATES["tap-refused"](Visit(page, site.url))
        tree = heard(page)
        assert tree.name.startswith("Lỗi: ")
        assert (
            tree.one("group", CATALOGUE.get("sipas-desk").overall.text["vi"]).description.strip()
            == page.locator(".fault").inner_text().strip()
        )
        STATES["home-wrong"](Visit(page, site.url))
        tree = heard(page)
        assert tree.name.startswith("Lỗi: ")
        field = tree.one("textbox", "Mã quầy hoặc mã phiếu hẹn")
        assert field.states["invalid"] == "true"
        assert page.locator("#code-fault").inner_text().strip() in field.description


# ---- without a mouse


@LANGUAGES
def test_the_whole_journey_by_keyboard_with_every_kind_of_field(browser: Browser, site: Server, language: str) -> None:
    """Scale, reason, list, text and folded part: Tab, arrows, Space and Enter are enough."""

    def reach(page: Page, selector: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.locator(selector).evaluate("e => e === document.activeElement"):
                return
        raise AssertionError(f"not reached by Tab: {selector}")

    with opened(browser) as page:
        Visit(page, site.url, language).open(f"/d/{DESK_FULL}")
        reach(page, "button[value='2']")
        page.keyboard.press("Space")
        page.wait_for_url("**/phieu/**")
        reach(page, "#q-A1-5")
        for _ in range(4):
            page.keyboard.press("ArrowDown")
        reach(page, "#q-A1_why")
        page.keyboard.type("Thiếu ghế")
        reach(page, "#q-A2-5")
        page.keyboard.press("ArrowUp")
        assert page.locator("#q-A2-NA").is_checked()
        reach(page, "summary")
        page.keyboard.press("Enter")
        reach(page, "#q-age")
        page.keyboard.press("ArrowDown")
        reach(page, ".send button")
        page.keyboard.press("Enter")
        page.wait_for_url("**/cam-on**")


# ---- without colours


def grey(page: Page, selector: str) -> Image.Image:
    """An element as it looks without any colour."""
    return Image.open(BytesIO(page.locator(selector).screenshot())).convert("L")


def difference(one: Image.Image, other: Image.Image) -> float:
    """How far two grey pictures differ, 0 to 255 on average."""
    size = (min(one.width, other.width), min(one.height, other.height))
    return float(ImageStat.Stat(ImageChops.difference(one.crop((0, 0, *size)), other.crop((0, 0, *size)))).mean[0])


@pytest.mark.parametrize("look", ["light", "dark", "forced-light", "forced-dark", "print"])
def test_a_choice_can_be_seen_without_colour(browser: Browser, site: Server, look: str) -> None:
    """In grey, in the system's own high-contrast colours and on paper the chosen answer differs, and has its tick."""
    with opened(browser) as page:
        page.emulate_media(
            color_scheme="dark" if look.endswith("dark") else "light",
            forced_colors="active" if look.startswith("forced") else "none",
            media="print" if look == "print" else "screen",
        )
        Visit(page, site.url).tap()
        before = grey(page, "label[for=q-A1-4]")
        same = grey(page, "label[for=q-A1-4]")
        page.locator("label[for=q-A1-4]").click()
        page.locator("h1").hover()
        page.locator("#q-A1-4").evaluate("e => e.blur()")
        after = grey(page, "label[for=q-A1-4]")
        assert difference(before, same) == 0
        assert difference(before, after) > 4
        assert "✓" in page.locator("label[for=q-A1-4]").evaluate("e => getComputedStyle(e, '::after').content")


def test_faces_differ_by_shape(browser: Browser, site: Server) -> None:
    """Five mouths, also where all colours are the same."""
    with opened(browser) as page:
        Visit(page, site.url).open(f"/d/{DESK}")
        mouths = page.locator(".faces symbol").evaluate_all(
            "all => all.map(e => e.querySelector('g>path:last-child').getAttribute('d'))"
        )
    assert len(set(mouths)) == len(mouths) == 5


def test_dark_letters_on_white_and_white_letters_on_dark(browser: Browser, site: Server) -> None:
    papers = []
    for dark in (False, True):
        with opened(browser, dark=dark) as page:
            Visit(page, site.url).open(f"/d/{DESK}")
            papers.append(grey(page, "body").getpixel((2, 300)))
    assert papers[0] > 240
    assert papers[1] < 40


# ---- without movement


def test_nothing_moves_for_those_who_ask_for_that(browser: Browser, site: Server) -> None:
    moving = (
        "all => all.map(e => getComputedStyle(e))"
        ".filter(s => parseFloat(s.transitionDuration) + parseFloat(s.animationDuration) > 0).length"
    )
    with opened(browser) as page:  # asks for reduced motion
        for state in ("tap", "criteria-filled", "refused"):
            STATES[state](Visit(page, site.url))
            assert page.locator("*").evaluate_all(moving) == 0
            assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
