"""Tallies as bytes, and the sum of many of them without unpacking one.

A packed tally is its responses, then its cells, as unsigned little-endian integers of 4 bytes, or of 8 where one needs
it. Read as one big integer, 4 bytes each are a lane, and adding two such integers adds all their lanes at once.

Lanes cannot carry into each other while each lane's sum stays under 2³². A response adds at most Q² to a cell, where Q
is the number of criteria (1 for none): at most 1 to the cells of a question, to k and to ``all_satisfied``, at most Q
to Σs and Σm, at most Q² to Σs², Σsm and Σm². So a lane is at most responses · Q², and sums over fewer than 2³² / Q²
responses cannot carry: 8.8 million for 22 criteria. A sum that would reach that goes on in Python's own integers.
"""

from functools import lru_cache
from struct import Struct
from typing import Final

from survey.domain.tally import Layout, Tally, total

_NARROW: Final = 4
_WIDE: Final = 8
_FULL: Final = 1 << 8 * _NARROW


def to_bytes(tally: Tally) -> bytes:
    """The responses, then the cells: 4 bytes each, or 8 where one reaches 2³². struct.error from 2⁶⁴ on: never cut."""
    numbers = (tally.responses, *tally.cells)
    return _packing(len(numbers), _NARROW if max(numbers) < _FULL else _WIDE).pack(*numbers)


def from_bytes(layout: Layout, data: bytes) -> Tally:
    """The tally that ``to_bytes`` made; ValueError for bytes that are no tally of this layout."""
    numbers = layout.length + 1
    width, rest = divmod(len(data), numbers)
    if rest or width not in (_NARROW, _WIDE):
        raise ValueError(f"{len(data)} bytes are no tally of {layout.length} cells")
    responses, *cells = _packing(numbers, width).unpack(data)
    return Tally(responses, tuple(cells))


@lru_cache(maxsize=256)
def _packing(numbers: int, width: int) -> Struct:
    return Struct(f"<{numbers}{'I' if width == _NARROW else 'Q'}")


def lanes_of(data: bytes) -> int:
    """Packed bytes as one integer: most of the cost of adding them."""
    return int.from_bytes(data, "little")


class RunningTotal:
    """The growing sum of packed tallies of one layout: exact, however many they are."""

    __slots__ = ("_lanes", "_layout", "_limit", "_responses", "_size", "_unpacked")

    def __init__(self, layout: Layout) -> None:
        criteria = len(layout.questions) - 1
        self._layout = layout
        self._size = _NARROW * (layout.length + 1)
        self._limit = (_FULL - 1) // max(criteria, 1) ** 2
        self._lanes = self._responses = 0
        self._unpacked: Tally | None = None

    @property
    def responses(self) -> int:
        """How many responses were added so far."""
        return self._responses + (self._unpacked.responses if self._unpacked else 0)

    def add(self, responses: int, data: bytes, lanes: int | None = None) -> None:
        """Add a packed tally of so many responses; ValueError for bytes that are none of this layout.

        ``lanes`` is ``lanes_of(data)``, for a caller who adds it to several sums.
        """
        if len(data) != self._size:
            self._unpack(from_bytes(self._layout, data))
            return
        self._responses += responses
        if self._responses > self._limit:
            self._unpack(from_bytes(self._layout, data))
            return
        self._lanes += lanes_of(data) if lanes is None else lanes

    def _unpack(self, more: Tally) -> None:
        self._unpacked = self.tally() + more
        self._lanes = self._responses = 0

    def tally(self) -> Tally:
        """The sum so far; the empty tally when nothing was added."""
        lanes = from_bytes(self._layout, self._lanes.to_bytes(self._size, "little"))
        return lanes if self._unpacked is None else total(self._layout, [self._unpacked, lanes])
