"""Behind a PgBouncer that gives every transaction whichever connection is free, everything works without a setting."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from sqlalchemy import create_engine, text

from survey.domain.demonstration import make_province, send_responses
from survey.domain.response import new_key
from survey.journeys.demonstration import clear, load_responses, set_up_province
from survey.journeys.score import bring_up_to_date, mark_everything
from survey.journeys.setup import prepare
from survey.store import Database
from survey.store.schema import require_current
from tests.conftest import CATALOGUE
from tests.store.pgbouncer import find, pooled
from tests.store.place import NOW, Place, marks, set_up_office

POOL, CLIENTS, SENDS = 2, 8, 25

# In CI its absence is a failure: a skip would go unseen there.
pytestmark = pytest.mark.skipif(
    find() is None and "CI" not in os.environ, reason="no PgBouncer: `make test` installs it"
)


@pytest.fixture
def address(postgres_url: str) -> Iterator[str]:
    with pooled(postgres_url, pool=POOL) as address:
        yield address


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    with closing(Database(address)) as opened:
        yield opened


def test_connections_are_shared_at_every_transaction(address: str) -> None:
    """Else the tests below would prove nothing: what a session keeps is not there in the next transaction."""
    with closing(Database(address)) as database, ThreadPoolExecutor(CLIENTS) as threads:
        asked = [threads.submit(_server_process, database) for _ in range(CLIENTS * 5)]
        assert 1 <= len({each.result(timeout=60) for each in asked}) <= POOL


def _server_process(database: Database) -> int:
    with database.transaction() as connection:
        return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


def test_statements_are_prepared_only_where_they_will_be_found_again(address: str, postgres_url: str) -> None:
    for url, prepares in ((postgres_url, True), (address, False)):
        with closing(Database(url)) as database, database.reading() as connection:
            for _ in range(10):
                connection.execute(text("SELECT count(*) FROM office"))
            prepared = connection.execute(text("SELECT count(*) FROM pg_prepared_statements")).scalar_one()
        assert (prepared > 0) is prepares, url


def test_an_empty_database_is_prepared_through_it(postgres_server: str) -> None:
    admin = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE prepared_through_pgbouncer"))
    admin.dispose()
    url = admin.url.set(database="prepared_through_pgbouncer").render_as_string(hide_password=False)
    with pooled(url, pool=POOL) as address, closing(Database(address)) as database:
        for _ in range(2):
            prepare(database, CATALOGUE)
        with database.reading() as connection:
            require_current(connection)


def test_many_writers_and_readers_over_few_connections_count_every_response_once(database: Database) -> None:
    places = [Place.set_up(database, set_up_office(database, f"0010{number}")) for number in range(3)]

    def write(client: int) -> None:
        for number in range(SENDS):
            place, key = places[(client + number) % 3], new_key()
            place.send({"overall": "4"}, key=key)
            place.send({"overall": "4"}, key=key)  # the same send twice
            if number % 5 == 0:
                place.send({"overall": "5", "A1": "3"}, key=key)  # completed
            if number % 7 == 0:
                place.set_aside(key, "Q1")

    with ThreadPoolExecutor(2 * CLIENTS) as threads:
        writing = [threads.submit(write, client) for client in range(CLIENTS)]
        reading = [threads.submit(bring_up_to_date, database, CATALOGUE) for _ in range(3 * CLIENTS)]
        for each in (*writing, *reading):
            each.result(timeout=120)
    assert sum(len(place.stored()) for place in places) == CLIENTS * SENDS
    bring_up_to_date(database, CATALOGUE)
    assert marks(database) == 0
    for place in places:
        assert place.kept() == place.recounted() != {}


def test_bulk_loading_rebuilding_and_clearing_go_through_it(database: Database) -> None:
    province = make_province(today=NOW.date(), months=2, offices=10, seed=7)
    with database.transaction() as connection:
        set_up_province(connection, CATALOGUE, province)
    sent = send_responses(province, CATALOGUE, responses=3000, seed=7)
    assert load_responses(database, CATALOGUE, sent) == 3000
    bring_up_to_date(database, CATALOGUE)
    with database.transaction() as connection:
        mark_everything(connection)
    bring_up_to_date(database, CATALOGUE)
    assert marks(database) == 0
    with database.transaction() as connection:
        assert clear(connection) == len(province.tree.by_id)


def test_a_view_stays_as_it_was_while_others_write(database: Database) -> None:
    """REPEATABLE READ is asked for with each transaction, not with the session."""
    place = Place.set_up(database)
    count = text("SELECT count(*) FROM response")
    for number in range(3):
        with database.reading() as connection:
            assert connection.execute(text("SHOW transaction_isolation")).scalar_one() == "repeatable read"
            before = connection.execute(count).scalar_one()
            place.send({"overall": "4"}, key=new_key())
            assert connection.execute(count).scalar_one() == before == number
        with database.transaction() as connection:
            assert connection.execute(text("SHOW transaction_isolation")).scalar_one() == "read committed"


def test_a_server_process_that_died_is_replaced(database: Database, kill_all: Callable[[], None]) -> None:
    place = Place.set_up(database)
    place.send({"overall": "4"}, key=new_key())
    kill_all()
    place.send({"overall": "4"}, key=new_key())
    assert len(place.stored()) == 2


@pytest.fixture
def kill_all(postgres_url: str) -> Callable[[], None]:
    def kill() -> None:
        engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            others = "pid <> pg_backend_pid() AND datname = current_database()"
            connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
        engine.dispose()

    return kill
