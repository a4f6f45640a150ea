"""Indices under every method, what is hidden, and the office's score with its JSON (M1–M8, M11; interface.md)."""

from dataclasses import astuple
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from survey.domain.estimation import BaseRules, clustered_interval, wilson
from survey.domain.periods import parse, span
from survey.domain.questionnaire import BUILTIN_METHODS, Method, Option, Questionnaire, Scale
from survey.domain.scoring import (
    ALL_CHANNELS,
    HEADLINE_CHANNELS,
    CriterionScore,
    Estimate,
    OfficeScore,
    UnknownMethod,
    method_named,
    methods_for,
    office_score,
    round_half_up,
    score,
)
from survey.domain.scoring_json import as_json
from survey.domain.tally import ALL_CRITERIA, CountedResponse, count, sums
from tests.domain.instruments import (
    MEAN25,
    SIPAS,
    SMALL,
    answered,
    instrument,
    levels,
    respondents,
    tally_of,
)

SHOW_ALL = BaseRules.for_operator(1)
PUBLISHED = instrument({"A": 3})
PUBLISHED_COUNTS = {"A1": (3205, 3628), "A2": (2518, 2756), "A3": (927, 1144)}


def published_responses() -> list[CountedResponse]:
    """The three criteria of M7, satisfied answers as 4 and the others as 3."""
    return respondents({key: {4: s, 3: n - s} for key, (s, n) in PUBLISHED_COUNTS.items()})


# --- rounding (M6) ---


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(665000, 7528), "88.34"),
        (Fraction(1, 200), "0.01"),
        (Fraction(-1, 200), "-0.01"),
        (Fraction(-1, 1000), "0.00"),
        (Fraction(885, 1000), "0.89"),
        (2.675, "2.67"),  # the float lies below the half
        (0, "0.00"),
        (100, "100.00"),
    ],
)
def test_rounding_is_half_up_to_two_decimals(value: Fraction | float, shown: str) -> None:
    assert str(round_half_up(value)) == shown


def test_rounding_to_other_places() -> None:
    assert round_half_up(Fraction(25, 2), 0) == 13
    assert round_half_up(Fraction(1, 16), 3) == Decimal("0.063")


@given(value=st.fractions(-100, 100, max_denominator=10_000))
def test_rounding_never_moves_a_figure_by_more_than_half_a_step(value: Fraction) -> None:
    assert abs(Fraction(round_half_up(value)) - value) <= Fraction(1, 200)
    assert round_half_up(-value) == -round_half_up(value)


# --- pooled indices (M2 to M4, M7) ---


def test_the_pooled_index_is_the_published_one_and_not_the_mean_of_percentages() -> None:
    tally = tally_of(PUBLISHED, published_responses())
    pooled = score(tally, PUBLISHED)
    averaged = score(tally, PUBLISHED, method=BUILTIN_METHODS["mean_of_criteria"])
    assert pooled.index.percent == Fraction(100 * 6650, 7528)
    assert (pooled.index.satisfied, pooled.index.base, pooled.index.respondents) == (6650, 7528, 3628)
    assert str(round_half_up(pooled.index.percent)) == "88.34"
    assert averaged.index.percent is not None
    assert str(round_half_up(averaged.index.percent)) == "86.91"
    assert pooled.dimensions[0].index == pooled.index


def test_the_overall_question_stands_beside_the_index_and_is_never_mixed_in() -> None:
    found = score(tally_of(SMALL, answered(*[{"overall": 1, "A1": 5}] * 30)), SMALL)
    assert found.overall.percent == 0
    assert found.index.percent == 100
    assert found.overall_question.counts == {1: 30, 2: 0, 3: 0, 4: 0, 5: 0}
    assert found.overall_question.index == found.overall


def test_not_applicable_and_absent_are_counted_shown_and_in_no_base() -> None:
    answers = [{"A1": 4}] * 25 + [{"A1": 2}] * 15 + [{"A1": "NA"}] * 7 + [{"A2": 5}] * 3
    criterion = score(tally_of(SMALL, answered(*answers)), SMALL).dimensions[0].criteria[0]
    assert criterion.index.percent == Fraction(125, 2)
    assert (criterion.index.base, criterion.index.respondents, criterion.index.satisfied) == (40, 40, 25)
    assert (criterion.not_applicable, criterion.unanswered) == (7, 3)
    assert criterion.counts == {1: 0, 2: 15, 3: 0, 4: 25, 5: 0}
    assert criterion.mean == Fraction(25 * 4 + 15 * 2, 40)


