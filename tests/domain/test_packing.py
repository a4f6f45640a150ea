"""Packed tallies: they come back from their bytes, and their sum is the plain sum, however large (M6)."""

import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from survey.domain.packing import RunningTotal, from_bytes, lanes_of, to_bytes
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
        assert running.responses == running.tally().responses
    assert running.tally() == total(LAYOUT, given_tallies)


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
