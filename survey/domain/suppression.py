"""Nothing hidden can be computed from what is shown (M12): parent minus siblings, quarter minus months.

Published figures (satisfied and valid answers of a cell) are sums of one another. From the shown cells a reader can
compute every sum of hidden cells that is a linear combination of those relations, and no other. ``leaks`` finds by
exact elimination which of these sums rest on too few respondents; ``protect`` hides further cells until none does.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from survey.domain.elimination import Row, Solved, solve
from survey.domain.hitting import cheapest_hitting, greedy_hitting

Key = Hashable

# Beyond these a choice is made step by step instead of the best one being searched for.
EXACT_CELLS: Final = 120
_SMALL_COMPONENT: Final = 150
_CHOOSING: Final = 3_000
_SEARCHING: Final = 20_000


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure, by the number of its respondents. ``hidden`` by M11, or in an earlier publication.

    ``listed`` is False for a figure that nobody is shown but that can be computed (all minus channel): it is unknown to
    the reader, and protected where it is small. ``published`` says that it stands in an earlier publication and can no
    longer be hidden. ``people`` names those who answered: cells of the same people (the criteria of one office)
    have respondents in common. ``loss`` is what hiding it costs, its respondents unless given.
    """

    key: Key
    respondents: int
    hidden: bool = False
    listed: bool = True
    published: bool = False
    people: Key = None
    loss: int | None = None

    @property
    def cost(self) -> int:
        """What is lost when the cell is hidden."""
        return self.respondents if self.loss is None else self.loss


@dataclass(frozen=True, slots=True)
class Relation:
    """The whole is the sum of its parts; every key names a cell."""

    whole: Key
    parts: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Leak:
    """Hidden cells whose sum can be computed although it rests on too few respondents, and the cells it takes."""

    cells: frozenset[Key]
    respondents: int
    computed_from: frozenset[Key]


@dataclass(frozen=True, slots=True)
class Protection:
    """The cells to hide beside those hidden already, and whether no cheaper choice exists (else: a good one).

    ``open`` are leaks that nothing can close any more, because all they are computed from was published before.
    """

    withheld: frozenset[Key]
    best: bool
    open: tuple[Leak, ...] = ()


def leaks(cells: Iterable[Cell], relations: Iterable[Relation], *, minimum: int) -> tuple[Leak, ...]:
    """Every way found to compute what is hidden: () is the proof that there is none.

    A leak is a hidden cell that is determined by the shown ones, or a sum of cells that are not shown, with fewer
    respondents than ``minimum`` and more than none. Exact, but for the search for sums in a tangle of very many small
    cells: where it would take too long, the tangle counts as a leak.
    """
    table = _Table(cells, relations, minimum)
    return tuple(table.as_leak(each) for each in table.found(table.hidden, determined=True))


def protect(cells: Iterable[Cell], relations: Iterable[Relation], *, minimum: int) -> Protection:
    """Which further cells to hide so that there are no ``leaks``, losing least.

    Each leak names shown cells of which at least one must be hidden, whatever else is. In tables of up to EXACT_CELLS
    cells the cheapest choice is searched for and, unless the search grows too long, found (``best``); in larger ones
    cells are taken that close most leaks for their cost, and those that turn out needless are shown again.
    """
    table = _Table(cells, relations, minimum)
    if not any(table.must_stay_hidden(number) for number in table.hidden):
        return Protection(frozenset(), best=True)
    chosen = _best_choice(table) if len(table.cells) <= EXACT_CELLS else None
    best = chosen is not None and not table.gave_up
    if chosen is None:
        chosen = _good_choice(table)
    left = [each for each in table.found(table.hidden | chosen) if not table.closing(each)]
    return Protection(
        withheld=frozenset(table.cells[number].key for number in chosen),
        best=best,
        open=tuple(map(table.as_leak, left)),
    )


# --- choosing ---------------------------------------------------------------------------------------------


def _best_choice(table: "_Table") -> frozenset[int] | None:
    """The cheapest closing of all leaks; None where the search grows too long.

    The cheapest choice for the leaks found so far costs at most as much as the cheapest for all: once it leaves none,
    it is that (implicit hitting set; Moreno-Centeno & Karp, Operations Research 61 (2013) 453).
    """
    demands: list[frozenset[int]] = []
    found: tuple[frozenset[int], int] | None = (frozenset(), _CHOOSING)
    while found is not None:
        chosen, steps = found
        new = [demand for each in table.found(table.hidden | chosen) if (demand := table.closing(each))]
        if not new:
            return chosen
        demands += new
        found = cheapest_hitting(demands, table.costs, steps=steps - len(demands))
    return None


