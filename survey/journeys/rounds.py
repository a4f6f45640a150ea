"""Independent rounds: set up for some offices and days, and shown beside what the counters collect themselves (Q5)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from survey.domain.estimation import BaseRules
from survey.domain.message import Message, message
from survey.domain.offices import Desk, Office, new_desk_code
from survey.domain.periods import Period, span
from survey.domain.questionnaire import Catalogue, Questionnaire
from survey.domain.response import COMPLETION_DAYS
from survey.domain.rounds import (
    LONGEST_KEY,
    Round,
    RoundOffice,
    RoundResult,
    is_round_key,
    sample_size,
)
from survey.domain.scoring import HEADLINE_CHANNELS, OfficeScore
from survey.domain.staff import Staff
from survey.journeys.dashboard import offices_above, visible_branch
from survey.journeys.score import (
    Branch,
    OfficeUnknown,
    branch_of,
    bring_up_to_date,
    score_of,
    sums_in,
    tallies_in,
)
from survey.journeys.sums import Tallies
from survey.store import Connection, Database
from survey.store.offices import fetch_desks, fetch_tree
from survey.store.rounds import add_round, fetch_progress, fetch_round, fetch_round_desks

# A page that was open on the last day still sends (journeys/respond.py).
_LATE = timedelta(days=COMPLETION_DAYS)
INVITATION = "invitation"
LONGEST_NAME = 200


class RoundRefused(Exception):
    """A round cannot be set up so, or drawn for; carries the sentence that says why and what to do."""

    def __init__(self, sentence: Message) -> None:
        super().__init__(str(sentence))
        self.message = sentence


class RoundUnknown(RoundRefused):
    """No round has this key."""

    def __init__(self, key: str) -> None:
        super().__init__(
            message("Không có đợt khảo sát “%(key)s”. Xin xem các đợt bằng lệnh: flask rounds list", key=key)
        )


# --- setting up -------------------------------------------------------------------------------------------


def create_round(
    connection: Connection, new: Round, office_codes: Sequence[str], *, target: int | None = None
) -> tuple[RoundOffice, ...]:
    """Set a round up at these offices; ``target`` answers at each, M14's number when None.

    Each office gets a desk for it, which hangs nowhere. Raises RoundRefused or OfficeUnknown.
    """
    _refuse_unsound(connection, new)
    offices = _offices(connection, new, office_codes)
    taken = {desk.code for desk in fetch_desks(connection, of_rounds=True)}
    desks = [_desk(new, office, taken) for office in offices]
    add_round(connection, new, desks, target=target or sample_size(None))
    return fetch_progress(connection, round_key=new.key)


def _refuse_unsound(connection: Connection, new: Round) -> None:
    if not is_round_key(new.key):
        raise RoundRefused(
            message(
                "Mã đợt “%(key)s” không dùng được: chỉ gồm chữ, chữ số, dấu chấm, gạch nối, gạch dưới, tối đa %(most)s "
                "ký tự.",
                key=new.key[:LONGEST_KEY],
                most=LONGEST_KEY,
            )
        )
    if not new.name.strip() or len(new.name) > LONGEST_NAME:
        raise RoundRefused(message("Tên đợt phải có từ 1 đến %(most)s ký tự.", most=LONGEST_NAME))
    if new.last_day < new.first_day:
        raise RoundRefused(message("Ngày kết thúc của đợt đứng trước ngày bắt đầu."))
    if fetch_round(connection, new.key) is not None:
        raise RoundRefused(message("Đã có đợt khảo sát “%(key)s”. Xin chọn một mã khác.", key=new.key))


def _offices(connection: Connection, new: Round, codes: Sequence[str]) -> list[Office]:
    tree = fetch_tree(connection)
    offices = []
    for code in dict.fromkeys(codes):
        if code not in tree.by_code:
            raise OfficeUnknown(code)
        office = tree.by_code[code]
        if not office.exists_between(new.first_day, new.last_day):
            raise RoundRefused(message("Cơ quan %(code)s không hoạt động trong những ngày của đợt.", code=code))
        offices.append(office)
    if not offices:
        raise RoundRefused(message("Xin cho biết ít nhất một cơ quan: --office MÃ."))
    return offices


def _desk(new: Round, office: Office, taken: set[str]) -> Desk:
    while (code := new_desk_code(8)) in taken:
        pass
    taken.add(code)
    return Desk(0, code, office.id, new.name, new.questionnaire, new.first_day, new.last_day)


def progress_of(connection: Connection, key: str) -> tuple[RoundOffice, ...]:
    """How far a round is at each of its offices, by office code. Raises RoundUnknown."""
    found = fetch_progress(connection, round_key=key)
    if not found:
        raise RoundUnknown(key)
    return found


# --- results ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RoundsPage:
    """The rounds of one office, the latest first, and which offices below it have any."""

    office: Office
    above: tuple[Office, ...]
    results: tuple[tuple[Questionnaire, RoundResult], ...]
    below: tuple[Office, ...]
    today: date


def show_rounds(
    database: Database,
    catalogue: Catalogue,
    staff: Staff,
    office_code: str,
    *,
    today: date,
    rules: BaseRules | None = None,
) -> RoundsPage:
    """The page of an office's rounds. Raises OfficeUnknown outside the viewer's branch.

    Opens its own transactions: what is marked is recounted before figures are read.
    """
    with database.reading() as connection:
        branch = visible_branch(connection, staff, office_code)
        known = fetch_progress(connection, office_ids=branch.ids)
    own = [each for each in known if each.office.id == branch.office.id]
    _recount(database, catalogue, branch, own)
    with database.reading() as connection:
        above = offices_above(branch.tree, staff, branch.office)
        results = tuple(_results(connection, catalogue, branch, own, rules=rules))
    below = {each.office.code: each.office for each in known if each.office.id != branch.office.id}
    return RoundsPage(branch.office, above, results, tuple(below[code] for code in sorted(below)), today)


def results_of(
    database: Database,
    catalogue: Catalogue,
    key: str,
    *,
    rules: BaseRules | None = None,
) -> tuple[RoundResult, ...]:
    """What a round found at each of its offices. Raises RoundUnknown. Opens its own transactions."""
    with database.reading() as connection:
        progress = progress_of(connection, key)
        branches = [branch_of(connection, each.office.code) for each in progress]
    for branch, each in zip(branches, progress, strict=True):
        _recount(database, catalogue, branch, [each])
    with database.reading() as connection:
        return tuple(
            result
            for branch, each in zip(branches, progress, strict=True)
            for _, result in _results(connection, catalogue, branch, [each], rules=rules)
        )


def _recount(database: Database, catalogue: Catalogue, branch: Branch, rounds: Sequence[RoundOffice]) -> None:
    if not rounds:
        return
    first = min(each.round.first_day for each in rounds)
    last = max(each.round.last_day for each in rounds) + _LATE
    bring_up_to_date(database, catalogue, office_ids=_with_heirs(branch), first=first, last=last)


def _with_heirs(branch: Branch) -> tuple[int, ...]:
    """The branch, and whoever took its office over: what an invited person sends after a merger is stored there."""
    ids = dict.fromkeys(branch.ids)
    after = branch.office.successor_id
    while after is not None and after not in ids:
        ids[after] = None
        after = branch.tree.by_id[after].successor_id
    return tuple(ids)


def _results(
    connection: Connection,
    catalogue: Catalogue,
    branch: Branch,
    rounds: Sequence[RoundOffice],
    *,
    rules: BaseRules | None,
) -> Iterator[tuple[Questionnaire, RoundResult]]:
    desks = fetch_round_desks(connection, [branch.office.id]) if rounds else {}
    for each in rounds:
        reading = _Reading(connection, catalogue, branch, each, rules)
        yield reading.questionnaire, reading.result(desks[each.round.key, branch.office.id])


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the two figures of one round at one office are read from."""

    connection: Connection
    catalogue: Catalogue
    branch: Branch
    progress: RoundOffice
    rules: BaseRules | None

    @property
    def questionnaire(self) -> Questionnaire:
        return self.catalogue.get(self.progress.round.questionnaire)

    def result(self, desk: Desk) -> RoundResult:
        the_round = self.progress.round
        days = span(the_round.first_day, the_round.last_day)
        at_counter = sums_in(self.connection, self.catalogue, self.branch, days)
        counter = self._score(at_counter.tallies([None], self.questionnaire), days, HEADLINE_CHANNELS)
        answered_otherwise = any(
            channel in HEADLINE_CHANNELS
            for other in self.catalogue
            if other.key != self.questionnaire.key
            for channel, _ in at_counter.tallies([None], other)
        )
        return RoundResult(
            self.progress, counter, self._sample(desk), other_versions=answered_otherwise and not counter.responses
        )

    def _sample(self, desk: Desk) -> OfficeScore:
        days = span(self.progress.round.first_day, self.progress.round.last_day + _LATE)
        offices = tuple(self.branch.tree.by_id[each] for each in _with_heirs(self.branch))
        everywhere = Branch(self.branch.office, offices, self.branch.tree)
        tallies = tallies_in(self.connection, everywhere, self.questionnaire, days, desk_id=desk.id)
        return self._score(tallies, days, (INVITATION,))

    def _score(self, tallies: Tallies, days: Period, channels: Sequence[str]) -> OfficeScore:
        return score_of(
            tallies,
            self.branch.office,
            questionnaire=self.questionnaire,
            period=days,
            channels=channels,
            rules=self.rules,
            with_criteria=False,
        )
