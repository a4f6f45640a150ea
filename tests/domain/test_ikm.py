"""A published Indonesian satisfaction survey (IKM: scale 1 to 4, index = mean × 25) recomputed with exact weights.

Three mistakes stand in the printed table, and none is a model for us (M6):

* reliability: the weights of three items were cut to 0,33 each; they add up to 0,99, and 0,875 points are lost;
* assurance: the printed item sums 65 and 71 are not those of the answers, which give 64 and 69;
* respondent 17 holds a 5 on a scale that ends at 4.
"""

from collections import defaultdict
from fractions import Fraction

import pytest

from survey.domain.answers import check_answers
from survey.domain.questionnaire import Questionnaire, Section, load
from survey.domain.scoring import Score, round_half_up, score
from survey.domain.tally import AnswerOutsideScale
from tests.domain.instruments import REFERENCE, answered, reference, tally_of

RESPONDENTS = 20
PUBLISHED = {row["dimension"]: row for row in reference("ikm_published.csv")}


@pytest.fixture(scope="module")
def ikm() -> Questionnaire:
    return load((REFERENCE / "ikm.v1.yaml").read_text(encoding="utf-8"), name="ikm.v1.yaml")


def sections(ikm: Questionnaire) -> dict[str, Section]:
    """The four dimensions under the names of the reference files, which follow the same order."""
    return dict(zip(PUBLISHED, ikm.dimensions, strict=True))


def answers_with_sum(item_sum: int) -> list[int]:
    """Twenty answers with that sum: the index depends on nothing else."""
    value, ones_more = divmod(item_sum, RESPONDENTS)
    return [value + 1] * ones_more + [value] * (RESPONDENTS - ones_more)


def score_of_sums(ikm: Questionnaire, column: str) -> Score:
    answers: list[dict[str, object]] = [{} for _ in range(RESPONDENTS)]
    for name, section in sections(ikm).items():
        item_sums = PUBLISHED[name][column].split("|")
        for question, item_sum in zip(section.questions, item_sums, strict=True):
            for person, value in zip(answers, answers_with_sum(int(item_sum)), strict=True):
                person[question.id] = value
    return score(tally_of(ikm, answered(*answers)), ikm)


def answers_by_respondent(ikm: Questionnaire) -> dict[int, dict[str, int]]:
    """Every respondent's answers by question id, as in the reference file: item U2 is the second of its dimension."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for row in reference("ikm_respondents.csv"):
        question = sections(ikm)[row["dimension"]].questions[int(row["item"][1:]) - 1]
        found[int(row["respondent"])][question.id] = int(row["score_1_4"])
    return found


def test_the_instrument_is_data_with_a_mean_on_a_scale_of_four(ikm: Questionnaire) -> None:
    assert [len(each.questions) for each in ikm.dimensions] == [3, 2, 2, 2]
    assert all(question.scale is not None and question.scale.values == (1, 2, 3, 4) for question in ikm.criteria)
    assert (ikm.method.kind, ikm.method.multiply, ikm.method.add or 0) == ("mean", 25, 0)


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_item_sums_with_exact_weights_give_the_recomputed_index(ikm: Questionnaire, name: str) -> None:
    scores = dict(zip(PUBLISHED, score_of_sums(ikm, "recomputed_item_sums").dimensions, strict=True))
    index = scores[name].index
    assert index.percent == Fraction(PUBLISHED[name]["index_with_exact_equal_weights"])
    assert (index.status, index.respondents) == ("indicative", RESPONDENTS)
    assert (index.low, index.high) == (None, None)


def test_the_index_of_the_whole_pools_all_items(ikm: Questionnaire) -> None:
    found = score_of_sums(ikm, "recomputed_item_sums")
    item_sums = [int(each) for row in PUBLISHED.values() for each in row["recomputed_item_sums"].split("|")]
    assert found.index.percent == 25 * Fraction(sum(item_sums), 9 * RESPONDENTS)
    assert found.overall.status == "no_data"


def test_weights_cut_to_two_decimals_explain_the_printed_reliability(ikm: Questionnaire) -> None:
    means = [Fraction(int(each), RESPONDENTS) for each in PUBLISHED["reliability"]["published_item_sums"].split("|")]
    cut = 25 * sum(Fraction(33, 100) * mean for mean in means)
    exact = score_of_sums(ikm, "recomputed_item_sums").dimensions[0].index.percent
    assert str(round_half_up(cut)) == PUBLISHED["reliability"]["published_index"]
    assert exact is not None
    assert exact - cut == Fraction(7, 8)


def test_wrong_item_sums_explain_the_printed_assurance(ikm: Questionnaire) -> None:
    printed = score_of_sums(ikm, "published_item_sums").dimensions[2].index.percent
    assert printed == Fraction(PUBLISHED["assurance"]["published_index"]) == 85
    given = answers_by_respondent(ikm).values()
    sums = [sum(each[question.id] for each in given) for question in sections(ikm)["assurance"].questions]
    assert sums == [64, 69]


def test_the_answers_themselves_give_the_recomputed_index(ikm: Questionnaire) -> None:
    """All but reliability, whose printed sums hold the impossible 5 of respondent 17."""
    flawed = {question.id for question in sections(ikm)["reliability"].questions}
    answers = [
        {key: value for key, value in each.items() if key not in flawed} for each in answers_by_respondent(ikm).values()
    ]
    found = dict(zip(PUBLISHED, score(tally_of(ikm, answered(*answers)), ikm).dimensions, strict=True))
    for name in ("responsiveness", "assurance", "empathy"):
        assert found[name].index.percent == Fraction(PUBLISHED[name]["index_with_exact_equal_weights"])
    assert found["reliability"].index.status == "no_data"


def test_respondent_17_is_refused_and_nobody_else(ikm: Questionnaire) -> None:
    second = sections(ikm)["reliability"].questions[1]
    refused = {}
    for person, answers in answers_by_respondent(ikm).items():
        faults = check_answers(ikm, {key: [str(value)] for key, value in answers.items()}).faults
        if faults:
            refused[person] = [(fault.question_id, fault.value) for fault in faults]
    assert refused == {17: [(second.id, "5")]}


def test_the_five_of_respondent_17_cannot_be_counted_either(ikm: Questionnaire) -> None:
    with pytest.raises(AnswerOutsideScale) as refused:
        tally_of(ikm, answered(answers_by_respondent(ikm)[17]))
    assert refused.value.answer == 5
