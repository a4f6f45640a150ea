"""What was found a moment ago need not be asked again: for as long as nobody would notice, and never longer."""

from collections.abc import Callable, Hashable
from time import monotonic
from typing import Generic, TypeVar

Found = TypeVar("Found")
_MOST = 2_000  # places kept at once; more is somebody trying out codes


class Moment(Generic[Found]):
    """Values that were found within the last ``seconds``, 0 for none; any thread may ask.

    Only for what may be so much too old: the page of a desk, never what a send is stored by.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._found: dict[Hashable, tuple[float, Found]] = {}

    def get(self, key: Hashable, find: Callable[[], Found]) -> Found:
        """What ``find`` found under this key a moment ago, or finds now. Raises what it raises, and keeps nothing."""
        now = monotonic()
        kept = self._found.get(key)
        if kept is not None and now < kept[0]:
            return kept[1]
        found = find()
        if self._seconds:
            if len(self._found) >= _MOST:
                self._found.clear()
            self._found[key] = now + self._seconds, found
        return found
