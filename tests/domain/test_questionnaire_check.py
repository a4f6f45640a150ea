"""Every fault of a questionnaire file is found at once, at its place, with a remedy, in plain Vietnamese."""

import pickle
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.domain.message import Fault
from survey.domain.questionnaire import SCHEMA, check, load

ROOT = Path(__file__).parents[2]
SIPAS = (ROOT / "questionnaires" / "sipas-2017.v1.yaml").read_text(encoding="utf-8")
SMALL = """\
id: small
version: 1
languages: [vi, en]
title: {vi: Phiếu nhỏ, en: Small form}
basis: {vi: Câu chữ do chúng tôi viết., en: Our own words.}
method: share45
scales:
  five:
    options:
      - {value: 5, satisfied: true, label: {vi: Rất hài lòng, en: Very satisfied}}
      - {value: 4, satisfied: true, label: {vi: Hài lòng, en: Satisfied}}
      - {value: 3, label: {vi: Bình thường, en: Neutral}}
      - {value: 2, dissatisfied: true, label: {vi: Không hài lòng, en: Dissatisfied}}
      - {value: 1, dissatisfied: true, label: {vi: Rất không hài lòng, en: Very dissatisfied}}
sections:
  - id: overall
    kind: overall
    title: {vi: Chung, en: Overall}
    questions:
      - {id: overall, text: {vi: Hài lòng không, en: Satisfied}, name: {vi: Chung, en: Overall}}
  - id: A
    kind: dimension
    title: {vi: Yếu tố A, en: Dimension A}
    questions:
      - {id: A1, text: {vi: Có ghế không, en: Seats}, name: {vi: Ghế, en: Seats}}
      - {id: A2, text: {vi: Có quạt không, en: Fans}, name: {vi: Quạt, en: Fans}}
  - id: about
    kind: respondent
    title: {vi: Về Ông/Bà, en: About you}
    questions:
      - id: age
        type: choice
        text: {vi: Bao nhiêu tuổi, en: How old}
        name: {vi: Tuổi, en: Age}
        options:
          - {value: 18-24, lowest: 18, highest: 24, label: {vi: 18–24, en: 18–24}}
          - {value: over-24, lowest: 25, label: {vi: Trên 24, en: Over 24}}
"""


def told(faults: tuple[Fault, ...]) -> list[str]:
    return [f"{fault.place}: {fault.problem}" for fault in faults]


def faults_of(source: str, **answered: str) -> tuple[Fault, ...]:
    return check(source, name="small.v1.yaml", answered_digests={f"{key}@1": value for key, value in answered.items()})


def changed(before: str, after: str) -> str:
    assert SMALL.count(before) == 1, before
    return SMALL.replace(before, after)


def test_a_right_file_has_no_faults() -> None:
    assert faults_of(SMALL) == ()


