"""Journey 4: a score becomes a report; issuing freezes it, and a correction is a new issue (promise 7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from survey.domain.estimation import BaseRules
from survey.domain.message import message
from survey.domain.offices import Desk, Office
from survey.domain.periods import BadPeriod, Days, Period, last_months, previous
from survey.domain.publication import unhidden
from survey.domain.questionnaire import Catalogue, Questionnaire
from survey.domain.report import Issue, ReportContent, same_facts
from survey.domain.report_compose import Material, ScoredDesk, compose
from survey.domain.report_protection import protected_material
from survey.domain.scoring import ALL_CHANNELS, HEADLINE_CHANNELS, OfficeScore
from survey.journeys.credibility import beside
from survey.journeys.figures import Figures, Kept, read_kept
from survey.journeys.score import branch_of, usual_questionnaire
from survey.store import Connection
from survey.store.offices import fetch_desks, fetch_tree
from survey.store.reports import insert_issue, latest_issue
from survey.store.tallies import answered_offices

MONTHS = 12
BESIDE = tuple(each for each in ALL_CHANNELS if each not in HEADLINE_CHANNELS)


class PeriodNotOver(ValueError):
    """A report was to be issued whose period still runs; carries the period."""

    def __init__(self, period: Period) -> None:
        self.period = period
        self.message = message(
            "Kỳ %(period)s kết thúc ngày %(last)s nên chưa thể phát hành báo cáo. Xin phát hành từ ngày hôm sau; trong "
            "lúc này có thể tạo bản dự thảo (bỏ --issue).",
            period=period.key,
            last=f"{period.last:%d/%m/%Y}",
        )
        super().__init__(str(self.message))


@dataclass(frozen=True, slots=True)
class Report:
    """A report to render: a draft where ``issue`` is None.

    ``other_versions`` counts responses of the period that another questionnaire version received and this report
    leaves out; a freshly built report names them, one read back from its issue has them in its content only.
    """

    content: ReportContent
    issue: Issue | None = None
    other_versions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which report is wanted, under whose authority, on which day."""

    office_code: str
    period: Period
    authority: str
    today: date


def first_day_needed(period: Period) -> date:
    """The first day whose tallies a report of this period reads: bring them up to date from there."""
    return min(previous(period).first, last_months(period, MONTHS)[0].first)


def build_report(connection: Connection, catalogue: Catalogue, asked: Asked) -> Report:
    """A draft from the kept tallies; call ``bring_up_to_date`` before, from ``first_day_needed``.

    Raises OfficeUnknown, and BadPeriod for a span of days, which no report is made of.
    """
    period = asked.period
    if period.kind == "span":
        raise BadPeriod(period.key)
    branch = branch_of(connection, asked.office_code)
    months = last_months(period, MONTHS)
    kept = read_kept(connection, catalogue, branch, now=period, before=previous(period), trend=months)
    questionnaire = _most_answered(connection, catalogue, kept)
    material = _material(connection, Figures(kept, questionnaire, unhidden(BaseRules())), months, asked)
    return Report(compose(protected_material(material)), other_versions=material.other_versions)


def _most_answered(connection: Connection, catalogue: Catalogue, kept: Kept) -> Questionnaire:
    most = next(iter(kept.versions(kept.now)), None)
    return catalogue.get(most) if most else usual_questionnaire(connection, catalogue, kept.branch)


