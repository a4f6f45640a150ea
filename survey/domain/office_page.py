"""What the office page says, already decided: tables and charts are drawn from this one object."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, Literal

from survey.domain.comparison import NotComparable, ScoreChange, ranking
from survey.domain.credibility import Credibility
from survey.domain.estimation import Rank
from survey.domain.offices import Desk, Office
from survey.domain.periods import Period, current_period, previous
from survey.domain.questionnaire import Questionnaire, Text
from survey.domain.scoring import ALL_CHANNELS, HEADLINE_CHANNELS, CriterionScore, Estimate, OfficeScore
from survey.domain.weighting import ResponseRate

LOWEST: Final = 3


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One month of the trend; the index is hidden where the base is small (M11)."""

    month: Period
    responses: int
    index: Estimate


@dataclass(frozen=True, slots=True)
class DeskLine:
    """One desk of the office. ``formerly_of`` names the office it was set up in before a merger."""

    desk: Desk
    formerly_of: str | None
    score: OfficeScore
    rate: ResponseRate | None = None


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """One channel; only those of the headline are in the office's score (Q5)."""

    channel: str
    in_headline: bool
    score: OfficeScore


@dataclass(frozen=True, slots=True)
class BranchLine:
    """One office directly below, with everything below it; ``rank`` only for rated ones (M11)."""

    office: Office
    score: OfficeScore
    rank: Rank | None
    ranked_with: int = 0
    rate: ResponseRate | None = None


@dataclass(frozen=True, slots=True)
class LowCriterion:
    """A criterion among the lowest, and the desk where it is lowest (if any desk's figure is shown)."""

    criterion: CriterionScore
    dimension: Text
    desk: DeskLine | None
    at_desk: Estimate | None


@dataclass(frozen=True, slots=True)
class AnsweredVersion:
    """A questionnaire version that people answered in the period, and how many did."""

    questionnaire: Questionnaire
    responses: int


@dataclass(frozen=True, slots=True)
class OfficePage:
    """Everything the page of one office in one period shows.

    ``above`` are the offices between the viewer's own and this one, from the top; ``versions`` every answered
    questionnaire version of the period, most first, the shown one among them if anybody answered it; ``credibility``
    what stands beside the index so that it can be believed.
    """

    office: Office
    above: tuple[Office, ...]
    merged_into_it: tuple[Office, ...]
    period: Period
    today: date
    questionnaire: Questionnaire
    versions: tuple[AnsweredVersion, ...]
    score: OfficeScore
    before: OfficeScore
    change: ScoreChange | NotComparable
    trend: tuple[TrendPoint, ...]
    desks: tuple[DeskLine, ...]
    channels: tuple[ChannelLine, ...]
    below: tuple[BranchLine, ...]
    lowest: tuple[LowCriterion, ...]
    credibility: Credibility

    @property
    def running(self) -> bool:
        """Whether the period has not ended, so that its figures still move."""
        return self.period.first <= self.today <= self.period.last

    @property
    def demonstration(self) -> bool:
        """Whether the figures are invented ("Dữ liệu minh họa")."""
        return self.office.demonstration


# --- choosing ---------------------------------------------------------------------------------------------


def lowest_criteria(score: OfficeScore, desks: Sequence[DeskLine]) -> tuple[LowCriterion, ...]:
    """The three rated criteria with the lowest index, lowest first; fewer where fewer are rated (M11).

    Equal indices stand in the questionnaire's order.
    """
    rated = [
        (criterion, dimension.name)
        for dimension in score.dimensions
        for criterion in dimension.criteria
        if criterion.index.status == "rated"
    ]
    rated.sort(key=lambda each: each[0].index.percent or Fraction())
    return tuple(_with_desk(criterion, name, desks) for criterion, name in rated[:LOWEST])


def _with_desk(criterion: CriterionScore, dimension: Text, desks: Sequence[DeskLine]) -> LowCriterion:
    at_desks = [(estimate, line) for line in desks if (estimate := _of_criterion(line, criterion.id))]
    if len(at_desks) < 2:  # "lowest at" says nothing about a single desk
        return LowCriterion(criterion, dimension, None, None)
    estimate, desk = min(at_desks, key=lambda each: each[0].percent or Fraction())
    return LowCriterion(criterion, dimension, desk, estimate)


def _of_criterion(line: DeskLine, criterion_id: str) -> Estimate | None:
    """The desk's figure of a criterion, None where it may not be shown."""
    for dimension in line.score.dimensions:
        for criterion in dimension.criteria:
            if criterion.id == criterion_id and criterion.index.percent is not None:
                return criterion.index
    return None


def ranked(scores: Iterable[tuple[Office, OfficeScore]]) -> tuple[BranchLine, ...]:
    """Lines of the offices: by kind, then the ranked ones in order, then the others by code (M11)."""
    by_kind: dict[str, list[tuple[Office, OfficeScore]]] = {}
    for office, score in scores:
        by_kind.setdefault(office.kind, []).append((office, score))
    return tuple(line for kind in sorted(by_kind) for line in _ranked_kind(by_kind[kind]))


def _ranked_kind(scores: Sequence[tuple[Office, OfficeScore]]) -> list[BranchLine]:
    ranks = {rank.key: rank for rank in ranking(score for _, score in scores)}
    # One office has nobody to be ranked among.
    shown = ranks if len(ranks) > 1 else {}
    lines = [BranchLine(office, score, shown.get(office.code), len(shown)) for office, score in scores]
    last = len(lines) + 1
    return sorted(lines, key=lambda line: (line.rank.place if line.rank else last, line.office.code))


def used_channels(score_of: Mapping[str, OfficeScore]) -> tuple[ChannelLine, ...]:
    """Lines of the channels that brought anything in: those of the headline first (Q5)."""
    return tuple(
        ChannelLine(channel, channel in HEADLINE_CHANNELS, score_of[channel])
        for channel in ALL_CHANNELS
        if channel in score_of and (score_of[channel].responses or score_of[channel].set_aside)
    )


# --- periods ----------------------------------------------------------------------------------------------

PickedKind = Literal["month", "quarter", "half", "year"]
PICKED_KINDS: Final[tuple[PickedKind, ...]] = ("month", "quarter", "half", "year")
_OFFERED: Final[Mapping[PickedKind, int]] = {"month": 24, "quarter": 8, "half": 4, "year": 3}


def period_after(period: Period, *, today: date) -> Period | None:
    """The next period of the same kind; None once it would lie wholly in the future."""
    after = current_period(period.kind, on=date.fromordinal(period.last.toordinal() + 1), like=period)
    return after if after.first <= today else None


def offered_periods(period: Period, *, today: date) -> tuple[Period, ...]:
    """What a picker offers: the latest periods of the same kind, newest first, the shown one always among them."""
    newest = current_period(period.kind, on=today, like=period)
    found = [newest]
    for kind in PICKED_KINDS:
        if kind == period.kind:
            while len(found) < _OFFERED[kind]:
                found.append(previous(found[-1]))
    return tuple(found) if period in found else tuple(sorted({*found, period}, key=lambda each: each.first))[::-1]
