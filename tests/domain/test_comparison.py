"""The change between two periods and the ranking of offices (M10, M11)."""

from dataclasses import replace
from fractions import Fraction

import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from survey.domain.comparison import NotComparable, change, change_of, clearness, ranking
from survey.domain.estimation import Change
from survey.domain.periods import parse
from survey.domain.questionnaire import BUILTIN_METHODS, Questionnaire
from survey.domain.scoring import HEADLINE_CHANNELS, Estimate, OfficeScore, office_score
from survey.domain.tally import count
from tests.domain.instruments import SMALL, answered, instrument


def an_office(
    satisfied: int,
    base: int,
    *,
    code: str = "00123",
    period: str = "2026-10",
    questionnaire: Questionnaire = SMALL,
    method: str = "share45",
    channels: tuple[str, ...] = HEADLINE_CHANNELS,
) -> OfficeScore:
    """An office with that many satisfied of ``base`` respondents, the same answer to every question."""
    answers = [{"overall": value, "A1": value, "A2": value} for value in [5] * satisfied + [2] * (base - satisfied)]
    return office_score(
        count(questionnaire, answered(*answers)),
        office_code=code,
        office_name=code,
        questionnaire=questionnaire,
        period=parse(period),
        method=BUILTIN_METHODS[method],
        channels=channels,
    )


def test_a_change_is_told_for_every_figure_with_newcombes_interval() -> None:
    found = change(an_office(95, 100), an_office(80, 100, period="2026-09"))
    assert not isinstance(found, NotComparable)
    overall = found.overall
    assert isinstance(overall, Change)
    low, high = confint_proportions_2indep(95, 100, 80, 100, method="newcomb", compare="diff")
    assert overall.points == 15
    assert (overall.low, overall.high) == pytest.approx((100 * low, 100 * high))
    assert overall.clear
    assert found.criteria["A1"] == overall
    assert isinstance(found.index, Change)
    assert found.index.low is not None
    assert overall.low is not None
    assert found.index.low < overall.low  # the answers of one respondent are one opinion here (M9)
    assert found.dimensions["A"] == found.index
    assert found.dimensions["B"] == found.criteria["B1"] == NotComparable("no_data")


def test_a_change_has_a_word() -> None:
    found = change(an_office(95, 100), an_office(80, 100))
    small = change(an_office(95, 100), an_office(94, 100))
    assert not isinstance(found, NotComparable)
    assert not isinstance(small, NotComparable)
    assert isinstance(found.index, Change)
    assert isinstance(small.index, Change)
    assert [str(clearness(found.index)), str(clearness(small.index))] == ["rõ rệt", "chưa rõ"]


@pytest.mark.parametrize(
    ("before", "reason", "words"),
    [
        (an_office(80, 100, questionnaire=instrument({"A": 2, "B": 1}, version=2)), "questionnaire", "phiếu"),
        (an_office(80, 100, method="all45"), "method", "phương pháp"),
        (an_office(80, 100, channels=("poster",)), "channels", "kênh"),
    ],
)
def test_different_instruments_methods_or_channels_are_not_compared(
    before: OfficeScore, reason: str, words: str
) -> None:
    found = change(an_office(95, 100), before)
    assert isinstance(found, NotComparable)
    assert found.reason == reason
    assert str(found.message).startswith("không so sánh được")
    assert words in str(found.message)


def test_a_hidden_figure_has_no_change() -> None:
    found = change(an_office(9, 9), an_office(80, 100))
    assert not isinstance(found, NotComparable)
    assert found.index == found.overall == NotComparable("base")
    assert change_of(Estimate("rated", 30, 30, 30, Fraction(100), 88.0, 100.0), Estimate("no_data")) == NotComparable(
        "no_data"
    )


def test_a_method_without_interval_tells_the_points_and_never_calls_them_clear() -> None:
    found = change(an_office(95, 100, method="mean100"), an_office(10, 100, method="mean100"))
    assert not isinstance(found, NotComparable)
    assert found.index == Change(Fraction(255, 4), low=None, high=None, clear=False)


# --- ranking ---


def test_only_rated_offices_are_ranked() -> None:
    offices = [an_office(490, 500, code="01"), an_office(29, 29, code="02"), an_office(300, 500, code="03")]
    assert [(each.key, each.place, each.tier) for each in ranking(offices)] == [("01", 1, 1), ("03", 2, 2)]


def test_without_intervals_nobody_is_ranked() -> None:
    assert ranking([an_office(490, 500, method="net"), an_office(300, 500, method="net")]) == ()
    assert ranking([]) == ()


@pytest.mark.parametrize(
    "other",
    [
        an_office(80, 100, code="02", period="2026-09"),
        an_office(80, 100, code="02", method="all45"),
        replace(an_office(80, 100, code="02"), questionnaire_key="small@2"),
    ],
)
def test_scores_that_differ_in_more_than_the_office_are_not_ranked_together(other: OfficeScore) -> None:
    with pytest.raises(ValueError, match="00123 and 02 differ"):
        ranking([an_office(95, 100), other])
