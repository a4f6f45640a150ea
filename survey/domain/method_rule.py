"""One numbered rule of the method in words."""

from dataclasses import dataclass
from typing import Literal

from survey.domain.questionnaire import Text

Source = Literal["ministry", "law", "ours"]


@dataclass(frozen=True, slots=True)
class Rule:
    """The number that code and tests cite, the rule's name, what it says, whose choice it is, and why it is so."""

    number: str
    title: Text
    text: Text
    source: Source
    why: Text
