"""The quality rules that look at several responses of an office (Q2).

Whoever stands in the same minute is treated alike: nothing rests on the order in which responses are given.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from math import exp, fsum, lgamma, log, log1p
from typing import Final

from survey.domain.trust_seen import Seen, Surroundings, is_closed
from survey.domain.trust_table import (
    AWAY_ADDRESS,
    AWAY_WITHOUT_SLIPS,
    BURST,
    BURST_WHEN_CLOSED,
    MANY_TAPS,
    ONE_ADDRESS,
    ONE_DEVICE_WITHOUT_SLIPS,
    ONE_HAND,
    REPEATED_TEXT,
    SLIPS_IN_USE,
    WITHOUT_SLIPS,
    Limit,
    WithoutSlips,
)

_MINUTE: Final = timedelta(minutes=1)


def in_time(seen: Seen) -> tuple[datetime, int, str]:
    """The order in which the rules take responses: theirs alone, whoever gives them."""
    return seen.received_at, seen.duration or 0, seen.key


def _unproven(left: Iterable[Seen]) -> Iterator[Seen]:
    return (each for each in left if not each.proven)


def _closed(left: Iterable[Seen], surroundings: Surroundings) -> Iterator[Seen]:
    return (each for each in _unproven(left) if is_closed(each.received_at, surroundings))


# --- many within a window ---------------------------------------------------------------------------------


def _desk(seen: Seen) -> str:
    return seen.desk


def _desk_from_afar(seen: Seen) -> str:
    """Whoever comes through the office's own network is there."""
    return "" if seen.own_network else seen.desk


def _sender(seen: Seen) -> str:
    return f"{seen.desk}|{seen.sender}" if seen.sender else ""


def _away_sender(seen: Seen) -> str:
    return _sender(seen) if seen.own_network is False else ""


def _device(seen: Seen) -> str:
    return f"{seen.desk}|{seen.device}" if seen.device else ""


def _groups(responses: Iterable[Seen], by: Callable[[Seen], str]) -> Iterable[list[Seen]]:
    """Those who share what ``by`` gives, in the order given; whoever has nothing of it shares it with nobody."""
    groups: dict[str, list[Seen]] = defaultdict(list)
    for each in responses:
        if name := by(each):
            groups[name].append(each)
    return groups.values()


def _in_bursts(responses: Iterable[Seen], limit: Limit, *, by: Callable[[Seen], str]) -> set[str]:
    """All that stand in a window with more than the limit: which of them is false cannot be told."""
    found: set[str] = set()
    for group in _groups(responses, by):
        end = done = 0
        for start, first in enumerate(group):
            while end < len(group) and group[end].received_at - first.received_at < limit.within:
                end += 1
            if limit.exceeded_by(end - start):
                found.update(each.key for each in group[max(start, done) : end])
                done = end
    return found


def _beyond(responses: Iterable[Seen], limit: Limit, *, by: Callable[[Seen], str]) -> set[str]:
    """Those that come when the window before them, with their own minute, holds more than the limit."""
    found: set[str] = set()
    for group in _groups(responses, by):
        minutes = [each.received_at for each in group]
        start = end = 0
        for each in group:
            while end < len(group) and minutes[end] <= each.received_at:
                end += 1
            while each.received_at - minutes[start] >= limit.within:
                start += 1
            if limit.exceeded_by(end - start):
                found.add(each.key)
    return found


def _without_slips(
    left: Iterable[Seen], surroundings: Surroundings, limit: WithoutSlips, *, by: Callable[[Seen], str]
) -> set[str]:
    """Open responses in windows with more of them, and fewer slips, than chance explains."""
    on_phones = [each for each in left if not _at_a_tablet(each, surroundings)]
    # On a day without any, none may have been left to hand out.
    with_slips = {(each.desk, each.received_at.date()) for each in on_phones if each.proven}
    found: set[str] = set()
    for group in _groups((each for each in on_phones if (each.desk, each.received_at.date()) in with_slips), by):
        share = surroundings.slip_shares.get(group[0].desk, 0.0)
        if share >= SLIPS_IN_USE.share:
            found.update(_beside_slips(group, limit, share))
    return found


def _beside_slips(group: Sequence[Seen], limit: WithoutSlips, share: float) -> Iterator[str]:
    end = done = slips = 0
    for start, first in enumerate(group):
        while end < len(group) and group[end].received_at - first.received_at < limit.within:
            slips += group[end].proven
            end += 1
        unproven = end - start - slips
        if unproven > limit.responses and unproven > _open_beside(slips, min(round(share, 2), 0.99), limit.chance):
            yield from (each.key for each in group[max(start, done) : end] if not each.proven)
            done = end
        slips -= first.proven


@lru_cache(maxsize=4096)
def _open_beside(slips: int, share: float, chance: float) -> int:
    """With so many slips, how many responses without one there may be at most.

    With one more, so few slips or fewer would come about less often than ``chance``: the lower tail of the binomial
    distribution.
    """
    unproven = 0
    while binomial_tail(slips, slips + unproven + 1, share) >= chance:
        unproven += 1
    return unproven


def binomial_tail(most: int, number: int, share: float) -> float:
    """P(X ≤ most) for X of ``number`` with probability ``share`` each, 0 < share < 1; 1 where most ≥ number.

    In logarithms: a thousand over five hundred is more than a float holds.
    """
    if most >= number:
        return 1.0
    whole, yes, no = lgamma(number + 1), log(share), log1p(-share)
    return fsum(
        exp(whole - lgamma(k + 1) - lgamma(number - k + 1) + k * yes + (number - k) * no) for k in range(most + 1)
    )


