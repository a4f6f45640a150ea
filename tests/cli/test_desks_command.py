"""`flask desks`: in and out of a file, and what is printed for them."""

import csv
import io
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.etree import ElementTree

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from survey.domain.offices import DESK_CODE_SIGNS
from survey.installation import Installation
from survey.store.offices import fetch_desks
from tests.cli.commands import DESK, DESK_2, OFFICES, OTHER_DESK, Commands
from tests.conftest import Clock
from tests.pages import PageClient

HEADER = "desk,office,name,questionnaire,valid_from,valid_to\n"
ADDRESS = "https://hailong.example.vn/d/"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def offices(flask: Commands) -> None:
    flask("offices", "import", flask.file("offices.csv", OFFICES))


def import_desks(flask: Commands, rows: str, header: str = HEADER) -> list[str]:
    """The codes that the command prints."""
    return flask("desks", "import", flask.file("desks.csv", header + rows)).stdout.split()


def exported(flask: Commands) -> list[list[str]]:
    data = flask("desks", "export").stdout_bytes
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def texts(pdf: Path) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(pdf).pages]


def codes_read_from(pdf: Path) -> list[str]:
    """The addresses in the QR codes of every page at 150 dpi."""
    pages = [page.render(scale=150 / 72).to_pil() for page in pypdfium2.PdfDocument(pdf)]
    return sorted(barcode.text for page in pages for barcode in zxingcpp.read_barcodes(page))


# ---- import and export


def test_desks_come_out_as_they_went_in(flask: Commands, fresh: Callable[[], Commands]) -> None:
    rows = (
        f'{DESK},00101,"Quầy 2 – Hộ tịch, ""chứng thực""",sipas-2017@1,2026-01-01,2026-12-31\n'
        f"{OTHER_DESK},00102,Quầy 1,sipas-desk,,\n"
    )
    assert import_desks(flask, rows) == [DESK, OTHER_DESK]
    assert sorted(exported(flask)) == sorted(csv.reader(io.StringIO(HEADER + rows)))
    written = flask("desks", "export").stdout_bytes
    other = fresh()
    other("offices", "import", other.file("offices.csv", OFFICES))
    other("desks", "import", other.file("desks.csv", written))
    assert other("desks", "export").stdout_bytes == written


def test_an_empty_code_gets_a_new_one_and_codes_are_printed_in_the_order_of_the_lines(flask: Commands) -> None:
    result = flask(
        "desks",
        "import",
        flask.file(
            "d.csv",
            f"desk,office,name,questionnaire\n,00101,Một,sipas-desk\n{DESK},00101,Hai,sipas-desk\n"
            ",00102,Ba,sipas-desk\n",
        ),
    )
    first, second, third = result.stdout.split()
    assert second == DESK
    assert result.stderr == "Đã nhập 3 quầy.\n"
    for code in (first, third):
        assert re.fullmatch(f"[{DESK_CODE_SIGNS}]{{5,8}}", code)
    names = {row[0]: (row[1], row[2]) for row in exported(flask)}
    assert (names[first], names[third]) == (("00101", "Một"), ("00102", "Ba"))


def test_every_fault_of_a_desks_file_is_named_and_nothing_is_imported(
    flask: Commands, installation: Installation
) -> None:
    rows = (
        ",00999,Một,sipas-desk,,\n"
        ",00101,,sipas-desk,,\n"
        ",00101,Ba,sipas-3000,,\n"
        "K7M2Q0,00101,Bốn,sipas-desk,,\n"
        f"{DESK},00101,Năm,sipas-desk,,\n"
        f"{DESK.lower()},00101,Sáu,sipas-desk,,\n"
        ",00101,Bảy,sipas-desk,2026-02-01,2026-01-01\n"
        ",101,Tám,sipas-desk,,mai\n"
    )
    path = flask.file("d.csv", HEADER + rows)
    *faults, last = flask.faults("desks", "import", path)
    assert [fault.removeprefix(f"{path}, ").split(" →")[0].split(". Các")[0] for fault in faults] == [
        "dòng 2, cột office: không có cơ quan nào mang mã “00999”",
        "dòng 3, cột name: còn trống",
        "dòng 4, cột questionnaire: Không có phiếu khảo sát “sipas-3000”",
        "dòng 5, cột desk: “K7M2Q0” không phải mã quầy",
        f"dòng 7, cột desk: mã “{DESK}” đã có ở dòng 6",
        "dòng 8, cột valid_to: ngày kết thúc đứng trước ngày bắt đầu",
        "dòng 9, cột valid_to: “mai” không phải ngày hợp lệ",
        "dòng 9, cột office: không có cơ quan nào mang mã “101”",
    ]
    assert last == "Có 8 lỗi. Chưa có gì được thay đổi."
    with installation.database.reading() as connection:
        assert fetch_desks(connection) == ()


