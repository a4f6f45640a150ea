"""The program as an operator starts it: with the shipped settings, in a process of its own."""

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from survey.config import ROOT
from survey.domain.offices import Desk, Office
from survey.domain.questionnaire import Catalogue
from survey.journeys.setup import prepare
from survey.store import Database
from survey.store.offices import save_desk, save_office

DESK = "K7M2QX"
STARTS_WITHIN = 60.0
GUNICORN = ("gunicorn", "wsgi:app")
SECRET = "a key for tests only, long enough to be accepted"


def environment_of(folder: Path, *, url: str | None = None, **settings: str) -> dict[str, str]:
    """An environment of its own: nothing of the developer's settings, everything in ``folder``."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("SURVEY_", "FLASK_", "GUNICORN_"))
    }
    return {
        **kept,
        "SURVEY_INSTANCE": str(folder),
        "SURVEY_DATABASE_URL": url or f"sqlite:///{folder / 'survey.sqlite3'}",
        "SURVEY_SECRET_KEY": SECRET,
        **settings,
    }


def set_up_desk(database: Database, catalogue: Catalogue, questionnaire: str = "sipas-desk") -> str:
    """A prepared database with one office and one desk; the desk's code."""
    prepare(database, catalogue)
    with database.transaction() as connection:
        office = save_office(connection, Office(0, "00101", "UBND xã Hòa Bình", "commune"))
        save_desk(connection, Desk(0, DESK, office.id, "Quầy 1", questionnaire))
    return DESK


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    location: str
    body: bytes


@dataclass(frozen=True)
class Served:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def ask(self, method: str, path: str, form: Mapping[str, str] | None = None, **headers: str) -> Answer:
        """One request on a connection of its own. OSError or HTTPException when the server dies over it."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            body = urlencode(form) if form is not None else None
            sent = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
            connection.request(
                method, path, body, {**sent, **{name.replace("_", "-"): value for name, value in headers.items()}}
            )
            response = connection.getresponse()
            return Answer(response.status, response.headers.get("Location", ""), response.read())
        finally:
            connection.close()

    def kill(self) -> None:
        """SIGKILL to the whole process group, master and workers: nobody can finish anything."""
        with suppress(ProcessLookupError):  # ended by itself meanwhile
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """A tidy end, as Ctrl-C or the service manager asks for."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()


def shipped_server(environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """What `make run` starts with these settings; without any, those of an SQLite file."""
    told = subprocess.run(
        ["make", "--silent", "--no-print-directory", "server"],
        env={**os.environ, "SURVEY_DATABASE_URL": "", "MAKEFLAGS": "", **(environment or {})},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(shlex.split(told.stdout))


def command_of(server: Sequence[str], port: int, *options: str) -> list[str]:
    """The command line of a server with more options; gunicorn takes its port from the environment."""
    own_port = () if server[0] == "gunicorn" else ("--port", str(port))
    return [sys.executable, "-m", server[0], *options, *server[1:], *own_port]


@contextmanager
def serving(
    environment: Mapping[str, str],
    *options: str,
    through: Sequence[str] = (),
    server: Sequence[str] | None = None,
    folder: Path = ROOT,
) -> Iterator[Served]:
    """A server that answers, stopped at the end."""
    served = start(environment, *options, through=through, server=server, folder=folder)
    try:
        yield served
    finally:
        served.stop()


def start(
    environment: Mapping[str, str],
    *options: str,
    through: Sequence[str] = (),
    server: Sequence[str] | None = None,
    folder: Path = ROOT,
) -> Served:
    """Start the shipped server, or another, on a free port and wait until it answers.

    ``through`` is a command that runs it, under a limit for instance; ``folder`` holds the program.
    """
    port = free_port()
    log = Path(environment["SURVEY_INSTANCE"]) / "server.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*through, *command_of(server or shipped_server(environment), port, *options)],
            env={**environment, "PORT": str(port)},
            cwd=folder,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    served = Served(port, process, log)
    ends = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < ends and process.poll() is None:
        try:
            if served.ask("GET", "/healthz").status == 200:
                return served
        except OSError:
            time.sleep(0.05)
    served.stop()
    raise AssertionError(f"the server did not start:\n{log.read_text(encoding='utf-8', errors='replace')}")


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
