"""Charts, documents and QR codes over HTTP: drawn by another process, whatever becomes of either."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest
from flask import Flask

from survey.config import ROOT
from survey.installation import Installation
from survey.journeys.setup import prepare
from survey.render.drawing import DrawingProcess
from survey.store import Database
from tests.conftest import CATALOGUE, config_of
from tests.render import drawings
from tests.served import GUNICORN, Served, environment_of, serving, shipped_server
from tests.staff import DESK, EMAILS, OWN, PASSWORD, Answers, full_answers, set_up_province, set_up_staff, signed_in
from tests.test_architecture import HEAVY

OFFICE = f"/staff/offices/{OWN}"
TREND, DARK = f"{OFFICE}/trend.svg?period=2026-10", f"{OFFICE}/trend.svg?period=2026-10&theme=dark&shape=narrow"
REPORT = f"{OFFICE}/report.pdf?period=2026-10"
DRAWN = {
    TREND: b"<?xml",
    DARK: b"<?xml",
    REPORT: b"%PDF",
    f"{OFFICE}/desks/poster.pdf": b"%PDF",
    f"/staff/desks/{DESK}/qr.svg": b"<svg",
}
SOON = 20.0


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A province with staff and answers, for a server in a process of its own."""
    environment = environment_of(tmp_path)
    url = environment["SURVEY_DATABASE_URL"]
    database = Database(url)
    prepare(database, CATALOGUE)
    fill(Installation(config_of(url, tmp_path), database, CATALOGUE))
    database.close()
    return environment


def fill(installation: Installation) -> None:
    set_up_province(installation)
    set_up_staff(installation)
    Answers(installation).add(full_answers(40, seed=1), on=date(2026, 10, 5))


# --- what the server's process loads ----------------------------------------------------------------------

WORKDAY = """
import json, re, sys, html
import wsgi
desk, email, password, *addresses = sys.argv[1:]
client = wsgi.app.test_client()
page = client.get(f"/d/{desk}")
hidden = dict(re.findall(r'<input type="hidden" name="(\\w+)" value="([^"]*)"', html.unescape(page.text)))
client.post(f"/d/{desk}", data={**hidden, "overall": "2"})
token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/staff/sign-in").text)[1]
client.post("/staff/sign-in", data={"csrf_token": token, "email": email, "password": password})
drawn = {each: client.get(each) for each in addresses}
print(json.dumps({
    "drawn": {each: [answer.status_code, answer.data[:5].decode()] for each, answer in drawn.items()},
    "modules": sorted({name.split(".")[0] for name in sys.modules}),
}))
"""


def test_a_server_that_gives_out_drawings_loads_no_heavy_library(environment: dict[str, str]) -> None:
    command = [sys.executable, "-c", WORKDAY, DESK, EMAILS["head"], PASSWORD, *DRAWN]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    for address, begins in DRAWN.items():
        status, first = found["drawn"][address]
        assert status == 200, address
        assert first.startswith(begins.decode()), address
    assert not set(HEAVY) & set(found["modules"])


# --- under the server -------------------------------------------------------------------------------------


@pytest.mark.parametrize("server", [shipped_server(), GUNICORN], ids=lambda server: server[0])
def test_every_server_gives_out_drawings_though_their_process_is_killed(
    environment: dict[str, str], server: Sequence[str]
) -> None:
    with serving(environment, server=server) as served:
        head = sign_in(served)
        for address, begins in DRAWN.items():
            assert get(head, served, address).startswith(begins), address
        first = get(head, served, TREND)
        (killed,) = drawing_processes(environment)
        os.kill(killed, signal.SIGKILL)
        assert get(head, served, TREND) == first
        (other,) = drawing_processes(environment)
        assert other != killed
    assert ended(environment), "a server that ends takes its drawing process along"


def test_a_killed_server_leaves_no_drawing_process(environment: dict[str, str]) -> None:
    with serving(environment) as served:
        get(sign_in(served), served, TREND)
        assert drawing_processes(environment)
        served.kill()
        assert ended(environment)


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


def drawing_processes(environment: dict[str, str]) -> list[int]:
    """The drawing processes that live and belong to this installation."""
    own = f"SURVEY_INSTANCE={environment['SURVEY_INSTANCE']}\0".encode()
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            if b"draw_for_another" in (each / "cmdline").read_bytes() and own in (each / "environ").read_bytes():
                found.append(int(each.name))
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return found


def ended(environment: dict[str, str]) -> bool:
    ends = time.monotonic() + SOON
    while drawing_processes(environment) and time.monotonic() < ends:
        time.sleep(0.05)
    return not drawing_processes(environment)


# --- when there is none -----------------------------------------------------------------------------------


def test_who_cannot_be_served_is_told_so_and_others_are(
    app: Flask, installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(installation)
    head, gate = signed_in(app, "head"), tmp_path / "gate"
    draws = DrawingProcess(at_once=1)
    monkeypatch.setattr("survey.web.drawing._PROCESS", draws)
    with ThreadPoolExecutor(1) as others:
        first = others.submit(draws.draw, drawings.until, gate)
        while not gate.with_suffix(".began").exists():
            time.sleep(0.01)
        refused = head.get(REPORT)
        assert refused.status_code == 503
        assert "Xin thử lại sau ít phút" in refused.text
        assert head.get(OFFICE).status_code == 200
        assert head.get(f"/d/{DESK}").status_code == 200
        gate.touch()
        assert first.result(SOON) == b"drawn"
    assert head.get(REPORT).data.startswith(b"%PDF")
    draws.end()
