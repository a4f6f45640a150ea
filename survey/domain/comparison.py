"""Scores side by side: the change between two periods (M10) and the ranking of offices (M11)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from survey.domain.estimation import Change, Contender, Rank, difference, rank
from survey.domain.message import Message, message
from survey.domain.scoring import DimensionScore, Estimate, OfficeScore

Reason = Literal["questionnaire", "method", "channels", "base", "no_data"]

_REASONS: Final[dict[Reason, Message]] = {
    "questionnaire": message("không so sánh được: khác phiếu khảo sát"),
    "method": message("không so sánh được: khác phương pháp tính"),
    "channels": message("không so sánh được: khác kênh thu thập"),
    "base": message("không so sánh được: chưa đủ số phiếu"),
    "no_data": message("không so sánh được: có kỳ chưa có phiếu"),
}


@dataclass(frozen=True, slots=True)
class NotComparable:
    """Why two figures have no change between them (M10).

    ``base`` when one of them is hidden, ``no_data`` when nobody answered in one of the periods.
    """

    reason: Reason

    @property
    def message(self) -> Message:
        """The words that stand where the change would."""
        return _REASONS[self.reason]


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """The change of every figure of a score; dimensions and criteria by their ids."""

    overall: Change | NotComparable
    index: Change | NotComparable
    dimensions: Mapping[str, Change | NotComparable]
    criteria: Mapping[str, Change | NotComparable]


def change(now: OfficeScore, before: OfficeScore) -> ScoreChange | NotComparable:
    """How the figures moved, in percentage points (M10).

    NotComparable as a whole unless questionnaire version, method and chosen channels are the same.
    """
    for reason in _differences(now, before):
        return NotComparable(reason)
    return ScoreChange(
        overall=change_of(now.overall, before.overall),
        index=change_of(now.index, before.index),
        dimensions=_changes(_dimensions(now.dimensions), _dimensions(before.dimensions)),
        criteria=_changes(_criteria(now.dimensions), _criteria(before.dimensions)),
    )


def change_of(now: Estimate, before: Estimate) -> Change | NotComparable:
    """The change between two shown figures of the same kind.

    Without limits and never ``clear`` where the method has no interval (M5) or one figure rests on one respondent.
    """
    if "no_data" in (now.status, before.status):
        return NotComparable("no_data")
    if now.percent is None or before.percent is None:
        return NotComparable("base")
    if now.share is None or before.share is None:
        return Change(now.percent - before.percent, low=None, high=None, clear=False)
    return difference(now.share, before.share)


def clearness(found: Change) -> Message:
    """The word that stands beside a change (M10)."""
    return message("rõ rệt") if found.clear else message("chưa rõ")


def _differences(one: OfficeScore, other: OfficeScore) -> Iterable[Reason]:
    if one.questionnaire_key != other.questionnaire_key:
        yield "questionnaire"
    if one.method != other.method:
        yield "method"
    if one.chosen_channels != other.chosen_channels:
        yield "channels"


def _dimensions(dimensions: tuple[DimensionScore, ...]) -> dict[str, Estimate]:
    return {each.id: each.index for each in dimensions}


def _criteria(dimensions: tuple[DimensionScore, ...]) -> dict[str, Estimate]:
    return {each.id: each.index for dimension in dimensions for each in dimension.criteria}


def _changes(now: Mapping[str, Estimate], before: Mapping[str, Estimate]) -> dict[str, Change | NotComparable]:
    return {key: change_of(estimate, before[key]) for key, estimate in now.items()}


def ranking(offices: Iterable[OfficeScore]) -> tuple[Rank, ...]:
    """The rated offices in tiers, ``Rank.key`` being the office code; the caller gives offices of one kind (M11).

    Others are left out, as is every office under a method without interval. ValueError when the scores differ in
    questionnaire version, method, channels or period.
    """
    given = tuple(offices)
    for each in given[1:]:
        reasons = [*_differences(given[0], each), *(["period"] if each.period != given[0].period else [])]
        if reasons:
            raise ValueError(f"offices {given[0].office_code} and {each.office_code} differ in {reasons}")
    return rank(
        Contender(each.office_code, each.index.share)
        for each in given
        if each.index.status == "rated" and each.index.share is not None
    )
