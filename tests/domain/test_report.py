"""What a report says: every sentence follows from the figures, at every edge (promises 6 and 7, M10, M11)."""

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
import pytest

from survey.domain.offices import Office
from survey.domain.questionnaire import BUILTIN_METHODS, Method
from survey.domain.report import FORMAT, Figure, ReportContent, Texts, UnknownFormat, decode, encode, facts, same_facts
from survey.domain.report_compose import compose
from survey.domain.report_words import method_in_words
from survey.domain.scoring import office_score
from survey.domain.scoring_json import estimate_json
from survey.domain.tally import CountedResponse, count
from tests.domain.instruments import REFERENCE
from tests.reports import COMMUNE, OCTOBER, PROVINCE, SIPAS, alike, content, material, people, rich_content, scored

PERCENT = re.compile(r"(\d{1,3},\d{2})\u00a0%")


def texts_of(found: ReportContent) -> Texts:
    assert found.texts is not None
    return found.texts


def every_sentence(found: ReportContent) -> str:
    """All that is said of this office's figures; the notes on the method are general and left out."""
    said = msgspec.to_builtins(replace(texts_of(found), scope=()))
    return "\n".join(strings(said))


def strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [text for child in children for text in strings(child)]


def listed(findings: Sequence[Any]) -> list[str]:
    return [item for finding in findings for item in finding.items]


# --- figures ------------------------------------------------------------------------------------------------


def test_figures_are_those_of_the_score_rounded_once() -> None:
    responses = people(150)
    found, score = content(responses), scored(responses)
    for mine, its in zip(found.dimensions, score.dimensions, strict=True):
        assert as_json(mine.index.now) == {**estimate_json(its.index), "withheld": False}
        for criterion, scored_criterion in zip(mine.criteria, its.criteria, strict=True):
            assert as_json(criterion.index.now) == {**estimate_json(scored_criterion.index), "withheld": False}
            assert {each.value: each.number for each in criterion.counts or ()} == scored_criterion.counts
    assert as_json(found.index.now) == {**estimate_json(score.index), "withheld": False}
    assert as_json(found.overall.index.now) == {**estimate_json(score.overall), "withheld": False}


def as_json(figure: Figure) -> dict[str, object]:
    return {
        name: float(value) if isinstance(value, Decimal) else value
        for name, value in dataclasses.asdict(figure).items()
    }


@pytest.mark.parametrize("seed", range(4))
def test_no_sentence_holds_a_percentage_that_is_no_figure_of_the_report(seed: int) -> None:
    now, before = people(200, seed=seed), people(150, satisfied=0.85, seed=seed + 50)
    desks = {"Quầy 1": people(120, seed=seed, satisfied=0.95), "Quầy 2": people(80, seed=seed + 9, satisfied=0.6)}
    months = [people(60, seed=seed + i) for i in range(12)]
    found = content(now, before=before, desks=desks, months=months)
    known = {f"{value:.2f}".replace(".", ",") for value in decimals(replace(found, texts=None, note=()))}
    said = PERCENT.findall(every_sentence(found))
    assert len(said) > 10
    assert set(said) <= known


def decimals(value: object) -> list[Decimal]:
    if isinstance(value, Decimal):
        return [value]
    if hasattr(value, "__dataclass_fields__"):
        return [found for name in value.__dataclass_fields__ for found in decimals(getattr(value, name))]
    return [found for each in value for found in decimals(each)] if isinstance(value, tuple) else []


# --- strengths and weaknesses -------------------------------------------------------------------------------


def test_strengths_and_weaknesses_name_what_is_clearly_apart_farthest_first() -> None:
    found = texts_of(content(people(400, unlike={"C1": 0.99, "D1": 0.95, "E4": 0.3, "A1": 0.6})))
    assert [item.split(" (")[0] for item in listed(found.strengths)][:2] == [
        "Thái độ giao tiếp lịch sự",
        "Kết quả đúng quy định",
    ]
    assert [re.findall(r"\(([A-E]\d)\)", item)[0] for item in listed(found.weaknesses)][:2] == ["E4", "A1"]
    number = len(found.weaknesses[0].items)
    assert found.weaknesses[0].intro.startswith(f"{number:02} trong 22 tiêu chí có chỉ số thấp hơn rõ rệt")
    assert found.assessment == ()


