"""Settings: what each means, what is wrong with one, and the key that is made once."""

import os
import stat
import subprocess
import sys
from dataclasses import fields
from ipaddress import ip_network
from pathlib import Path

import pytest

from survey.config import DEMONSTRATION_AUTHORITY, ROOT, BadSettings, Config
from survey.palette import contrast_with_white

KEY = "0123456789abcdef0123456789abcdef"


def config(folder: Path, **settings: str) -> Config:
    return Config.from_environment({"SURVEY_INSTANCE": str(folder), **settings})


def problems(folder: Path, **settings: str) -> list[str]:
    with pytest.raises(BadSettings) as refused:
        config(folder, **settings)
    return list(refused.value.problems)


def test_without_any_setting_a_demonstration_runs_on_sqlite(tmp_path: Path) -> None:
    found = config(tmp_path)
    assert found.database_url == f"sqlite:///{tmp_path / 'survey.sqlite3'}"
    assert found.base_url == "http://127.0.0.1:8000"
    assert (found.authority, found.calendar, found.retention_months) == (DEMONSTRATION_AUTHORITY, "civil", 24)
    assert (found.trusted_proxies, found.hotline, found.secure) == ((), "", False)
    assert found.accent == "#0b5563"


def test_every_setting_is_taken(tmp_path: Path) -> None:
    found = config(
        tmp_path,
        SURVEY_DATABASE_URL="postgresql+psycopg://survey@db/survey",
        SURVEY_SECRET_KEY=KEY,
        SURVEY_BASE_URL="https://hailong.example.vn/",
        SURVEY_AUTHORITY="UBND tỉnh Hòa An",
        SURVEY_CALENDAR="administrative",
        SURVEY_TRUSTED_PROXIES="127.0.0.1, 10.0.0.0/8 fd00::/8",
        SURVEY_RETENTION_MONTHS="36",
        SURVEY_HOTLINE="1022",
        SURVEY_ACCENT="#7A1F1F",
    )
    assert found == Config(
        instance=tmp_path,
        database_url="postgresql+psycopg://survey@db/survey",
        secret_key=KEY,
        base_url="https://hailong.example.vn",
        authority="UBND tỉnh Hòa An",
        calendar="administrative",
        trusted_proxies=tuple(ip_network(each) for each in ("127.0.0.1", "10.0.0.0/8", "fd00::/8")),
        retention_months=36,
        hotline="1022",
        accent="#7A1F1F",
    )
    assert found.secure
    assert list(tmp_path.iterdir()) == []  # a key that was given is written nowhere
    assert len(fields(Config)) == 10


def test_empty_settings_are_as_good_as_none(tmp_path: Path) -> None:
    assert config(tmp_path, SURVEY_BASE_URL=" ", SURVEY_CALENDAR="", SURVEY_ACCENT="") == config(tmp_path)


def test_an_accent_holds_white_letters_at_seven_to_one(tmp_path: Path) -> None:
    """Values of WCAG's formula: the grey #595959 has 7.00:1, one step lighter 6.90:1; black 21, white 1."""
    assert config(tmp_path, SURVEY_ACCENT="#595959").accent == "#595959"
    assert [round(contrast_with_white(each), 2) for each in ("#595959", "#5a5a5a", "#000000", "#ffffff")] == [
        7.0,
        6.9,
        21.0,
        1.0,
    ]


def test_the_port_is_that_of_the_address(tmp_path: Path) -> None:
    assert config(tmp_path, PORT="8765").base_url == "http://127.0.0.1:8765"


def test_every_wrong_setting_is_named_at_once_and_nothing_is_made(tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    found = problems(
        instance,
        PORT="http",
        SURVEY_DATABASE_URL="mysql://db",
        SURVEY_SECRET_KEY="short",
        SURVEY_BASE_URL="hailong.example.vn",
        SURVEY_CALENDAR="lunar",
        SURVEY_TRUSTED_PROXIES="nginx",
        SURVEY_RETENTION_MONTHS="0",
        SURVEY_ACCENT="red",
    )
    assert sorted(problem.partition(":")[0] for problem in found) == [
        "PORT",
        "SURVEY_ACCENT",
        "SURVEY_BASE_URL",
        "SURVEY_CALENDAR",
        "SURVEY_DATABASE_URL",
        "SURVEY_RETENTION_MONTHS",
        "SURVEY_SECRET_KEY",
        "SURVEY_TRUSTED_PROXIES",
    ]
    # Whoever starts the server may read either language: both stand in every sentence.
    assert all("(" in problem and ")" in problem for problem in found)
    assert not instance.exists()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("SURVEY_RETENTION_MONTHS", ["0", "-1", "2.5", "hai"]),
        ("SURVEY_ACCENT", ["0b5563", "#0b556", "#0b5563;", "#0b556g", "#ffcc00", "#5a5a5a"]),
        ("SURVEY_TRUSTED_PROXIES", ["10.0.0.300", "10.0.0.1/8", "a b"]),
        ("SURVEY_BASE_URL", ["ftp://x", "//x"]),
        ("SURVEY_DATABASE_URL", ["postgresql://x", "survey.sqlite3"]),
        ("PORT", ["0", "65536", "-1"]),
    ],
)
def test_a_wrong_value_is_refused(tmp_path: Path, name: str, values: list[str]) -> None:
    for value in values:
        found = problems(tmp_path, **{"SURVEY_SECRET_KEY": KEY, name: value})
        assert [problem.partition(":")[0] for problem in found] == [name]


def test_postgresql_needs_a_key_that_all_hosts_share(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, SURVEY_DATABASE_URL="postgresql+psycopg://survey@db/survey")
    assert problem.startswith("SURVEY_SECRET_KEY: bắt buộc khi dùng PostgreSQL")
    assert list(tmp_path.iterdir()) == []


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    instance = tmp_path / "new" / "instance"
    first = config(instance).secret_key
    assert len(first) >= 64
    assert config(instance).secret_key == first
    assert stat.S_IMODE((instance / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in instance.iterdir()] == ["secret_key"]


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    # The module alone: a whole application in each process would start too far apart to meet.
    program = "from config import Config; input(); print(Config.from_environment().secret_key)"
    for round_ in range(5):
        environment = {**os.environ, "SURVEY_INSTANCE": str(tmp_path / str(round_)), "PYTHONPATH": str(ROOT / "survey")}
        started = [_waiting(program, environment) for _ in range(4)]
        for process in started:
            assert process.stdin
            process.stdin.write("\n")
            process.stdin.flush()
        keys = {process.communicate(timeout=30)[0].strip() for process in started}
        assert len(keys) == 1
        assert len(keys.pop()) >= 64


def _waiting(program: str, environment: dict[str, str]) -> subprocess.Popen[str]:
    """A Python process that has loaded what it needs and goes on at a line of input."""
    return subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_a_folder_that_cannot_be_used_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (problem,) = problems(tmp_path / "file" / "instance")
    assert problem.startswith("SURVEY_INSTANCE: ")
