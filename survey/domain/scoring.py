"""From tallies to criterion, dimension and office indices (M2–M7, M11).

Counts are integers and every figure is an exact Fraction; ``round_half_up`` turns it into what is shown, once (M6).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Final

from survey.domain.estimation import (
    BaseRules,
    Interval,
    Share,
    SixSums,
    Status,
    clustered_interval,
    status_of,
    wilson,
)
from survey.domain.message import Message, message
from survey.domain.periods import Period
from survey.domain.questionnaire import BUILTIN_METHODS, Method, Question, Questionnaire, Scale, Section, Text
from survey.domain.tally import (
    ALL_CRITERIA,
    Standing,
    Tally,
    counts,
    layout_of,
    not_applicable,
    scale_of,
    sums,
    total,
)

HEADLINE_CHANNELS: Final = ("poster", "slip", "kiosk", "link")
ALL_CHANNELS: Final = (*HEADLINE_CHANNELS, "paper", "invitation")
CHANNEL_NAMES: Final[Mapping[str, Message]] = {
    "poster": message("Mã QR tại quầy"),
    "slip": message("Phiếu hẹn"),
    "kiosk": message("Máy khảo sát tại chỗ"),
    "link": message("Đường dẫn trên mạng"),
    "paper": message("Phiếu giấy do cán bộ nhập"),
    "invitation": message("Đợt mời độc lập"),
}
METHODS: Final = BUILTIN_METHODS
_WITH_INTERVAL: Final = frozenset({"share", "all"})


@dataclass(frozen=True, slots=True)
class Estimate:
    """One figure with what it rests on; every field but ``status`` is None when suppressed or without data (M11).

    ``percent`` is the method's value, exact; ``base`` valid answers (respondents under ``all``) of which
    ``satisfied``; ``low`` and ``high`` in per cent, None where the method has no interval or for one respondent.
    """

    status: Status
    respondents: int | None = None
    base: int | None = None
    satisfied: int | None = None
    percent: Fraction | None = None
    low: float | None = None
    high: float | None = None

    @property
    def share(self) -> Share | None:
        """The figure between its limits, for M10 and M11; None where it is hidden or has no interval."""
        if self.percent is None or self.low is None or self.high is None:
            return None
        return Share(self.percent, Interval(self.low, self.high))


@dataclass(frozen=True, slots=True)
class CriterionScore:
    """One question: its index, the distribution of its answers, and their mean on the scale.

    ``counts`` (by value, ascending), ``not_applicable``, ``unanswered`` and ``mean`` are None where the index is
    suppressed or without data.
    """

    id: str
    name: Text
    index: Estimate
    counts: Mapping[int, int] | None = None
    not_applicable: int | None = None
    unanswered: int | None = None
    mean: Fraction | None = None


@dataclass(frozen=True, slots=True)
class DimensionScore:
    """One dimension: its pooled index (M3) and its criteria."""

    id: str
    name: Text
    index: Estimate
    criteria: tuple[CriterionScore, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """What a set of responses says; ``overall`` stands beside ``index`` and is never mixed in (M4)."""

    responses: int
    overall: Estimate
    index: Estimate
    dimensions: tuple[DimensionScore, ...]
    overall_question: CriterionScore


def round_half_up(value: Fraction | float, places: int = 2) -> Decimal:
    """The value as shown: halves go away from zero, so 6650/7528 is 88.34 per cent and −0.005 is −0.01 (M6)."""
    exact = abs(Fraction(value)) * 10**places
    units = floor(exact + Fraction(1, 2))
    return Decimal(units if value >= 0 else -units).scaleb(-places) + 0


# --- methods ----------------------------------------------------------------------------------------------


class UnknownMethod(LookupError):
    """No method of that name can score this questionnaire; carries the names that can."""

    def __init__(self, ref: str, known: tuple[str, ...]) -> None:
        self.ref, self.known = ref, known
        self.message = message(
            "Phiếu khảo sát này không tính được theo phương pháp “%(ref)s”. Xin chọn một trong: %(known)s.",
            ref=ref,
            known=", ".join(known),
        )
        super().__init__(str(self.message))


def methods_for(questionnaire: Questionnaire) -> tuple[Method, ...]:
    """The methods that fit a questionnaire, its own default first (M5)."""
    scales = [scale_of(question) for question in questionnaire.scored]
    builtin = (each for each in METHODS.values() if each.id != questionnaire.method.id)
    return (questionnaire.method, *(each for each in builtin if all(map(each.fits, scales))))


def method_named(ref: str | None, questionnaire: Questionnaire) -> Method:
    """The method called ``id`` or ``id@version``, the questionnaire's own for None; UnknownMethod if none fits."""
    if ref is None:
        return questionnaire.method
    fitting = methods_for(questionnaire)
    for each in fitting:
        if ref in (each.id, each.key):
            return each
    raise UnknownMethod(ref, tuple(each.id for each in fitting))


