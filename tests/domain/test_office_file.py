"""Files of offices and desks: every fault at once, in the order of the lines."""

from datetime import date

import pytest

from survey.domain.message import Refused
from survey.domain.office_file import check_desks, check_offices, office_row
from survey.domain.offices import Office, OfficeTree
from survey.domain.questionnaire import Catalogue
from tests.domain.instruments import SMALL

OFFICES, DESKS = (
    "code,name,kind,parent,valid_from,valid_to,successor\n",
    "desk,office,name,questionnaire,valid_from,valid_to\n",
)
PROVINCE = Office(1, "99", "Tỉnh Thử", "province")
OLD = Office(2, "99002", "Xã Cũ", "commune", 1, None, date(2026, 6, 30), 3)
NEW = Office(3, "99001", "Xã Mới", "commune", 1, date(2025, 7, 1))
KNOWN = OfficeTree([PROVINCE, OLD, NEW])
CATALOGUE = Catalogue([SMALL])


def offices(*lines: str, known: OfficeTree = KNOWN) -> list[str]:
    _, faults = check_offices(OFFICES + "".join(f"{line}\n" for line in lines), known)
    return [f"{fault.place}: {fault.problem}" for fault in faults]


def desks(*lines: str, moved: dict[str, str] | None = None) -> list[str]:
    _, faults = check_desks(
        DESKS + "".join(f"{line}\n" for line in lines), offices=KNOWN, catalogue=CATALOGUE, moved=moved or {}
    )
    assert all(fault.remedy or "questionnaire" in str(fault.place) for fault in faults), "each says what to do"
    return [f"{fault.place}: {fault.problem}" for fault in faults]


def test_a_sound_file_of_offices_is_plain_values() -> None:
    lines, faults = check_offices(OFFICES + "00101,UBND xã Hòa Bình,commune,99,2025-07-01,2026-06-30,99001\n", KNOWN)
    assert faults == []
    (line,) = lines
    assert (line.code, line.name, line.kind, line.parent, line.successor) == (
        "00101", "UBND xã Hòa Bình", "commune", "99", "99001"
    )  # fmt: skip
    assert (line.valid_from, line.valid_to) == (date(2025, 7, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (",Tên,unit,,,,", "cột code: còn trống"),
        ("H1,,unit,,,,", "cột name: còn trống"),
        ("H1,Tên,,,,,", "cột kind: còn trống"),
        (f"H1,{'a' * 201},unit,,,,", "cột name: dài hơn 200 ký tự"),
        ('H1,"Tên\nhai dòng",unit,,,,', "cột name: có xuống dòng hoặc ký tự điều khiển"),
        ("H1,Tên,hamlet,,,,", "cột kind: không có loại cơ quan “hamlet”"),
        ("101,Tên,commune,,,,", "cột code: mã “101” không đúng với loại commune"),
        ("9,Tên,province,,,,", "cột code: mã “9” không đúng với loại province"),
        ("H/1,Tên,unit,,,,", "cột code: mã “H/1” có ký tự không dùng được"),
        ("H1,Tên,unit,98,,,", "cột parent: không có cơ quan nào mang mã “98”"),
        ("H1,Tên,unit,,,2026-06-30,98", "cột successor: không có cơ quan nào mang mã “98”"),
        ("H1,Tên,unit,,,,99001", "cột valid_to: cơ quan có đơn vị kế thừa nhưng chưa có ngày kết thúc"),
        ("H1,Tên,unit,,2026-07-01,2026-06-30,", "cột valid_to: ngày kết thúc đứng trước ngày bắt đầu"),
        ("H1,Tên,unit,,01/07/2026,,", "cột valid_from: “01/07/2026” không phải ngày hợp lệ"),
        ("H1,Tên,unit,H1,,,", "cột parent: cơ quan “H1” trở lại chính nó qua cột này"),
        ("99,Tỉnh,province,99002,,,", "cột parent: cơ quan “99” trở lại chính nó qua cột này"),
        ("99001,Xã,commune,99,,2027-01-01,99002", "cột successor: cơ quan “99001” trở lại chính nó qua cột này"),
    ],
)
def test_each_fault_of_an_office_is_named_with_its_place(line: str, fault: str) -> None:
    assert offices(line) == [f"dòng 2, {fault}"]


