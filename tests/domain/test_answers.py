"""What of a submitted form may be stored, and what the person reads about the rest."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.questionnaire import NOT_APPLICABLE, CheckedAnswers, Questionnaire, check_answers, load

QUESTIONNAIRES = Path(__file__).parents[2] / "questionnaires"


def loaded(name: str) -> Questionnaire:
    return load((QUESTIONNAIRES / name).read_text(encoding="utf-8"), name=name)


SIPAS = loaded("sipas-2017.v1.yaml")
DESK = loaded("sipas-desk.v1.yaml")


def sentences(checked: CheckedAnswers) -> list[str]:
    return [str(fault.message) for fault in checked.faults]


def test_a_whole_form_is_kept_in_the_order_of_the_questionnaire() -> None:
    checked = check_answers(
        SIPAS,
        {
            "comment": ["  Cảm ơn cán bộ.\r\nTôi rất vui. "],
            "B2": ["2"],
            "B2_why": ["Chờ lâu"],
            "A1": ["NA"],
            "overall": ["5"],
            "age": ["over-60"],
        },
    )
    assert checked.faults == ()
    assert list(checked.answers.items()) == [("overall", 5), ("A1", NOT_APPLICABLE), ("B2", 2)]
    assert checked.respondent == {"age": "over-60"}
    assert checked.texts == {"B2_why": "Chờ lâu", "comment": "Cảm ơn cán bộ.\nTôi rất vui."}


@pytest.mark.parametrize("empty", [[], [""], ["   "], ["", ""]])
def test_an_empty_value_is_an_unanswered_question(empty: list[str]) -> None:
    submitted = {each.id: empty for each in SIPAS.questions}
    assert check_answers(SIPAS, submitted) == CheckedAnswers()


def test_a_wrong_value_is_named_with_the_choices_there_are() -> None:
    checked = check_answers(SIPAS, {"A1": ["6"], "A2": ["4"], "age": ["17"]})
    assert checked.answers == {"A2": 4}
    assert [(fault.question_id, fault.value) for fault in checked.faults] == [("A1", "6"), ("age", "17")]
    assert sentences(checked)[0] == ("“6” không phải là một câu trả lời có sẵn. Xin Ông/Bà chọn lại.")


def test_not_applicable_is_refused_where_the_scale_has_none() -> None:
    path = Path(__file__).parent / "reference" / "ikm.v1.yaml"
    ikm = load(path.read_text(encoding="utf-8"), name=path.name)
    checked = check_answers(ikm, {"empathy_U1": ["NA"], "empathy_U2": ["5"], "assurance_U1": ["4"]})
    assert [fault.question_id for fault in checked.faults] == ["empathy_U1", "empathy_U2"]
    assert checked.answers == {"assurance_U1": 4}


@pytest.mark.parametrize("question_id", ["overall", "A1", "age", "comment"])
def test_two_values_for_one_question_are_a_fault(question_id: str) -> None:
    checked = check_answers(SIPAS, {question_id: ["4", "5"]})
    assert sentences(checked) == ["Câu này chỉ nhận một câu trả lời. Xin Ông/Bà chọn một."]
    assert checked.faults[0].value == "4, 5"


def test_several_reasons_are_kept_once_each_in_the_order_of_the_form() -> None:
    checked = check_answers(DESK, {"C1": ["1"], "C1_why": ["unfair", "impolite", "unfair"]})
    assert checked.answers == {"C1": 1, "C1_why": ("impolite", "unfair")}


def test_an_unknown_reason_is_a_fault() -> None:
    checked = check_answers(DESK, {"C1": ["2"], "C1_why": ["impolite", "rude"]})
    assert [(fault.question_id, fault.value) for fault in checked.faults] == [("C1_why", "rude")]


@pytest.mark.parametrize("answer", [["5"], ["3"], ["NA"], []])
def test_a_reason_is_dropped_when_the_answer_is_not_dissatisfied(answer: list[str]) -> None:
    assert check_answers(DESK, {"C1": answer, "C1_why": ["impolite"]}).answers.keys() <= {"C1"}
    checked = check_answers(SIPAS, {"C1": answer, "C1_why": ["x" * 900]})
    assert (checked.texts, checked.faults) == ({}, ())


def test_beside_a_faulty_answer_the_faults_of_its_reason_are_told_too() -> None:
    checked = check_answers(SIPAS, {"C1": ["0"], "C1_why": ["x" * 501]})
    assert [fault.question_id for fault in checked.faults] == ["C1", "C1_why"]


@pytest.mark.parametrize(("question_id", "longest"), [("comment", 2000), ("A1_why", 500)])
def test_a_text_longer_than_its_limit_is_a_fault_and_not_cut(question_id: str, longest: int) -> None:
    kept = check_answers(SIPAS, {"A1": ["1"], question_id: ["ộ" * longest]})
    assert kept.texts == {question_id: "ộ" * longest}
    refused = check_answers(SIPAS, {"A1": ["1"], question_id: ["ộ" * (longest + 1)]})
    assert refused.texts == {}
    assert sentences(refused) == [
        f"Phần này dài {longest + 1} ký tự, nhiều nhất được {longest} ký tự. Xin Ông/Bà viết gọn lại."
    ]
    assert refused.faults[0].value == "ộ" * (longest + 1)


def test_a_limit_counts_letters_and_not_their_marks() -> None:
    decomposed = unicodedata.normalize("NFD", "ộ" * 2000)
    assert check_answers(SIPAS, {"comment": [decomposed]}).texts == {"comment": "ộ" * 2000}


def test_control_characters_never_reach_the_store() -> None:
    checked = check_answers(SIPAS, {"comment": ["\ufeffTốt\x00\x1b[31m\u202e lắm\ud800\u2028xin\tcảm ơn\x7f"]})
    assert checked.texts == {"comment": "Tốt[31m lắm\nxin\tcảm ơn"}
    assert check_answers(SIPAS, {"comment": ["\x00\x07"]}).texts == {}


def test_keys_that_are_no_question_are_the_callers_matter() -> None:
    assert check_answers(SIPAS, {"csrf_token": ["x"], "A9": ["5"], "overall": ["4"]}).answers == {"overall": 4}


def test_a_long_wrong_value_is_quoted_short() -> None:
    (sentence,) = sentences(check_answers(SIPAS, {"A1": ["9" * 5000]}))
    assert len(sentence) < 160


KEYS = st.sampled_from([each.id for q in (SIPAS, DESK) for each in q.questions]) | st.text(max_size=5)
LIKELY = st.sampled_from(["1", "2", "3", "4", "5", "NA", "", " 4 ", "18-24", "other", "impolite", "٤", "x" * 2001])
VALUES = st.lists(LIKELY | st.text(st.characters(codec=None), max_size=20), max_size=3)


@given(st.dictionaries(KEYS, VALUES), st.sampled_from([SIPAS, DESK]))
def test_whatever_is_submitted_what_is_kept_can_be_stored(
    submitted: dict[str, list[str]], questionnaire: Questionnaire
) -> None:
    checked = check_answers(questionnaire, submitted)
    faulty = {fault.question_id for fault in checked.faults}
    assert faulty <= submitted.keys()
    for fault in checked.faults:
        assert str(fault.message).encode()
        assert fault.value.encode() is not None
    for question_id, answer in checked.answers.items():
        question = questionnaire.question(question_id)
        if question.scale is None:
            assert set(answer if isinstance(answer, tuple) else ()) <= {each.value for each in question.options}
        else:
            assert answer == NOT_APPLICABLE or answer in question.scale.values
    for text in checked.texts.values():
        assert text.encode().decode() == unicodedata.normalize("NFC", text) == text.strip()


@given(st.dictionaries(KEYS, VALUES), st.sampled_from([SIPAS, DESK]))
def test_what_is_kept_is_kept_again(submitted: dict[str, list[str]], questionnaire: Questionnaire) -> None:
    once = check_answers(questionnaire, submitted)
    again: dict[str, list[str]] = {
        key: [str(each) for each in answer] if isinstance(answer, tuple) else [str(answer)]
        for key, answer in {**once.answers, **once.respondent, **once.texts}.items()
    }
    # A reason beside a faulty answer has no dissatisfied answer to stand on the second time.
    faulty = {fault.question_id for fault in once.faults}
    twice = check_answers(questionnaire, again)
    assert twice.faults == ()
    assert twice.respondent == once.respondent
    for first, second in ((once.answers, twice.answers), (once.texts, twice.texts)):
        assert {key: first[key] for key in first if key.removesuffix("_why") not in faulty} == second
