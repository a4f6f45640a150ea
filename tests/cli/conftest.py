"""Commands speak Vietnamese unless a test says otherwise."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from shutil import copyfile

import pytest
from flask import Flask

from survey import create_app
from survey.installation import Installation
from survey.store import Database
from tests.cli.commands import Commands
from tests.conftest import CATALOGUE, Clock, config_of


@pytest.fixture(autouse=True)
def vietnamese(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def flask(app: Flask, tmp_path: Path) -> Commands:
    """`flask` on an installation with no office yet."""
    return Commands(app, tmp_path)


@pytest.fixture
def fresh(sqlite_template: Path, tmp_path: Path, clock: Clock) -> Iterator[Callable[[], Commands]]:
    """Makes `flask` on one more installation, on another server so to say."""
    with ExitStack() as open_databases:

        def make() -> Commands:
            folder = tmp_path / "other"
            folder.mkdir()
            copyfile(sqlite_template, folder / "survey.sqlite3")
            config = config_of(f"sqlite:///{folder / 'survey.sqlite3'}", folder)
            database = open_databases.enter_context(closing(Database(config.database_url)))
            return Commands(create_app(Installation(config, database, CATALOGUE, clock)), folder)

        yield make
