"""What a judgement by hand must say, and how an analyst reads a response."""

from dataclasses import replace
from datetime import date

import pytest

from survey.domain import trust_table
from survey.domain.judging import BY_HAND, REASON_NAMES, Judgement, NotJudged, by_reason, in_short, judged, reason_name
from survey.domain.response import Response
from tests.conftest import CATALOGUE

STORED = Response(1, "a-key", 1, "sipas-2017@1", "poster", date(2026, 10, 5), 9, {})
ASIDE = replace(STORED, set_aside=("burst", "too-fast"))


def test_a_judgement_gives_the_reasons_that_stand_afterwards() -> None:
    assert judged(ASIDE, Judgement("a-key", "put-back", "vì")) == ()
    assert judged(STORED, Judgement("a-key", "set-aside", "vì")) == (BY_HAND,)


@pytest.mark.parametrize("note", ["", " \n\t", "x" * 501])
@pytest.mark.parametrize("stored", [STORED, ASIDE])
def test_it_must_say_why_and_not_at_length(note: str, stored: Response) -> None:
    decision = "put-back" if stored.set_aside else "set-aside"
    with pytest.raises(NotJudged):
        judged(stored, Judgement("a-key", decision, note))  # type: ignore[arg-type]


def test_what_is_so_already_is_no_judgement() -> None:
    with pytest.raises(NotJudged):
        judged(STORED, Judgement("a-key", "put-back", "vì"))
    with pytest.raises(NotJudged):
        judged(ASIDE, Judgement("a-key", "set-aside", "vì"))


def test_a_response_in_short_counts_levels_and_shows_what_was_written() -> None:
    answers = {"overall": 4, "A1": 5, "A2": 1, "B1": 5, "E1": "NA"}
    short = in_short(replace(STORED, answers=answers, texts={"comment": "Chờ lâu"}), CATALOGUE.get("sipas-2017"))
    assert short.overall
    assert short.overall["vi"] == "Hài lòng"
    assert (short.levels, short.not_applicable, short.texts) == (((5, 2), (1, 1)), 1, ("Chờ lâu",))


def test_without_its_questionnaire_or_an_answer_little_is_said() -> None:
    nothing = in_short(replace(STORED, answers={"overall": 4}), None)
    assert (nothing.overall, nothing.levels, nothing.not_applicable) == (None, (), 0)
    assert in_short(STORED, CATALOGUE.get("sipas-desk")).overall is None


def test_joined_reasons_are_counted_apart_most_first() -> None:
    assert by_reason({"burst|too-fast": 2, "too-fast": 3, "burst": 1}) == (("too-fast", 5), ("burst", 3))
    assert by_reason({}) == ()


def test_every_reason_of_the_public_table_has_a_name() -> None:
    rules = [each for name, each in vars(trust_table).items() if name.isupper()]
    reasons = {each if isinstance(each, str) else getattr(each, "reason", "") for each in rules} - {""}
    assert len(reasons) > 8
    assert reasons <= REASON_NAMES.keys()


def test_a_reason_from_elsewhere_is_its_own_name() -> None:
    assert str(reason_name("100%-sure")) == "100%-sure"