def test_a_desk_opens_and_retires_by_date(flask: Commands, client: PageClient, clock: Clock) -> None:
    import_desks(flask, f"{DESK},00101,Quầy 2,sipas-desk,2026-11-01,2026-11-30\n")
    seen = []
    for month, day in ((10, 31), (11, 1), (11, 30), (12, 1)):
        clock.now = clock.now.replace(month=month, day=day)
        seen.append('name="overall"' in client.get(f"/d/{DESK}").text)
    assert seen == [False, True, True, False]
    import_desks(flask, f"{DESK},00101,Quầy 2,sipas-desk,2026-11-01,\n")  # opened again
    assert 'name="overall"' in client.get(f"/d/{DESK}").text


def test_a_desk_that_has_been_answered_keeps_its_office(flask: Commands) -> None:
    import_desks(flask, f"{DESK},00101,Quầy 2,sipas-desk,,\n")
    answers = flask.file("phieu.csv", f"desk,received_on,A1\n{DESK},2026-10-05,4\n")
    flask("responses", "import", answers, "--questionnaire", "sipas-desk")
    fault, _ = flask.faults("desks", "import", flask.file("d.csv", HEADER + f"{DESK},00102,Quầy 2,sipas-desk,,\n"))
    assert f"d.csv, dòng 2, cột office: quầy {DESK} đã có phiếu trả lời tại cơ quan 00101 → cho quầy này nghỉ" in fault
    import_desks(flask, f"{DESK},00101,Quầy số 2,sipas-2017,,\n")  # name and questionnaire may change
    assert exported(flask)[1][2:4] == ["Quầy số 2", "sipas-2017"]


# ---- posters and bare codes


@pytest.fixture
def three_desks(flask: Commands) -> None:
    import_desks(
        flask,
        f"{DESK},00101,Quầy 2 – Hộ tịch,sipas-desk,,\n{DESK_2},00101,Quầy 1 – Đất đai,sipas-desk,,\n"
        f"{OTHER_DESK},00102,Quầy 1,sipas-desk,,\n",
    )


@pytest.mark.usefixtures("three_desks")
@pytest.mark.parametrize(("paper", "pages"), [("a4", 2), ("a5", 2), ("label", 1)])
def test_posters_of_an_office_are_read_back(flask: Commands, paper: str, pages: int) -> None:
    path = flask.folder / "in" / "ap-phich.pdf"
    result = flask("desks", "poster", "--office", "00101", "--paper", paper, "--out", path)
    assert result.stdout == f"Đã ghi áp phích của 2 quầy vào {path}.\n"
    assert codes_read_from(path) == sorted([ADDRESS + DESK, ADDRESS + DESK_2])
    shown = texts(path)
    assert len(shown) == pages
    assert all("UBND xã Hòa Bình" in text for text in shown)
    # In the order in which one walks along the desks.
    whole = " ".join(shown)
    assert whole.index("Quầy 1 – Đất đai") < whole.index("Quầy 2 – Hộ tịch")


@pytest.mark.usefixtures("three_desks")
def test_a_province_prints_for_everything_below_it_and_a_desk_for_itself(flask: Commands) -> None:
    path = flask.folder / "ap-phich.pdf"
    assert _printed_for(flask, "--office", "01") == {DESK, DESK_2, OTHER_DESK}
    assert _printed_for(flask, "--desk", DESK.lower()) == {DESK}
    assert "Quầy 2 – Hộ tịch" in texts(path)[0]


def _printed_for(flask: Commands, *options: str) -> set[str]:
    path = flask.folder / "ap-phich.pdf"
    flask("desks", "poster", *options, "--out", path)
    return {text.removeprefix(ADDRESS) for text in codes_read_from(path)}


