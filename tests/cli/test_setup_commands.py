"""`flask init`, `flask questionnaires`, `flask offices`: setting an installation up, and every fault on the way."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from unicodedata import normalize

import pytest
from flask import Flask

from survey import create_app
from survey.installation import QUESTIONNAIRES, Installation, load_catalogue
from survey.store import Database
from survey.store.models import metadata
from survey.store.offices import fetch_tree
from tests.cli.commands import DESK, OFFICES, Commands, answered, responses_csv
from tests.conftest import CATALOGUE, Clock, config_of

DESK_FORM = (QUESTIONNAIRES / "sipas-desk.v1.yaml").read_text(encoding="utf-8")
HEADER = "code,name,kind,parent,valid_from,valid_to,successor\n"


def app_in(folder: Path, clock: Clock, *, forms: Path = QUESTIONNAIRES) -> Flask:
    """An application in a folder where nothing has been set up."""
    config = config_of(f"sqlite:///{folder / 'survey.sqlite3'}", folder)
    catalogue, faulty = load_catalogue(forms)
    database = Database(config.database_url)
    return create_app(Installation(config, database, catalogue, clock, faulty_questionnaires=faulty))


@pytest.fixture
def empty(tmp_path: Path, clock: Clock) -> Commands:
    """`flask` before `flask init`."""
    folder = tmp_path / "empty"
    folder.mkdir()
    return Commands(app_in(folder, clock), folder)


def _line_of(text: str) -> int:
    return DESK_FORM.splitlines().index(text) + 1


# ---- init


def test_init_makes_the_tables_and_may_be_repeated(empty: Commands) -> None:
    (before,) = empty.faults("offices", "export")
    assert before == "Cơ sở dữ liệu chưa sẵn sàng. Xin chạy: flask init"
    for _ in range(2):
        assert empty("init").stdout == "Cơ sở dữ liệu đã sẵn sàng.\n"
    empty.set_up()
    empty("init")
    assert "00101" in empty("offices", "export").stdout


def test_init_refuses_a_version_that_was_changed_after_it_was_answered(
    flask: Commands, installation: Installation, clock: Clock, tmp_path: Path
) -> None:
    flask.set_up()
    answers = flask.file("phieu.csv", f"desk,received_on,A1\n{DESK},2026-10-05,4\n")
    flask("responses", "import", answers, "--questionnaire", "sipas-desk")
    forms = tmp_path / "forms"
    forms.mkdir()
    (forms / "sipas-desk.v1.yaml").write_text(DESK_FORM.replace("Short survey", "Brief survey"), encoding="utf-8")
    changed = Commands(app_in(installation.config.instance, clock, forms=forms), tmp_path)
    assert changed.faults("init") == [
        "phiếu sipas-desk@1: đã có người trả lời nên không được sửa"
        " → khôi phục tệp cũ và ghi thay đổi vào một phiên bản mới",
        "Có 1 lỗi. Chưa có gì được thay đổi.",
    ]


def test_nothing_is_set_up_over_a_faulty_questionnaire_file(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "sipas-desk.v1.yaml").write_text(DESK_FORM.replace("method: share45", "method: x"), encoding="utf-8")
    faults = Commands(app_in(tmp_path, clock, forms=tmp_path), tmp_path).faults("init")
    assert faults[0].startswith(f"sipas-desk.v1.yaml, dòng {_line_of('method: share45')}, ")
    assert faults[-1] == "Có phiếu khảo sát còn lỗi. Xin sửa rồi chạy: flask questionnaires check"


# ---- questionnaires


def test_the_delivered_questionnaires_are_sound(flask: Commands) -> None:
    lines = flask("questionnaires", "check").stdout.splitlines()
    assert len(lines) == len(list(CATALOGUE))
    assert all(line.endswith(": không có lỗi.") for line in lines)


def test_list_names_every_version_with_its_title(flask: Commands) -> None:
    lines = flask("questionnaires", "list").stdout.splitlines()
    assert "sipas-desk@1\tPhiếu khảo sát ngắn tại quầy" in lines
    assert [line.partition("\t")[0] for line in lines] == ["sipas-2017@1", "sipas-desk@1"]


FAULTS = {
    "duplicate id": (("      - id: B1\n", "      - id: A1\n"), "“A1”"),
    "missing translation": ((', en: "Access to the service"}', "}"), "chưa có bản dịch: en"),
    "unknown method": (("method: share45", "method: share54"), "share54"),
    "dimension without criteria": (None, "tiêu chí"),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_check_names_the_fault_with_file_line_and_remedy(flask: Commands, kind: str) -> None:
    path = flask.file("sipas-desk.v1.yaml", _spoilt(kind))
    *faults, last = flask.faults("questionnaires", "check", path)
    assert last == "1 tệp còn lỗi."
    about = [fault for fault in faults if FAULTS[kind][1] in fault]
    assert about, faults
    for fault in faults:
        assert fault.startswith(f"{path}, dòng ")
        assert " → " in fault


def _spoilt(kind: str, text: str = DESK_FORM) -> str:
    change, _ = FAULTS[kind]
    if change:
        assert change[0] in text
        return text.replace(*change, 1)
    first, last = text.index("  - id: E\n"), text.index("  - id: comment\n")
    section = text[first:last]
    return text.replace(section, section[: section.index("    questions:")] + "    questions: []\n\n")


def test_check_lists_all_faults_of_all_files(flask: Commands) -> None:
    text = DESK_FORM
    for kind in FAULTS:
        text = _spoilt(kind, text)
    path = flask.file("sipas-desk.v1.yaml", text)
    *faults, last = flask.faults(
        "questionnaires", "check", path, flask.folder / "nowhere.v1.yaml", flask.file("latin.v1.yaml", b"id: \xe9\n")
    )
    for _, expected in FAULTS.values():
        assert any(expected in fault for fault in faults if fault.startswith(str(path)))
    assert any("nowhere.v1.yaml: không có tệp" in fault for fault in faults)
    assert any("latin.v1.yaml, dòng 1: tệp không phải mã UTF-8" in fault for fault in faults)
    assert last == "3 tệp còn lỗi."


def test_check_refuses_a_changed_version_that_has_been_answered(flask: Commands) -> None:
    changed = flask.file("sipas-desk.v1.yaml", DESK_FORM.replace("Short survey", "Brief survey"))
    assert "không có lỗi" in flask("questionnaires", "check", changed).stdout  # nobody has answered it yet
    flask.set_up()
    answers = flask.file("phieu.csv", f"desk,received_on,A1\n{DESK},2026-10-05,4\n")
    flask("responses", "import", answers, "--questionnaire", "sipas-desk")
    fault, _ = flask.faults("questionnaires", "check", changed)
    assert fault.startswith(f"{changed}, dòng {_line_of('version: 1')}, ")
    assert "đã có người trả lời" in fault
    assert "sipas-desk.v2.yaml" in fault
    # Comments and layout are no content.
    same = flask.file("sipas-desk.v1.yaml", "# a remark\n" + DESK_FORM)
    assert "không có lỗi" in flask("questionnaires", "check", same).stdout


def test_check_needs_no_database(empty: Commands) -> None:
    assert "không có lỗi" in empty("questionnaires", "check", QUESTIONNAIRES / "sipas-2017.v1.yaml").stdout


# ---- offices


def test_offices_come_out_as_they_went_in(flask: Commands, fresh: Callable[[], Commands]) -> None:
    content = HEADER + (
        '01,"Tỉnh Hòa An, ""mới""",province,,,,\n'
        "001,Huyện Đông,district,01,2010-01-01,2025-06-30,01\n"
        "00101,UBND xã Hòa Bình,commune,01,2025-07-01,,\n"
        "00102,UBND xã Tân Lập,commune,01,2025-07-01,2026-06-30,00101\n"
        "SNV,Sở Nội vụ,department,01,,,\n"
        "SNV.1,Phòng Cải cách hành chính,unit,SNV,,,\n"
    )
    assert flask("offices", "import", flask.file("a.csv", content)).stdout == "Đã nhập 6 cơ quan.\n"
    written = flask("offices", "export").stdout_bytes
    assert written.startswith(b"\xef\xbb\xbf")
    assert sorted(_rows(written)[1:]) == sorted(_rows(content.encode())[1:])
    other = fresh()
    other("offices", "import", other.file("a.csv", written))
    assert other("offices", "export").stdout_bytes == written