@dataclass(frozen=True, slots=True)
class _Answers:
    """The valid answers to one question, and what each value is worth under a method, in per cent."""

    counts: Mapping[int, int]
    scale: Scale
    worth: Mapping[int, int | Fraction]

    @property
    def base(self) -> int:
        return sum(self.counts.values())

    @property
    def satisfied(self) -> int:
        return sum(self.counts[value] for value in self.scale.satisfied)

    @property
    def sum(self) -> Fraction:
        return Fraction(sum(self.worth[value] * number for value, number in self.counts.items()))

    @property
    def mean(self) -> Fraction:
        return Fraction(sum(value * number for value, number in self.counts.items()), self.base)


def _worth(value: int, scale: Scale, method: Method) -> int | Fraction:
    """What one answer adds to a pooled figure: the pooled methods are all means of such worths (M2, M5)."""
    if method.kind == "net":
        return 100 * ((value in scale.satisfied) - (value in scale.dissatisfied))
    if method.kind != "mean":
        return 100 * (value in scale.satisfied)
    if method.multiply is None and method.add is None:
        lowest, highest = scale.values[0], scale.values[-1]
        return Fraction(100 * (value - lowest), highest - lowest)
    return Fraction(1 if method.multiply is None else method.multiply) * value + (method.add or 0)


def _pooled(group: Sequence[_Answers], method: Method, group_sums: SixSums) -> Fraction:
    """The method's value of a group with at least one valid answer, exact."""
    if method.kind == "all":
        return Fraction(100 * group_sums.all_satisfied, group_sums.k)
    answered = [each for each in group if each.base]
    if method.kind == "mean_of_criteria":
        return sum((each.sum / each.base for each in answered), Fraction()) / len(answered)
    return sum((each.sum for each in answered), Fraction()) / group_sums.m


# --- scores -----------------------------------------------------------------------------------------------


def score(
    tally: Tally, questionnaire: Questionnaire, *, method: Method | None = None, rules: BaseRules | None = None
) -> Score:
    """The score of a tally, by the questionnaire's own method and the rules of M11 unless told otherwise.

    An empty tally gives ``no_data`` everywhere.
    """
    scoring = _Scoring(tally, questionnaire, method or questionnaire.method, rules or BaseRules())
    overall = scoring.criterion(questionnaire.overall)
    return Score(
        responses=tally.responses,
        overall=overall.index,
        index=scoring.group(ALL_CRITERIA, questionnaire.criteria),
        dimensions=tuple(scoring.dimension(each) for each in questionnaire.dimensions),
        overall_question=overall,
    )


@dataclass(frozen=True, slots=True)
class _Scoring:
    """One tally under one method and one set of base rules."""

    tally: Tally
    questionnaire: Questionnaire
    method: Method
    rules: BaseRules

    def dimension(self, section: Section) -> DimensionScore:
        criteria = tuple(self.criterion(question) for question in section.questions)
        return DimensionScore(section.id, section.title, self.group(section.id, section.questions), criteria)

    def criterion(self, question: Question) -> CriterionScore:
        answers = self._answers(question)
        status = status_of(answers.base, self.rules)
        if status in ("no_data", "suppressed"):
            return CriterionScore(question.id, question.name, Estimate(status))
        skipped = not_applicable(self.questionnaire, self.tally, question.id)
        return CriterionScore(
            id=question.id,
            name=question.name,
            index=self._criterion_index(answers, status),
            counts=answers.counts,
            not_applicable=skipped,
            unanswered=self.tally.responses - answers.base - skipped,
            mean=answers.mean,
        )

    def _criterion_index(self, answers: _Answers, status: Status) -> Estimate:
        """A respondent answers a question once, so its answers are independent and the interval is M8's."""
        base, satisfied = answers.base, answers.satisfied
        interval = self._wilson(satisfied, base)
        return _estimate(
            status, respondents=base, base=base, satisfied=satisfied, percent=answers.sum / base, interval=interval
        )

    def group(self, group_id: str, questions: Sequence[Question]) -> Estimate:
        """The index of a dimension (M3) or of the office (M4), with the interval of M9."""
        found = sums(self.questionnaire, self.tally, group_id)
        status = status_of(found.k, self.rules)
        if status in ("no_data", "suppressed"):
            return Estimate(status)
        percent = _pooled([self._answers(each) for each in questions], self.method, found)
        base, satisfied = (found.k, found.all_satisfied) if self.method.kind == "all" else (found.m, found.s)
        return _estimate(
            status,
            respondents=found.k,
            base=base,
            satisfied=satisfied,
            percent=percent,
            interval=self._group_interval(found),
        )

    def _group_interval(self, found: SixSums) -> Interval | None:
        if self.method.kind == "share":
            return clustered_interval(found)
        return self._wilson(found.all_satisfied, found.k)

    def _wilson(self, satisfied: int, base: int) -> Interval | None:
        if self.method.kind not in _WITH_INTERVAL or base < 2:
            return None
        return wilson(satisfied, base)

    def _answers(self, question: Question) -> _Answers:
        scale = scale_of(question)
        worth = {value: _worth(value, scale, self.method) for value in scale.values}
        return _Answers(counts(self.questionnaire, self.tally, question.id), scale, worth)


