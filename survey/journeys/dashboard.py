"""Journey 3: the page of an office. One object carries every figure, so the tables and the chart cannot disagree."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from survey.domain.comparison import NotComparable, ScoreChange, change
from survey.domain.estimation import BaseRules
from survey.domain.office_page import (
    AnsweredVersion,
    BranchLine,
    DeskLine,
    OfficePage,
    TrendPoint,
    lowest_criteria,
    ranked,
    used_channels,
)
from survey.domain.offices import Desk, NoOfficeServes, Office, OfficeTree
from survey.domain.page_protection import protected_page
from survey.domain.periods import Period, last_months, month_of, previous
from survey.domain.publication import unhidden
from survey.domain.questionnaire import Catalogue, Questionnaire
from survey.domain.scoring import ALL_CHANNELS, OfficeScore
from survey.domain.staff import Staff
from survey.journeys.credibility import beside
from survey.journeys.figures import Figures, Kept, read_kept
from survey.journeys.score import Branch, OfficeUnknown, branch_of, bring_up_to_date
from survey.store import Connection, Database
from survey.store.offices import fetch_desk, fetch_desks, fetch_tree, last_answer_days

TREND_MONTHS = 12


class DeskOutOfSight(LookupError):
    """No desk has this code, or none that the asker may see, which is the same answer."""


# --- who sees what (promise 8) ----------------------------------------------------------------------------


def visible_branch(connection: Connection, staff: Staff, office_code: str) -> Branch:
    """The branch below an office. Raises OfficeUnknown for somebody else's office as for one that is not there."""
    branch = branch_of(connection, office_code)
    if not staff.sees(branch.office.id, branch.tree):
        raise OfficeUnknown(office_code)
    return branch


def visible_offices(connection: Connection, staff: Staff) -> tuple[Office, ...]:
    """Every office the account may see, each below its parent, siblings by code."""
    tree = fetch_tree(connection)
    if staff.office_id is not None:
        return _walk(tree, tree.by_id[staff.office_id])
    tops = sorted((each for each in tree if each.parent_id is None), key=lambda each: each.code)
    return tuple(office for top in tops for office in _walk(tree, top))


def _walk(tree: OfficeTree, top: Office) -> tuple[Office, ...]:
    return (top, *(office for child in tree.children(top.id) for office in _walk(tree, child)))


def offices_above(tree: OfficeTree, staff: Staff, office: Office) -> tuple[Office, ...]:
    """The offices from the top of what the account may see down to the parent of this one."""
    found: list[Office] = []
    above = office.parent_id
    while above is not None and staff.sees(above, tree):
        found.append(tree.by_id[above])
        above = tree.by_id[above].parent_id
    return tuple(reversed(found))


# --- the page ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader wants to see; ``questionnaire`` None for the version with most responses."""

    office_code: str
    period: Period
    today: date
    questionnaire: Questionnaire | None = None


def show_office(
    database: Database, catalogue: Catalogue, staff: Staff, asked: Asked, *, rules: BaseRules | None = None
) -> OfficePage:
    """The page of an office with everything below it. Raises OfficeUnknown outside the viewer's branch.

    Opens its own transactions: what is marked is recounted before the figures are read. The number of queries is
    the same for one desk and for a province.
    """
    with database.reading() as connection:
        branch = visible_branch(connection, staff, asked.office_code)
    span = _span(asked)
    bring_up_to_date(database, catalogue, office_ids=branch.ids, first=span[0], last=span[1])
    with database.reading() as connection:
        used = rules or BaseRules()
        return protected_page(_Assembly(connection, catalogue, branch, asked).page(staff, unhidden(used)), used)


def _span(asked: Asked) -> tuple[date, date]:
    """From the earliest day that any figure of the page needs to the latest."""
    first = min(previous(asked.period).first, _trend_months(asked)[0].first)
    return first, max(asked.period.last, _trend_months(asked)[-1].last)


