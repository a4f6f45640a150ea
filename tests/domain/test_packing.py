"""Packed tallies: they come back from their bytes, and their sum is the plain sum, however large (M6)."""

import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from survey.domain.packing import RunningTotal, from_bytes, join, join_totals, lanes_of, split, tallies_by, to_bytes
from survey.domain.tally import Tally, layout_of, total
from tests.domain.instruments import SIPAS, SMALL, answered, tally_of

LAYOUT = layout_of(SMALL)
Q2 = 9  # SMALL has three criteria, so a response adds at most 9 to a cell
LIMIT = (2**32 - 1) // Q2


def tallies(largest: int) -> st.SearchStrategy[Tally]:
    """Tallies whose cells are as large as those of so many responses can be."""

    def of(responses: int) -> st.SearchStrategy[Tally]:
        cell = st.one_of(st.just(Q2 * responses), st.integers(0, Q2 * responses))
        cells = st.lists(cell, min_size=LAYOUT.length, max_size=LAYOUT.length).map(tuple)
        return st.builds(Tally, responses=st.just(responses), cells=cells)

    near = st.sampled_from([1, LIMIT // 3, LIMIT // 2, LIMIT - 1, LIMIT, LIMIT + 1, 2 * LIMIT])
    return st.one_of(near, st.integers(0, largest)).flatmap(of)


FULL = Tally(LIMIT, (Q2 * LIMIT,) * LAYOUT.length)
ONE = Tally(1, (Q2,) * LAYOUT.length)


@given(given_tallies=st.lists(tallies(2**34), max_size=12))
@example(given_tallies=[FULL, ONE])
@example(given_tallies=[ONE, FULL, FULL, ONE])
@example(given_tallies=[Tally(LIMIT - 1, (Q2 * (LIMIT - 1),) * LAYOUT.length), ONE, ONE])
def test_the_running_total_is_the_plain_sum(given_tallies: list[Tally]) -> None:
    running, by_lanes = RunningTotal(LAYOUT), RunningTotal(LAYOUT)
    for number, each in enumerate(given_tallies, 1):
        data = to_bytes(each)
        running.add(each.responses, data)
        by_lanes.add(each.responses, data, lanes_of(data))
        assert running.tally() == by_lanes.tally() == total(LAYOUT, given_tallies[:number])
        assert running.tally() == from_bytes(LAYOUT, running.to_bytes())
    assert running.tally() == total(LAYOUT, given_tallies)


@given(given_tallies=st.lists(tallies(2**34), min_size=2, max_size=9), parts=st.integers(1, 3), cut=st.integers(0, 9))
@example(given_tallies=[FULL, ONE, ONE], parts=1, cut=1)
@example(given_tallies=[FULL, ONE, ONE, FULL], parts=2, cut=2)
def test_parts_and_sums_of_sums_are_the_plain_sums(given_tallies: list[Tally], parts: int, cut: int) -> None:
    rows = [given_tallies[i : i + parts] for i in range(0, len(given_tallies) - parts + 1, parts)]
    halves = [RunningTotal(LAYOUT, parts), RunningTotal(LAYOUT, parts)]
    for number, row in enumerate(rows):
        halves[number < cut].add(sum(each.responses for each in row), join(row))
    whole = RunningTotal(LAYOUT, parts)
    for half in halves:
        whole.include(half)
    plain = [total(LAYOUT, column) for column in zip(*rows, strict=True)] or [Tally.empty(LAYOUT)] * parts
    assert whole.tallies() == plain
    assert split(LAYOUT, whole.to_bytes(), parts) == plain
    assert split(LAYOUT, join_totals([whole]), parts) == plain
    by_name = {number: each for number, each in enumerate(plain)}
    assert tallies_by(LAYOUT, [(range(parts), half) for half in halves]) == by_name
    everything = tallies_by(LAYOUT, [([0] * parts, half) for half in halves])
    assert everything == {0: total(LAYOUT, plain)}


@given(times=st.lists(st.sampled_from([0, 1, 5, LIMIT - 1, LIMIT, LIMIT + 1, 3 * LIMIT]), max_size=4))
def test_one_response_many_times_is_the_plain_sum(times: list[int]) -> None:
    running = RunningTotal(LAYOUT)
    for each in times:
        running.repeat(lanes_of(to_bytes(ONE)), each)
    number = sum(times)
    assert running.tally() == Tally(number, (Q2 * number,) * LAYOUT.length)


def test_sums_of_different_layouts_do_not_add_up() -> None:
    running = RunningTotal(LAYOUT)
    with pytest.raises(ValueError, match="different"):
        running.include(RunningTotal(layout_of(SIPAS)))


def test_a_sum_up_to_the_limit_fills_its_lanes_and_carries_nothing() -> None:
    half = Tally(LIMIT // 2, (Q2 * (LIMIT // 2),) * LAYOUT.length)
    running = RunningTotal(LAYOUT)
    for _ in range(2):
        running.add(half.responses, to_bytes(half))
    assert running.tally() == half + half
    assert max(running.tally().cells) < 2**32


def test_a_response_adds_at_most_the_square_of_the_criteria_to_any_cell() -> None:
    """What the limit rests on: the largest response there can be."""
    for questionnaire, criteria in ((SMALL, 3), (SIPAS, 22)):
        best = tally_of(questionnaire, answered({each.id: 5 for each in questionnaire.scored}))
        assert max(best.cells) == criteria**2


@given(tally=tallies(2**40))
def test_a_tally_comes_back_from_its_bytes(tally: Tally) -> None:
    assert from_bytes(LAYOUT, to_bytes(tally)) == tally


def test_the_bytes_are_little_endian_with_the_responses_first() -> None:
    data = to_bytes(tally_of(SMALL, answered({"overall": 1}, {"overall": 1})))
    assert len(data) == 4 * (1 + LAYOUT.length)
    assert data[:8] == b"\x02\x00\x00\x00\x02\x00\x00\x00"


def test_a_number_that_does_not_fit_four_bytes_gets_eight_and_is_never_cut() -> None:
    cells = (0,) * (LAYOUT.length - 1)
    assert len(to_bytes(Tally(1, (2**32 - 1, *cells)))) == 4 * (1 + LAYOUT.length)
    assert len(to_bytes(Tally(1, (2**32, *cells)))) == 8 * (1 + LAYOUT.length)
    with pytest.raises(struct.error):
        to_bytes(Tally(1, (2**64, *cells)))


@pytest.mark.parametrize(
    "data", [b"", b"\x01\x02\x03", b"\x00" * 4 * LAYOUT.length, b"\x00" * 12 * (LAYOUT.length + 1)]
)
def test_bytes_that_are_no_tally_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="no tally"):
        from_bytes(LAYOUT, data)
    with pytest.raises(ValueError, match="no tally"):
        RunningTotal(LAYOUT).add(1, data)
