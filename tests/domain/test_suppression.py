"""M12: nothing hidden can be computed from what is shown, as judged by a reader with other mathematics than ours."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from survey.domain.suppression import Cell, Key, Protection, Relation, leaks, protect
from tests.domain.tables import MINIMUM, PERIODS, Axis, Reader, Table, leaves, members, published, table

WITHOUT_SHRINKING = (Phase.explicit, Phase.generate)  # a table is not easier to read for being smaller
TREE: Axis = {"province": ("A", "B", "C")}
QUARTER: Axis = {"quarter": ("m1", "m2", "m3")}


def hidden_keys(cells: Iterable[Cell], protection: Protection) -> set[Key]:
    return {cell.key for cell in cells if cell.hidden} | set(protection.withheld)


def after(cells: Iterable[Cell], protection: Protection) -> list[Cell]:
    return [replace(cell, hidden=cell.hidden or cell.key in protection.withheld) for cell in cells]


def offices(*people: int) -> tuple[list[Cell], list[Relation]]:
    """A province and its offices in one period."""
    names = [chr(ord("A") + number) for number in range(len(people))]
    return table([{"province": tuple(names)}], {(name,): count for name, count in zip(names, people, strict=True)})


# --- what a reader can compute ---


@given(published())
@settings(max_examples=25, phases=WITHOUT_SHRINKING)
def test_no_hidden_cell_and_no_small_sum_can_be_computed(given_table: Table) -> None:
    cells, relations = given_table.cells, given_table.relations
    found = protect(cells, relations, minimum=MINIMUM)
    reader = Reader(cells, relations, hidden_keys(cells, found))
    assert [key for key in reader.hidden if reader.computable([key])] == []
    assert list(reader.too_small_sums()) == []
    assert found.open == ()
    assert leaks(after(cells, found), relations, minimum=MINIMUM) == ()


@given(published(), st.randoms(use_true_random=False))
@settings(max_examples=25, phases=WITHOUT_SHRINKING)
def test_the_verifier_finds_exactly_what_a_reader_can_compute(given_table: Table, random: Random) -> None:
    """On tables with anything hidden, well or badly chosen."""
    cells, relations = given_table.cells, given_table.relations
    cells = [replace(cell, hidden=cell.hidden or random.random() < 0.15) for cell in cells]
    reader = Reader(cells, relations, [cell.key for cell in cells if cell.hidden])
    safe = not any(reader.computable([key]) for key in reader.hidden) and not any(reader.too_small_sums())
    found = leaks(cells, relations, minimum=MINIMUM)
    assert (found == ()) == safe
    for leak in found:
        assert reader.computable(leak.cells)
        assert not leak.computed_from & set(reader.hidden)


@given(published(periods=PERIODS[:2]))
@settings(max_examples=10, phases=WITHOUT_SHRINKING)
def test_a_linear_program_finds_room_around_every_hidden_cell(given_table: Table) -> None:
    cells, relations = given_table.cells, given_table.relations
    hidden = hidden_keys(cells, protect(cells, relations, minimum=MINIMUM))
    reader = Reader(cells, relations, hidden)
    values = {cell.key: cell.respondents for cell in cells}
    for key in reader.hidden[:6]:
        low, high = reader.bounds(key, values)
        assert high - low > 1e-3


# --- the choice ---


@given(st.lists(st.sampled_from([0, 3, 4, 8, 10, 11, 15, 30]), min_size=6, max_size=6))
@settings(max_examples=40)
def test_the_choice_in_a_small_table_costs_least(people: Sequence[int]) -> None:
    """Against every choice there is, each judged by the reader."""
    axes: list[Axis] = [{"office": ("A", "B", "C")}, {"both": ("m1", "m2")}]
    corners = [(office, month) for office in "ABC" for month in ("m1", "m2")]
    cells, relations = table(axes, dict(zip(corners, people, strict=True)))
    found = protect(cells, relations, minimum=MINIMUM)
    cost = {cell.key: cell.respondents for cell in cells}
    small = [cell.key for cell in cells if cell.hidden]
    may_go = [cell.key for cell in cells if cell.respondents and not cell.hidden]
    assert found.best
    for number in range(len(may_go) + 1):
        for choice in combinations(may_go, number):
            if sum(cost[key] for key in choice) < sum(cost[key] for key in found.withheld):
                reader = Reader(cells, relations, [*small, *choice])
                assert any(reader.computable([key]) for key in small) or any(reader.too_small_sums())


def test_one_small_office_hides_the_smallest_of_its_neighbours() -> None:
    cells, relations = offices(5, 40, 12, 100)
    assert protect(cells, relations, minimum=MINIMUM) == Protection(frozenset({("C",)}), best=True)


def test_two_small_offices_that_are_enough_together_need_nobody_else() -> None:
    cells, relations = offices(6, 5, 40)
    assert protect(cells, relations, minimum=MINIMUM).withheld == frozenset()


def test_two_small_offices_that_are_too_few_together_need_a_third() -> None:
    cells, relations = offices(4, 5, 40)
    (leak,) = leaks(cells, relations, minimum=MINIMUM)
    assert leak.cells == {("A",), ("B",)}
    assert leak.respondents == 9
    assert leak.computed_from == {("province",), ("C",)}
    assert protect(cells, relations, minimum=MINIMUM).withheld == {("C",)}


def test_an_office_without_answers_hides_nothing() -> None:
    cells, relations = offices(5, 0, 40)
    assert protect(cells, relations, minimum=MINIMUM).withheld == {("C",)}


def test_what_is_hidden_is_all_there_is() -> None:
    """The only office of a province: the province is the office, and must go with it."""
    cells, relations = offices(12, 0)
    assert protect(cells, relations, minimum=MINIMUM).withheld == frozenset()
    cells, relations = offices(5, 0)
    assert protect(cells, relations, minimum=MINIMUM).withheld == frozenset()  # the province has 5, too
    assert [cell.key for cell in cells if cell.hidden] == [("province",), ("A",)]


def test_an_operator_who_lifts_suppression_hides_nothing() -> None:
    cells, relations = offices(5, 40, 12)
    shown = [replace(cell, hidden=False) for cell in cells]
    assert protect(shown, relations, minimum=1).withheld == frozenset()


def test_a_remainder_that_nobody_is_shown_is_protected_where_it_is_small() -> None:
    """All minus verified is what came openly: five people, although no page lists them."""
    relations = [Relation("all", ("verified", "open"))]
    cells = [Cell("all", 40), Cell("verified", 35), Cell("open", 5, listed=False)]
    assert protect(cells, relations, minimum=MINIMUM).withheld == {"verified"}
    large = [Cell("all", 60), Cell("verified", 35), Cell("open", 25, listed=False)]
    assert protect(large, relations, minimum=MINIMUM).withheld == frozenset()


def test_criteria_of_the_same_people_do_not_add_up_to_more_people() -> None:
    relations = [Relation("index", ("A1", "A2", "A3"))]
    by_people = [
        Cell("index", 30, people="office", loss=90),
        Cell("A1", 6, hidden=True, people="office"),
        Cell("A2", 7, hidden=True, people="office"),
        Cell("A3", 30, people="office"),
    ]
    assert protect(by_people, relations, minimum=MINIMUM).withheld == {"A3"}
    of_others = [replace(cell, people=None) for cell in by_people]
    assert protect(of_others, relations, minimum=MINIMUM).withheld == frozenset()


@pytest.mark.parametrize("seed", range(3))
def test_a_large_table_is_protected_too(seed: int) -> None:
    """More than is searched for the best choice: 60 offices, 12 months and all that they add up to."""
    random = Random(seed)
    names = tuple(f"office {number}" for number in range(60))
    year: Axis = {
        "year": ("h1", "h2"),
        "h1": ("q1", "q2"),
        "h2": ("q3", "q4"),
        **{f"q{quarter}": tuple(f"m{3 * quarter - each}" for each in (2, 1, 0)) for quarter in range(1, 5)},
    }
    usual = {name: random.choice([4, 15, 60]) for name in names}
    counts = {(name, month): random.randint(0, 2 * usual[name]) for name in names for month in leaves(year, "year")}
    cells, relations = table([{"province": names}, year], counts)
    found = protect(cells, relations, minimum=MINIMUM)
    hidden = hidden_keys(cells, found)
    reader = Reader(cells, relations, hidden)
    assert not found.best
    assert len(members(year)) * 61 == len(cells)
    assert [key for key in reader.hidden if reader.computable([key])] == []
    assert leaks(after(cells, found), relations, minimum=MINIMUM) == ()
    # What is lost for the sake of others is a small part of what is hidden for its own.
    assert len(found.withheld) < len(hidden) / 3


# --- one publication after the other ---


@given(st.lists(st.sampled_from([0, 3, 4, 9, 10, 12, 25, 40]), min_size=18, max_size=18), st.sampled_from([3, 4, 6]))
@settings(max_examples=60)
def test_a_later_publication_unlocks_nothing(people: Sequence[int], step: int) -> None:
    """Months are published as they end, quarters after them; what was shown stays shown, what was hidden hidden."""
    half: Axis = {"half": ("q1", "q2"), "q1": ("m1", "m2", "m3"), "q2": ("m4", "m5", "m6")}
    corners = [(office, month) for office in "ABC" for month in leaves(half, "half")]
    cells, relations = table([TREE, half], dict(zip(corners, people, strict=True)))
    order = ["m1", "m2", "m3", "q1", "m4", "m5", "m6", "q2", "half"]
    shown: set[Key] = set()
    hidden: set[Key] = set()
    for number in range(step, len(order) + step, step):
        periods = set(order[:number])
        now = [
            replace(cell, hidden=cell.hidden or cell.key in hidden, published=cell.key in shown)
            for cell in cells
            if cell.key[1] in periods  # type: ignore[index]
        ]
        known = {cell.key for cell in now}
        holding = [each for each in relations if {each.whole, *each.parts} <= known]
        found = protect(now, holding, minimum=MINIMUM)
        assert found.open == ()
        assert not found.withheld & shown
        hidden = hidden_keys(now, found)
        shown = known - hidden
        reader = Reader(now, holding, hidden)
        assert [key for key in reader.hidden if reader.computable([key])] == []
        assert list(reader.too_small_sums()) == []


def test_what_cannot_be_closed_any_more_is_told() -> None:
    cells, relations = offices(5, 40, 12)
    published_before = [replace(cell, published=not cell.hidden) for cell in cells]
    found = protect(published_before, relations, minimum=MINIMUM)
    assert found.withheld == frozenset()
    assert [each.cells for each in found.open] == [{("A",)}]
