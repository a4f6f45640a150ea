"""What stands beside an index so that it can be believed: read with the figures, transactions in one query more."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from survey.domain.credibility import Credibility, WeighedPart, weigh
from survey.domain.estimation import BaseRules
from survey.domain.offices import Desk, Office
from survey.domain.periods import Days, Period
from survey.domain.questionnaire import Catalogue, Method, Questionnaire
from survey.domain.scoring import HEADLINE_CHANNELS, OfficeScore
from survey.domain.standings import Standings, Tallies, standings_of
from survey.domain.transactions import WHOLE_OFFICE, Book, Transactions, desks_serving
from survey.domain.weighting import ResponseRate
from survey.journeys.figures import Figures, read_kept
from survey.journeys.score import Branch, sums_in
from survey.journeys.sums import Sums
from survey.store import Connection
from survey.store.offices import fetch_desks
from survey.store.transactions import fetch_transactions


@dataclass(frozen=True, slots=True)
class Scoring:
    """By what scores are made."""

    questionnaire: Questionnaire
    method: Method | None = None
    channels: tuple[str, ...] = HEADLINE_CHANNELS
    rules: BaseRules | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """The credibility of an office's index; how many answered at its desks and in the offices below, by id.

    Only those are named whose transactions are known.
    """

    whole: Credibility
    desks: Mapping[int, ResponseRate]
    below: Mapping[int, ResponseRate]


def beside(
    connection: Connection,
    figures: Figures,
    score: OfficeScore,
    *,
    desks: Sequence[Desk],
    below: Sequence[Office],
    scoring: Scoring | None = None,
) -> Beside:
    """Everything that stands beside the score of a branch in the period of its figures.

    ``desks`` are those of the very office that were open or answered, ``below`` the offices directly below.
    """
    branch, period = figures.kept.branch, figures.kept.now
    used = scoring or Scoring(figures.questionnaire, score.method, score.chosen_channels, figures.rules)
    book = book_of(connection, branch, period, own_desks=desks)
    serving = desks_serving(branch.office, period, tree=branch.tree, desks=desks)
    at_desks = {each.desk.id: book.of_desk(branch.office.id, each) for each in serving}
    in_offices = {each.id: book.of_office(each) for each in below}
    # Five hundred offices are summed once more only where they can be weighed.
    weighable = None not in (*in_offices.values(), *(at_desks.get(desk.id) for desk in desks))
    parts = [
        *(_part(desk, at_desks.get(desk.id), figures.of_desk(desk) if weighable else {}) for desk in desks),
        *(_part(each, in_offices[each.id], figures.of_office(each) if weighable else {}) for each in below),
    ]
    whole = Credibility(
        standings=_standings(figures.of_branch(period), used),
        rate=_rate(figures.responses(period, used.channels), book.of_office(branch.office)),
        weighted=weigh(parts, used.questionnaire, method=used.method, channels=used.channels, rules=used.rules),
    )
    kept, chosen = figures.kept, used.channels
    return Beside(whole, _rates(kept.desks, at_desks, chosen), _rates(kept.below, in_offices, chosen))


def _rates(sums: Sums[int], known: Mapping[int, int | None], channels: Collection[str]) -> dict[int, ResponseRate]:
    return {
        each: _rate(sums.responses([each], channels), transactions)
        for each, transactions in known.items()
        if transactions is not None
    }


def _rate(responses: tuple[int, int], transactions: int | None) -> ResponseRate:
    counted, aside = responses
    return ResponseRate(counted, transactions, aside)


def _part(named: Desk | Office, transactions: int | None, tallies: Tallies) -> WeighedPart:
    return WeighedPart(named.code, named.name, tallies, transactions)


def _standings(tallies: Tallies, used: Scoring) -> Standings:
    return standings_of(tallies, used.questionnaire, method=used.method, channels=used.channels, rules=used.rules)


def beside_one(
    connection: Connection,
    branch: Branch,
    score: OfficeScore,
    tallies: Tallies,
    *,
    catalogue: Catalogue,
    scoring: Scoring,
    desk: Desk | None = None,
) -> Credibility:
    """What stands beside one score of any span, method and channels: of a branch, or of one desk of it.

    Weights need the parts of the office, which are kept for named periods: for a span, and for a desk, they are None.
    """
    office, period, tree = branch.office, score.period, branch.tree
    own = [desk] if desk else fetch_desks(connection, [office.id, *(each.id for each in tree.predecessors(office.id))])
    serving = desks_serving(office, period, tree=tree, desks=own)
    if desk is None and period.kind != "span":
        kept = read_kept(connection, catalogue, branch, now=period)
        figures = Figures(kept, scoring.questionnaire, scoring.rules)
        open_then = {each.desk.id for each in serving}
        desks = [each for each in own if each.id in open_then or figures.answered_at(each)]
        below = [each for each, _ in figures.below()]
        return beside(connection, figures, score, desks=desks, below=below, scoring=scoring).whole
    book = book_of(connection, branch, period, own_desks=own)
    of_desk = (book.of_desk(office.id, each) for each in serving)
    number = book.of_office(office) if desk is None else next(of_desk, None)
    every = sums_in(connection, catalogue, branch, period, desk_id=desk.id if desk else None)
    return Credibility(_standings(tallies, scoring), _rate(every.responses([None], scoring.channels), number))


def book_of(connection: Connection, branch: Branch, period: Period, *, own_desks: Sequence[Desk]) -> Book:
    """What is known of a branch in a period. Desks of offices below are read only where theirs must be added up."""
    entries = fetch_transactions(connection, branch.ids, Days(period.first, period.last))
    desks = fetch_desks(connection, _served(branch)) if _added_up(entries, branch) else own_desks
    return Book(period, branch.tree, entries, desks)


def _added_up(entries: Iterable[Transactions], branch: Branch) -> bool:
    return any(each.desk != WHOLE_OFFICE and each.office_id != branch.office.id for each in entries)


def _served(branch: Branch) -> set[int]:
    """The offices of a branch, and those that were merged into another: maybe into one of them."""
    return {*branch.ids, *(each.id for each in branch.tree if each.successor_id is not None)}
