"""Civil and administrative periods, their neighbours, their names and their cut into half-months (M16)."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.periods import (
    BadPeriod,
    BadSpan,
    Calendar,
    Days,
    Period,
    days_in_words,
    half_months,
    last_months,
    month_of,
    months_of,
    name,
    parse,
    previous,
    same_last_year,
    span,
)

calendars = st.sampled_from(["civil", "administrative"])
keys = st.one_of(
    st.builds("{:04}-{:02}".format, st.integers(1950, 2900), st.integers(1, 12)),
    st.builds("{:04}-Q{}".format, st.integers(1950, 2900), st.integers(1, 4)),
    st.builds("{:04}-H{}".format, st.integers(1950, 2900), st.integers(1, 2)),
    st.builds("{:04}".format, st.integers(1950, 2900)),
)
days = st.dates(date(1990, 1, 1), date(2100, 12, 31))
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("key", "calendar", "first", "last"),
    [
        ("2026-10", "civil", "2026-10-01", "2026-10-31"),
        ("2026-12", "civil", "2026-12-01", "2026-12-31"),
        ("2028-02", "civil", "2028-02-01", "2028-02-29"),
        ("2026-Q3", "civil", "2026-07-01", "2026-09-30"),
        ("2026-H1", "civil", "2026-01-01", "2026-06-30"),
        ("2026-H2", "civil", "2026-07-01", "2026-12-31"),
        ("2026", "civil", "2026-01-01", "2026-12-31"),
        ("2026-10", "administrative", "2026-09-15", "2026-10-14"),
        ("2026-01", "administrative", "2025-12-15", "2026-01-14"),
        ("2026-Q1", "administrative", "2025-12-15", "2026-03-14"),
        ("2026-Q3", "administrative", "2026-06-15", "2026-09-14"),
        ("2026-H1", "administrative", "2025-12-15", "2026-06-14"),
        ("2026-H2", "administrative", "2026-06-15", "2026-12-14"),
        ("2026", "administrative", "2025-12-15", "2026-12-14"),
        ("2026-10-03..2026-11-05", "civil", "2026-10-03", "2026-11-05"),
    ],
)
def test_a_period_begins_and_ends_as_the_rule_says(key: str, calendar: Calendar, first: str, last: str) -> None:
    period = parse(key, calendar)
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)
    assert (period.key, str(period), period.calendar) == (key, key, calendar)


@pytest.mark.parametrize(
    "text",
    ["", "2026-13", "2026-00", "2026-Q0", "2026-Q5", "2026-H3", "2026-1", "26-10", "2026-q3", "tháng 10", "0000",
     "1899", "3000-01", "2026-10-01", "2026-10 ", "٢٠٢٦", "2026-10-32..2026-11-01", "2026-02-29..2026-03-01",
     "0001-01-01..0001-01-02", "2026-10-01..9999-12-31"],
)  # fmt: skip
def test_what_is_no_period_is_named_back_with_the_forms_that_are(text: str) -> None:
    with pytest.raises(BadPeriod) as refused:
        parse(text)
    assert f"“{text}”" in str(refused.value.message)
    assert "2026-Q3" in str(refused.value)


def test_a_span_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(BadSpan) as refused:
        span(date(2026, 10, 2), date(2026, 10, 1))
    assert str(refused.value) == str(refused.value.message)
    assert "01/10/2026 đứng trước ngày bắt đầu 02/10/2026" in str(refused.value)
    with pytest.raises(BadPeriod):
        parse("2026-10-02..2026-10-01")


def test_a_period_knows_its_days() -> None:
    october = parse("2026-10")
    assert october.days == 31
    assert date(2026, 10, 1) in october
    assert date(2026, 10, 31) in october
    assert date(2026, 11, 1) not in october
    assert span(date(2026, 1, 5), date(2026, 1, 5)).days == 1


@pytest.mark.parametrize(
    ("day", "calendar", "key"),
    [
        (date(2026, 10, 14), "civil", "2026-10"),
        (date(2026, 10, 15), "civil", "2026-10"),
        (date(2026, 10, 14), "administrative", "2026-10"),
        (date(2026, 10, 15), "administrative", "2026-11"),
        (date(2026, 12, 15), "administrative", "2027-01"),
    ],
)
def test_the_fifteenth_opens_the_next_administrative_month(day: date, calendar: Calendar, key: str) -> None:
    assert month_of(day, calendar).key == key


@given(day=days, calendar=calendars)
def test_every_day_lies_in_its_month(day: date, calendar: Calendar) -> None:
    assert day in month_of(day, calendar)


# --- neighbours ---


@pytest.mark.parametrize(
    ("key", "before", "year_before"),
    [
        ("2026-01", "2025-12", "2025-01"),
        ("2026-10", "2026-09", "2025-10"),
        ("2026-Q1", "2025-Q4", "2025-Q1"),
        ("2026-H1", "2025-H2", "2025-H1"),
        ("2026", "2025", "2025"),
        ("2026-10-01..2026-10-10", "2026-09-21..2026-09-30", "2025-10-01..2025-10-10"),
        ("2024-02-29..2024-02-29", "2024-02-28..2024-02-28", "2023-02-28..2023-02-28"),
    ],
)
@pytest.mark.parametrize("calendar", ["civil", "administrative"])
def test_the_neighbours_of_a_period(key: str, before: str, year_before: str, calendar: Calendar) -> None:
    period = parse(key, calendar)
    assert previous(period) == parse(before, calendar)
    assert same_last_year(period) == parse(year_before, calendar)


@given(key=keys, calendar=calendars)
def test_periods_follow_each_other_without_gap(key: str, calendar: Calendar) -> None:
    period = parse(key, calendar)
    assert previous(period).last + DAY == period.first
    assert (previous(period).kind, previous(period).calendar) == (period.kind, calendar)


@given(first=days, length=st.integers(0, 800), calendar=calendars)
def test_the_span_before_is_as_long_and_touches(first: date, length: int, calendar: Calendar) -> None:
    period = span(first, first + length * DAY, calendar=calendar)
    before = previous(period)
    assert (before.days, before.last + DAY) == (period.days, period.first)
    assert parse(period.key, calendar) == period


def test_a_trend_is_the_months_up_to_the_end_of_the_period() -> None:
    months = last_months(parse("2026-Q1", "administrative"), 12)
    assert [each.key for each in months][0::11] == ["2025-04", "2026-03"]
    assert len(months) == 12
    assert months[-1].last == date(2026, 3, 14)
    assert [each.key for each in last_months(span(date(2026, 3, 2), date(2026, 3, 9)), 2)] == ["2026-02", "2026-03"]


@given(key=keys, calendar=calendars)
def test_the_months_of_a_named_period_cover_it(key: str, calendar: Calendar) -> None:
    period = parse(key, calendar)
    months = months_of(period)
    assert (months[0].first, months[-1].last) == (period.first, period.last)
    assert sum(each.days for each in months) == period.days


def test_only_whole_months_belong_to_a_span() -> None:
    assert [each.key for each in months_of(span(date(2026, 1, 2), date(2026, 4, 29)))] == ["2026-02", "2026-03"]
    assert months_of(span(date(2026, 1, 2), date(2026, 1, 31))) == ()
    crooked = span(date(2026, 1, 15), date(2026, 3, 14), calendar="administrative")
    assert [each.key for each in months_of(crooked)] == ["2026-02", "2026-03"]


# --- half-months ---


@given(key=keys, calendar=calendars)
def test_a_named_period_of_either_calendar_is_made_of_whole_half_months(key: str, calendar: Calendar) -> None:
    period = parse(key, calendar)
    cut = half_months(period)
    assert cut.edges == ()
    assert len(cut.whole) == 2 * len(months_of(period))


@given(first=days, length=st.integers(0, 400))
def test_a_span_is_cut_without_loss_or_overlap(first: date, length: int) -> None:
    period = span(first, first + length * DAY)
    cut = half_months(period)
    assert len(cut.edges) <= 2
    assert all(block.first.day in (1, 15) and (block.last + DAY).day in (1, 15) for block in cut.whole)
    blocks = sorted([*cut.whole, *cut.edges])
    assert (blocks[0].first, blocks[-1].last) == (period.first, period.last)
    assert all(one.last + DAY == other.first for one, other in pairwise(blocks))


def test_edges_are_the_days_that_fill_no_half_month() -> None:
    cut = half_months(span(date(2026, 1, 10), date(2026, 2, 20)))
    assert cut.edges == (Days(date(2026, 1, 10), date(2026, 1, 14)), Days(date(2026, 2, 15), date(2026, 2, 20)))
    assert cut.whole == (Days(date(2026, 1, 15), date(2026, 1, 31)), Days(date(2026, 2, 1), date(2026, 2, 14)))


# --- names ---


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("2026-10", "tháng 10 năm 2026"),
        ("2026-01", "tháng 1 năm 2026"),
        ("2026-Q1", "quý I năm 2026"),
        ("2026-Q3", "quý III năm 2026"),
        ("2026-H1", "6 tháng đầu năm 2026"),
        ("2026-H2", "6 tháng cuối năm 2026"),
        ("2026", "năm 2026"),
        ("2026-10-03..2026-11-05", "từ ngày 03/10/2026 đến ngày 05/11/2026"),
        ("2026-10-03..2026-10-03", "ngày 03/10/2026"),
    ],
)
@pytest.mark.parametrize("calendar", ["civil", "administrative"])
def test_a_period_is_called_as_people_call_it(key: str, words: str, calendar: Calendar) -> None:
    assert str(name(parse(key, calendar))) == words


def test_the_days_of_an_administrative_month_can_be_told() -> None:
    period: Period = parse("2026-10", "administrative")
    assert str(days_in_words(period)) == "từ ngày 15/09/2026 đến ngày 14/10/2026"
