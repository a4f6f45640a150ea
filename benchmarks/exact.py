"""Speed that keeps the promises: nothing acknowledged is lost, and kept figures equal a recount, whatever happened."""

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from http.client import HTTPException
from itertools import groupby
from random import Random
from threading import Event, Thread, Timer
from time import sleep
from urllib.error import HTTPError

from benchmarks import data
from benchmarks.bench import Bench
from benchmarks.client import Load, ServerBroke, closed_loop
from benchmarks.engines import Site
from benchmarks.reading import every_office, one_office
from benchmarks.server import Reader, Server, serving
from benchmarks.writing import Taps
from survey.domain.offices import Office
from survey.domain.periods import Period, month_of
from survey.domain.response import Response
from survey.domain.scoring import OfficeScore, office_score
from survey.domain.tally import CountedResponse, Standing, Tally, count, layout_of, total
from survey.installation import local_now
from survey.journeys.dashboard import Asked
from survey.store import Database
from survey.store.offices import fetch_tree
from survey.store.responses import amend_response, fetch_response, stream_responses

FIRST, LAST = date(2000, 1, 1), date(2100, 1, 1)
_KEY = re.compile(rb"[&?]key=([\w-]+)")
Recount = dict[tuple[int, str], dict[tuple[str, Standing], Tally]]


def crash(bench: Bench) -> None:
    """SIGKILL in the middle of sends and of counting, several times; then every figure against a recount."""
    dice = Random(data.SEED)
    acknowledged: set[str] = set()
    with bench.empty_site() as (site, province):
        for _ in range(bench.form.kills):
            with serving(site, f"/d/{province.desks[0]}") as server:
                acknowledged |= _keys_until_killed(server, province, 0.5 + dice.random())
        wrong = differences(site, province, bench.today) + _lost(site, acknowledged)
        bench.add("crash-exact", [wrong], more={"acknowledged": len(acknowledged), "kills": bench.form.kills})


def _keys_until_killed(server: Server, province: data.Province, seconds: float) -> set[str]:
    """The keys that were thanked for before the server was killed."""
    load = Load(keeping=True)
    taps = iter(Taps(server, province.desks[:50]))
    killer = Timer(seconds, server.kill)
    reading = _Reading(server, province)
    try:
        killer.start()
        reading.start()
        closed_loop(server.port, taps, clients=16, seconds=seconds + 5, load=load)
    except ServerBroke:
        pass  # as it should
    finally:
        killer.join()
        reading.stop()
    if set(load.statuses) != {303}:
        raise RuntimeError(f"expected only 303 before the kill, got {load.statuses}")
    return {found[1].decode() for each in load.answered if (found := _KEY.search(each))}


def _lost(site: Site, acknowledged: set[str]) -> int:
    with site.opened() as database, database.reading() as connection:
        stored = {row[0] for row in connection.exec_driver_sql("SELECT key FROM response")}
    return len(acknowledged - stored)


def stress(bench: Bench) -> None:
    """Writers, completers, set-asides and readers at once, on two servers; then every figure against a recount."""
    form = bench.form
    with bench.empty_site() as (site, province), ExitStack() as stack:
        page = f"/d/{province.desks[0]}"
        servers = [stack.enter_context(serving(site, page)) for _ in range(2)]
        loads = [Load() for _ in servers]
        writers = [
            Thread(target=_write, args=(server, province, load, form.stress_seconds))
            for server, load in zip(servers, loads, strict=True)
        ]
        others = [*(_Reading(server, province) for server in servers), _SettingAside(site, province)]
        for each in (*writers, *others):
            each.start()
        for writer in writers:
            writer.join()
        for other in others:
            other.stop()
        if any(set(load.statuses) != {303} for load in loads):
            raise RuntimeError(f"expected only 303, got {[load.statuses for load in loads]}")
        stack.close()
        done = {"sends": sum(len(load.waits) for load in loads), "reads_and_set_asides": sum(o.done for o in others)}
        bench.add("stress-exact", [differences(site, province, bench.today)], more=done)


def _write(server: Server, province: data.Province, load: Load, seconds: float) -> None:
    requests = Taps(server, province.desks[:50]).taps_and_criteria()
    closed_loop(server.port, requests, clients=8, seconds=seconds, load=load)