def test_many_weaknesses_are_counted_and_the_farthest_five_listed() -> None:
    weak = {each.id: 0.5 for each in SIPAS.criteria[:10]}
    found = texts_of(content(people(600, satisfied=0.95, unlike=weak)))
    assert found.weaknesses[0].intro.startswith("10 trong 22 tiêu chí")
    assert found.weaknesses[0].intro.endswith("khác biệt nhiều nhất là:")
    assert len(found.weaknesses[0].items) == 5


def test_where_all_criteria_are_equal_nothing_is_called_strong_or_weak() -> None:
    found = texts_of(content(alike(80, 100)))
    assert found.strengths == found.weaknesses == ()
    assert "Không có tiêu chí nào có chỉ số khác rõ rệt" in found.assessment[0]
    assert found.dimensions == ("Các yếu tố có kết quả đều ở mức 80,00\u00a0%.",)


def test_everybody_satisfied_is_no_strength_beyond_the_index() -> None:
    found = content(alike(100, 100))
    assert found.index.now.percent == 100
    assert texts_of(found).strengths == ()


def test_a_small_office_is_indicative_and_not_judged() -> None:
    found = texts_of(content(people(20, unlike={"C1": 1.0, "E4": 0.0})))
    assert found.strengths == found.weaknesses == ()
    assert "dưới mức 30 người" in found.assessment[0]
    assert "kết quả chỉ để tham khảo" in found.headline[0]


def test_a_method_without_interval_judges_nothing() -> None:
    responses = people(200, unlike={"C1": 1.0, "E4": 0.2})
    made = material(responses)
    score = office_score(
        count(SIPAS, responses),
        office_code="99001",
        office_name="UBND",
        questionnaire=SIPAS,
        period=OCTOBER,
        method=BUILTIN_METHODS["mean100"],
    )
    found = compose(replace(made, score=score, before=replace(score, period=made.before.period)))
    assert texts_of(found).strengths == texts_of(found).weaknesses == ()
    assert "không có khoảng tin cậy" in texts_of(found).assessment[0]
    assert "điểm trung bình của các câu trả lời, quy về thang từ 0 đến 100" in texts_of(found).scope[1]
    assert "95" not in texts_of(found).scope[1]


def test_a_method_of_the_questionnaires_own_is_put_into_words() -> None:
    ikm = Method("ikm25", 1, "mean", multiply=Fraction(25), add=Fraction(0))
    assert method_in_words(ikm, []) == "điểm trung bình của các câu trả lời nhân với 25"
    shifted = replace(ikm, multiply=Fraction(25, 2), add=Fraction(-5))
    assert method_in_words(shifted, []).endswith("nhân với 12,50 rồi trừ 5")
    agree = method_in_words(Method("agree", 1, "share"), ["Đồng ý"])
    assert agree == "tỷ lệ phần trăm câu trả lời “Đồng ý” trong số câu trả lời hợp lệ"


# --- no data, suppressed ------------------------------------------------------------------------------------


def test_no_data_is_a_word_and_never_a_number() -> None:
    found = content([], months=[[]] * 12, desks={"Quầy 1": []})
    said = every_sentence(found)
    assert "chưa có dữ liệu" in said
    assert not re.search(r"\d,\d\d", said)
    assert texts_of(found).comparison == texts_of(found).assessment == texts_of(found).trend == ()


