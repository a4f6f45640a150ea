"""`flask slips issue`: codes are in their file and count, or neither."""

import csv
import stat
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import select, text

from survey.domain.slips import hashed, normalise_slip_code, slip_key
from survey.installation import Installation
from survey.store.models import desk, office
from survey.store.models_trust import slip, slip_batch
from survey.store.slips import fetch_slip
from tests.cli.commands import DESK, Commands
from tests.store.place import rows_of

CLOSED = "code,name,kind,parent,valid_from,valid_to,successor\n00109,Cũ,commune,01,,2026-01-31,\n"


@pytest.fixture(autouse=True)
def offices(flask: Commands) -> None:
    flask.set_up()


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def known(installation: Installation, code: str) -> bool:
    with installation.database.reading() as connection:
        return fetch_slip(connection, hashed(code, slip_key(installation.config.secret_key))) is not None


def test_a_csv_lists_codes_and_addresses_and_all_of_them_count(
    flask: Commands, tmp_path: Path, installation: Installation
) -> None:
    path = tmp_path / "new folder" / "slips.csv"
    said = flask("slips", "issue", "--desk", DESK.lower(), "--count", 40, "--out", path).stdout
    assert said == f"Đã phát hành 40 mã phiếu hẹn cho quầy {DESK}, ghi vào {path}.\n"
    listed = rows(path)
    assert list(listed[0]) == ["code", "address"]
    assert len({row["code"] for row in listed}) == 40
    for row in listed:
        assert normalise_slip_code(row["code"]) == row["code"]
        assert row["address"] == f"https://hailong.example.vn/s/{row['code']}"
        assert known(installation, row["code"])


def test_a_pdf_holds_the_codes_that_count(flask: Commands, tmp_path: Path, installation: Installation) -> None:
    path = tmp_path / "slips.PDF"
    flask("slips", "issue", "--desk", DESK, "--count", 30, "--out", path)
    pages = [page.render(scale=2).to_pil() for page in pypdfium2.PdfDocument(path.read_bytes())]
    read = [barcode.text for page in pages for barcode in zxingcpp.read_barcodes(page)]
    assert len(read) == len(set(read)) == 30 == rows_of(installation.database, slip)
    for address in read:
        start, code = address.rsplit("/", 1)
        assert start == "https://hailong.example.vn/s"
        assert known(installation, code)


def test_the_database_holds_no_code_and_a_batch_names_its_monday(
    flask: Commands, tmp_path: Path, installation: Installation
) -> None:
    path = tmp_path / "slips.csv"
    flask("slips", "issue", "--desk", DESK, "--count", 12, "--out", path)
    with installation.database.reading() as connection:
        codes = list(connection.execute(select(slip.c.code)).scalars())
        batch = connection.execute(
            select(office.c.code, desk.c.code, slip_batch.c.week, slip_batch.c.slips)
            .join(slip_batch, slip_batch.c.office_id == office.c.id)
            .join(desk, desk.c.id == slip_batch.c.desk_id)
        ).one()
        stored = str(connection.execute(text("SELECT * FROM slip")).all())
    assert tuple(batch) == ("00101", DESK, date(2026, 10, 19), 12)
    assert all(len(each) == 64 for each in codes)
    assert [row["code"] for row in rows(path) if row["code"].lower() in stored.lower()] == []


def test_only_its_owner_may_read_the_file(flask: Commands, tmp_path: Path) -> None:
    path = tmp_path / "slips.csv"
    flask("slips", "issue", "--desk", DESK, "--count", 1, "--out", path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir() if "slips" in each.name] == ["slips.csv"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--desk", "Z9Z9Z9", "--count", 5, "--out", "{}/a.csv"), "Không có quầy nào mang mã “Z9Z9Z9”."),
        (("--desk", "?", "--count", 5, "--out", "{}/a.csv"), "Không có quầy nào mang mã “?”."),
        (("--desk", DESK, "--count", 0, "--out", "{}/a.csv"), "--count phải là số nguyên từ 1 đến 10000."),
        (("--desk", DESK, "--count", 10_001, "--out", "{}/a.csv"), "--count phải là số nguyên từ 1 đến 10000."),
        (("--desk", DESK, "--count", "ten", "--out", "{}/a.csv"), "--count phải là số nguyên từ 1 đến 10000."),
        (("--desk", DESK, "--count", 5, "--out", "{}/a.docx"), "phải kết thúc bằng .pdf, .csv."),
        (("--desk", DESK, "--count", 5), "Còn thiếu --out."),
        (("--count", 5, "--out", "{}/a.csv"), "Còn thiếu --desk."),
        (("--desk", DESK, "--out", "{}/a.csv"), "Còn thiếu --count."),
        (("--desk", DESK, "--count", 5, "--out", "{}/desks.csv"), "đã có, có thể chứa mã đã phát hành."),
        (("--desk", DESK, "--count", 5, "--out", "{}/desks.csv/a.csv"), "một phần của đường dẫn là tệp"),
        (("--desk", "RET2RE", "--count", 5, "--out", "{}/a.csv"), "ngừng nhận phiếu sau ngày 31/01/2026."),
        (("--desk", "CK2SED", "--count", 5, "--out", "{}/a.csv"), "Cơ quan của quầy CK2SED đã ngừng hoạt động."),
    ],
)
def test_bad_input_is_told_and_nothing_is_issued(
    flask: Commands, tmp_path: Path, installation: Installation, options: tuple[object, ...], told: str
) -> None:
    flask("offices", "import", flask.file("o.csv", CLOSED))
    flask(
        "desks",
        "import",
        flask.file(
            "d.csv",
            "desk,office,name,questionnaire,valid_from,valid_to\nRET2RE,00101,Cũ,sipas-2017,,2026-01-31\n"
            "CK2SED,00109,Cũ,sipas-2017,,\n",
        ),
    )
    before = {each: each.read_bytes() for each in tmp_path.iterdir() if each.is_file()}
    said = flask.faults("slips", "issue", *(str(each).format(tmp_path) for each in options))
    assert told in said[-1]
    assert rows_of(installation.database, slip) == rows_of(installation.database, slip_batch) == 0
    assert {each: each.read_bytes() for each in tmp_path.iterdir() if each.is_file()} == before


