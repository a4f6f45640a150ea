"""A server refuses to start on what must not be served, and says why."""

import subprocess
import sys
from pathlib import Path

import pytest

from survey.journeys.setup import check_prepared
from survey.store import Database
from survey.store.models import questionnaire
from survey.store.schema import NotPrepared
from tests.conftest import CATALOGUE
from tests.served import ROOT, environment_of, free_port, serving, set_up_desk


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


def start(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gunicorn", *options, "wsgi:app"]
    environment = {**environment_of(folder), "PORT": str(free_port())}
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def change_digest(folder: Path, key: str) -> Database:
    """As if the file of this version had other contents than the ones people answered."""
    database = Database(f"sqlite:///{folder / 'survey.sqlite3'}")
    with database.transaction() as connection:
        connection.execute(questionnaire.update().where(questionnaire.c.key == key).values(digest="0" * 64))
    return database


def test_promise_4_no_server_starts_with_a_changed_version_that_was_answered(folder: Path) -> None:
    change_digest(folder, "sipas-desk@1").close()
    refused = start(folder)
    assert refused.returncode != 0
    assert "phiếu sipas-desk@1: đã có người trả lời nên không được sửa" in refused.stderr


def test_a_changed_version_that_nobody_answered_asks_for_init(folder: Path) -> None:
    database = change_digest(folder, "sipas-2017@1")
    with database.reading() as connection, pytest.raises(NotPrepared):
        check_prepared(connection, CATALOGUE)
    database.close()


def test_several_processes_on_sqlite_are_only_warned_about(folder: Path) -> None:
    with serving(environment_of(folder), "--workers", "2") as served:
        assert served.ask("GET", "/readyz").status == 200
        assert "SQLite chỉ có một tiến trình ghi" in served.log.read_text(encoding="utf-8")
