"""Every printed interval holds the truth as often as it says: simulated (M9, M10, M13) or computed exactly (M8).

`make coverage` runs the same tests on many more samples (COVERAGE_SAMPLES) and prints every figure.
"""

import os
import sys

import numpy as np
import pytest
from scipy import stats

from survey.domain.estimation import wilson
from tests.domain.coverage import Crowd, of_change, of_index, of_weighted, over_grid

SAMPLES = int(os.environ.get("COVERAGE_SAMPLES", "300"))
FEWER = SAMPLES // 3  # where a sample takes several intervals


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(20261031)


def say(line: str) -> None:
    """One line of the table that `make coverage` shows."""
    sys.stdout.write(f"{line}\n")


def luck(samples: int) -> float:
    """What chance may take off the lowest of thirty figures near 92 %: three and a half standard errors."""
    return 3.5 * 100 * float((0.92 * 0.08 / samples) ** 0.5)


def told(name: str, figures: list[float]) -> tuple[float, float]:
    """Average and least of the figures, printed."""
    average, least = float(np.mean(figures)), min(figures)
    say(f"{name}: {average:.2f} % on average, {least:.2f} % at least, {max(figures):.2f} % at most")
    return average, least


# --- the index (M9) ---


@pytest.mark.parametrize("people", [100, 300])
def test_the_interval_of_an_index_holds_the_truth(people: int, random: np.random.Generator) -> None:
    found = over_grid(lambda crowd: of_index(crowd, people, number=SAMPLES, random=random))
    average, least = told(f"M9, {people} people", list(found.values()))
    assert 93 <= average <= 97
    assert least >= 92 - luck(SAMPLES)


def test_the_interval_of_an_index_from_thirty_people(random: np.random.Generator) -> None:
    found = over_grid(lambda crowd: of_index(crowd, 30, number=SAMPLES, random=random))
    usual = [coverage for crowd, coverage in found.items() if crowd.index <= 0.90]
    extreme = [coverage for crowd, coverage in found.items() if crowd.index > 0.90]
    assert told("M9, 30 people, index up to 90 %", usual)[1] >= 91 - luck(SAMPLES)
    assert told("M9, 30 people, index 95 %", extreme)[1] >= 86 - luck(SAMPLES)


# --- a change (M10) ---


@pytest.mark.parametrize(("now", "before"), [(100, 100), (300, 100), (100, 30)])
def test_the_interval_of_a_change_holds_the_truth(now: int, before: int, random: np.random.Generator) -> None:
    """Between a month and the one before, 3 points lower and answered by people who agree a little less."""
    found = over_grid(
        lambda crowd: of_change(
            (crowd, now), (Crowd(crowd.index - 0.03, crowd.correlation - 0.1), before), number=FEWER, random=random
        )
    )
    average, least = told(f"M10, {now} and {before} people", list(found.values()))
    assert 93 <= average <= 97
    assert least >= (92 if before >= 100 else 91) - luck(FEWER)


# --- the weighted index (M13) ---


@pytest.mark.parametrize("people", [(100, 100, 100), (30, 60, 300)])
def test_the_interval_of_a_weighted_index_holds_the_truth(
    people: tuple[int, int, int], random: np.random.Generator
) -> None:
    """Of three offices of different sizes, some better and some worse than the grid's index."""

    def coverage(crowd: Crowd) -> float:
        crowds = [Crowd(min(crowd.index + shift, 0.97), crowd.correlation) for shift in (-0.1, 0, 0.1)]
        strata = list(zip(crowds, people, (2_000, 1_000, 500), strict=True))
        return of_weighted(strata, number=FEWER, random=random)

    average, least = told(f"M13, {people} people", list(over_grid(coverage).values()))
    assert 93 <= average <= 97
    assert least >= 91 - luck(FEWER)


# --- a criterion (M8) ---


@pytest.mark.parametrize("base", [10, 30, 50, 100, 300, 1000])
def test_the_interval_of_a_criterion_holds_the_truth(base: int) -> None:
    """Exact, without a sample: the probability of each count whose interval holds the truth, averaged over shares."""
    shares = np.linspace(0.5, 99.5, 397) / 100
    limits = np.array([wilson(satisfied, base) for satisfied in range(base + 1)]) / 100
    holding = (limits[:, :1] <= shares) & (shares <= limits[:, 1:])
    chance = stats.binom.pmf(np.arange(base + 1)[:, None], base, shares)
    average = 100 * float((chance * holding).sum(axis=0).mean())
    say(f"M8, {base} people: {average:.2f} % on average over true shares of 0.5 to 99.5 %")
    assert 94 <= average <= 96
