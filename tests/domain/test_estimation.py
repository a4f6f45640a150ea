"""Intervals, changes, base rules and ranking against statsmodels, SciPy and the reference file (M8–M11)."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from survey.domain.estimation import (
    BadThreshold,
    BaseRules,
    Contender,
    Interval,
    Share,
    SixSums,
    clustered_interval,
    difference,
    effective_base,
    normal_quantile,
    rank,
    status_name,
    status_of,
    t_quantile,
    wilson,
)
from survey.domain.scoring import round_half_up
from tests.domain.instruments import reference


def six_sums(satisfied: list[int], valid: list[int]) -> SixSums:
    """The sums of respondents given one by one, written out as M9 does."""
    pairs = [(s, m) for s, m in zip(satisfied, valid, strict=True) if m]
    return SixSums(
        k=len(pairs),
        s=sum(s for s, _ in pairs),
        m=sum(m for _, m in pairs),
        ss=sum(s * s for s, _ in pairs),
        sm=sum(s * m for s, m in pairs),
        mm=sum(m * m for _, m in pairs),
        all_satisfied=sum(s == m for s, m in pairs),
    )


def share(satisfied: int, base: int) -> Share:
    return Share(Fraction(100 * satisfied, base), wilson(satisfied, base))


# --- Wilson (M8) ---


@pytest.mark.parametrize("row", reference("wilson.csv"), ids=lambda row: f"{row['k']}of{row['n']}")
def test_wilson_gives_the_reference_values(row: dict[str, str]) -> None:
    found = wilson(int(row["k"]), int(row["n"]))
    percent = Fraction(100 * int(row["k"]), int(row["n"]))
    assert float(round_half_up(percent)) == float(row["pct"])
    assert float(round_half_up(found.low)) == float(row["wilson95_low_pct"])
    assert float(round_half_up(found.high)) == float(row["wilson95_high_pct"])


@given(base=st.integers(1, 10_000), part=st.floats(0, 1), confidence=st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_agrees_with_statsmodels(base: int, part: float, confidence: float) -> None:
    satisfied = round(base * part)
    low, high = proportion_confint(satisfied, base, alpha=1 - confidence, method="wilson")
    found = wilson(satisfied, base, confidence=confidence)
    assert (found.low, found.high) == pytest.approx((100 * low, 100 * high), abs=1e-9)


def test_wilson_is_exact_at_none_and_at_all() -> None:
    assert wilson(0, 30).low == 0.0
    assert wilson(30, 30).high == 100.0
    assert 0 < wilson(0, 30).high < wilson(0, 5).high


@pytest.mark.parametrize(("satisfied", "base"), [(0, 0), (3, 2), (-1, 5)])
def test_wilson_of_what_is_no_share_is_refused(satisfied: int, base: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(satisfied, base)


# --- t quantile ---


@pytest.mark.parametrize("confidence", [0.8, 0.9, 0.95, 0.99, 0.999])
def test_t_quantile_agrees_with_scipy_from_one_degree_of_freedom_on(confidence: float) -> None:
    for df in [*range(1, 420), 999, 1000, 12_345, 10**6, 10**9]:
        expected = stats.t.ppf((1 + confidence) / 2, df)
        assert t_quantile(df, confidence=confidence) == pytest.approx(expected, abs=1e-9)


def test_t_quantile_falls_towards_the_normal_one() -> None:
    quantiles = [t_quantile(df) for df in range(1, 500)]
    assert all(one > next_one for one, next_one in pairwise(quantiles))
    assert t_quantile(10**12) == pytest.approx(normal_quantile(), abs=1e-9)
    assert normal_quantile() == pytest.approx(stats.norm.ppf(0.975), abs=1e-12)


def test_t_quantile_needs_a_degree_of_freedom() -> None:
    with pytest.raises(ValueError, match="0 degrees"):
        t_quantile(0)


# --- the clustered interval (M9) ---


def statsmodels_clustered(satisfied: list[int], valid: list[int]) -> tuple[float, float, float]:
    """n* and the limits of M9 from statsmodels: the cluster-robust variance of a mean is M9's V."""
    answers = [int(i < s) for s, m in zip(satisfied, valid, strict=True) for i in range(m)]
    groups = [person for person, m in enumerate(valid) for _ in range(m)]
    fitted = sm.OLS(answers, np.ones(len(answers))).fit(cov_type="cluster", cov_kwds={"groups": np.array(groups)})
    p, variance, k = fitted.params[0], fitted.bse[0] ** 2, sum(m > 0 for m in valid)
    base = min(p * (1 - p) / variance, len(answers))
    shrunk = base * (stats.norm.ppf(0.975) / stats.t.ppf(0.975, k - 1)) ** 2
    low, high = proportion_confint(p * shrunk, shrunk, method="wilson")
    return base, 100 * low, 100 * high


