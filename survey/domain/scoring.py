"""From tallies to criterion, dimension and office indices (M2–M7, M11).

Counts are integers and every figure is an exact Fraction; ``round_half_up`` turns it into what is shown, once (M6).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Final, NamedTuple

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
from survey.domain.questionnaire import BUILTIN_METHODS, Method, Question, Questionnaire, Text
from survey.domain.tally import (
    ALL_CRITERIA,
    Layout,
    Standing,
    Tally,
    layout_of,
    scale_of,
    sums_of,
    total,
)
from survey.domain.worth import ValidAnswers, worths_of

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


class Estimate(NamedTuple):
    """One figure with what it rests on; every field but ``status`` is None when suppressed or without data (M11).

    ``percent`` is the method's value, exact; ``base`` valid answers (respondents under ``all``) of which
    ``satisfied``; ``low`` and ``high`` in per cent, None where the method has no interval or for one respondent.
    ``withheld`` says that it is suppressed for the sake of another figure (M12), not for its own small base.
    """

    status: Status
    respondents: int | None = None
    base: int | None = None
    satisfied: int | None = None
    percent: Fraction | None = None
    low: float | None = None
    high: float | None = None
    withheld: bool = False

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


# --- scores -----------------------------------------------------------------------------------------------


def score(
    tally: Tally,
    questionnaire: Questionnaire,
    *,
    method: Method | None = None,
    rules: BaseRules | None = None,
    with_criteria: bool = True,
) -> Score:
    """The score of a tally, by the questionnaire's own method and the rules of M11 unless told otherwise.

    An empty tally gives ``no_data`` everywhere. Without criteria the dimensions carry none: a list of 500 offices
    shows none, and they are three quarters of the work.
    """
    used = method or questionnaire.method
    scoring = _Scoring(tally, layout_of(questionnaire), used, worths_of(questionnaire, used), rules or BaseRules())
    overall = scoring.criterion(questionnaire.overall)
    return Score(
        responses=tally.responses,
        overall=overall.index,
        index=scoring.group(ALL_CRITERIA, questionnaire.criteria),
        dimensions=tuple(
            DimensionScore(
                id=section.id,
                name=section.title,
                index=scoring.group(section.id, section.questions),
                criteria=tuple(map(scoring.criterion, section.questions)) if with_criteria else (),
            )
            for section in questionnaire.dimensions
        ),
        overall_question=overall,
    )


@dataclass(frozen=True, slots=True)
class _Scoring:
    """One tally under one method and one set of base rules."""

    tally: Tally
    layout: Layout
    method: Method
    worths: Mapping[str, Sequence[int | Fraction]]
    rules: BaseRules

    def criterion(self, question: Question) -> CriterionScore:
        answers = self._answers(question)
        base = answers.base
        status = status_of(base, self.rules)
        if status in ("no_data", "suppressed"):
            return CriterionScore(question.id, question.name, Estimate(status))
        start, scale = self.layout.questions[question.id]
        skipped = self.tally.cells[start + len(scale.values)]
        return CriterionScore(
            id=question.id,
            name=question.name,
            index=self._criterion_index(answers, status),
            counts=dict(zip(scale.values, answers.counts, strict=True)),
            not_applicable=skipped,
            unanswered=self.tally.responses - base - skipped,
            mean=answers.mean,
        )

    def _criterion_index(self, answers: ValidAnswers, status: Status) -> Estimate:
        """A respondent answers a question once, so its answers are independent and the interval is M8's."""
        base, satisfied = answers.base, answers.satisfied
        return _estimate(
            status,
            respondents=base,
            base=base,
            satisfied=satisfied,
            percent=Fraction(answers.sum, base),
            interval=self._wilson(satisfied, base),
        )

    def group(self, group_id: str, questions: Sequence[Question]) -> Estimate:
        """The index of a dimension (M3) or of the office (M4), with the interval of M9."""
        found = sums_of(self.layout, self.tally, group_id)
        status = status_of(found.k, self.rules)
        if status in ("no_data", "suppressed"):
            return Estimate(status)
        base, satisfied = (found.k, found.all_satisfied) if self.method.kind == "all" else (found.m, found.s)
        return _estimate(
            status,
            respondents=found.k,
            base=base,
            satisfied=satisfied,
            percent=self._pooled(questions, found),
            interval=self._group_interval(found),
        )

    def _pooled(self, questions: Sequence[Question], found: SixSums) -> Fraction:
        """The method's value of a group with at least one valid answer, exact."""
        if self.method.kind == "all":
            return Fraction(100 * found.all_satisfied, found.k)
        if self.method.kind == "share":  # the worth of each satisfied answer is 100, that of others 0
            return Fraction(100 * found.s, found.m)
        group = [self._answers(each) for each in questions]
        if self.method.kind == "mean_of_criteria":
            answered = [each for each in group if each.base]
            return sum((Fraction(each.sum, each.base) for each in answered), Fraction()) / len(answered)
        return Fraction(sum(each.sum for each in group), found.m)

    def _group_interval(self, found: SixSums) -> Interval | None:
        if self.method.kind == "share":
            return clustered_interval(found)
        return self._wilson(found.all_satisfied, found.k)

    def _wilson(self, satisfied: int, base: int) -> Interval | None:
        if self.method.kind not in _WITH_INTERVAL or base < 2:
            return None
        return wilson(satisfied, base)

    def _answers(self, question: Question) -> ValidAnswers:
        start, scale = self.layout.questions[question.id]
        return ValidAnswers(self.tally.cells[start : start + len(scale.values)], scale, self.worths[question.id])


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


_NONE_VERIFIED: Final = VerifiedScore(0, Estimate("no_data"), Estimate("no_data"))


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
    with_criteria: bool = True,
) -> OfficeScore:
    """An office's score out of its tallies by channel and standing; channels that were not chosen are left out.

    Of what is set aside only the number of responses is read.
    """
    chosen = tuple(sorted(set(channels), key=_channel_order))
    used, layout = method or questionnaire.method, layout_of(questionnaire)
    verified = _of(tallies, chosen, "verified")
    counted = total(layout, [*verified, *_of(tallies, chosen, "open")])
    whole = score(counted, questionnaire, method=used, rules=rules, with_criteria=with_criteria)
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
        verified=_verified(total(layout, verified), questionnaire, used, rules) if verified else _NONE_VERIFIED,
        overall=whole.overall,
        index=whole.index,
        dimensions=whole.dimensions,
        overall_question=whole.overall_question,
    )


def _verified(tally: Tally, questionnaire: Questionnaire, method: Method, rules: BaseRules | None) -> VerifiedScore:
    found = score(tally, questionnaire, method=method, rules=rules, with_criteria=False)
    return VerifiedScore(found.responses, found.overall, found.index)


def _channel_order(channel: str) -> tuple[int, str]:
    return (ALL_CHANNELS.index(channel) if channel in ALL_CHANNELS else len(ALL_CHANNELS), channel)


def _of(tallies: Mapping[tuple[str, Standing], Tally], channels: tuple[str, ...], standing: Standing) -> list[Tally]:
    return [tallies[channel, standing] for channel in channels if (channel, standing) in tallies]


def _by_channel(tallies: Mapping[tuple[str, Standing], Tally], channels: tuple[str, ...]) -> dict[str, int]:
    found = dict.fromkeys(channels, 0)
    for (channel, standing), tally in tallies.items():
        if channel in found and standing != "set_aside":
            found[channel] += tally.responses
    return {channel: responses for channel, responses in found.items() if responses}
