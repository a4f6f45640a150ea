"""The table of `make bench`: medians, ratios and goals as they are written; how fast anything is belongs to no test."""

import json
from pathlib import Path

import pytest

from benchmarks.client import Load
from benchmarks.engines import Site
from benchmarks.lines import BY_ID, ENGINES, LINES
from benchmarks.results import (
    BEGIN,
    END,
    Results,
    as_markdown,
    as_text,
    failed_row,
    read_rows,
    replace_table,
    row_of,
    summary,
)
from benchmarks.server import BARE, command
from survey.config import ROOT

KEYS = {"id", "engine", "measured", "unit", "reference", "ratio", "goal", "holds"}


def test_a_line_is_the_median_of_its_runs_beside_that_of_its_reference() -> None:
    row = row_of(BY_ID["submissions-8"], "sqlite", [300, 900, 200], [2000, 1000, 9000])
    assert (row["measured"], row["reference"], row["ratio"]) == (300, 2000, 0.15)
    assert (row["goal"], row["holds"]) == (">= 0.15", True)
    assert row["runs"] == [300, 900, 200]
    assert row_of(BY_ID["submissions-8"], "sqlite", [299], [2000])["holds"] is False


def test_without_a_reference_the_figure_itself_is_held_against_the_goal() -> None:
    assert row_of(BY_ID["p99-spread"], "sqlite", [150])["holds"] is True
    row = row_of(BY_ID["p99-spread"], "sqlite", [150.1])
    assert (row["ratio"], row["goal"], row["holds"]) == (None, "<= 150", False)


def test_a_reference_of_nothing_holds_nothing() -> None:
    row = row_of(BY_ID["submissions-8"], "sqlite", [100], [0])
    assert (row["ratio"], row["holds"]) == (None, False)


def test_a_goal_for_one_engine_is_told_without_a_goal_on_the_other() -> None:
    assert row_of(BY_ID["memory-service"], "sqlite", [161])["holds"] is False
    assert row_of(BY_ID["memory-service"], "postgresql", [161])["holds"] is None


def test_a_line_without_a_run_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="p99-spread"):
        row_of(BY_ID["p99-spread"], "sqlite", [])


def test_every_line_is_in_the_file_from_the_start_and_stays_when_others_come(tmp_path: Path) -> None:
    path = tmp_path / "results" / "latest.json"
    results = Results.begin(path)
    results.add(row_of(BY_ID["import-time"], "-", [0.5], more={"python_alone": 0.02}))
    results.add(failed_row(BY_ID["p99-spread"], "sqlite", "the server broke"))
    rows = {(row["id"], row["engine"]): row for row in json.loads(path.read_text(encoding="utf-8"))}
    assert set(rows) == {(line.id, engine) for line in LINES for engine in line.engines}
    assert all(row.keys() >= KEYS for row in rows.values())
    assert rows["import-time", "-"]["measured"] == 0.5
    assert rows["import-time", "-"]["python_alone"] == 0.02
    assert rows["p99-spread", "sqlite"]["holds"] is False
    assert rows["p99-spread", "sqlite"]["error"] == "the server broke"
    assert rows["p99-spread", "postgresql"]["holds"] is None
    with pytest.raises(KeyError):
        results.add({**rows["import-time", "-"], "engine": "sqlite"})
    again = Results.begin(path, read_rows(path))
    assert again.measured("import-time", "-") == 0.5
    assert again.measured("p99-spread", "sqlite") is None


def test_ids_are_unique_and_the_largest_size_is_left_to_the_full_form() -> None:
    assert len(BY_ID) == len(LINES)
    assert {line.id for line in LINES if not line.quick} == {
        line.id for line in LINES if line.id.endswith("-1e7") or line.id.startswith("growth-")
    }
    assert {engine for line in LINES for engine in line.engines} == {*ENGINES, "-"}


def test_the_table_shows_figures_errors_and_what_is_missing() -> None:
    rows = [
        row_of(BY_ID["submissions-8"], "sqlite", [612.4], [2000]),
        row_of(BY_ID["max-spread"], "postgresql", [1500]),
        failed_row(BY_ID["stress-exact"], "sqlite", "RuntimeError: nothing was stored"),
        Results.begin(Path("unused")).rows["dashboard-1e7", "sqlite"],
    ]
    lines = as_text(rows).splitlines()
    assert lines[1].split() == ["submissions-8", "sqlite", "612", "1/s", "2,000", "1/s", "0.306", ">=", "0.15", "yes"]
    assert lines[2].split()[-3:] == ["<=", "1000", "NO"]
    assert "error" in lines[3]
    assert "stress-exact (sqlite): RuntimeError: nothing was stored" in lines
    assert lines[-1] == summary(rows) == "goals: 1 hold, 2 do not, 0 not measured"
    marked = as_markdown(rows).splitlines()
    assert len({line.count("|") for line in marked}) == 1
    assert marked[2].startswith("| `submissions-8` | durable submissions over HTTP, 8 clients")


def test_the_document_has_a_place_for_the_table() -> None:
    document = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    changed = replace_table(document, "| new |")
    assert f"{BEGIN}\n| new |\n{END}" in changed
    assert replace_table(changed, "| newer |") == replace_table(document, "| newer |")
    with pytest.raises(ValueError, match="no place"):
        replace_table("a text", "| new |")


def test_every_line_is_explained_in_the_document() -> None:
    told = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8").partition("## How each number is taken")[2]
    for line in LINES:
        families = [line.id, *(line.id[: i + 1] + "*" for i, sign in enumerate(line.id) if sign == "-")]
        short = "`-" + line.id.rpartition("-")[2] + "`"
        assert any(f"`{name}`" in told for name in families) or short in told, line.id


@pytest.mark.parametrize(("url", "most"), [("sqlite:///a.sqlite3", 1), ("postgresql+psycopg://a/b", 4)])
def test_the_server_under_test_is_the_shipped_one(tmp_path: Path, url: str, most: int) -> None:
    site = Site(url, tmp_path)
    program, bare = command(site, 8123), command(site, 8123, BARE)
    assert 1 <= int(program[program.index("--workers") + 1]) <= most
    assert len(program) == len(bare)
    assert [pair for pair in zip(program, bare, strict=True) if pair[0] != pair[1]] == [("wsgi:served", BARE)]


def test_quantiles_and_parts_of_a_load() -> None:
    load = Load(seconds=2.0)
    for number in range(1, 101):
        load.add(b"", 303, number / 1000)
    assert load.per_second == 50
    assert (load.quantile(0.5), load.quantile(0.99), load.quantile(1.0)) == (0.051, 0.1, 0.1)
    assert [len(part) for part in load.parts(3)] == [34, 34, 32]
    assert load.expect(303) is load
    load.add(b"", 500, 0.1)
    with pytest.raises(RuntimeError, match="500"):
        load.expect(303)
