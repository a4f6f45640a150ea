"""Recounting while answers come in: nothing is lost, nothing counted twice, nobody waits for ever (journey 2)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

from survey.domain.demonstration import make_province, send_responses
from survey.journeys.demonstration import load_responses, set_up_province
from survey.journeys.score import bring_up_to_date
from survey.store import Database
from survey.store.recount import marked_offices
from tests.conftest import CATALOGUE
from tests.store.place import EVERY_DAY, responses_by_version

ALWAYS = {"first": date(2000, 1, 1), "last": date(2100, 1, 1)}
WRITERS, SENDS, BATCH = 3, 8, 25


def test_recounts_beside_each_other_and_beside_writers_count_every_response_once(database: Database) -> None:
    province = make_province(today=date(2026, 11, 22), months=1, offices=10, seed=3)
    with database.transaction() as connection:
        set_up_province(connection, CATALOGUE, province)

    def write(seed: int) -> None:
        for part in range(SENDS):
            sent = send_responses(province, CATALOGUE, responses=BATCH, seed=100 * seed + part)
            load_responses(database, CATALOGUE, sent)

    with ThreadPoolExecutor(2 * WRITERS) as threads:
        writing = [threads.submit(write, seed) for seed in range(WRITERS)]
        reading = [threads.submit(bring_up_to_date, database, CATALOGUE) for _ in range(6 * SENDS)]
        for each in (*writing, *reading):
            each.result(timeout=60)
    bring_up_to_date(database, CATALOGUE)
    assert sum(responses_by_version(database, EVERY_DAY).values()) == WRITERS * SENDS * BATCH
    with database.reading() as connection:
        assert marked_offices(connection, office_ids=None, **ALWAYS) == {}
