"""Tallies as bytes, and the sum of many of them without unpacking one.

A packed tally is its responses, then its cells, as unsigned little-endian integers of 4 bytes, or of 8 where one needs
it. Read as one big integer, 4 bytes each are a lane, and adding two such integers adds all their lanes at once.

Lanes cannot carry into each other while each lane's sum stays under 2³². A response adds at most Q² to a cell, where Q
is the number of criteria (1 for none): at most 1 to the cells of a question, to k and to ``all_satisfied``, at most Q
to Σs and Σm, at most Q² to Σs², Σsm and Σm². So a lane is at most responses · Q², and sums over fewer than 2³² / Q²
responses cannot carry: 8.8 million for 22 criteria. A sum that would reach that goes on in Python's own integers.
"""

from collections.abc import Hashable, Iterable, Sequence
from functools import lru_cache
from operator import add
from struct import Struct
from typing import Final, TypeVar

from survey.domain.tally import Layout, Tally

Key = TypeVar("Key", bound=Hashable)
_NARROW: Final = 4
_WIDE: Final = 8
_FULL: Final = 1 << 8 * _NARROW


def to_bytes(tally: Tally) -> bytes:
    """The responses, then the cells: 4 bytes each, or 8 where one reaches 2³². struct.error from 2⁶⁴ on: never cut."""
    return join([tally])


def from_bytes(layout: Layout, data: bytes) -> Tally:
    """The tally that ``to_bytes`` made; ValueError for bytes that are no tally of this layout."""
    numbers = layout.length + 1
    width, rest = divmod(len(data), numbers)
    if rest or width not in (_NARROW, _WIDE):
        raise ValueError(f"{len(data)} bytes are no tally of {layout.length} cells")
    unpacked = _packing(numbers, width).unpack(data)
    return Tally(unpacked[0], unpacked[1:])


@lru_cache(maxsize=256)
def _packing(numbers: int, width: int) -> Struct:
    return Struct(f"<{numbers}{'I' if width == _NARROW else 'Q'}")


def _limit(layout: Layout) -> int:
    """So many responses can be summed without a carry."""
    criteria = len(layout.questions) - 1
    return (_FULL - 1) // (criteria * criteria or 1)


def lanes_of(data: bytes) -> int:
    """Packed bytes as one integer: most of the cost of adding them."""
    return int.from_bytes(data, "little")


class RunningTotal:
    """The growing sum of packed tallies of one layout: exact, however many they are.

    With ``parts`` above 1 each packed value is so many tallies one behind the other, and so is the sum.
    """

    __slots__ = ("_lanes", "_layout", "_limit", "_parts", "_responses", "_size", "_unpacked")

    def __init__(self, layout: Layout, parts: int = 1) -> None:
        self._layout, self._parts = layout, parts
        self._size = _NARROW * (layout.length + 1) * parts
        self._limit = _limit(layout)
        self._lanes = self._responses = 0
        self._unpacked: list[Tally] | None = None

    def add(self, responses: int, data: bytes, lanes: int | None = None) -> None:
        """Add packed tallies of so many responses together; ValueError for bytes that are none of this layout.

        ``lanes`` is ``lanes_of(data)``, for a caller who adds it to several sums.
        """
        if len(data) != self._size:
            self._unpack(split(self._layout, data, self._parts))
            return
        self._responses += responses
        if self._responses > self._limit:
            self._unpack(split(self._layout, data, self._parts))
            return
        self._lanes += lanes_of(data) if lanes is None else lanes

    def include(self, other: "RunningTotal") -> None:
        """Add what another sum holds, of the same layout and parts; ValueError for another size."""
        if other._unpacked is not None or self._responses + other._responses > self._limit or other._size != self._size:
            self._unpack(other.tallies())
            return
        self._responses += other._responses
        self._lanes += other._lanes

    def repeat(self, lanes: int, times: int) -> None:
        """Add the same packed tally of one response so many times."""
        while times:
            now = min(times, self._limit)
            if self._responses + now > self._limit:
                self._unpack([Tally.empty(self._layout)] * self._parts)
            self._responses += now
            self._lanes += lanes * now
            times -= now

    def _unpack(self, more: list[Tally]) -> None:
        self._unpacked = list(map(add, self.tallies(), more))
        self._lanes = self._responses = 0

    def tallies(self) -> list[Tally]:
        """The sum so far, a tally for each part; empty tallies when nothing was added."""
        summed = split(self._layout, self._lanes.to_bytes(self._size, "little"), self._parts)
        return summed if self._unpacked is None else list(map(add, self._unpacked, summed))

    @property
    def packed_responses(self) -> int:
        """Of how many responses the sum is still packed."""
        return self._responses

    @property
    def is_packed(self) -> bool:
        """Whether all of the sum is."""
        return self._unpacked is None

    def lanes(self) -> list[int]:
        """The packed sum, an integer for each part."""
        bits = 8 * self._size // self._parts
        mask = (1 << bits) - 1
        return [self._lanes >> bits * i & mask for i in range(self._parts)]

    def tally(self) -> Tally:
        """The sum so far of a single part."""
        (only,) = self.tallies()
        return only

    def to_bytes(self) -> bytes:
        """The sum so far, packed like what it was made of."""
        if self._unpacked is None:
            return self._lanes.to_bytes(self._size, "little")
        return join(self.tallies())


def join(tallies: Sequence[Tally]) -> bytes:
    """Several tallies of one layout one behind the other, all with numbers of the same width."""
    numbers = [number for tally in tallies for number in (tally.responses, *tally.cells)]
    return _packing(len(numbers), _NARROW if max(numbers) < _FULL else _WIDE).pack(*numbers)


def tallies_by(layout: Layout, sums: Iterable[tuple[Sequence[Key], RunningTotal]]) -> dict[Key, Tally]:
    """The tallies of several sums by what each of their parts is; parts of the same name in different sums add up."""
    each = list(sums)
    lanes: dict[Key, int] = {}
    found: dict[Key, Tally] = {}
    safe = sum(running.packed_responses for _, running in each) <= _limit(layout)
    for names, running in each:
        if safe and running.is_packed:
            for name, part in zip(names, running.lanes(), strict=True):
                lanes[name] = lanes.get(name, 0) + part
        else:
            for name, tally in zip(names, running.tallies(), strict=True):
                found[name] = found[name] + tally if name in found else tally
    size = _NARROW * (layout.length + 1)
    for name, part in lanes.items():
        tally = from_bytes(layout, part.to_bytes(size, "little"))
        found[name] = found[name] + tally if name in found else tally
    return found


def join_totals(totals: Sequence[RunningTotal]) -> bytes:
    """Several sums of one layout as ``join`` would pack them."""
    each = [total.to_bytes() for total in totals]
    return b"".join(each) if len(set(map(len, each))) == 1 else join([total.tally() for total in totals])


def split(layout: Layout, data: bytes, parts: int) -> list[Tally]:
    """The tallies that ``join`` made of so many of this layout; ValueError for bytes that are none."""
    size, rest = divmod(len(data), parts)
    if rest:
        raise ValueError(f"{len(data)} bytes are no {parts} tallies")
    return [from_bytes(layout, data[i * size : (i + 1) * size]) for i in range(parts)]
