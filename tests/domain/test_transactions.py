"""How many transactions there were: which spans cover a period, and what an office adds up to (M13)."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.offices import Desk, Office, OfficeTree
from survey.domain.periods import Days, parse
from survey.domain.transactions import Book, Transactions, covering, desks_serving, period_text

PROVINCE = Office(9, "99", "Tỉnh", "province")
ONE = Office(1, "99001", "Xã Một", "commune", parent_id=9)
OLD = Office(2, "99002", "Xã Cũ", "commune", parent_id=9, valid_to=date(2026, 8, 31), successor_id=1)
TREE = OfficeTree([PROVINCE, ONE, OLD])
A, B = Desk(11, "AAAAA", 1, "Quầy A", "sipas-2017"), Desk(12, "BBBBB", 1, "Quầy B", "sipas-2017")
CAME = Desk(13, "CCCCC", 2, "Quầy C", "sipas-2017")
OCTOBER, QUARTER = parse("2026-10"), parse("2026-Q3")


def told(period: str, count: int, *, desk: str = "", office: int = 1) -> Transactions:
    named = parse(period)
    return Transactions(office, desk, named.first, named.last, count)


def whole(entries: list[Transactions], period: str = "2026-Q3") -> int | None:
    named = parse(period)
    return covering(entries, named, needed=Days(named.first, named.last))


def test_a_period_told_as_such_is_known() -> None:
    assert whole([told("2026-Q3", 900)]) == 900
    assert whole([told("2026-Q3", 0)]) == 0, "no transaction is a number, and not the same as none known"


def test_months_add_up_only_when_all_are_there() -> None:
    months = [told("2026-07", 100), told("2026-08", 200), told("2026-09", 300)]
    assert whole(months) == 600
    assert whole(months[:2]) is whole(months[1:]) is whole([months[0], months[2]]) is None


def test_the_finest_spans_that_cover_the_period_count() -> None:
    months = [told("2026-07", 100), told("2026-08", 200), told("2026-09", 300)]
    assert whole([told("2026-Q3", 999), *months]) == 600
    assert whole([told("2026-Q3", 999), *months[:2]]) == 999, "the months leave a gap, so the quarter's number counts"


def test_a_longer_span_says_nothing_of_a_shorter_one() -> None:
    assert whole([told("2026", 9000)], "2026-10") is None
    assert whole([told("2026-Q3", 900), told("2026-Q4", 900)], "2026") is None


def test_days_and_half_a_month_make_a_month() -> None:
    day = date(2026, 9, 1)
    days = [Transactions(1, "", day + timedelta(i), day + timedelta(i), 2) for i in range(30)]
    assert whole(days, "2026-09") == 60
    assert whole(days[:-1], "2026-09") is None
    assert whole([*days[:14], told("2026-09-15..2026-09-30", 5)], "2026-09") == 33


@given(st.lists(st.integers(0, 50), min_size=1, max_size=31), st.data())
def test_however_a_span_is_cut_its_sum_is_the_same(counts: list[int], data: st.DataObject) -> None:
    first = date(2026, 1, 1)
    cuts = sorted({0, len(counts), *data.draw(st.sets(st.integers(0, len(counts))))})
    entries = [
        Transactions(1, "", first + timedelta(a), first + timedelta(b - 1), sum(counts[a:b])) for a, b in pairwise(cuts)
    ]
    days = Days(first, first + timedelta(len(counts) - 1))
    assert covering(data.draw(st.permutations(entries)), days, needed=days) == sum(counts)


def test_a_desk_that_opened_in_the_period_needs_no_number_before() -> None:
    new = Desk(14, "DDDDD", 1, "Quầy D", "sipas-2017", valid_from=date(2026, 8, 12))
    (served,) = desks_serving(ONE, QUARTER, tree=TREE, desks=[new])
    assert served.days == (date(2026, 8, 12), date(2026, 9, 30))
    months = [told("2026-08", 7, desk="DDDDD"), told("2026-09", 9, desk="DDDDD")]
    assert Book(QUARTER, TREE, months).of_desk(1, served) == 16
    assert Book(QUARTER, TREE, months[1:]).of_desk(1, served) is None
    assert desks_serving(ONE, parse("2026-07"), tree=TREE, desks=[new]) == []


def test_a_desk_serves_the_office_that_its_own_was_merged_into_from_the_day_after() -> None:
    (before,) = desks_serving(OLD, QUARTER, tree=TREE, desks=[CAME])
    (after,) = desks_serving(ONE, QUARTER, tree=TREE, desks=[CAME])
    assert before.days == (date(2026, 7, 1), date(2026, 8, 31))
    assert after.days == (date(2026, 9, 1), date(2026, 9, 30))


def test_an_office_is_what_it_tells_of_itself_or_the_sum_of_its_parts() -> None:
    desks = [told("2026-10", 60, desk="AAAAA"), told("2026-10", 40, desk="BBBBB"), told("2026-10", 5, desk="CCCCC")]
    book = Book(OCTOBER, TREE, desks, [A, B, CAME])
    assert book.of_office(ONE) == 105
    assert book.of_office(PROVINCE) == 105, "the merged office did not exist in October"
    assert Book(OCTOBER, TREE, [*desks, told("2026-10", 150)], [A, B, CAME]).of_office(ONE) == 150
    assert Book(OCTOBER, TREE, desks[:2], [A, B, CAME]).of_office(ONE) is None, "one desk is missing"
    assert Book(OCTOBER, TREE, [], []).of_office(ONE) is None


def test_a_merger_within_a_quarter_needs_both_offices() -> None:
    mine = [told("2026-Q3", 60, desk="AAAAA"), told("2026-Q3", 40, desk="BBBBB"), told("2026-09", 5, desk="CCCCC")]
    theirs = [told("2026-07", 10, desk="CCCCC", office=2), told("2026-08", 20, desk="CCCCC", office=2)]
    assert Book(QUARTER, TREE, [*mine, *theirs], [A, B, CAME]).of_office(PROVINCE) == 135
    assert Book(QUARTER, TREE, mine, [A, B, CAME]).of_office(PROVINCE) is None


@pytest.mark.parametrize("text", ["2026-10", "2026-Q3", "2026-H1", "2026", "2026-10-05..2026-10-20"])
@pytest.mark.parametrize("calendar", ["civil", "administrative"])
def test_days_find_their_name_again(text: str, calendar: str) -> None:
    period = parse(text, calendar)  # type: ignore[arg-type]
    entry = Transactions(1, "", period.first, period.last, 1)
    assert period_text(entry.period(calendar)) == text  # type: ignore[arg-type]


def test_a_single_day_is_named_by_its_date() -> None:
    assert period_text(Transactions(1, "", date(2026, 10, 5), date(2026, 10, 5), 1).period("civil")) == "2026-10-05"