@pytest.mark.parametrize("seed", range(12))
def test_the_clustered_interval_agrees_with_statsmodels(seed: int) -> None:
    generator = np.random.default_rng(seed)
    valid = generator.integers(0, 23, size=3 + 11 * seed).tolist()
    satisfied = [int(generator.binomial(m, generator.beta(2, 0.6))) for m in valid]
    sums = six_sums(satisfied, valid)
    base, low, high = statsmodels_clustered(satisfied, valid)
    found, effective = clustered_interval(sums), effective_base(sums)
    assert found is not None
    assert effective is not None
    assert float(effective) == pytest.approx(base, rel=1e-9)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-8)


def test_the_effective_base_lies_between_respondents_and_answers_when_answers_agree() -> None:
    found = effective_base(six_sums([22, 22, 0, 11, 22, 20], [22, 22, 22, 22, 22, 22]))
    assert found is not None
    assert found < 22


def test_the_effective_base_is_at_most_the_answers() -> None:
    assert effective_base(six_sums([2, 2, 2, 1, 2, 2], [3, 3, 3, 2, 3, 3])) == 17


@pytest.mark.parametrize(
    ("satisfied", "valid"), [([0, 0, 0], [5, 4, 3]), ([5, 4, 3], [5, 4, 3]), ([2, 1, 3], [4, 2, 6])]
)
def test_the_effective_base_is_the_respondents_where_the_variance_is_none(
    satisfied: list[int], valid: list[int]
) -> None:
    assert effective_base(six_sums(satisfied, valid)) == 3


def test_the_limits_reach_the_end_when_everybody_agrees() -> None:
    nobody, everybody = (
        clustered_interval(six_sums([0] * 9, [22] * 9)),
        clustered_interval(six_sums([22] * 9, [22] * 9)),
    )
    assert nobody is not None
    assert everybody is not None
    assert nobody.low == 0.0
    assert everybody.high == 100.0
    assert nobody.high == pytest.approx(100 - everybody.low)
    z, t = stats.norm.ppf(0.975), stats.t.ppf(0.975, 8)
    assert nobody.high == pytest.approx(100 * proportion_confint(0, 9 * (z / t) ** 2, method="wilson")[1])


def test_one_respondent_or_none_has_no_interval() -> None:
    assert clustered_interval(six_sums([20], [22])) is None
    assert effective_base(six_sums([20], [22])) is None
    assert clustered_interval(six_sums([], [])) is None


@pytest.fixture(scope="module")
def coverage() -> dict[tuple[int, int, float], tuple[float, float]]:
    """Per k, true index and correlation: how often M9's interval, and the naive one, held the truth."""
    generator = np.random.default_rng(20260715)
    runs, criteria = 1000, 22
    found = {}
    for k in (30, 100):
        for truth in (70, 80, 90, 95):
            for rho in (0.2, 0.4, 0.6):
                spread = (1 - rho) / rho
                likes = generator.beta(truth / 100 * spread, (1 - truth / 100) * spread, size=(runs, k))
                found[k, truth, rho] = _held(generator.binomial(criteria, likes), criteria=criteria, truth=truth)
    return found


