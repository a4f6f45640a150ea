"""`flask responses export`: what comes out can go in again, elsewhere, and gives the same scores."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from survey.installation import Installation
from survey.store.responses import record_responses
from tests.citizen import send, tap
from tests.cli.commands import DESK, OFFICE, OTHER_DESK, Commands, answered, import_rows, many, stored
from tests.pages import PageClient


@pytest.fixture(autouse=True)
def offices(flask: Commands) -> None:
    flask.set_up()


def exported(flask: Commands, *options: str, name: str = "ra.csv") -> tuple[Path, list[dict[str, str]]]:
    path = flask.folder / name
    flask("responses", "export", "--out", path, *options)
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")  # Excel needs it to read Vietnamese letters
    return path, list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_an_export_has_the_columns_of_an_import_and_what_only_the_server_knows(
    flask: Commands, client: PageClient
) -> None:
    send(client, tap(client, DESK, level="2"), {"A1": "1", "B1": "NA", "comment": "Chờ lâu, “rất” lâu"})
    _, (row,) = exported(flask)
    assert list(row)[:4] == ["key", "desk", "received_on", "channel"]
    assert list(row)[-5:] == ["office", "hour", "questionnaire", "verified", "set_aside"]
    shown = {name: row[name] for name in ("desk", "received_on", "channel", "overall", "A1", "A2", "B1", "comment")}
    assert shown == {
        "desk": DESK,
        "received_on": "2026-10-21",
        "channel": "poster",
        "overall": "2",
        "A1": "1",
        "A2": "",
        "B1": "NA",
        "comment": "Chờ lâu, “rất” lâu",
    }
    added = {name: row[name] for name in ("office", "hour", "questionnaire", "verified", "set_aside")}
    assert added == {
        "office": OFFICE,
        "hour": "9",
        "questionnaire": "sipas-2017@1",
        "verified": "",
        "set_aside": "",
    }


def test_an_export_imported_into_a_fresh_installation_gives_the_same_scores(
    flask: Commands, installation: Installation, fresh: Callable[[], Commands]
) -> None:
    import_rows(flask, many(400))
    _set_some_aside(installation)
    path, rows = exported(flask)
    assert sum(row["set_aside"] == "too_fast|straight" for row in rows) == 40

    other = fresh()
    for what in ("offices", "desks"):
        other(what, "import", other.file(f"{what}.csv", flask(what, "export").stdout_bytes))
    other("responses", "import", path, "--questionnaire", "sipas-2017")
    for arguments in ((), ("--desk", DESK), ("--method", "all45"), ("--channel", "kiosk")):
        assert other.score(*arguments) == flask.score(*arguments)
    assert other.score()["set_aside"] == 40
    assert (
        "Đã nhập 0 phiếu trả lời; bỏ qua 440 phiếu đã có."
        in other("responses", "import", path, "--questionnaire", "sipas-2017").stdout
    )


def _set_some_aside(installation: Installation) -> None:
    again = [
        replace(each, key=f"{each.key}-2", set_aside=("too_fast", "straight")) for each in stored(installation)[:40]
    ]
    with installation.database.transaction() as connection:
        record_responses(connection, again)


def test_comments_come_back_letter_by_letter_and_run_as_no_formula(
    flask: Commands, installation: Installation, fresh: Callable[[], Commands]
) -> None:
    comments = ['=HYPERLINK("http://x";"y")', "-Chậm", "+1", "@ai", "''=1+1", "'tốt'", 'nói "tốt"\nvà; nhanh, lắm']
    rows = io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(["key", "desk", "received_on", "A1", "comment"])
    writer.writerows([f"-k{number}", DESK, "2026-10-05", 2, text] for number, text in enumerate(comments))
    flask("responses", "import", flask.file("y-kien.csv", rows.getvalue()), "--questionnaire", "sipas-2017")
    given = {each.key: each.texts["comment"] for each in stored(installation)}

    path, shown = exported(flask)
    assert not any(row["comment"].startswith(("=", "+", "-", "@")) or row["key"].startswith("-") for row in shown)

    other = fresh()
    other.set_up()
    other("responses", "import", path, "--questionnaire", "sipas-2017")
    again = stored(other.app.extensions["survey"])
    assert {each.key: each.texts["comment"] for each in again} == given
    assert list(given.values())[1:6] == ["-Chậm", "+1", "@ai", "'=1+1", "'tốt'"]
    assert "-k0" in given


def test_an_export_may_be_of_an_office_a_span_and_a_channel(flask: Commands) -> None:
    import_rows(flask, [*many(60), answered(desk=OTHER_DESK, received_on="2026-09-30", channel="paper")])
    assert len(exported(flask)[1]) == 61
    assert len(exported(flask, "--office", "00102")[1]) == 1
    assert len(exported(flask, "--period", "2026-10")[1]) == 60
    assert len(exported(flask, "--from", "2026-10-01", "--to", "2026-10-02")[1]) == 6
    assert {row["channel"] for row in exported(flask, "--channel", "kiosk", "--channel", "paper")[1]} == {
        "kiosk",
        "paper",
    }


def test_an_export_is_of_one_version_and_names_the_others(flask: Commands) -> None:
    import_rows(flask, many(20))
    short = flask.file("ngan.csv", f"desk,received_on,A1\n{DESK},2026-10-05,4\n")
    flask("responses", "import", short, "--questionnaire", "sipas-desk@1")
    result = flask("responses", "export", "--out", flask.folder / "ra.csv")
    assert "1 phiếu theo phiếu khảo sát sipas-desk@1" in result.stderr
    _, rows = exported(flask, "--questionnaire", "sipas-desk")
    assert [row["questionnaire"] for row in rows] == ["sipas-desk@1"]
