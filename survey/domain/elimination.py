"""Linear equations with few terms each, solved exactly: what can be computed of unknown figures from known ones.

An equation is a mapping from the number of a figure to its factor, and says that the sum of factor times figure is 0.
All arithmetic is in whole numbers and fractions, so that no rounding decides whether something can be computed.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

Row = dict[int, int | Fraction]


@dataclass(frozen=True, slots=True)
class Solved:
    """What follows from the equations for one unknown figure, ``pivot``, whose factor is 1.

    ``unknown`` are the other unknown figures of the equation, ``known`` the known ones. ``free`` says that no
    figure of the first group stands in it. In all equations together a pivot stands in its own alone.
    """

    pivot: int
    unknown: Row
    known: frozenset[int]
    free: bool


def solve(rows: Iterable[Mapping[int, int]], *, first: Collection[int], then: Collection[int]) -> list[Solved]:
    """The reduced equations for the unknown figures, those of ``first`` taken as pivots before those of ``then``.

    A sum of unknown figures can be computed from the known ones exactly if it is a combination of the results
    (they span all such sums); the results that are ``free`` span those without any figure of ``first``. A figure
    is determined exactly if the equation of which it is the pivot has no other unknown one. Other figures are known.
    """
    work = _Elimination([dict(row) for row in rows], frozenset((*first, *then)))
    for column in work.by_use(first):
        work.pivot_on(column)
    taken = frozenset(work.pivots)
    for column in work.by_use(then):
        work.pivot_on(column)
    return [work.solved(column, free=column not in taken) for column in work.pivots]


class _Elimination:
    """The equations while they are being reduced (Gauss and Jordan)."""

    def __init__(self, rows: list[Row], unknown: frozenset[int]) -> None:
        self.rows = rows
        self.unknown = unknown
        self.pivots: dict[int, int] = {}  # figure -> its row
        self._used: set[int] = set()
        self._rows_of: dict[int, set[int]] = defaultdict(set)
        for number, row in enumerate(rows):
            for column in row.keys() & unknown:
                self._rows_of[column].add(number)

    def by_use(self, columns: Collection[int]) -> list[int]:
        """Figures in few equations first: that keeps the equations short."""
        return sorted(columns, key=lambda column: (len(self._rows_of[column]), column))

    def pivot_on(self, column: int) -> None:
        usable = self._rows_of[column] - self._used
        if not usable:
            return
        number = min(usable, key=lambda each: (len(self.rows[each]), each))
        self.rows[number] = row = _scaled(self.rows[number], self.rows[number][column])
        for other in self._rows_of[column] - {number}:
            self._subtract(other, row, self.rows[other][column])
        self.pivots[column] = number
        self._used.add(number)

    def _subtract(self, number: int, row: Row, factor: int | Fraction) -> None:
        target = self.rows[number]
        for column, value in row.items():
            left = target.get(column, 0) - factor * value
            if left:
                if column not in target and column in self.unknown:
                    self._rows_of[column].add(number)
                target[column] = left
            elif target.pop(column, None) is not None and column in self.unknown:
                self._rows_of[column].discard(number)

    def solved(self, pivot: int, *, free: bool) -> Solved:
        row = self.rows[self.pivots[pivot]]
        return Solved(
            pivot=pivot,
            unknown={column: value for column, value in row.items() if column in self.unknown and column != pivot},
            known=frozenset(column for column in row if column not in self.unknown),
            free=free,
        )


def _scaled(row: Row, by: int | Fraction) -> Row:
    """The row with 1 in place of ``by``; nearly always that is ±1, and whole numbers stay whole."""
    if by == 1:
        return row
    if by == -1:
        return {column: -value for column, value in row.items()}
    return {column: Fraction(value) / by for column, value in row.items()}
