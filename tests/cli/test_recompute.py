"""What a stranger does with the counts of a published score: docs/recompute.py, alone, gives the same figures."""

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import ANSWERS, CRITERIA, OFFICE, QUESTIONS, Commands, responses_csv

PROGRAM = Path(__file__).resolve().parents[2] / "docs" / "recompute.py"
Figures = dict[tuple[str, str], list[float]]


def recomputed(counts: str, folder: Path) -> Figures:
    """What the program says, run in an empty folder by a Python that sees none of our packages."""
    shutil.copy(PROGRAM, folder / "recompute.py")
    (folder / "counts.csv").write_text(counts, encoding="utf-8")
    said = subprocess.run(
        [sys.executable, "-I", "-S", "recompute.py", "counts.csv"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line.split() for line in said.stdout.splitlines()]
    return {
        (level, "" if level == "index" else rest[0]): [float(each) for each in rest[level != "index" :]]
        for level, *rest in lines
    }


def published(score: Any) -> Figures:
    """The figures of the JSON that are shown."""
    found = {("overall", "overall"): score["overall"], ("index", ""): score["index"]}
    for dimension in score["dimensions"]:
        found["dimension", dimension["id"]] = dimension["index"]
        for criterion in dimension["criteria"]:
            found["criterion", criterion["id"]] = criterion["index"]
    return {
        key: [each[name] for name in ("percent", "low", "high") if each[name] is not None]
        for key, each in found.items()
        if each["percent"] is not None
    }


def answer(flask: Commands, number: int, **fixed: object) -> None:
    rows = [
        {
            "desk": "K7M2QX",
            "received_on": "2026-10-05",
            "channel": "poster",
            **{name: ANSWERS[(at * 7 + place) % 20] for place, name in enumerate(QUESTIONS)},
            "overall": 4 + at % 2,
            **{name: value if at < 7 else "NA" for name, value in fixed.items()},
        }
        for at in range(number)
    ]
    path = flask.file("phieu.csv", responses_csv(rows))
    flask("responses", "import", path, "--questionnaire", "sipas-2017")


def counts_of(flask: Commands, *arguments: str) -> str:
    said = flask("scores", "--office", OFFICE, "--period", "2026-10", "--format", "counts", *arguments).stdout
    assert isinstance(said, str)
    return said


@pytest.fixture(autouse=True)
def offices(flask: Commands) -> None:
    flask.set_up()


@pytest.mark.parametrize("number", [11, 83])
def test_a_stranger_computes_every_published_figure_again(flask: Commands, number: int, tmp_path: Path) -> None:
    answer(flask, number)
    expected = published(flask.score())
    assert len(expected) == (2 + 5 + 22 if number > 40 else 11)
    assert all(len(figures) == 3 for figures in expected.values())
    assert recomputed(counts_of(flask), tmp_path) == expected


def test_figures_without_an_interval_have_none(flask: Commands, tmp_path: Path) -> None:
    answer(flask, 1)
    expected = published(flask.score("--minimum-base", "1"))
    assert recomputed(counts_of(flask, "--minimum-base", "1"), tmp_path) == expected


def test_what_is_hidden_is_not_in_the_file(flask: Commands, tmp_path: Path) -> None:
    answer(flask, 40, E4=5)
    expected = published(flask.score())
    assert ("criterion", "E4") not in expected
    # One more is withheld, because the dimension less the others would give E4 away (M12).
    assert len([key for key in expected if key[1].startswith("E")]) == 3
    counts = counts_of(flask)
    assert recomputed(counts, tmp_path) == expected
    rows = list(csv.DictReader(io.StringIO(counts.removeprefix("\ufeff"))))
    assert {(row["level"], row["id"]) for row in rows} == {(level, id_) for level, id_ in expected}
    assert not [row for row in rows if row["k"] and int(row["k"]) < 10]


def test_the_program_is_short_and_needs_nothing(flask: Commands) -> None:
    text = PROGRAM.read_text(encoding="utf-8")
    assert len([line for line in text.splitlines() if line.strip()]) <= 30
    imported = {line.split()[1] for line in text.splitlines() if line.startswith(("import ", "from "))}
    assert imported <= set(sys.stdlib_module_names)


def test_the_counts_are_those_of_the_json(flask: Commands) -> None:
    answer(flask, 30)
    score = json.loads(flask("scores", "--office", OFFICE, "--period", "2026-10", "--format", "json").stdout)
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(counts_of(flask).removeprefix("\ufeff")))}
    for dimension in score["dimensions"]:
        assert int(rows[dimension["id"]]["s"]) == dimension["index"]["satisfied"]
        assert int(rows[dimension["id"]]["m"]) == dimension["index"]["base"]
        for criterion in dimension["criteria"]:
            assert {value: int(rows[criterion["id"]][f"n_{value}"]) for value in "12345"} == criterion["counts"]
    assert set(rows) >= {"", "overall", *CRITERIA}
