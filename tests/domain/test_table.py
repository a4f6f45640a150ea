"""CSV files as people send them: what is read, and what is said of the rest."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.message import Fault, Refused
from survey.domain.table import (
    LONGEST_LINE,
    FirstFaults,
    Row,
    by_line,
    decode,
    decoded_lines,
    read_date,
    read_table,
    text_lines,
    write_table,
)


def read(
    text: str, *, required: tuple[str, ...] = ("a", "b"), optional: tuple[str, ...] = ()
) -> tuple[list[Row], list[str]]:
    faults: list[Fault] = []
    rows = list(read_table(text_lines(text), required=required, optional=optional, faults=faults))
    return rows, sentences(faults)


def sentences(faults: list[Fault] | tuple[Fault, ...]) -> list[str]:
    return [f"{fault.place}: {fault.problem}" for fault in faults]


def values(rows: list[Row]) -> list[dict[str, str]]:
    return [dict(row.values) for row in rows]


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n", "a,b\r\n1,2\r\n", "a;b\n1;2", "a\tb\n1\t2\n", " a , b \n 1 , 2 \n", "b,a\n2,1\n",
        'a,b\n"1","2"\n', "a,b,,\n1,2,,\n", "a,b\n\n1,2\n,\n", "a,b\n1,2,,,\n",
    ],
)  # fmt: skip
def test_a_table_is_read_however_a_spreadsheet_wrote_it(text: str) -> None:
    rows, faults = read(text)
    assert (values(rows), faults) == ([{"a": "1", "b": "2"}], [])


def test_lines_are_numbered_as_in_the_file() -> None:
    rows, _ = read('a,b\n\n1,"một\nhai"\n3,4\n')
    assert [(row.line, row["b"]) for row in rows] == [(3, "một\nhai"), (5, "4")]
    assert str(rows[0].place()) == "dòng 3"
    assert str(rows[0].place("b")) == "dòng 3, cột b"


def test_a_short_line_has_empty_values() -> None:
    rows, faults = read("a,b\n1\n")
    assert (rows[0]["a"], rows[0]["b"], rows[0]["unknown"], faults) == ("1", "", "", [])


def test_letters_are_composed_so_that_names_compare() -> None:
    rows, _ = read("a,b\nHo\u0300a,2\n")
    assert rows[0]["a"] == "Hòa"


def test_a_wrong_header_names_all_that_is_wrong_with_it() -> None:
    with pytest.raises(Refused) as refused:
        read("a,c,a\n1,2,3\n", optional=("d",))
    assert sentences(refused.value.faults) == [
        "dòng 1: thiếu cột “b”",
        "dòng 1: không có cột nào tên “c”",
        "dòng 1: cột “a” lặp lại",
    ]
    assert "a, b, d" in str(refused.value.faults[1].remedy)


@pytest.mark.parametrize("text", ["", "\n\n", ",,\n"])
def test_an_empty_file_lacks_its_columns(text: str) -> None:
    with pytest.raises(Refused) as refused:
        read(text)
    assert sentences(refused.value.faults) == ["dòng 1: thiếu cột “a”", "dòng 1: thiếu cột “b”"]


def test_a_line_with_too_many_values_is_a_fault_and_the_others_are_read() -> None:
    rows, faults = read("a,b\n1,2,3\n4,5\n")
    assert values(rows) == [{"a": "4", "b": "5"}]
    assert faults == ["dòng 2: có 3 giá trị, dòng đầu chỉ có 2 cột"]


def test_a_quote_that_never_closes_is_named_where_it_opens() -> None:
    rows, faults = read('a,b\n1,2\n3,"4\n5,6\n')
    assert values(rows) == [{"a": "1", "b": "2"}]
    assert len(faults) == 1
    assert faults[0].startswith("dòng 3: ")


def test_dates_are_read_or_named() -> None:
    faults: list[Fault] = []
    row = Row(7, {"good": "2026-10-31", "empty": "", "wrong": "31/10/2026", "none": "2026-02-30"})
    assert [read_date(row, name, faults) for name in ("good", "empty", "wrong", "none")] == [
        date(2026, 10, 31),
        None,
        None,
        None,
    ]
    assert sentences(faults) == [
        "dòng 7, cột wrong: “31/10/2026” không phải ngày hợp lệ",
        "dòng 7, cột none: “2026-02-30” không phải ngày hợp lệ",
    ]


def test_faults_are_told_from_top_to_bottom() -> None:
    faults: list[Fault] = []
    for line in (12, 3, 7):
        read_date(Row(line, {"d": "?"}), "d", faults)
    assert [str(each.place) for each in by_line(faults)] == ["dòng 3, cột d", "dòng 7, cột d", "dòng 12, cột d"]


def test_utf_8_is_decoded_with_or_without_its_mark() -> None:
    assert decode("phiếu".encode()) == decode("phiếu".encode("utf-8-sig")) == "phiếu"


def test_another_encoding_is_refused_with_its_line() -> None:
    with pytest.raises(Refused) as refused:
        decode("a,b\ncôt,hai\n".encode("cp1258"))
    assert str(refused.value.faults[0].place) == "dòng 2"
    assert "UTF-8" in str(refused.value.faults[0].problem)


@given(st.text(st.sampled_from('a,"\n\r\ufeffế'), max_size=30))
def test_a_file_read_line_by_line_is_the_same_as_one_read_whole(text: str) -> None:
    data = text.encode()
    lines = list(decoded_lines(io.BytesIO(data)))
    assert "".join(lines) == decode(data)
    for whole, by_lines in zip(_cells(text_lines(decode(data))), _cells(lines), strict=True):
        assert whole == by_lines


def _cells(lines: Iterable[str]) -> list[list[str] | str]:
    found: list[list[str] | str] = []
    try:
        found.extend(csv.reader(lines, strict=True))
    except csv.Error as error:
        found.append(str(error))
    return found


def test_another_encoding_is_refused_with_its_line_however_far_down() -> None:
    with pytest.raises(Refused) as refused:
        list(decoded_lines([b"a,b\n", "tốt,1\n".encode(), "cột\n".encode("utf-16")]))
    assert str(refused.value.faults[0].place) == "dòng 3"


@pytest.mark.parametrize("before", [[], [b"a,b\n", b"1,2\n"]])
def test_a_file_without_line_ends_is_a_fault_and_not_read_to_its_end(before: list[bytes]) -> None:
    def lines() -> Iterator[bytes]:
        yield from before
        yield b"x" * (LONGEST_LINE + 1)
        raise AssertionError("read on")

    faults: list[Fault] = []
    rows = list(read_table(decoded_lines(lines()), required=("a", "b"), faults=faults))
    assert values(rows) == [{"a": "1", "b": "2"}][: len(before)]
    assert [str(each.place) for each in faults] == [f"dòng {len(before) + 1}"]


def test_of_many_faults_the_first_are_kept_and_all_are_counted() -> None:
    faults = FirstFaults(3)
    faults.refuse()  # nothing to refuse yet
    for line in range(2, 12):
        read_date(Row(line, {"d": "?"}), "d", faults)
    assert len(faults) == 10
    assert [str(each.place) for each in faults] == ["dòng 2, cột d", "dòng 3, cột d", "dòng 4, cột d"]
    with pytest.raises(Refused) as refused:
        faults.refuse()
    assert (refused.value.faults, refused.value.more) == (tuple(faults), 7)


def test_a_fault_shows_the_beginning_of_a_long_value() -> None:
    faults: list[Fault] = []
    read_date(Row(2, {"d": "x" * 100_000}), "d", faults)
    assert faults[0].problem.params["value"] == "x" * 79 + "…"


def test_a_written_table_begins_with_the_mark_excel_needs() -> None:
    lines = list(write_table(("a", "b"), [(1, None), (date(2026, 10, 31), 'có "ngoặc", phẩy')]))
    assert "".join(lines) == '\ufeffa,b\n1,\n2026-10-31,"có ""ngoặc"", phẩy"\n'


@pytest.mark.parametrize("text", ["=1+1", "+84", "-5 điểm", "@ai", "'=1", "''=1"])
def test_what_a_spreadsheet_would_run_is_guarded_and_read_back(text: str) -> None:
    written = "".join(write_table(("a", "b"), [(text, "x")])).removeprefix("\ufeff")
    (_, row) = csv.reader(io.StringIO(written))
    assert row[0] == f"'{text}"
    rows, _ = read(written)
    assert rows[0]["a"] == text


texts = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=20).map(str.strip)


@given(st.lists(st.tuples(texts.filter(bool), texts), max_size=6))
def test_what_is_written_is_read_back(rows: list[tuple[str, str]]) -> None:
    written = "".join(write_table(("a", "b"), rows)).removeprefix("\ufeff")
    found, faults = read(written)
    composed = [tuple(unicodedata.normalize("NFC", value).strip() for value in row) for row in rows]
    assert faults == []
    assert [(row["a"], row["b"]) for row in found] == composed
