"""The office page, and a score with what stands beside it, as they may be shown: nothing hidden can be computed (M12).

What one reader sees together is one publication: the office, its desks, the offices below, the channels, the numbers
side by side and the months, with every sum that ties them.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from survey.domain.beside_protection import NOW, add_beside, shown_credibility
from survey.domain.comparison import NotComparable, change
from survey.domain.credibility import Credibility
from survey.domain.estimation import BaseRules
from survey.domain.office_page import BranchLine, OfficePage, lowest_criteria, ranked
from survey.domain.periods import Period
from survey.domain.publication import INDEX, OVERALL, Publication, Shown, Sum
from survey.domain.scoring import OfficeScore

BEFORE: Final = "before"
_BOTH: Final = (OVERALL, INDEX)


def protected_page(page: OfficePage, rules: BaseRules) -> OfficePage:
    """The page of figures made by ``unhidden`` rules, as it may be shown.

    Its change, its ranks and its lowest criteria are found among what is shown.
    """
    together = Publication(rules)
    together.add_score(NOW, page.score, main=True)
    together.add_score(BEFORE, page.before)
    _add_parts(together, page)
    _add_months(together, page)
    add_beside(together, page.credibility.standings)
    shown = together.shown()
    score, before = shown.score(NOW, page.score), shown.score(BEFORE, page.before)
    desks = tuple(replace(line, score=shown.score(("desk", line.desk.code), line.score)) for line in page.desks)
    below = _below(page.below, shown)
    parts = [*(line.score.index for line in desks), *(line.score.index for line in below)]
    return replace(
        page,
        score=score,
        before=before,
        change=page.change if isinstance(page.change, NotComparable) else change(score, before),
        trend=tuple(
            replace(point, index=shown.estimate(("month", point.month.key), INDEX, point.index)) for point in page.trend
        ),
        desks=desks,
        channels=tuple(
            replace(line, score=shown.score(("channel", line.channel), line.score)) for line in page.channels
        ),
        below=below,
        lowest=lowest_criteria(score, desks),
        credibility=shown_credibility(page.credibility, shown, parts),
    )


def protected_score(score: OfficeScore, credibility: Credibility, rules: BaseRules) -> tuple[OfficeScore, Credibility]:
    """A single score, made by ``unhidden`` rules, and what stands beside it, as they may be shown together."""
    together = Publication(rules)
    together.add_score(NOW, score, main=True)
    add_beside(together, credibility.standings)
    shown = together.shown()
    return shown.score(NOW, score), shown_credibility(credibility, shown)


# --- putting together -------------------------------------------------------------------------------------


def _add_parts(together: Publication, page: OfficePage) -> None:
    """The desks with their criteria, because the lowest of them is named; the offices below by their index."""
    named = {each.criterion.id for each in lowest_criteria(page.score, page.desks)}
    at_desks = {f"{each.id}/{one.id}" for each in page.score.dimensions for one in each.criteria if one.id in named}
    for line in page.desks:
        together.add_score(("desk", line.desk.code), line.score, only=(*_BOTH, *at_desks))
    for below in page.below:
        together.add_score(("below", below.office.code), below.score, only=_BOTH)
    parts = [*(("desk", line.desk.code) for line in page.desks), *(("below", each.office.code) for each in page.below)]
    if parts:
        together.add_sum(Sum(NOW, tuple(parts)))


def _add_months(together: Publication, page: OfficePage) -> None:
    for point in page.trend:
        together.add(("month", point.month.key), {INDEX: point.index})
    for key, period in ((NOW, page.period), (BEFORE, page.before.period)):
        within = [point.month for point in page.trend if _is_within(point.month, period)]
        if within:
            together.add_sum(Sum(key, tuple(("month", month.key) for month in within)))


def _is_within(month: Period, period: Period) -> bool:
    return period.first <= month.first and month.last <= period.last


# --- taking apart -----------------------------------------------------------------------------------------


def _below(lines: Iterable[BranchLine], shown: Shown) -> tuple[BranchLine, ...]:
    """Ranked anew: who is withheld is in no ranking."""
    given = tuple(lines)
    rates = {line.office.code: line.rate for line in given}
    scores = [(line.office, shown.score(("below", line.office.code), line.score)) for line in given]
    return tuple(replace(line, rate=rates[line.office.code]) for line in ranked(scores))
