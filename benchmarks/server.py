"""The server under test, started as it is shipped. How it is started stands in ``command`` and nowhere else."""

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from http.cookiejar import CookieJar
from pathlib import Path
from threading import Event, Thread
from typing import Final
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import psutil

from benchmarks.engines import Site
from survey.config import ROOT
from tests.served import Served, command_of, free_port, shipped_server

PROGRAM: Final = "wsgi:served"
BARE: Final = "benchmarks.bare:served"
STARTS_WITHIN: Final = 60.0
_DRAWING = re.compile(r"matplotlib|typst|answer_for_another")


def command(site: Site, port: int, application: str = PROGRAM) -> list[str]:
    """What `make run` starts, word for word, with another application in its place where one is named."""
    server = shipped_server(site.environment())
    if PROGRAM not in server:
        raise RuntimeError(f"the shipped server does not name {PROGRAM}: {server}")
    return command_of([application if word == PROGRAM else word for word in server], port)


@dataclass(frozen=True)
class Memory:
    """Megabytes (10⁶ bytes) resident: all processes but those that only draw, the same shared fairly, the largest."""

    service: float
    proportional: float
    largest: float
    drawing: float


@dataclass(frozen=True)
class Server(Served):
    """A running server, asked and measured."""

    def fetch(self, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
        """One page as it comes over the wire. OSError or HTTPException where nobody answers."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path, headers={name.replace("_", "-"): each for name, each in headers.items()})
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()

    def wait_for(self, path: str) -> None:
        """Come back as soon as the page is there. RuntimeError with the log's end if it never is."""
        ends = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < ends and self.process.poll() is None:
            with suppress(OSError, HTTPException):
                response, _ = self.fetch(path)
                if response.status == 200:
                    return
            time.sleep(0.005)
        self.kill()
        raise RuntimeError(
            f"the server did not start: {self.log.read_text(encoding='utf-8', errors='replace')[-2000:]}"
        )

    def memory(self) -> Memory:
        """What its processes hold now."""
        serving: list[tuple[float, float]] = []
        drawing: list[tuple[float, float]] = []
        for process in (found := psutil.Process(self.process.pid), *found.children(recursive=True)):
            with suppress(psutil.NoSuchProcess, FileNotFoundError):
                held = process.memory_full_info()
                (drawing if self._only_draws(process) else serving).append((held.rss / 1e6, held.pss / 1e6))
        return Memory(
            service=sum(rss for rss, _ in serving),
            proportional=sum(pss for _, pss in serving),
            largest=max((rss for rss, _ in serving), default=0.0),
            drawing=sum(rss for rss, _ in drawing),
        )

    def _only_draws(self, process: psutil.Process) -> bool:
        """Whether it has loaded what draws and takes no requests: a process of its own for charts and reports."""
        loaded = Path(f"/proc/{process.pid}/maps").read_text(encoding="utf-8")
        if not _DRAWING.search(" ".join([*process.cmdline(), loaded])):
            return False
        return not any(
            each.status == psutil.CONN_LISTEN and each.laddr.port == self.port for each in process.net_connections()
        )


def start(site: Site, application: str = PROGRAM) -> Server:
    """Start a server on a free port and do not wait for it. Its log goes into the instance folder."""
    port = free_port()
    log = site.folder / f"server-{port}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            command(site, port, application),
            env=site.environment(PORT=str(port)),
            cwd=ROOT,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    return Server(port, process, log)


@contextmanager
def serving(site: Site, page: str, application: str = PROGRAM) -> Iterator[Server]:
    """A server that has answered with that page once; stopped at the end."""
    server = start(site, application)
    try:
        server.wait_for(page)
        yield server
    finally:
        server.stop()


class MemoryWatch:
    """Looks every other second at what a server holds, and keeps the largest figures."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._stop = Event()
        self._thread = Thread(target=self._watch, daemon=True)
        self.most = server.memory()

    def _watch(self) -> None:
        while not self._stop.wait(2):
            with suppress(psutil.Error, OSError):
                now, most = self._server.memory(), self.most
                self.most = Memory(*map(max, vars(now).values(), vars(most).values()))

    def __enter__(self) -> "MemoryWatch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


class Reader:
    """A member of staff with a browser, signed in."""

    def __init__(self, server: Server, email: str, password: str) -> None:
        self._base = f"http://127.0.0.1:{server.port}"
        self._jar = CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self._jar))
        token = re.search(rb'name="csrf_token" value="([^"]+)"', self.fetch("/staff/sign-in"))
        assert token, "the sign-in page has no form"
        form = {"csrf_token": token[1].decode(), "email": email, "password": password}
        request = Request(f"{self._base}/staff/sign-in", urlencode(form).encode())
        with self._opener.open(request, timeout=60) as answer:
            if "sign-in" in answer.url:
                raise RuntimeError("sign-in was refused")

    def fetch(self, path: str) -> bytes:
        """A page of the workspace. HTTPError for any other than 200."""
        with self._opener.open(f"{self._base}{path}", timeout=60) as answer:
            content: bytes = answer.read()
        return content

    @property
    def cookie(self) -> str:
        """What its browser sends along."""
        return "; ".join(f"{each.name}={each.value}" for each in self._jar)
