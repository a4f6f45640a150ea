"""`flask responses import` and `export`: exact, whole or not at all, every fault with its place."""

from collections import Counter
from typing import Any

import pytest

from survey.installation import Installation
from survey.store.offices import fetch_desk, fetch_tree
from tests.cli.commands import (
    CRITERIA,
    DESK,
    OTHER_DESK,
    QUESTIONS,
    Commands,
    answered,
    import_rows,
    many,
    responses_csv,
    stored,
)


@pytest.fixture(autouse=True)
def offices(flask: Commands) -> None:
    flask.set_up()


def refused(flask: Commands, content: str | bytes, *options: str) -> list[str]:
    """The faults of a file, each of which must begin with its name; the last line says that nothing changed."""
    path = flask.file("phieu.csv", content)
    *faults, last = flask.faults("responses", "import", path, "--questionnaire", "sipas-2017", *options)
    assert all(fault.startswith(f"{path}, dòng ") for fault in faults), faults
    assert last == f"Có {len(faults)} lỗi. Chưa có gì được thay đổi."
    return [fault.removeprefix(f"{path}, ") for fault in faults]


def hundredths(numerator: int, denominator: int) -> float:
    """A quotient rounded half-up to two decimals, in integers (M6)."""
    return (200 * numerator + denominator) // (2 * denominator) / 100


def test_1200_rows_give_exactly_the_indices_computed_by_hand(flask: Commands) -> None:
    rows = many(1200)
    assert "1200" in import_rows(flask, rows)
    score = flask.score()

    by_hand = {name: Counter(row[name] for row in rows) for name in QUESTIONS}
    valid = {name: sum(counts[value] for value in (1, 2, 3, 4, 5)) for name, counts in by_hand.items()}
    satisfied = {name: counts[4] + counts[5] for name, counts in by_hand.items()}

    assert score["responses"] == 1200
    assert score["channels"] == {"poster": 400, "kiosk": 400, "link": 400}
    assert _figure(score["overall"]) == (
        valid["overall"],
        satisfied["overall"],
        hundredths(100 * satisfied["overall"], valid["overall"]),
    )
    assert _figure(score["index"]) == _pooled(CRITERIA, valid, satisfied)
    for dimension in score["dimensions"]:
        names = [criterion["id"] for criterion in dimension["criteria"]]
        assert names == [name for name in CRITERIA if name.startswith(dimension["id"])]
        assert _figure(dimension["index"]) == _pooled(names, valid, satisfied)
        for criterion in dimension["criteria"]:
            counts = by_hand[criterion["id"]]
            assert _figure(criterion["index"]) == _pooled([criterion["id"]], valid, satisfied)
            assert criterion["counts"] == {str(value): counts[value] for value in (1, 2, 3, 4, 5)}
            assert (criterion["not_applicable"], criterion["unanswered"]) == (counts["NA"], counts[""])
            total = sum(value * counts[value] for value in (1, 2, 3, 4, 5))
            assert criterion["mean"] == hundredths(total, valid[criterion["id"]])


def _figure(estimate: dict[str, Any]) -> tuple[int, int, float]:
    assert estimate["status"] == "rated"
    assert estimate["low"] < estimate["percent"] < estimate["high"]
    return estimate["base"], estimate["satisfied"], estimate["percent"]


def _pooled(names: list[str], valid: dict[str, int], satisfied: dict[str, int]) -> tuple[int, int, float]:
    """M2–M4: satisfied answers of all the criteria over all their valid answers."""
    base, good = sum(valid[name] for name in names), sum(satisfied[name] for name in names)
    return base, good, hundredths(100 * good, base)


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("A3", "6", "dòng 702, cột A3: “6” không phải là câu trả lời của cột này → ghi một trong: 5, 4, 3, 2, 1, NA"),
        ("A3", "0", "dòng 702, cột A3: “0” không phải"),
        ("A3", "4.0", "dòng 702, cột A3: “4.0” không phải"),
        ("A3", "-", "dòng 702, cột A3: “-” không phải"),
        ("overall", "hài lòng", "dòng 702, cột overall: “hài lòng” không phải"),
        ("desk", "ZZZZZZ", "dòng 702, cột desk: không có quầy nào mang mã “ZZZZZZ” → sửa mã quầy"),
        ("desk", "", "dòng 702, cột desk: không có quầy"),
        ("received_on", "31/10/2026", "dòng 702, cột received_on: “31/10/2026” không phải ngày hợp lệ → viết ngày"),
        ("received_on", "2026-02-30", "dòng 702, cột received_on: “2026-02-30” không phải ngày"),
        ("received_on", "2026-10-22", "dòng 702, cột received_on: ngày 2026-10-22 còn ở tương lai"),
        ("received_on", "1026-10-02", "dòng 702, cột received_on: ngày 1026-10-02 sớm hơn 2000-01-01"),
        ("received_on", "", "dòng 702, cột received_on: còn trống"),
        ("channel", "zalo", "dòng 702, cột channel: không có kênh “zalo” → dùng một trong: poster"),
        ("key", "k" * 65, "dòng 702, cột key: khóa dài hơn 64 ký tự"),
    ],
)
def test_one_wrong_value_in_1200_rows_and_nothing_is_imported(
    flask: Commands, installation: Installation, column: str, value: str, says: str
) -> None:
    rows = many(1200)
    rows[700][column] = value
    (fault,) = refused(flask, responses_csv(rows))
    assert fault.startswith(says)
    assert " → " in fault
    assert stored(installation) == []


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("A33", "dòng 1: không có cột nào tên “A33” → chỉ dùng các cột: desk, received_on"),
        ("a3", "dòng 1: không có cột nào tên “a3”"),
        ("", "dòng 1: không có cột nào tên “”"),
        ("A4", "dòng 1: cột “A4” lặp lại → giữ lại một cột"),
    ],
)
def test_one_wrong_header_and_nothing_is_imported(
    flask: Commands, installation: Installation, header: str, says: str
) -> None:
    content = responses_csv(many(1200)).replace(",A3,", f",{header},", 1)
    (fault,) = refused(flask, content)
    assert fault.startswith(says)
    assert stored(installation) == []


