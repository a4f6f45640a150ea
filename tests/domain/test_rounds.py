"""How large a sample is (M14), and what is said of it beside the counter's own."""

import csv
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.comparison import NotComparable
from survey.domain.estimation import BaseRules
from survey.domain.offices import Office
from survey.domain.periods import span
from survey.domain.rounds import (
    Round,
    RoundOffice,
    RoundResult,
    half_width,
    invitation_key,
    is_round_key,
    obtained_half_width,
    sample_size,
)
from survey.domain.rounds_json import round_json
from survey.domain.scoring import Estimate, OfficeScore, office_score
from survey.domain.slips import slip_key
from survey.domain.tally import CountedResponse, count
from tests.conftest import CATALOGUE

REFERENCE = Path(__file__).parent / "reference" / "yamane.csv"
SIPAS = CATALOGUE.get("sipas-2017")
DAYS = span(date(2026, 10, 1), date(2026, 10, 31))
ROUND = Round("2026-q4", "Khảo sát quý IV", "sipas-2017@1", DAYS.first, DAYS.last)
OFFICE = Office(1, "00101", "UBND xã Hòa Bình", "commune")
CRITERIA = [question.id for question in SIPAS.criteria]


def reference() -> list[dict[str, str]]:
    with REFERENCE.open(encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


@pytest.mark.parametrize("row", reference(), ids=lambda row: row["N"])
def test_m14_sample_sizes_are_the_published_ones(row: dict[str, str]) -> None:
    assert sample_size(int(row["N"]), error=Fraction(row["e"])) == int(row["n_ceil"])


@pytest.mark.parametrize("row", reference(), ids=lambda row: row["N"])
def test_m14_the_half_width_of_the_published_sample_is_five_points(row: dict[str, str]) -> None:
    found = half_width(int(row["n_ceil"]), int(row["N"]))
    assert found is not None
    assert found <= 5
    smaller = half_width(int(row["n_ceil"]) - 1, int(row["N"]))
    assert smaller is not None
    assert smaller > 5


def test_m14_without_a_number_of_files_the_sample_is_as_large_as_any() -> None:
    assert sample_size(None) == 400 == sample_size(10**9)
    assert sample_size(1) == 1
    with pytest.raises(ValueError, match="no sample"):
        sample_size(0)


@given(st.integers(1, 10**7))
def test_a_sample_is_never_larger_than_what_it_is_drawn_from_nor_than_its_limit(files: int) -> None:
    assert 1 <= sample_size(files) <= min(files, 400)


def test_the_half_width_is_nothing_where_all_answered_and_unknown_where_nobody_did() -> None:
    assert half_width(500, 500) == 0
    assert half_width(0, 500) is None
    assert half_width(1, 500) == pytest.approx(99.8999, abs=1e-4)  # √(1 − 1/500)
    assert RoundOffice(ROUND, OFFICE, None, 400, invited=0, answered=0).half_width is None


def test_the_response_rate_is_none_where_nobody_was_invited() -> None:
    assert RoundOffice(ROUND, OFFICE, None, 400, invited=0, answered=0).rate is None
    assert RoundOffice(ROUND, OFFICE, 500, 223, invited=300, answered=200).rate == Fraction(200, 3)


@pytest.mark.parametrize(
    ("key", "sound"), [("2026-q4", True), ("đợt.1", True), ("a b", False), ("", False), ("x" * 41, False)]
)
def test_a_round_is_called_by_a_word(key: str, sound: bool) -> None:
    assert is_round_key(key) is sound


def test_links_are_hashed_with_another_key_than_slips() -> None:
    assert invitation_key("a secret") != slip_key("a secret")
    assert invitation_key("a secret") != invitation_key("another secret")


# ---- beside the counter's own


def scored(people: int, good: int, channel: str) -> OfficeScore:
    """An office whose people answer all criteria alike: ``good`` of them with 4, the others with 2."""
    answers = [dict.fromkeys(("overall", *CRITERIA), 4 if number < good else 2) for number in range(people)]
    tallies = count(SIPAS, [CountedResponse(channel, "open", each) for each in answers])
    return office_score(
        tallies,
        office_code=OFFICE.code,
        office_name=OFFICE.name,
        questionnaire=SIPAS,
        period=DAYS,
        channels=(channel,),
        rules=BaseRules(),
        with_criteria=False,
    )


def result(counter: tuple[int, int], sample: tuple[int, int], *, other_versions: bool = False) -> RoundResult:
    progress = RoundOffice(ROUND, OFFICE, 500, 223, invited=300, answered=sample[0])
    return RoundResult(progress, scored(*counter, "poster"), scored(*sample, "invitation"), other_versions)


def test_a_clear_difference_is_said_with_its_direction() -> None:
    higher = result((200, 190), (100, 60))
    assert "cao hơn mẫu độc lập rõ rệt. " in str(higher.verdict)
    difference = higher.index.difference
    assert not isinstance(difference, NotComparable)
    assert difference.points == 35
    assert difference.low is not None
    assert difference.low > 0
    assert str(result((200, 60), (100, 95)).verdict) == "Kết quả tại quầy thấp hơn mẫu độc lập rõ rệt."


def test_the_interval_of_the_difference_is_newcombes() -> None:
    """Alike answers make the sample one of people, so the overall question is a plain share: Newcombe 1998, table II,
    56/70 against 48/80: 0.2, from 0.0524 to 0.3339."""
    found = result((70, 56), (80, 48)).overall.difference
    assert not isinstance(found, NotComparable)
    assert (float(found.points), found.low, found.high) == (
        pytest.approx(20),
        pytest.approx(5.24, abs=0.005),
        pytest.approx(33.39, abs=0.005),
    )


def test_a_difference_that_may_be_chance_is_said_so() -> None:
    assert "Chưa thấy khác biệt rõ" in str(result((200, 160), (100, 78)).verdict)


def test_few_answers_are_for_orientation_only() -> None:
    assert "chỉ để tham khảo" in str(result((200, 195), (20, 8)).verdict)


@pytest.mark.parametrize(
    ("counter", "sample", "others", "said"),
    [
        ((200, 150), (0, 0), False, "chưa có ai trả lời"),
        ((200, 150), (9, 3), False, "số người được mời đã trả lời còn quá ít"),
        ((9, 3), (50, 30), False, "số phiếu tại quầy còn quá ít"),
        ((0, 0), (50, 30), False, "chưa có phiếu nào tại quầy"),
        ((0, 0), (50, 30), True, "quầy dùng phiếu khảo sát khác"),
    ],
)
def test_what_cannot_be_compared_says_why(
    counter: tuple[int, int], sample: tuple[int, int], others: bool, said: str
) -> None:
    found = result(counter, sample, other_versions=others)
    assert said in str(found.verdict)
    assert isinstance(found.index.difference, NotComparable)


def test_a_method_without_interval_says_so() -> None:
    found = result((200, 150), (50, 30))
    bare = [replace_limits(score) for score in (found.counter, found.sample)]
    assert "không có khoảng tin cậy" in str(replace(found, counter=bare[0], sample=bare[1]).verdict)


def replace_limits(score: OfficeScore) -> OfficeScore:
    return replace(score, index=score.index._replace(low=None, high=None))


def test_the_obtained_half_width_is_half_of_the_interval() -> None:
    assert obtained_half_width(Estimate("rated", 100, 100, 80, Fraction(80), 71.0, 87.0)) == 8
    assert obtained_half_width(Estimate("suppressed")) is None


def test_as_json_a_hidden_figure_is_null_and_never_0() -> None:
    told = round_json(ROUND, [result((200, 190), (9, 3))], SIPAS, "vi")
    (office,) = told["offices"]  # type: ignore[misc]
    assert office["index"]["sample"]["percent"] is None
    assert office["index"]["difference"] is None
    assert office["index"]["counter"]["percent"] == 95
    assert (office["target"], office["response_rate"]) == (223, 3)
    assert [each["id"] for each in office["dimensions"]] == list("ABCDE")
