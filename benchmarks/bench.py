"""What every measurement is given: the engine, the form of the run, the sites, and where results go."""

import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

from benchmarks import data
from benchmarks.engines import Engine, Site
from benchmarks.lines import BY_ID
from benchmarks.results import Results, cells_of, failed_row, row_of
from survey.installation import local_now


@dataclass(frozen=True, slots=True)
class Form:
    """How long and how often; a median is of ``runs``."""

    name: str
    runs: int
    raw_seconds: float
    submit_seconds: float
    page_seconds: float
    open_seconds: float
    draw_seconds: float
    starts: int
    calls: int  # of each office's score
    large_calls: int  # of each of 500 offices
    rebuild_seconds: float  # after which no further rebuild begins
    months: int  # of answers in the site that is read while it is written to
    kills: int
    stress_seconds: float
    sizes: tuple[int, ...]


FULL: Final = Form(
    "full",
    runs=5,
    raw_seconds=4,
    submit_seconds=10,
    page_seconds=4,
    open_seconds=120,
    draw_seconds=5,
    starts=5,
    calls=50,
    large_calls=11,
    rebuild_seconds=100,
    months=12,
    kills=5,
    stress_seconds=20,
    sizes=(10**5, 10**6, 10**7),
)
QUICK: Final = Form(
    "quick",
    runs=3,
    raw_seconds=0.7,
    submit_seconds=1.5,
    page_seconds=1.0,
    open_seconds=10,
    draw_seconds=0.5,
    starts=3,
    calls=25,
    large_calls=5,
    rebuild_seconds=0,
    months=3,
    kills=1,
    stress_seconds=2,
    sizes=(10**5, 10**6),
)


def tell(text: str) -> None:
    """Progress, for somebody who waits."""
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


@dataclass
class Bench:
    """One engine's measurements."""

    engine: Engine
    form: Form
    results: Results
    folder: Path
    only: Sequence[str] = ()
    today: date = field(default_factory=lambda: local_now().date())
    _sites: dict[str, tuple[Site, data.Province]] = field(default_factory=dict)
    _copies: int = 0

    @property
    def name(self) -> str:
        """The engine's name."""
        return self.engine.name

    def add(
        self,
        line_id: str,
        runs: Sequence[float],
        references: Sequence[float] = (),
        more: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        """Keep a line and tell it; ``more`` is added to its row as it stands."""
        row = self.results.add(row_of(BY_ID[line_id], self._key(line_id)[1], runs, references, more))
        tell("    " + "  ".join(cell for cell in cells_of(row) if cell != "–"))

    def fail(self, line_id: str, error: str) -> None:
        """Keep a line that could not be measured."""
        self.results.add(failed_row(BY_ID[line_id], self._key(line_id)[1], error))

    def _key(self, line_id: str) -> tuple[str, str]:
        engines = BY_ID[line_id].engines
        return line_id, self.name if self.name in engines else engines[0]

    def wants(self, line_ids: Sequence[str]) -> bool:
        """Whether one of the lines was asked for."""
        return not self.only or any(each.startswith(name) for each in line_ids for name in self.only)

    def measure(self, what: str, line_ids: Sequence[str], step: Callable[["Bench"], None]) -> None:
        """Run one step. If it fails, its lines that are still missing say why, and the next step goes on."""
        if not self.wants(line_ids):
            return
        tell(f"{self.name}: {what}")
        began = time.monotonic()
        done = self._fill_in(step, line_ids)
        tell(f"  {self.name}: {what} {'took' if done else 'FAILED after'} {time.monotonic() - began:.0f} s")

    def _fill_in(self, step: Callable[["Bench"], None], line_ids: Sequence[str]) -> bool:
        before = dict(self.results.rows)
        try:
            step(self)
        except Exception as error:  # whatever it is, the other lines are still worth having
            traceback.print_exc()
            for line_id in line_ids:
                if self.results.rows[self._key(line_id)] is before[self._key(line_id)]:
                    self.fail(line_id, f"{type(error).__name__}: {error}"[:500])
            return False
        return True

    @contextmanager
    def empty_site(self) -> Iterator[tuple[Site, data.Province]]:
        """A fresh copy of the province without an answer."""
        with self._copy("empty", self._make_empty) as found:
            yield found

    @contextmanager
    def used_site(self) -> Iterator[tuple[Site, data.Province]]:
        """A fresh copy of the province with a year's answers, none of them of today."""
        with self._copy("used", self._make_used) as found:
            yield found

    def prepare(self) -> None:
        """Make what ``used_site`` copies, while nothing is timed."""
        self._sites.setdefault("used", self._make_used("used"))

    @contextmanager
    def _copy(
        self, name: str, make: Callable[[str], tuple[Site, data.Province]]
    ) -> Iterator[tuple[Site, data.Province]]:
        if name not in self._sites:
            self._sites[name] = make(name)
        original, province = self._sites[name]
        self._copies += 1
        site = self.engine.copy(original, f"{name}_{self._copies}")
        try:
            yield site, province
        finally:
            self.engine.drop(site)

    def _make_empty(self, name: str) -> tuple[Site, data.Province]:
        site, province = data.set_up(self.engine, name)
        self.engine.check_durable(site)
        return site, province

    def _make_used(self, name: str) -> tuple[Site, data.Province]:
        site, province = data.set_up(self.engine, name)
        data.add_answers(self.engine, site, data.recent_days(self.today, self.form.months), range(12))
        site.flask("scores", "rebuild")
        self.engine.tidy(site)
        return site, province