def test_a_criterion_has_wilsons_interval_and_a_pooled_index_the_clustered_one() -> None:
    answers = [{"overall": 5, "A1": 5, "A2": 4, "B1": 4}] * 30 + [{"overall": 2, "A1": 3, "A2": 2, "B1": 4}] * 10
    tally = tally_of(SMALL, answered(*answers))
    found = score(tally, SMALL)
    expected, clustered = wilson(30, 40), clustered_interval(sums(SMALL, tally, ALL_CRITERIA))
    assert clustered is not None
    for estimate in (found.overall, found.dimensions[0].criteria[0].index):
        assert (estimate.low, estimate.high) == (expected.low, expected.high)
    assert (found.index.low, found.index.high) == (clustered.low, clustered.high)
    independent = wilson(100, 120)
    assert clustered.low < independent.low < independent.high < clustered.high


# --- other methods (M5) ---


MIXED = answered(
    {"overall": 5, "A1": 5, "A2": 4, "B1": 4},
    {"overall": 3, "A1": 5, "A2": 3, "B1": "NA"},
    {"overall": 1, "A1": 2, "B1": 1},
    {"overall": 4, "A1": 4, "A2": 4},
)


@pytest.mark.parametrize(
    ("method", "overall", "index", "dimension_a", "a2"),
    [
        ("share45", Fraction(50), Fraction(600, 9), Fraction(500, 7), Fraction(200, 3)),
        ("mean100", Fraction(225, 4), Fraction(100 * 23, 36), Fraction(100 * 20, 28), Fraction(200, 3)),
        ("net", Fraction(25), Fraction(400, 9), Fraction(400, 7), Fraction(200, 3)),
        ("mean_of_criteria", Fraction(50), Fraction(575, 9), Fraction(425, 6), Fraction(200, 3)),
        ("all45", Fraction(50), Fraction(50), Fraction(50), Fraction(200, 3)),
    ],
)
def test_every_method_gives_the_figure_worked_out_by_hand(
    method: str, overall: Fraction, index: Fraction, dimension_a: Fraction, a2: Fraction
) -> None:
    found = score(tally_of(SMALL, MIXED), SMALL, method=BUILTIN_METHODS[method], rules=SHOW_ALL)
    assert found.overall.percent == overall
    assert found.index.percent == index
    assert found.dimensions[0].index.percent == dimension_a
    assert found.dimensions[0].criteria[1].index.percent == a2


@pytest.mark.parametrize("method", ["mean100", "net", "mean_of_criteria"])
def test_only_shares_carry_an_interval(method: str) -> None:
    found = score(tally_of(SMALL, MIXED), SMALL, method=BUILTIN_METHODS[method], rules=SHOW_ALL)
    every = [found.overall, found.index, *(each.index for each in found.dimensions)]
    every += [each.index for dimension in found.dimensions for each in dimension.criteria]
    assert all(each.percent is not None and each.low is None and each.high is None for each in every)
    assert (found.index.base, found.index.satisfied, found.index.respondents) == (9, 6, 4)
    assert found.index.share is None


def test_all45_counts_respondents_and_has_wilsons_interval_on_them() -> None:
    answers = [{"A1": 4, "A2": 5}] * 36 + [{"A1": 5, "A2": "NA"}] * 9 + [{"A1": 4, "A2": 3}] * 5 + [{"B1": "NA"}] * 4
    found = score(tally_of(SMALL, answered(*answers)), SMALL, method=BUILTIN_METHODS["all45"])
    interval = wilson(45, 50)
    assert found.index == Estimate("rated", 50, 50, 45, Fraction(90), interval.low, interval.high)
    assert found.dimensions[0].index == found.index
    assert found.dimensions[1].index.status == "no_data"
    a2 = found.dimensions[0].criteria[1].index
    assert (a2.satisfied, a2.base, a2.low) == (36, 41, wilson(36, 41).low)


def test_a_mean_with_factors_and_a_mean_between_the_ends_of_the_scale() -> None:
    four = instrument({"A": 2}, scale=levels(values=range(1, 5), satisfied=frozenset({3, 4})), method=MEAN25)
    tally = tally_of(four, answered({"A1": 4, "A2": 3}, {"A1": 3, "A2": 1}))
    mean = Fraction(11, 4)
    cases = {
        MEAN25: 25 * mean,
        Method("ends", 1, "mean"): 100 * (mean - 1) / 3,
        Method("plus", 1, "mean", add=Fraction(1, 2)): mean + Fraction(1, 2),
        Method("times", 1, "mean", multiply=Fraction(2)): 2 * mean,
    }
    for method, expected in cases.items():
        assert score(tally, four, method=method, rules=SHOW_ALL).index.percent == expected
    assert score(tally, four, rules=SHOW_ALL).index.percent == 25 * mean


