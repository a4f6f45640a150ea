"""`make attack`: every attack on thresholds that were tuned on other seeds."""

import argparse
import json
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

from benchmarks.attack.attackers import ATTACKS
from benchmarks.attack.lines import Line, lines
from benchmarks.attack.months import LEVELS, Outcomes, Plan, run, summed
from benchmarks.attack.stored import compare
from benchmarks.attack.world import OFFICES, SLIPS
from survey.config import ROOT

TUNED_ON: Final = (1, 2, 3, 4, 5, 6)
JUDGED_ON: Final = (2026, 101, 102, 103)
FEW_SLIPS: Final = (0.1, 0.35)
FEW_SLIPS_ATTACKS: Final = ("after-hours", "one-phone", "script", "rival", "slips-again", "patient")
RESULTS: Final = ROOT / "benchmarks" / "results" / "attack.json"


def main() -> None:
    """Simulate, print, write. A goal that does not hold is told, and is no failure of the run."""
    asked = _arguments()
    began = time.monotonic()
    seeds = TUNED_ON if asked.tuning else JUDGED_ON
    attacks = asked.only or [each.id for each in ATTACKS]
    with ProcessPoolExecutor(max_workers=2) as pool:
        plans = [pool.submit(run, Plan(seed, asked.offices, SLIPS, LEVELS, attacks)) for seed in seeds]
        few = [pool.submit(run, Plan(seed, asked.offices, FEW_SLIPS, (30,), FEW_SLIPS_ATTACKS)) for seed in seeds]
        stored = pool.submit(compare, seeds[0])
        found = [each.result() for each in plans]
        whole, without = summed(found), summed(each.result() for each in few)
        found_lines = lines(found, whole, few_slips=without, stored=stored.result())
    print(as_text(whole, without, found_lines, seeds))
    path = Path(asked.out)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_json(found_lines), encoding="utf-8")
    print(f"{time.monotonic() - began:.0f} s; {path}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.attack", description=__doc__)
    parser.add_argument("--tuning", action="store_true", help="the seeds the thresholds were tuned on")
    parser.add_argument("--offices", type=int, default=OFFICES, help="so many offices (%(default)s)")
    parser.add_argument("--only", action="append", default=[], choices=[each.id for each in ATTACKS])
    parser.add_argument("--out", default=str(RESULTS), help="where the lines are written")
    return parser.parse_args()


def as_json(found: Sequence[Line]) -> str:
    """One line of the file for each line."""
    return "[\n" + ",\n".join(json.dumps(each, ensure_ascii=False) for each in found) + "\n]\n"


# --- what is printed --------------------------------------------------------------------------------------


def as_text(whole: Outcomes, few: Outcomes, found: Sequence[Line], seeds: Sequence[int]) -> str:
    """The attacks with their shares and errors, the honest groups, and the goals that do not hold."""
    held = [each for each in found if each["holds"] is not None]
    missed = [f"  {each['id']}: {each['measured']} instead of {each['goal']}" for each in held if not each["holds"]]
    return "\n".join((
        f"Judged on seeds {_listed(seeds)}; tuned on {_listed(TUNED_ON)}.",
        "",
        *_attacks(whole),
        "",
        "The same where {:.0%} to {:.0%} use slips, instead of {:.0%} to {:.0%}:".format(*FEW_SLIPS, *SLIPS),
        *_attacks(few),
        "",
        *_groups(found),
        "",
        f"{len(held) - len(missed)} goals hold, {len(missed)} do not:",
        *missed,
    ))  # fmt: skip


def _listed(seeds: Sequence[int]) -> str:
    return ", ".join(map(str, seeds))


def _attacks(whole: Outcomes) -> list[str]:
    heading = ("attack", "false/100", "set aside", "error mean", "p95", "largest", "<= 2", "flagged", "honest wronged")
    return [_row(heading), *(_attack_row(*which, whole) for which in whole)]


def _attack_row(id_: str, level: int, whole: Outcomes) -> str:
    outcome = whole[id_, level]
    errors, aside = sorted(outcome.errors), outcome.share_aside
    wronged = 100 * outcome.wronged.total() / outcome.honest.total()
    return _row((
        id_,
        str(level),
        "–" if aside is None else f"{aside:.1f} %",
        f"{sum(errors) / len(errors):.2f}",
        f"{errors[-1 - len(errors) // 20]:.2f}",
        f"{errors[-1]:.2f}",
        f"{100 * sum(each <= 2 for each in errors) / len(errors):.0f} %",
        f"{100 * outcome.flagged / len(errors):.0f} %",
        f"{wronged:.2f} %",
    ))  # fmt: skip


def _row(cells: Sequence[str]) -> str:
    return f"{cells[0]:<22}" + "".join(f"{each:>15}" for each in cells[1:])


def _groups(found: Sequence[Line]) -> list[str]:
    wronged = [each for each in found if str(each["id"]).startswith("wronged-")]
    head = f"{'honest group, share set aside':<40}{'no attack':>12}{'up to 30':>12}{'worst':>12}  under"
    return [head, *(
        f"{str(each['id'])[8:]:<40}{each['without_attack']:>10} %{each['up_to_30']:>10} %{each['measured']:>10} %"
        f"  {each['under']}"
        for each in wronged
    )]  # fmt: skip


if __name__ == "__main__":
    main()