def _held(satisfied: np.ndarray, *, criteria: int, truth: int) -> tuple[float, float]:
    k = satisfied.shape[1]
    clustered = naive = 0
    for s, ss in zip(satisfied.sum(axis=1).tolist(), (satisfied**2).sum(axis=1).tolist(), strict=True):
        sums = SixSums(k, s, k * criteria, ss, s * criteria, k * criteria**2, 0)
        interval, simple = clustered_interval(sums), wilson(s, k * criteria)
        assert interval is not None
        clustered += interval.low <= truth <= interval.high
        naive += simple.low <= truth <= simple.high
    return clustered / satisfied.shape[0], naive / satisfied.shape[0]


def test_from_a_hundred_respondents_the_clustered_interval_holds_the_truth_as_often_as_it_says(
    coverage: dict[tuple[int, int, float], tuple[float, float]],
) -> None:
    held = [clustered for (k, _, _), (clustered, _) in coverage.items() if k == 100]
    assert sum(held) / len(held) >= 0.93
    assert min(held) >= 0.91


def test_at_thirty_respondents_it_holds_in_at_least_86_of_100(
    coverage: dict[tuple[int, int, float], tuple[float, float]],
) -> None:
    held = [clustered for (k, _, _), (clustered, _) in coverage.items() if k == 30]
    assert sum(held) / len(held) >= 0.92
    assert min(held) >= 0.86


def test_an_interval_that_takes_answers_for_independent_would_promise_too_much(
    coverage: dict[tuple[int, int, float], tuple[float, float]],
) -> None:
    assert max(naive for _, naive in coverage.values()) < 0.72


# --- changes (M10) ---


@given(now=st.tuples(st.integers(2, 3000), st.floats(0, 1)), before=st.tuples(st.integers(2, 3000), st.floats(0, 1)))
def test_the_difference_agrees_with_newcombe_in_statsmodels(now: tuple[int, float], before: tuple[int, float]) -> None:
    (n1, part1), (n2, part2) = now, before
    s1, s2 = round(n1 * part1), round(n2 * part2)
    low, high = confint_proportions_2indep(s1, n1, s2, n2, method="newcomb", compare="diff")
    found = difference(share(s1, n1), share(s2, n2))
    assert found.points == Fraction(100 * s1, n1) - Fraction(100 * s2, n2)
    assert (found.low, found.high) == pytest.approx((100 * low, 100 * high), abs=1e-7)


def test_the_difference_gives_newcombes_published_example() -> None:
    """Newcombe 1998, table II, contrast (a), method 10: 56/70 - 48/80 is 0.2000 with 0.0524 to 0.3339."""
    found = difference(share(56, 70), share(48, 80))
    assert found.points == 20
    assert found.low == pytest.approx(5.24, abs=0.005)
    assert found.high == pytest.approx(33.39, abs=0.005)
    assert found.clear


def test_a_change_is_clear_in_either_direction_and_only_when_zero_is_left_out() -> None:
    assert difference(share(90, 100), share(60, 100)).clear
    assert difference(share(60, 100), share(90, 100)).clear
    assert not difference(share(90, 100), share(86, 100)).clear
    assert not difference(share(90, 100), share(90, 100)).clear


def test_no_change_between_two_halves_that_are_everything() -> None:
    found = difference(share(30, 30), share(30, 30))
    assert (found.points, found.clear) == (0, False)
    assert found.low is not None
    assert found.high is not None
    assert found.low == pytest.approx(-found.high)


# --- base rules (M11) ---


@pytest.mark.parametrize(
    ("respondents", "status"),
    [(0, "no_data"), (1, "suppressed"), (9, "suppressed"), (10, "indicative"), (29, "indicative"), (30, "rated")],
)
def test_the_base_decides_what_may_be_said(respondents: int, status: str) -> None:
    assert status_of(respondents, BaseRules()) == status


def test_every_status_has_words() -> None:
    words = [str(status_name(each)) for each in ("rated", "indicative", "suppressed", "no_data")]
    assert words == ["đủ số phiếu", "tham khảo", "chưa đủ số phiếu", "chưa có dữ liệu"]


