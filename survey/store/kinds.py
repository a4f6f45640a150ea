"""Which tallies a packed row holds: its channels and standings, in the order of their places."""

from collections.abc import Iterable
from functools import lru_cache

from survey.domain.tally import Standing

Kind = tuple[str, Standing]  # channel, standing


def named_kinds(kinds: Iterable[Kind]) -> str:
    """Such as ``link.open,poster.open,poster.set_aside``."""
    return ",".join(f"{channel}.{standing}" for channel, standing in kinds)


@lru_cache(maxsize=4096)
def kinds_of(names: str) -> tuple[Kind, ...]:
    """The kinds that ``named_kinds`` wrote."""
    return tuple(tuple(each.split(".")) for each in names.split(","))  # type: ignore[misc]
