"""The response rate and the weighted index (M13), held against a published stratified sample and statsmodels."""

from fractions import Fraction
from math import sqrt

import numpy as np
import pytest
import statsmodels.api as sm

from survey.domain.estimation import SixSums, clustered_interval, normal_quantile
from survey.domain.weighting import ResponseRate, Stratum, weighted_index, weights_of
from tests.domain.instruments import reference


def single(satisfied: int, base: int) -> SixSums:
    """So many respondents with one answer each."""
    return SixSums(base, satisfied, base, satisfied, satisfied, base, satisfied)


def stratum(name: str, sums: SixSums, transactions: int | None) -> Stratum:
    return Stratum(name, f"Quầy {name}", sums, Fraction(100 * sums.s, sums.m) if sums.m else None, transactions)


def clustered(dice: np.random.Generator, people: int, share: float) -> tuple[SixSums, np.ndarray, np.ndarray]:
    """Respondents with 1 to 22 answers that hang together: their sums, the answers, and whose each answer is."""
    given = dice.integers(1, 23, people)
    satisfied = dice.binomial(given, dice.beta(share * 2, (1 - share) * 2, people))
    answers = np.concatenate([[1.0] * s + [0.0] * (m - s) for s, m in zip(satisfied, given, strict=True)])
    sums = (people, satisfied.sum(), given.sum(), (satisfied**2).sum(), (satisfied * given).sum(), (given**2).sum())
    return SixSums(*map(int, sums), 0), answers, np.repeat(np.arange(people), given)


# ---- response rate


def test_a_response_rate_is_responses_per_hundred_transactions() -> None:
    rate = ResponseRate(396, 2089)
    assert rate.percent == Fraction(39600, 2089)
    assert not rate.exceeded


def test_more_responses_than_transactions_are_called_so() -> None:
    assert ResponseRate(101, 100).exceeded
    assert not ResponseRate(100, 100).exceeded
    assert ResponseRate(100, 100, set_aside=1).exceeded, "the excess itself may have been set aside meanwhile"
    assert ResponseRate(100, 100, set_aside=1).percent == 100
    assert ResponseRate(1, 0).exceeded
    assert ResponseRate(1, 0).percent is None


def test_without_transactions_there_is_no_rate() -> None:
    assert ResponseRate(5, None).percent is None
    assert not ResponseRate(5, None).exceeded
    assert not ResponseRate(0, 0).exceeded


# ---- weighted index


def test_a_published_stratified_sample() -> None:
    rows = reference("stratified_acls.csv")
    strata = [
        stratum(
            row["discipline"],
            single(round(int(row["returns"]) * int(row["percent"]) / 100), int(row["returns"])),
            int(row["members"]),
        )
        for row in rows
    ]
    assert float(sum(weights_of(strata))) == 1
    found = weighted_index(strata, with_interval=True)
    assert found.percent is not None
    assert found.low is not None
    assert found.high is not None
    assert float(found.percent) == pytest.approx(24.65, abs=0.03)  # whole respondents instead of rounded per cent
    half = (found.high - found.low) / 2
    assert half == pytest.approx(normal_quantile() * 0.74, rel=0.01)
    assert half > normal_quantile() * 0.71


def test_the_variance_is_that_of_statsmodels_for_answers_clustered_in_respondents() -> None:
    dice = np.random.default_rng(5)
    strata, variance, expected = [], 0.0, 0.0
    for name, people, share, transactions in (("a", 400, 0.7, 900), ("b", 250, 0.6, 2500), ("c", 300, 0.8, 600)):
        sums, answers, whose = clustered(dice, people, share)
        model = sm.OLS(answers, np.ones(len(answers))).fit(cov_type="cluster", cov_kwds={"groups": whose})
        strata.append(stratum(name, sums, transactions))
        weight = transactions / 4000
        variance += weight**2 * model.bse[0] ** 2
        expected += weight * 100 * model.params[0]
    found = weighted_index(strata, with_interval=True)
    assert found.percent is not None
    assert found.low is not None
    assert found.high is not None
    assert float(found.percent) == pytest.approx(expected)
    assert (found.high - found.low) / 2 == pytest.approx(100 * normal_quantile() * sqrt(variance), rel=0.02)


