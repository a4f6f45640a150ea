"""How sure a figure is: intervals, changes, base rules and ranking (M8–M11).

Intervals are floats in per cent; everything they are computed from stays an exact integer until the last
step. SciPy is not needed at run time: the t quantile is a few lines below, held against ``scipy.stats.t`` in
the tests.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from math import atan, cos, exp, lgamma, log, pi, sin, sqrt
from operator import add
from statistics import NormalDist
from typing import Literal, NamedTuple

from survey.domain.message import Message, message

Status = Literal["rated", "indicative", "suppressed", "no_data"]

CONFIDENCE = 0.95
SUPPRESSED_FLOOR = 10
RATED_FLOOR = 30


class SixSums(NamedTuple):
    """What a group of questions leaves behind of its respondents (M9); additive over days, desks and offices.

    ``k`` respondents have at least one valid answer in the group; respondent i gave m_i valid and s_i
    satisfied answers: ``s`` = Σs, ``m`` = Σm, ``ss`` = Σs², ``sm`` = Σsm, ``mm`` = Σm². ``all_satisfied``
    counts the respondents with s_i = m_i > 0 (M5, ``all45``).
    """

    k: int
    s: int
    m: int
    ss: int
    sm: int
    mm: int
    all_satisfied: int


class Interval(NamedTuple):
    """Two limits in per cent (or percentage points for a change)."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Share:
    """A share in per cent between its limits, as M10 and M11 compare them."""

    percent: Fraction
    interval: Interval


@dataclass(frozen=True, slots=True)
class Change:
    """A difference in percentage points ("điểm phần trăm"); ``clear`` when its interval leaves 0 out (M10).

    ``low`` and ``high`` are None, and ``clear`` False, where the method has no interval (M5).
    """

    points: Fraction
    low: float | None
    high: float | None
    clear: bool


@lru_cache
def normal_quantile(confidence: float = CONFIDENCE) -> float:
    """z of a two-sided interval: 1.96 for 0.95."""
    return NormalDist().inv_cdf((1 + confidence) / 2)


def wilson(satisfied: int, base: int, *, confidence: float = CONFIDENCE) -> Interval:
    """Wilson's score interval of satisfied/base in per cent (M8).

    At 0 the lower limit is exactly 0, at ``base`` the upper one exactly 100; an empty base is a ValueError,
    because no data is not a figure. E. B. Wilson, JASA 22 (1927) 209; Brown, Cai, DasGupta, Stat. Sci. 16
    (2001) 101.
    """
    if not 0 <= satisfied <= base or base == 0:
        raise ValueError(f"no share: {satisfied} satisfied of {base}")
    return _wilson(satisfied, base, base, z=normal_quantile(confidence))


def _wilson(satisfied: int, answered: int, base: float, *, z: float) -> Interval:
    """The interval of satisfied/answered on a base that may be another than the number of answers."""
    p = satisfied / answered
    shrink = 1 + z * z / base
    centre = (p + z * z / (2 * base)) / shrink
    half = z * sqrt(p * (1 - p) / base + z * z / (4 * base * base)) / shrink
    low = 0.0 if satisfied == 0 else 100 * (centre - half)
    high = 100.0 if satisfied == answered else 100 * (centre + half)
    return Interval(low, high)


def interval_at(share: Fraction, base: float, *, confidence: float = CONFIDENCE) -> Interval:
    """Wilson's interval, in per cent, of a share between 0 and 1 on an effective base, which need not be whole.

    For figures that are no plain count, such as a weighted index (M13).
    """
    return _wilson(share.numerator, share.denominator, base, z=normal_quantile(confidence))


def effective_base(sums: SixSums) -> Fraction | None:
    """n* = p(1−p)/V before the shrinking by (z/t)²: k where V is 0, at most Σm, None for k < 2 (M9).

    V = k/(k−1) · Σ(s−p·m)²/(Σm)² with p = Σs/Σm is the linearised variance of a ratio: Kish, Survey Sampling
    (1965). Both fractions are cleared here, so the result is exact.
    """
    found = _effective_base(sums)
    return Fraction(*found) if found else None


def _effective_base(sums: SixSums) -> tuple[int, int] | None:
    """Numerator and denominator: reducing a fraction costs more than all the rest of an interval."""
    k, s, m = sums.k, sums.s, sums.m
    if k < 2:
        return None
    residual = sums.ss * m * m - 2 * s * m * sums.sm + s * s * sums.mm
    if residual == 0:
        return k, 1
    over, under = s * (m - s) * m * m * (k - 1), k * residual
    return (over, under) if over < m * under else (m, 1)


