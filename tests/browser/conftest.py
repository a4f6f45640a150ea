"""A real Chromium against a real server; both are used as a person would."""

import logging
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, sync_playwright
from werkzeug.serving import make_server

from survey import create_app
from survey.installation import Installation
from survey.store import Database
from tests.conftest import CATALOGUE, Clock, config_of
from tests.install_tools import SYSTEM_CHROMIUMS

# A container has no sandbox to give; the rest keeps Chromium from calling home during a test.
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
]


@dataclass(frozen=True)
class Server:
    """A running application: its address, what it is made of, and the clock it lives by."""

    url: str
    installation: Installation
    clock: Clock


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the session, Playwright's own or the system's; open a context per test."""
    with sync_playwright() as playwright:
        try:
            opened = playwright.chromium.launch(args=CHROMIUM_ARGUMENTS)
        except Error:
            opened = playwright.chromium.launch(args=CHROMIUM_ARGUMENTS, executable_path=system_chromium())
        yield opened
        opened.close()


def system_chromium() -> str:
    """Where the system keeps its Chromium; CHROMIUM names another."""
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, SYSTEM_CHROMIUMS)), None)
    assert found, "no Chromium: run `make test`, which installs one"
    return found


@pytest.fixture
def server(sqlite_url: str, tmp_path: Path, clock: Clock) -> Iterator[Server]:
    """The application behind a threaded HTTP server on a free port, with an empty migrated database."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    listener = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    url = f"http://127.0.0.1:{listener.server_port}"
    config = config_of(sqlite_url, tmp_path / "instance", SURVEY_BASE_URL=url)
    database = Database(config.database_url)
    installation = Installation(config, database, CATALOGUE, clock)
    listener.app = create_app(installation)
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield Server(url, installation, clock)
    listener.shutdown()
    thread.join()
    listener.server_close()
    database.close()