def _good_choice(table: "_Table") -> frozenset[int]:
    chosen: frozenset[int] = frozenset()
    near: frozenset[int] | None = None
    demands: list[frozenset[int]] = []
    while True:
        found = table.found(table.hidden | chosen, near=near)
        new = [demand for each in found if (demand := table.closing(each))]
        if new:
            # Only what hangs together with the cells now hidden has changed: look there first.
            near = greedy_hitting(new, table.costs)
            chosen |= near
            demands += new
        elif near is None:
            return _without_needless(table, chosen, demands)
        else:
            near = None


def _without_needless(table: "_Table", chosen: frozenset[int], demands: Sequence[frozenset[int]]) -> frozenset[int]:
    """Show again what need not be hidden, dearest first: no leak found so far needs it, and no other appears."""
    needed = _needed(demands, chosen)
    for cell in sorted(chosen, key=lambda number: (-table.costs[number], number)):
        if cell not in needed and table.stays_closed(table.hidden | chosen, cell):
            chosen -= {cell}
            needed |= _needed(demands, chosen)
    # Whoever can compute a cell has it already.
    return chosen - table.determined(table.hidden | chosen)


def _needed(demands: Sequence[frozenset[int]], chosen: frozenset[int]) -> set[int]:
    return {next(iter(only)) for demand in demands if len(only := demand & chosen) == 1}


# --- finding ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """A leak by numbers of cells."""

    cells: frozenset[int]
    known: frozenset[int]


class _Table:
    """Cells by number, and their relations as equations. Cells without respondents are known to be 0 and left out."""

    def __init__(self, cells: Iterable[Cell], relations: Iterable[Relation], minimum: int) -> None:
        self.cells = tuple(cells)
        self.minimum = minimum
        self.gave_up = False  # whether a search for sums grew too long
        number_of = {cell.key: number for number, cell in enumerate(self.cells)}
        self.costs = {number: cell.cost for number, cell in enumerate(self.cells)}
        self.hidden = frozenset(
            number for number, cell in enumerate(self.cells) if cell.respondents and (cell.hidden or not cell.listed)
        )
        self.rows = [row for each in relations if (row := self._row(each, number_of))]
        self._rows_of: Mapping[int, list[int]] = defaultdict(list)
        for index, row in enumerate(self.rows):
            for number in row:
                self._rows_of[number].append(index)

    def _row(self, relation: Relation, number_of: Mapping[Key, int]) -> dict[int, int]:
        row: dict[int, int] = defaultdict(int)
        row[number_of[relation.whole]] += 1
        for part in relation.parts:
            row[number_of[part]] -= 1
        return {number: factor for number, factor in row.items() if factor and self.cells[number].respondents}

    def respondents(self, numbers: Iterable[int]) -> int:
        """How many people there are at least behind these cells together."""
        by_people: dict[Key, int] = {}
        several = 0
        for number in numbers:
            cell = self.cells[number]
            if cell.people is None:
                several += cell.respondents
            else:
                by_people[cell.people] = max(by_people.get(cell.people, 0), cell.respondents)
        return several + sum(by_people.values())

    def is_small(self, number: int) -> bool:
        return self.cells[number].respondents < self.minimum

    def closing(self, leak: _Found) -> frozenset[int]:
        """The cells of which one must be hidden to close a leak; none where all were published before."""
        return frozenset(number for number in leak.known if not self.cells[number].published)

    def as_leak(self, leak: _Found) -> Leak:
        return Leak(
            cells=frozenset(self.cells[number].key for number in leak.cells),
            respondents=self.respondents(leak.cells),
            computed_from=frozenset(self.cells[number].key for number in leak.known),
        )

    def stays_closed(self, unknown: frozenset[int], number: int) -> bool:
        """Whether there is no leak once this cell is shown; False where it hangs together with too much to ask."""
        tied = self._tied(unknown, {number})
        if len(tied) > _SMALL_COMPONENT:
            return False
        near = frozenset(each for index in tied for each in self.rows[index]) & unknown
        return not self.found(unknown - {number}, near=near)

    def _tied(self, unknown: frozenset[int], start: Iterable[int]) -> set[int]:
        """The relations that have anything to do with these cells, over unknown ones."""
        reached: set[int] = set()
        waiting = list(start)
        seen = set(waiting)
        while waiting:
            for index in self._rows_of.get(waiting.pop(), ()):
                if index not in reached:
                    reached.add(index)
                    fresh = (self.rows[index].keys() & unknown) - seen
                    seen |= fresh
                    waiting += fresh
        return reached

    def _solved(self, unknown: frozenset[int], near: frozenset[int] | None = None) -> list[Solved]:
        tied = sorted(self._tied(unknown, unknown if near is None else near))
        rows = [self.rows[index] for index in tied]
        there = {number for row in rows for number in row} & unknown
        small = {number for number in there if self.is_small(number)}
        return solve(rows, first=there - small, then=small)

    def determined(self, unknown: frozenset[int]) -> frozenset[int]:
        return frozenset(each.pivot for each in self._solved(unknown) if not each.unknown)

    def found(
        self, unknown: frozenset[int], *, near: frozenset[int] | None = None, determined: bool = False
    ) -> list[_Found]:
        """Leaks where these cells are unknown; ``near`` looks only at what is tied to some of them.

        A cell hidden from the start must not be determined, however many its respondents are; of one hidden by
        this module only ``determined`` asks for that.
        """
        solved = self._solved(unknown, near)
        alone = [each for each in solved if not each.unknown and self.must_stay_hidden(each.pivot, always=determined)]
        if alone:
            return [_Found(frozenset({each.pivot}), each.known) for each in alone]
        free = [each for each in solved if each.free]
        few = [each for each in free if _is_sum(each.unknown) and self.too_few((each.pivot, *each.unknown))]
        if few:
            return [_Found(frozenset({each.pivot, *each.unknown}), each.known) for each in few]
        return list(_Search(self, free).leaks())

    def must_stay_hidden(self, number: int, *, always: bool = False) -> bool:
        """Whether this hidden cell must not be determined; ``always`` for those hidden by choice, too."""
        cell = self.cells[number]
        return self.is_small(number) or (cell.listed and (cell.hidden or always))

    def too_few(self, numbers: Iterable[int]) -> bool:
        return self.respondents(numbers) < self.minimum


