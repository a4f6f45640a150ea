"""The lines of `benchmarks/results/attack.json`: what was measured, the goal, and whether it holds."""

from collections.abc import Iterator, Sequence
from operator import ge, le
from statistics import fmean

from benchmarks.attack.attackers import ATTACKS
from benchmarks.attack.judging import Outcome
from benchmarks.attack.months import HONEST, Outcomes
from benchmarks.attack.stored import Compared

Line = dict[str, object]
WRONGED_AT_MOST, POINTS_AT_MOST, FLAGGED_AT_LEAST = 1.0, 2.0, 95.0


def line(id_: str, measured: float | None, goal: tuple[str, float] | None = None, **more: object) -> Line:
    """One line; ``holds`` is null where there is no goal."""
    held = None
    if goal is not None:
        held = measured is not None and {">=": ge, "<=": le}[goal[0]](measured, goal[1])
    shown = None if measured is None else round(measured, 2)
    return {"id": id_, "measured": shown, "goal": f"{goal[0]} {goal[1]:g}" if goal else None, "holds": held, **more}


def lines(seeds: Sequence[Outcomes], whole: Outcomes, *, few_slips: Outcomes, stored: Compared) -> list[Line]:
    """Every line: ``seeds`` one by one, ``whole`` all of them together.

    ``few_slips`` is the same where few people use slips, ``stored`` what the real program made of one office.
    """
    levels = sorted({level for _, level in whole if level})
    found = [each for attack in ATTACKS for level in levels if (attack.id, level) in whole
             for each in _of_attack(attack.id, level, seeds, whole[attack.id, level])]  # fmt: skip
    return [
        *found,
        *_wronged(whole),
        *(
            line(f"few-slips-aside-{id_}-{level}", outcome.share_aside)
            for (id_, level), outcome in few_slips.items()
            if level
        ),
        line("flagged-no-attack", _flagged(whole[HONEST, 0])),
        line("slips-used-again-verified", stored.used_again, ("<=", 0)),
        line("program-and-laboratory-differ", stored.differ, ("<=", 0), responses=stored.responses),
    ]


def _of_attack(id_: str, level: int, seeds: Sequence[Outcomes], outcome: Outcome) -> Iterator[Line]:
    attack = next(each for each in ATTACKS if each.id == id_)
    asides = [each[id_, level].share_aside for each in seeds]
    least = min(each for each in asides if each is not None)
    yield line(f"aside-{id_}-{level}", least, (">=", attack.aside) if attack.aside else None, seeds=_rounded(asides))
    errors = sorted(outcome.errors)
    yield line(
        f"index-{id_}-{level}",
        errors[-1 - len(errors) // 20],
        ("<=", POINTS_AT_MOST) if attack.exact else None,
        mean=round(fmean(errors), 2),
        largest=round(errors[-1], 2),
        within=round(100 * sum(each <= POINTS_AT_MOST for each in errors) / len(errors), 1),
    )
    goal = (">=", FLAGGED_AT_LEAST) if attack.flagged else None
    yield line(f"flagged-{id_}-{level}", _flagged(outcome), goal)


def _rounded(shares: Sequence[float | None]) -> list[float | None]:
    return [None if each is None else round(each, 2) for each in shares]


def _flagged(outcome: Outcome) -> float:
    return 100 * outcome.flagged / len(outcome.errors)


def _wronged(whole: Outcomes) -> Iterator[Line]:
    """For every group of honest people, the attack under which most of them are set aside."""
    quiet = whole[HONEST, 0].wronged_in
    for group in quiet:
        worst = max(whole, key=lambda which: whole[which].wronged_in[group])
        share = whole[worst].wronged_in[group]
        where = f"{worst[0]} {worst[1]}"
        up_to_30 = max(outcome.wronged_in[group] for which, outcome in whole.items() if which[1] <= 30)
        yield line(
            f"wronged-{group.replace(' ', '-')}",
            share,
            ("<=", WRONGED_AT_MOST),
            under=where,
            up_to_30=round(up_to_30, 2),
            without_attack=round(quiet[group], 2),
            responses=whole[HONEST, 0].honest[group],
        )
