"""Counting: what each cell holds, and that tallies add up whatever way the responses are cut (M1, M9)."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.estimation import SixSums
from survey.domain.questionnaire import Scale
from survey.domain.scoring import score
from survey.domain.tally import (
    ALL_CRITERIA,
    OVERALL,
    AnswerOutsideScale,
    CountedResponse,
    Tally,
    count,
    counts,
    layout_of,
    not_applicable,
    scale_of,
    sums,
    total,
)
from tests.domain.instruments import SIPAS, SMALL, answered, instrument, levels, question, tally_of

LAYOUT = layout_of(SMALL)
answer_sets = st.dictionaries(
    st.sampled_from(["overall", "A1", "A2", "B1"]), st.sampled_from([1, 2, 3, 4, 5, "NA"]), max_size=4
)
responses = st.lists(
    st.builds(
        CountedResponse,
        channel=st.sampled_from(["poster", "paper"]),
        standing=st.sampled_from(["open", "verified", "set_aside"]),
        answers=answer_sets,
    ),
    max_size=40,
)
tallies = st.builds(
    Tally,
    responses=st.integers(0, 2**31 - 1),
    cells=st.lists(st.integers(0, 2**31 - 1), min_size=LAYOUT.length, max_size=LAYOUT.length).map(tuple),
)


def test_a_hand_counted_response_stands_where_it_belongs() -> None:
    tally = tally_of(SMALL, answered({"overall": 5, "A1": 4, "A2": 2, "B1": "NA"}))
    assert tally.responses == 1
    assert counts(SMALL, tally, "A1") == {1: 0, 2: 0, 3: 0, 4: 1, 5: 0}
    assert counts(SMALL, tally, "A2")[2] == 1
    assert counts(SMALL, tally, "B1") == dict.fromkeys(range(1, 6), 0)
    assert [not_applicable(SMALL, tally, each) for each in ("overall", "A1", "B1")] == [0, 0, 1]
    assert sums(SMALL, tally, OVERALL) == SixSums(k=1, s=1, m=1, ss=1, sm=1, mm=1, all_satisfied=1)
    assert sums(SMALL, tally, "A") == SixSums(k=1, s=1, m=2, ss=1, sm=2, mm=4, all_satisfied=0)
    assert sums(SMALL, tally, "B") == SixSums(0, 0, 0, 0, 0, 0, 0)
    assert sums(SMALL, tally, ALL_CRITERIA) == SixSums(k=1, s=1, m=2, ss=1, sm=2, mm=4, all_satisfied=0)


def test_the_sums_are_those_of_the_method_written_out() -> None:
    generator = random.Random(7)
    choices = [1, 2, 3, 4, 5, "NA", None]
    filled = [
        {each.id: value for each in SIPAS.scored if (value := generator.choice(choices)) is not None}
        for _ in range(200)
    ]
    tally = tally_of(SIPAS, answered(*filled))
    for group, ids in {
        OVERALL: ["overall"],
        "C": [f"C{i}" for i in range(1, 7)],
        ALL_CRITERIA: [each.id for each in SIPAS.criteria],
    }.items():
        valid = [[each[i] for i in ids if isinstance(each.get(i), int)] for each in filled]
        pairs = [(sum(value >= 4 for value in values), len(values)) for values in valid if values]
        assert sums(SIPAS, tally, group) == SixSums(
            k=len(pairs),
            s=sum(s for s, _ in pairs),
            m=sum(m for _, m in pairs),
            ss=sum(s**2 for s, _ in pairs),
            sm=sum(s * m for s, m in pairs),
            mm=sum(m**2 for _, m in pairs),
            all_satisfied=sum(s == m for s, m in pairs),
        )


def test_what_is_no_scored_question_is_left_alone() -> None:
    with_more = answered({"overall": 1, "overall_why": ("slow",), "comment": "…", "sex": "female"})
    assert tally_of(SMALL, with_more) == tally_of(SMALL, answered({"overall": 1}))


def test_an_empty_response_counts_as_a_response_and_nothing_else() -> None:
    assert tally_of(SMALL, answered({})) == Tally(1, Tally.empty(LAYOUT).cells)


def test_channels_and_standings_are_kept_apart() -> None:
    found = count(
        SMALL,
        [
            *answered({"overall": 5}, {"overall": 4}),
            *answered({"overall": 1}, channel="paper"),
            *answered({"overall": 2}, standing="set_aside"),
        ],
    )
    assert {key: tally.responses for key, tally in found.items()} == {
        ("poster", "open"): 2,
        ("paper", "open"): 1,
        ("poster", "set_aside"): 1,
    }
    assert count(SMALL, []) == {}


@pytest.mark.parametrize("answer", [0, 6, "5", "", ("slow",), ["slow"]])
def test_an_answer_outside_its_scale_is_refused(answer: object) -> None:
    with pytest.raises(AnswerOutsideScale, match="A1") as refused:
        count(SMALL, [CountedResponse("poster", "open", {"A1": answer})])
    assert (refused.value.question_id, refused.value.answer) == ("A1", answer)


def test_the_order_in_which_a_scale_is_printed_changes_nothing() -> None:
    scale = levels()
    upwards = instrument({"A": 2, "B": 1}, scale=Scale("up", scale.options[::-1], scale.not_applicable))
    given_answers = answered({"overall": 5, "A1": 1}, {"A2": 4, "B1": "NA"})
    assert tally_of(SMALL, given_answers) == tally_of(upwards, given_answers)


def test_a_question_without_a_scale_cannot_be_scored() -> None:
    with pytest.raises(ValueError, match="no scale"):
        scale_of(question("A1", None))


# --- additivity ---


@given(first=responses, second=responses)
def test_the_tally_of_a_union_is_the_sum_of_the_tallies(
    first: list[CountedResponse], second: list[CountedResponse]
) -> None:
    assert tally_of(SMALL, first + second) == tally_of(SMALL, first) + tally_of(SMALL, second)


@given(everything=responses, seed=st.integers(0, 99), parts=st.integers(1, 5))
def test_any_split_into_days_and_desks_gives_the_same_score(
    everything: list[CountedResponse], seed: int, parts: int
) -> None:
    generator = random.Random(seed)
    cut: list[list[CountedResponse]] = [[] for _ in range(parts)]
    for response in everything:
        generator.choice(cut).append(response)
    split = total(LAYOUT, (tally_of(SMALL, part) for part in cut))
    assert score(split, SMALL) == score(tally_of(SMALL, everything), SMALL)


@given(everything=responses, seed=st.integers(0, 99))
def test_the_order_of_the_responses_does_not_matter(everything: list[CountedResponse], seed: int) -> None:
    shuffled = random.Random(seed).sample(everything, len(everything))
    assert count(SMALL, shuffled) == count(SMALL, everything)


@given(one=tallies, other=tallies)
def test_adding_is_commutative_and_the_empty_tally_changes_nothing(one: Tally, other: Tally) -> None:
    assert one + other == other + one == total(LAYOUT, [one, other])
    assert one + Tally.empty(LAYOUT) == one
    assert total(LAYOUT, []) == Tally.empty(LAYOUT)


def test_tallies_of_different_versions_do_not_add_up() -> None:
    other = Tally.empty(layout_of(SIPAS))
    with pytest.raises(ValueError, match="different questionnaire versions"):
        Tally.empty(LAYOUT) + other
    for few in (2, 3):
        with pytest.raises(ValueError, match=r"different|zip"):
            total(LAYOUT, [other, *[Tally.empty(LAYOUT)] * (few - 1)])
