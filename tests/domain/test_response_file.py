"""Responses as CSV: what a row may say, every fault at once, and the way back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from survey.domain.masking import NUMBER
from survey.domain.offices import Desk, Office, OfficeTree
from survey.domain.questionnaire import Option, Question, Questionnaire, Section
from survey.domain.response import Response, is_key
from survey.domain.response_file import LONGEST_KEY, MOST_FAULTS, ResponseFile, export_columns, export_row
from survey.domain.table import text_lines, write_table
from tests.domain.instruments import SMALL, levels

TODAY = date(2026, 10, 21)
WHY = Question(
    "A1_why", "choices", {"vi": "Vì sao?"}, {"vi": "Lý do"},
    options=(Option("slow", {"vi": "Chậm"}), Option("rude", {"vi": "Thiếu lịch sự"})),
)  # fmt: skip
A1 = Question("A1", "scale", {"vi": "A1"}, {"vi": "A1"}, scale=levels(), follow_up=WHY)
COMMENT = Question("comment", "text", {"vi": "Góp ý"}, {"vi": "Góp ý"}, longest=200)
SEX = Question("sex", "choice", {"vi": "Giới"}, {"vi": "Giới"}, options=(Option("female", {"vi": "Nữ"}),))
FORM = replace(
    SMALL,
    id="form",
    sections=(
        SMALL.sections[0],
        Section("A", "dimension", {"vi": "A"}, (A1,)),
        Section("comment", "comment", {"vi": "Góp ý"}, (COMMENT,)),
        Section("respondent", "respondent", {"vi": "Ông/Bà"}, (SEX,)),
    ),
)
OLD = Office(1, "99002", "Xã Cũ", "commune", valid_to=date(2026, 6, 30), successor_id=2)
NEW = Office(2, "99001", "Xã Mới", "commune")
GONE = Office(3, "99003", "Xã Đóng", "commune", valid_to=date(2026, 6, 30))
DESKS = {
    code: Desk(number, code, number, "Quầy", "form") for number, code in enumerate(("AAAAAA", "BBBBBB", "CCCCCC"), 1)
}
HEADER = "key,desk,received_on,channel,overall,A1,A1_why,comment,sex\n"


def read(
    text: str, *, questionnaire: Questionnaire = FORM, channel: str = "paper", digest: str = "of its bytes"
) -> tuple[list[Response], list[str]]:
    file = ResponseFile(questionnaire, DESKS, OfficeTree([OLD, NEW, GONE]), channel, TODAY)
    responses = list(file.read(text_lines(text), digest=digest))
    return responses, [f"{fault.place}: {fault.problem}" for fault in file.faults]


def test_a_row_is_a_completed_response_of_its_day() -> None:
    responses, faults = read(HEADER + "k1,aaa-aaa,2026-10-20,kiosk,4,2,slow|rude,Gọi 0912345678 nhé,female\n")
    assert faults == []
    assert responses == [
        Response(
            office_id=2, key="k1", desk_id=1, questionnaire="form@1", channel="kiosk", received_on=date(2026, 10, 20),
            received_hour=None, answers={"overall": 4, "A1": 2, "A1_why": ("slow", "rude")}, completed=True,
            texts={"comment": f"Gọi {NUMBER} nhé"}, respondent={"sex": "female"},
        )
    ]  # fmt: skip


def test_a_response_belongs_to_the_office_that_served_on_its_day() -> None:
    responses, _ = read("desk,received_on,overall\nAAAAAA,2026-06-30,4\nAAAAAA,2026-07-01,4\nBBBBBB,2026-07-01,4\n")
    assert [each.office_id for each in responses] == [1, 2, 2]


def test_without_key_and_channel_a_row_gets_a_key_of_its_own_and_the_channel_of_the_command() -> None:
    (response,), _ = read(f"desk,received_on,overall\nBBBBBB,{TODAY},NA\n")
    assert is_key(response.key)
    assert (response.channel, response.answers) == ("paper", {"overall": "NA"})


def test_the_key_of_a_row_without_one_is_the_same_for_the_same_file_and_for_no_other() -> None:
    text = f"desk,received_on,overall\nBBBBBB,{TODAY},4\nBBBBBB,{TODAY},4\n"
    (first, second), _ = read(text)
    assert first.key != second.key, "two people may say the same"
    assert [each.key for each in read(text)[0]] == [first.key, second.key]
    later = replace(FORM, version=2)
    others = [
        read(text, digest="of another file"),
        read(text, channel="kiosk"),
        read(text, questionnaire=later),
    ]
    keys = [first.key, second.key, *(each.key for responses, _ in others for each in responses)]
    assert len(set(keys)) == 8


def test_of_very_many_faults_the_first_are_kept() -> None:
    text = "desk,received_on,overall\n" + f"BBBBBB,{TODAY},9\n" * (MOST_FAULTS + 5)
    _, faults = read(text)
    assert len(faults) == MOST_FAULTS
    assert faults[-1].startswith(f"dòng {MOST_FAULTS + 1}, cột overall")


def test_a_comment_may_hold_a_bar() -> None:
    (response,), faults = read(HEADER + f"k1,BBBBBB,{TODAY},,4,,,Chờ | lâu,\n")
    assert (response.texts, faults) == ({"comment": "Chờ | lâu"}, [])


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("k,XXXXXX,2026-10-20,,4,,,,", "cột desk: không có quầy nào mang mã “XXXXXX”"),
        ("k,,2026-10-20,,4,,,,", "cột desk: không có quầy nào mang mã “”"),
        ("k,BBBBBB,,,4,,,,", "cột received_on: còn trống"),
        ("k,BBBBBB,20/10/2026,,4,,,,", "cột received_on: “20/10/2026” không phải ngày hợp lệ"),
        (f"k,BBBBBB,{TODAY + timedelta(days=1)},,4,,,,", "cột received_on: ngày 2026-10-22 còn ở tương lai"),
        ("k,CCCCCC,2026-07-01,,4,,,,", "cột received_on: cơ quan 99003 đã ngừng hoạt động ngày này"),
        ("k,BBBBBB,2026-10-20,sms,4,,,,", "cột channel: không có kênh “sms”"),
        ("k,BBBBBB,1999-12-31,,4,,,,", "cột received_on: ngày 1999-12-31 sớm hơn 2000-01-01"),
        (f"{'k' * (LONGEST_KEY + 1)},BBBBBB,2026-10-20,,4,,,,", "cột key: khóa dài hơn 64 ký tự hoặc có ký tự lạ"),
        ("k,BBBBBB,2026-10-20,,,,,,", "không có câu trả lời nào"),
    ],
)
def test_each_fault_of_a_row_is_named_with_its_place(row: str, fault: str) -> None:
    responses, faults = read(f"{HEADER}{row}\n")
    assert responses == []
    separator = ", " if fault.startswith("cột") else ": "
    assert faults == [f"dòng 2{separator}{fault}"]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("6,,,,", "overall"),
        ("4,0,,,", "A1"),
        ("4,2,late,,", "A1_why"),
        ("4,,,,male", "sex"),
        (f"4,,,{'a' * 201},", "comment"),
    ],
)
def test_a_wrong_answer_is_named_with_its_place(row: str, column: str) -> None:
    responses, (fault,) = read(f"{HEADER}k,BBBBBB,2026-10-20,,{row}\n")
    assert responses == []
    assert fault.startswith(f"dòng 2, cột {column}: ")


def test_all_faults_of_all_rows_are_told_at_once_and_sound_rows_are_read() -> None:
    responses, faults = read(
        HEADER + "a,XXXXXX,mai,sms,9,9,,,\nb,BBBBBB,2026-10-20,,5,,,,\nc,BBBBBB,2026-10-20,,7,,,,\n"
    )
    assert [each.key for each in responses] == ["b"]
    assert [fault.split(":")[0] for fault in faults] == [
        "dòng 2, cột desk", "dòng 2, cột received_on", "dòng 2, cột channel", "dòng 2, cột overall", "dòng 2, cột A1",
        "dòng 4, cột overall",
    ]  # fmt: skip


def test_what_an_export_adds_is_passed_over_or_must_agree() -> None:
    header = "key,desk,received_on,overall,office,hour,questionnaire,verified,set_aside\n"
    (response,), faults = read(header + "k1,BBBBBB,2026-10-20,4,99001,9,form@1,yes,Q1|Q3\n")
    assert faults == []
    assert (response.received_hour, response.verified, response.set_aside) == (None, False, ("Q1", "Q3"))
    _, (other,) = read(header + "k1,BBBBBB,2026-10-20,4,,,form@2,,\n")
    assert other.startswith("dòng 2, cột questionnaire: ")
    _, (long,) = read(header + f"k1,BBBBBB,2026-10-20,4,,,,,{'x' * 300}\n")
    assert long.startswith("dòng 2, cột set_aside: ")


def test_what_is_exported_is_imported_again() -> None:
    responses, _ = read(HEADER + f"k1,BBBBBB,{TODAY},link,2,1,rude,=Tốt | lắm,female\nk2,AAAAAA,2026-06-30,,NA,,,,\n")
    responses = [replace(each, set_aside=("Q1",)) for each in responses]
    codes = {each.id: each.code for each in DESKS.values()}
    rows = [export_row(each, questionnaire=FORM, desk=codes[each.desk_id], office="99001") for each in responses]
    text = "".join(write_table(export_columns(FORM), rows)).removeprefix("\ufeff")
    assert read(text) == (responses, [])


def test_an_export_names_what_only_the_server_knows() -> None:
    columns = export_columns(FORM)
    assert columns == (
        "key", "desk", "received_on", "channel", "overall", "A1", "A1_why", "comment", "sex",
        "office", "hour", "questionnaire", "verified", "set_aside",
    )  # fmt: skip
    response = Response(2, "k", 2, "form@1", "poster", TODAY, 9, {"overall": 4}, verified=True, set_aside=("Q1", "Q2"))
    row = dict(zip(columns, export_row(response, questionnaire=FORM, desk="BBBBBB", office="99001"), strict=True))
    assert (row["hour"], row["verified"], row["set_aside"], row["A1"]) == (9, "yes", "Q1|Q2", None)
