"""Sentences for people, decided here and worded in the reader's language by web/ and cli/."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Message:
    """A Vietnamese sentence with ``%(name)s`` places; it is also the key of its translations."""

    template: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template % self.params if self.params else self.template


def message(template: str, **params: object) -> Message:
    """A Message; the extractor of translations knows this function by name."""
    return Message(template, params)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with what somebody gave us: where, what, and what to do about it."""

    place: Message
    problem: Message
    remedy: Message | None = None


class Refused(Exception):
    """Input was refused as a whole; carries every fault found, and nothing was changed.

    ``more`` is how many were found beyond those it carries, where there were too many to keep.
    """

    def __init__(self, faults: tuple[Fault, ...], *, more: int = 0) -> None:
        super().__init__("; ".join(f"{fault.place}: {fault.problem}" for fault in faults))
        self.faults, self.more = faults, more