def _at_a_tablet(seen: Seen, surroundings: Surroundings) -> bool:
    """Whether it came from the tablet that stands at a desk: one device by its nature, and it takes no slips."""
    return seen.channel == "kiosk" and seen.desk in surroundings.kiosks


# --- one hand ---------------------------------------------------------------------------------------------


def _of_one_hand(public: Iterable[Seen], surroundings: Surroundings) -> set[str]:
    """Runs of one device in which each begins soon after the one before ended, and hardly any overlap.

    Two hundred people behind one Wi-Fi look like one device too, but they fill in at the same time. A tablet that
    stands at a desk is one device by its nature.
    """
    completed = (
        each
        for each in public
        if each.completed
        and each.duration is not None
        and ONE_HAND.shortest <= timedelta(seconds=each.duration) <= ONE_HAND.longest
        and not _at_a_tablet(each, surroundings)
    )
    found: set[str] = set()
    for group in _groups(completed, _device):
        found.update(each.key for run in _runs(group) for each in run)
    return found


def _runs(group: Sequence[Seen]) -> Iterator[Sequence[Seen]]:
    """The stretches whose score reaches the run of the table: 1 for each that follows, minus for each overlap."""
    begin, score, best, end = 0, 1, 1, 1
    for place in range(1, len(group) + 1):
        step = _step(group[place - 1], group[place]) if place < len(group) else None
        if step is not None and score + step > 0:
            score += step
            if score >= best:
                best, end = score, place + 1
            continue
        if best >= ONE_HAND.run:
            yield group[begin:end]
        begin, score, best, end = place, 1, 1, place + 1


def _step(before: Seen, after: Seen) -> int | None:
    """What the later of two adds to a run; None where a pause ends it.

    Times are whole minutes: an overlap is one that no place of the seconds within them can explain away.
    """
    ends = before.received_at + timedelta(seconds=before.duration or 0)
    if after.received_at - ends > ONE_HAND.pause:
        return None
    return -ONE_HAND.overlap if after.received_at + _MINUTE <= ends else 1


# --- repeated text ----------------------------------------------------------------------------------------


def _repeating(left: Iterable[Seen], _: Surroundings) -> set[str]:
    writers: dict[str, set[str]] = defaultdict(set)
    for each in _unproven(left):
        for text in each.texts:
            said = normalised(text)
            if len(said) >= REPEATED_TEXT.letters:
                writers[said].add(each.key)
    return {key for keys in writers.values() if len(keys) >= REPEATED_TEXT.responses for key in keys}


def normalised(text: str) -> str:
    """The letters and digits of a text alone, in one case and one form of Unicode: spaces and points hide no copy."""
    return "".join(each for each in unicodedata.normalize("NFKC", text).casefold() if each.isalnum())


# --- which rules, in which order --------------------------------------------------------------------------

_Rule = Callable[[Sequence[Seen], Surroundings], Iterable[str]]


def _of_devices(left: Sequence[Seen], around: Surroundings) -> set[str]:
    return _without_slips(left, around, ONE_DEVICE_WITHOUT_SLIPS, by=_device)


def _of_away_addresses(left: Sequence[Seen], around: Surroundings) -> set[str]:
    return _without_slips(left, around, AWAY_WITHOUT_SLIPS, by=_away_sender)


def _of_desks(left: Sequence[Seen], around: Surroundings) -> set[str]:
    return _without_slips(left, around, WITHOUT_SLIPS, by=_desk_from_afar)


def _many_taps(left: Sequence[Seen], _: Surroundings) -> set[str]:
    return _in_bursts((each for each in _unproven(left) if not each.completed), MANY_TAPS, by=_device)


def _away_address(left: Sequence[Seen], _: Surroundings) -> set[str]:
    return _in_bursts(_unproven(left), AWAY_ADDRESS, by=_away_sender)


def _one_address(left: Sequence[Seen], _: Surroundings) -> set[str]:
    return _beyond(_unproven(left), ONE_ADDRESS, by=_sender)


def _address_when_closed(left: Sequence[Seen], around: Surroundings) -> set[str]:
    return _in_bursts(_closed(left, around), BURST_WHEN_CLOSED, by=_sender)


def _desk_when_closed(left: Sequence[Seen], around: Surroundings) -> set[str]:
    return _in_bursts(_closed(left, around), BURST_WHEN_CLOSED, by=_desk)


def _burst(left: Sequence[Seen], _: Surroundings) -> set[str]:
    return _in_bursts(_unproven(left), BURST, by=_desk)


# Each group of rules looks at what the groups before it have left.
NARROWEST_FIRST: Final[tuple[tuple[tuple[str, _Rule], ...], ...]] = (
    (
        (ONE_HAND.reason, _of_one_hand),
        (ONE_DEVICE_WITHOUT_SLIPS.reason, _of_devices),
        (MANY_TAPS.reason, _many_taps),
        (REPEATED_TEXT.reason, _repeating),
    ),
    (
        (AWAY_WITHOUT_SLIPS.reason, _of_away_addresses),
        (AWAY_ADDRESS.reason, _away_address),
        (ONE_ADDRESS.reason, _one_address),
        (BURST_WHEN_CLOSED.reason, _address_when_closed),
    ),
    (
        (BURST.reason, _burst),
        (BURST_WHEN_CLOSED.reason, _desk_when_closed),
        (WITHOUT_SLIPS.reason, _of_desks),
    ),
)