def test_promise_6_an_office_under_the_minimum_shows_no_figure_at_all() -> None:
    found = content(people(9), before=people(80), desks={"Quầy 1": people(9)})
    said = every_sentence(found)
    assert "chưa đủ số phiếu" in said
    assert not re.search(r"\d,\d\d", said)
    hidden = [found.index.now, found.overall.index.now, *(each.index.now for each in found.dimensions)]
    assert all(each == Figure("suppressed") for each in hidden)
    assert all(each.counts is None and each.mean is None for each in found.dimensions[0].criteria)


def test_taps_without_criteria_have_an_overall_figure_and_no_index() -> None:
    found = content([CountedResponse("poster", "open", {"overall": 5})] * 40)
    assert found.overall.index.now.percent == 100
    assert found.index.now.status == "no_data"
    assert "chưa có ai trả lời các tiêu chí" in texts_of(found).headline[0]
    assert "100,00\u00a0%" in texts_of(found).headline[1]


def test_responses_that_answer_criteria_are_told_apart_from_taps() -> None:
    taps = [CountedResponse("poster", "open", {"overall": 5})] * 40
    found = content([*taps, *people(60)])
    assert "100 phiếu trả lời, trong đó 60 phiếu có trả lời các tiêu chí" in texts_of(found).basis[0]


def test_set_aside_verified_and_paper_are_named_beside_the_headline() -> None:
    found = rich_content()
    basis = "\n".join(texts_of(found).basis)
    assert found.basis.responses == 300
    assert "5 phiếu được để riêng" in basis
    assert "60 phiếu được xác thực" in basis
    assert "Phiếu giấy do cán bộ nhập: 20 phiếu" in basis
    assert [each.channel for each in found.basis.channels] == ["poster", "slip"]
    assert [each.channel for each in found.basis.beside] == ["paper"]


def test_a_running_period_says_up_to_when() -> None:
    found = compose(replace(material(people(40)), up_to=OCTOBER.last.replace(day=21)))
    assert texts_of(found).basis[0] == "Kỳ báo cáo chưa kết thúc; số liệu tính đến hết ngày 21/10/2026."


# --- comparison ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (alike(95, 100), ["giảm 15,00 điểm phần trăm so với tháng 9 năm 2026", "Mức giảm này rõ rệt"]),
        (alike(55, 100), ["tăng 25,00 điểm phần trăm", "Mức tăng này rõ rệt"]),
        (alike(82, 100), ["giảm 2,00 điểm phần trăm", "Mức giảm này chưa rõ", "còn chứa số 0"]),
        (alike(80, 100), ["không thay đổi so với tháng 9 năm 2026"]),
        ([], ["không so sánh được với tháng 9 năm 2026, vì kỳ đó chưa có dữ liệu"]),
        (alike(5, 9), ["không so sánh được với tháng 9 năm 2026, vì kỳ đó chưa đủ số phiếu"]),
    ],
)
def test_the_comparison_says_how_it_moved_and_how_sure_that_is(
    before: Sequence[CountedResponse], words: list[str]
) -> None:
    said = texts_of(content(alike(80, 100), before=before)).comparison[0].intro
    for each in words:
        assert each in said


def test_a_period_answered_on_another_questionnaire_is_not_compared() -> None:
    found = compose(replace(material(people(100)), other_before=True))
    (said,) = texts_of(found).comparison
    assert said.intro.endswith("khác phiếu khảo sát ở tháng 9 năm 2026.")
    assert found.index.change.points is None


def test_clear_falls_are_listed_and_unclear_ones_are_not() -> None:
    before = alike(80, 100)
    now = [replace(each, answers={**each.answers, "C3": 2}) if i < 30 else each for i, each in enumerate(before)]
    found = texts_of(content(now, before=before))
    (moved,) = [each for each in found.comparison if each.items]
    assert "giảm rõ rệt" in moved.intro
    name = "Trả lời, giải đáp đầy đủ (C3)"
    assert moved.items == (f"{name}: từ 80,00\u00a0% thành 50,00\u00a0%, giảm 30,00 điểm phần trăm",)
    unmoved = texts_of(content(alike(80, 100), before=alike(80, 100)))
    assert unmoved.comparison[-1].intro == "Không có tiêu chí nào tăng hoặc giảm rõ rệt so với tháng 9 năm 2026."


