"""The rules of the method in words: complete, with the thresholds in force, and no claim that is not verified."""

import re

import pytest

from survey.domain import trust_table
from survey.domain.estimation import BaseRules
from survey.domain.judging import BY_HAND, REASON_NAMES
from survey.domain.method_note import design, rules, sources
from survey.domain.method_trust import trust_rules

NUMBERS = [*(f"M{i}" for i in range(1, 15)), "M16", *(f"Q{i}" for i in range(1, 6))]


def test_every_rule_of_the_method_is_there_in_order_in_both_languages() -> None:
    assert [each.number for each in rules()] == NUMBERS
    for each in rules():
        assert set(each.title) == set(each.text) == set(each.why) == {"vi", "en"}
        assert all(said[language].endswith(".") for said in (each.text, each.why) for language in ("vi", "en"))
        assert "%(" not in each.text["vi"] + each.text["en"]


def test_the_thresholds_are_those_in_force() -> None:
    (base,) = [each for each in rules(BaseRules(suppressed_below=15, rated_from=40)) if each.number == "M11"]
    assert "Dưới 15 người trả lời" in base.text["vi"]
    assert "Từ 15 đến 39 người" in base.text["vi"]
    assert "Từ 40 người" in base.text["vi"]
    assert "Under 15 respondents" in base.text["en"]


def test_the_worked_examples_are_right() -> None:
    (pooled,) = [each for each in rules() if each.number == "M7"]
    parts = [(int(s), int(n)) for s, n in re.findall(r"(\d+)/(\d+)", pooled.text["vi"])]
    together = 100 * sum(s for s, _ in parts) / sum(n for _, n in parts)
    averaged = sum(100 * s / n for s, n in parts) / len(parts)
    assert re.findall(r"(\d+,\d+) %", pooled.text["vi"]) == [
        f"{together:.2f}".replace(".", ","),
        f"{averaged:.2f}".replace(".", ","),
    ]


def test_every_reason_for_setting_aside_is_told_with_its_threshold() -> None:
    told = {each.reason: each for each in trust_rules()}
    assert set(told) == set(REASON_NAMES) - {BY_HAND}
    assert f"{trust_table.ONE_ADDRESS.responses} phiếu" in told["one-address"].threshold["vi"]
    assert f"{trust_table.TOO_FAST.seconds:g} seconds" in told["too-fast"].threshold["en"]
    for each in told.values():
        for said in (each.threshold, each.why):
            assert all(said[language].endswith(".") for language in ("vi", "en"))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_nothing_unverified_is_printed_as_a_fact(language: str) -> None:
    everything = " ".join([design(language), sources(language), *(each.text[language] for each in rules())])
    for figure in ("80,90", "80.90", "87,16", "87.16", "83,94", "83.94"):
        assert figure not in everything
    assert "2022" in design(language)


def test_whose_choice_a_rule_is_is_said() -> None:
    assert sources("vi").startswith("Quy tắc M2 theo thiết kế SIPAS giai đoạn 2017–2020; quy tắc M16 ")
    assert "không phải quy định của Bộ Nội vụ" in sources("vi")
    assert {each.number for each in rules() if each.source == "ours"} == set(NUMBERS) - {"M2", "M16"}
