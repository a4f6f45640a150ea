"""Submissions: how many a second, how long a citizen waits, and how soon the score knows."""

import json
import re
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import unescape
from itertools import count
from random import Random
from statistics import median
from threading import Event, Thread
from typing import Final
from urllib.parse import urlencode

from benchmarks import data
from benchmarks.bench import Bench
from benchmarks.client import Load, closed_loop, open_loop, post, quantile
from benchmarks.server import MemoryWatch, Reader, Server, serving

CLIENTS: Final = (8, 32)
SUBMISSIONS: Final = tuple(f"submissions-{clients}" for clients in CLIENTS)
_FORMS: Final[dict[str, str]] = {}
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


def form_of(server: Server, desk: str) -> str:
    """What the desk's first page puts into its form, its signed stamp among it, but no key.

    Every site of a run signs with the same key and has the same desks: a page is fetched once.
    """
    if desk not in _FORMS:
        response, body = server.fetch(f"/d/{desk}")
        if response.status != 200:
            raise RuntimeError(f"/d/{desk} answered {response.status}")
        hidden = {name: unescape(value) for name, value in _HIDDEN.findall(body.decode()) if name != "key"}
        assert "stamp" in hidden, f"/d/{desk} has no stamp"
        _FORMS[desk] = urlencode(hidden)
    return _FORMS[desk]


class Taps:
    """People who tap: a new key each, an address of their own, the stamp of their desk's page."""

    def __init__(self, server: Server, desks: Sequence[str]) -> None:
        self._random = Random(data.SEED)
        self._sends = [(f"/d/{desk}?gui", form_of(server, desk)) for desk in desks]

    def __iter__(self) -> Iterator[bytes]:
        """Requests without end, desk after desk."""
        for number in count():
            path, form = self._sends[number % len(self._sends)]
            yield self.tap(path, form, secrets.token_urlsafe(16))

    def tap(self, path: str, form: str, key: str, **answers: str) -> bytes:
        """One request; without ``answers`` it is the tap alone."""
        chosen = urlencode(answers) or f"overall={self._random.randint(1, 5)}"
        return post(path, f"{chosen}&key={key}&{form}", X_Forwarded_For=self.address())

    def address(self) -> str:
        """Where somebody sends from."""
        return ".".join(map(str, (10, *self._random.choices(range(1, 255), k=3))))

    def taps_and_criteria(self) -> Iterator[bytes]:
        """Every tap is followed by the 22 criteria of the same person, perhaps while it is still on its way."""
        criteria = [
            f"{letter}{i + 1}" for letter, size in zip("ABCDE", (4, 5, 6, 3, 4), strict=True) for i in range(size)
        ]
        for number in count():
            path, form = self._sends[number % len(self._sends)]
            key = secrets.token_urlsafe(16)
            yield self.tap(path, form, key)
            yield self.tap(path, form, key, **{each: str(self._random.randint(1, 5)) for each in criteria})


# --- how many ---------------------------------------------------------------------------------------------


def submissions(bench: Bench) -> None:
    """Durable submissions a second, each run between two of raw inserts with as many connections as are fastest."""
    form = bench.form
    with bench.empty_site() as (site, province), serving(site, f"/d/{province.desks[0]}") as server:
        taps = iter(Taps(server, province.desks))
        closed_loop(server.port, taps, clients=8, seconds=1)  # templates, caches and plans are there
        for clients in CLIENTS:
            connections = _fastest(bench, clients)
            raw, http, loads = [], [], []
            with bench.engine.raw(connections) as inserts:
                for _ in range(form.runs):
                    raw.append(inserts.per_second(form.raw_seconds))
                    load = closed_loop(server.port, taps, clients=clients, seconds=form.submit_seconds).expect(303)
                    http.append(load.per_second)
                    loads.append(load)
            more = {
                "raw_connections": connections,
                "p50_ms": _median_ms(loads, 0.5),
                "p99_ms": _median_ms(loads, 0.99),
            }
            bench.add(f"submissions-{clients}", http, raw, more=more)


def _fastest(bench: Bench, clients: int) -> int:
    """With how many connections, at most one per client, raw inserts are fastest here."""
    speed = {}
    for connections in bench.engine.connections(clients):
        with bench.engine.raw(connections) as inserts:
            speed[connections] = inserts.per_second(min(2, bench.form.raw_seconds))
    return max(speed, key=lambda each: speed[each])


def _median_ms(loads: Sequence[Load], share: float) -> float:
    return round(1000 * median(load.quantile(share) for load in loads), 2)


# --- how long ---------------------------------------------------------------------------------------------


def spread(bench: Bench) -> None:
    """Waits at half the rate just measured, spread over all offices; then how soon a score knows."""
    with bench.used_site() as (site, province), serving(site, f"/d/{province.desks[0]}") as server:
        _wait(bench, "spread", server, province.desks)
        fresh_answer(bench, server, province)


