"""Choosing periods and lines for the office page."""

from datetime import date

import pytest

from survey.domain.office_page import offered_periods, period_after
from survey.domain.periods import Kind, current_period, parse, previous

TODAY = date(2026, 10, 21)


@pytest.mark.parametrize(
    ("kind", "civil", "administrative"),
    [
        ("month", "2026-10", "2026-11"),
        ("quarter", "2026-Q4", "2026-Q4"),
        ("half", "2026-H2", "2026-H2"),
        ("year", "2026", "2026"),
    ],
)
def test_the_current_period_of_each_kind_on_both_calendars(kind: Kind, civil: str, administrative: str) -> None:
    assert current_period(kind, on=TODAY, like=parse("2026-01")).key == civil
    found = current_period(kind, on=TODAY, like=parse("2026-01", "administrative"))
    assert (found.key, TODAY in found) == (administrative, True)


def test_the_administrative_year_turns_on_15_december() -> None:
    like = parse("2026", "administrative")
    assert current_period("year", on=date(2026, 12, 14), like=like).key == "2026"
    assert current_period("year", on=date(2026, 12, 15), like=like).key == "2027"


@pytest.mark.parametrize("key", ["2025-12", "2025-Q4", "2025-H2", "2025"])
def test_the_next_period_is_the_one_whose_predecessor_this_is(key: str) -> None:
    after = period_after(parse(key), today=TODAY)
    assert after is not None
    assert previous(after) == parse(key)


@pytest.mark.parametrize("key", ["2026-10", "2026-Q4", "2026-H2", "2026"])
def test_there_is_no_next_period_in_the_future(key: str) -> None:
    assert period_after(parse(key), today=TODAY) is None


def test_offered_periods_run_back_from_today() -> None:
    keys = [each.key for each in offered_periods(parse("2026-09"), today=TODAY)]
    assert keys[:2] == ["2026-10", "2026-09"]
    assert len(keys) == 24


def test_a_period_long_past_is_offered_too() -> None:
    offered = offered_periods(parse("2019-Q1"), today=TODAY)
    assert offered[-1].key == "2019-Q1"
    assert [each.first for each in offered] == sorted((each.first for each in offered), reverse=True)