def test_mean100_on_five_levels_is_the_mean_between_the_ends() -> None:
    tally = tally_of(SMALL, MIXED)
    builtin = score(tally, SMALL, method=BUILTIN_METHODS["mean100"], rules=SHOW_ALL)
    assert builtin.index.percent == score(tally, SMALL, method=Method("m", 1, "mean"), rules=SHOW_ALL).index.percent


def test_criteria_nobody_answered_are_left_out_of_the_mean_of_criteria() -> None:
    tally = tally_of(SMALL, answered({"A1": 5}, {"A1": 2}, {"B1": 4}))
    found = score(tally, SMALL, method=BUILTIN_METHODS["mean_of_criteria"], rules=SHOW_ALL)
    assert found.index.percent == 75
    assert found.dimensions[0].criteria[1].index == Estimate("no_data")


def test_a_method_is_found_by_name_or_key_and_by_default() -> None:
    assert method_named(None, SMALL) == SMALL.method
    assert method_named("all45", SMALL) == method_named("all45@1", SMALL) == BUILTIN_METHODS["all45"]
    four = instrument({"A": 1}, scale=levels(values=range(1, 5)), method=MEAN25)
    assert method_named("ikm25@1", four) == MEAN25
    assert methods_for(four)[0] == MEAN25


def test_a_method_that_does_not_exist_or_fit_is_refused_with_those_that_do() -> None:
    four = instrument({"A": 1}, scale=levels(values=range(1, 5)), method=MEAN25)
    for ref, questionnaire in {"median": SMALL, "share45": four, "share45@9": SMALL}.items():
        with pytest.raises(UnknownMethod) as refused:
            method_named(ref, questionnaire)
        assert ref in str(refused.value.message)
        assert questionnaire.method.id in refused.value.known
    assert UnknownMethod("x", ("a", "b")).known == ("a", "b")


# --- what is hidden (M11) ---


def test_no_data_is_a_word_and_never_zero() -> None:
    found = score(tally_of(SMALL, []), SMALL)
    assert found.responses == 0
    for estimate in (found.overall, found.index, *(each.index for each in found.dimensions)):
        assert tuple(estimate) == ("no_data", None, None, None, None, None, None, False)
    assert found.dimensions[0].criteria[0] == CriterionScore(
        "A1", {"vi": "Tiêu chí A1", "en": "Criterion A1"}, Estimate("no_data")
    )


def test_a_suppressed_figure_hides_everything_beside_it() -> None:
    found = score(tally_of(SMALL, answered(*[{"A1": 4}] * 9 + [{"B1": 4}] * 10)), SMALL)
    a, b = found.dimensions
    assert a.index == Estimate("suppressed")
    assert astuple(a.criteria[0])[3:] == (None, None, None, None)
    assert (b.index.status, b.criteria[0].counts) == ("indicative", {1: 0, 2: 0, 3: 0, 4: 10, 5: 0})
    assert (found.index.status, found.responses) == ("indicative", 19)


def test_the_status_follows_the_respondents_and_not_the_answers() -> None:
    found = score(tally_of(SIPAS, answered(*[{each.id: 5 for each in SIPAS.criteria}] * 29)), SIPAS)
    assert (found.index.base, found.index.respondents, found.index.status) == (638, 29, "indicative")


def test_one_respondent_shown_to_an_operator_has_a_figure_and_no_interval() -> None:
    answers = answered({"overall": 5, "A1": 5, "A2": 1})
    for method in ("share45", "all45"):
        found = score(tally_of(SMALL, answers), SMALL, method=BUILTIN_METHODS[method], rules=SHOW_ALL)
        for estimate in (found.overall, found.index, found.dimensions[0].criteria[0].index):
            assert estimate.percent is not None
            assert (estimate.low, estimate.high, estimate.share) == (None, None, None)


# --- an office ---


def an_office(
    responses: list[CountedResponse],
    *,
    questionnaire: Questionnaire = SMALL,
    channels: tuple[str, ...] = HEADLINE_CHANNELS,
) -> OfficeScore:
    return office_score(
        count(questionnaire, responses),
        office_code="00123",
        office_name="UBND xã Minh Họa",
        questionnaire=questionnaire,
        period=parse("2026-10"),
        channels=channels,
    )


def everywhere() -> list[CountedResponse]:
    return [
        *answered(*[{"overall": 4, "A1": 5}] * 20),
        *answered(*[{"overall": 4, "A1": 4}] * 12, channel="slip", standing="verified"),
        *answered(*[{"overall": 1, "A1": 1}] * 3, standing="set_aside"),
        *answered(*[{"overall": 5, "A1": 5}] * 40, channel="paper"),
        *answered(*[{"overall": 5, "A1": 5}] * 2, channel="paper", standing="set_aside"),
    ]