def test_every_fault_of_a_file_is_named_in_the_order_of_its_lines(flask: Commands, installation: Installation) -> None:
    rows = [answered() for _ in range(6)]
    rows[0]["desk"], rows[0]["B2"] = "NOPE22", 7
    rows[2]["received_on"] = "hôm qua"
    rows[4]["channel"] = "fax"
    lines = responses_csv(rows).splitlines()
    lines[2] += ",4,4"
    lines[6] = f",{DESK},2026-10-05,poster" + "," * len(QUESTIONS)
    faults = refused(flask, "\n".join(lines))
    assert [fault.split(":")[0] for fault in faults] == [
        "dòng 2, cột desk",
        "dòng 2, cột B2",
        "dòng 3",
        "dòng 4, cột received_on",
        "dòng 6, cột channel",
        "dòng 7",
    ]
    assert faults[2].startswith("dòng 3: có 29 giá trị, dòng đầu chỉ có 27 cột")
    assert faults[5].startswith("dòng 7: không có câu trả lời nào")
    assert stored(installation) == []


def test_lines_are_those_of_the_file_though_a_comment_has_several(flask: Commands) -> None:
    content = f'desk,received_on,A1,comment\n{DESK},2026-10-05,4,"dòng một\ndòng hai"\n\n{DESK},2026-10-05,9,\n'
    (fault,) = refused(flask, content)
    assert fault.startswith("dòng 5, cột A1:")


def test_missing_columns_are_all_named(flask: Commands) -> None:
    assert [fault.split(" →")[0] for fault in refused(flask, "A1,A2\n4,4\n")] == [
        "dòng 1: thiếu cột “desk”",
        "dòng 1: thiếu cột “received_on”",
    ]
    assert len(refused(flask, "")) == 2


def test_a_repeated_key_is_skipped_and_counted(flask: Commands, installation: Installation) -> None:
    rows = [answered(5, key="a"), answered(1, key="a"), answered(3, key="b"), answered(3)]
    assert import_rows(flask, rows) == "Đã nhập 3 phiếu trả lời; bỏ qua 1 phiếu đã có.\n"
    rows = [answered(1, key="a"), answered(2, key="b"), answered(5, key="c")]
    assert import_rows(flask, rows) == "Đã nhập 1 phiếu trả lời; bỏ qua 2 phiếu đã có.\n"
    kept = {each.key: each.answers["A1"] for each in stored(installation)}
    assert (kept["a"], kept["b"], kept["c"], len(kept)) == (5, 3, 5, 4)


def test_offices_may_number_their_paper_forms_alike(flask: Commands, installation: Installation) -> None:
    import_rows(flask, [answered(key="1")])
    said = import_rows(flask, [answered(key="1", desk=OTHER_DESK), answered(key="1"), answered(key="2")])
    assert said == "Đã nhập 2 phiếu trả lời; bỏ qua 1 phiếu đã có.\n"
    assert len(stored(installation)) == 3


def test_what_an_office_held_before_its_merger_is_not_stored_again(flask: Commands, installation: Installation) -> None:
    import_rows(flask, [answered(key="1", received_on="2026-09-28")])
    merged = "code,name,kind,parent,valid_from,valid_to,successor\n00101,Xã cũ,commune,01,,2026-09-30,00102\n"
    flask("offices", "import", flask.file("merged.csv", merged))
    said = import_rows(
        flask, [answered(key="1", received_on="2026-10-02"), answered(key="2", received_on="2026-10-02")]
    )
    assert said == "Đã nhập 1 phiếu trả lời; bỏ qua 1 phiếu đã có.\n"
    with installation.database.reading() as connection:
        codes = {office.id: office.code for office in fetch_tree(connection)}
    assert {each.key: codes[each.office_id] for each in stored(installation)} == {"1": "00101", "2": "00102"}


