"""The workspace's process: what it answers, and what becomes of a request when it ends, hangs or is left behind."""

import json
import os
import re
import signal
import socket
import sqlite3
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import psutil
import pytest

from survey.installation import Installation
from survey.journeys.setup import prepare
from survey.store import Database
from survey.web.workspace import Answer, Asked, Workspace, WorkspaceProcess, WorkspaceUnavailable
from tests.conftest import CATALOGUE, config_of
from tests.served import GUNICORN, Served, environment_of, serving, shipped_server
from tests.staff import DESK, EMAILS, OWN, PASSWORD, Answers, full_answers, set_up_province, set_up_staff
from tests.test_architecture import HEAVY
from tests.web.workspace_app import PROGRAM

OFFICE = f"/staff/offices/{OWN}"
TREND, DARK = f"{OFFICE}/trend.svg?period=2026-10", f"{OFFICE}/trend.svg?period=2026-10&theme=dark&shape=narrow"
PAGES = {
    f"{OFFICE}?period=2026-10": b"<!doctype html>",
    TREND: b"<?xml",
    DARK: b"<?xml",
    f"{OFFICE}/report.pdf?period=2026-10": b"%PDF",
    f"{OFFICE}/desks/poster.pdf": b"%PDF",
    f"/staff/desks/{DESK}/qr.svg": b"<svg",
}
SOON = 20.0


@pytest.fixture
def process() -> Iterator[WorkspaceProcess]:
    process = WorkspaceProcess(limit=SOON, program=PROGRAM)
    yield process
    process.end()


def ask(process: WorkspaceProcess, query: str = "", *, method: str = "GET", body: bytes = b"") -> Answer:
    environ = {"REQUEST_METHOD": method, "PATH_INFO": "/staff/ở", "QUERY_STRING": query, "wsgi.url_scheme": "https"}
    return process.answer(Asked(environ, body))


def told(answer: Answer) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(answer.body)
    return said


# --- one request ------------------------------------------------------------------------------------------


def test_an_answer_arrives_whole(process: WorkspaceProcess) -> None:
    answer = ask(process, method="POST", body=b"a=\xc3\xa1")
    assert answer.status == "418 I'm a teapot"
    assert answer.headers == [("X-Path", "/staff/ở"), ("X-Twice", "1"), ("X-Twice", "2")]
    assert told(answer)["form"] == "a=\xc3\xa1"
    assert told(answer)["scheme"] == "https"


def test_one_other_process_answers_all_and_lets_citizens_go_first(process: WorkspaceProcess) -> None:
    first = told(ask(process))
    assert first["process"] not in (os.getpid(), 0)
    assert first["priority"] > os.getpriority(os.PRIO_PROCESS, 0)
    assert told(ask(process))["process"] == first["process"]


def test_four_are_answered_at_the_same_time(process: WorkspaceProcess) -> None:
    ask(process)
    with ThreadPoolExecutor(4) as people:
        began = time.monotonic()
        for each in [people.submit(ask, process, "do=sleep&for=1") for _ in range(4)]:
            each.result()
        assert time.monotonic() - began < 3.5  # one after the other it would be four


def test_it_inherits_neither_the_servers_socket_nor_its_database(process: WorkspaceProcess, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)), closing(sqlite3.connect(tmp_path / "survey.sqlite3")) as connection:
        connection.execute("CREATE TABLE kept (id INTEGER)")
        files = told(ask(process))["files"]
    assert len([each for each in files if each.startswith("socket:")]) == 4  # its lanes
    assert not [each for each in files if "sqlite" in each]


# --- when it ends or hangs --------------------------------------------------------------------------------


def test_a_reading_request_that_loses_it_is_asked_once_more(process: WorkspaceProcess, tmp_path: Path) -> None:
    assert ask(process, f"do=die+once&mark={tmp_path / 'mark'}").status.startswith("418")


def test_a_request_that_kills_it_twice_is_given_up_and_the_next_is_answered(process: WorkspaceProcess) -> None:
    with pytest.raises(WorkspaceUnavailable, match="ended twice"):
        ask(process, "do=die")
    assert ask(process).status.startswith("418")


def test_a_request_that_changes_something_is_never_repeated(process: WorkspaceProcess, tmp_path: Path) -> None:
    with pytest.raises(WorkspaceUnavailable, match="changes something"):
        ask(process, f"do=die+once&mark={tmp_path / 'mark'}", method="POST")


def test_an_application_that_fails_outright_costs_its_request_only(process: WorkspaceProcess) -> None:
    with pytest.raises(WorkspaceUnavailable):
        ask(process, "do=raise")
    assert ask(process).status.startswith("418")


def test_one_that_takes_too_long_is_ended() -> None:
    process = WorkspaceProcess(limit=12, program=PROGRAM)  # the start of a process is within it
    ask(process)
    with pytest.raises(WorkspaceUnavailable, match="longer than 12 s"):
        ask(process, "do=sleep&for=60")
    assert ask(process).status.startswith("418")
    process.end()


