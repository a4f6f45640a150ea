"""SIGKILL in the middle of sends: what was answered with a redirect is on disk, nothing is there twice (promise 1)."""

import os
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from random import Random
from threading import Lock, Thread

from survey.domain.response import new_key
from survey.journeys.score import bring_up_to_date
from survey.store import Database
from survey.store.models import tally
from tests.conftest import CATALOGUE
from tests.served import Served, environment_of, set_up_desk, start
from tests.store.place import marks, rows_of

ROUNDS = int(os.environ.get("KILL_ROUNDS", "20"))
SENDS, CLIENTS = 200, 8


@dataclass(frozen=True)
class Sent:
    """One tap of one person."""

    key: str
    overall: str


@dataclass
class Clients:
    """Eight people's phones that send at once; keeps who was thanked, and who got no answer."""

    served: Served
    desk: str
    kill_after: int | None
    thanked: list[Sent] = field(default_factory=list)
    unanswered: list[Sent] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def send_all(self, taps: Sequence[Sent]) -> None:
        waiting = iter(taps)
        with ThreadPoolExecutor(CLIENTS) as phones:
            for phone in [phones.submit(self._send_on, waiting) for _ in range(CLIENTS)]:
                phone.result(timeout=120)
        self.unanswered.extend(waiting)

    def _send_on(self, waiting: Iterator[Sent]) -> None:
        while (tap := self._next(waiting)) is not None:
            try:
                answer = self.served.ask("POST", f"/d/{self.desk}", {"key": tap.key, "overall": tap.overall})
            except (OSError, HTTPException):
                with self.lock:
                    self.unanswered.append(tap)
                return
            assert answer.status == 303, answer
            with self.lock:
                self.thanked.append(tap)
                kill = len(self.thanked) == self.kill_after
            if kill:
                # From aside, so that the other phones are really in the middle of their sends.
                Thread(target=self.served.kill).start()

    def _next(self, waiting: Iterator[Sent]) -> Sent | None:
        with self.lock:
            return next(waiting, None)


def test_twenty_kills_lose_no_acknowledged_answer_and_store_none_twice(tmp_path: Path) -> None:
    survive_kills(tmp_path, rounds=ROUNDS)


def survive_kills(folder: Path, *, rounds: int) -> None:
    """Sends, kills, starts again and sends once more what got no answer, that many times; asserts after each."""
    dice = Random(2026)
    environment = environment_of(folder)
    database = Database(environment["SURVEY_DATABASE_URL"])
    desk = set_up_desk(database, CATALOGUE)
    database.close()
    thanked: list[Sent] = []
    again: list[Sent] = []
    for _ in range(rounds):
        new = [Sent(new_key(), str(dice.randint(1, 5))) for _ in range(SENDS)]
        served = start(environment)
        clients = Clients(served, desk, kill_after=None)
        clients.send_all(again)
        assert clients.unanswered == [], "a server that lives answers everybody"
        clients.kill_after = len(again) + dice.randint(10, SENDS - 30)
        clients.send_all(new)
        served.process.wait(20)
        thanked, again = [*thanked, *clients.thanked], clients.unanswered
        assert len(again) > 0, "the kill came in the middle"
        assert len(thanked) + len(again) == len({*thanked, *again})
        check(folder, thanked=thanked, maybe=again)
    resend_the_rest(environment, desk, again)
    check(folder, thanked=[*thanked, *again], maybe=[])
    check_tallies(environment["SURVEY_DATABASE_URL"], number=SENDS * rounds)


def resend_the_rest(environment: dict[str, str], desk: str, again: Sequence[Sent]) -> None:
    served = start(environment)
    try:
        clients = Clients(served, desk, kill_after=None)
        clients.send_all(again)
        assert len(clients.thanked) == len(again)
    finally:
        served.stop()


def check(folder: Path, *, thanked: Sequence[Sent], maybe: Sequence[Sent]) -> None:
    """What was thanked for is stored as it was sent, nothing twice, nothing half, nothing that nobody sent."""
    with closing(sqlite3.connect(folder / "survey.sqlite3")) as connection:
        stored = dict(connection.execute("SELECT key, answers FROM response"))
        keys = Counter(key for (key,) in connection.execute("SELECT key FROM response"))
        evidence = {key for (key,) in connection.execute("SELECT key FROM evidence")}
        (sound,) = connection.execute("PRAGMA integrity_check").fetchone()
    lost = [tap for tap in thanked if tap.key not in stored]
    assert not lost, f"{len(lost)} of {len(thanked)} acknowledged answers are not on disk"
    assert max(keys.values()) == 1
    assert {key: stored[key] for key in stored} == {
        tap.key: f'{{"overall":{tap.overall}}}' for tap in (*thanked, *maybe) if tap.key in stored
    }
    assert evidence == set(stored), "a response is stored with what belongs to it or not at all"
    assert sound == "ok"


def check_tallies(url: str, *, number: int) -> None:
    """Every stored response is counted once: its mark came to the disk with it."""
    database = Database(url)
    bring_up_to_date(database, CATALOGUE)
    with database.reading() as connection:
        assert sum(connection.execute(tally.select().with_only_columns(tally.c.responses)).scalars()) == number
    assert marks(database) == 0
    assert rows_of(database, tally) >= 1
    database.close()