def test_a_day_on_which_nobody_serves_the_desk_is_refused(flask: Commands) -> None:
    closed = "code,name,kind,parent,valid_from,valid_to,successor\n00101,Xã cũ,commune,01,,2026-09-30,\n"
    flask("offices", "import", flask.file("closed.csv", closed))
    (fault,) = refused(flask, responses_csv([answered()]))
    assert fault.startswith("dòng 2, cột received_on: cơ quan 00101 đã ngừng hoạt động ngày này → ")


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_byte_order_mark_and_windows_line_ends_are_accepted(flask: Commands, line_end: str) -> None:
    content = responses_csv(many(30)).replace("\n", line_end)
    path = flask.file("phieu.csv", b"\xef\xbb\xbf" + content.encode())
    assert "Đã nhập 30 " in flask("responses", "import", path, "--questionnaire", "sipas-2017").stdout


@pytest.mark.parametrize("sign", [";", "\t"])
def test_what_excel_writes_in_vietnam_is_accepted(flask: Commands, installation: Installation, sign: str) -> None:
    lines = responses_csv(many(30)).replace(",", sign).splitlines()
    path = flask.file("phieu.csv", "\n".join(line + sign * 3 for line in lines))
    assert "Đã nhập 30 " in flask("responses", "import", path, "--questionnaire", "sipas-2017").stdout
    assert len(stored(installation)) == 30


@pytest.mark.parametrize("encoding", ["utf-16", "cp1258"])
def test_another_encoding_is_refused_with_what_to_do(flask: Commands, encoding: str) -> None:
    text = responses_csv([answered()]) + f",{DESK},2026-10-05,poster,4,góp ý tại đây\n"
    (fault,) = refused(flask, text.encode(encoding, "replace"))
    assert "không phải mã UTF-8 → lưu lại tệp dạng “CSV UTF-8”" in fault


def test_a_huge_field_an_open_quote_and_a_long_comment_are_refused(flask: Commands, installation: Installation) -> None:
    row = f"desk,received_on,A1,comment\n{DESK},2026-10-05,9,\n{DESK},2026-10-05,4,"
    for broken in ("x" * 200_000, '"chưa đóng\n' + f"{DESK},2026-10-05,4,\n" * 3):
        wrong, unreadable = refused(flask, row + broken)
        assert wrong.startswith("dòng 2, cột A1:")
        assert unreadable.startswith("dòng 3: không đọc được từ dòng này")
    _, long = refused(flask, row + "x" * 2001)
    assert long.startswith("dòng 3, cột comment: Phần này dài 2001 ký tự, nhiều nhất được 2000 ký tự.")
    assert stored(installation) == []


def test_the_channel_column_wins_over_the_option(flask: Commands) -> None:
    rows = [answered(channel="kiosk"), answered(channel=""), answered(channel="link")]
    import_rows(flask, rows, "--channel", "invitation")
    every = flask.score(*(part for name in ("kiosk", "link", "invitation") for part in ("--channel", name)))
    assert every["channels"] == {"kiosk": 1, "link": 1, "invitation": 1}


def test_without_channel_column_and_option_a_file_holds_paper_forms(flask: Commands) -> None:
    import_rows(flask, [{"desk": DESK, "received_on": "2026-10-05", "A1": 4} for _ in range(12)])
    assert flask.score("--channel", "paper")["channels"] == {"paper": 12}
    # Staff entered these themselves: shown beside the headline, never in it (Q5).
    assert flask.score()["responses"] == 0


def test_na_and_empty_are_counted_apart_and_are_in_no_base(flask: Commands) -> None:
    row = {"desk": DESK, "received_on": "2026-10-05", "channel": "poster"}
    import_rows(flask, [{**row, "A1": value, "A2": 4} for value in (5, 5, 4, 1, "NA", "NA", "", "", "", "")])
    first, second, third, _ = flask.score("--minimum-base", "1")["dimensions"][0]["criteria"]
    assert (first["index"]["base"], first["not_applicable"], first["unanswered"]) == (4, 2, 4)
    assert first["index"]["percent"] == 75.0
    assert (second["index"]["base"], second["not_applicable"], second["unanswered"]) == (10, 0, 0)
    assert (third["index"]["status"], third["index"]["percent"], third["counts"]) == ("no_data", None, None)


