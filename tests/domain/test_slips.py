"""Slip codes: nobody guesses one, and a slip of the finger is found."""

from collections import Counter
from datetime import date
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.offices import DESK_CODE_SIGNS, normalise_desk_code
from survey.domain.slips import grouped, hashed, new_code, new_codes, normalise_slip_code, slip_key, week_of

PLACES = range(12)
# Hypothesis chooses eleven signs; where no twelfth fits, which is one time in 31, there is no such code.
ELEVEN = st.text(DESK_CODE_SIGNS, min_size=11, max_size=11)


def completed(eleven: str) -> list[str]:
    """The codes that begin so: one, or none."""
    return [eleven + sign for sign in DESK_CODE_SIGNS if normalise_slip_code(eleven + sign)]


def test_a_code_has_twelve_signs_that_nobody_confuses() -> None:
    for code in new_codes(300):
        assert len(code) == 12
        assert set(code) <= set(DESK_CODE_SIGNS)
        assert normalise_slip_code(code) == code


def test_codes_do_not_come_twice_and_every_sign_comes_at_every_place() -> None:
    codes = new_codes(5_000)
    assert len(set(codes)) == 5_000
    for place in PLACES:
        seen = Counter(code[place] for code in codes)
        assert set(seen) == set(DESK_CODE_SIGNS)
        # 5 000 / 30 = 167; the binomial's spread is 13: beyond ten of them a place would not be random.
        assert max(seen.values()) < 300


@given(ELEVEN)
def test_the_last_sign_is_determined_by_the_others(eleven: str) -> None:
    assert len(completed(eleven)) <= 1


def every_single_error(code: str) -> list[str]:
    return [
        code[:place] + sign + code[place + 1 :] for place in PLACES for sign in DESK_CODE_SIGNS if sign != code[place]
    ]


def every_swap(code: str) -> list[str]:
    swapped = []
    for one, other in combinations(PLACES, 2):
        if code[one] != code[other]:
            signs = list(code)
            signs[one], signs[other] = signs[other], signs[one]
            swapped.append("".join(signs))
    return swapped


@given(ELEVEN)
def test_every_wrong_sign_and_every_swap_is_found(eleven: str) -> None:
    """All 348 wrong signs and all swaps of two signs, neighbours among them, of any code."""
    for code in completed(eleven):
        assert len(every_single_error(code)) == 348
        wrong = every_single_error(code) + every_swap(code)
        assert [each for each in wrong if normalise_slip_code(each) is not None] == []


def test_whichever_signs_stand_side_by_side_their_swap_is_found() -> None:
    """Exhaustive: every place, and there every pair of signs, completed to a code by the signs after or before."""
    tried = 0
    for place in range(11):
        for one, other in combinations(DESK_CODE_SIGNS, 2):
            code = containing(one + other, place)
            wrong = code[:place] + other + one + code[place + 2 :]
            assert normalise_slip_code(code) == code
            assert normalise_slip_code(wrong) is None, (code, wrong)
            tried += 1
    assert tried == 11 * 435


def containing(pair: str, place: int) -> str:
    """A code with these two signs at this place."""
    first, second = (0, 1) if place > 1 else (10, 11)
    for one, other in product(DESK_CODE_SIGNS, repeat=2):
        signs = [DESK_CODE_SIGNS[7]] * 12
        signs[first], signs[second] = one, other
        signs[place : place + 2] = pair
        if normalise_slip_code("".join(signs)):
            return "".join(signs)
    raise AssertionError("no code has these signs there")


@pytest.mark.parametrize("write", [str.lower, grouped, lambda code: f" {code[:4]} {code[4:8]} – {code[8:]}\t", str])
def test_a_code_is_known_however_it_is_written(write: object) -> None:
    for code in new_codes(20):
        assert normalise_slip_code(write(code)) == code  # type: ignore[operator]


@pytest.mark.parametrize(
    "typed", ["", "K7M2QX", "K7M2QX4R9TB", "0" * 12, "K7M2-QX4R-9TBO", "Ặ" * 12, "K7M2QX4R9TBPK7M2"]
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert normalise_slip_code(typed) is None


def test_it_is_never_taken_for_a_desks_code() -> None:
    assert [code for code in new_codes(50) if normalise_desk_code(code)] == []


def test_no_spreadsheet_takes_a_code_for_a_number() -> None:
    for code in new_codes(2_000):
        with pytest.raises(ValueError, match="could not convert"):
            float(code)


def test_it_is_read_in_groups_of_four() -> None:
    assert grouped("K7M2QX4R9TBP") == "K7M2-QX4R-9TBP"


def test_the_database_knows_a_code_by_a_hash_that_needs_the_installations_key() -> None:
    code = new_code()
    ours, theirs = slip_key("a secret of this installation, 1"), slip_key("a secret of that installation, 2")
    assert len(hashed(code, ours)) == 64
    assert set(hashed(code, ours)) <= set("0123456789abcdef")
    assert hashed(code, ours) == hashed(code, slip_key("a secret of this installation, 1"))
    assert hashed(code, ours) != hashed(code, theirs)
    assert code.lower() not in hashed(code, ours)


@pytest.mark.parametrize(
    ("day", "monday"), [("2026-10-19", "2026-10-19"), ("2026-10-25", "2026-10-19"), ("2027-01-01", "2026-12-28")]
)
def test_a_week_begins_on_monday(day: str, monday: str) -> None:
    assert week_of(date.fromisoformat(day)) == date.fromisoformat(monday)
