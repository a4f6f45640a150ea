"""One process of the stress test: ``python -m tests.faults.stress ROLE ADDRESS SECONDS SEED FILE``.

It acts until its time is over and writes a line to the file for everything that was acknowledged.
"""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

from survey.domain.periods import month_of
from survey.domain.response import new_key
from survey.journeys.respond import Send, respond
from survey.journeys.score import branch_of, bring_up_to_date, mark_everything, score_of, tallies_in
from survey.store import Database
from survey.store.offices import fetch_desks
from survey.store.responses import amend_response, fetch_response, stream_responses
from tests.conftest import CATALOGUE
from tests.store.place import ALWAYS, NOW, SIPAS

PROVINCE = "01"
DAYS = 20


def write(database: Database, dice: Random) -> Iterator[str]:
    """Taps on all desks and days; most are completed, some are sent twice. The keys that were acknowledged."""
    with database.reading() as connection:
        codes = [desk.code for desk in fetch_desks(connection)]
    while True:
        key, desk, at = new_key(), dice.choice(codes), NOW + timedelta(days=dice.randrange(DAYS))
        tap = {"overall": [str(dice.randint(1, 5))]}
        criteria = {each.id: [dice.choice("12345")] for each in SIPAS.criteria if dice.random() < 0.5}
        sends = [tap, *([tap] if dice.random() < 0.2 else []), *([criteria] if dice.random() < 0.7 else [])]
        channel = dice.choice(("poster", "link", "kiosk", "paper"))
        for minute, answers in enumerate(sends):
            with database.transaction() as connection:
                now = at + timedelta(minutes=minute)
                respond(connection, CATALOGUE, Send(desk, channel, answers, key), now=now)
            if minute == 0:
                yield key


def correct(database: Database, dice: Random) -> Iterator[str]:
    """Sets responses aside, verifies them, takes both back. Their keys."""
    while True:
        with database.reading() as connection:
            offices = branch_of(connection, PROVINCE).ids
            known = [each.key for each in stream_responses(connection, office_ids=[dice.choice(offices)], **ALWAYS)]
        for key in dice.sample(known, min(20, len(known))):
            with database.transaction() as connection:
                found = fetch_response(connection, offices, key)
                assert found
                reasons = dice.choice([(), ("Q1",), ("Q2", "Q4")])
                amend_response(connection, replace(found[0], set_aside=reasons, verified=dice.random() < 0.3), now=NOW)
            yield key


def read(database: Database, dice: Random) -> Iterator[str]:
    """Reads the score of the province or of an office; it never loses a response that it has counted before."""
    seen: dict[str, int] = {}
    period = month_of(NOW.date())
    while True:
        code = dice.choice([PROVINCE, "00101", "00102"])
        with database.reading() as connection:
            branch = branch_of(connection, code)
        span = {"first": period.first, "last": period.last}
        bring_up_to_date(database, CATALOGUE, office_ids=branch.ids, **span)
        with database.reading() as connection:
            tallies = tallies_in(connection, branch, SIPAS, period)
        score = score_of(tallies, branch.office, questionnaire=SIPAS, period=period)
        number = score.responses + score.set_aside
        assert number >= seen.get(code, 0), f"{code}: {seen[code]} responses were counted, now {number}"
        seen[code] = number
        yield f"{code}:{number}"


def rebuild(database: Database, dice: Random) -> Iterator[str]:
    """Rebuilds everything, now and then."""
    while True:
        time.sleep(dice.uniform(0.5, 3))
        with database.transaction() as connection:
            mark_everything(connection)
        yield str(bring_up_to_date(database, CATALOGUE))


ROLES: dict[str, Callable[[Database, Random], Iterator[str]]] = {
    "writer": write,
    "corrector": correct,
    "reader": read,
    "rebuilder": rebuild,
}


def main(role: str, address: str, seconds: float, seed: int, path: Path) -> None:
    """Act until the time is over."""
    database = Database(address)
    ends = time.monotonic() + seconds
    with path.open("w", encoding="ascii") as told:
        for line in ROLES[role](database, Random(seed)):
            told.write(f"{line}\n")
            if time.monotonic() >= ends:
                break
    database.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4]), Path(sys.argv[5]))
