"""One filled questionnaire, and what a second send of it may still change (architecture.md, journey 1)."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from survey.domain.tally import Standing

CORRECTION_WINDOW = timedelta(minutes=60)
COMPLETION_DAYS = 7
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True, slots=True)
class Response:
    """A response as stored: nothing in it says who answered, and its time is a day and an hour (promise 3).

    ``judged`` once a person put it back or set it aside: the rules then leave it as it is (Q2).
    """

    office_id: int
    key: str
    desk_id: int
    questionnaire: str
    channel: str
    received_on: date
    received_hour: int | None
    answers: Mapping[str, object]
    respondent: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    completed: bool = False
    verified: bool = False
    set_aside: tuple[str, ...] = ()
    judged: bool = False

    @property
    def standing(self) -> Standing:
        """In which tally the response counts: a set-aside one in no headline, whatever proved it."""
        if self.set_aside:
            return "set_aside"
        return "verified" if self.verified else "open"


@dataclass(frozen=True, slots=True)
class Contents:
    """What one send carries: the tap alone, or the criteria page (with or without the tap)."""

    answers: Mapping[str, object]
    respondent: Mapping[str, str]
    texts: Mapping[str, str]
    completes: bool


def new_key() -> str:
    """A random 128-bit key for one person's response."""
    return secrets.token_urlsafe(16)


def is_key(text: str) -> bool:
    """Whether a key sent by a page can have been made by one."""
    return _KEY.fullmatch(text) is not None


def amended(
    stored: Response, contents: Contents, *, received_at: datetime | None, now: datetime, overall: str
) -> Response | None:
    """The response after another send under its key, or None when nothing may change any more.

    Within 60 minutes of the tap anything may be corrected. Later the criteria complete it once, within 7 days,
    and its overall answer stays. ``received_at`` is None when the minute of the tap has been erased (48 hours).
    """
    # The minute of the tap is what is known of it: whoever has the last seconds of the hour left keeps them.
    correcting = received_at is not None and now.replace(second=0, microsecond=0) - received_at <= CORRECTION_WINDOW
    completing = not stored.completed and now.date() - stored.received_on <= timedelta(days=COMPLETION_DAYS)
    if not contents.completes:
        return replace(stored, answers={**stored.answers, **contents.answers}) if correcting else None
    if not (correcting or completing):
        return None
    kept = {overall: stored.answers[overall]} if overall in stored.answers else {}
    answers = {**kept, **contents.answers} if correcting else {**contents.answers, **kept}
    return replace(stored, answers=answers, respondent=contents.respondent, texts=contents.texts, completed=True)
