"""An analyst looks through the responses of an office and judges some; each look and each judgement is written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from survey.domain.audit import LOOKED, PUT_BACK, SET_ASIDE, Deed
from survey.domain.judging import InShort, Judgement, NotJudged, by_reason, in_short, judged
from survey.domain.message import message
from survey.domain.offices import Desk, Office
from survey.domain.periods import Period
from survey.domain.questionnaire import Catalogue, Questionnaire, UnknownQuestionnaire
from survey.domain.response import Response
from survey.domain.staff import Staff
from survey.journeys.dashboard import offices_above, visible_branch
from survey.journeys.score import Branch
from survey.store import Connection, Database
from survey.store.audit import append_audit
from survey.store.judging import Sought, count_by_reasons, count_sought, fetch_sought, save_judgement
from survey.store.offices import fetch_desks
from survey.store.responses import fetch_response, mark_days

A_PAGE: Final = 20
_ACTIONS: Final = {"put-back": PUT_BACK, "set-aside": SET_ASIDE}


@dataclass(frozen=True, slots=True)
class Asked:
    """What an analyst wants to see: an office, a period, set-aside responses (of one reason) or those that count."""

    office_code: str
    period: Period
    set_aside: bool = True
    reason: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class JudgedLine:
    """One response as the page shows it."""

    response: Response
    desk: Desk
    said: InShort


@dataclass(frozen=True, slots=True)
class JudgingPage:
    """Some responses of one office; ``reasons`` with their numbers are of all that were set aside in the period."""

    asked: Asked
    office: Office
    above: tuple[Office, ...]
    below: tuple[Office, ...]
    reasons: tuple[tuple[str, int], ...]
    number_aside: int
    number: int
    lines: tuple[JudgedLine, ...]

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.number // A_PAGE))


def look_through(database: Database, catalogue: Catalogue, staff: Staff, asked: Asked, *, now: datetime) -> JudgingPage:
    """The page; that it was looked at is on disk before. Raises OfficeUnknown outside the viewer's branch."""
    with database.reading() as connection:
        branch = visible_branch(connection, staff, asked.office_code)
        page = _page(connection, catalogue, staff, branch, asked)
    if page.lines:
        kind = "set aside" if asked.set_aside else "counted"
        subject = f"{asked.period.key}, {kind}, {page.asked.page}/{page.pages}"
        with database.transaction() as connection:
            append_audit(connection, Deed(staff.email, LOOKED, branch.office.code, subject, asked.reason), at=now)
    return page


def _page(connection: Connection, catalogue: Catalogue, staff: Staff, branch: Branch, asked: Asked) -> JudgingPage:
    office, tree, period = branch.office, branch.tree, asked.period
    desks = {desk.id: desk for desk in fetch_desks(connection, _offices_of_desks(branch), of_rounds=True)}
    sought = Sought(office.id, desks, period.first, period.last, asked.set_aside, asked.reason)
    reasons = count_by_reasons(connection, sought)
    number = count_sought(connection, sought)
    last = max(1, -(-number // A_PAGE))
    asked = Asked(asked.office_code, period, asked.set_aside, asked.reason, min(max(1, asked.page), last))
    found = fetch_sought(connection, sought, skip=(asked.page - 1) * A_PAGE, most=A_PAGE)
    lines = (JudgedLine(each, desks[each.desk_id], in_short(each, _version(catalogue, each))) for each in found)
    return JudgingPage(
        asked=asked,
        office=office,
        above=offices_above(tree, staff, office),
        below=tree.children(office.id),
        reasons=by_reason(reasons),
        number_aside=sum(reasons.values()),
        number=number,
        lines=tuple(lines),
    )


def _offices_of_desks(branch: Branch) -> Sequence[int]:
    """Desks of offices that were merged into it go on answering for it."""
    return [branch.office.id, *(each.id for each in branch.tree.predecessors(branch.office.id))]


def _version(catalogue: Catalogue, stored: Response) -> Questionnaire | None:
    try:
        return catalogue.get(stored.questionnaire)
    except UnknownQuestionnaire:
        return None


def judge_response(
    connection: Connection, staff: Staff, office_code: str, judgement: Judgement, *, now: datetime
) -> None:
    """Put a response of an office back, or set it aside, for good: no rule changes it any more.

    Raises OfficeUnknown outside the viewer's branch, and NotJudged where the judgement cannot be taken.
    """
    branch = visible_branch(connection, staff, office_code)
    found = fetch_response(connection, [branch.office.id], judgement.key.strip())
    if found is None:
        raise NotJudged(message("Cơ quan này không có phiếu nào mang mã ấy. Xin xem lại mã phiếu."))
    stored, _ = found
    reasons = judged(stored, judgement)
    save_judgement(connection, stored, set_aside=reasons)
    mark_days(connection, {(stored.office_id, stored.desk_id, stored.received_on)})
    before, after = ("|".join(each) or "–" for each in (stored.set_aside, reasons))
    note = f"{before} → {after}. {judgement.note.strip()}"
    deed = Deed(staff.email, _ACTIONS[judgement.decision], branch.office.code, stored.key, note)
    append_audit(connection, deed, at=now)
