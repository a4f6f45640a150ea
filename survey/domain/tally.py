"""Responses into counts and six sums: the only counting code (M1, M9; architecture.md, journey 2).

A tally is a row of integers whose meaning the questionnaire version fixes, so tallies of desks and days add up
to tallies of offices and periods, and any score comes out of the sum.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from operator import add
from typing import Final, Literal

from survey.domain.estimation import SixSums
from survey.domain.questionnaire import NOT_APPLICABLE, Question, Questionnaire, Scale

Standing = Literal["open", "verified", "set_aside"]

OVERALL: Final = "@overall"
ALL_CRITERIA: Final = "@criteria"
_SUMS = 7  # k, Σs, Σm, Σs², Σsm, Σm², all_satisfied


class AnswerOutsideScale(ValueError):
    """A stored answer that its question cannot have; carries both (M1)."""

    def __init__(self, question_id: str, answer: object) -> None:
        super().__init__(f"question {question_id} cannot be answered {answer!r}")
        self.question_id, self.answer = question_id, answer


@dataclass(frozen=True, slots=True)
class CountedResponse:
    """One response as the tally sees it; ids that are no scored question are ignored, absent ones unanswered."""

    channel: str
    standing: Standing
    answers: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Layout:
    """Which cell means what: first the counts of every scored question, then the sums of every group."""

    questions: Mapping[str, tuple[int, Scale]]
    groups: Mapping[str, int]
    members: tuple[tuple[str, tuple[str, ...]], ...]
    length: int


@lru_cache(maxsize=256)
def layout_of(questionnaire: Questionnaire) -> Layout:
    """The layout of a questionnaire version.

    Per scored question one count per scale value, ascending, and one for "not applicable"; per group (the
    overall question, each dimension, all criteria) k, Σs, Σm, Σs², Σsm, Σm² and ``all_satisfied``.
    """
    scales = {question.id: scale_of(question) for question in questionnaire.scored}
    *starts, end = accumulate((len(scale.values) + 1 for scale in scales.values()), initial=0)
    questions = {name: (start, scale) for start, (name, scale) in zip(starts, scales.items(), strict=True)}
    dimensions = ((each.id, tuple(question.id for question in each.questions)) for each in questionnaire.dimensions)
    members = ((OVERALL, (questionnaire.overall.id,)), *dimensions)
    names = [*(name for name, _ in members), ALL_CRITERIA]
    groups = {name: end + _SUMS * i for i, name in enumerate(names)}
    return Layout(questions, groups, members, end + _SUMS * len(names))


def scale_of(question: Question) -> Scale:
    """The scale of a scored question; ValueError for a question that has none."""
    if question.scale is None:
        raise ValueError(f"question {question.id} has no scale and cannot be scored")
    return question.scale


@dataclass(frozen=True, slots=True)
class Tally:
    """How many responses, and the cells of their layout. ``a + b`` is the tally of both sets of responses."""

    responses: int
    cells: tuple[int, ...]

    @classmethod
    def empty(cls, layout: Layout) -> "Tally":
        """The tally of no response, which changes nothing it is added to."""
        return cls(0, (0,) * layout.length)

    def __add__(self, other: "Tally") -> "Tally":
        if len(self.cells) != len(other.cells):
            raise ValueError("tallies of different questionnaire versions do not add up")
        return Tally(self.responses + other.responses, tuple(map(add, self.cells, other.cells)))


def total(layout: Layout, tallies: Iterable[Tally]) -> Tally:
    """The sum of any number of tallies of one layout; the empty tally when there are none."""
    each = list(tallies)
    if len(each) < 3:  # most sums are of one or two channels
        return sum(each[1:], each[0]) if each else Tally.empty(layout)
    columns = zip(*(tally.cells for tally in each), strict=True)
    return Tally(sum(tally.responses for tally in each), tuple(map(sum, columns)))


# --- counting ---------------------------------------------------------------------------------------------


def count(questionnaire: Questionnaire, responses: Iterable[CountedResponse]) -> dict[tuple[str, Standing], Tally]:
    """Tallies of the responses by channel and standing; {} for none.

    AnswerOutsideScale when an answer is neither a value of its scale, nor "NA", nor absent (M1).
    """
    plan = _plan(questionnaire)
    counters: dict[tuple[str, Standing], _Counter] = defaultdict(lambda: _Counter(plan))
    for response in responses:
        counters[response.channel, response.standing].add(response.answers)
    return {key: counter.tally() for key, counter in counters.items()}


_Places = dict[object, tuple[int, int, int]]  # answer -> its cell, 1 if valid, 1 if satisfied


_Group = tuple[int, tuple[tuple[str, _Places], ...]]  # where its sums start, its questions


@dataclass(frozen=True, slots=True)
class _Plan:
    length: int
    overall: _Group
    dimensions: tuple[_Group, ...]
    all_criteria: int


@lru_cache(maxsize=256)
def _plan(questionnaire: Questionnaire) -> _Plan:
    layout = layout_of(questionnaire)
    overall, *dimensions = (
        (layout.groups[name], tuple((each, _places(layout, each)) for each in members))
        for name, members in layout.members
    )
    return _Plan(layout.length, overall, tuple(dimensions), layout.groups[ALL_CRITERIA])


def _places(layout: Layout, question_id: str) -> _Places:
    start, scale = layout.questions[question_id]
    places: _Places = {value: (start + i, 1, int(value in scale.satisfied)) for i, value in enumerate(scale.values)}
    places[NOT_APPLICABLE] = (start + len(scale.values), 0, 0)
    return places


class _Counter:
    """The growing cells of one channel and standing."""

    __slots__ = ("_cells", "_plan", "_responses")

    def __init__(self, plan: _Plan) -> None:
        self._cells = [0] * plan.length
        self._plan = plan
        self._responses = 0

    def add(self, answers: Mapping[str, object]) -> None:
        self._responses += 1
        self._add_group(self._plan.overall, answers)
        satisfied = valid = 0
        for dimension in self._plan.dimensions:
            s, m = self._add_group(dimension, answers)
            satisfied += s
            valid += m
        self._add_sums(self._plan.all_criteria, satisfied, valid)

    def _add_group(self, group: _Group, answers: Mapping[str, object]) -> tuple[int, int]:
        start, questions = group
        s, m = self._add_answers(questions, answers)
        self._add_sums(start, s, m)
        return s, m

    def _add_answers(
        self, questions: tuple[tuple[str, _Places], ...], answers: Mapping[str, object]
    ) -> tuple[int, int]:
        cells = self._cells
        satisfied = valid = 0
        for question_id, places in questions:
            answer = answers.get(question_id)
            if answer is None:
                continue
            try:
                cell, counts, satisfies = places[answer]
            except (KeyError, TypeError):
                raise AnswerOutsideScale(question_id, answer) from None
            cells[cell] += 1
            valid += counts
            satisfied += satisfies
        return satisfied, valid

    def _add_sums(self, start: int, s: int, m: int) -> None:
        if m == 0:
            return
        cells = self._cells
        cells[start] += 1
        cells[start + 1] += s
        cells[start + 2] += m
        cells[start + 3] += s * s
        cells[start + 4] += s * m
        cells[start + 5] += m * m
        cells[start + 6] += s == m

    def tally(self) -> Tally:
        return Tally(self._responses, tuple(self._cells))


# --- reading ----------------------------------------------------------------------------------------------


def counts(questionnaire: Questionnaire, tally: Tally, question_id: str) -> dict[int, int]:
    """How many answers each scale value got, ascending; KeyError for a question that is not scored."""
    start, scale = layout_of(questionnaire).questions[question_id]
    return dict(zip(scale.values, tally.cells[start : start + len(scale.values)], strict=True))


def not_applicable(questionnaire: Questionnaire, tally: Tally, question_id: str) -> int:
    """How many answered "not applicable"; they are in no base (M1)."""
    start, scale = layout_of(questionnaire).questions[question_id]
    return tally.cells[start + len(scale.values)]


def sums(questionnaire: Questionnaire, tally: Tally, group_id: str) -> SixSums:
    """The six sums of a group: OVERALL, the id of a dimension, or ALL_CRITERIA (M9)."""
    return sums_of(layout_of(questionnaire), tally, group_id)


def sums_of(layout: Layout, tally: Tally, group_id: str) -> SixSums:
    """``sums`` for a caller who has the layout already."""
    start = layout.groups[group_id]
    return SixSums(*tally.cells[start : start + _SUMS])
