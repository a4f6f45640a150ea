"""What a citizen's page says about itself under our signature: evidence for Q2, never a reason to refuse an answer."""

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from itsdangerous import BadData, URLSafeSerializer


class Stamp(NamedTuple):
    """The desk and the questionnaire version of a page, and when it was issued."""

    desk: str
    questionnaire: str
    issued_at: datetime


def sealer_of(secret: str) -> URLSafeSerializer:
    """What seals and opens the stamps of an installation."""
    return URLSafeSerializer(secret, salt="stamp")


def sealed(sealer: URLSafeSerializer, stamp: Stamp) -> str:
    """The stamp as the page carries it: letters fit for an address."""
    return str(sealer.dumps([stamp.desk, stamp.questionnaire, stamp.issued_at.isoformat(timespec="seconds")]))


@lru_cache(maxsize=1024)  # one visit shows its stamp three times
def opened(sealer: URLSafeSerializer, text: str) -> Stamp | None:
    """The stamp that was sealed into the text; None for none, or for one that is not ours."""
    if not text:
        return None
    try:
        desk, questionnaire, issued_at = sealer.loads(text)
        return Stamp(desk, questionnaire, datetime.fromisoformat(issued_at))
    except (BadData, ValueError, TypeError):
        return None
