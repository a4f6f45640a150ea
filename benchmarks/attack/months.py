"""A month of every attack at every level, in the world of one seed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from benchmarks.attack import citizens
from benchmarks.attack.attackers import AGAIN, ATTACKS, Attack
from benchmarks.attack.judging import ByDay, Nights, Outcome, by_day, review, together, with_slips_checked
from benchmarks.attack.world import OFFICES, SLIPS, Filled, Office, Province, build

LEVELS: Final = (10, 30, 100)  # false answers for a hundred honest ones
HONEST: Final = "no attack"

Outcomes = dict[tuple[str, int], Outcome]


@dataclass(frozen=True, slots=True)
class HonestMonth:
    """An office's month without an attack: what was sent, what of it is seen, and what the rules found."""

    office: Office
    sent: Sequence[Filled]
    days: ByDay
    nights: Nights


@dataclass(frozen=True, slots=True)
class Plan:
    """What one process does: a seed, and what of it."""

    seed: int
    offices: int = OFFICES
    slips: tuple[float, float] = SLIPS
    levels: Sequence[int] = LEVELS
    attacks: Sequence[str] = field(default_factory=lambda: [each.id for each in ATTACKS])


def run(plan: Plan) -> Outcomes:
    """Every attack of the plan on every office, each by itself, and the month without any under level 0."""
    province = build(plan.seed, plan.offices, plan.slips)
    months = [_honest(office, citizens.month(plan.seed, province, office), plan.seed) for office in province.offices]
    quiet = Outcome()
    for month in months:
        quiet.judge(month.sent, (), together(month.nights))
    outcomes = {(HONEST, 0): quiet}
    for attack in (each for each in ATTACKS if each.id in plan.attacks):
        for level in plan.levels:
            outcomes[attack.id, level] = _attacked(attack, level, province, months, plan.seed)
    return outcomes


def _honest(office: Office, sent: Iterable[Filled], seed: int) -> HonestMonth:
    checked = with_slips_checked(sent, set())
    days = by_day(checked, office, seed)
    return HonestMonth(office, checked, days, review(days, office))


def _attacked(attack: Attack, level: int, province: Province, months: Iterable[HonestMonth], seed: int) -> Outcome:
    outcome = Outcome()
    for month in months:
        random = Random(f"{seed}|{attack.id}|{level}|{month.office.name}")
        number = round(level / 100 * sum(bool(each.completed_at) for each in month.sent))
        sent = list(attack.send(random, province, month.office, number))
        used = {each.slip for each in sent if each.slip.startswith(AGAIN)}
        false = with_slips_checked(sent, used)
        seen = by_day(false, month.office, seed)
        days = {day: [*month.days.get(day, ()), *seen.get(day, ())] for day in {*month.days, *seen}}
        aside = together(review(days, month.office, (month.nights, seen)))
        outcome.judge(month.sent, false, aside)
    return outcome


def summed(found: Iterable[Mapping[tuple[str, int], Outcome]]) -> Outcomes:
    """The outcomes of several seeds together."""
    whole: Outcomes = {}
    for outcomes in found:
        for which, outcome in outcomes.items():
            whole.setdefault(which, Outcome()).add(outcome)
    return whole