def _material(connection: Connection, figures: Figures, months: Sequence[Period], asked: Asked) -> Material:
    kept, key = figures.kept, figures.questionnaire.key
    branch, period, before = kept.branch, asked.period, previous(asked.period)
    office, below = branch.office, tuple(figures.below())
    score, scored_before = figures.score(period), figures.score(before)
    desks = _own_desks(connection, figures)
    return Material(
        authority=asked.authority,
        office=office,
        parent=branch.tree.by_id.get(office.parent_id) if office.parent_id is not None else None,
        questionnaire=figures.questionnaire,
        score=score,
        before=scored_before,
        other_before=scored_before.responses == 0 and any(each != key for each in kept.versions(before)),
        beside={channel: figures.score(period, channels=(channel,)) for channel in BESIDE},
        other_versions={each: number for each, number in kept.versions(period).items() if each != key},
        months=tuple(figures.score(month, with_criteria=False) for month in months),
        desks=tuple(_scored(each, figures) for each in desks),
        below=below,
        below_otherwise=_below_otherwise(figures, below),
        up_to=asked.today if asked.today <= period.last else None,
        credibility=beside(connection, figures, score, desks=desks, below=[each for each, _ in below]).whole,
    )


def _own_desks(connection: Connection, figures: Figures) -> list[Desk]:
    """The office's own desks: those that were open in the period, and any that received a response for it."""
    kept = figures.kept
    office, tree = kept.branch.office, kept.branch.tree
    served = [office.id, *(each.id for each in tree.predecessors(office.id))]
    shown = (
        each
        for each in fetch_desks(connection, served)
        if figures.answered_at(each) or (each.office_id == office.id and _open_in(each, kept.now))
    )
    return sorted(shown, key=lambda each: (each.office_id != office.id, each.name, each.code))


def _scored(desk: Desk, figures: Figures) -> ScoredDesk:
    office, tree = figures.kept.branch.office, figures.kept.branch.tree
    formerly_of = "" if desk.office_id == office.id else tree.by_id[desk.office_id].name
    return ScoredDesk(code=desk.code, name=desk.name, score=figures.desk(desk), formerly_of=formerly_of)


def _open_in(desk: Desk, period: Period) -> bool:
    return not (desk.opens_after(period.last) or desk.retired_before(period.first))


def _below_otherwise(figures: Figures, below: Sequence[tuple[Office, OfficeScore]]) -> dict[str, int]:
    """Responses to other questionnaire versions at the offices that have none to this one."""
    sums, key = figures.kept.below, figures.questionnaire.key
    return {
        office.code: sum(number for each, number in sums.versions([office.id]).items() if each != key)
        for office, score in below
        if score.responses + score.set_aside == 0
    }


# --- issuing ----------------------------------------------------------------------------------------------


def report_in_force(connection: Connection, catalogue: Catalogue, asked: Asked) -> Report:
    """The issued report if there is one, else a draft. Raises what ``build_report`` and ``latest_issue`` raise."""
    issued = latest_issue(connection, branch_of(connection, asked.office_code).office.id, asked.period)
    return Report(issued.content, issued.issue) if issued else build_report(connection, catalogue, asked)


def issue_report(connection: Connection, catalogue: Catalogue, asked: Asked) -> Report:
    """Freeze the report and issue it; where other facts were issued before, as a correction that names that issue.

    Issuing again what has been issued gives that issue back. Raises PeriodNotOver, OfficeUnknown, BadPeriod,
    ReportChanged or IssuedMeanwhile; then nothing was issued.
    """
    if asked.today <= asked.period.last:
        raise PeriodNotOver(asked.period)
    draft = build_report(connection, catalogue, asked)
    office_id = branch_of(connection, asked.office_code).office.id
    issued = latest_issue(connection, office_id, asked.period)
    if issued is not None and same_facts(issued.content, draft.content):
        return Report(issued.content, issued.issue, draft.other_versions)
    replaces = issued.issue if issued else None
    issue = insert_issue(connection, office_id, draft.content, replaces=replaces, issued_on=asked.today)
    return Report(draft.content, issue, draft.other_versions)


def reportable(connection: Connection, period: Period) -> tuple[Office, ...]:
    """The offices that ``--all`` reports on, by code: those that existed on any day of the period or were answered."""
    answered = answered_offices(connection, Days(period.first, period.last))
    return tuple(
        each
        for each in sorted(fetch_tree(connection), key=lambda office: office.code)
        if each.id in answered or each.exists_between(period.first, period.last)
    )