def test_it_ends_when_nobody_asks_for_long_and_comes_back() -> None:
    process = WorkspaceProcess(idle=1, program=PROGRAM)
    first = told(ask(process))["process"]
    ends = time.monotonic() + SOON
    while psutil.pid_exists(first) and psutil.Process(first).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < ends
        time.sleep(0.05)
    assert told(ask(process))["process"] != first
    process.end()


def test_who_cannot_be_served_is_told_so() -> None:
    workspace = Workspace(lambda *_: [b"here"])
    assert sent(workspace, "/staff/") == (["here"], b"here")
    process = WorkspaceProcess(program="import sys; sys.exit(1)")
    workspace.hand_over(process)
    status, body = sent(workspace, "/staff/")
    assert status[0].startswith("503")
    assert "Xin Ông/Bà thử lại sau ít phút" in body.decode()
    assert sent(workspace, "/d/K7M2QX")[1] == b"here"
    process.end()


def sent(workspace: Workspace, path: str) -> tuple[list[str], bytes]:
    statuses: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "wsgi.input": BytesIO(),
        "wsgi.url_scheme": "http",
    }

    def start_response(status: str, *_: object) -> Any:
        statuses.append(status)

    body = b"".join(workspace(environ, start_response))
    return statuses or ["here"], body


# --- under the server -------------------------------------------------------------------------------------


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A province with staff and answers, for a server in a process of its own."""
    environment = environment_of(tmp_path)
    url = environment["SURVEY_DATABASE_URL"]
    database = Database(url)
    prepare(database, CATALOGUE)
    installation = Installation(config_of(url, tmp_path), database, CATALOGUE)
    set_up_province(installation)
    set_up_staff(installation)
    Answers(installation).add(full_answers(40, seed=1), on=date(2026, 10, 5))
    database.close()
    return environment


@pytest.mark.parametrize("server", [shipped_server(), GUNICORN], ids=lambda server: server[0])
def test_every_server_answers_though_the_process_is_killed(environment: dict[str, str], server: Sequence[str]) -> None:
    with serving(environment, server=server) as served:
        head = sign_in(served)
        for address, begins in PAGES.items():
            assert get(head, served, address).startswith(begins), address
        first = get(head, served, TREND)
        (killed,) = processes(environment)
        os.kill(killed, signal.SIGKILL)
        assert get(head, served, TREND) == first
        (other,) = processes(environment)
        assert other != killed
        assert loaded_by(other) & set(HEAVY)
        for citizens in psutil.Process(served.process.pid).children(recursive=True):
            if citizens.pid != other:
                assert not loaded_by(citizens.pid) & set(HEAVY), (
                    "the process that serves citizens loads no such library"
                )
    assert ended(environment), "a server that ends takes its workspace along"


def test_a_killed_server_leaves_no_process(environment: dict[str, str]) -> None:
    with serving(environment) as served:
        get(sign_in(served), served, TREND)
        assert processes(environment)
        served.kill()
        assert ended(environment)


def test_a_form_too_long_is_refused_as_ever(environment: dict[str, str]) -> None:
    with serving(environment) as served:
        with pytest.raises(HTTPError) as refused:
            get(build_opener(), served, "/staff/sign-in", b"x" * 300_000)
        assert refused.value.code == 413
        assert not processes(environment)


def sign_in(served: Served) -> OpenerDirector:
    """A browser in which the head of the office has signed in."""
    browser = build_opener(HTTPCookieProcessor())
    page = get(browser, served, "/staff/sign-in").decode()
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    form = {"csrf_token": token[1], "email": EMAILS["head"], "password": PASSWORD}
    get(browser, served, "/staff/sign-in", urlencode(form).encode())
    return browser


def get(browser: OpenerDirector, served: Served, path: str, form: bytes | None = None) -> bytes:
    with browser.open(f"http://127.0.0.1:{served.port}{path}", form, timeout=60) as answer:
        assert answer.status == 200
        body: bytes = answer.read()
        return body


def processes(environment: dict[str, str]) -> list[int]:
    """The workspace's processes that live and belong to this installation."""
    own = f"SURVEY_INSTANCE={environment['SURVEY_INSTANCE']}\0".encode()
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            if b"answer_for_another" in (each / "cmdline").read_bytes() and own in (each / "environ").read_bytes():
                found.append(int(each.name))
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return found


def loaded_by(process: int) -> set[str]:
    """The packages of which a process has loaded a compiled part."""
    maps = Path(f"/proc/{process}/maps").read_text(encoding="utf-8")
    return set(re.findall(r"site-packages/([^/]+)/", maps))


def ended(environment: dict[str, str]) -> bool:
    ends = time.monotonic() + SOON
    while processes(environment) and time.monotonic() < ends:
        time.sleep(0.05)
    return not processes(environment)
