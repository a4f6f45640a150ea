"""Journey 3: the page of an office. One object carries every figure, so the tables and the chart cannot disagree."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from survey.domain.comparison import NotComparable, ScoreChange, change
from survey.domain.estimation import BaseRules
from survey.domain.office_page import (
    AnsweredVersion,
    DeskLine,
    OfficePage,
    TrendPoint,
    lowest_criteria,
    ranked,
    used_channels,
)
from survey.domain.offices import Desk, NoOfficeServes, Office, OfficeTree
from survey.domain.periods import Calendar, Period, last_months, month_of, months_of, previous
from survey.domain.questionnaire import Catalogue, Questionnaire
from survey.domain.scoring import ALL_CHANNELS, HEADLINE_CHANNELS, OfficeScore, office_score
from survey.domain.staff import Staff
from survey.domain.tally import Standing, Tally, layout_of, total
from survey.journeys.score import Branch, OfficeUnknown, Tallies, bring_up_to_date, fetch_rows, grouped
from survey.store import Connection, Database
from survey.store.offices import fetch_desk, fetch_desks, fetch_tree, last_answer_days
from survey.store.tallies import responses_by_version

TREND_MONTHS = 12
Place = tuple[int, int]  # office, desk


class DeskOutOfSight(LookupError):
    """No desk has this code, or none that the asker may see, which is the same answer."""


# --- who sees what (promise 8) ----------------------------------------------------------------------------


def visible_branch(connection: Connection, staff: Staff, office_code: str) -> Branch:
    """The branch below an office. Raises OfficeUnknown for somebody else's office as for one that is not there."""
    tree = fetch_tree(connection)
    office = tree.by_code.get(office_code)
    if office is None or not staff.sees(office.id, tree):
        raise OfficeUnknown(office_code)
    return Branch(office, tree.branch(office.id), tree)


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
        return _Assembly(connection, catalogue, branch, asked).page(staff, rules)


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

    def page(self, staff: Staff, rules: BaseRules | None) -> OfficePage:
        branch, asked = self.branch, self.asked
        versions = self.versions(*_days(asked.period))
        desks = fetch_desks(self.connection, _offices_of_desks(branch))
        questionnaire = asked.questionnaire or self.usual_questionnaire(versions, desks)
        figures = Figures(branch, questionnaire, self.months(questionnaire), rules)
        score, before = figures.score(asked.period), figures.score(previous(asked.period))
        lines = figures.desk_lines(desks, asked)
        return OfficePage(
            office=branch.office,
            above=offices_above(branch.tree, staff, branch.office),
            merged_into_it=branch.tree.predecessors(branch.office.id),
            period=asked.period,
            today=asked.today,
            questionnaire=questionnaire,
            versions=tuple(AnsweredVersion(self.catalogue.get(key), number) for key, number in versions.items()),
            score=score,
            before=before,
            change=self.change(score, before),
            trend=tuple(figures.trend_point(month) for month in _trend_months(asked)),
            desks=lines,
            channels=used_channels({each: figures.score(asked.period, channels=(each,)) for each in ALL_CHANNELS}),
            below=ranked(figures.below(asked.period)),
            lowest=lowest_criteria(score, lines),
        )

    def versions(self, first: date, last: date) -> dict[str, int]:
        return responses_by_version(self.connection, office_ids=self.branch.ids, first=first, last=last)

    def usual_questionnaire(self, versions: Mapping[str, int], desks: Sequence[Desk]) -> Questionnaire:
        """The version with most responses in the period; else in the trend; else what the desks ask; else any."""
        refs = [*versions, *self.versions(*_span(self.asked)), *(desk.questionnaire for desk in desks)]
        return self.catalogue.get(refs[0]) if refs else next(iter(self.catalogue))

    def months(self, questionnaire: Questionnaire) -> dict[str, dict[Place, Tallies]]:
        first, last = _span(self.asked)
        rows = fetch_rows(self.connection, self.branch, questionnaire, first=first, last=last)
        calendar = self.asked.period.calendar
        found: dict[str, dict[Place, Tallies]] = {}
        by_place_and_month = grouped(
            rows, questionnaire, lambda row: (row.office_id, row.desk_id, _month_key(row.day, calendar))
        )
        for (office_id, desk_id, month), tallies in by_place_and_month.items():
            found.setdefault(month, {})[office_id, desk_id] = tallies
        return found

    def change(self, score: OfficeScore, before: OfficeScore) -> ScoreChange | NotComparable:
        # A period that was answered on another questionnaire only cannot be compared (M10).
        answered = before.responses or not self.versions(*_days(before.period))
        return change(score, before) if answered else NotComparable("questionnaire")


