"""Numbers of transactions from files and from fields: everything wrong is said at once."""

from datetime import date

import pytest

from survey.domain.message import Refused
from survey.domain.transaction_file import Places, check_transactions, typed_count
from survey.domain.transactions import MOST
from tests.domain.test_transactions import CAME, TREE, A, B

PLACES = Places(TREE, {desk.code: desk for desk in (A, B, CAME)}, "civil", date(2026, 10, 21))
HEADER = "office,desk,period,count\n"


def faults_of(lines: str) -> list[str]:
    told, faults = check_transactions(HEADER + lines, PLACES)
    assert faults, told
    return [f"{fault.place}: {fault.problem} → {fault.remedy}" for fault in faults]


def test_a_sound_file_is_read_whole() -> None:
    lines = "99001,AAAAA,2026-09,120\n99001,aa-aaa,2026-Q3,300\n99001,,2026,0\n99001,CCCCC,2026-10-05,4\n"
    told, faults = check_transactions(HEADER + lines, PLACES)
    assert faults == []
    assert [(each.desk, each.first, each.last, each.count) for each in told] == [
        ("AAAAA", date(2026, 9, 1), date(2026, 9, 30), 120),
        ("AAAAA", date(2026, 7, 1), date(2026, 9, 30), 300),
        ("", date(2026, 1, 1), date(2026, 12, 31), 0),
        ("CCCCC", date(2026, 10, 5), date(2026, 10, 5), 4),
    ]


def test_columns_may_stand_in_any_order_and_be_separated_as_excel_does_in_vietnam() -> None:
    told, faults = check_transactions("count;period;office;desk\n7;2026-09;99001;\n", PLACES)
    assert (faults, [each.count for each in told]) == ([], [7])


def test_the_calendar_of_the_installation_is_used() -> None:
    administrative = Places(TREE, PLACES.desks, "administrative", PLACES.today)
    (told,), _ = check_transactions(f"{HEADER}99001,,2026-10,7\n", administrative)
    assert (told.first, told.last) == (date(2026, 9, 15), date(2026, 10, 14))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (",,2026-09,1", "dòng 2, cột office: còn trống"),
        ("99009,,2026-09,1", "dòng 2, cột office: không có cơ quan nào mang mã “99009”"),
        ("99001,ZZZZZ,2026-09,1", "dòng 2, cột desk: không có quầy nào mang mã “ZZZZZ”"),
        ("99002,AAAAA,2026-09,1", "dòng 2, cột desk: quầy AAAAA không thuộc cơ quan 99002"),
        ("99001,,,1", "dòng 2, cột period: còn trống"),
        ("99001,,2026-13,1", "dòng 2, cột period: “2026-13” không phải kỳ hợp lệ"),
        ("99001,,2026-02-30,1", "dòng 2, cột period: “2026-02-30” không phải kỳ hợp lệ"),
        ("99001,,2026-11,1", "dòng 2, cột period: kỳ 2026-11 chưa bắt đầu"),
        ("99001,,2026-09,", "dòng 2, cột count: còn trống"),
        ("99001,,2026-09,1.234", "dòng 2, cột count: “1.234” không phải số lượt"),
        ("99001,,2026-09,-3", "dòng 2, cột count: “-3” không phải số lượt"),
        ("99001,,2026-09,٣", "dòng 2, cột count: “٣” không phải số lượt"),
        (f"99001,,2026-09,{MOST + 1}", "dòng 2, cột count: số lượt quá lớn"),
        ("99001,,2026-09,1\n99001,,2026-09-01..2026-09-30,2", "dòng 3: cùng cơ quan, quầy và kỳ với dòng 2"),
    ],
)
def test_every_fault_names_its_line_and_what_to_do(line: str, said: str) -> None:
    (only,) = faults_of(line + "\n")
    assert only.startswith(said)
    assert len(only.split(" → ")[1]) > 8


def test_all_faults_come_at_once_in_the_order_of_the_lines() -> None:
    found = faults_of("99009,ZZZZZ,x,y\n99001,,2026-09,1\n99001,BBBBB,2026-09,\n")
    assert [each.partition(":")[0] for each in found] == [
        "dòng 2, cột office",
        "dòng 2, cột desk",
        "dòng 2, cột period",
        "dòng 2, cột count",
        "dòng 4, cột count",
    ]


def test_a_missing_column_is_said_before_any_line() -> None:
    with pytest.raises(Refused, match="thiếu cột “count”"):
        check_transactions("office,desk,period\n99001,,2026-09\n", PLACES)


@pytest.mark.parametrize(
    ("typed", "count"),
    [("", None), ("  ", None), ("0", 0), ("12", 12), (" 1234 ", 1234), ("1.234", 1234), ("1 234 567", 1234567)],
)
def test_what_people_type_in_a_field(typed: str, count: int | None) -> None:
    assert typed_count(typed) == (count, None)


@pytest.mark.parametrize("typed", ["-1", "1,5", "1.23", "khoảng 100", "1e3", str(MOST + 1), "9" * 5000])
def test_what_is_no_number_gets_a_sentence(typed: str) -> None:
    count, problem = typed_count(typed)
    assert count is None
    assert "không phải số lượt" in str(problem)
