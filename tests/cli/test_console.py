"""What all commands share: language, exit codes, silence in a pipe, sentences instead of tracebacks."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from termios import tcsetwinsize
from threading import Thread

import pytest
from click import Group
from flask import Flask

from survey.config import ROOT
from tests.cli.commands import OFFICE, Commands, answered, responses_csv


def program(instance: Path, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """The real program, in a process of its own, as an operator starts it from the root of the repository."""
    return subprocess.run(
        [sys.executable, "-m", "flask", *map(str, arguments)],
        cwd=ROOT,
        env=_environment(instance, environment),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def _environment(instance: Path, chosen: Mapping[str, str]) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("SURVEY_", "LC_", "LANG", "PORT"))
    }
    return {**kept, "SURVEY_INSTANCE": str(instance), **chosen}


# ---- the real program


def test_the_program_from_nothing_to_a_score(tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    (tmp_path / "offices.csv").write_text("code,name,kind,parent,valid_from,valid_to,successor\n00101,Xã,commune,,,,\n")
    (tmp_path / "desks.csv").write_text("desk,office,name,questionnaire\nK7M2QX,00101,Quầy,sipas-2017\n")
    (tmp_path / "answers.csv").write_text(responses_csv([answered(4)] * 40))
    for arguments in (
        ("init",),
        ("offices", "import", tmp_path / "offices.csv"),
        ("desks", "import", tmp_path / "desks.csv"),
        ("responses", "import", tmp_path / "answers.csv", "--questionnaire", "sipas-2017"),
    ):
        done = program(instance, *arguments)
        assert done.returncode == 0, done.stderr
        assert "\r" not in done.stderr  # no progress bar in a pipe
    scored = program(instance, "scores", "--office", OFFICE, "--period", "2026-10", "--format", "json")
    assert (scored.returncode, scored.stderr) == (0, "")
    assert json.loads(scored.stdout)["index"]["percent"] == 100.0
    assert sorted(path.name for path in instance.iterdir() if "sqlite3-" not in path.name) == [
        "secret_key",
        "survey.sqlite3",
    ]


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"LANG": "POSIX"}, "Không có cơ quan nào mang mã “00101”."),  # no terminal can break the letters
        ({"LANG": "en_US.UTF-8"}, "No office has the code “00101”."),
    ],
)
def test_a_refused_command_exits_1_with_a_sentence(prepared: Path, settings: dict[str, str], says: str) -> None:
    done = program(prepared, "scores", "--office", "00101", "--period", "2026-10", **settings)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(says)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a real installation without offices."""
    instance = tmp_path_factory.mktemp("prepared")
    assert program(instance, "init").returncode == 0
    return instance


def test_wrong_settings_are_all_named_and_nothing_starts(tmp_path: Path) -> None:
    done = program(tmp_path, "init", SURVEY_CALENDAR="lunar", SURVEY_DATABASE_URL="mysql://x", SURVEY_ACCENT="red")
    assert done.returncode == 1
    for name in ("SURVEY_CALENDAR", "SURVEY_DATABASE_URL", "SURVEY_ACCENT"):
        assert f"{name}: " in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_does_not_answer_is_said_in_a_sentence(tmp_path: Path) -> None:
    settings = {
        "SURVEY_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:9/survey",
        "SURVEY_SECRET_KEY": "k" * 40,
    }
    done = program(tmp_path, "init", **settings)
    assert done.returncode == 1
    assert done.stderr.startswith("Không dùng được cơ sở dữ liệu: ")
    assert "Traceback" not in done.stderr


def test_long_work_shows_a_bar_on_a_terminal(tmp_path: Path, prepared: Path) -> None:
    controller, terminal = pty.openpty()
    tcsetwinsize(terminal, (24, 100))
    shown: list[bytes] = []
    reader = Thread(target=_read_all, args=(controller, shown))
    reader.start()
    done = subprocess.run(
        [sys.executable, "-m", "flask", "demo", "load", "--offices", "10", "--responses", "200", "--months", "1"],
        cwd=ROOT,
        env=_environment(tmp_path / "instance", {"TERM": "xterm"}) | _copied(prepared, tmp_path / "instance"),
        stdout=subprocess.DEVNULL,
        stderr=terminal,
        timeout=60,
        check=False,
    )
    os.close(terminal)
    reader.join(10)
    os.close(controller)
    assert done.returncode == 0
    assert "200/200" in b"".join(shown).decode()