def _trend_months(asked: Asked) -> tuple[Period, ...]:
    """The twelve months up to the end of the period, but not into the future."""
    months = last_months(asked.period, TREND_MONTHS)
    if months[-1].first <= asked.today or asked.period.first > asked.today:
        return months
    return last_months(month_of(asked.today, asked.period.calendar), TREND_MONTHS)


@dataclass(frozen=True, slots=True)
class _Assembly:
    """What the parts of one page are read from."""

    connection: Connection
    catalogue: Catalogue
    branch: Branch
    asked: Asked

    def page(self, staff: Staff, rules: BaseRules) -> OfficePage:
        """The page with every figure, before anything is hidden."""
        branch, asked = self.branch, self.asked
        months, before = _trend_months(asked), previous(asked.period)
        kept = read_kept(self.connection, self.catalogue, branch, now=asked.period, before=before, trend=months)
        desks = fetch_desks(self.connection, _offices_of_desks(branch))
        versions = kept.versions(asked.period)
        questionnaire = asked.questionnaire or self.usual_questionnaire(kept, desks)
        figures = Figures(kept, questionnaire, rules)
        score, score_before = figures.score(asked.period), figures.score(before)
        lines, below = self.desk_lines(figures, desks), tuple(figures.below())
        credible = beside(
            self.connection,
            figures,
            score,
            desks=[line.desk for line in lines],
            below=[office for office, _ in below],
        )
        return OfficePage(
            office=branch.office,
            above=offices_above(branch.tree, staff, branch.office),
            merged_into_it=branch.tree.predecessors(branch.office.id),
            period=asked.period,
            today=asked.today,
            questionnaire=questionnaire,
            versions=tuple(AnsweredVersion(self.catalogue.get(key), number) for key, number in versions.items()),
            score=score,
            before=score_before,
            change=_change(score, score_before, kept),
            trend=tuple(_trend_point(figures, month) for month in months),
            desks=tuple(replace(line, rate=credible.desks.get(line.desk.id)) for line in lines),
            channels=used_channels(
                {each: figures.score(asked.period, channels=(each,), with_criteria=False) for each in ALL_CHANNELS}
            ),
            below=tuple(replace(line, rate=credible.below.get(line.office.id)) for line in ranked(below)),
            lowest=lowest_criteria(score, lines),
            credibility=credible.whole,
        )

    def usual_questionnaire(self, kept: Kept, desks: Sequence[Desk]) -> Questionnaire:
        """The version with most responses in the period; else in the trend; else what the desks ask; else any."""
        refs = [*kept.versions(self.asked.period), *kept.versions(), *(desk.questionnaire for desk in desks)]
        return self.catalogue.get(refs[0]) if refs else next(iter(self.catalogue))

    def desk_lines(self, figures: Figures, desks: Sequence[Desk]) -> tuple[DeskLine, ...]:
        """The desks of this very office that were open in the period or answered in it, by name."""
        lines = (DeskLine(desk, self._formerly_of(desk), figures.desk(desk)) for desk in desks)
        return tuple(line for line in lines if line.score.responses or self._expected(line.desk))

    def _formerly_of(self, desk: Desk) -> str | None:
        return None if desk.office_id == self.branch.office.id else self.branch.tree.by_id[desk.office_id].name

    def _expected(self, desk: Desk) -> bool:
        """Whether the desk could have been answered for this office in the period."""
        last = min(self.asked.period.last, self.asked.today)
        if desk.opens_after(last) or desk.retired_before(self.asked.period.first):
            return False
        merged_on = self.branch.tree.by_id[desk.office_id].valid_to
        own = desk.office_id == self.branch.office.id
        return own or (merged_on is not None and merged_on < last)


def _change(score: OfficeScore, before: OfficeScore, kept: Kept) -> ScoreChange | NotComparable:
    # A period that was answered on another questionnaire only cannot be compared (M10).
    answered = before.responses or not kept.versions(before.period)
    return change(score, before) if answered else NotComparable("questionnaire")