def test_offices_that_go_round_among_themselves_are_all_named() -> None:
    faults = offices("H1,Một,unit,H2,,,", "H2,Hai,unit,H3,,,", "H3,Ba,unit,H1,,,", "H4,Bốn,unit,H1,,,")
    assert [fault.split(":")[0] for fault in faults] == [f"dòng {line}, cột parent" for line in (2, 3, 4)]


def test_a_repeated_code_names_the_line_where_it_stood_first() -> None:
    assert offices("H1,Một,unit,,,,", "H2,Hai,unit,,,,", "H1,Lại,unit,,,,") == [
        "dòng 4, cột code: mã “H1” đã có ở dòng 2"
    ]


def test_faults_come_in_the_order_of_the_lines() -> None:
    faults = offices("H1,,unit,98,,,", ",Hai,hamlet,,x,,", "H1,Ba,unit,,,,")
    assert [int(fault.split(",")[0].removeprefix("dòng ")) for fault in faults] == [2, 2, 3, 3, 3, 4]


def test_a_wrong_header_is_refused_at_once() -> None:
    with pytest.raises(Refused):
        check_offices("code,name\n1,2\n", KNOWN)


def test_an_office_is_written_with_its_relatives_by_code() -> None:
    assert office_row(OLD, KNOWN) == ("99002", "Xã Cũ", "commune", "99", None, date(2026, 6, 30), "99001")
    assert office_row(PROVINCE, KNOWN) == ("99", "Tỉnh Thử", "province", "", None, None, "")


def test_a_sound_file_of_desks_is_plain_values() -> None:
    text = DESKS + "k7m-2qx,99001,Quầy 1,small@1,2026-01-01,\n,99001,Quầy 2,small,,2026-12-31\n"
    lines, faults = check_desks(text, offices=KNOWN, catalogue=CATALOGUE, moved={"K7M2QX": "99001"})
    assert faults == []
    assert [(each.code, each.office, each.name, each.questionnaire) for each in lines] == [
        ("K7M2QX", "99001", "Quầy 1", "small@1"),
        ("", "99001", "Quầy 2", "small"),
    ]
    assert [(each.valid_from, each.valid_to) for each in lines] == [
        (date(2026, 1, 1), None),
        (None, date(2026, 12, 31)),
    ]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("K7M2Q0,99001,Quầy,small,,", "cột desk: “K7M2Q0” không phải mã quầy"),
        (",,Quầy,small,,", "cột office: còn trống"),
        (",98,Quầy,small,,", "cột office: không có cơ quan nào mang mã “98”"),
        (",99001,,small,,", "cột name: còn trống"),
        (",99001,Quầy,,,", "cột questionnaire: còn trống"),
        (",99001,Quầy,small,2026-12-31,2026-01-01", "cột valid_to: ngày kết thúc đứng trước ngày bắt đầu"),
        (",99001,Quầy,small,,mai", "cột valid_to: “mai” không phải ngày hợp lệ"),
    ],
)
def test_each_fault_of_a_desk_is_named_with_its_place(line: str, fault: str) -> None:
    assert desks(line) == [f"dòng 2, {fault}"]


@pytest.mark.parametrize("questionnaire", ["other", "small@2"])
def test_an_unknown_questionnaire_is_named(questionnaire: str) -> None:
    (fault,) = desks(f",99001,Quầy,{questionnaire},,")
    assert fault.startswith("dòng 2, cột questionnaire: ")
    assert questionnaire in fault


def test_a_desk_code_may_stand_in_a_file_once() -> None:
    assert desks("K7M2QX,99001,Một,small,,", "k7m2qx,99001,Hai,small,,") == [
        "dòng 3, cột desk: mã “K7M2QX” đã có ở dòng 2"
    ]


def test_an_answered_desk_keeps_its_office() -> None:
    assert desks("K7M2QX,99,Quầy,small,,", moved={"K7M2QX": "99001"}) == [
        "dòng 2, cột office: quầy K7M2QX đã có phiếu trả lời tại cơ quan 99001"
    ]