@pytest.mark.usefixtures("three_desks")
def test_desks_of_a_merged_office_are_printed_for_its_successor(flask: Commands) -> None:
    _close(flask, "00102", successor="00101")
    assert _printed_for(flask, "--office", "00101") == {DESK, DESK_2, OTHER_DESK}
    assert _printed_for(flask, "--desk", OTHER_DESK) == {OTHER_DESK}
    (text,) = texts(flask.folder / "ap-phich.pdf")
    assert "UBND xã Hòa Bình" in text
    assert "Tân Lập" not in text


def _close(flask: Commands, code: str, *, successor: str) -> None:
    row = f"{code},Đã đóng,commune,01,2025-07-01,2026-09-30,{successor}\n"
    header = OFFICES.splitlines()[0] + "\n"
    flask("offices", "import", flask.file("closed.csv", header + row))


@pytest.mark.usefixtures("three_desks")
def test_nothing_is_printed_where_nobody_could_answer(flask: Commands) -> None:
    import_desks(flask, f"{DESK},00101,Quầy 2,sipas-desk,,2026-10-20\n")
    assert _printed_for(flask, "--office", "00101") == {DESK_2}
    _close(flask, "00102", successor="")
    out = ("--out", flask.folder / "x.pdf")
    for options, sentence in (
        (("--desk", DESK), f"Quầy {DESK} ngừng nhận phiếu sau ngày 20/10/2026."),
        (("--desk", OTHER_DESK), f"Cơ quan của quầy {OTHER_DESK} đã ngừng hoạt động."),
        (("--office", "00102"), "Cơ quan 00102 không có quầy nào đang mở."),
    ):
        assert flask.faults("desks", "poster", *options, *out) == [sentence]
    assert not (flask.folder / "x.pdf").exists()


@pytest.mark.usefixtures("three_desks")
def test_a_bare_code_is_a_picture_or_a_drawing(flask: Commands) -> None:
    png = flask.folder / "ma.png"
    assert flask("desks", "qr", "--desk", DESK, "--out", png).stdout == f"Đã ghi mã QR của quầy {DESK} vào {png}.\n"
    (barcode,) = zxingcpp.read_barcodes(Image.open(png))
    assert (barcode.text, barcode.ec_level) == (ADDRESS + DESK, "Q")
    svg = flask.folder / "ma.SVG"
    flask("desks", "qr", "--desk", DESK.lower(), "--out", svg)
    assert ElementTree.parse(svg).getroot().tag == f"{SVG}svg"


@pytest.mark.usefixtures("three_desks")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("qr", "--desk", DESK, "--out", "ma.gif"), "Tên tệp ma.gif phải kết thúc bằng .svg, .png."),
        (("qr", "--desk", "22222", "--out", "ma.png"), "Không có quầy nào mang mã “22222”."),
        (("qr", "--desk", "", "--out", "ma.png"), "Không có quầy nào mang mã “”."),
        (("poster", "--desk", DESK, "--out", "a.png"), "Tên tệp a.png phải kết thúc bằng .pdf."),
        (("poster", "--out", "a.pdf"), "Xin chọn một: --office hoặc --desk."),
        (("poster", "--desk", DESK, "--office", "01", "--out", "a.pdf"), "Xin chọn một: --office hoặc --desk."),
        (
            ("poster", "--office", "09999", "--out", "a.pdf"),
            "Không có cơ quan nào mang mã “09999”. Xin xem các mã bằng lệnh: flask offices export",
        ),
    ],
)
def test_what_cannot_be_printed_is_said_in_a_sentence(flask: Commands, arguments: Sequence[str], sentence: str) -> None:
    assert flask.faults("desks", *arguments) == [sentence]


def test_a_file_imported_twice_is_told_by_its_equal_names(flask: Commands) -> None:
    flask.set_up()
    path = flask.file("twice.csv", "desk,office,name,questionnaire\n,00101,Quầy mới,sipas-desk\n")
    first = flask("desks", "import", path)
    assert first.stderr == "Đã nhập 1 quầy.\n"
    again = flask("desks", "import", path)
    codes = sorted([first.stdout.strip(), again.stdout.strip()])
    said = again.stderr.splitlines()[1:]
    assert sorted(said) == [f"Lưu ý: “Quầy mới” ({code}) trùng tên với quầy khác." for code in codes]