def _is_sum(row: Row) -> bool:
    return all(value == 1 for value in row.values())


# --- sums of small cells ----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Search:
    """Looks for sums of small cells with too few respondents among all combinations of the equations.

    In reduced equations a combination has a pivot as often as its equation was taken. So a sum, in which each cell
    stands once or not at all, takes some equations once and leaves the others. Each taken one adds its pivot's
    respondents, which ends the search after a few.
    """

    table: _Table
    equations: Sequence[Solved]
    _steps: int = 0
    _touching: dict[int, list[int]] = field(default_factory=dict)

    def leaks(self) -> Iterator[_Found]:
        """One leak per first equation that leads to one."""
        # Long ones first: what is left for the short ones no longer hangs together through them.
        self.equations = sorted(self.equations, key=lambda each: (-len(each.unknown), each.pivot))
        for index, each in enumerate(self.equations):
            for number in each.unknown:
                self._touching.setdefault(number, []).append(index)
        for index, each in enumerate(self.equations):
            self._steps = 0
            taken = self._extend(dict(each.unknown), (index,), frozenset(range(index)))
            if taken:
                yield self._found(taken)

    def _extend(self, values: Row, taken: tuple[int, ...], left: frozenset[int]) -> tuple[int, ...]:
        """The equations of a leak that takes these and not those that are left; () if there is none."""
        self._steps += 1
        if self._steps > _SEARCHING:
            self.table.gave_up = True
            return taken[:1]
        pivots = [self.equations[index].pivot for index in taken]
        settled = [number for number, value in values.items() if value == 1 and not self._open(number, taken, left)]
        if not self.table.too_few((*pivots, *settled)):
            return ()
        wrong = [number for number, value in values.items() if value != 1]
        if not wrong and self.table.too_few((*pivots, *values)):
            return taken
        choices = wrong or [number for number in values if number not in settled]
        if not choices:
            return ()
        number = min(choices, key=lambda each: (len(self._open(each, taken, left)), each))
        return self._change(number, values, taken, left)

    def _change(self, number: int, values: Row, taken: tuple[int, ...], left: frozenset[int]) -> tuple[int, ...]:
        """Go on with each equation that changes this cell, and at last with none of them."""
        for index in self._open(number, taken, left):
            added = self._extend(_sum(values, self.equations[index].unknown), (*taken, index), left)
            if added:
                return added
            left |= {index}
        return self._extend(values, taken, left) if values[number] == 1 else ()

    def _open(self, number: int, taken: tuple[int, ...], left: frozenset[int]) -> list[int]:
        return [each for each in self._touching.get(number, ()) if each not in left and each not in taken]

    def _found(self, taken: tuple[int, ...]) -> _Found:
        values: Row = {}
        for index in taken:
            values = _sum(values, self.equations[index].unknown)
        pivots = frozenset(self.equations[index].pivot for index in taken)
        known = frozenset[int]().union(*(self.equations[index].known for index in taken))
        return _Found(pivots | values.keys(), known)


def _sum(one: Row, other: Row) -> Row:
    added = dict(one)
    for number, value in other.items():
        added[number] = added.get(number, 0) + value
    return {number: value for number, value in added.items() if value}
