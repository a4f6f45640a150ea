"""Scores that are published together, so that nothing hidden in one can be computed from the others (M11, M12).

Scores come in as they are, without anything hidden, with the sums that tie them together; they come out as they may be
shown. The same figures of a score are tied, too: an index is the sum of its dimensions, these of their criteria.
"""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from survey.domain.estimation import BaseRules, status_of
from survey.domain.scoring import CriterionScore, DimensionScore, Estimate, OfficeScore
from survey.domain.suppression import Cell, Key, Relation, protect

OVERALL: Final = "overall"
INDEX: Final = "index"
_MAIN: Final = 20  # the figure that a page is about goes last
_WITHHELD: Final = Estimate("suppressed", withheld=True)
Figures = Mapping[str, Estimate]


@dataclass(frozen=True, slots=True)
class Sum:
    """The responses of the whole are those of its parts together, each counted once; keys of the publication."""

    whole: Hashable
    parts: tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be shown of a publication, by score and figure; what was not part of it is not shown."""

    rules: BaseRules
    figures: frozenset[Key]

    def estimate(self, key: Hashable, figure: str, found: Estimate) -> Estimate:
        """The figure as it is shown: hidden by M11, withheld by M12, or with its status."""
        if not found.respondents:
            return found
        status = status_of(found.respondents, self.rules)
        if status == "suppressed":
            return Estimate(status)
        return found._replace(status=status) if (key, figure) in self.figures else _WITHHELD

    def score(self, key: Hashable, found: OfficeScore) -> OfficeScore:
        """The score as it is shown. What its verified responses say is shown as ``verified_key`` may be."""
        verified = verified_key(key)
        return replace(
            found,
            overall=self.estimate(key, OVERALL, found.overall),
            index=self.estimate(key, INDEX, found.index),
            dimensions=tuple(self._dimension(key, each) for each in found.dimensions),
            overall_question=self._criterion(key, OVERALL, found.overall_question),
            verified=replace(
                found.verified,
                overall=self.estimate(verified, OVERALL, found.verified.overall),
                index=self.estimate(verified, INDEX, found.verified.index),
            ),
        )

    def _dimension(self, key: Hashable, found: DimensionScore) -> DimensionScore:
        return replace(
            found,
            index=self.estimate(key, found.id, found.index),
            criteria=tuple(self._criterion(key, f"{found.id}/{each.id}", each) for each in found.criteria),
        )

    def _criterion(self, key: Hashable, figure: str, found: CriterionScore) -> CriterionScore:
        index = self.estimate(key, figure, found.index)
        return CriterionScore(found.id, found.name, index) if index.percent is None else replace(found, index=index)


def verified_key(key: Hashable) -> Hashable:
    """The key of a score's verified responses."""
    return ("verified", key)


def _open(key: Hashable) -> Hashable:
    return ("open", key)


def unhidden(rules: BaseRules) -> BaseRules:
    """The rules by which scores are made for a publication: every figure is there, and still rated as it will be."""
    return BaseRules(suppressed_below=1, rated_from=rules.rated_from)


