"""A real Chromium against a real server; both are used as a person would."""

import logging
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from survey import create_app
from survey.domain.offices import Office
from survey.installation import Installation
from survey.store import Database
from tests.browser.chromium import chromium
from tests.browser.line import Line, line_to
from tests.browser.states import HOTLINE, add_errors, record_voices, set_up_states
from tests.citizen import set_up_both
from tests.conftest import CATALOGUE, Clock, config_of


@dataclass(frozen=True)
class Server:
    """A running application: its address, what it is made of, and the clock it lives by."""

    url: str
    installation: Installation
    clock: Clock


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the session; open a context per test."""
    with chromium() as opened:
        yield opened


@pytest.fixture
def server(sqlite_url: str, tmp_path: Path, clock: Clock) -> Iterator[Server]:
    """The application behind a threaded HTTP server on a free port, with an empty migrated database."""
    with serving(sqlite_url, tmp_path / "instance", clock) as served:
        yield served


@pytest.fixture
def office(server: Server) -> Office:
    """Its one office, with both desks of tests/citizen.py."""
    return set_up_both(server.installation)


@pytest.fixture
def line(server: Server) -> Iterator[Line]:
    """A line to it that can be cut."""
    with line_to(server.url) as line:
        yield line


@contextmanager
def serving(database_url: str, folder: Path, clock: Clock, **settings: str) -> Iterator[Server]:
    """The application with these settings, served on a free port from this process."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    listener = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    url = f"http://127.0.0.1:{listener.server_port}"
    config = config_of(database_url, folder, SURVEY_BASE_URL=url, **settings)
    database = Database(config.database_url)
    installation = Installation(config, database, CATALOGUE, clock)
    listener.app = create_app(installation)
    add_errors(listener.app)
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield Server(url, installation, clock)
    listener.shutdown()
    thread.join()
    listener.server_close()
    database.close()


@pytest.fixture(scope="session")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with all that the states of tests/browser/states.py need, shared: no test may rest on what it stores."""
    with serving_states(sqlite_template, tmp_path_factory.mktemp("site")) as served:
        yield served


@contextmanager
def serving_states(database: Path, folder: Path) -> Iterator[Server]:
    """The same from a copy of a migrated database."""
    shutil.copyfile(database, folder / "survey.sqlite3")
    record_voices(folder)
    with serving(f"sqlite:///{folder / 'survey.sqlite3'}", folder, Clock(), SURVEY_HOTLINE=HOTLINE) as served:
        set_up_states(served.installation)
        yield served