def _estimate(
    status: Status, *, respondents: int, base: int, satisfied: int, percent: Fraction, interval: Interval | None
) -> Estimate:
    low, high = (interval.low, interval.high) if interval else (None, None)
    return Estimate(status, respondents, base, satisfied, percent, low, high)


# --- offices ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VerifiedScore:
    """What the verified responses alone say (Q1)."""

    responses: int
    overall: Estimate
    index: Estimate


@dataclass(frozen=True, slots=True)
class OfficeScore:
    """The score of an office with everything below it, over one period.

    ``responses`` are the open and verified ones of the chosen channels, by channel in ``channels`` (only those
    that have any); ``set_aside`` counts the rest of the same channels, which are in no figure (Q2, Q5).
    """

    office_code: str
    office_name: str
    questionnaire_key: str
    method: Method
    period: Period
    chosen_channels: tuple[str, ...]
    responses: int
    set_aside: int
    channels: Mapping[str, int]
    verified: VerifiedScore
    overall: Estimate
    index: Estimate
    dimensions: tuple[DimensionScore, ...]
    overall_question: CriterionScore


def office_score(
    tallies: Mapping[tuple[str, Standing], Tally],
    *,
    office_code: str,
    office_name: str,
    questionnaire: Questionnaire,
    period: Period,
    method: Method | None = None,
    channels: Iterable[str] = HEADLINE_CHANNELS,
    rules: BaseRules | None = None,
) -> OfficeScore:
    """An office's score out of its tallies by channel and standing; channels that were not chosen are left out."""
    chosen = tuple(sorted(set(channels), key=_channel_order))
    used, layout = method or questionnaire.method, layout_of(questionnaire)
    verified = total(layout, _of(tallies, chosen, "verified"))
    counted = verified + total(layout, _of(tallies, chosen, "open"))
    whole = score(counted, questionnaire, method=used, rules=rules)
    proven = score(verified, questionnaire, method=used, rules=rules)
    return OfficeScore(
        office_code=office_code,
        office_name=office_name,
        questionnaire_key=questionnaire.key,
        method=used,
        period=period,
        chosen_channels=chosen,
        responses=whole.responses,
        set_aside=sum(tally.responses for tally in _of(tallies, chosen, "set_aside")),
        channels=_by_channel(tallies, chosen),
        verified=VerifiedScore(proven.responses, proven.overall, proven.index),
        overall=whole.overall,
        index=whole.index,
        dimensions=whole.dimensions,
        overall_question=whole.overall_question,
    )


def _channel_order(channel: str) -> tuple[int, str]:
    return (ALL_CHANNELS.index(channel) if channel in ALL_CHANNELS else len(ALL_CHANNELS), channel)


def _of(tallies: Mapping[tuple[str, Standing], Tally], channels: tuple[str, ...], standing: Standing) -> list[Tally]:
    return [tallies[channel, standing] for channel in channels if (channel, standing) in tallies]


def _by_channel(tallies: Mapping[tuple[str, Standing], Tally], channels: tuple[str, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for channel in channels:
        of_it = [*_of(tallies, (channel,), "open"), *_of(tallies, (channel,), "verified")]
        if responses := sum(each.responses for each in of_it):
            found[channel] = responses
    return found
