"""Trust in a response (Q1–Q5): which answers are set aside, by public rules, each with its threshold here.

What is set aside is kept with its reason, and left out of the headline (Q2).
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class Limit:
    """So many responses within so much time; what comes beyond is set aside for this reason."""

    reason: str
    responses: int
    within: timedelta

    def exceeded_by(self, responses: int) -> bool:
        """Whether so many within that time are too many."""
        return responses > self.responses


# Q4: two hundred people behind one Wi-Fi can answer at one desk in a morning, and so can the tablet that stands there;
# who sends a thousand is a script.
ONE_ADDRESS: Final = Limit("one-address", responses=250, within=timedelta(hours=6))