def test_settings_may_raise_the_thresholds() -> None:
    rules = BaseRules.from_settings(suppressed_below=20, rated_from=50)
    assert [status_of(each, rules) for each in (19, 20, 49, 50)] == ["suppressed", "indicative", "indicative", "rated"]


@pytest.mark.parametrize(
    ("suppressed_below", "rated_from", "setting", "floor"),
    [(9, 30, "suppressed_below", 10), (10, 29, "rated_from", 30), (60, 50, "rated_from", 60)],
)
def test_settings_may_not_go_below_the_floors(suppressed_below: int, rated_from: int, setting: str, floor: int) -> None:
    with pytest.raises(BadThreshold) as refused:
        BaseRules.from_settings(suppressed_below=suppressed_below, rated_from=rated_from)
    assert (refused.value.setting, refused.value.floor) == (setting, floor)
    assert f"xin đặt từ {floor} trở lên" in str(refused.value.message)


def test_an_operator_may_lift_suppression_but_not_no_data() -> None:
    rules = BaseRules.for_operator(1)
    assert [status_of(each, rules) for each in (0, 1, 29, 30)] == ["no_data", "indicative", "indicative", "rated"]
    assert status_of(49, BaseRules.for_operator(50)) == "suppressed"
    assert status_of(50, BaseRules.for_operator(50)) == "rated"
    with pytest.raises(BadThreshold, match="0"):
        BaseRules.for_operator(0)


# --- ranking (M11) ---


def test_offices_that_are_not_clearly_different_share_a_tier() -> None:
    offices = {"a": (480, 500), "b": (476, 500), "c": (420, 500), "d": (415, 500), "e": (300, 500)}
    found = {each.key: each for each in rank(Contender(key, share(*counts)) for key, counts in offices.items())}
    assert [found[key].tier for key in "abcde"] == [1, 1, 2, 2, 3]
    assert [found[key].place for key in "abcde"] == [1, 2, 3, 4, 5]
    assert [(found[key].best, found[key].worst) for key in "abcde"] == [(1, 2), (1, 2), (3, 4), (3, 4), (5, 5)]


def test_a_tier_is_measured_from_its_first_office_not_from_the_neighbour() -> None:
    steps = [Contender(str(i), share(960 - 15 * i, 1000)) for i in range(4)]
    assert not difference(steps[1].share, steps[2].share).clear
    assert [each.tier for each in rank(steps)] == [1, 1, 2, 2]


def test_equal_offices_share_their_place_and_stand_in_order_of_code() -> None:
    found = rank([Contender("b", share(40, 50)), Contender("a", share(40, 50)), Contender("c", share(39, 50))])
    assert [(each.key, each.place) for each in found] == [("a", 1), ("b", 1), ("c", 3)]
    assert all((each.tier, each.best, each.worst) == (1, 1, 3) for each in found)


def test_nobody_to_rank_gives_no_ranks() -> None:
    assert rank([]) == ()


def test_a_wide_interval_keeps_an_office_among_the_first() -> None:
    """The rank interval tells the reader that a place from few answers says little."""
    wide = Contender("wide", Share(Fraction(80), Interval(40.0, 97.0)))
    narrow = [Contender(str(i), share(9000 - 500 * i, 10_000)) for i in range(5)]
    found = {each.key: each for each in rank([wide, *narrow])}
    assert (found["wide"].best, found["wide"].worst) == (1, 6)
    assert found["0"].worst == 2


def test_the_interval_of_a_single_question_is_a_little_wider_under_m9_than_under_m8() -> None:
    """One answer each: n* is k-1 by the variance of a ratio, then shrunk by t; so M8 stays with single questions."""
    sums = six_sums([1] * 45 + [0] * 5, [1] * 50)
    clustered, simple = clustered_interval(sums), wilson(45, 50)
    assert clustered is not None
    assert effective_base(sums) == 49
    assert clustered.low < simple.low < simple.high < clustered.high
    assert abs(clustered.low - simple.low) < 1
