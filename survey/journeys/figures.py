"""What a page or a report is made of: kept tallies read once, and the scores they add up to (journeys 3 and 4)."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from survey.domain.estimation import BaseRules
from survey.domain.offices import Desk, Office
from survey.domain.packing import lanes_of
from survey.domain.periods import Days, Period, half_months
from survey.domain.questionnaire import Catalogue, Questionnaire
from survey.domain.scoring import HEADLINE_CHANNELS, OfficeScore
from survey.journeys.score import Branch, score_of
from survey.journeys.sums import Sums, Tallies
from survey.store import Connection
from survey.store.tallies import fetch_desk_days, fetch_half_months


@dataclass(frozen=True, slots=True)
class Kept:
    """The kept tallies of a branch: by half-month, and those of the period ``now`` by office below and by desk.

    ``below`` is keyed by the offices directly below, each with everything below it; ``desks`` are those of the very
    office.
    """

    branch: Branch
    now: Period
    halves: Sums[date]
    below: Sums[int]
    desks: Sums[int]

    def versions(self, period: Period | None = None) -> dict[str, int]:
        """How many responses each questionnaire version has in a period, in all that was read without; most first."""
        return self.halves.versions(self.halves.keys() if period is None else _first_days(period))


def read_kept(
    connection: Connection,
    catalogue: Catalogue,
    branch: Branch,
    *,
    now: Period,
    before: Period | None = None,
    trend: Sequence[Period] = (),
) -> Kept:
    """Read what is kept of these named periods, in one query for the offices and one for the desks.

    A named period of either calendar is made of half-months; spans of days are not for here.
    """
    kept = Kept(branch, now, Sums(catalogue), Sums(catalogue), Sums(catalogue))
    current, child_of = frozenset(_first_days(now)), _children_of(branch)
    first = min(each.first for each in (now, before or now, *trend))
    last = max(each.last for each in (now, *trend))
    for row in fetch_half_months(connection, branch.ids, Days(first, last)):
        office_id, day, counts = row[0], row[1], row[5]
        lanes = lanes_of(counts)
        kept.halves.add(day, row, lanes)
        if day in current and office_id in child_of:
            kept.below.add(child_of[office_id], row, lanes)
    for row in fetch_desk_days(connection, [branch.office.id], Days(now.first, now.last)):
        kept.desks.add(row[0], row)
    return kept


def _first_days(period: Period) -> list[date]:
    return [half.first for half in half_months(period).whole]


def _children_of(branch: Branch) -> dict[int, int]:
    """The office directly below through which each office of the branch is reached."""
    children = branch.tree.children(branch.office.id)
    return {each.id: child.id for child in children for each in branch.tree.branch(child.id)}


@dataclass(frozen=True, slots=True)
class Figures:
    """Scores by one questionnaire version."""

    kept: Kept
    questionnaire: Questionnaire
    rules: BaseRules | None = None

    def score(
        self, period: Period, *, channels: Iterable[str] = HEADLINE_CHANNELS, with_criteria: bool = True
    ) -> OfficeScore:
        """The score of the branch in one of the periods that were read."""
        return score_of(
            self.of_branch(period),
            self.kept.branch.office,
            questionnaire=self.questionnaire,
            period=period,
            channels=channels,
            rules=self.rules,
            with_criteria=with_criteria,
        )

    def desk(self, desk: Desk) -> OfficeScore:
        """What a desk brought this very office in the period."""
        return score_of(
            self.of_desk(desk),
            desk,
            questionnaire=self.questionnaire,
            period=self.kept.now,
            rules=self.rules,
        )

    def answered_at(self, desk: Desk) -> bool:
        """Whether the desk brought this very office any response to this version in the period, on any channel."""
        return bool(self.of_desk(desk))

    def responses(self, period: Period, channels: Collection[str] = HEADLINE_CHANNELS) -> tuple[int, int]:
        """How many responses of these channels counted in the period and how many are set aside, to all versions."""
        return self.kept.halves.responses(_first_days(period), channels)

    def of_branch(self, period: Period) -> Tallies:
        """What is kept of the branch in one of the periods that were read, by channel and standing."""
        return self.kept.halves.tallies(_first_days(period), self.questionnaire)

    def of_desk(self, desk: Desk) -> Tallies:
        """What is kept of a desk of this very office in the period."""
        return self.kept.desks.tallies([desk.id], self.questionnaire)

    def of_office(self, office: Office) -> Tallies:
        """What is kept of an office directly below, with everything below it, in the period."""
        return self.kept.below.tallies([office.id], self.questionnaire)

    def below(self) -> Iterator[tuple[Office, OfficeScore]]:
        """The offices directly below that existed in the period or were answered in it, without their criteria."""
        branch, now = self.kept.branch, self.kept.now
        for child in branch.tree.children(branch.office.id):
            tallies = self.of_office(child)
            if tallies or child.exists_between(now.first, now.last):
                yield (
                    child,
                    score_of(
                        tallies,
                        child,
                        questionnaire=self.questionnaire,
                        period=now,
                        rules=self.rules,
                        with_criteria=False,
                    ),
                )
