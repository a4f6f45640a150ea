"""A server refuses to start on what must not be served, and says why."""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from survey.journeys.readiness import check_prepared
from survey.store import Database
from survey.store.models import questionnaire
from survey.store.schema import NotPrepared
from tests.conftest import CATALOGUE
from tests.served import GUNICORN, ROOT, command_of, environment_of, free_port, serving, set_up_desk, shipped_server

SERVERS = pytest.mark.parametrize("server", [shipped_server(), GUNICORN], ids=["shipped", "gunicorn"])


@pytest.fixture
def folder(tmp_path: Path, sqlite_url: str) -> Path:
    """The folder of an installation with a desk that has been answered once."""
    environment = environment_of(tmp_path / "instance")
    database = Database(sqlite_url)
    code = set_up_desk(database, CATALOGUE)
    database.close()
    with serving(environment) as served:
        assert served.ask("POST", f"/d/{code}", {"overall": "5"}).status == 303
    return tmp_path / "instance"


def start(folder: Path, server: Sequence[str]) -> subprocess.CompletedProcess[str]:
    port = free_port()
    environment = {**environment_of(folder), "PORT": str(port)}
    return subprocess.run(
        command_of(server, port), env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def change_digest(folder: Path, key: str) -> Database:
    """As if the file of this version had other contents than the ones people answered."""
    database = Database(f"sqlite:///{folder / 'survey.sqlite3'}")
    with database.transaction() as connection:
        connection.execute(questionnaire.update().where(questionnaire.c.key == key).values(digest="0" * 64))
    return database


@SERVERS
def test_promise_4_no_server_starts_with_a_changed_version_that_was_answered(
    folder: Path, server: Sequence[str]
) -> None:
    change_digest(folder, "sipas-desk@1").close()
    refused = start(folder, server)
    assert refused.returncode != 0
    assert "phiếu sipas-desk@1: đã có người trả lời nên không được sửa" in refused.stderr


def test_a_changed_version_that_nobody_answered_asks_for_init(folder: Path) -> None:
    database = change_digest(folder, "sipas-2017@1")
    with database.reading() as connection, pytest.raises(NotPrepared):
        check_prepared(connection, CATALOGUE)
    database.close()


WARNING = "SQLite chỉ có một tiến trình ghi"


def test_several_processes_on_sqlite_are_only_warned_about(folder: Path) -> None:
    with serving(environment_of(folder), "--workers", "2", server=GUNICORN) as served:
        assert served.ask("GET", "/readyz").status == 200
        assert said_within(10, served.log, WARNING)


def test_a_second_server_on_the_same_file_is_warned_about_the_first_is_not(folder: Path) -> None:
    environment = environment_of(folder)
    with serving(environment) as first:
        assert WARNING not in first.log.read_text(encoding="utf-8")
        with serving(environment) as second:
            assert second.ask("GET", "/readyz").status == 200
            assert said_within(10, second.log, WARNING)


def test_a_worker_ends_when_its_server_was_killed(folder: Path) -> None:
    with serving(environment_of(folder)) as served:
        os.kill(served.process.pid, signal.SIGKILL)  # the one process, not its group
        served.process.wait()
        ends = time.monotonic() + 15
        while time.monotonic() < ends:
            try:
                served.ask("GET", "/healthz")
            except OSError:
                return
            time.sleep(0.2)
        served.kill()
        raise AssertionError("the worker still holds its port")


def said_within(seconds: float, log: Path, sentence: str) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if sentence in log.read_text(encoding="utf-8"):
            return True
        time.sleep(0.1)
    return False
