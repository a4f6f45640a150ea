"""A minute of everything at once in processes of their own: afterwards what is kept equals a recount (journey 2)."""

import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

from survey.config import ROOT
from survey.domain.offices import Desk, new_desk_code
from survey.journeys.score import bring_up_to_date
from survey.store import Database
from survey.store.offices import fetch_desks, fetch_tree, link_office, save_desk, save_office
from tests.conftest import CATALOGUE
from tests.faults.stress import PROVINCE
from tests.store.place import SIPAS, Place, counted_halves, kept_halves, marks, set_up_office

SECONDS = float(os.environ.get("STRESS_SECONDS", "60"))
ACTING = ("writer", "writer", "writer", "corrector", "reader", "reader", "rebuilder")
OFFICES, DESKS = 3, 2


def test_what_is_kept_equals_a_recount_after_a_minute_of_everything_at_once(database: Database, tmp_path: Path) -> None:
    set_up(database)
    told = {seed: tmp_path / f"{role}-{seed}" for seed, role in enumerate(ACTING)}
    processes = [start(role, database.url, seed, told[seed]) for seed, role in enumerate(ACTING)]
    failed = [role for role, process in zip(ACTING, processes, strict=True) if process.wait(SECONDS + 120) != 0]
    assert failed == [], "what they said stands above"
    lines = {path.name: path.read_text().split() for path in told.values()}
    assert all(lines.values()), f"everybody had a turn: { ({name: len(each) for name, each in lines.items()}) }"
    acknowledged = Counter(key for name, each in lines.items() if name.startswith("writer") for key in each)
    check(database, acknowledged)


def set_up(database: Database) -> None:
    """A province with some offices of some desks."""
    province = set_up_office(database, PROVINCE, "Tỉnh Hòa An")
    with database.transaction() as connection:
        for number in range(OFFICES):
            office = save_office(connection, replace(province, code=f"0010{number}", name=f"Xã {number}"))
            link_office(connection, office.id, parent_id=province.id, successor_id=None)
            for desk in range(DESKS):
                save_desk(connection, Desk(0, new_desk_code(), office.id, f"Quầy {desk}", SIPAS.id))


def start(role: str, address: str, seed: int, path: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.faults.stress", role, address, str(SECONDS), str(seed), str(path)]
    return subprocess.Popen(command, cwd=ROOT)


def check(database: Database, acknowledged: Counter[str]) -> None:
    """Every acknowledged response is there once, no other is, and all of them are counted."""
    bring_up_to_date(database, CATALOGUE)
    with database.reading() as connection:
        desks = fetch_desks(connection)
        offices = fetch_tree(connection).by_id
    places = [Place(database, desk, (offices[desk.office_id],)) for desk in desks]
    stored = [each for place in places for each in place.stored()]
    assert Counter(each.key for each in stored) == acknowledged
    assert len({(bool(each.set_aside), each.verified, each.completed) for each in stored}) == 8, "of every kind some"
    for place in places:
        assert place.kept() == place.recounted()
    assert kept_halves(database) == counted_halves(stored)
    assert marks(database) == 0
