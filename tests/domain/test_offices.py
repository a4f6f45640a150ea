"""The tree of offices and its dates; desks; the codes people type."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.offices import (
    DESK_CODE_SIGNS,
    Desk,
    NoOfficeServes,
    Office,
    OfficeTree,
    follows_kind,
    new_desk_code,
    normalise_desk_code,
)

DAY = date(2026, 10, 21)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)


def office(number: int, code: str, **values: object) -> Office:
    return Office(number, code, f"Cơ quan {code}", "unit", **values)  # type: ignore[arg-type]


PROVINCE = office(1, "99")
OLD = office(2, "99002", parent_id=1, valid_to=DAY, successor_id=3)
NEW = office(3, "99001", parent_id=1, valid_from=AFTER)
DESK_OF_NEW = office(4, "99001-01", parent_id=3)
TREE = OfficeTree([PROVINCE, OLD, NEW, DESK_OF_NEW])


def test_a_tree_is_walked_from_an_office_down() -> None:
    assert [each.code for each in TREE.branch(1)] == ["99", "99001", "99002", "99001-01"]
    assert [each.code for each in TREE.branch(3)] == ["99001", "99001-01"]
    assert TREE.branch(4) == (DESK_OF_NEW,)
    assert [each.code for each in TREE.children(1)] == ["99001", "99002"]
    assert TREE.children(4) == ()
    assert {each.id for each in TREE} == {1, 2, 3, 4}


def test_the_successor_serves_from_the_day_after_the_last() -> None:
    assert TREE.serving(2, DAY) == OLD
    assert TREE.serving(2, AFTER) == NEW
    assert TREE.serving(3, date(2000, 1, 1)) == NEW


def test_a_chain_of_mergers_is_followed_to_its_end() -> None:
    tree = OfficeTree(
        [office(1, "A", valid_to=BEFORE, successor_id=2), office(2, "B", valid_to=DAY, successor_id=3), office(3, "C")]
    )
    assert [tree.serving(1, day).code for day in (BEFORE, DAY, AFTER)] == ["A", "B", "C"]
    assert [each.code for each in tree.predecessors(3)] == ["B", "A"]
    assert tree.predecessors(1) == ()


def test_a_chain_that_ends_closed_serves_nobody() -> None:
    tree = OfficeTree([office(1, "A", valid_to=BEFORE, successor_id=2), office(2, "B", valid_to=DAY)])
    with pytest.raises(NoOfficeServes) as none:
        tree.serving(1, AFTER)
    assert (none.value.office_code, none.value.day) == ("B", AFTER)


def test_predecessors_end_where_a_ring_was_made_by_hand() -> None:
    tree = OfficeTree([office(1, "A", successor_id=2), office(2, "B", successor_id=1)])
    assert {each.code for each in tree.predecessors(1)} == {"A", "B"}


@pytest.mark.parametrize(
    ("first", "last", "exists"),
    [
        (None, None, True),
        (AFTER, None, False),
        (DAY, None, True),
        (None, BEFORE, False),
        (None, DAY, True),
        (DAY, DAY, True),
    ],
)
def test_an_office_exists_between_its_dates_both_included(first: date | None, last: date | None, exists: bool) -> None:
    assert office(1, "A", valid_from=first, valid_to=last).exists_between(DAY, DAY) is exists


@pytest.mark.parametrize(
    ("first", "last", "early", "late"),
    [(None, None, False, False), (AFTER, None, True, False), (DAY, DAY, False, False), (None, BEFORE, False, True)],
)
def test_a_desk_is_open_between_its_dates_both_included(
    first: date | None, last: date | None, early: bool, late: bool
) -> None:
    desk = Desk(1, "K7M2QX", 1, "Quầy 1", "sipas-2017", first, last)
    assert (desk.opens_after(DAY), desk.retired_before(DAY)) == (early, late)
    assert desk.is_open_on(DAY) is not (early or late)


@pytest.mark.parametrize(
    ("code", "kind", "follows"),
    [
        ("01", "province", True), ("1", "province", False), ("001", "province", False), ("AB", "province", False),
        ("00101", "commune", True), ("0101", "commune", False), ("99001-01", "unit", True), ("H", "department", True),
    ],
)  # fmt: skip
def test_codes_follow_their_kind(code: str, kind: str, follows: bool) -> None:
    assert follows_kind(code, kind) is follows


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("K7M2QX", "K7M2QX"), ("k7m2qx", "K7M2QX"), (" k7m-2qx ", "K7M2QX"), ("K7 M2\tQX", "K7M2QX"),
        ("K7M.2QX", "K7M2QX"),
        ("23456", "23456"), ("23456789", "23456789"), ("2345", None), ("234567892", None), ("", None),
        ("K7M2Q0", None), ("K7M2QO", None), ("K7M2QI", None), ("K7M2Q1", None), ("K7M2QL", None), ("K7M2QU", None),
        ("K7M2QẮ", None), ("K7M2QX\n", "K7M2QX"), ("K7M2QX/../", None),
    ],
)  # fmt: skip
def test_a_typed_desk_code_is_read_or_refused(typed: str, code: str | None) -> None:
    assert normalise_desk_code(typed) == code


@given(st.text(max_size=12))
def test_whatever_is_typed_a_read_code_reads_as_itself(typed: str) -> None:
    code = normalise_desk_code(typed)
    assert code is None or (normalise_desk_code(code) == code and set(code) <= set(DESK_CODE_SIGNS))


@pytest.mark.parametrize("length", range(5, 9))
def test_new_desk_codes_are_codes_and_differ(length: int) -> None:
    codes = {new_desk_code(length) for _ in range(200)}
    assert len(codes) == 200
    assert all(normalise_desk_code(code) == code for code in codes)
    assert len(new_desk_code()) == 6
    assert not set(DESK_CODE_SIGNS) & set("0O1ILU")