def test_a_response_is_not_taken_for_one_of_another_version(flask: Commands, installation: Installation) -> None:
    content = f"desk,received_on,A1,questionnaire\n{DESK},2026-10-05,4,sipas-desk@1\n{DESK},2026-10-05,4,sipas-2017@1\n"
    (fault,) = refused(flask, content)
    assert fault.startswith(
        "dòng 2, cột questionnaire: phiếu trả lời này theo “sipas-desk@1”, không phải “sipas-2017@1”"
    )
    assert stored(installation) == []


def test_a_file_cannot_prove_a_transaction(flask: Commands, installation: Installation) -> None:
    content = f"desk,received_on,A1,verified,hour\n{DESK},2026-10-05,4,yes,9\n"
    flask("responses", "import", flask.file("a.csv", content), "--questionnaire", "sipas-2017")
    (response,) = stored(installation)
    assert (response.verified, response.received_hour) == (False, None)


def test_what_cannot_be_read_or_written_is_said_in_a_sentence(flask: Commands) -> None:
    importing = ("responses", "import")
    missing = flask.folder / "khong-co.csv"
    assert flask.faults(*importing, missing, "--questionnaire", "sipas-2017") == [
        f"Không đọc được tệp {missing}: không có tệp hoặc thư mục này."
    ]
    assert flask.faults(*importing, flask.folder, "--questionnaire", "sipas-2017") == [
        f"Không đọc được tệp {flask.folder}: đây là một thư mục, không phải tệp."
    ]
    (unknown,) = flask.faults(*importing, missing, "--questionnaire", "sipas-2071")
    assert unknown.startswith("Không có phiếu khảo sát “sipas-2071”. Các phiếu hiện có: sipas-2017@1, ")
    (nothing,) = flask.faults("responses", "export", "--out", flask.folder / "ra.csv")
    assert nothing == "Không có phiếu trả lời nào trong khoảng này."
    import_rows(flask, many(5))
    (form,) = flask.faults("responses", "export", "--out", "ra.docx")
    assert form == "Tên tệp ra.docx phải kết thúc bằng .csv."
    inside_a_file = flask.file("tep", "") / "ra.csv"
    (blocked,) = flask.faults("responses", "export", "--out", inside_a_file)
    assert blocked == f"Không ghi được tệp {inside_a_file}: một phần của đường dẫn là tệp, không phải thư mục."
    assert not list(flask.folder.glob("*.part"))


def test_a_desk_code_may_be_typed_as_people_type_it(flask: Commands, installation: Installation) -> None:
    import_rows(flask, [answered(desk="k7m2-qx")])
    with installation.database.reading() as connection:
        known = fetch_desk(connection, DESK)
    assert known
    assert [each.desk_id for each in stored(installation)] == [known[0].id]


def test_paper_does_not_decide_which_questionnaire_the_headline_is_about(flask: Commands) -> None:
    flask.set_up()
    short = [{"desk": DESK, "received_on": "2026-10-05", "channel": "poster", "A1": 4}] * 12
    forms = [{"desk": DESK, "received_on": "2026-10-05", "channel": "paper", "A1": 2}] * 40
    flask("responses", "import", flask.file("q.csv", responses_csv(short)), "--questionnaire", "sipas-desk")
    flask("responses", "import", flask.file("p.csv", responses_csv(forms)), "--questionnaire", "sipas-2017")
    assert flask.score()["questionnaire"] == "sipas-desk@1"
    assert flask.score("--channel", "paper")["questionnaire"] == "sipas-2017@1"


def test_a_form_that_the_desk_does_not_ask_is_told(flask: Commands) -> None:
    flask.set_up()
    short = [{"desk": DESK, "received_on": "2026-10-05", "A1": 4}] * 2
    said = flask("responses", "import", flask.file("o.csv", responses_csv(short)), "--questionnaire", "sipas-desk")
    assert said.stderr == "Lưu ý: 2 phiếu thuộc các quầy đang dùng phiếu khảo sát khác với sipas-desk@1.\n"


def test_a_day_on_which_the_desk_was_not_open_is_refused(flask: Commands) -> None:
    flask.set_up()
    dated = (
        f"desk,office,name,questionnaire,valid_from,valid_to\n{DESK},00101,Quầy 1,sipas-2017,2026-10-05,2026-10-10\n"
    )
    flask("desks", "import", flask.file("d.csv", dated))
    rows = [answered(received_on=day) for day in ("2026-10-04", "2026-10-05", "2026-10-17", "2026-10-18")]
    faults = flask.faults(
        "responses", "import", flask.file("r.csv", responses_csv(rows)), "--questionnaire", "sipas-2017"
    )
    assert [line.split(": ")[1].split(" → ")[0] for line in faults if "dòng" in line] == [
        f"quầy {DESK} không hoạt động ngày 2026-10-04",
        f"quầy {DESK} không hoạt động ngày 2026-10-18",
    ]