# --- desks, offices below, trend ----------------------------------------------------------------------------


def test_one_desk_is_not_compared_with_the_office_it_is() -> None:
    now = people(100)
    assert texts_of(content(now, desks={"Quầy 1": now})).desks == ()


def test_desks_clearly_apart_and_silent_ones_are_named() -> None:
    good, bad = people(200, satisfied=0.95), people(200, satisfied=0.55, seed=2)
    said = texts_of(content([*good, *bad], desks={"Quầy 1": good, "Quầy 2": bad, "Quầy 3, lầu 2": []})).desks
    assert said[0].startswith("Quầy có chỉ số cao hơn rõ rệt so với chỉ số chung: Quầy 1 (")
    assert said[1].startswith("Quầy có chỉ số thấp hơn rõ rệt so với chỉ số chung: Quầy 2 (")
    assert said[2] == "01 quầy chưa có phiếu trả lời trong kỳ: Quầy 3, lầu 2."


def commune(code: str, kind: str = "commune") -> Office:
    return Office(id=int(code), code=code, name=f"Xã {code}", kind=kind, parent_id=9)


def test_offices_below_stand_in_tiers_and_those_under_the_minimum_are_named() -> None:
    below = {
        commune("00001"): alike(50, 100),
        commune("00002"): alike(95, 100),
        commune("00003"): alike(90, 100),
        commune("00004"): alike(5, 9),
        commune("00005"): [],
        commune("00006", "department"): alike(70, 100),
    }
    now = [each for its in below.values() for each in its]
    found = content(now, office=PROVINCE, below=below)
    tiers = {each.code: (each.tier, each.best, each.worst) for each in found.below}
    assert tiers["00002"] == (1, 1, 2)
    assert tiers["00003"] == (1, 1, 2)
    assert tiers["00001"] == (2, 3, 3)
    assert tiers["00004"] == tiers["00005"] == (None, None, None)
    assert tiers["00006"] == (None, None, None), "an office alone in its kind is in no ranking"
    assert [each.code for each in found.below][:4] == ["00006", "00002", "00003", "00001"]
    intros = [each.intro for each in texts_of(found).missing]
    assert intros[0].endswith("chưa đủ số phiếu (dưới 10 người trả lời các tiêu chí): Xã 00004.")
    assert intros[1].endswith("chưa có dữ liệu về các tiêu chí: Xã 00005.")


def test_offices_that_are_not_clearly_apart_share_one_tier() -> None:
    below = {commune(f"0000{i}"): alike(80 + i, 100) for i in range(3)}
    found = content([], office=PROVINCE, below=below)
    assert {each.tier for each in found.below} == {1}
    assert "đều ở nhóm 1" in texts_of(found).below[1]


def test_an_office_below_that_uses_another_questionnaire_is_not_said_to_be_silent() -> None:
    made = material([], office=PROVINCE, below={commune("00001"): [], commune("00002"): people(40)})
    found = compose(replace(made, below_otherwise={"00001": 113}))
    (said,) = texts_of(found).missing
    assert "dùng phiếu khảo sát khác" in said.intro
    assert "Xã 00001 (113 phiếu)" in said.intro


def test_the_trend_keeps_its_gaps() -> None:
    months = [alike(8 * (7 + i % 3), 80) for i in range(12)]
    months[2], months[5] = alike(4, 8), []
    found = content(alike(80, 100), months=months)
    assert [each.index.status for each in found.trend][2] == "suppressed"
    assert [each.index.status for each in found.trend][5] == "no_data"
    said = texts_of(found).trend
    assert said[0].startswith("Trong 10 tháng có kết quả, chỉ số hài lòng chung cao nhất là 90,00\u00a0% (")
    assert said[1] == "Chưa đủ số phiếu (dưới 10 người trả lời): tháng 1/2026."