@dataclass
class Publication:
    """A publication while it is put together.

    ``shown_before`` and ``hidden_before`` are the (score, figure) pairs of what was published before: they stay so.
    """

    rules: BaseRules
    shown_before: Collection[Key] = frozenset()
    hidden_before: Collection[Key] = frozenset()
    _cells: dict[Key, Cell] = field(default_factory=dict)
    _relations: list[Relation] = field(default_factory=list)
    _figures: dict[Hashable, Figures] = field(default_factory=dict)

    def add(self, key: Hashable, figures: Figures, *, main: bool = False) -> None:
        """Add figures of the same people. What they cost to hide is their valid answers; of the ``main`` score more."""
        self._figures[key] = figures
        for name, each in figures.items():
            weight = _MAIN if main and name in (OVERALL, INDEX) else 1
            self._add_cell((key, name), each.respondents or 0, people=key, loss=weight * (each.base or 0))

    def add_score(
        self, key: Hashable, found: OfficeScore, *, only: Collection[str] | None = None, main: bool = False
    ) -> None:
        """Add a score with all its figures and what its verified responses say; or ``only`` some of its figures."""
        if only is not None:
            self.add(key, {name: each for name, each in figures_of(found).items() if name in only})
            return
        self.add(key, figures_of(found), main=main)
        for each in found.dimensions:
            if each.criteria:
                self._relate((key, each.id), [(key, f"{each.id}/{one.id}") for one in each.criteria])
        self._relate((key, INDEX), [(key, each.id) for each in found.dimensions])
        if found.verified.responses:
            self.add(verified_key(key), {OVERALL: found.verified.overall, INDEX: found.verified.index})
        self._add_open(key, found)

    def _add_open(self, key: Hashable, found: OfficeScore) -> None:
        """What came without a slip: all less what came with one, though no score lists it."""
        verified = verified_key(key)
        for name, whole, proven in (
            (OVERALL, found.overall, found.verified.overall),
            (INDEX, found.index, found.verified.index),
        ):
            left = (whole.respondents or 0) - (proven.respondents or 0)
            self._add_cell((_open(key), name), left, people=_open(key), listed=False)
            self._relate((key, name), [each for each in ((verified, name), (_open(key), name)) if each in self._cells])

    def add_sum(self, given: Sum) -> None:
        """Tie scores together, figure by figure, and what came with and without a slip likewise.

        What the parts leave over of the whole is a figure nobody lists.
        """
        self._tie(given, tuple(self._figures[given.whole]))
        if verified_key(given.whole) in self._figures:
            for kind in (verified_key, _open):
                self._tie(Sum(kind(given.whole), tuple(map(kind, given.parts))), (OVERALL, INDEX))

    def _tie(self, given: Sum, names: tuple[str, ...]) -> None:
        for name in names:
            parts = [(part, name) for part in given.parts if (part, name) in self._cells]
            left = self._cells[given.whole, name].respondents - sum(self._cells[part].respondents for part in parts)
            if left > 0:
                rest = (("rest", given.whole, given.parts), name)
                self._add_cell(rest, left, people=rest[0], listed=False)
                parts.append(rest)
            if left >= 0:
                self._relate((given.whole, name), parts)

    def _add_cell(
        self, key: Key, respondents: int, *, people: Hashable, loss: int | None = None, listed: bool = True
    ) -> None:
        small = 0 < respondents < self.rules.suppressed_below
        self._cells[key] = Cell(
            key,
            respondents,
            hidden=listed and (small or key in self.hidden_before),
            listed=listed,
            published=key in self.shown_before,
            people=people,
            loss=loss,
        )

    def _relate(self, whole: Key, parts: Iterable[Key]) -> None:
        self._relations.append(Relation(whole, tuple(parts)))

    def shown(self) -> Shown:
        """What may be shown of all that was added."""
        cells = self._cells.values()
        found = protect(cells, self._relations, minimum=self.rules.suppressed_below)
        shown = frozenset(cell.key for cell in cells if cell.listed and not cell.hidden)
        return Shown(self.rules, shown - found.withheld)


def figures_of(found: OfficeScore) -> dict[str, Estimate]:
    """The figures of a score by name: a criterion's is that of its dimension and its own."""
    return {OVERALL: found.overall, INDEX: found.index, **dict(_parts(found))}


def _parts(found: OfficeScore) -> Iterator[tuple[str, Estimate]]:
    for dimension in found.dimensions:
        yield dimension.id, dimension.index
        for each in dimension.criteria:
            yield f"{dimension.id}/{each.id}", each.index


def publish(
    scores: Mapping[Hashable, OfficeScore],
    sums: Iterable[Sum],
    *,
    rules: BaseRules | None = None,
    shown_before: Collection[Key] = frozenset(),
    hidden_before: Collection[Key] = frozenset(),
) -> dict[Hashable, OfficeScore]:
    """A whole publication as it may be shown: every score, by its key, with figures hidden by M11 and M12.

    ``scores`` are made by ``unhidden`` rules; ``sums`` tie them together over the tree, the periods and the channels.
    Pairs of score key and figure name that stood in an earlier publication, shown or hidden, stay shown or hidden.
    """
    together = Publication(rules or BaseRules(), shown_before, hidden_before)
    for key, each in scores.items():
        together.add_score(key, each)
    for each_sum in sums:
        together.add_sum(each_sum)
    shown = together.shown()
    return {key: shown.score(key, each) for key, each in scores.items()}