def _rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_leading_zeros_and_composed_letters_are_kept(flask: Commands, installation: Installation) -> None:
    decomposed = normalize("NFD", "UBND xã Hòa Bình")
    flask("offices", "import", flask.file("a.csv", HEADER + f"00009,{decomposed},commune,,,,\n"))
    with installation.database.reading() as connection:
        (office,) = fetch_tree(connection)
    assert (office.code, office.name) == ("00009", "UBND xã Hòa Bình")


def test_a_second_import_changes_what_is_there(flask: Commands) -> None:
    flask.set_up()
    flask("offices", "import", flask.file("a.csv", HEADER + "00101,UBND phường Hòa Bình,commune,01,2025-07-01,,\n"))
    assert len(_rows(flask("offices", "export").stdout_bytes)) == 4
    assert "UBND phường Hòa Bình" in flask("offices", "export").stdout


def test_every_fault_of_an_offices_file_is_named_and_nothing_is_imported(
    flask: Commands, installation: Installation
) -> None:
    content = HEADER + (
        "01,Tỉnh Hòa An,province,,,,\n"
        "101,UBND xã Một,commune,01,,,\n"
        "00102,,commune,01,,,\n"
        "00103,Xã Ba,ward,01,,,\n"
        "00104,Xã Bốn,commune,99,,,\n"
        "00105,Xã Năm,commune,01,2026-07-01,2026-06-30,\n"
        "00106,Xã Sáu,commune,01,01/07/2025,,\n"
        "00107,Xã Bảy,commune,01,,,00104\n"
        "00104,Xã Bốn nữa,commune,01,,,\n"
        "U1,Đơn vị 1,unit,U2,,,\n"
        "U2,Đơn vị 2,unit,U1,,,\n"
        "a/b,Đơn vị 3,unit,01,,,\n"
        f"{'x' * 33},Đơn vị 4,unit,01,,,\n"
        f"U5,{'x' * 201},unit,01,,,\n"
        '"U6","Đơn vị\n6",unit,01,,,\n'
    )
    path = flask.file("a.csv", content)
    *faults, last = flask.faults("offices", "import", path)
    assert [fault.removeprefix(f"{path}, ").split(" →")[0] for fault in faults] == [
        "dòng 3, cột code: mã “101” không đúng với loại commune",
        "dòng 4, cột name: còn trống",
        "dòng 5, cột kind: không có loại cơ quan “ward”",
        "dòng 6, cột parent: không có cơ quan nào mang mã “99”",
        "dòng 7, cột valid_to: ngày kết thúc đứng trước ngày bắt đầu",
        "dòng 8, cột valid_from: “01/07/2025” không phải ngày hợp lệ",
        "dòng 9, cột valid_to: cơ quan có đơn vị kế thừa nhưng chưa có ngày kết thúc",
        "dòng 10, cột code: mã “00104” đã có ở dòng 6",
        "dòng 11, cột parent: cơ quan “U1” trở lại chính nó qua cột này",
        "dòng 12, cột parent: cơ quan “U2” trở lại chính nó qua cột này",
        "dòng 13, cột code: mã “a/b” có ký tự không dùng được",
        "dòng 14, cột code: dài hơn 32 ký tự",
        "dòng 15, cột name: dài hơn 200 ký tự",
        "dòng 16, cột name: có xuống dòng hoặc ký tự điều khiển",
    ]
    assert last == "Có 14 lỗi. Chưa có gì được thay đổi."
    with installation.database.reading() as connection:
        assert list(fetch_tree(connection)) == []


