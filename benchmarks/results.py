"""What was measured: written to the disk as it comes, and shown as a table."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from threading import Lock
from types import MappingProxyType
from typing import Final

from benchmarks.lines import BY_ID, LINES, Line

Row = dict[str, object]
HEADINGS: Final = ("id", "engine", "measured", "reference", "ratio", "goal", "holds")
BEGIN: Final = "<!-- table: python -m benchmarks --table -->"
END: Final = "<!-- end of table -->"


def row_of(
    line: Line,
    engine: str,
    runs: Sequence[float],
    references: Sequence[float] = (),
    more: Mapping[str, object] = MappingProxyType({}),
) -> Row:
    """The line with the median of its runs; ``ratio`` and ``holds`` are null where there is nothing to hold.

    ``more`` is added as it stands, a note for instance. ValueError without a run.
    """
    if not runs:
        raise ValueError(f"{line.id} was not run")
    goal = line.goal_for(engine)
    measured = median(runs)
    reference = median(references) if references else None
    ratio = None if not reference else measured / reference
    held = ratio if references else measured
    return {
        **empty_row(line, engine),
        "measured": _short(measured),
        "reference": _short(reference),
        "ratio": _short(ratio),
        "holds": None if goal is None else held is not None and goal.holds(held),
        "runs": [_short(run) for run in runs],
        **({"reference_runs": [_short(run) for run in references]} if references else {}),
        **more,
    }


def empty_row(line: Line, engine: str) -> Row:
    """The line before anything was measured."""
    goal = line.goal_for(engine)
    return {
        "id": line.id,
        "engine": engine,
        "measured": None,
        "unit": line.unit,
        "reference": None,
        "ratio": None,
        "goal": None if goal is None else str(goal),
        "holds": None,
    }


def failed_row(line: Line, engine: str, error: str) -> Row:
    """The line that could not be measured: it does not hold, and says why."""
    return {**empty_row(line, engine), "holds": False, "error": error}


def _short(value: float | None) -> float | None:
    """Four significant digits: more would be noise."""
    return None if value is None else float(f"{value:.4g}")


@dataclass
class Results:
    """The rows of one run of the benchmarks, kept in a file; lines that were not measured stay null."""

    path: Path
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)  # both engines' exactness is measured at once

    @classmethod
    def begin(cls, path: Path, kept: Iterable[Row] = ()) -> "Results":
        """All lines, empty but for ``kept``, the rows of an earlier run."""
        rows = {(line.id, engine): empty_row(line, engine) for line in LINES for engine in line.engines}
        known = {(str(row["id"]), str(row["engine"])): row for row in kept}
        return cls(path, {key: known.get(key, row) for key, row in rows.items()})

    def add(self, row: Row) -> Row:
        """Keep a line on the disk. KeyError for one that is not in the list."""
        key = (str(row["id"]), str(row["engine"]))
        if key not in self.rows:
            raise KeyError(key)
        with self._lock:
            self.rows[key] = row
            write_json(self.path, list(self.rows.values()))
        return row

    def measured(self, line_id: str, engine: str) -> float | None:
        """What a line of this run measured; None before it did."""
        value = self.rows[line_id, engine]["measured"]
        return value if isinstance(value, float) else None


def write_json(path: Path, content: object) -> None:
    """Replace the file at once: a reader never meets half of it."""
    unfinished = path.with_suffix(".part")
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    unfinished.replace(path)


def read_rows(path: Path) -> list[Row]:
    """The rows of the last run; none where there was none."""
    rows: list[Row] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return rows


# --- the table --------------------------------------------------------------------------------------------


def cells_of(row: Mapping[str, object]) -> tuple[str, ...]:
    """The row as it is read: figures with their unit, a dash where there is none."""
    held = {True: "yes", False: "NO", None: "–"}[row["holds"]]  # type: ignore[index]
    measured = "error" if "error" in row else _figure(row["measured"], str(row["unit"]))
    reference = _figure(row["reference"], str(row["unit"]))
    ratio = _figure(row["ratio"], "")
    return (str(row["id"]), str(row["engine"]), measured, reference, ratio, str(row["goal"] or "–"), held)


def _figure(value: object, unit: str) -> str:
    if not isinstance(value, int | float):
        return "–"
    shown = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{shown} {unit}".rstrip()


def as_text(rows: Iterable[Mapping[str, object]]) -> str:
    """The table for a terminal, its columns in line, and below it what went wrong."""
    each = list(rows)
    table = [HEADINGS, *map(cells_of, each)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]
    errors = [f"{row['id']} ({row['engine']}): {row['error']}" for row in each if "error" in row]
    return "\n".join([*lines, *([""] if errors else []), *errors, "", summary(each)])


def summary(rows: Iterable[Mapping[str, object]]) -> str:
    """How many goals hold, do not hold, and were not measured."""
    held = [row["holds"] for row in rows if row["goal"] is not None]
    return f"goals: {held.count(True)} hold, {held.count(False)} do not, {held.count(None)} not measured"


def as_markdown(rows: Iterable[Mapping[str, object]]) -> str:
    """The table for a document, with what each line says."""
    table = [
        f"| `{row['id']}` | {BY_ID[str(row['id'])].says} | {' | '.join(cells_of(row)[1:])} |"
        for row in rows
        if str(row["id"]) in BY_ID
    ]
    head = (
        "| id | what | engine | measured | reference | ratio | goal | holds |",
        "|---|---|---|---:|---:|---:|---|---|",
    )
    return "\n".join([*head, *table])


def replace_table(document: str, table: str) -> str:
    """The document with the table between its two marks; ValueError without them."""
    before, begun, rest = document.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not (begun and ended):
        raise ValueError(f"no place for the table: {BEGIN} … {END}")
    return f"{before}{BEGIN}\n{table}\n{END}{after}"
