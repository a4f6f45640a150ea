"""Sets of which each must have a member chosen, at least cost (weighted hitting set)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from heapq import heapify, heappop, heappush


def greedy_hitting(sets: Sequence[frozenset[int]], costs: Mapping[int, int]) -> frozenset[int]:
    """A choice with a member of each set: time and again the member that hits most sets for its cost.

    Costs at most 1 + ln(number of sets) times the least (Chvátal, Math. Oper. Res. 4 (1979) 233).
    """
    sets_of: dict[int, set[int]] = defaultdict(set)
    for index, each in enumerate(sets):
        for member in each:
            sets_of[member].add(index)
    waiting = [(Fraction(costs[member], len(hit)), member) for member, hit in sets_of.items()]
    heapify(waiting)
    chosen: set[int] = set()
    open_sets = set(range(len(sets)))
    while open_sets:
        price, member = heappop(waiting)
        hits = sets_of[member] & open_sets
        if not hits:
            continue
        now = Fraction(costs[member], len(hits))
        if now > price:  # others may have hit some of its sets meanwhile
            heappush(waiting, (now, member))
            continue
        chosen.add(member)
        open_sets -= hits
    return frozenset(chosen)


def cheapest_hitting(
    sets: Iterable[frozenset[int]], costs: Mapping[int, int], *, steps: int
) -> tuple[frozenset[int], int] | None:
    """The cheapest choice with a member of each set, and the steps that are left; None where these are too few.

    Branch and bound: each step looks at all sets.
    """
    search = _Cheapest(_minimal(sets), costs, steps)
    search.best = greedy_hitting(search.sets, costs)
    search.best_cost = sum(costs[member] for member in search.best)
    search.extend(frozenset(), 0, frozenset())
    return (search.best, search.steps) if search.steps >= 0 else None


def _minimal(sets: Iterable[frozenset[int]]) -> list[frozenset[int]]:
    """The sets that contain no other one: hitting them hits all."""
    kept: list[frozenset[int]] = []
    for each in sorted(set(sets), key=lambda found: (len(found), sorted(found))):
        if not any(smaller <= each for smaller in kept):
            kept.append(each)
    return kept


class _Cheapest:
    def __init__(self, sets: Sequence[frozenset[int]], costs: Mapping[int, int], steps: int) -> None:
        self.sets, self.costs, self.steps = sets, costs, steps
        self.best: frozenset[int] = frozenset()
        self.best_cost = 0

    def extend(self, chosen: frozenset[int], cost: int, refused: frozenset[int]) -> None:
        """Try every choice that holds ``chosen``, nothing that was refused, and may still be cheaper."""
        self.steps -= 1
        if self.steps < 0:
            return
        unhit = sorted((each - refused for each in self.sets if not each & chosen), key=len)
        if cost + self._at_least(unhit) >= self.best_cost and (unhit or cost >= self.best_cost):
            return
        if not unhit:
            self.best, self.best_cost = chosen, cost
            return
        for member in sorted(unhit[0], key=lambda each: (self.costs[each], each)):
            self.extend(chosen | {member}, cost + self.costs[member], refused)
            refused |= {member}

    def _at_least(self, unhit: Sequence[frozenset[int]]) -> int:
        """Sets without common members need a member each."""
        bound, met = 0, set[int]()
        for each in unhit:
            if each.isdisjoint(met):
                bound += min((self.costs[member] for member in each), default=self.best_cost)
                met |= each
        return bound