ONE_FAULT = {
    # what is written: (instead of, written, the place and the problem that must be told)
    "question id twice": ("{id: A2,", "{id: a1,", "dòng 26, cột 10: “a1” bị trùng."),
    "section id twice": ("id: about", "id: A", "dòng 27, cột 5: “A” bị trùng."),
    "scale value twice": ("value: 4", "value: 5", "dòng 11, cột 10: “5” bị trùng."),
    "option value twice": ("value: over-24", "value: 18-24", "dòng 37, cột 14: “18-24” bị trùng."),
    "reserved question id": ("{id: A2,", "{id: desk,", "dòng 26, cột 10: “desk” là tên dành riêng của hệ thống."),
    "a comment that is none": (
        "{id: A2,",
        "{id: comment,",
        "dòng 26, cột 10: “comment” là tên dành riêng của hệ thống.",
    ),
    "reserved dimension id": ("id: A\n", "id: index\n", "dòng 21, cột 5: “index” là tên dành riêng của hệ thống."),
    "dimension without criteria": (
        SMALL[SMALL.index("    questions:\n      - {id: A1") : SMALL.index("  - id: about")],
        "    questions: []\n",
        "dòng 24, cột 5: Mục này chưa có câu hỏi nào.",
    ),
    "missing translation": ("{vi: Quạt, en: Fans}", "{vi: Quạt}", "dòng 26, cột 55: name chưa có bản dịch: en."),
    "undeclared language": (
        "{vi: Quạt, en: Fans}",
        "{vi: Quạt, en: Fans, fr: Ventilateurs}",
        "dòng 26, cột 82: Ngôn ngữ “fr” chưa khai báo trong languages.",
    ),
    "blank translation": ("{vi: Quạt, en: Fans}", '{vi: " ", en: Fans}', "dòng 26, cột 62: Đoạn chữ này còn trống."),
    "language twice": ("[vi, en]", "[vi, en, vi]", "dòng 3, cột 1: Danh sách này có phần tử lặp lại."),
    "no Vietnamese": (
        "[vi, en]",
        "[en]",
        "dòng 3, cột 1: Phiếu phải có tiếng Việt: thiếu vi trong languages.",
    ),
    "unknown method": ("share45", "share54", "dòng 6, cột 1: Không có cách tính “share54”."),
    "method of a name taken": (
        "method: share45",
        "method: {id: net, version: 1, kind: share}",
        "dòng 6, cột 10: “net” là tên của một cách tính có sẵn.",
    ),
    "formula without a mean": (
        "method: share45",
        "method: {id: agree, version: 1, kind: share, multiply: 25}",
        "dòng 6, cột 46: multiply chỉ dùng với kind: mean.",
    ),
    "method without its parts": ("method: share45", "method: {id: agree}", "dòng 6, cột 1: Thiếu version, kind."),
    "method of five levels on four": (
        "      - {value: 3, label: {vi: Bình thường, en: Neutral}}\n",
        "",
        "dòng 6, cột 1: share45 chỉ dùng cho thang từ 1 đến 5, hài lòng là 4 và 5.",
    ),
    "unknown scale": ("{id: A2,", "{id: A2, scale: four,", "dòng 26, cột 18: Không có thang đo “four”."),
    "scale of texts": ("value: 3", "value: three", "dòng 12, cột 10: Chỗ này phải là một số nguyên."),
    "level both ways": (
        "value: 4, satisfied: true",
        "value: 4, satisfied: true, dissatisfied: true",
        "dòng 9, cột 5: Một mức không thể vừa hài lòng vừa không hài lòng.",
    ),
    "scale without dissatisfied levels": (
        SMALL[SMALL.index("      - {value: 2") : SMALL.index("sections:")],
        SMALL[SMALL.index("      - {value: 2") : SMALL.index("sections:")].replace(" dissatisfied: true,", ""),
        "dòng 9, cột 5: Thang đo phải có mức hài lòng và mức không hài lòng.",
    ),
    "overlapping ages": (
        "lowest: 25",
        "lowest: 24",
        "dòng 37, cột 13: Nhóm này chồng lên nhóm khác: có người thuộc cả hai.",
    ),
    "gap between ages": (
        "lowest: 25",
        "lowest: 26",
        "dòng 37, cột 13: Giữa nhóm này và nhóm trước có khoảng trống: có người không thuộc nhóm nào.",
    ),
    "band upside down": ("lowest: 18", "lowest: 42", "dòng 36, cột 13: Nhóm này có lowest lớn hơn highest."),
    "no overall": ("kind: overall", "kind: dimension", "dòng 15, cột 1: Phiếu chưa có câu hỏi chung."),
    "several overall": ("kind: dimension", "kind: overall", "dòng 25, cột 9: Phiếu có nhiều hơn một câu hỏi chung."),
    "overall of another name": (
        "{id: overall,",
        "{id: general,",
        "dòng 20, cột 10: Câu hỏi này phải có id là “overall”.",
    ),
    "why beside the tap": (
        "{id: overall,",
        "{id: overall, follow_up: {type: text, text: {vi: Vì sao, en: Why}},",
        "dòng 20, cột 23: Câu hỏi chung được trả lời bằng một lần chạm nên không mở câu “Vì sao?”.",
    ),
    "text among the criteria": (
        "{id: A2,",
        "{id: A2, type: text,",
        "dòng 26, cột 18: Trong mục dimension, câu hỏi phải là kiểu scale.",
    ),
    "choice without options": (
        "type: choice",
        "type: choice\n        longest: 9",
        "dòng 33, cột 9: Câu hỏi kiểu choice không dùng longest.",
    ),
    "bad id": ("id: small", "id: Phiếu nhỏ", "dòng 1, cột 1: “Phiếu nhỏ” viết không đúng dạng."),
    "bad version": ("version: 1", "version: 1.0", "dòng 2, cột 1: Chỗ này phải là một số nguyên."),
    "version zero": ("version: 1", "version: 0", "dòng 2, cột 1: “0” không nằm trong giới hạn cho phép."),
    "file of another version": ("version: 1", "version: 2", "dòng 1, cột 1: Tên tệp không khớp với id và version."),
    "misspelt key": ("kind: respondent", "knd: respondent", "dòng 28, cột 5: Không có khóa “knd” ở đây"),
    "unknown kind": ("kind: respondent", "kind: people", "dòng 28, cột 5: “people” không dùng được ở đây"),
    "key missing": ("    title: {vi: Yếu tố A, en: Dimension A}\n", "", "dòng 21, cột 5: Thiếu title."),
    "key twice": ("version: 1", "version: 1\nversion: 1", "dòng 3, cột 1: Khóa “version” đã được viết ở dòng 2."),
    "tag": ("version: 1", "version: !!int 1", "dòng 2, cột 10: Thẻ “tag:yaml.org,2002:int” không được dùng"),
    "control character": ("vi: Ghế,", 'vi: "Gh\\0ế",', "dòng 25, cột 66: Đoạn chữ này chứa ký tự điều khiển."),
}


