"""Applies the real rules to what the program would see, and holds the outcome against what really happened."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from hashlib import blake2b

from benchmarks.attack.world import Filled, Office, seen
from survey.domain.estimation import Share, SixSums, clustered_interval, difference
from survey.domain.trust import Seen, Surroundings, reviewed
from survey.domain.trust_table import SLIPS_IN_USE

ByDay = dict[date, list[Seen]]
Nights = dict[date, frozenset[str]]  # by night, the keys of those set aside
_DAY = timedelta(days=1)


def with_slips_checked(sent: Iterable[Filled], used: set[str]) -> list[Filled]:
    """In order of arrival: the first use of a slip is verified, every other is an open answer (Q1).

    ``used`` are the slips that are used already, and those of ``sent`` come to them.
    """
    checked = []
    for each in sorted(sent, key=lambda filled: filled.tapped_at):
        checked.append(replace(each, verified=bool(each.slip) and each.slip not in used))
        used.add(each.slip)
    return checked


def by_day(sent: Iterable[Filled], office: Office, seed: int) -> ByDay:
    """What the program sees, by day; nothing of it says what is false."""
    days: ByDay = defaultdict(list)
    for each in sent:
        day = each.tapped_at.date()
        key = blake2b(f"{seed}|{day}".encode()).digest()[:32]
        days[day].append(seen(each, office, key))
    return days


def review(days: ByDay, office: Office, known: tuple[Nights, Iterable[date]] | None = None) -> Nights:
    """Night by night over the day and the one before, as `flask daily` does.

    ``known`` is what was found without the responses of some days, and these days: the other nights have no news.
    """
    nights = {night for day in days for night in (day, day + _DAY)}
    news = nights if known is None else {night for day in known[1] for night in (day, day + _DAY)}
    found = known[0] if known else {}
    return {night: _night(days, night, office.surroundings) if night in news else found[night] for night in nights}


def _night(days: ByDay, night: date, around: Surroundings) -> frozenset[str]:
    return frozenset(reviewed([*days.get(night - _DAY, ()), *days.get(night, ())], around))


def review_in_turn(days: ByDay, office: Office) -> frozenset[str]:
    """The same with the share of slips that the program knows each night: that of the weeks before, in what counted."""
    aside: frozenset[str] = frozenset()
    for night in sorted({night for day in days for night in (day, day + _DAY)}):
        first = night - _DAY if days.get(night - _DAY) else night
        shares = _slip_shares(days, first, aside)
        aside |= _night(days, night, replace(office.surroundings, slip_shares=shares))
    return aside


def _slip_shares(days: ByDay, first: date, aside: frozenset[str]) -> dict[str, float]:
    proven: dict[str, list[bool]] = defaultdict(list)
    for day in (first - _DAY * i for i in range(1, SLIPS_IN_USE.within.days + 1)):
        for each in days.get(day, ()):
            if each.channel != "kiosk" and each.key not in aside:
                proven[each.desk].append(each.verified)
    return {desk: sum(found) / len(found) for desk, found in proven.items() if len(found) >= SLIPS_IN_USE.responses}


def together(nights: Nights) -> frozenset[str]:
    """The keys of all that were set aside in any night."""
    return frozenset().union(*nights.values())


# --- figures ----------------------------------------------------------------------------------------------


def share(kept: Iterable[Filled]) -> Share | None:
    """The index of what is kept, with its interval (M4, M9); None where nothing was answered."""
    pairs = [(sum(value >= 4 for value in each.values), len(each.values)) for each in kept if each.values]
    s, m = sum(s for s, _ in pairs), sum(m for _, m in pairs)
    sums = SixSums(
        k=len(pairs),
        s=s,
        m=m,
        ss=sum(s * s for s, _ in pairs),
        sm=sum(s * m for s, m in pairs),
        mm=sum(m * m for _, m in pairs),
        all_satisfied=sum(s == m for s, m in pairs),
    )
    interval = clustered_interval(sums)
    return Share(Fraction(100 * s, m), interval) if interval else None


@dataclass(slots=True)
class Outcome:
    """What the rules did to one attack, summed over offices; ``errors`` in points, one for each office."""

    false: int = 0
    aside: int = 0
    forged: int = 0  # counted as verified although its slip had been used
    errors: list[float] = field(default_factory=list)
    flagged: int = 0  # offices where open and verified differ clearly
    honest: Counter[str] = field(default_factory=Counter)
    wronged: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Outcome") -> None:
        """Take in what happened in another month."""
        for name in ("false", "aside", "forged", "flagged"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.errors += other.errors
        self.honest.update(other.honest)
        self.wronged.update(other.wronged)

    @property
    def share_aside(self) -> float | None:
        """Of the false answers, in per cent."""
        return 100 * self.aside / self.false if self.false else None

    @property
    def wronged_in(self) -> Mapping[str, float]:
        """Of the honest answers of each group, in per cent."""
        return {group: 100 * self.wronged[group] / number for group, number in sorted(self.honest.items())}

    def judge(self, honest: Sequence[Filled], false: Sequence[Filled], aside: frozenset[str]) -> None:
        """Take in one office's month, now that the rules have spoken."""
        self.false += len(false)
        self.aside += sum(each.key in aside for each in false)
        self.honest.update(each.label for each in honest)
        self.wronged.update(each.label for each in honest if each.key in aside)
        kept = [each for each in (*honest, *false) if each.key not in aside]
        truth, printed = share(honest), share(kept)
        if truth and printed:
            self.errors.append(float(abs(printed.percent - truth.percent)))
        proven, unproven = (share(each for each in kept if each.verified is which) for which in (True, False))
        self.flagged += bool(proven and unproven and difference(unproven, proven).clear)