def _days(period: Period) -> tuple[date, date]:
    return period.first, period.last


@lru_cache(maxsize=4096)
def _month_key(day: date, calendar: Calendar) -> str:
    return month_of(day, calendar).key


def _offices_of_desks(branch: Branch) -> list[int]:
    """The office and those merged into it: their desks go on serving it."""
    return [branch.office.id, *(each.id for each in branch.tree.predecessors(branch.office.id))]


@dataclass(frozen=True, slots=True)
class Figures:
    """The tallies of a branch by month, office and desk, and the scores they add up to."""

    branch: Branch
    questionnaire: Questionnaire
    months: Mapping[str, Mapping[Place, Tallies]]
    rules: BaseRules | None = None

    def score(
        self,
        period: Period,
        *,
        channels: Iterable[str] = HEADLINE_CHANNELS,
        offices: frozenset[int] | None = None,
        desk: Desk | None = None,
        office: Office | None = None,
    ) -> OfficeScore:
        """The score of a period, of all or some offices, or of one desk in this very office."""
        chosen = (
            tallies
            for month in months_of(period)
            for (office_id, desk_id), tallies in self.months.get(month.key, {}).items()
            if (offices is None or office_id in offices)
            and (desk is None or (desk_id == desk.id and office_id == self.branch.office.id))
        )
        named = desk or office or self.branch.office
        return office_score(
            self._pooled(chosen),
            office_code=named.code,
            office_name=named.name,
            questionnaire=self.questionnaire,
            period=period,
            channels=channels,
            rules=self.rules,
        )

    def _pooled(self, parts: Iterable[Tallies]) -> Tallies:
        cells: dict[tuple[str, Standing], list[Tally]] = {}
        for part in parts:
            for cell, tally in part.items():
                cells.setdefault(cell, []).append(tally)
        layout = layout_of(self.questionnaire)
        return {cell: total(layout, tallies) for cell, tallies in cells.items()}

    def trend_point(self, month: Period) -> TrendPoint:
        """One month of the trend."""
        score = self.score(month)
        return TrendPoint(month, score.responses, score.index)

    def desk_lines(self, desks: Sequence[Desk], asked: Asked) -> tuple[DeskLine, ...]:
        """The desks of this very office that were open in the period or answered in it, by name."""
        lines = (DeskLine(desk, self._formerly_of(desk), self.score(asked.period, desk=desk)) for desk in desks)
        return tuple(line for line in lines if line.score.responses or self._expected(line.desk, asked))

    def _formerly_of(self, desk: Desk) -> str | None:
        return None if desk.office_id == self.branch.office.id else self.branch.tree.by_id[desk.office_id].name

    def _expected(self, desk: Desk, asked: Asked) -> bool:
        """Whether the desk could have been answered for this office in the period."""
        last = min(asked.period.last, asked.today)
        if desk.opens_after(last) or desk.retired_before(asked.period.first):
            return False
        merged_on = self.branch.tree.by_id[desk.office_id].valid_to
        own = desk.office_id == self.branch.office.id
        return own or (merged_on is not None and merged_on < last)

    def below(self, period: Period) -> Iterable[tuple[Office, OfficeScore]]:
        """The offices directly below that existed in the period or were answered in it, with their scores."""
        tree = self.branch.tree
        for child in tree.children(self.branch.office.id):
            ids = frozenset(each.id for each in tree.branch(child.id))
            score = self.score(period, offices=ids, office=child)
            if score.responses or child.exists_between(period.first, period.last):
                yield child, score


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
