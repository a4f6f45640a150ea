"""How often the printed intervals hold the truth: people are simulated (M9), intervals are the program's own.

Each respondent has a leaning of his own, drawn from a beta distribution with the true index as its mean and the
correlation as its intraclass correlation; answers to 22 criteria follow it (beta-binomial). Some answers are missing:
most criteria are answered by nine in ten, four by three in ten, and not everybody goes through to the end.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np
from numpy.typing import NDArray

from survey.domain.estimation import Interval, Share, SixSums, clustered_interval, difference
from survey.domain.weighting import Stratum, weighted_index

INDICES = (0.70, 0.75, 0.80, 0.85, 0.90, 0.95)
CORRELATIONS = (0.2, 0.3, 0.4, 0.5, 0.6)
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Crowd:
    """People who think alike to a degree: their true index, and the correlation of one person's answers."""

    index: float
    correlation: float


def samples(crowd: Crowd, people: int, *, number: int, random: np.random.Generator) -> Iterator[SixSums]:
    """The sums that so many samples of so many respondents leave behind; everybody answers at least once."""
    spread = (1 - crowd.correlation) / crowd.correlation
    leaning = random.beta(crowd.index * spread, (1 - crowd.index) * spread, size=(number, people))
    reached = np.where(random.random((number, people)) < 0.15, 9, 18)
    valid = random.binomial(reached, 0.9) + random.binomial(4, 0.3, size=(number, people))
    valid = np.maximum(valid, 1)
    satisfied = random.binomial(valid, leaning)
    columns = (satisfied, valid, satisfied**2, satisfied * valid, valid**2, (satisfied == valid).astype(np.int64))
    for s, m, ss, sm, mm, alike in zip(*(column.sum(axis=1).tolist() for column in columns), strict=True):
        yield SixSums(people, s, m, ss, sm, mm, alike)


def share_of(sums: SixSums) -> Share:
    """The pooled index with the interval that is printed (M9)."""
    interval = clustered_interval(sums)
    assert interval is not None
    return Share(Fraction(100 * sums.s, sums.m), interval)


def holds(interval: Interval, truth: float) -> bool:
    return interval.low <= truth <= interval.high


def of_index(crowd: Crowd, people: int, *, number: int, random: np.random.Generator) -> float:
    """The share, in per cent, of the samples whose interval (M9) holds the true index."""
    held = (
        holds(share_of(each).interval, 100 * crowd.index)
        for each in samples(crowd, people, number=number, random=random)
    )
    return 100 * sum(held) / number


def of_change(now: tuple[Crowd, int], before: tuple[Crowd, int], *, number: int, random: np.random.Generator) -> float:
    """The same for the interval of a difference (M10)."""
    truth = 100 * (now[0].index - before[0].index)
    pairs = zip(*(samples(crowd, people, number=number, random=random) for crowd, people in (now, before)), strict=True)
    held = 0
    for one, other in pairs:
        found = difference(share_of(one), share_of(other))
        assert found.low is not None
        assert found.high is not None
        held += found.low <= truth <= found.high
    return 100 * held / number


def of_weighted(strata: Sequence[tuple[Crowd, int, int]], *, number: int, random: np.random.Generator) -> float:
    """The same for the weighted index (M13) of strata given by crowd, respondents and transactions."""
    whole = sum(weight for _, _, weight in strata)
    truth = sum(100 * crowd.index * weight / whole for crowd, _, weight in strata)
    drawn = [samples(crowd, people, number=number, random=random) for crowd, people, _ in strata]
    held = 0
    for sums in zip(*drawn, strict=True):
        parts = [
            Stratum(str(place), "", each, Fraction(100 * each.s, each.m), strata[place][2])
            for place, each in enumerate(sums)
        ]
        found = weighted_index(parts, with_interval=True)
        assert found.low is not None
        assert found.high is not None
        held += found.low <= truth <= found.high
    return 100 * held / number


def over_grid(coverage: Callable[[Crowd], float]) -> dict[Crowd, float]:
    """The coverage at every index and correlation."""
    return {crowd: coverage(crowd) for crowd in (Crowd(*each) for each in product(INDICES, CORRELATIONS))}
