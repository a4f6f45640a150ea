"""SIGKILL in the middle of `flask scores rebuild`: no day is wrong and unmarked; the next one goes on (journey 2)."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from survey.config import ROOT
from survey.domain.response import Response
from survey.store import Database
from survey.store.models import mark
from survey.store.responses import record_responses
from tests.served import environment_of
from tests.store.place import Place, counted_halves, kept_halves, marks

DAYS, FIRST = 4000, date(2015, 1, 1)
PATIENCE = 60.0


@pytest.fixture
def place(database: Database) -> Place:
    place = Place.set_up(database)
    with database.transaction() as connection:
        record_responses(connection, list(responses(place)))
    place.bring_up_to_date()
    return place


def responses(place: Place) -> Iterator[Response]:
    for day in range(DAYS):
        yield Response(
            office_id=place.offices[0].id,
            key=f"a-key-made-for-day-{day}",
            desk_id=place.desk.id,
            questionnaire="sipas-2017@1",
            channel="poster",
            received_on=FIRST + timedelta(days=day),
            received_hour=9,
            answers={"overall": 1 + day % 5},
            respondent={},
            texts={},
            completed=False,
        )


def test_a_killed_rebuild_leaves_every_day_right_or_marked_and_is_taken_up(place: Place, tmp_path: Path) -> None:
    truth = place.kept()
    process = rebuild(place, tmp_path)
    ends = time.monotonic() + PATIENCE
    while not 0 < marks(place.database) < DAYS and time.monotonic() < ends:
        assert process.poll() is None, process.communicate()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    left = marked_days(place)
    assert 0 < left < DAYS, "the kill came in the middle"
    assert place.kept() == truth == place.recounted()
    said, told = rebuild(place, tmp_path).communicate(timeout=PATIENCE)
    assert (said, told) == (f"Đã đếm lại {left} ngày làm việc của các quầy.\n", "Tiếp tục lần đếm lại trước còn dở.\n")
    assert place.kept() == truth
    assert kept_halves(place.database) == counted_halves(place.stored())
    assert marks(place.database) == 0


def rebuild(place: Place, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "scores", "rebuild"],
        env={**environment_of(folder, url=place.database.url), "LC_ALL": "vi_VN.UTF-8"},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def marked_days(place: Place) -> int:
    with place.database.reading() as connection:
        days = select(mark.c.office_id, mark.c.desk_id, mark.c.day).distinct().subquery()
        return connection.execute(select(func.count()).select_from(days)).scalar_one()