def _trend_point(figures: Figures, month: Period) -> TrendPoint:
    score = figures.score(month, with_criteria=False)
    return TrendPoint(month, score.responses, score.index)


def _offices_of_desks(branch: Branch) -> list[int]:
    """The office and those merged into it: their desks go on serving it."""
    return [branch.office.id, *(each.id for each in branch.tree.predecessors(branch.office.id))]


def show_ranking(
    database: Database,
    catalogue: Catalogue,
    staff: Staff,
    office_code: str,
    period: Period,
    *,
    questionnaire: Questionnaire | None = None,
    rules: BaseRules | None = None,
) -> tuple[BranchLine, ...]:
    """What the page of an office says of the offices directly below it, and nothing else.

    By the version with most responses unless one is named. Raises OfficeUnknown outside the viewer's branch.
    """
    with database.reading() as connection:
        branch = visible_branch(connection, staff, office_code)
    bring_up_to_date(database, catalogue, office_ids=branch.ids, first=period.first, last=period.last)
    with database.reading() as connection:
        kept = read_kept(connection, catalogue, branch, now=period)
    most = next(iter(kept.versions(period)), None)
    asked = questionnaire or (catalogue.get(most) if most else next(iter(catalogue)))
    return ranked(Figures(kept, asked, rules).below())


# --- desks ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DeskState:
    """One desk as the people at it see it: never an answer, only that answers arrive (promise 9)."""

    desk: Desk
    serves: Office | None
    formerly_of: Office | None
    last_answer: date | None
    open_now: bool
    printable: bool


@dataclass(frozen=True, slots=True)
class DesksPage:
    """The desks of one office, with those of offices that were merged into it."""

    office: Office
    above: tuple[Office, ...]
    below: tuple[Office, ...]
    desks: tuple[DeskState, ...]
    today: date

    @property
    def printable(self) -> tuple[DeskState, ...]:
        """The desks that take answers or will: what a poster is worth printing for."""
        return tuple(state for state in self.desks if state.printable)


def show_desks(database: Database, catalogue: Catalogue, staff: Staff, office_code: str, *, today: date) -> DesksPage:
    """The desks of an office. Raises OfficeUnknown outside the viewer's branch."""
    with database.reading() as connection:
        branch = visible_branch(connection, staff, office_code)
    ids = _offices_of_desks(branch)
    bring_up_to_date(database, catalogue, office_ids=ids)
    with database.reading() as connection:
        last_days = last_answer_days(connection, ids)
        desks = fetch_desks(connection, ids)
    tree = branch.tree
    return DesksPage(
        office=branch.office,
        above=offices_above(tree, staff, branch.office),
        below=tree.children(branch.office.id),
        desks=tuple(_desk_state(desk, branch, last_days.get(desk.id), today) for desk in desks),
        today=today,
    )


def _desk_state(desk: Desk, branch: Branch, last_answer: date | None, today: date) -> DeskState:
    serves = _serving(branch.tree, desk, today)
    own = desk.office_id == branch.office.id
    return DeskState(
        desk=desk,
        serves=serves,
        formerly_of=None if own else branch.tree.by_id[desk.office_id],
        last_answer=last_answer,
        open_now=serves is not None and desk.is_open_on(today),
        printable=serves is not None and not desk.retired_before(today),
    )


def _serving(tree: OfficeTree, desk: Desk, today: date) -> Office | None:
    try:
        return tree.serving(desk.office_id, today)
    except NoOfficeServes:
        return None


def visible_desk(connection: Connection, staff: Staff, code: str, *, today: date) -> tuple[Desk, Office]:
    """A desk and the office it serves. Raises DeskOutOfSight unless that or its first office is in the branch."""
    found = fetch_desk(connection, code)
    if found is None:
        raise DeskOutOfSight(code)
    desk, first = found
    tree = fetch_tree(connection)
    serves = _serving(tree, desk, today) or first
    if not (staff.sees(serves.id, tree) or staff.sees(first.id, tree)):
        raise DeskOutOfSight(code)
    return desk, serves