def clustered_interval(sums: SixSums, *, confidence: float = CONFIDENCE) -> Interval | None:
    """Interval in per cent of a pooled index whose answers are correlated within respondents (M9).

    Wilson's interval with n* · (z/t)², t on k−1 degrees of freedom; None for fewer than two respondents.
    Korn & Graubard, Survey Methodology 24 (1998) 193; Franco, Little, Louis, Slud, JSSAM 7 (2019) 334.
    """
    found = _effective_base(sums)
    if found is None:
        return None
    over, under = found
    z = normal_quantile(confidence)
    t = t_quantile(sums.k - 1, confidence=confidence)
    # Python divides whole numbers of any size to the nearest float, so this is the exact base, rounded once.
    return _wilson(sums.s, sums.m, over / under * (z / t) ** 2, z=z)


def difference(now: Share, before: Share) -> Change:
    """Change from ``before`` to ``now`` with Newcombe's hybrid score interval, in percentage points (M10).

    Newcombe, Stat. Med. 17 (1998) 873, method 10, built from the limits that the two shares bring along:
    Wilson's for independent answers, those of M9 for a pooled index.
    """
    interval = _difference_interval(now, before)
    clear = interval.low > 0 or interval.high < 0
    return Change(now.percent - before.percent, interval.low, interval.high, clear)


def _difference_interval(now: Share, before: Share) -> Interval:
    p, q = float(now.percent), float(before.percent)
    down = sqrt((p - now.interval.low) ** 2 + (before.interval.high - q) ** 2)
    up = sqrt((now.interval.high - p) ** 2 + (q - before.interval.low) ** 2)
    return Interval(p - q - down, p - q + up)


# --- t quantile -------------------------------------------------------------------------------------------

_SERIES_FROM = 400  # the expansion in 1/df is off by less than 1e-10 there; below, the finite sums are cheap


@lru_cache(maxsize=4096)
def t_quantile(df: int, *, confidence: float = CONFIDENCE) -> float:
    """t of a two-sided interval on ``df`` ≥ 1 degrees of freedom, off by less than 1e-9 (12.706… for df 1).

    Newton's method on P(|T| < t), which is concave for t ≥ 0, from z on its left: it climbs and cannot
    overshoot. Abramowitz & Stegun 26.7.3 and 26.7.4 give the probability, 26.7.5 the expansion for many degrees
    of freedom. ValueError below 1.
    """
    if df < 1:
        raise ValueError(f"no t distribution on {df} degrees of freedom")
    z = normal_quantile(confidence)
    if df >= _SERIES_FROM:
        return _t_from_normal(z, df)
    t, step = z, 1.0
    while step > 1e-12 * t:
        step = (confidence - _t_probability(t, df)) / (2 * _t_density(t, df))
        t += step
    return t


def _t_from_normal(z: float, df: int) -> float:
    g1 = (z**3 + z) / 4
    g2 = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    g3 = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    g4 = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160
    return z + g1 / df + g2 / df**2 + g3 / df**3 + g4 / df**4


def _t_probability(t: float, df: int) -> float:
    angle = atan(t / sqrt(df))
    cosine = cos(angle)
    odd = df % 2
    term = total = (cosine if odd else 1.0) if df > 1 else 0.0
    for i in range(2 + odd, df, 2):
        term *= cosine * cosine * (i - 1) / i
        total += term
    return 2 / pi * (angle + sin(angle) * total) if odd else sin(angle) * total


def _t_density(t: float, df: int) -> float:
    constant = lgamma((df + 1) / 2) - lgamma(df / 2) - log(df * pi) / 2
    return exp(constant - (df + 1) / 2 * log(1 + t * t / df))


# --- base rules -------------------------------------------------------------------------------------------


class BadThreshold(ValueError):
    """A base rule that would show less than M11 allows; carries the setting, its value and its floor."""

    def __init__(self, *, setting: str, value: int, floor: int) -> None:
        self.setting, self.value, self.floor = setting, value, floor
        self.message = message(
            "Ngưỡng %(setting)s đang là %(value)s; xin đặt từ %(floor)s trở lên.",
            setting=setting,
            value=value,
            floor=floor,
        )
        super().__init__(str(self.message))


@dataclass(frozen=True, slots=True)
class BaseRules:
    """How many respondents a figure needs (M11): hidden under ``suppressed_below``, rated from ``rated_from``."""

    suppressed_below: int = SUPPRESSED_FLOOR
    rated_from: int = RATED_FLOOR

    @classmethod
    def from_settings(cls, *, suppressed_below: int, rated_from: int) -> "BaseRules":
        """The rules of an installation; BadThreshold under the floors 10 and 30 or if the two are crossed."""
        _hold(setting="suppressed_below", value=suppressed_below, floor=SUPPRESSED_FLOOR)
        _hold(setting="rated_from", value=rated_from, floor=max(RATED_FLOOR, suppressed_below))
        return cls(suppressed_below, rated_from)

    @classmethod
    def for_operator(cls, minimum: int) -> "BaseRules":
        """The rules of ``--minimum-base`` at the console, where 1 lifts suppression; rated stays from 30."""
        _hold(setting="minimum-base", value=minimum, floor=1)
        return cls(minimum, max(RATED_FLOOR, minimum))