def test_a_level_trend_and_a_single_month() -> None:
    level = content(alike(80, 100), months=[alike(80, 100)] * 12)
    assert texts_of(level).trend == ("Trong 12 tháng có kết quả, chỉ số hài lòng chung đều là 80,00\u00a0%.",)
    single = content(alike(80, 100), months=[*([[]] * 11), alike(80, 100)])
    assert texts_of(single).trend == ()


# --- freezing -----------------------------------------------------------------------------------------------


def test_a_content_outlives_its_json() -> None:
    found = rich_content()
    assert decode(encode(found)) == found
    assert encode(decode(encode(found))) == encode(found)
    assert encode(found) == encode(rich_content())


def test_a_newer_content_is_refused_and_not_misread() -> None:
    newer = encode(replace(rich_content(), format=FORMAT + 1))
    with pytest.raises(UnknownFormat) as caught:
        decode(newer)
    assert caught.value.found == FORMAT + 1
    with pytest.raises(msgspec.DecodeError):
        decode("{}")


def test_a_report_issued_before_there_was_anything_beside_the_index_is_read_as_it_was() -> None:
    issued = decode((REFERENCE / "report_of_0_1_0.json").read_text(encoding="utf-8"))
    assert (issued.trust, texts_of(issued).trust) == (None, ())
    assert issued.index.now.percent == rich_content().index.now.percent


def test_what_an_older_program_could_not_say_makes_no_correction() -> None:
    now = content(people(240), credibility=True)
    assert now.trust is not None
    assert same_facts(replace(now, trust=None), now)
    assert not same_facts(replace(now, trust=replace(now.trust, transactions=7)), now)
    assert not same_facts(replace(now, trust=None, authority="Khác"), now)


def test_numbers_stand_side_by_side_with_the_words_of_the_page() -> None:
    found = content(
        [
            *people(200, satisfied=0.95),
            *people(80, satisfied=0.5, seed=2, channel="slip", standing="verified"),
            *people(40, seed=3, channel="paper"),
            *people(20, seed=4, standing="set_aside"),
        ],
        credibility=True,
        transactions=1000,
    )
    assert found.trust is not None
    assert [(each.source, each.responses) for each in found.trust.sources] == [
        ("headline", 280),
        ("verified", 80),
        ("open", 200),
        ("with_set_aside", 300),
        ("paper", 40),
    ]
    assert found.trust.sources[0].index == found.index.now
    assert found.trust.response_rate == Decimal("28.00")
    said = texts_of(found).trust
    assert "thấp hơn rõ rệt so với các phiếu mở" in said[0], "what nobody must overlook stands first"
    assert any(each.startswith("Tỷ lệ trả lời là 28,00") for each in said)


def test_without_a_response_nothing_is_said_about_believing() -> None:
    assert texts_of(content([], credibility=True)).trust == ()


def test_another_wording_is_no_other_fact_but_another_name_is() -> None:
    found = rich_content()
    reworded = replace(found, texts=replace(texts_of(found), opening="Khác."), note=(), sources="")
    assert facts(reworded) == facts(found)
    renamed = replace(found, office=replace(found.office, name="UBND xã Khác"))
    assert facts(renamed) != facts(found)


def test_what_the_survey_is_and_with_what_it_must_not_be_compared_is_always_said() -> None:
    for found in (rich_content(), content([])):
        said = " ".join(texts_of(found).scope)
        assert "thiết kế SIPAS đầu tiên" in said
        assert "không được so sánh với số liệu toàn quốc từ năm 2022 trở đi" in said


def test_the_office_named_in_every_sentence_is_the_one_of_the_report() -> None:
    assert texts_of(rich_content()).opening.startswith(f"{COMMUNE.name} báo cáo kết quả")
    assert texts_of(rich_content()).closing.endswith(f"{COMMUNE.name}./.")
