"""`flask offices facts`: in from a file as a whole or not at all, out the same way, each change in the trail."""

from collections.abc import Callable

import pytest

from survey.installation import Installation
from survey.store.audit import stream_audit
from survey.store.office_facts import fetch_facts
from tests.cli.commands import DESK, OFFICE, Commands

FACTS = f"""office,kind,value
01,hours,"t2-t6 7:30-11:30, 13:30-17:00"
01,holiday,2026-09-02
01,holiday,2026-02-14/2026-02-22
{OFFICE},network,203.0.113.7/24
{OFFICE},kiosk,{DESK}
"""


def changes(installation: Installation) -> list[tuple[str, str, str, str]]:
    with installation.database.reading() as connection:
        deeds = [each.deed for each in stream_audit(connection)]
    return [(each.who, each.office, each.subject, each.note) for each in deeds]


def test_what_is_imported_comes_out_again(
    flask: Commands, fresh: Callable[[], Commands], installation: Installation
) -> None:
    flask.set_up()
    said = flask("offices", "facts", "import", flask.file("facts.csv", FACTS)).stdout
    assert "Đã nhập 5 dòng; 4 mục thông tin thay đổi." in said
    exported = flask("offices", "facts", "export").stdout_bytes
    assert exported.decode().splitlines()[1:] == [
        f"{OFFICE},network,203.0.113.0/24",
        f"{OFFICE},kiosk,{DESK}",
        '01,hours,"T2-T6 07:30-11:30,13:30-17:00"',
        "01,holiday,2026-02-14/2026-02-22",
        "01,holiday,2026-09-02",
    ]
    other = fresh()
    other.set_up()
    other("offices", "facts", "import", other.file("facts.csv", exported))
    assert other("offices", "facts", "export").stdout_bytes == exported


def test_a_file_replaces_what_it_names_and_leaves_the_rest(flask: Commands, installation: Installation) -> None:
    flask.set_up()
    flask("offices", "facts", "import", flask.file("facts.csv", FACTS))
    more = f'office,kind,value\n01,holiday,2026-04-30\n{OFFICE},kiosk,\n01,hours,"T2-T6 07:30-11:30,13:30-17:00"\n'
    said = flask("offices", "facts", "import", flask.file("more.csv", more)).stdout
    assert "3 dòng; 2 mục" in said
    with installation.database.reading() as connection:
        kinds = [kinds for kinds in fetch_facts(connection).values()]
    assert {kind: values for each in kinds for kind, values in each.items()} == {
        "hours": ("T2-T6 07:30-11:30,13:30-17:00",),
        "holiday": ("2026-04-30",),
        "network": ("203.0.113.0/24",),
    }
    assert changes(installation)[4:] == [
        ("console", "01", "holiday", "2026-02-14/2026-02-22; 2026-09-02 → 2026-04-30"),
        ("console", OFFICE, "kiosk", f"{DESK} → –"),
    ]


def test_a_file_with_faults_changes_nothing_and_tells_them_all(flask: Commands, installation: Installation) -> None:
    flask.set_up()
    wrong = FACTS + "01,hours,2-6 07:30-17:00\n00999,hours,T2 08:00-17:00\n"
    path = flask.file("wrong.csv", wrong)
    told = flask.faults("offices", "facts", "import", path)
    assert len(told) == 3
    assert "dòng 7" in told[0]
    assert "T2-T6 07:30-11:30" in told[0], "the remedy shows how it is written"
    assert "dòng 8" in told[1]
    assert changes(installation) == []
    assert flask("offices", "facts", "export").stdout.splitlines()[1:] == []


@pytest.mark.parametrize("lines", ["", "office,kind\n"])
def test_a_file_without_the_columns_is_refused(flask: Commands, lines: str) -> None:
    flask.set_up()
    assert flask.faults("offices", "facts", "import", flask.file("x.csv", lines))


def test_clearing_the_demonstration_takes_what_is_known_of_its_offices(flask: Commands) -> None:
    flask("demo", "load", "--offices", "10", "--responses", "100", "--months", "1")
    first = flask("offices", "export").stdout.splitlines()[1].split(",")[0].lstrip("\ufeff")
    flask("offices", "facts", "import", flask.file("f.csv", f"office,kind,value\n{first},holiday,2026-09-02\n"))
    flask("demo", "clear")
    assert flask("offices", "facts", "export").stdout.splitlines()[1:] == []
