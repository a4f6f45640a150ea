"""What a second send may still change of a response (architecture.md, journey 1)."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.response import COMPLETION_DAYS, CORRECTION_WINDOW, Contents, Response, amended, is_key, new_key

TAP = datetime.combine(date(2026, 10, 21), time(9, 30))
TAPPED = Response(1, "key", 1, "sipas-2017@1", "poster", TAP.date(), 9, {"overall": 4})
FULL = replace(
    TAPPED, answers={"overall": 4, "A1": 2}, texts={"comment": "Cũ"}, respondent={"sex": "female"}, completed=True
)
ANOTHER_TAP = Contents({"overall": 1}, {}, {}, completes=False)
CRITERIA = Contents({"A1": 5, "B1": "NA"}, {"sex": "male"}, {"comment": "Mới"}, completes=True)
BOTH = replace(CRITERIA, answers={"overall": 1, "A1": 5, "B1": "NA"})


def after(stored: Response, contents: Contents, wait: timedelta, *, minute_known: bool = True) -> Response | None:
    received_at = TAP if minute_known else None
    return amended(stored, contents, received_at=received_at, now=TAP + wait, overall="overall")


@pytest.mark.parametrize(
    "wait", [timedelta(), timedelta(minutes=59), CORRECTION_WINDOW, timedelta(minutes=60, seconds=59)]
)
def test_for_an_hour_everything_may_be_corrected(wait: timedelta) -> None:
    assert after(TAPPED, ANOTHER_TAP, wait) == replace(TAPPED, answers={"overall": 1})
    assert after(FULL, ANOTHER_TAP, wait) == replace(FULL, answers={"overall": 1, "A1": 2})
    corrected = after(FULL, BOTH, wait)
    assert corrected == replace(FULL, answers=BOTH.answers, texts=BOTH.texts, respondent=BOTH.respondent)


def test_a_correction_without_the_tap_keeps_it() -> None:
    corrected = after(FULL, CRITERIA, timedelta(minutes=5))
    assert corrected is not None
    assert corrected.answers == {"overall": 4, "A1": 5, "B1": "NA"}


def test_after_the_hour_a_tap_changes_nothing() -> None:
    for stored in (TAPPED, FULL):
        assert after(stored, ANOTHER_TAP, timedelta(minutes=61)) is None
        assert after(stored, ANOTHER_TAP, timedelta(minutes=1), minute_known=False) is None


@pytest.mark.parametrize("days", [1, 2, COMPLETION_DAYS])
def test_the_criteria_complete_once_and_leave_the_overall_answer(days: int) -> None:
    completed = after(TAPPED, BOTH, timedelta(days=days), minute_known=days < 2)
    assert completed is not None
    assert (completed.answers, completed.completed) == ({"overall": 4, "A1": 5, "B1": "NA"}, True)
    assert (completed.texts, completed.respondent) == (CRITERIA.texts, CRITERIA.respondent)
    assert after(FULL, BOTH, timedelta(days=days)) is None


def test_a_response_that_began_without_the_tap_takes_the_overall_answer_of_its_completion() -> None:
    begun = replace(TAPPED, answers={})
    for wait in (timedelta(minutes=1), timedelta(days=1)):
        completed = after(begun, BOTH, wait)
        assert completed is not None
        assert completed.answers == BOTH.answers


def test_after_seven_days_nothing_changes_any_more() -> None:
    assert after(TAPPED, CRITERIA, timedelta(days=COMPLETION_DAYS + 1)) is None


@given(
    st.sampled_from([TAPPED, FULL]),
    st.sampled_from([ANOTHER_TAP, CRITERIA, BOTH]),
    st.timedeltas(timedelta(), timedelta(days=9)),
)
def test_place_time_channel_and_standing_never_change(stored: Response, contents: Contents, wait: timedelta) -> None:
    doubtful = replace(stored, set_aside=("Q1",), verified=True)
    changed = after(doubtful, contents, wait)
    assert changed is None or changed == replace(
        doubtful,
        answers=changed.answers,
        texts=changed.texts,
        respondent=changed.respondent,
        completed=changed.completed,
    )


@pytest.mark.parametrize(
    ("verified", "set_aside", "standing"),
    [(False, (), "open"), (True, (), "verified"), (False, ("Q1",), "set_aside"), (True, ("Q1",), "set_aside")],
)
def test_a_response_stands_in_one_tally(verified: bool, set_aside: tuple[str, ...], standing: str) -> None:
    assert replace(TAPPED, verified=verified, set_aside=set_aside).standing == standing


def test_new_keys_are_keys_of_128_bits() -> None:
    keys = {new_key() for _ in range(100)}
    assert len(keys) == 100
    assert all(is_key(key) and len(key) == 22 for key in keys)


@pytest.mark.parametrize("text", ["", "short", "a" * 65, "a" * 20 + "\n", "với dấu tiếng Việt ở đây", "a" * 20 + "/"])
def test_what_no_page_can_have_made_is_no_key(text: str) -> None:
    assert not is_key(text)
