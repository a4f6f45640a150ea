"""Journey 1: somebody scans a code, taps, perhaps says more; the response is stored once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal

from survey.domain.answers import CheckedAnswers, check_answers
from survey.domain.masking import masked
from survey.domain.office_facts import KnownFacts
from survey.domain.offices import Desk, NoOfficeServes, Office, OfficeTree
from survey.domain.questionnaire import Catalogue, Questionnaire, UnknownQuestionnaire
from survey.domain.response import COMPLETION_DAYS, Contents, Response, amended, is_key, new_key
from survey.domain.trust import ONE_ADDRESS, at_once
from survey.journeys.seeing import seen_of
from survey.journeys.slips import prove
from survey.store import Connection
from survey.store.offices import fetch_desk, fetch_tree
from survey.store.responses import Evidence, amend_response, fetch_response, record_response
from survey.store.slips import give_slip_back

# A page that was open when its desk retired still sends (architecture.md, journey 1).
GRACE = timedelta(days=COMPLETION_DAYS)
NO_GRACE = timedelta()
NO_FACTS = KnownFacts({}, {})


class DeskUnknown(Exception):
    """No desk has this code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class DeskRetired(Exception):
    """The desk takes no answers any more; carries it with the office it belonged to."""

    def __init__(self, desk: Desk, office: Office) -> None:
        super().__init__(desk.code)
        self.desk, self.office = desk, office


class DeskNotOpen(DeskRetired):
    """The desk opens on a later day."""


class AnswersRejected(Exception):
    """A send with wrong values: nothing was stored, and everything entered is carried to be shown again."""

    def __init__(self, checked: CheckedAnswers, questionnaire: Questionnaire) -> None:
        super().__init__(", ".join(fault.question_id for fault in checked.faults))
        self.checked, self.questionnaire = checked, questionnaire


class NothingAnswered(Exception):
    """A first send that carries no answer at all."""


@dataclass(frozen=True, slots=True)
class OpenDesk:
    """A desk that takes answers today, the office it serves, and every office that may hold its responses."""

    desk: Desk
    office: Office
    office_ids: tuple[int, ...]
    questionnaire: Questionnaire


