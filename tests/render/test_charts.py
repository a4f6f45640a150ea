"""The trend chart as a reader gets it: well-formed, without anything a page may not carry, with honest gaps."""

import re
from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree

import pytest

from survey.domain.estimation import Status
from survey.domain.office_page import TrendPoint
from survey.domain.periods import last_months, parse
from survey.domain.scoring import Estimate
from survey.render.charts import TrendWords, trend_svg

SVG = "{http://www.w3.org/2000/svg}"
WORDS = TrendWords(
    title="Chỉ số hài lòng theo tháng",
    suppressed="chưa đủ số phiếu",
    withheld="không nêu (M12)",
    no_data="chưa có phiếu",
    indicative="tham khảo",
)
MONTHS = last_months(parse("2026-10"), 12)


def shown(percent: float, status: Status = "rated") -> Estimate:
    return Estimate(status, 100, 2000, 1700, Fraction(percent), percent - 4, percent + 3)


def points(*estimates: Estimate) -> list[TrendPoint]:
    months = MONTHS[-len(estimates) :] if estimates else ()
    return [TrendPoint(month, 100, each) for month, each in zip(months, estimates, strict=True)]


FULL = points(*(shown(80 + i) for i in range(12)))
WITH_GAPS = points(
    shown(80), shown(81), Estimate("suppressed"), shown(83), Estimate("no_data"), shown(84, "indicative")
)


def tree_of(svg: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def lines_of_index(svg: bytes) -> list[str]:
    """The thick lines that join months."""
    return [
        each.get("d", "")
        for each in tree_of(svg).iter(f"{SVG}path")
        if each.get("stroke-width") == "2.2" and each.get("fill") == "none"
    ]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("narrow", [False, True])
def test_the_picture_parses_and_carries_neither_style_nor_script(dark: bool, narrow: bool) -> None:
    svg = trend_svg(FULL, words=WORDS, dark=dark, narrow=narrow)
    root = tree_of(svg)
    tags = {each.tag.removeprefix(SVG) for each in root.iter()}
    assert not tags & {"style", "script", "foreignObject", "image", "text"}, "letters are outlines, no font is needed"
    assert not [each for each in root.iter() if each.get("style")]
    targets = [value for each in root.iter() for name, value in each.attrib.items() if name.endswith("href")]
    assert all(target.startswith("#") for target in targets), "nothing is fetched from outside (promise 10)"


def test_the_figures_are_said_to_those_who_listen_as_vietnamese_or_english_readers_write_them() -> None:
    root = tree_of(trend_svg(FULL, words=WORDS))
    assert root.findtext(f"{SVG}title") == WORDS.title
    assert "10/2026: 91,00\u00a0% (87,00\u00a0% – 94,00\u00a0%)" in (root.findtext(f"{SVG}desc") or "")
    english = tree_of(trend_svg(FULL, words=WORDS, language="en")).findtext(f"{SVG}desc") or ""
    assert "10/2026: 91.00% (87.00% – 94.00%)" in english


def test_the_same_figures_give_the_same_bytes() -> None:
    assert trend_svg(WITH_GAPS, words=WORDS) == trend_svg(WITH_GAPS, words=WORDS)


def test_no_date_and_no_maker_is_written_into_the_picture() -> None:
    assert not re.search(rb"metadata|matplotlib|dc:date", trend_svg(FULL, words=WORDS).replace(b'id="matplotlib', b""))


def test_twelve_shown_months_are_one_line() -> None:
    (line,) = lines_of_index(trend_svg(FULL, words=WORDS))
    assert line.count("L") == 11


def test_a_hidden_month_breaks_the_line_and_says_why() -> None:
    svg = trend_svg(WITH_GAPS, words=WORDS)
    assert [line.count("L") for line in lines_of_index(svg)] == [1, 0, 0]
    said = tree_of(svg).findtext(f"{SVG}desc") or ""
    assert "7/2026: chưa đủ số phiếu" in said
    assert "9/2026: chưa có phiếu" in said
    assert said.endswith("tham khảo")


def test_a_hidden_month_leaves_no_trace_of_its_figure() -> None:
    one, other = (points(shown(80), Estimate("suppressed"), shown(82)) for _ in range(2))
    other[1] = replace(other[1], responses=3)
    assert trend_svg(one, words=WORDS) == trend_svg(other, words=WORDS)


@pytest.mark.parametrize(
    "some",
    [
        [],
        points(Estimate("no_data")),
        points(*[Estimate("suppressed")] * 12),
        points(shown(100)._replace(low=96.0, high=100.0), shown(0)._replace(low=0.0, high=4.0)),
        points(shown(80)._replace(low=None, high=None)),
    ],
)
def test_any_twelve_months_can_be_drawn(some: list[TrendPoint]) -> None:
    assert tree_of(trend_svg(some, words=WORDS)).tag == f"{SVG}svg"
