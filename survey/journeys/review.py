"""The daily review: the quality rules applied to all that came in the last two days, then forgetting (Q2, promise 3).

It may be stopped at any moment and repeated at any time, also by two at once: each office's answers are judged from
what is stored alone, a reason is added only where it is not there yet, and what a person judged is left alone.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice
from typing import Final, TypeVar

from survey.domain.office_facts import KnownFacts
from survey.domain.questionnaire import Catalogue, Questionnaire, UnknownQuestionnaire
from survey.domain.response import Response
from survey.domain.trust import MORE_THAN_TRANSACTIONS, Seen, reviewed
from survey.journeys.erase import Erased, erase_expired
from survey.journeys.office_facts import known_facts
from survey.journeys.review_transactions import compare_with_transactions
from survey.journeys.seeing import seen_of
from survey.store import Connection, Database
from survey.store.responses import mark_days
from survey.store.review import claim_day, finish_day, offices_with_evidence, replace_reasons, stream_evident
from survey.store.slip_shares import fetch_slip_shares

AT_ONCE: Final = 20_000  # responses of an office that are looked at together: some 20 MB
_A_TRANSACTION: Final = 500  # rows changed in one, so that no citizen waits long for SQLite's one writer

Item = TypeVar("Item")
Progress = Callable[[Iterable[int]], Iterable[int]]


@dataclass(slots=True)
class Reviewed:
    """How many responses were looked at, and how many have a reason more than before, by reason.

    ``put_back`` came back into the result because more transactions are known of by now.
    """

    responses: int = 0
    set_aside: int = 0
    put_back: int = 0
    reasons: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Done:
    """What a day's work came to."""

    reviewed: Reviewed
    erased: Erased


def daily(
    database: Database, catalogue: Catalogue, *, now: datetime, retention_months: int, progress: Progress = iter
) -> Done:
    """Review what came, then erase what has expired; by whoever asks for it, however often. Opens its transactions."""
    with database.transaction() as connection:
        claimed = claim_day(connection, now.date(), now=now)
    done = _review_all(database, catalogue, today=now.date(), progress=progress)
    with database.transaction() as connection:
        erased = erase_expired(connection, now=now, retention_months=retention_months)
        if claimed:
            finish_day(connection, now.date(), now=now)
    database.overwrite_erased()
    return Done(done, erased)


def review_once_a_day(database: Database, catalogue: Catalogue, *, clock: Callable[[], datetime]) -> Reviewed | None:
    """The review, by the first who asks for it on a day; None for everybody else.

    Whoever began and did not finish within an hour is taken to have been killed.
    """
    now = clock()
    with database.transaction() as connection:
        if not claim_day(connection, now.date(), now=now):
            return None
    done = _review_all(database, catalogue, today=now.date())
    with database.transaction() as connection:
        finish_day(connection, now.date(), now=clock())
    return done


def _review_all(database: Database, catalogue: Catalogue, *, today: date, progress: Progress = iter) -> Reviewed:
    done = review(database, catalogue, progress=progress)
    aside, done.put_back = compare_with_transactions(database, today=today)
    done.set_aside += aside
    done.reasons.update({MORE_THAN_TRANSACTIONS: aside} if aside else {})
    return done


def review(database: Database, catalogue: Catalogue, *, progress: Progress = iter) -> Reviewed:
    """Apply every rule to the responses of which it is still known how they came, office by office."""
    with database.reading() as connection:
        offices = offices_with_evidence(connection)
        facts = known_facts(connection)
    done = Reviewed()
    for office_id in progress(offices):
        for found in _found_at(database, catalogue, office_id, facts, done):
            _set_aside(database, found, done)
    return done


@dataclass(frozen=True, slots=True)
class Found:
    """A response, and the reasons that are new to it."""

    response: Response
    reasons: tuple[str, ...]


def _found_at(
    database: Database, catalogue: Catalogue, office_id: int, facts: KnownFacts, done: Reviewed
) -> Iterator[list[Found]]:
    """What the rules find at an office, some at a time."""
    with database.reading() as connection:
        shares = fetch_slip_shares(connection, office_id)
        surroundings = replace(facts.of(office_id).surroundings, slip_shares=shares)
        for batch in _batches(_seen_at(connection, catalogue, office_id), AT_ONCE):
            done.responses += len(batch)
            reasons = reviewed([seen for seen, _ in batch], surroundings)
            yield from _batches(_news({stored.key: stored for _, stored in batch}, reasons), _A_TRANSACTION)


def _seen_at(connection: Connection, catalogue: Catalogue, office_id: int) -> Iterator[tuple[Seen, Response]]:
    for stored, known, desk in stream_evident(connection, office_id):
        seen = seen_of(stored, known, desk=desk, questionnaire=_asked(catalogue, stored))
        yield seen, _without_contents(stored)


def _asked(catalogue: Catalogue, stored: Response) -> Questionnaire | None:
    try:
        return catalogue.get(stored.questionnaire)
    except UnknownQuestionnaire:
        return None


def _without_contents(stored: Response) -> Response:
    """An office may have many at once; its reasons, desk and day are all that is needed to set one aside."""
    return Response(
        office_id=stored.office_id,
        key=stored.key,
        desk_id=stored.desk_id,
        questionnaire=stored.questionnaire,
        channel=stored.channel,
        received_on=stored.received_on,
        received_hour=stored.received_hour,
        answers={},
        set_aside=stored.set_aside,
        judged=stored.judged,
    )


def _news(stored: Mapping[str, Response], reasons: Mapping[str, tuple[str, ...]]) -> Iterator[Found]:
    """The responses that have a reason which does not stand there yet, and that nobody has judged."""
    for key, found in reasons.items():
        each = stored[key]
        new = tuple(reason for reason in found if reason not in each.set_aside)
        if new and not each.judged:
            yield Found(each, new)


def _set_aside(database: Database, found: Sequence[Found], done: Reviewed) -> None:
    with database.transaction() as connection:
        changed = [
            each
            for each in found
            if replace_reasons(connection, each.response, (*each.response.set_aside, *each.reasons))
        ]
        days = {(each.response.office_id, each.response.desk_id, each.response.received_on) for each in changed}
        if days:
            mark_days(connection, days)
    done.set_aside += len(changed)
    done.reasons.update(reason for each in changed for reason in each.reasons)


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
