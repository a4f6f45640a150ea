"""Beside an index: how many of those served answered, and the index with each desk or office at its weight (M13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from survey.domain.estimation import (
    RATED_FLOOR,
    BaseRules,
    Interval,
    SixSums,
    effective_base,
    interval_at,
    normal_quantile,
    t_quantile,
)

# Why there is no weighted index: transactions not known for all, too few respondents in one, nothing to weigh.
Lack = Literal["transactions", "base", "single"]


@dataclass(frozen=True, slots=True)
class ResponseRate:
    """Responses over transactions; ``transactions`` None where they do not cover the whole period.

    The responses are those of the headline's channels that were not set aside, to whatever questionnaire version:
    transactions know of no questionnaire. ``set_aside`` counts the others.
    """

    responses: int
    transactions: int | None
    set_aside: int = 0

    @property
    def received(self) -> int:
        """How many responses came in all."""
        return self.responses + self.set_aside

    @property
    def percent(self) -> Fraction | None:
        """Responses per hundred transactions, exact; above 100 where there were more. None where nothing is known."""
        return Fraction(100 * self.responses, self.transactions) if self.transactions else None

    @property
    def exceeded(self) -> bool:
        """Whether more responses came than there were transactions, those among them that were set aside for it."""
        return self.transactions is not None and self.received > self.transactions


@dataclass(frozen=True, slots=True)
class Stratum:
    """A desk, or an office below: its headline index in per cent, the sums behind it, and its transactions."""

    code: str
    name: str
    sums: SixSums
    percent: Fraction | None
    transactions: int | None


@dataclass(frozen=True, slots=True)
class Weighted:
    """The weighted index in per cent between its limits; None with the ``lack`` that forbids it and ``lacking`` names.

    Limits are None as well under a method without interval (M5).
    """

    percent: Fraction | None = None
    low: float | None = None
    high: float | None = None
    strata: tuple[Stratum, ...] = ()
    lack: Lack | None = None
    lacking: tuple[str, ...] = ()


def weighted_index(strata: Sequence[Stratum], *, with_interval: bool, rules: BaseRules | None = None) -> Weighted:
    """Σ W_h p_h with W_h the share of transactions, and its interval (M13; Cochran, Sampling Techniques, 1977, ch. 5).

    V = Σ W_h² V_h with V_h that of M9, and Wilson's interval with n* = p(1−p)/V. Strata without a transaction weigh
    nothing and are left out. There is no index unless there are two, the transactions of all are known, and each has
    a rated base, never less than 30.
    """
    rated_from = max(RATED_FLOOR, (rules or BaseRules()).rated_from)
    used = tuple(each for each in strata if each.transactions != 0)
    if len(used) < 2:
        return Weighted(strata=used, lack="single")
    lacks: tuple[tuple[Lack, list[str]], ...] = (
        ("transactions", [each.name for each in used if each.transactions is None]),
        ("base", [each.name for each in used if each.percent is None or each.sums.k < rated_from]),
    )
    for lack, names in lacks:
        if names:
            return Weighted(strata=used, lack=lack, lacking=tuple(names))
    weights = weights_of(used)
    percent = sum((weight * (each.percent or 0) for weight, each in zip(weights, used, strict=True)), Fraction())
    if not with_interval:
        return Weighted(percent, strata=used)
    low, high = _interval(percent / 100, weights, [each.sums for each in used])
    return Weighted(percent, low, high, used)


def weights_of(strata: Sequence[Stratum]) -> list[Fraction]:
    """The share of each in all transactions; they add up to 1."""
    whole = sum(each.transactions or 0 for each in strata)
    return [Fraction(each.transactions or 0, whole) for each in strata]


def _interval(share: Fraction, weights: Sequence[Fraction], strata: Sequence[SixSums]) -> Interval:
    """Wilson's interval with the effective base that the strata have together; for a single one it is that of M9.

    A stratum where all are content has p(1−p) = 0, yet is not known without error. So p is drawn to the middle, as
    Agresti and Coull do (Am. Stat. 52, 1998, 119), in V and in the base alike. Simulated in the tests.
    """
    drawn = [_drawn(sums) for sums in strata]
    middle = sum(float(weight) * p for weight, (p, _) in zip(weights, drawn, strict=True))
    variance = sum(float(weight) ** 2 * p * (1 - p) / base for weight, (p, base) in zip(weights, drawn, strict=True))
    return interval_at(share, middle * (1 - middle) / variance)


def _drawn(sums: SixSums) -> tuple[float, float]:
    """A stratum's share, drawn to the middle, and its effective base, shrunk as in M9."""
    z = normal_quantile()
    base = float(effective_base(sums) or 0) * (z / t_quantile(sums.k - 1)) ** 2
    return (sums.s / sums.m * base + z * z / 2) / (base + z * z), base