@pytest.mark.parametrize("case", ONE_FAULT.values(), ids=ONE_FAULT)
def test_a_fault_is_told_at_its_place_with_a_remedy(case: tuple[str, str, str]) -> None:
    before, after, expected = case
    faults = faults_of(changed(before, after))
    found = [fault for fault in faults if f"{fault.place}: {fault.problem}".startswith(expected)]
    assert found, told(faults)
    assert found[0].remedy is not None


UNREADABLE = {
    "tab": ("version: 1", "version:\n\t1", "dòng 3, cột 1: Dòng thụt vào bằng phím Tab."),
    "bracket": ("[vi, en]", "[vi, en", "dòng 4, cột 6: Ngoặc vuông hoặc ngoặc nhọn chưa đóng"),
    "colon": ("version: 1", "version: 1 : 2", "dòng 2, cột 12: Dấu hai chấm không đặt được ở chỗ này."),
    "quote": ("method: share45", 'method: "share45', "dòng 6, cột 9: Dấu nháy mở ra mà chưa đóng."),
    "percent": ("version: 1", "version: %1", "dòng 2, cột 10: Câu chữ bắt đầu bằng ký tự đặc biệt"),
    "indent": ("version: 1", "  version: 1", "dòng 2"),
    "alias": ("version: 1", "version: *one", "dòng 2, cột 10: Dấu * hoặc & ở đầu là tham chiếu YAML"),
    "anchor": ("version: 1", "version: &one 1", "dòng 2, cột 10: Dấu * hoặc & ở đầu là tham chiếu YAML"),
    "several documents": ("version: 1", "version: 1\n---\nid: other", "dòng 3, cột 1: Tệp chứa nhiều tài liệu YAML."),
    "unreadable sign": ("version: 1", "version: 1\x07", "dòng 2, cột 11: Tệp chứa ký tự không đọc được."),
}


