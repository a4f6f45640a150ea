"""`flask audit`: what people did, and whether somebody changed what is said about it."""

import re

import pytest
from sqlalchemy import update

from survey.domain.audit import PUT_BACK, Deed
from survey.installation import Installation
from survey.store.audit import append_audit
from survey.store.models_trust import audit
from tests.cli.commands import Commands


@pytest.fixture
def trail(installation: Installation) -> None:
    with installation.database.transaction() as connection:
        for number, office in enumerate(("00101", "00102", "00101")):
            deed = Deed("ai@tinh.gov.vn", PUT_BACK, office, f"phiếu {number}", "đã hỏi\nvà kiểm tra\tlại")
            append_audit(connection, deed, at=installation.clock())


@pytest.mark.usefixtures("trail")
def test_list_prints_one_line_an_entry(flask: Commands) -> None:
    lines = flask("audit", "list").stdout.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["1", "2", "3"]
    assert lines[0].split("\t") == [
        "1", "2026-10-21 09:30:00", "ai@tinh.gov.vn", "đưa phiếu trở lại kết quả", "00101", "phiếu 0",
        "đã hỏi và kiểm tra lại",
    ]  # fmt: skip
    assert len(flask("audit", "list", "--office", "00102").stdout.splitlines()) == 1
    assert flask("audit", "list", "--from", "2026-10-22").stdout == ""
    assert len(flask("audit", "list", "--from", "2026-10-21").stdout.splitlines()) == 3


@pytest.mark.usefixtures("trail")
def test_verify_tells_the_length_and_the_last_digest(flask: Commands) -> None:
    said = flask("audit", "verify").stdout
    assert "3 dòng" in said
    assert re.search(r"[0-9a-f]{64}", said)


def test_an_empty_trail_is_sound(flask: Commands) -> None:
    assert "0 dòng" in flask("audit", "verify").stdout
    assert flask("audit", "list").stdout == ""


@pytest.mark.usefixtures("trail")
def test_verify_fails_at_the_first_broken_number(flask: Commands, installation: Installation) -> None:
    with installation.database.transaction() as connection:
        connection.execute(update(audit).where(audit.c.number == 2).values(who="khac@tinh.gov.vn"))
    (said,) = flask.faults("audit", "verify")
    assert "dòng số 2" in said
