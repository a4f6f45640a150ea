"""`make bench`: all measurements, one after the other, on SQLite and on PostgreSQL."""

import argparse
import os
import platform
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from threading import Thread
from typing import NoReturn

from benchmarks import exact, pages, phone, reading, writing
from benchmarks.bench import FULL, QUICK, Bench, Form, tell
from benchmarks.engines import KINDS, Engine, free_gigabytes
from benchmarks.lines import LINES
from benchmarks.results import Results, as_markdown, as_text, failed_row, read_rows, replace_table, write_json
from survey.config import ROOT

RESULTS = Path(__file__).parent / "results"
LATEST, MACHINE = RESULTS / "latest.json", RESULTS / "machine.json"
DOCUMENT = ROOT / "docs" / "performance.md"
_ON_USED_SITES = ("p99-", "max-", "fresh-", "memory-", "page-tap", "page-crit", "first-screen", "reports-", "charts-")
OF_USED_SITES = tuple(line.id for line in LINES if line.id.startswith(_ON_USED_SITES))


def main() -> int:
    """Measure, and show the table; 1 where something could not be measured."""
    asked = _arguments()
    if asked.table:
        text = DOCUMENT.read_text(encoding="utf-8")
        DOCUMENT.write_text(replace_table(text, as_markdown(read_rows(LATEST))), encoding="utf-8")
        return 0
    signal.signal(signal.SIGTERM, _stopped)
    form = QUICK if asked.quick or os.environ.get("QUICK", "") not in ("", "0") else FULL
    began = time.monotonic()
    results = Results.begin(LATEST, read_rows(LATEST) if asked.only else ())
    _measure(form, results, asked.engine or list(KINDS), asked.only)
    minutes = (time.monotonic() - began) / 60
    print(as_text(results.rows.values()))
    print(f"{form.name} form, {minutes:.1f} minutes, {LATEST.relative_to(ROOT)}")
    return int(any("error" in row for row in results.rows.values()))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the short form, as QUICK=1")
    parser.add_argument("--engine", action="append", choices=list(KINDS), help="this engine only")
    parser.add_argument("--only", action="append", default=[], metavar="ID", help="lines whose id begins so")
    parser.add_argument("--table", action="store_true", help=f"put the last results into {DOCUMENT.name} and stop")
    return parser.parse_args()


def _stopped(*_: object) -> NoReturn:
    sys.exit("stopped")


def _measure(form: Form, results: Results, engines: Sequence[str], only: Sequence[str]) -> None:
    # /tmp is memory on many machines, and memory is durable at once.
    folder = Path(tempfile.mkdtemp(prefix="survey-bench-", dir=os.environ.get("BENCH_FOLDER", "/var/tmp")))
    tell(f"{form.name} form in {folder}, {free_gigabytes(folder):.0f} GB free")
    try:
        with ExitStack() as stack:
            runs = [
                _Run(Bench(engine, form, results, folder / engine.name, only))
                for name in engines
                if (engine := _opened(name, folder, form, results, stack))
            ]
            write_json(MACHINE, _machine(form) | {run.bench.name: run.bench.engine.version for run in runs})
            preparing = [Thread(target=run.prepare, daemon=True) for run in runs]
            for thread in preparing:
                thread.start()
            for thread in preparing:
                thread.join()
            for run in runs:
                run.time()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _opened(name: str, folder: Path, form: Form, results: Results, stack: ExitStack) -> Engine | None:
    (folder / name).mkdir()
    try:
        engine = KINDS[name](folder / name)
    except Exception as error:  # the other engine is still worth measuring
        traceback.print_exc()
        _fail_the_rest(form, results, name, f"{type(error).__name__}: {error}")
        return None
    stack.callback(engine.close)
    return engine


class _Run:
    """The measurements of one engine."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self._sizes: reading.Sizes | None = None

    def prepare(self) -> None:
        """Data, and what is a matter of right or wrong: nothing here is timed, so both engines do it at once."""
        bench, form = self.bench, self.bench.form
        bench.measure("a year's data", OF_USED_SITES, Bench.prepare)
        bench.measure("data at each size", reading.line_ids(form.sizes), self._prepare_sizes)
        bench.measure("SIGKILL", ["crash-exact"], exact.crash)
        bench.measure("stress", ["stress-exact"], exact.stress)

    def _prepare_sizes(self, bench: Bench) -> None:
        self._sizes = reading.Sizes(bench)
        self._sizes.prepare()

    def time(self) -> None:
        """Everything that must have the machine for itself."""
        bench = self.bench
        bench.measure("starting", ["start-to-first-answer"], pages.starting)
        bench.measure("submissions", writing.SUBMISSIONS, writing.submissions)
        bench.measure("waits, spread", ["p99-spread", "max-spread", "fresh-answer"], writing.spread)
        bench.measure("waits, one office", ["p99-one-office", "max-one-office"], writing.one_office)
        memory = ("memory-service", "memory-worker")
        bench.measure("waits, drawing", ["p99-drawing", "max-drawing", *memory], writing.drawing)
        bench.measure("citizen's pages", pages.RATES, pages.rates)
        bench.measure("reports and charts", list(pages.DRAWN), pages.drawn)
        if bench.name == "sqlite":  # the same on both
            bench.measure("import", ["import-time"], pages.importing)
            bench.measure("bytes", pages.BYTES, pages.sizes)
            bench.measure("a phone's first visit", phone.FIRST_SCREEN, phone.first_screen)
        if self._sizes is not None:
            bench.measure("scores at each size", reading.line_ids(bench.form.sizes), self._time_sizes)

    def _time_sizes(self, _: Bench) -> None:
        assert self._sizes is not None
        try:
            self._sizes.measure()
        finally:
            self._sizes.close()


def _fail_the_rest(form: Form, results: Results, engine: str, error: str) -> None:
    for line in LINES:
        missing = engine in line.engines and results.measured(line.id, engine) is None
        if missing and (line.quick or form is FULL):
            results.add(failed_row(line, engine, error))


def _machine(form: Form) -> dict[str, object]:
    with Path("/proc/meminfo").open(encoding="ascii") as lines:
        memory = int(next(lines).split()[1]) // 1000
    return {
        "date": date.today().isoformat(),  # noqa: DTZ011 - the day on this machine
        "form": form.name,
        "python": platform.python_version(),
        "kernel": f"{platform.system()} {platform.release()}",
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "memory_mb": memory,
    }


if __name__ == "__main__":
    sys.exit(main())