def test_an_address_too_long_for_paper_is_told(
    flask: Commands, tmp_path: Path, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "slips.pdf"
    object.__setattr__(installation.config, "base_url", f"https://{'a' * 300}.vn")
    said = flask.faults("slips", "issue", "--desk", DESK, "--count", 5, "--out", path)
    assert "quá dài" in said[0]
    assert "SURVEY_BASE_URL" in said[0]
    assert not path.exists()
    assert rows_of(installation.database, slip) == 0


def test_where_the_database_refuses_no_file_is_left(
    flask: Commands, tmp_path: Path, installation: Installation
) -> None:
    with installation.database.transaction() as connection:
        connection.execute(text("DROP TABLE slip"))
    path = tmp_path / "slips.csv"
    arguments = ["slips", "issue", "--desk", DESK, "--count", "5", "--out", str(path)]
    assert flask.app.test_cli_runner().invoke(args=arguments).exit_code == 1
    assert [each.name for each in tmp_path.iterdir() if "slips" in each.name] == []
    assert rows_of(installation.database, slip_batch) == 0, "nor half a batch"


def test_a_commit_that_fails_keeps_the_file_because_nobody_knows(
    flask: Commands, tmp_path: Path, installation: Installation
) -> None:
    """A deferred foreign key fails at the commit, as a lost connection may."""
    if not installation.database.on_sqlite:
        pytest.skip("its trigger is written in SQLite's words")
    with installation.database.transaction() as connection:
        connection.execute(text("CREATE TABLE late (id INTEGER REFERENCES office (id) DEFERRABLE INITIALLY DEFERRED)"))
        connection.execute(
            text("CREATE TRIGGER fails AFTER INSERT ON slip_batch BEGIN INSERT INTO late VALUES (987654); END")
        )
    path = tmp_path / "slips.csv"
    with pytest.raises(Exception, match="FOREIGN KEY"):
        flask("slips", "issue", "--desk", DESK, "--count", 5, "--out", path)
    assert [each.name for each in tmp_path.iterdir() if "slips" in each.name] == ["slips.csv.part"]
    assert rows_of(installation.database, slip) == 0
    said = flask.faults("slips", "issue", "--desk", DESK, "--count", 5, "--out", path)
    assert "slips.csv.part đã có, có thể chứa mã đã phát hành." in said[0]


def test_a_demonstration_that_is_cleared_takes_its_slips_along(
    flask: Commands, tmp_path: Path, installation: Installation
) -> None:
    flask("demo", "load", "--offices", 10, "--responses", 10, "--months", 1)
    with installation.database.reading() as connection:
        theirs = select(desk.c.code).join(office, office.c.id == desk.c.office_id).where(office.c.demonstration)
        demonstration = connection.execute(theirs).scalars().first()
    for number, code in enumerate((demonstration, DESK)):
        flask("slips", "issue", "--desk", code, "--count", 5, "--out", tmp_path / f"{number}.csv")
    flask("demo", "clear")
    assert rows_of(installation.database, slip) == 5
    assert rows_of(installation.database, slip_batch) == 1


def test_it_speaks_english_too(flask: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    path = tmp_path / "slips.csv"
    said = flask("slips", "issue", "--desk", DESK, "--count", 2, "--out", path).stdout
    assert said == f"Issued 2 slip codes for desk {DESK}, written to {path}.\n"
