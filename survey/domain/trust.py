"""Trust in a response (Q1–Q5): which answers are set aside, by the public rules and thresholds of ``trust_table.py``.

What is set aside is kept with its reason, and left out of the headline (Q2). Nothing here looks at how satisfied
somebody is: praise and anger are held to the same rules. A straight line alone is no offence (Q3).

A *proven* response, verified by a slip (Q1) or sent by invitation, shows that somebody was served. So the rules that
ask whether there was a visit at all (bursts, addresses, transactions, repeated text) leave it alone. The rules that
tell who held the phone (too fast, outside hours from the office's own network, one device after another) hold for it
too: a slip that was never handed out proves a transaction as well.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from survey.domain.trust_groups import NARROWEST_FIRST, in_time
from survey.domain.trust_seen import Seen, Surroundings, is_closed
from survey.domain.trust_table import (
    AWAY_ADDRESS,
    AWAY_WITHOUT_SLIPS,
    BURST,
    BURST_WHEN_CLOSED,
    MANY_TAPS,
    MORE_THAN_TRANSACTIONS,
    ONE_ADDRESS,
    ONE_DEVICE_WITHOUT_SLIPS,
    ONE_HAND,
    OUTSIDE_HOURS,
    REPEATED_TEXT,
    SAME_VALUE_TOO_FAST,
    TOO_FAST,
    WITHOUT_SLIPS,
    Limit,
    Pace,
)

__all__ = [
    "AWAY_ADDRESS",
    "AWAY_WITHOUT_SLIPS",
    "BURST",
    "BURST_WHEN_CLOSED",
    "MANY_TAPS",
    "MORE_THAN_TRANSACTIONS",
    "ONE_ADDRESS",
    "ONE_DEVICE_WITHOUT_SLIPS",
    "ONE_HAND",
    "OUTSIDE_HOURS",
    "REPEATED_TEXT",
    "SAME_VALUE_TOO_FAST",
    "TOO_FAST",
    "WITHOUT_SLIPS",
    "Limit",
    "Received",
    "Seen",
    "Surroundings",
    "at_once",
    "beyond_transactions",
    "is_closed",
    "reviewed",
]

_OPEN_TO_ALL: Final = frozenset({"poster", "slip", "kiosk", "link"})


def at_once(seen: Seen, surroundings: Surroundings) -> tuple[str, ...]:
    """The reasons for which a response is set aside the moment it comes, by the rules that need no other response."""
    if seen.channel == "paper":  # typed in by staff, one after the other, at any hour; never in the headline (Q5)
        return ()
    found = []
    if _is_faster(seen, TOO_FAST):
        found.append(TOO_FAST.reason)
    if len(set(seen.values)) == 1 and _is_faster(seen, SAME_VALUE_TOO_FAST):
        found.append(SAME_VALUE_TOO_FAST.reason)
    here = seen.own_network is True or seen.channel == "kiosk"
    if here and is_closed(seen.received_at, surroundings):
        found.append(OUTSIDE_HOURS.reason)
    return tuple(found)


def _is_faster(seen: Seen, pace: Pace) -> bool:
    if seen.duration is None or len(seen.values) < pace.criteria:
        return False
    return seen.duration < pace.seconds * len(seen.values)


def reviewed(responses: Sequence[Seen], surroundings: Surroundings) -> Mapping[str, tuple[str, ...]]:
    """The reasons, by key, for which responses of one office over one or two days are set aside; by all rules.

    The order of ``responses`` does not matter. Those without a reason are not in the answer. What a narrower rule finds
    (one device, one address) the rules over a whole desk no longer count: else one script would take the citizens of
    its hour along.
    """
    found: dict[str, list[str]] = {each.key: list(at_once(each, surroundings)) for each in responses}
    public = sorted((each for each in responses if each.channel in _OPEN_TO_ALL), key=in_time)
    for rules in NARROWEST_FIRST:
        left = [each for each in public if not found[each.key]]
        for reason, rule in rules:
            for key in rule(left, surroundings):
                found[key].append(reason)
    return {key: tuple(reasons) for key, reasons in found.items() if reasons}


# --- transactions -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Received:
    """What is left of a response when its evidence is gone, as far as the rule on transactions needs it."""

    key: str
    verified: bool


def beyond_transactions(received: Iterable[Received], transactions: int) -> frozenset[str]:
    """The keys of those beyond the number of transactions of the same desk and period, or the same office and period.

    Verified ones never: each proves one. Which of the open ones go is drawn by lot from their keys, the same lot
    every time: if the last went, whoever comes first with false answers would push out the honest ones. More
    responses can only add to them, more transactions only take away.
    """
    every = {each.key: each for each in received}
    excess = len(every) - max(transactions, 0)
    if excess <= 0:
        return frozenset()
    lots = sorted((sha256(key.encode()).digest(), key) for key, each in every.items() if not each.verified)
    return frozenset(key for _, key in lots[max(len(lots) - excess, 0) :])
