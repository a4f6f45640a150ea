"""The same day so many months earlier, against dateutil."""

from datetime import date

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from survey.journeys.erase import months_before


@given(st.dates(date(1950, 1, 1), date(2200, 12, 31)), st.integers(0, 600))
def test_months_before_is_what_dateutil_says(day: date, months: int) -> None:
    assert months_before(day, months) == day - relativedelta(months=months)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 10, 21), 24, date(2024, 10, 21)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
        (date(2026, 1, 31), 2, date(2025, 11, 30)),
        (date(2026, 12, 31), 12, date(2025, 12, 31)),
        (date(2026, 1, 1), 0, date(2026, 1, 1)),
    ],
)
def test_short_months_end_on_their_last_day(day: date, months: int, expected: date) -> None:
    assert months_before(day, months) == expected
