"""Promise 3 with a slip: after a whole journey nothing anywhere says who answered, or with which slip."""

import csv
from pathlib import Path

import pytest
from sqlalchemy import select, text

from survey import create_app
from survey.domain.slips import grouped, hashed, new_code, slip_key
from survey.installation import Installation
from survey.store import Database
from survey.store.models import metadata, response
from survey.store.models_trust import slip
from tests.citizen import DESK, hidden_fields
from tests.cli.commands import Commands
from tests.conftest import CATALOGUE, config_of
from tests.served import SECRET, Served, environment_of, serving, set_up_desk
from tests.test_promises import COMMENT, HEADERS, TELLING


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What the server writes into; the slips' file is the office's own and lies elsewhere."""
    made = tmp_path / "instance"
    made.mkdir()
    return made


@pytest.fixture
def environment(folder: Path) -> dict[str, str]:
    return environment_of(folder, SURVEY_TRUSTED_PROXIES="127.0.0.1")


@pytest.fixture
def flask(environment: dict[str, str], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commands:
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")
    database = Database(environment["SURVEY_DATABASE_URL"])
    set_up_desk(database, CATALOGUE)
    config = config_of(environment["SURVEY_DATABASE_URL"], folder, SURVEY_SECRET_KEY=SECRET)
    return Commands(create_app(Installation(config, database, CATALOGUE)), tmp_path)


def issued(flask: Commands, number: int) -> list[str]:
    path = flask.folder / "handed-out.csv"
    flask("slips", "issue", "--desk", DESK, "--count", number, "--out", path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row["code"] for row in csv.DictReader(file)]


def answer_with_a_slip(served: Served, code: str) -> None:
    """Typed, opened, switched, refused, sent twice, used once more: all that a server might want to write down."""
    typed = served.ask("GET", f"/?code={grouped(code)}", **HEADERS)
    assert typed.location == f"/s/{code}"
    first = served.ask("GET", typed.location, **HEADERS)
    form = hidden_fields(first.body.decode())
    assert served.ask("GET", f"/s/{code}?lang=en", **HEADERS).status == 200
    assert served.ask("GET", f"/rieng-tu?d={DESK}&slip={code}&k=slip", **HEADERS).status == 200
    assert served.ask("POST", f"/d/{DESK}?gui", {**form, "overall": "9"}, **HEADERS).status == 422
    for _ in range(2):
        tapped = served.ask("POST", f"/d/{DESK}?gui", {**form, "overall": "1"}, **HEADERS)
        assert tapped.status == 303
    page = served.ask("GET", tapped.location, **HEADERS).body.decode()
    sent = {**hidden_fields(page), "A1": "1", "comment": COMMENT}
    assert served.ask("POST", f"/d/{DESK}?gui", sent, **HEADERS).status == 303
    again = hidden_fields(served.ask("GET", f"/s/{code}", **HEADERS).body.decode())
    assert served.ask("POST", f"/d/{DESK}?gui", {**again, "overall": "2"}, **HEADERS).status == 303
    for wrong in (f"/s/{code}X", f"/s/{new_code()}", f"/s/{code}/more"):
        assert served.ask("GET", wrong, **HEADERS).status == 404
    assert served.ask("PUT", f"/s/{code}", {}, **HEADERS).status == 405
    too_long = {"slip": code, "overall": "x" * 3_000_000}
    assert served.ask("POST", f"/d/{DESK}?gui", too_long, **HEADERS).status in (413, 422)


def exports(flask: Commands) -> str:
    """Every file and every table that can be taken out."""
    taken = []
    for name, arguments in {
        "responses.csv": ("responses", "export", "--out"),
        "score.json": ("scores", "--office", "00101", "--from", "2020-01-01", "--to", "2040-01-01", "--format", "json"),
        "score.csv": ("scores", "--office", "00101", "--from", "2020-01-01", "--to", "2040-01-01", "--format", "csv"),
        "offices.csv": ("offices", "export"),
        "desks.csv": ("desks", "export"),
    }.items():
        path = flask.folder / name
        taken.append(flask(*arguments, *([path] if arguments[-1] == "--out" else [])).output)
        if path.exists():
            taken.append(path.read_text(encoding="utf-8"))
    assert ",yes," in taken[1], "the export says that an answer is verified, or this test would prove nothing"
    return "\n".join(taken)


def every_row(database: Database) -> dict[str, list[str]]:
    with database.reading() as connection:
        return {table.name: [str(row) for row in connection.execute(select(table))] for table in metadata.sorted_tables}


def test_no_table_no_log_and_no_export_names_a_person_or_a_slips_code(
    flask: Commands, environment: dict[str, str], folder: Path
) -> None:
    codes = issued(flask, 3)
    (code, *_) = codes
    database = Database(environment["SURVEY_DATABASE_URL"])
    with serving(environment, "--log-level", "debug") as served:
        answer_with_a_slip(served, code)
        while_running = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    afterwards = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    written = [each for code in codes for each in (code, code.lower(), grouped(code), grouped(code).lower())]
    telling = [*TELLING, *written]
    for everything in (while_running, afterwards):
        assert hashed(code, slip_key(SECRET)).encode() in everything, "or else this test would prove nothing"
        assert [each for each in telling if each.encode() in everything] == []
    rows = every_row(database)
    assert len(rows["response"]) == 2
    assert [(each, name) for name, found in rows.items() for each in telling if any(each in row for row in found)] == []
    taken = exports(flask)
    assert [each for each in [*telling, hashed(code, slip_key(SECRET))] if each in taken] == []
    database.close()


def test_nothing_of_a_slip_stands_in_any_table_but_its_own(flask: Commands, environment: dict[str, str]) -> None:
    (code,) = issued(flask, 1)
    database = Database(environment["SURVEY_DATABASE_URL"])
    with serving(environment) as served:
        answer_with_a_slip(served, code)
    with database.reading() as connection:
        (shown,) = connection.execute(select(slip.c.code)).scalars()
        keys = list(connection.execute(select(response.c.key)).scalars())
    assert shown == hashed(code, slip_key(SECRET))
    rows = every_row(database)
    assert [name for name, found in rows.items() if any(shown in row for row in found)] == ["slip"]
    for key in keys:
        assert not any(key in row for name in ("slip", "slip_batch") for row in rows[name])
    database.close()


def test_a_server_that_fails_at_a_slip_does_not_write_its_code_down(
    flask: Commands, environment: dict[str, str]
) -> None:
    (code,) = issued(flask, 1)
    database = Database(environment["SURVEY_DATABASE_URL"])
    with serving(environment, "--log-level", "debug") as served:
        form = hidden_fields(served.ask("GET", f"/s/{code}").body.decode())
        with database.transaction() as connection:
            connection.execute(text("ALTER TABLE slip RENAME TO gone"))
        assert served.ask("GET", f"/s/{code}", **HEADERS).status == 500
        assert served.ask("GET", f"/s/{code}?lang=en", **HEADERS).status == 500
        assert served.ask("POST", f"/d/{DESK}", {**form, "overall": "4"}, **HEADERS).status == 500
        log = served.log.read_text(encoding="utf-8")
    assert "no such table: slip" in log, "or else this test would prove nothing"
    assert "/s/…" in log
    assert [each for each in (code, grouped(code), hashed(code, slip_key(SECRET)), *TELLING) if each in log] == []
    database.close()
