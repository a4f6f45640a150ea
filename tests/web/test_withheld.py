"""M12 where people look: on the office page, in its files and in the report, nothing hidden can be worked out."""

import csv
import io
import re
from datetime import date

import pytest
from flask import Flask

from survey.domain.estimation import BaseRules
from survey.domain.periods import parse
from survey.installation import Installation
from survey.journeys.report import Asked, build_report
from survey.journeys.score import bring_up_to_date
from tests.pages import PageClient
from tests.staff import (
    DESK,
    OWN,
    SECOND_DESK,
    UNIT_DESK,
    Answers,
    full_answers,
    set_up_province,
    set_up_staff,
    signed_in,
)

PAGE = f"/staff/offices/{OWN}"
WITHHELD = "không nêu, để không lộ nhóm nhỏ"
TOO_FEW = "chưa đủ số phiếu"


@pytest.fixture
def answers(installation: Installation) -> Answers:
    set_up_province(installation)
    set_up_staff(installation)
    return Answers(installation)


@pytest.fixture
def head(app: Flask, answers: Answers) -> PageClient:
    return signed_in(app, "head")


def section(page: str, heading: str) -> str:
    """The words of one card of the page."""
    card = page.partition(f'aria-labelledby="{heading}"')[2].partition("</section>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", card))


def test_a_small_desk_takes_its_smallest_neighbour_along(head: PageClient, answers: Answers) -> None:
    answers.add(full_answers(5, seed=1), desk=DESK)
    answers.add(full_answers(40, seed=2), desk=SECOND_DESK)
    answers.add(full_answers(60, seed=3), desk=UNIT_DESK)
    page = head.get(f"{PAGE}?period=2026-10").text
    desks = section(page, "desks")
    assert desks.count(TOO_FEW) == desks.count(WITHHELD) == 1
    assert WITHHELD not in section(page, "below")
    assert WITHHELD not in section(page, "headline")


def test_a_month_of_few_takes_another_of_its_quarter_along(head: PageClient, answers: Answers) -> None:
    for month, number in ((7, 6), (8, 20), (9, 50)):
        answers.add(full_answers(number, seed=month), on=date(2026, month, 8))
    months = section(head.get(f"{PAGE}?period=2026-Q3").text, "trend")
    assert months.count(TOO_FEW) - months.lower().count("tháng chưa đủ số phiếu") == 1
    assert months.count(WITHHELD) == 1
    alone = section(head.get(f"{PAGE}?period=2026-09").text, "trend")
    assert WITHHELD not in alone


def test_few_without_a_slip_hide_those_with_one(head: PageClient, answers: Answers) -> None:
    answers.add(full_answers(35, seed=1), verified=True, channel="slip")
    answers.add(full_answers(5, seed=2))
    score = head.get(f"{PAGE}/scores.json?period=2026-10").json
    assert score is not None
    assert score["index"]["status"] == "rated"
    assert score["verified"]["responses"] == 35
    for hidden in (score["verified"], score["open"], *score["by_channel"].values()):
        assert hidden["index"]["status"] == "suppressed"
        assert hidden["index"]["satisfied"] is None


def test_a_criterion_few_could_rate_is_not_told_by_its_dimension(head: PageClient, answers: Answers) -> None:
    crowd = full_answers(40, seed=1)
    answers.add([{**each, "E4": 5 if at < 6 else "NA"} for at, each in enumerate(crowd)])
    rows = list(csv.DictReader(io.StringIO(head.get(f"{PAGE}/scores.csv?period=2026-10").text.removeprefix("\ufeff"))))
    status = {row["id"]: row["status"] for row in rows if row["level"] in ("dimension", "criterion")}
    assert status["E4"] == "suppressed"
    assert status["E"] == "rated"
    assert [status[each] for each in ("E1", "E2", "E3")].count("suppressed") == 1


def test_the_report_says_the_same(installation: Installation, answers: Answers) -> None:
    answers.add(full_answers(5, seed=1), desk=DESK)
    answers.add(full_answers(40, seed=2), desk=SECOND_DESK)
    answers.add(full_answers(60, seed=3), desk=UNIT_DESK)
    bring_up_to_date(installation.database, installation.catalogue)
    with installation.database.reading() as connection:
        asked = Asked(OWN, parse("2026-10"), "Tỉnh Thử", date(2026, 11, 2))
        content = build_report(connection, installation.catalogue, asked).content
    hidden = {desk.code: desk.index.withheld for desk in content.desks if desk.index.percent is None}
    assert hidden == {DESK: False, SECOND_DESK: True}
    assert [part.index.status for part in content.below] == ["rated"]
    assert content.suppressed_below == BaseRules().suppressed_below
