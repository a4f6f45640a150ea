"""The day's work in processes of its own: killed in the middle, two at once, and by servers without being asked."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from survey.config import ROOT
from survey.domain.trust import REPEATED_TEXT
from survey.installation import local_now
from survey.journeys.score import bring_up_to_date
from survey.journeys.setup import prepare
from survey.store import Database
from survey.store.models import comment, desk, evidence, office, response, tally
from survey.store.models_trust import daily_run
from tests.conftest import CATALOGUE
from tests.served import environment_of, serving
from tests.store.place import rows_of

TEXT = "Cán bộ ở đây rất nhiệt tình, hồ sơ được giải quyết rất nhanh và rất tốt, xin cảm ơn nhiều."
OFFICES, COPIES = 300, REPEATED_TEXT.responses
ALL = OFFICES * COPIES


@pytest.fixture(params=["sqlite", "postgresql"])
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    if request.param == "sqlite":
        return environment_of(tmp_path)
    return environment_of(tmp_path, url=str(request.getfixturevalue("postgres_url")))


@pytest.fixture
def database(environment: dict[str, str]) -> Iterator[Database]:
    """Offices at each of which a text was sent often, nearly two days ago."""
    with closing(Database(environment["SURVEY_DATABASE_URL"])) as opened:
        prepare(opened, CATALOGUE)
        fill(opened, local_now() - timedelta(hours=45))
        yield opened


def fill(database: Database, at: datetime) -> None:
    where = [{"office_id": number, "key": f"{each}-of-office-{number:05}"} for number in range(1, OFFICES + 1)
             for each in range(COPIES)]  # fmt: skip
    common = {
        "questionnaire": "sipas-2017@1",
        "channel": "poster",
        "answers": '{"overall":5}',
        "received_on": at.date(),
    }
    with database.transaction() as connection:
        for number in range(1, OFFICES + 1):
            place = {"id": number, "name": "UBND xã", "kind": "commune", "demonstration": False}
            connection.execute(insert(office).values(**place, code=f"{number:05}"))
            values = {"id": number, "office_id": number, "name": "Quầy 1", "questionnaire": "sipas-2017"}
            connection.execute(insert(desk).values(**values, code=f"K{number:04}".translate({48: "Z", 49: "Y"})))
        states = {"completed": True, "verified": False}
        connection.execute(
            insert(response), [{**each, **common, **states, "desk_id": each["office_id"]} for each in where]
        )
        connection.execute(insert(evidence), [{**each, "received_at": at} for each in where])
        connection.execute(insert(comment), [{**each, "question": "comment", "text": TEXT} for each in where])


def set_aside(database: Database) -> int:
    with database.reading() as connection:
        asked = select(func.count()).select_from(response).where(response.c.set_aside == REPEATED_TEXT.reason)
        return connection.execute(asked).scalar_one()


def begin(environment: Mapping[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "flask", "daily"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, env=dict(environment), cwd=ROOT, text=True, **pipes)  # type: ignore[call-overload,no-any-return]


def wait_until(database: Database, least: int) -> int:
    ends = time.monotonic() + 60
    while (found := set_aside(database)) < least and time.monotonic() < ends:
        time.sleep(0.002)
    return found


def assert_counted(database: Database) -> None:
    bring_up_to_date(database, CATALOGUE)
    with database.reading() as connection:
        rows = connection.execute(select(tally.c.standing, func.sum(tally.c.responses)).group_by(tally.c.standing))
        assert [tuple(row) for row in rows] == [("set_aside", ALL)]


def test_killed_in_the_middle_it_leaves_whole_offices_and_the_next_run_does_the_rest(
    environment: dict[str, str], database: Database
) -> None:
    first = begin(environment)
    wait_until(database, 5 * COPIES)
    first.kill()
    first.communicate()
    done = set_aside(database)
    assert 0 < done < ALL, "the kill came in the middle"
    assert done % COPIES == 0, "an office is done or not"
    second = begin(environment)
    said, complaints = second.communicate(timeout=60)
    assert (second.returncode, complaints) == (0, "")
    assert f"{ALL - done}" in said
    assert set_aside(database) == ALL
    assert_counted(database)


def test_two_at_once_come_to_what_one_comes_to(environment: dict[str, str], database: Database) -> None:
    both = [begin(environment), begin(environment)]
    for each in both:
        _, complaints = each.communicate(timeout=60)
        assert (each.returncode, complaints) == (0, "")
    assert set_aside(database) == ALL
    assert_counted(database)
    assert rows_of(database, daily_run) == 1


def test_two_servers_review_once_a_day_and_empty_the_evidence_by_themselves(
    environment: dict[str, str], database: Database
) -> None:
    """Promise 3: within 48 hours, and nobody runs a command."""
    young = evidence.c.office_id > OFFICES // 2
    with database.transaction() as connection:
        expired = local_now() - timedelta(hours=46, minutes=2)
        connection.execute(evidence.update().where(~young).values(received_at=expired))
    with ExitStack() as running:
        for _ in range(2):
            running.enter_context(serving(environment))
        ends = time.monotonic() + 60
        while (rows_of(database, evidence) > ALL // 2 or not finished(database)) and time.monotonic() < ends:
            time.sleep(0.05)
    assert (finished(database), rows_of(database, daily_run)) == (1, 1)
    with database.reading() as connection:
        of_young = select(func.count()).select_from(response).where(response.c.office_id > OFFICES // 2)
        assert connection.execute(of_young.where(response.c.set_aside == REPEATED_TEXT.reason)).scalar_one() == ALL // 2
        assert connection.execute(select(func.count()).select_from(evidence).where(young)).scalar_one() == ALL // 2
    assert rows_of(database, evidence) == ALL // 2
    assert rows_of(database, response) == ALL


def finished(database: Database) -> int:
    with database.reading() as connection:
        asked = select(func.count()).select_from(daily_run).where(daily_run.c.finished_at.is_not(None))
        return connection.execute(asked).scalar_one()
