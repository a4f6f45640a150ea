"""Published tables for tests of M12, and a second opinion on them that shares nothing with our elimination."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from hypothesis import strategies as st
from scipy.linalg import null_space
from scipy.optimize import linprog

from survey.domain.suppression import Cell, Key, Relation

MINIMUM = 10
Axis = Mapping[str, tuple[str, ...]]  # a whole to its parts; what is nobody's whole is a leaf


def members(axis: Axis) -> list[str]:
    """Everything on an axis, wholes before their parts."""
    found = list(axis)
    return found + [part for parts in axis.values() for part in parts if part not in axis]


def leaves(axis: Axis, member: str) -> list[str]:
    return [leaf for part in axis[member] for leaf in leaves(axis, part)] if member in axis else [member]


@dataclass(frozen=True)
class Table:
    """Cells and relations; written short, because Hypothesis prints what it tries."""

    cells: list[Cell]
    relations: list[Relation]

    def __repr__(self) -> str:
        return f"Table({len(self.cells)} cells: {[(*cell.key, cell.respondents) for cell in self.cells][:40]})"  # type: ignore[misc]


def table(axes: Sequence[Axis], counts: Mapping[Any, int]) -> tuple[list[Cell], list[Relation]]:
    """All cells over the product of the axes, hidden by M11, from respondents by leaf; and all their relations."""
    cells, relations = [], []
    for key in product(*map(members, axes)):
        found = sum(counts[leaf] for leaf in product(*(leaves(axis, at) for axis, at in zip(axes, key, strict=True))))
        cells.append(Cell(key, found, hidden=0 < found < MINIMUM))
        for place, axis in enumerate(axes):
            if key[place] in axis:
                parts = tuple((*key[:place], part, *key[place + 1 :]) for part in axis[key[place]])
                relations.append(Relation(key, parts))
    return cells, relations


@st.composite
def trees(draw: Any) -> Axis:
    """A province with communes, some of them with desks."""
    communes = [f"commune {number}" for number in range(draw(st.integers(2, 3)))]
    found: dict[str, tuple[str, ...]] = {"province": tuple(communes)}
    for commune in communes:
        desks = draw(st.integers(0, 2))
        if desks:
            found[commune] = tuple(f"{commune}, desk {number}" for number in range(desks))
    return found


PERIODS: tuple[Axis, ...] = (
    {},
    {"quarter": ("month 1", "month 2", "month 3")},
    {"half": ("quarter 1", "quarter 2"), "quarter 1": ("m1", "m2", "m3"), "quarter 2": ("m4", "m5", "m6")},
)
CHANNELS: tuple[Axis, ...] = ({}, {"all": ("open", "verified")}, {"all": ("poster", "slip", "kiosk")})
# Of at least three people, so that all sums of fewer than ten can be tried out one by one.
PEOPLE = st.sampled_from([0, 3, 4, 7, 9, 10, 12, 16, 25, 40, 90])


@st.composite
def published(draw: Any, periods: Sequence[Axis] = PERIODS) -> Table:
    """A table over a random tree, periods and channels, with random people."""
    axes = [draw(trees()), *(axis for choice in (periods, CHANNELS) if (axis := draw(st.sampled_from(choice))))]
    corners = list(product(*([each for each in members(axis) if each not in axis] for axis in axes)))
    counts = dict(zip(corners, draw(st.lists(PEOPLE, min_size=len(corners), max_size=len(corners))), strict=True))
    return Table(*table(axes, counts))


class Reader:
    """Somebody who knows the shown cells and all relations, and numerical linear algebra (SVD, a linear program)."""

    def __init__(self, cells: Iterable[Cell], relations: Iterable[Relation], hidden: Iterable[Key]) -> None:
        self.by_key = {cell.key: cell for cell in cells}
        self.hidden = sorted((key for key in hidden if self.by_key[key].respondents), key=repr)
        column = {key: number for number, key in enumerate(self.hidden)}
        rows = []
        for each in relations:
            row = np.zeros(len(self.hidden))
            for key, factor in [(each.whole, 1), *((part, -1) for part in each.parts)]:
                if key in column:
                    row[column[key]] += factor
            rows.append(row)
        self.matrix = np.array(rows).reshape(len(rows), len(self.hidden))
        self.ignorance = null_space(self.matrix) if self.hidden else np.zeros((0, 0))

    def computable(self, keys: Iterable[Key]) -> bool:
        """Whether the sum of these hidden cells is the same in every table that agrees with what is shown."""
        wanted = [self.hidden.index(key) for key in keys]
        return bool(np.abs(self.ignorance[wanted].sum(axis=0)).max(initial=0) < 1e-9)

    def bounds(self, key: Key, values: Mapping[Key, int]) -> tuple[float, float]:
        """The least and the greatest value of a hidden cell, were any number possible, by a linear program."""
        at = np.array([values[each] for each in self.hidden], dtype=float)
        wanted = np.zeros(len(self.hidden))
        wanted[self.hidden.index(key)] = 1
        found = []
        for sign in (1, -1):
            box = [(value - 1, value + 1) for value in at]
            solution = linprog(sign * wanted, A_eq=self.matrix, b_eq=self.matrix @ at, bounds=box)
            assert solution.status == 0, solution.message
            found.append(sign * solution.fun)
        return found[0], found[1]

    def too_small_sums(self, minimum: int = MINIMUM) -> Iterator[tuple[Key, ...]]:
        """Every set of hidden cells, with fewer people together, whose sum can be computed: tried one by one."""
        people = {key: self.by_key[key].respondents for key in self.hidden}
        small = [key for key in self.hidden if people[key] < minimum]

        def extend(chosen: tuple[Key, ...], total: int, rest: Sequence[Key]) -> Iterator[tuple[Key, ...]]:
            for place, key in enumerate(rest):
                if total + people[key] < minimum:
                    if self.computable((*chosen, key)):
                        yield (*chosen, key)
                    yield from extend((*chosen, key), total + people[key], rest[place + 1 :])

        yield from extend((), 0, small)