def test_one_stratum_that_has_nearly_all_the_weight_gives_its_own_interval() -> None:
    heavy, light = single(70, 100), single(50, 100)
    found = weighted_index([stratum("a", heavy, 10**8), stratum("b", light, 1)], with_interval=True)
    alone = clustered_interval(heavy)
    assert alone is not None
    assert (found.low, found.high) == pytest.approx((alone.low, alone.high), abs=1e-4)


def test_equal_strata_in_proportion_give_the_pooled_index() -> None:
    found = weighted_index([stratum("a", single(80, 100), 50), stratum("b", single(120, 200), 100)], with_interval=True)
    assert found.percent == Fraction(100 * 200, 300)


def test_where_all_are_content_the_interval_still_says_that_few_were_asked() -> None:
    found = weighted_index([stratum("a", single(30, 30), 5), stratum("b", single(30, 30), 5)], with_interval=True)
    assert found.percent == 100
    assert found.low is not None
    assert 90 < found.low < 95
    nearly = weighted_index([stratum("a", single(29, 30), 5), stratum("b", single(30, 30), 5)], with_interval=True)
    assert nearly.low is not None
    assert 88 < nearly.low < found.low


def test_every_stratum_needs_thirty_respondents() -> None:
    enough, few = stratum("a", single(20, 30), 100), stratum("b", single(20, 29), 100)
    assert weighted_index([enough, enough], with_interval=True).percent is not None
    found = weighted_index([enough, few], with_interval=True)
    assert (found.percent, found.low, found.lack, found.lacking) == (None, None, "base", ("Quầy b",))


def test_transactions_must_be_known_for_every_stratum() -> None:
    found = weighted_index([stratum("a", single(20, 30), 100), stratum("b", single(20, 30), None)], with_interval=True)
    assert (found.percent, found.lack, found.lacking) == (None, "transactions", ("Quầy b",))


def test_a_stratum_without_a_transaction_weighs_nothing_and_one_alone_is_not_weighted() -> None:
    used, shut = stratum("a", single(20, 40), 100), stratum("b", single(0, 0), 0)
    assert weighted_index([used, shut], with_interval=True).lack == "single"
    assert weighted_index([used, used, shut], with_interval=True).percent == 50
    assert weighted_index([], with_interval=True).lack == "single"


def test_a_method_without_interval_has_a_weighted_index_without_one() -> None:
    two = [stratum("a", single(20, 40), 100), stratum("b", single(30, 40), 300)]
    found = weighted_index(two, with_interval=False)
    assert found.percent == Fraction(100, 1) * (Fraction(1, 4) * Fraction(1, 2) + Fraction(3, 4) * Fraction(3, 4))
    assert found.low is found.high is None


@pytest.mark.parametrize(
    ("sizes", "shares"), [((100, 100), (0.5, 0.5)), ((100, 60, 60), (0.2, 0.4, 0.4)), ((40,) * 6, (1 / 6,) * 6)]
)
def test_the_interval_holds_the_truth_as_often_as_it_says(sizes: tuple[int, ...], shares: tuple[float, ...]) -> None:
    """Simulated over indices of 70 to 95 % and correlations of 0.2 to 0.6; two hundred samples of each."""
    dice = np.random.default_rng(13)
    held = []
    for share in (0.7, 0.8, 0.9, 0.95):
        for correlation in (0.2, 0.4, 0.6):
            a = (1 - correlation) / correlation
            for _ in range(200):
                strata = []
                for size, weight in zip(sizes, shares, strict=True):
                    s = dice.binomial(22, dice.beta(share * a, (1 - share) * a, size))
                    sums = SixSums(size, int(s.sum()), 22 * size, int((s * s).sum()), int(22 * s.sum()), 484 * size, 0)
                    strata.append(stratum("x", sums, round(weight * 10_000)))
                found = weighted_index(strata, with_interval=True)
                assert found.low is not None
                assert found.high is not None
                held.append(found.low <= 100 * share <= found.high)
    assert 0.93 <= np.mean(held) <= 0.97
