"""Scores and pages of offices at 10⁵, 10⁶ and 10⁷ responses, all over the same desk-days."""

import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import date
from statistics import median
from typing import Final

from benchmarks import data
from benchmarks.bench import Bench, tell
from benchmarks.engines import Site, free_gigabytes
from benchmarks.lines import LARGEST, SIZES
from survey.domain.office_page import OfficePage
from survey.domain.periods import Period, parse
from survey.domain.scoring import OfficeScore
from survey.journeys.dashboard import Asked, show_office, show_ranking
from survey.journeys.score import answered_questionnaire, branch_of, bring_up_to_date, score_of, tallies_in
from survey.store import Database

MONTH: Final = parse(f"{data.YEAR}-11")
WHOLE_YEAR: Final = parse(str(data.YEAR))
TODAY: Final = date(data.YEAR + 1, 1, 5)
# On the disk at once: the database, copies of the smaller ones, and PostgreSQL's log.
GIGABYTES_FOR_LARGEST: Final = 10.0
KINDS: Final = ("score-office-month", "score-office-year", "score-500-month", "score-500-year", "dashboard")
GROWTH: Final = {
    "score-office-month": 10**6,
    "score-office-year": 10**6,
    "score-500-month": 10**5,
    "score-500-year": 10**5,
    "dashboard": 10**5,
}
LONG: Final = 20.0  # seconds
DESK_DAYS: Final = data.OFFICES * data.DAYS
Call = Callable[[int], object]


def line_ids(sizes: Sequence[int]) -> tuple[str, ...]:
    """The lines that these sizes fill."""
    found = [f"{kind}-{SIZES[size]}" for size in sizes for kind in KINDS]
    growth = [f"growth-{kind}" for kind in KINDS] if LARGEST in sizes else []
    return (*found, *growth, *(["rebuild-1e6"] if 10**6 in sizes else []))


def one_office(database: Database, office_code: str, period: Period) -> OfficeScore:
    """The score of an office with all its criteria and intervals, as `flask scores` makes it."""
    catalogue = data.catalogue()
    with database.reading() as connection:
        branch = branch_of(connection, office_code)
    bring_up_to_date(database, catalogue, office_ids=branch.ids, first=period.first, last=period.last)
    with database.reading() as connection:
        questionnaire, _ = answered_questionnaire(connection, catalogue, branch, period)
        tallies = tallies_in(connection, branch, questionnaire, period)
        return score_of(tallies, branch.office, questionnaire=questionnaire, period=period)


def every_office(database: Database, province: data.Province, asked: Asked) -> OfficePage:
    """The page of the province: its score, trend, channels, and the 500 offices below it, ranked."""
    return show_office(database, data.catalogue(), province.analyst, asked)


class Sizes:
    """One database that grows, and a copy of it at each size it has passed."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._stack = ExitStack()
        self._copies: dict[int, Site] = {}
        self._added = 0
        self._site, self._province = data.set_up(bench.engine, "growing")
        self._stack.callback(bench.engine.drop, self._site)

    def prepare(self) -> None:
        """What is not timed: the first size, and the answers of the second, which wait to be counted."""
        first, second, *_ = self._bench.form.sizes
        self._add(first)
        self._site.flask("scores", "rebuild")
        self._keep(first)
        self._add(second)
        self._bench.engine.tidy(self._site)

    def measure(self) -> None:
        """Grow to each further size, then time all sizes in turn, so that none has a better minute."""
        for size in self._bench.form.sizes[1:]:
            try:
                self._add(size)
                self._count(size)
                self._keep(size)
            except Exception as error:  # the smaller sizes are still worth timing
                traceback.print_exc()
                for line_id in line_ids([each for each in self._bench.form.sizes if each >= size]):
                    self._bench.fail(line_id, f"{type(error).__name__}: {error}"[:500])
                break
        with ExitStack() as stack:
            databases = {size: stack.enter_context(site.opened()) for size, site in self._copies.items()}
            for kind in KINDS:
                calls = {size: _call(kind, database, self._province) for size, database in databases.items()}
                number = self._bench.form.calls if kind.startswith("score-office") else self._bench.form.large_calls
                _tell_times(self._bench, kind, _milliseconds(calls, number))

    def close(self) -> None:
        """Give the disk back."""
        self._stack.close()

    def _add(self, size: int) -> None:
        """The answers that are missing to a size; there are none where they have been added already."""
        if size == LARGEST and (free := free_gigabytes(self._bench.folder)) < GIGABYTES_FOR_LARGEST:
            raise RuntimeError(f"{free:.0f} GB free, {GIGABYTES_FOR_LARGEST:.0f} GB needed for {size:,} responses")
        rounds = range(self._added // DESK_DAYS, size // DESK_DAYS)
        if rounds:
            began = time.monotonic()
            data.add_answers(self._bench.engine, self._site, data.days_of_year(), rounds)
            self._added = size
            tell(f"  {self._bench.name}: {size:,} responses are there after {time.monotonic() - began:.0f} s")

    def _count(self, size: int) -> None:
        rebuilt = _rebuilt(self._site, self._bench.form.rebuild_seconds if size == 10**6 else 0)
        if size == 10**6:
            self._bench.add("rebuild-1e6", rebuilt)
        tell(f"  {self._bench.name}: {size:,} responses are counted after {rebuilt[-1]:.1f} s")

    def _keep(self, size: int) -> None:
        """A copy that stays at that size; the last size needs none."""
        self._bench.engine.tidy(self._site)
        if size == self._bench.form.sizes[-1]:
            self._copies[size] = self._site
        else:
            self._copies[size] = self._bench.engine.copy(self._site, f"size_{SIZES[size]}")
            self._stack.callback(self._bench.engine.drop, self._copies[size])


def _rebuilt(site: Site, at_most: float) -> list[float]:
    """Seconds of five rebuilds, of fewer where that takes longer; one at least."""
    times: list[float] = []
    while not times or (len(times) < 5 and sum(times) < at_most):
        times.append(site.flask("scores", "rebuild"))
    return times


def _call(kind: str, database: Database, province: data.Province) -> Call:
    period = WHOLE_YEAR if "year" in kind else MONTH
    if kind == "score-500-month":
        return lambda _: show_ranking(database, data.catalogue(), province.analyst, data.PROVINCE, period)
    if kind.startswith("score-office"):
        return lambda i: one_office(database, province.offices[(i * 37) % data.OFFICES], period)
    return lambda _: every_office(database, province, Asked(data.PROVINCE, period, TODAY))


def _milliseconds(calls: dict[int, Call], number: int) -> dict[int, list[float]]:
    """The times of so many calls of each, taken in turn after one that is not counted; of five where that is long."""
    times: dict[int, list[float]] = {size: [] for size in calls}
    ends = time.perf_counter() + LONG
    for i in range(-1, number):
        if i >= 5 and time.perf_counter() > ends:
            break
        for size, call in calls.items():
            began = time.perf_counter()
            call(i)
            if i >= 0:
                times[size].append(1000 * (time.perf_counter() - began))
    return times


def _tell_times(bench: Bench, kind: str, times: dict[int, list[float]]) -> None:
    for size, each in times.items():
        bench.add(f"{kind}-{SIZES[size]}", each)
    if LARGEST in times:
        bench.add(f"growth-{kind}", times[LARGEST], times[GROWTH[kind]], more={"compared_with": SIZES[GROWTH[kind]]})
    slowest = {SIZES[size]: round(max(each), 1) for size, each in times.items()}
    tell(f"    {kind}: medians {[round(median(each), 2) for each in times.values()]} ms, slowest {slowest}")