class _Busy(Thread):
    """Does something again and again until it is stopped; counts how often it succeeded."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._stopped = Event()
        self._dice = Random(data.SEED)
        self._failed: Exception | None = None
        self.done = 0

    def run(self) -> None:
        while not self._stopped.is_set() and self._failed is None:
            try:
                self.done += self.once()
            except HTTPError as error:
                self._failed = error
            except (OSError, HTTPException):  # a server that was killed answers nobody
                self._stopped.wait(0.05)
            except Exception as error:  # raised again where somebody is told
                self._failed = error

    def once(self) -> bool:
        raise NotImplementedError

    def stop(self) -> None:
        self._stopped.set()
        self.join(60)
        if self._failed is not None:
            raise self._failed
        if not self.done:
            raise RuntimeError(f"{type(self).__name__} did nothing")


class _Reading(_Busy):
    """Reads scores, so that marked days are counted while they are written to."""

    def __init__(self, server: Server, province: data.Province) -> None:
        super().__init__()
        self._reader = Reader(server, data.EMAIL, data.PASSWORD)
        self._offices = province.offices[:50]

    def once(self) -> bool:
        self._reader.fetch(f"/staff/offices/{self._dice.choice(self._offices)}/scores.json")
        return True


class _SettingAside(_Busy):
    """Sets answers aside and takes it back, from a process of its own beside the servers."""

    def __init__(self, site: Site, province: data.Province) -> None:
        super().__init__()
        self._database = Database(site.url)
        with self._database.reading() as connection:
            tree = fetch_tree(connection)
        self._offices = [tree.by_code[code].id for code in province.offices[:50]]

    def once(self) -> bool:
        office = self._dice.choice(self._offices)
        with self._database.reading() as connection:
            stored = list(stream_responses(connection, office_ids=[office], first=FIRST, last=LAST))
        if not stored:
            return False
        key = self._dice.choice(stored).key
        with self._database.transaction() as connection:
            found = fetch_response(connection, [office], key)
            assert found
            reasons = () if found[0].set_aside else ("too_fast",)
            amend_response(connection, replace(found[0], set_aside=reasons), now=local_now())
        sleep(0.01)
        return True

    def stop(self) -> None:
        super().stop()
        self._database.close()


# --- the recount ------------------------------------------------------------------------------------------


def differences(site: Site, province: data.Province, today: date) -> int:
    """How many offices' scores of this month, alone or on the page of the province, are not those of a recount."""
    month = month_of(today)
    with site.opened() as database:
        with database.reading() as connection:
            tree = fetch_tree(connection)
            counted = recount(stream_responses(connection, office_ids=list(tree.by_id), first=FIRST, last=LAST))
        if not counted:
            raise RuntimeError("nothing was stored")
        page = every_office(database, province, Asked(data.PROVINCE, month, today))
        on_page = {line.office.code: line.score for line in page.below} | {data.PROVINCE: page.score}
        if set(on_page) != {office.code for office in tree}:
            raise RuntimeError(f"the page of the province shows {len(on_page)} offices")
        differing = 0
        for office in tree:
            recounted = _counted(counted, tree.branch(office.id), month)
            alone = one_office(database, office.code, month)
            differing += alone != recounted or _in_short(on_page[office.code]) != _in_short(recounted)
        return differing


def _in_short(score: OfficeScore) -> tuple[object, ...]:
    """What the page of a province shows of an office."""
    return score.responses, score.set_aside, score.overall, score.index, [each.index for each in score.dimensions]


def _counted(counted: Recount, branch: Sequence[Office], month: Period) -> OfficeScore:
    """The score of the first of these offices with the others below it."""
    questionnaire = data.catalogue().get(data.QUESTIONNAIRE)
    cells: dict[tuple[str, Standing], list[Tally]] = {}
    for office in branch:
        for cell, tally in counted.get((office.id, questionnaire.key), {}).items():
            cells.setdefault(cell, []).append(tally)
    return office_score(
        {cell: total(layout_of(questionnaire), each) for cell, each in cells.items()},
        office_code=branch[0].code,
        office_name=branch[0].name,
        questionnaire=questionnaire,
        period=month,
    )


def recount(responses: Iterator[Response]) -> Recount:
    """Tallies by office and questionnaire version, counted by the pure functions and nothing else."""
    found: Recount = {}
    for where, those in groupby(responses, key=lambda each: (each.office_id, each.questionnaire)):
        questionnaire = data.catalogue().get(where[1])
        layout = layout_of(questionnaire)
        sums = found.setdefault(where, {})
        plain = (CountedResponse(each.channel, each.standing, each.answers) for each in those)
        for cell, tally in count(questionnaire, plain).items():
            sums[cell] = total(layout, [tally, *([sums[cell]] if cell in sums else [])])
    return found
