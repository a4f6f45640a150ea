"""Scores into the content of a report: figures rounded once (M6), sentences computed, nothing left to decide."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from survey.domain import method_note, report_findings, report_words
from survey.domain.comparison import NotComparable, ScoreChange, change, clearness, ranking
from survey.domain.credibility import Credibility
from survey.domain.estimation import BaseRules, Change, Rank
from survey.domain.offices import Office
from survey.domain.periods import Period, days_in_words, name, previous
from survey.domain.questionnaire import Questionnaire, text_in
from survey.domain.report import (
    FORMAT,
    Basis,
    ChannelCount,
    Compared,
    CriterionResult,
    DimensionResult,
    Finding,
    Instrument,
    Level,
    LevelCount,
    Month,
    Movement,
    NoteRule,
    OfficeNames,
    Part,
    PeriodNames,
    ReportContent,
    Texts,
)
from survey.domain.report_trust import figure, trust_of, trust_sentences
from survey.domain.scoring import CHANNEL_NAMES, CriterionScore, DimensionScore, Estimate, OfficeScore, round_half_up
from survey.domain.tally import scale_of

_WHERE_THE_RULES_ARE: Final = (
    "Mọi quy tắc, kèm lý do và chương trình để tự tính lại, ở địa chỉ /phuong-phap của nền tảng khảo sát."
)


@dataclass(frozen=True, slots=True)
class ScoredDesk:
    """A desk with its score; ``formerly_of`` names the office it was set up in, where that was merged into this one.

    Both may have a "Quầy 1".
    """

    code: str
    name: str
    score: OfficeScore
    formerly_of: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """Everything a report is made of. ``beside`` are scores of channels outside the headline, by channel (Q5).

    ``other_versions`` counts responses of other questionnaire versions in the period, ``below_otherwise`` those of
    offices below by code; ``other_before`` says whether the period before has some. ``months`` are the months of the
    trend, oldest first; ``up_to`` is today while the period is still running.
    """

    authority: str
    office: Office
    parent: Office | None
    questionnaire: Questionnaire
    score: OfficeScore
    before: OfficeScore
    other_before: bool = False
    beside: Mapping[str, OfficeScore] = field(default_factory=dict)
    other_versions: Mapping[str, int] = field(default_factory=dict)
    months: Sequence[OfficeScore] = ()
    desks: Sequence[ScoredDesk] = ()
    below: Sequence[tuple[Office, OfficeScore]] = ()
    below_otherwise: Mapping[str, int] = field(default_factory=dict)
    up_to: date | None = None
    credibility: Credibility | None = None
    rules: BaseRules = field(default_factory=BaseRules)


def compose(material: Material) -> ReportContent:
    """The content of the report; the same material gives an equal content."""
    score, before, changes = material.score, material.before, _changes(material)
    content = ReportContent(
        format=FORMAT,
        authority=material.authority,
        office=_office(material.office, material.parent),
        period=_period(score.period, material.up_to),
        instrument=_instrument(material),
        demonstration=material.office.demonstration,
        suppressed_below=material.rules.suppressed_below,
        rated_from=material.rules.rated_from,
        basis=_basis(material),
        overall=_criterion(score.overall_question, before.overall_question, _of(changes, "overall")),
        index=_compared(score.index, before.index, _of(changes, "index")),
        dimensions=_dimensions(material, changes),
        trend=tuple(Month(each.period.key, figure(each.index)) for each in material.months),
        desks=tuple(map(_desk, material.desks)),
        below=_below(material),
        texts=None,
        sources=f"{method_note.sources('vi')} {_WHERE_THE_RULES_ARE}",
        note=_note(material.rules),
        trust=trust_of(material.credibility) if material.credibility else None,
    )
    return replace(content, texts=_texts(material, changes, content))


# --- figures ----------------------------------------------------------------------------------------------


def _rounded(value: Fraction | float | None) -> Decimal | None:
    return None if value is None else round_half_up(value)


def _changes(material: Material) -> ScoreChange | NotComparable:
    """The changes of M10; the period before may have been answered on another questionnaire version only."""
    if material.before.responses == 0 and material.other_before:
        return NotComparable("questionnaire")
    return change(material.score, material.before)


def _of(
    changes: ScoreChange | NotComparable, kind: Literal["index", "overall", "dimensions", "criteria"], key: str = ""
) -> Change | NotComparable:
    if isinstance(changes, NotComparable):
        return changes
    if kind == "index":
        return changes.index
    if kind == "overall":
        return changes.overall
    return (changes.dimensions if kind == "dimensions" else changes.criteria)[key]


def _compared(now: Estimate, before: Estimate, found: Change | NotComparable) -> Compared:
    return Compared(figure(now), figure(before), _movement(found))


def _movement(found: Change | NotComparable) -> Movement:
    if isinstance(found, NotComparable):
        return Movement(str(found.message))
    return Movement(
        words=str(clearness(found)),
        points=_rounded(found.points),
        low=_rounded(found.low),
        high=_rounded(found.high),
        clear=found.clear,
    )


def _dimensions(material: Material, changes: ScoreChange | NotComparable) -> tuple[DimensionResult, ...]:
    before = {each.id: each for each in material.before.dimensions}
    return tuple(_dimension(each, before[each.id], changes) for each in material.score.dimensions)


def _dimension(now: DimensionScore, before: DimensionScore, changes: ScoreChange | NotComparable) -> DimensionResult:
    then = {each.id: each for each in before.criteria}
    return DimensionResult(
        id=now.id,
        name=text_in(now.name, "vi"),
        index=_compared(now.index, before.index, _of(changes, "dimensions", now.id)),
        criteria=tuple(_criterion(each, then[each.id], _of(changes, "criteria", each.id)) for each in now.criteria),
    )


def _criterion(now: CriterionScore, before: CriterionScore, found: Change | NotComparable) -> CriterionResult:
    counts = now.counts
    return CriterionResult(
        id=now.id,
        name=text_in(now.name, "vi"),
        index=_compared(now.index, before.index, found),
        counts=None if counts is None else tuple(LevelCount(value, number) for value, number in counts.items()),
        not_applicable=now.not_applicable,
        unanswered=now.unanswered,
        mean=_rounded(now.mean),
    )


# --- names ------------------------------------------------------------------------------------------------


def _office(office: Office, parent: Office | None) -> OfficeNames:
    return OfficeNames(office.code, office.name, office.kind, parent.name if parent else None)


def _period(period: Period, up_to: date | None) -> PeriodNames:
    before = previous(period)
    return PeriodNames(
        key=period.key,
        calendar=period.calendar,
        first=period.first,
        last=period.last,
        name=str(name(period)),
        days=str(days_in_words(period)),
        before_key=before.key,
        before_name=str(name(before)),
        up_to=up_to,
    )


def _instrument(material: Material) -> Instrument:
    questionnaire, method = material.questionnaire, material.score.method
    # Criteria and the overall question may have scales of their own; the legend is that of the criteria.
    scale = scale_of(questionnaire.criteria[0])
    levels = tuple(
        Level(int(each.value), text_in(each.label, "vi"), each.satisfied, each.dissatisfied) for each in scale.options
    )
    satisfied = [each.label for each in sorted(levels, key=lambda level: level.value) if each.satisfied]
    return Instrument(
        key=questionnaire.key,
        title=text_in(questionnaire.title, "vi"),
        basis=text_in(questionnaire.basis, "vi"),
        method=method.key,
        method_in_words=report_words.method_in_words(method, satisfied),
        with_interval=method.kind in ("share", "all"),
        levels=levels,
    )


# --- parts ------------------------------------------------------------------------------------------------


def _basis(material: Material) -> Basis:
    score, found = material.score, material.credibility
    verified = found.standings.verified if found else score.verified
    beside = (
        ChannelCount(channel, str(CHANNEL_NAMES[channel]), its.responses, figure(its.index))
        for channel, its in material.beside.items()
        if its.responses
    )
    return Basis(
        responses=score.responses,
        set_aside=score.set_aside,
        channels=tuple(ChannelCount(each, str(CHANNEL_NAMES[each]), number) for each, number in score.channels.items()),
        beside=tuple(beside),
        verified=verified.responses,
        verified_overall=figure(verified.overall),
        verified_index=figure(verified.index),
        other_versions=tuple(ChannelCount(key, key, number) for key, number in material.other_versions.items()),
    )


def _desk(desk: ScoredDesk) -> Part:
    score, merged = desk.score, f" ({desk.formerly_of})" if desk.formerly_of else ""
    return Part(desk.code, f"{desk.name}{merged}", "desk", score.responses, figure(score.overall), figure(score.index))


def _below(material: Material) -> tuple[Part, ...]:
    """Offices below by kind, ranked ones first in order of their index, then the others by code."""
    by_kind: dict[str, list[tuple[Office, OfficeScore]]] = {kind: [] for kind in report_words.KIND_NAMES}
    for office, score in material.below:
        by_kind[office.kind].append((office, score))
    return tuple(
        replace(part, otherwise=material.below_otherwise.get(part.code, 0))
        for kind in by_kind.values()
        for part in _ranked(kind)
    )


def _ranked(offices: Sequence[tuple[Office, OfficeScore]]) -> Iterable[Part]:
    ranks = {each.key: each for each in ranking(score for _, score in offices)}
    order = {key: place for place, key in enumerate(ranks)}
    sole = len(ranks) < 2  # an office alone in its kind is in no ranking
    for office, score in sorted(offices, key=lambda each: (order.get(each[0].code, len(order)), each[0].code)):
        yield _part(office, score, None if sole else ranks.get(office.code))


def _part(office: Office, score: OfficeScore, found: Rank | None) -> Part:
    return Part(
        code=office.code,
        name=office.name,
        kind=office.kind,
        responses=score.responses,
        overall=figure(score.overall),
        index=figure(score.index),
        tier=found.tier if found else None,
        best=found.best if found else None,
        worst=found.worst if found else None,
    )


# --- sentences --------------------------------------------------------------------------------------------


def _texts(material: Material, changes: ScoreChange | NotComparable, content: ReportContent) -> Texts:
    score, rules, office, period = material.score, material.rules, content.office.name, content.period
    return Texts(
        opening=report_words.opening(office, period),
        scope=report_words.scope(content.instrument, method_note.design("vi")),
        basis=report_words.basis_sentences(content.basis, content.index.now, period),
        missing=report_findings.missing(content.below, rules),
        headline=report_words.headline(
            office=office,
            index=content.index.now,
            overall=content.overall.index.now,
            question=text_in(material.questionnaire.overall.text, "vi"),
            rules=rules,
        ),
        dimensions=report_findings.dimensions(score),
        trend=report_words.trend(content.trend, rules),
        comparison=_comparison(material, changes, content),
        strengths=report_findings.strengths(score),
        weaknesses=report_findings.weaknesses(score),
        assessment=report_findings.assessment(score, rules),
        desks=report_findings.desks(
            [(part, desk.score.index) for part, desk in zip(content.desks, material.desks, strict=True)], score.index
        ),
        below=report_findings.below(content.below),
        closing=report_words.closing(office, period),
        trust=trust_sentences(material.credibility, score, rules) if material.credibility else (),
    )


def _comparison(
    material: Material, changes: ScoreChange | NotComparable, content: ReportContent
) -> tuple[Finding, ...]:
    """Empty where the office has no figure of its own: there is nothing that could be compared."""
    index, overall, period = content.index, content.overall.index, content.period
    if index.now.percent is None and overall.now.percent is None:
        return ()
    said = [Finding(report_words.movement("Chỉ số hài lòng chung", index, period))]
    if index.change.points is not None or overall.change.points is not None:
        said.append(Finding(report_words.movement("Chỉ số của câu hỏi chung", overall, period)))
    return (*said, *report_findings.moves(material.score, material.before, changes, period))


def _note(rules: BaseRules) -> tuple[NoteRule, ...]:
    return tuple(
        NoteRule(each.number, text_in(each.title, "vi"), text_in(each.text, "vi")) for each in method_note.rules(rules)
    )