def _copied(prepared: Path, instance: Path) -> dict[str, str]:
    instance.mkdir()
    for path in prepared.iterdir():
        (instance / path.name).write_bytes(path.read_bytes())
    return {"SURVEY_INSTANCE": str(instance)}


def _read_all(controller: int, shown: list[bytes]) -> None:
    try:
        while data := os.read(controller, 4096):
            shown.append(data)
    except OSError:  # a terminal nobody writes to any more
        return


# ---- in this process


@pytest.mark.parametrize(
    ("settings", "language"),
    [
        ({}, "vi"),
        ({"LANG": "vi_VN.UTF-8"}, "vi"),
        ({"LANG": "C.UTF-8"}, "vi"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "en"}, "en"),
        ({"LANG": "vi_VN.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "vi_VN.UTF-8"}, "vi"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": ""}, "en"),
    ],
)
def test_the_console_speaks_the_language_of_its_settings(
    flask: Commands, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], language: str
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    (said,) = flask.faults("scores", "--office", OFFICE, "--period", "2026-10")
    assert said.startswith({"vi": "Không có cơ quan nào", "en": "No office has"}[language])


def test_every_command_explains_itself(app: Flask) -> None:
    runner = app.test_cli_runner()
    for names in _commands(app.cli):
        result = runner.invoke(args=[*names, "--help"])
        assert result.exit_code == 0
        text = result.stdout.partition("\n\n")[2].strip()
        assert text
        assert not text.startswith("Options:"), names


def _commands(group: Group, above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    for name, command in group.commands.items():
        found.append((*above, name))
        if isinstance(command, Group):
            found += _commands(command, (*above, name))
    return found


@pytest.mark.parametrize(
    "arguments",
    [
        ("scores", "--office", "01", "--period", "2026-10", "--format", "xml"),
        ("scores", "--office", "01", "--from", "1/10/2026", "--to", "2026-10-02"),
        ("scores", "--office", "01", "--period", "2026-10", "--minimum-base", "0"),
        ("scores", "--office", "01", "--period", "2026-10", "--channel", "zalo"),
        ("scores", "rebuild", "--office", "01"),
        ("responses", "import", "x.csv"),
        ("desks", "poster", "--office", "01"),
        ("desks", "qr", "--out", "x.png"),
        ("staff", "add", "a@b.vn", "--role", "king"),
        ("offices", "destroy"),
    ],
)
def test_a_wrong_option_changes_nothing_and_says_how_it_is_used(flask: Commands, arguments: tuple[str, ...]) -> None:
    result = flask(*arguments, exit_code=1)
    assert result.stdout == ""
    assert "Xem cách dùng: " in result.stderr
    assert "Error" not in result.stderr


@pytest.mark.parametrize("what", ["offices", "desks", "questionnaires"])
def test_an_english_console_is_english_throughout(flask: Commands, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    verb = "check" if what == "questionnaires" else "import"
    said = flask.faults(what, verb, flask.file("a.v1.yaml", "x,code,office\n1,2,3\n"))
    assert not any(letter in "\n".join(said).lower() for letter in "ạảãăâđêôơưếềểễệ"), said
    assert "a.v1.yaml, line 1" in said[0]


def test_an_english_table_has_english_names_and_numbers(flask: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    flask.set_up()
    path = flask.file("a.csv", responses_csv([answered(4)] * 20 + [answered(2)] * 10))
    flask("responses", "import", path, "--questionnaire", "sipas-2017")
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    shown = flask("scores", "--office", OFFICE, "--period", "2026-10").stdout
    assert "A. Access to the service" in shown
    assert " 66.67 " in shown
    assert "A. Tiếp cận" not in shown


def test_exports_are_utf8_whatever_the_terminal_says(prepared: Path, tmp_path: Path) -> None:
    _copied(prepared, tmp_path / "instance")
    offices = tmp_path / "offices.csv"
    offices.write_text("code,name,kind,parent,valid_from,valid_to,successor\n00101,UBND xã Hòa Bình,commune,,,,\n")
    assert program(tmp_path / "instance", "offices", "import", offices).returncode == 0
    done = program(tmp_path / "instance", "offices", "export", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "UBND xã Hòa Bình" in done.stdout