def test_a_loop_through_what_is_there_already_is_refused(flask: Commands) -> None:
    flask("offices", "import", flask.file("a.csv", HEADER + "U1,Một,unit,,,,\nU2,Hai,unit,U1,,,\n"))
    before = flask("offices", "export").stdout_bytes
    (fault, _) = flask.faults("offices", "import", flask.file("b.csv", HEADER + "U1,Một,unit,U2,,,\n"))
    assert "b.csv, dòng 2, cột parent:" in fault
    assert flask("offices", "export").stdout_bytes == before


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("code,name,kind,parent,valid_from,valid_to", "dòng 1: thiếu cột “successor” → thêm cột này vào dòng đầu"),
        ("Code,name,kind,parent,valid_from,valid_to,successor", "dòng 1: thiếu cột “code”"),
        ("", "dòng 1: thiếu cột “code”"),
    ],
)
def test_a_wrong_header_is_named(flask: Commands, header: str, says: str) -> None:
    path = flask.file("a.csv", OFFICES.replace(HEADER.strip(), header))
    assert flask.faults("offices", "import", path)[0].startswith(f"{path}, {says}")


def test_a_database_that_is_in_use_or_broken_is_said_in_a_sentence(
    flask: Commands, installation: Installation, tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "blocked"
    (folder / "survey.sqlite3").mkdir(parents=True)
    (fault,) = Commands(app_in(folder, clock), folder).faults("init")
    assert fault.startswith("Không dùng được cơ sở dữ liệu: ")


def test_an_installation_keeps_what_it_had_when_an_import_fails_half_way(
    flask: Commands, installation: Installation
) -> None:
    flask.set_up()
    before = _dump(installation)
    rows = [answered(), answered(desk="ZZZZZZ")]
    flask.faults("responses", "import", flask.file("r.csv", responses_csv(rows)), "--questionnaire", "sipas-2017")
    flask.faults("offices", "import", flask.file("o.csv", HEADER + "02,Mới,province,,,,\n03,,province,,,,\n"))
    flask.faults("desks", "import", flask.file("d.csv", "desk,office,name,questionnaire\n,00101,Mới,x\n"))
    assert _dump(installation) == before


def _dump(installation: Installation) -> list[str]:
    with installation.database.reading() as connection:
        rows = ((table.name, row) for table in metadata.sorted_tables for row in connection.execute(table.select()))
        return sorted(f"{name} {row}" for name, row in rows)
