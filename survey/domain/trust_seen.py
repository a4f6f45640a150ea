"""What the quality rules see (Q2): a response with its evidence, and what is known of its office."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from survey.domain.trust_table import OUTSIDE_HOURS


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of an office (Q2): its hours by weekday (0 is Monday), its holidays, and its desks with a tablet.

    Without hours nothing is outside them. ``slip_shares`` is, by desk code, which share of the answers that count from
    phones carried a slip in the weeks before (``SLIPS_IN_USE``); desks with too few answers are not in it.
    """

    hours: Mapping[int, tuple[tuple[time, time], ...]] = field(default_factory=dict)
    holidays: frozenset[date] = frozenset()
    kiosks: frozenset[str] = frozenset()
    slip_shares: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the rules see of one response, while its evidence lasts.

    ``received_at`` is a minute; ``duration`` the seconds from the page's issue to the send that completed it, None
    where that is not known; ``values`` its valid answers to criteria; ``sender`` and ``device`` hashes of the day, ""
    where they are not known; ``own_network`` whether it came from a network of the office; ``texts`` what was
    written, masked.
    """

    key: str
    desk: str
    channel: str
    received_at: datetime
    completed: bool
    verified: bool = False
    duration: int | None = None
    values: tuple[int, ...] = ()
    sender: str = ""
    device: str = ""
    own_network: bool | None = None
    texts: tuple[str, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether a slip or an invitation shows that somebody was served."""
        return self.verified or self.channel == "invitation"


def is_closed(moment: datetime, surroundings: Surroundings) -> bool:
    """Whether an office is closed at a moment and was, and will be, for more than the grace of the table."""
    if moment.date() in surroundings.holidays:
        return True
    if not surroundings.hours:
        return False
    grace = OUTSIDE_HOURS.grace
    return not any(
        datetime.combine(moment, opens) - grace <= moment <= datetime.combine(moment, closes) + grace
        for opens, closes in surroundings.hours.get(moment.weekday(), ())
    )