@pytest.mark.parametrize("case", UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_is_no_yaml_has_one_fault_where_reading_ended(case: tuple[str, str, str]) -> None:
    before, after, expected = case
    (sentence,) = told(faults_of(changed(before, after)))
    assert sentence.startswith(expected)


@pytest.mark.parametrize("source", ["", "# nothing\n", "- a\n- b\n", "hello", "42", "null", "{}", "[" * 1000])
def test_a_file_that_is_no_questionnaire_is_refused(source: str) -> None:
    assert faults_of(source)


def test_all_faults_come_at_once_in_the_order_of_the_lines() -> None:
    source = (
        SMALL.replace("share45", "share54")
        .replace("{vi: Ghế, en: Seats}", "{vi: Ghế}")
        .replace("{id: A2,", "{id: A1, scale: four,")
        .replace("lowest: 25", "lowest: 20")
        .replace("kind: respondent", "kind: people")
    )
    assert [sentence.split(",")[0] for sentence in told(faults_of(source))] == [
        "dòng 6",
        "dòng 25",
        "dòng 26",
        "dòng 26",
        "dòng 28",
        "dòng 37",
    ]


def test_a_follow_up_takes_part_in_the_names_of_questions() -> None:
    source = changed("scales:", "follow_up: {type: text, text: {vi: Vì sao, en: Why}}\nscales:")
    assert faults_of(source) == ()
    assert "“A1_why” bị trùng." in told(faults_of(source.replace("{id: A2,", "{id: A1_why,")))[0]
    without = source.replace("{id: A1,", "{id: A1, follow_up: false,").replace("{id: A2,", "{id: A1_why,")
    assert faults_of(without) == ()
    asked = load(without, name="small.v1.yaml")
    assert asked.question("A1").follow_up is None
    assert asked.question("A1_why").follow_up is asked.question("A1_why_why")


def test_reasons_need_their_options() -> None:
    source = changed("scales:", "follow_up: {type: choices, text: {vi: Vì sao, en: Why}}\nscales:")
    assert told(faults_of(source)) == ["dòng 7, cột 1: Thiếu options."]


def test_an_answered_version_may_not_change_but_may_be_laid_out_anew() -> None:
    answered = load(SMALL, name="small.v1.yaml").digest
    assert faults_of("# a remark\n" + SMALL, small=answered) == ()
    (fault,) = faults_of(changed("Có ghế không", "Có đủ ghế không"), small=answered)
    assert str(fault.place) == "dòng 2, cột 1"
    assert "đã có người trả lời" in str(fault.problem)
    assert "small.v2.yaml với version: 2" in str(fault.remedy)


def test_a_new_version_beside_an_answered_one_is_free() -> None:
    answered = load(SMALL, name="small.v1.yaml").digest
    second = changed("version: 1", "version: 2").replace("Có ghế không", "Có đủ ghế không")
    assert check(second, name="small.v2.yaml", answered_digests={"small@1": answered}) == ()


def test_yaml_builds_no_object(tmp_path: Path) -> None:
    marker = tmp_path / "built"
    attack = yaml.dump(pickle.dumps(0)) + f"x: !!python/object/apply:pathlib.Path.touch ['{marker}']\n"
    assert faults_of(SMALL + f"evil: !!python/object/apply:os.mkdir ['{marker}']\n")
    assert faults_of(attack)
    assert not marker.exists()


def test_words_that_yaml_makes_into_something_else_stay_words() -> None:
    source = changed("value: over-24, lowest: 25", "value: no, lowest: 25")
    assert load(source, name="small.v1.yaml").question("age").options[1].value == "no"


def test_the_schema_says_the_same_about_the_delivered_files_as_any_editor_would() -> None:
    """Editors read the published schema with a parser of their own (YAML 1.2, a plain validator)."""
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert told(check(SIPAS, name="sipas-2017.v1.yaml")) == []


LINES = SIPAS.splitlines()


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, len(LINES) - 1),
    st.sampled_from(["", "{", "  - x", "null", "a: [b", "\t", "- {value: 1}", "id: A1", "kind: overall", "? [a]: b"]),
)
def test_whatever_a_line_becomes_the_check_answers_in_sentences(number: int, line: str) -> None:
    source = "\n".join([*LINES[:number], line, *LINES[number + 1 :]])
    for fault in check(source, name="sipas-2017.v1.yaml"):
        assert str(fault.place).startswith("dòng ")
        assert str(fault.problem)
        assert fault.remedy is None or str(fault.remedy)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "value", "label"]), inner),
    max_leaves=6,
)


def leaves(part: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [path, *(leaf for key, each in inner for leaf in leaves(each, (*path, key)))]


PATHS = leaves(yaml.safe_load(SMALL))


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(PATHS[1:]), VALUES)
def test_whatever_a_part_becomes_the_check_never_fails(path: tuple[str | int, ...], value: object) -> None:
    data = yaml.safe_load(SMALL)
    owner = data
    for step in path[:-1]:
        owner = owner[step]
    owner[path[-1]] = value
    source = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    faults = check(source, name="small.v1.yaml")
    if not faults:
        assert load(source, name="small.v1.yaml").id == "small"
    assert isinstance(data, Mapping)


def test_the_example_of_the_guide_is_right() -> None:
    guide = (ROOT / "docs" / "questionnaires.md").read_text(encoding="utf-8")
    (example,) = (part for part in guide.split("```yaml\n") if "id: waiting" in part)
    assert told(check(example.split("```")[0], name="waiting.v1.yaml")) == []
