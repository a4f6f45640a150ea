"""The rounds of an office: progress, the sample beside the counter's own, and a sentence; for readers of figures."""

import pytest
from flask import Flask

from survey.domain.offices import Office
from survey.installation import Installation
from survey.store.offices import fetch_tree
from tests.staff import (
    DESK,
    FOREIGN,
    OWN,
    PROVINCE,
    UNIT,
    Answers,
    full_answers,
    set_up_province,
    set_up_staff,
    signed_in,
)
from tests.store.rounds import Invited

PAGE = f"/staff/offices/{OWN}/rounds"


@pytest.fixture(autouse=True)
def province(installation: Installation) -> None:
    set_up_province(installation)
    set_up_staff(installation)


@pytest.fixture
def own(installation: Installation) -> Office:
    with installation.database.reading() as connection:
        return fetch_tree(connection).by_code[OWN]


def answered(installation: Installation, own: Office, people: int, *, good: float) -> None:
    invited = Invited.set_up(installation.database, own, count=40)
    for link, each in zip(invited.links, full_answers(people, seed=1, good=good), strict=False):
        invited.send(link.code, {question: str(value) for question, value in each.items()})


def test_the_page_of_an_office_without_rounds_says_how_to_make_one(app: Flask) -> None:
    page = signed_in(app, "head").get(PAGE)
    assert page.status_code == 200
    assert "Chưa có đợt khảo sát độc lập nào" in page.text
    assert "flask rounds create" in page.text


def test_the_sample_stands_beside_the_counter_with_its_difference(
    app: Flask, installation: Installation, own: Office
) -> None:
    answered(installation, own, 36, good=0.5)
    Answers(installation).add(full_answers(60, seed=2, good=0.95), desk=DESK)
    page = signed_in(app, "head").get(PAGE)
    assert page.status_code == 200
    assert "Kết quả tại quầy cao hơn mẫu độc lập rõ rệt." in page.text
    assert "90,00\u00a0%" in page.text, "the response rate: 36 of 40"
    assert "trên mẫu cần 37 phiếu" in page.text
    assert "đã mời 40 trong 40 hồ sơ" in page.text
    assert page.text.count("rõ rệt</span>") == 7, "index, overall and five dimensions"
    assert page.text.count('class="whisker"') == 14


def test_few_answers_show_no_figure_and_say_why(app: Flask, installation: Installation, own: Office) -> None:
    answered(installation, own, 9, good=0.5)
    page = signed_in(app, "head").get(PAGE)
    assert "số người được mời đã trả lời còn quá ít" in page.text or "chưa có phiếu nào tại quầy" in page.text
    assert "chưa đủ số phiếu" in page.text
    assert 'class="whisker"' not in page.text


def test_the_answers_of_a_round_are_in_no_desk_list(app: Flask, installation: Installation, own: Office) -> None:
    answered(installation, own, 12, good=0.5)
    head = signed_in(app, "head")
    assert "Khảo sát độc lập quý IV" not in head.get(f"/staff/offices/{OWN}/desks").text
    office_page = head.get(f"/staff/offices/{OWN}?period=2026-10").text
    assert "Khảo sát độc lập quý IV" not in office_page
    assert "Đợt mời độc lập" in office_page, "the channel stands beside the headline"


@pytest.mark.parametrize(
    ("who", "office", "status"),
    [
        ("head", OWN, 200),
        ("head", UNIT, 200),
        ("head", FOREIGN, 404),
        ("head", PROVINCE, 404),
        ("analyst", FOREIGN, 200),
        ("admin", PROVINCE, 200),
        ("officer", OWN, 404),
        ("admin", "nowhere", 404),
    ],
)
def test_who_may_read_a_round(app: Flask, who: str, office: str, status: int) -> None:
    assert signed_in(app, who).get(f"/staff/offices/{office}/rounds").status_code == status


def test_the_province_is_led_to_the_offices_below_that_have_rounds(
    app: Flask, installation: Installation, own: Office
) -> None:
    answered(installation, own, 1, good=0.5)
    page = signed_in(app, "analyst").get(f"/staff/offices/{PROVINCE}/rounds").text
    assert f'href="{PAGE}"' in page
    assert f"/staff/offices/{FOREIGN}/rounds" not in page


def test_the_page_speaks_english(app: Flask, installation: Installation, own: Office) -> None:
    answered(installation, own, 36, good=0.5)
    Answers(installation).add(full_answers(60, seed=2, good=0.95), desk=DESK)
    page = signed_in(app, "head").get(f"{PAGE}?lang=en").text
    assert "The counter's result is clearly higher than the independent sample" in page.replace("&#39;", "'")