def one_office(bench: Bench) -> None:
    """The same, all at one desk."""
    with bench.used_site() as (site, province), serving(site, f"/d/{province.desks[0]}") as server:
        _wait(bench, "one-office", server, province.desks[:1])


def drawing(bench: Bench) -> None:
    """The same over all offices while the province is looked at and reported on, and what memory that takes."""
    with bench.used_site() as (site, province), serving(site, f"/d/{province.desks[0]}") as server:
        dashboards, reports = _Dashboards(server), _Reports(server)
        with MemoryWatch(server) as memory, _going_on(dashboards), _going_on(reports):
            load = _load(bench, server, province.desks)
    _tell_waits(bench, "drawing", load, {"dashboards": dashboards.summary(), "reports": reports.summary()})
    most = memory.most
    beside = {"pss_mb": round(most.proportional, 1), "drawing_mb": round(most.drawing, 1)}
    bench.add("memory-service", [most.service], more=beside)
    bench.add("memory-worker", [most.largest])


def _rate(bench: Bench) -> float:
    measured = bench.results.measured("submissions-32", bench.name)
    if measured is None:
        raise RuntimeError("half of what rate? submissions-32 was not measured")
    return measured / 2


def _wait(bench: Bench, name: str, server: Server, desks: Sequence[str]) -> None:
    _tell_waits(bench, name, _load(bench, server, desks), {})


def _load(bench: Bench, server: Server, desks: Sequence[str]) -> Load:
    taps, seconds = iter(Taps(server, desks)), bench.form.open_seconds
    return open_loop(server.port, taps, clients=32, rate=_rate(bench), seconds=seconds).expect(303)


def _tell_waits(bench: Bench, name: str, load: Load, more: Mapping[str, object]) -> None:
    asked = {"asked_per_second": round(_rate(bench)), "got_per_second": round(load.per_second), **more}
    # One run as long as the goal says; its parts show how much it varied.
    parts = load.parts(bench.form.runs)
    for kind, share in (("p99", 0.99), ("max", 1.0)):
        each = [round(1000 * quantile(part, share), 1) for part in parts]
        bench.add(f"{kind}-{name}", [1000 * load.quantile(share)], more={"parts": each, **asked})


class _Dashboards:
    """The province's page of 500 offices with its two pictures, begun every second."""

    every = 1.0

    def __init__(self, server: Server) -> None:
        self._reader = Reader(server, data.EMAIL, data.PASSWORD)
        self.seconds: list[float] = []

    def ask(self) -> None:
        page = f"/staff/offices/{data.PROVINCE}"
        self._reader.fetch(page)
        self._reader.fetch(f"{page}/trend.svg?shape=wide")

    def summary(self) -> dict[str, float]:
        """How many were drawn, and the median of their seconds."""
        if not self.seconds:
            raise RuntimeError(f"{type(self).__name__}: none was drawn in time")
        return {"number": len(self.seconds), "median_s": median(self.seconds)}


class _Reports(_Dashboards):
    """The province's report, one after the other."""

    every = 0.0

    def ask(self) -> None:
        self._reader.fetch(f"/staff/offices/{data.PROVINCE}/report.pdf")


@contextmanager
def _going_on(readers: _Dashboards) -> Iterator[None]:
    """Ask in a thread, again and again, until the block ends. Raises what went wrong there."""
    stop, failed = Event(), []

    def run() -> None:
        try:
            while not stop.is_set():
                began = time.monotonic()
                readers.ask()
                readers.seconds.append(round(time.monotonic() - began, 3))
                stop.wait(readers.every - (time.monotonic() - began))
        except Exception as error:
            failed.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(60)
    if failed:
        raise failed[0]


# --- how soon ---------------------------------------------------------------------------------------------


def fresh_answer(bench: Bench, server: Server, province: data.Province) -> None:
    """From the thanks for an answer until the office's score over HTTP counts it, after the load just measured."""
    reader = Reader(server, data.EMAIL, data.PASSWORD)
    bench.add("fresh-answer", [_seconds_until_counted(server, reader, province, i) for i in range(7)])


def _seconds_until_counted(server: Server, reader: Reader, province: data.Province, number: int) -> float:
    address = f"/staff/offices/{province.offices[number]}/scores.json"

    def counted() -> int:
        score = json.loads(reader.fetch(address))
        return int(score["responses"]) + int(score["set_aside"])

    before = counted()
    tap = next(iter(Taps(server, [province.desks[number]])))
    open_loop(server.port, iter([tap]), clients=1, rate=1, seconds=1).expect(303)
    acknowledged = time.perf_counter()
    while counted() != before + 1:
        if time.perf_counter() - acknowledged > 30:
            raise RuntimeError("an acknowledged answer is in no score after 30 s")
        time.sleep(0.01)
    return time.perf_counter() - acknowledged