@dataclass(frozen=True, slots=True)
class Send:
    """What one POST brought: the form's fields by question id, what the page itself put there, and from whom.

    ``sender`` and ``device`` are hashes, and so is ``slip``, of the code it carried (Q1). The address only tells
    whether it is the office's own; it goes no further.
    """

    desk_code: str
    channel: str
    submitted: Mapping[str, Sequence[str]]
    key: str = ""
    questionnaire: str = ""
    page_issued_at: datetime | None = None
    sender: str = ""
    device: str = ""
    address: str = field(default="", repr=False)
    slip: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a send; ``completed`` when it carried the criteria page, ``counted`` unless it is set aside.

    ``late`` when it would have changed a response that may not change any more: what it brought was not stored.
    ``verified`` when a slip has proven the transaction (Q1).
    """

    kind: Literal["stored", "amended", "repeated", "late"]
    key: str
    completed: bool
    counted: bool = True
    verified: bool = False


def open_desk(
    connection: Connection, catalogue: Catalogue, code: str, *, today: date, grace: timedelta = NO_GRACE
) -> OpenDesk:
    """The desk of a code, ready to be answered: one query, a second only where the office has been merged.

    ``grace`` is how long after its last day a desk still takes what its open pages send. Raises DeskUnknown,
    DeskNotOpen or DeskRetired.
    """
    found = fetch_desk(connection, code)
    if found is None:
        raise DeskUnknown(code)
    return open_at(connection, catalogue, *found, today=today, grace=grace)


def open_at(
    connection: Connection, catalogue: Catalogue, desk: Desk, office: Office, *, today: date, grace: timedelta
) -> OpenDesk:
    """This desk, ready to be answered. Raises DeskNotOpen or DeskRetired."""
    if desk.opens_after(today):
        raise DeskNotOpen(desk, office)
    serving, ids = _offices_of(connection, office, today=today, grace=grace)
    if desk.retired_before(today - grace) or serving is None:
        raise DeskRetired(desk, office)
    return OpenDesk(desk, serving, ids, catalogue.get(desk.questionnaire))


def _offices_of(
    connection: Connection, office: Office, *, today: date, grace: timedelta
) -> tuple[Office | None, tuple[int, ...]]:
    """Who serves in the place of an office, and the chain of all who ever will: a response stays where it came."""
    if office.successor_id is None:
        closed = office.valid_to is not None and today - grace > office.valid_to
        return None if closed else office, (office.id,)
    tree = fetch_tree(connection)
    ids = [office.id]
    while (after := tree.by_id[ids[-1]].successor_id) is not None and after not in ids:
        ids.append(after)
    return _serving(tree, office, today) or _serving(tree, office, today - grace), tuple(ids)


def _serving(tree: OfficeTree, office: Office, day: date) -> Office | None:
    try:
        return tree.serving(office.id, day)
    except NoOfficeServes:
        return None


def respond(
    connection: Connection, catalogue: Catalogue, send: Send, *, now: datetime, facts: KnownFacts = NO_FACTS
) -> Receipt:
    """Store a send, or let it correct or complete the response of its key; the same send twice changes nothing.

    The quality rules that need no other response are applied at once, by what is known of the office (Q2).
    Raises DeskUnknown, DeskNotOpen, DeskRetired, AnswersRejected or NothingAnswered; then nothing was stored.
    """
    place = open_desk(connection, catalogue, send.desk_code, today=now.date(), grace=GRACE)
    return respond_at(connection, catalogue, place, send, now=now, facts=facts)


def respond_at(
    connection: Connection,
    catalogue: Catalogue,
    place: OpenDesk,
    send: Send,
    *,
    now: datetime,
    facts: KnownFacts = NO_FACTS,
) -> Receipt:
    """The same at a desk that is known. Raises AnswersRejected or NothingAnswered; then nothing was stored."""
    questionnaire = _answered_version(catalogue, send, place)
    contents = contents_of(questionnaire, send.submitted)
    response = new_response(place, questionnaire, send, contents, now)
    if len(place.office_ids) > 1 or _is_empty(contents):
        # The key may stand under the office before the merger, where no unique key would stop a double.
        known = fetch_response(connection, place.office_ids, response.key)
        if known is None and _is_empty(contents):
            raise NothingAnswered
        if known is not None:
            return _amend(connection, catalogue, send, known=known, now=now, facts=facts)
    response = _proven(connection, response, send, place, today=now.date())
    evidence = _evidence(send, response, facts, received_at=now, now=now)
    response = _judged_at_once(response, evidence, facts, desk=place.desk.code, questionnaire=questionnaire)
    counted = record_response(connection, response, evidence, limit=ONE_ADDRESS)
    if counted is not None:
        return Receipt("stored", response.key, contents.completes, counted, response.verified)
    if send.slip and response.verified:
        give_slip_back(connection, send.slip)
    known = fetch_response(connection, place.office_ids, response.key)
    if known is None:  # the insert met it a moment ago; only a deletion by hand can come between
        raise LookupError(response.key)
    return _amend(connection, catalogue, send, known=known, now=now, facts=facts)


def _proven(connection: Connection, response: Response, send: Send, place: OpenDesk, *, today: date) -> Response:
    """The response as what its slip makes it: verified, and of the channel of slips, which only holders of one have.

    A slip that was used before makes it an open one.
    """
    proof = prove(connection, send.slip, place.office, today=today) if send.slip else "none"
    if proof != "none":
        return replace(response, channel="slip", verified=proof == "verified")
    return replace(response, channel="poster") if response.channel == "slip" else response


def _evidence(send: Send, response: Response, facts: KnownFacts, *, received_at: datetime, now: datetime) -> Evidence:
    """What is known of how a response came whose last part this send brought."""
    duration = None
    if response.completed and send.page_issued_at is not None:
        duration = max(0, int((now - send.page_issued_at).total_seconds()))
    own = facts.of(response.office_id).is_own(send.address)
    return Evidence(received_at, send.page_issued_at, send.sender, send.device, duration, own)


def _judged_at_once(
    response: Response, evidence: Evidence, facts: KnownFacts, *, desk: str, questionnaire: Questionnaire
) -> Response:
    """The response with the reasons that the rules find at once; one that a person has judged stays as it is."""
    if response.judged:
        return response
    seen = seen_of(response, evidence, desk=desk, questionnaire=questionnaire)
    reasons = at_once(seen, facts.of(response.office_id).surroundings)
    return replace(response, set_aside=tuple(dict.fromkeys((*response.set_aside, *reasons)))) if reasons else response


def _answered_version(catalogue: Catalogue, send: Send, place: OpenDesk) -> Questionnaire:
    try:
        return catalogue.get(send.questionnaire or place.questionnaire.key)
    except UnknownQuestionnaire:
        return place.questionnaire


def contents_of(
    questionnaire: Questionnaire,
    submitted: Mapping[str, Sequence[str]],
    *,
    masking: Callable[[str], str] = masked,
) -> Contents:
    """What a send brings, checked and with its texts masked (promise 3). Raises AnswersRejected."""
    checked = check_answers(questionnaire, submitted)
    if checked.faults:
        raise AnswersRejected(checked, questionnaire)
    return Contents(
        answers=checked.answers,
        respondent=checked.respondent,
        texts={question: masking(text) for question, text in checked.texts.items()},
        completes=any(asked.id in submitted for asked in questionnaire.questions if asked is not questionnaire.overall),
    )


def _says_again(stored: Response, contents: Contents) -> bool:
    """Whether all that was sent stands in the response already."""
    return (
        contents.answers.items() <= stored.answers.items()
        and contents.texts.items() <= stored.texts.items()
        and contents.respondent.items() <= stored.respondent.items()
    )


def _is_empty(contents: Contents) -> bool:
    return not (contents.answers or contents.texts or contents.respondent)


def new_response(
    place: OpenDesk, questionnaire: Questionnaire, send: Send, contents: Contents, now: datetime
) -> Response:
    """The response that a first send makes: it belongs to the office, day and hour at which it came."""
    return Response(
        office_id=place.office.id,
        key=send.key if is_key(send.key) else new_key(),
        desk_id=place.desk.id,
        questionnaire=questionnaire.key,
        channel=send.channel,
        received_on=now.date(),
        received_hour=now.hour,
        answers=contents.answers,
        respondent=contents.respondent,
        texts=contents.texts,
        completed=contents.completes,
    )


def _amend(
    connection: Connection,
    catalogue: Catalogue,
    send: Send,
    *,
    known: tuple[Response, datetime | None],
    now: datetime,
    facts: KnownFacts,
) -> Receipt:
    stored, received_at = known
    questionnaire = catalogue.get(stored.questionnaire)
    contents = contents_of(questionnaire, send.submitted)
    after = amended(stored, contents, received_at=received_at, now=now, overall=questionnaire.overall.id)
    if after is None and not _says_again(stored, contents):
        return Receipt("late", stored.key, contents.completes, not stored.set_aside, stored.verified)
    # An empty form, such as Back may bring, takes nothing back of what was said.
    if after is None or _is_empty(contents) or after == replace(stored, completed=after.completed):
        return Receipt("repeated", stored.key, contents.completes, not stored.set_aside, stored.verified)
    duration = None
    if after.completed and not stored.completed and received_at is not None:
        evidence = _evidence(send, after, facts, received_at=received_at, now=now)
        after = _judged_at_once(after, evidence, facts, desk=send.desk_code, questionnaire=questionnaire)
        duration = evidence.duration
    amend_response(connection, after, now=now, duration=duration)
    return Receipt("amended", stored.key, contents.completes, not after.set_aside, after.verified)