def _hold(*, setting: str, value: int, floor: int) -> None:
    if value < floor:
        raise BadThreshold(setting=setting, value=value, floor=floor)


def status_of(respondents: int, rules: BaseRules) -> Status:
    """What may be said of a figure that rests on so many respondents (M11); none at all is ``no_data``."""
    if respondents == 0:
        return "no_data"
    if respondents < rules.suppressed_below:
        return "suppressed"
    return "rated" if respondents >= rules.rated_from else "indicative"


_STATUS_NAMES: dict[Status, Message] = {
    "rated": message("đủ số phiếu"),
    "indicative": message("tham khảo"),
    "suppressed": message("chưa đủ số phiếu"),
    "no_data": message("chưa có dữ liệu"),
}


def status_name(status: Status) -> Message:
    """The words that stand for a status on pages and in reports."""
    return _STATUS_NAMES[status]


# --- ranking ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Contender:
    """One rated office on its way into a ranking."""

    key: str
    share: Share


@dataclass(frozen=True, slots=True)
class Rank:
    """Where an office stands: ``place`` by index alone (ties share it), ``tier``, and its rank interval (M11).

    ``best`` is 1 + the number of offices clearly above it, ``worst`` the number not clearly below it.
    """

    key: str
    place: int
    tier: int
    best: int
    worst: int


def rank(contenders: Iterable[Contender]) -> tuple[Rank, ...]:
    """Ranks in order of index, highest first; an office clearly different from the first of its tier opens one.

    (M11.) Equal indices stand in order of key. Empty in, empty out.
    """
    ordered = sorted(contenders, key=_order)
    places, tiers = _places(ordered), _tiers(ordered)
    above, below = _clear_pairs(ordered)
    return tuple(
        Rank(each.key, places[i], tiers[i], above[i] + 1, len(ordered) - below[i]) for i, each in enumerate(ordered)
    )


def _order(each: Contender) -> tuple[float, Fraction, str]:
    """Exact, and quick: fractions are compared only where they are the same float."""
    return -float(each.share.percent), -each.share.percent, each.key


def _places(ordered: Sequence[Contender]) -> list[int]:
    """1 and so on; equal indices share the first of their places."""
    places: list[int] = []
    for i, each in enumerate(ordered):
        tied = i > 0 and each.share.percent == ordered[i - 1].share.percent
        places.append(places[-1] if tied else i + 1)
    return places


def _tiers(ordered: Sequence[Contender]) -> list[int]:
    tiers: list[int] = []
    first: Contender | None = None
    for each in ordered:
        if first is None or _clearly_above(first, each):
            first = each
            tiers.append(tiers[-1] + 1 if tiers else 1)
        else:
            tiers.append(tiers[-1])
    return tiers


def _clearly_above(one: Contender, other: Contender) -> bool:
    return _difference_interval(one.share, other.share).low > 0


def _clear_pairs(ordered: Sequence[Contender]) -> tuple[list[int], list[int]]:
    """How many are clearly above each, and how many clearly below, of contenders in order of index.

    This is ``_clearly_above`` for every pair (500 offices are 125 000), but most need no look: nobody lower stands
    clearly above; who is further away than the widest interval demands is clearly below, and so is all that follows;
    who is nearer than the narrowest demands is not. Rounding keeps the order, so the bounds decide as the pairs would.
    """
    points = [float(each.share.percent) for each in ordered]
    downs = [(p - each.share.interval.low) ** 2 for p, each in zip(points, ordered, strict=True)]
    ups = [(each.share.interval.high - p) ** 2 for p, each in zip(points, ordered, strict=True)]
    narrow, wide = min(ups, default=0.0), max(ups, default=0.0)
    above, below, from_there = [0] * len(ordered), [0] * len(ordered), [0] * (len(ordered) + 1)
    for i, (p, down) in enumerate(zip(points, downs, strict=True)):
        possible = _first_beyond(points, p, sqrt(down + narrow), start=i + 1)
        certain = _first_beyond(points, p, sqrt(down + wide), start=possible)
        clear = [j for j in range(possible, certain) if p - points[j] > sqrt(down + ups[j])]
        below[i] = len(clear) + len(ordered) - certain
        from_there[certain] += 1
        for j in clear:
            above[j] += 1
    return list(map(add, above, accumulate(from_there))), below


def _first_beyond(points: Sequence[float], p: float, distance: float, *, start: int) -> int:
    """The first of the falling points, from ``start`` on, that is further below p than the distance."""
    return bisect_right(points, distance, lo=start, key=lambda point: p - point)
