"""The public table of the quality rules (Q2): the thresholds in force.

``domain/trust.py`` applies them, ``domain/method_trust.py`` says them in words. They were tuned and judged by
`make attack` (docs/trust.md).
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class Limit:
    """So many responses within so much time; where there are more, they are set aside for this reason.

    All of them, because nobody can tell which came too many; of one address only what comes beyond (Q4).
    """

    reason: str
    responses: int
    within: timedelta

    def exceeded_by(self, responses: int) -> bool:
        """Whether so many within that time are too many."""
        return responses > self.responses


@dataclass(frozen=True, slots=True)
class Pace:
    """Fewer seconds per criterion than ``seconds``, in a response with at least so many criteria."""

    reason: str
    seconds: float
    criteria: int


@dataclass(frozen=True, slots=True)
class Closed:
    """From the office's own network or its tablet, more than ``grace`` before or after its hours."""

    reason: str
    grace: timedelta


@dataclass(frozen=True, slots=True)
class OneHand:
    """One response after the other from one device, without a pause and without overlap.

    Each that begins within ``pause`` of the end of the one before counts 1, each that begins while the one before was
    still being filled in takes ``overlap`` off; from ``run`` on they are set aside. In whole minutes a form that took
    less than ``shortest`` does not show what it overlaps, and one that took more than ``longest`` does not show when it
    was filled in: neither is looked at.
    """

    reason: str
    run: int
    pause: timedelta
    overlap: int
    shortest: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True)
class WithoutSlips:
    """More open responses within a window than ``responses``, and too few proven ones beside them to be real.

    Too few is what comes about less often than ``chance`` where people use slips as often as they did at the desk in
    the weeks before. A crowd of real people brings its slips along.
    """

    reason: str
    responses: int
    within: timedelta
    chance: float


@dataclass(frozen=True, slots=True)
class SlipsInUse:
    """From so many responses of a desk in so much time the share of slips is known; below ``share`` it says nothing."""

    responses: int
    within: timedelta
    share: float


@dataclass(frozen=True, slots=True)
class Repeated:
    """The same text, of at least so many letters and digits, in so many responses of an office."""

    reason: str
    letters: int
    responses: int


# --- the thresholds in force ------------------------------------------------------------------------------

TOO_FAST: Final = Pace("too-fast", seconds=0.6, criteria=5)
SAME_VALUE_TOO_FAST: Final = Pace("same-value-too-fast", seconds=0.8, criteria=5)
OUTSIDE_HOURS: Final = Closed("outside-hours", grace=timedelta(minutes=60))
ONE_HAND: Final = OneHand(
    "one-device",
    run=12,
    pause=timedelta(minutes=2),
    overlap=6,
    shortest=timedelta(seconds=60),
    longest=timedelta(minutes=15),
)
MANY_TAPS: Final = Limit("many-taps", responses=25, within=timedelta(minutes=10))
SLIPS_IN_USE: Final = SlipsInUse(responses=30, within=timedelta(days=28), share=0.1)
ONE_DEVICE_WITHOUT_SLIPS: Final = WithoutSlips(
    "one-device-without-slips", responses=6, within=timedelta(minutes=60), chance=0.001
)
AWAY_WITHOUT_SLIPS: Final = WithoutSlips("away-without-slips", responses=8, within=timedelta(minutes=60), chance=0.001)
AWAY_ADDRESS: Final = Limit("away-address", responses=50, within=timedelta(minutes=60))
# Q4: two hundred people behind one Wi-Fi can answer at one desk in a morning, and so can the tablet that stands there;
# who sends a thousand is a script.
ONE_ADDRESS: Final = Limit("one-address", responses=250, within=timedelta(hours=6))
REPEATED_TEXT: Final = Repeated("repeated-text", letters=50, responses=3)
BURST: Final = Limit("burst", responses=60, within=timedelta(minutes=10))
BURST_WHEN_CLOSED: Final = Limit("burst-when-closed", responses=8, within=timedelta(minutes=60))
WITHOUT_SLIPS: Final = WithoutSlips("burst-without-slips", responses=12, within=timedelta(minutes=60), chance=0.001)
MORE_THAN_TRANSACTIONS: Final = "more-than-transactions"
