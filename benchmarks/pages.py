"""Pages: the citizen's against a bare Flask page of the same size, their bytes on the wire, charts and reports."""

import gzip
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from http.client import HTTPResponse
from itertools import cycle
from typing import Final
from urllib.parse import parse_qsl

from benchmarks import data
from benchmarks.bench import Bench
from benchmarks.client import closed_loop, get
from benchmarks.engines import Site
from benchmarks.server import BARE, Reader, Server, serving, start
from benchmarks.writing import form_of
from survey.config import ROOT
from survey.domain.response import new_key

RATES: Final = ("page-tap", "page-criteria", "page-tap-spread", "page-criteria-spread")
BYTES: Final = tuple(f"page-bytes-{page}" for page in ("tap", "criteria", "thanks", "privacy", "office", "province"))
DRAWN: Final = {"reports-per-second": "report.pdf", "charts-per-second": "trend.svg"}
_AS_A_PHONE = {"Accept_Encoding": "gzip, deflate, br"}


def _citizen_pages(desk: str) -> dict[str, str]:
    return {
        "tap": f"/d/{desk}",
        "criteria": f"/d/{desk}/phieu/{new_key()}",
        "thanks": f"/d/{desk}/cam-on",
        "privacy": f"/rieng-tu?d={desk}",
    }


# --- how many a second ------------------------------------------------------------------------------------


def rates(bench: Bench) -> None:
    """The citizen's pages, each run after one of a page of the same size on a server with the same settings."""
    with (
        bench.used_site() as (site, province),
        serving(site, f"/d/{province.desks[0]}") as server,
        serving(site, "/1", BARE) as bare,
    ):
        one, every = province.desks[:1] * len(province.desks), province.desks
        for name, desks in (("", one), ("-spread", every)):
            _rate(bench, server, bare, f"page-tap{name}", [f"/d/{desk}" for desk in desks])
            _rate(bench, server, bare, f"page-criteria{name}", [_after_a_tap(server, desk) for desk in desks])


def _after_a_tap(server: Server, desk: str) -> str:
    """Where a tap leads to: a key, and the stamp of the page it was made on."""
    stamp = dict(parse_qsl(form_of(server, desk)))["stamp"]
    return f"/d/{desk}/phieu/{new_key()}?stamp={stamp}"


def _rate(bench: Bench, server: Server, bare: Server, line_id: str, paths: Sequence[str]) -> None:
    """These pages in turn, each visit with a key and a stamp of its own."""
    _, body = server.fetch(paths[0], **_AS_A_PHONE)
    seconds = bench.form.page_seconds
    made, beside = [], []
    for _ in range(bench.form.runs + 1):
        beside.append(_per_second(bare, [f"/{len(body)}"], seconds))
        made.append(_per_second(server, paths, seconds))
    bench.add(line_id, made[1:], beside[1:], more={"bytes": len(body)})  # the first warms both


def _per_second(server: Server, paths: Sequence[str], seconds: float) -> float:
    requests = cycle([get(path) for path in paths])
    return closed_loop(server.port, requests, clients=8, seconds=seconds).expect(200).per_second


# --- how large --------------------------------------------------------------------------------------------


def sizes(bench: Bench) -> None:
    """Head and body as sent to a phone; where the server does not compress, the body as gzip -6 would make it."""
    with bench.used_site() as (site, province), serving(site, f"/d/{province.desks[0]}") as server:
        for name, path in _citizen_pages(province.desks[0]).items():
            _tell_size(bench, name, *server.fetch(path, **_AS_A_PHONE))
        cookie = Reader(server, data.EMAIL, data.PASSWORD).cookie
        for name, code in (("office", province.offices[0]), ("province", data.PROVINCE)):
            _tell_size(bench, name, *server.fetch(f"/staff/offices/{code}", Cookie=cookie, **_AS_A_PHONE))


def _tell_size(bench: Bench, name: str, response: HTTPResponse, body: bytes) -> None:
    if response.status != 200:
        raise RuntimeError(f"the {name} page answered {response.status}")
    head = len(f"HTTP/1.1 {response.status} {response.reason}\r\n{response.headers}".encode())
    encoding = response.headers.get("Content-Encoding")
    sent = body if encoding else gzip.compress(body, 6)
    more = {"head": head, "body": len(sent), "encoding": encoding or "gzip -6, not by the server"}
    bench.add(f"page-bytes-{name}", [head + len(sent)], more=more)


# --- charts and reports -----------------------------------------------------------------------------------


def drawn(bench: Bench) -> None:
    """Reports and charts of one office after the other, two clients."""
    with bench.used_site() as (site, province), serving(site, f"/d/{province.desks[0]}") as server:
        cookie = Reader(server, data.EMAIL, data.PASSWORD).cookie
        for line_id, file in DRAWN.items():
            requests = _of_every_office(province, file, cookie)
            runs = [
                closed_loop(server.port, requests, clients=2, seconds=bench.form.draw_seconds).expect(200).per_second
                for _ in range(bench.form.runs + 1)
            ]
            bench.add(line_id, runs[1:])


def _of_every_office(province: data.Province, file: str, cookie: str) -> Iterator[bytes]:
    for code in cycle(province.offices):
        yield get(f"/staff/offices/{code}/{file}", Cookie=cookie)


# --- starting ---------------------------------------------------------------------------------------------


def starting(bench: Bench) -> None:
    """From the server's command to the first citizen's page."""
    with bench.empty_site() as (site, province):
        bench.add("start-to-first-answer", [_start(site, province.desks[0]) for _ in range(bench.form.starts)])


def _start(site: Site, desk: str) -> float:
    began = time.perf_counter()
    server = start(site)
    try:
        server.wait_for(f"/d/{desk}")
        return time.perf_counter() - began
    finally:
        server.stop()


def importing(bench: Bench) -> None:
    """A Python that imports the application and ends, beside one that only ends."""
    with bench.empty_site() as (site, _):
        runs = [_python(site, "import wsgi") for _ in range(bench.form.starts)]
        bench.add("import-time", runs, more={"python_alone": round(_python(site, "pass"), 3)})


def _python(site: Site, program: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=site.environment(), check=True)
    return time.perf_counter() - began