def test_the_headline_counts_public_channels_and_leaves_out_what_was_set_aside() -> None:
    found = an_office(everywhere())
    assert (found.responses, found.set_aside, dict(found.channels)) == (32, 3, {"poster": 20, "slip": 12})
    assert found.overall.percent == 100
    assert (found.questionnaire_key, found.method.key, found.period.key) == ("small@1", "share45@1", "2026-10")
    assert found.chosen_channels == HEADLINE_CHANNELS


def test_verified_responses_are_counted_and_shown_alone() -> None:
    found = an_office(everywhere())
    assert found.verified.responses == 12
    assert (found.verified.index.respondents, found.verified.index.status) == (12, "indicative")
    assert found.index.respondents == 32


def test_self_run_channels_are_shown_when_chosen() -> None:
    assert an_office(everywhere(), channels=("paper",)).responses == 40
    every = an_office(everywhere(), channels=ALL_CHANNELS[::-1])
    assert (every.responses, every.set_aside) == (72, 5)
    assert list(every.channels) == ["poster", "slip", "paper"]
    assert an_office(everywhere(), channels=("fax", "poster")).chosen_channels == ("poster", "fax")


def test_an_office_without_responses_has_no_data() -> None:
    found = an_office([])
    assert (found.responses, found.set_aside, dict(found.channels)) == (0, 0, {})
    assert found.index == found.verified.index == Estimate("no_data")


# --- JSON (interface.md) ---


def test_the_json_is_the_contract_to_the_letter() -> None:
    answers = [{"overall": 5, "A1": 5, "A2": 4}] * 30 + [{"overall": 3, "A1": 2, "A2": "NA"}] * 11
    found = as_json(an_office(answered(*answers)))
    nothing = dict.fromkeys(("respondents", "base", "satisfied", "percent", "low", "high"))
    low, high = (round(100 * limit, 2) for limit in proportion_confint(30, 41, method="wilson"))
    share = {
        "status": "rated", "respondents": 41, "base": 41, "satisfied": 30, "percent": 73.17, "low": low, "high": high
    }  # fmt: skip
    assert list(found) == [
        "office", "questionnaire", "method", "period", "responses", "set_aside", "channels", "verified",
        "overall", "index", "dimensions",
    ]  # fmt: skip
    assert found["office"] == {"code": "00123", "name": "UBND xã Minh Họa"}
    assert (found["questionnaire"], found["method"]) == ("small@1", "share45@1")
    assert found["period"] == {"from": "2026-10-01", "to": "2026-10-31", "calendar": "civil"}
    assert (found["responses"], found["set_aside"], found["channels"]) == (41, 0, {"poster": 41})
    no_data = {"status": "no_data", **nothing}
    assert found["verified"] == {"responses": 0, "overall": no_data, "index": no_data}
    assert found["overall"] == share
    dimensions = found["dimensions"]
    assert isinstance(dimensions, list)
    assert [list(each) for each in dimensions] == [["id", "name", "index", "criteria"]] * 2
    assert dimensions[0]["name"] == "Yếu tố A"
    assert dimensions[0]["criteria"][0] == {
        "id": "A1", "name": "Tiêu chí A1", "index": share, "counts": {"1": 0, "2": 11, "3": 0, "4": 0, "5": 30},
        "not_applicable": 0, "unanswered": 0, "mean": 4.2,
    }  # fmt: skip
    assert dimensions[1]["criteria"][0] == {
        "id": "B1", "name": "Tiêu chí B1", "index": no_data, "counts": None,
        "not_applicable": None, "unanswered": None, "mean": None,
    }  # fmt: skip


def test_the_json_speaks_the_language_asked_for_and_names_a_span() -> None:
    found = office_score(
        {},
        office_code="01",
        office_name="Sở Nội vụ",
        questionnaire=SMALL,
        period=span(date(2026, 9, 15), date(2026, 9, 20), calendar="administrative"),
    )
    english = as_json(found, "en")
    assert english["period"] == {"from": "2026-09-15", "to": "2026-09-20", "calendar": "administrative"}
    dimensions = english["dimensions"]
    assert isinstance(dimensions, list)
    assert dimensions[0]["criteria"][0]["name"] == "Criterion A1"


def test_a_scale_of_two_levels_gives_an_agree_share() -> None:
    """ARTA's agree share needs nothing but a questionnaire that says which options agree (M5)."""
    scale = Scale("agree", (Option(1, {"vi": "Đồng ý"}, satisfied=True), Option(0, {"vi": "Không"}, dissatisfied=True)))
    arta = instrument({"A": 1}, scale=scale, method=Method("agree", 1, "share"))
    found = score(tally_of(arta, answered(*[{"A1": 1}] * 45 + [{"A1": 0}] * 5)), arta)
    assert found.index.percent == 90
    assert found.index.low is not None
