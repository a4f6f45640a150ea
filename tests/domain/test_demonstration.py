"""The demonstration province is what issue 2 asks for, and the same each time."""

import tracemalloc
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from itertools import islice
from statistics import correlation, mean

import pytest

from survey.domain.demonstration import MOST_OFFICES, SentResponse, make_province, send_responses
from survey.domain.demonstration_places import FULL, Province
from survey.domain.demonstration_words import COMPLAINTS, PRAISE, WISHES
from survey.domain.masking import masked
from survey.domain.offices import follows_kind, normalise_desk_code
from survey.domain.questionnaire import check_answers
from survey.domain.response import is_key
from tests.conftest import CATALOGUE

TODAY = date(2026, 11, 22)
FULL_MONTHS = [(2025, month) for month in (10, 11, 12)] + [(2026, month) for month in range(1, 11)]


def province_of(seed: int = 2026, offices: int = 14) -> Province:
    return make_province(today=TODAY, months=14, offices=offices, seed=seed)


def sent_to(province: Province, responses: int = 300, seed: int = 2026) -> list[SentResponse]:
    return list(send_responses(province, CATALOGUE, responses=responses, seed=seed))


@lru_cache
def twelve_thousand() -> tuple[SentResponse, ...]:
    return tuple(sent_to(province_of(), 12_000))


def levels(each: SentResponse, *, questions: Iterable[str] | None = None) -> list[int]:
    names = [question.id for question in CATALOGUE.get(FULL).criteria] if questions is None else questions
    return [int(given[0]) for name in names if (given := each.submitted.get(name, ("NA",)))[0].isdecimal()]


def satisfied(responses: Iterable[SentResponse]) -> float:
    taps = [int(each.submitted["overall"][0]) >= 4 for each in responses]
    return 100 * sum(taps) / len(taps)


def offices_of(province: Province) -> dict[str, str]:
    return {place.desk.code: place.office.code for place in province.places}


def test_the_same_arguments_give_the_same_province_and_responses() -> None:
    assert province_of().places == province_of().places
    assert sent_to(province_of()) == sent_to(province_of())
    assert sent_to(province_of(seed=1), seed=1) != sent_to(province_of())


def test_responses_are_made_when_they_are_asked_for() -> None:
    """As a list of visits 200 000 of them would take 17 MB."""
    province = province_of()
    tracemalloc.start()
    try:
        sent = send_responses(province, CATALOGUE, responses=200_000, seed=2026)
        first = list(islice(sent, 100))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(first) == 100
    assert peak < 8_000_000


def test_desk_codes_depend_on_the_seed_alone() -> None:
    few, many = province_of(offices=10), province_of(offices=40)
    assert few.shown.code == many.shown.code == make_province(today=TODAY, months=2, offices=12, seed=2026).shown.code
    assert province_of(seed=1).shown.code != few.shown.code


def test_every_key_and_code_could_be_a_real_one_and_is_there_once() -> None:
    keys = [each.key for each in twelve_thousand()]
    assert len(set(keys)) == len(keys) == 12_000
    assert all(map(is_key, keys))
    province = province_of(offices=MOST_OFFICES)
    codes = [place.desk.code for place in province.places]
    assert len(set(codes)) == len(codes)
    assert all(normalise_desk_code(code) == code for code in codes)
    assert len(province.tree.by_code) == len({office.name for office in province.tree}) == 1000
    assert all(follows_kind(office.code, office.kind) for office in province.tree)


@pytest.mark.parametrize("offices", [10, 14, 60])
def test_the_province_shows_every_case(offices: int) -> None:
    province = province_of(offices=offices)
    assert {office.kind for office in province.tree} == {"province", "unit", "department", "commune"}
    assert all(office.demonstration for office in province.tree)
    (merged,) = (office for office in province.tree if office.valid_to)
    assert merged.valid_to is not None
    assert province.first < merged.valid_to < province.last
    assert province.tree.serving(merged.id, TODAY).id == merged.successor_id
    desks = [place.desk for place in province.places]
    assert sum(desk.retired_before(TODAY) for desk in desks) == 1
    assert sum(desk.opens_after(TODAY) for desk in desks) == 1
    assert {desk.questionnaire for desk in desks} == {"sipas-2017", "sipas-desk"}
    assert province.shown.is_open_on(TODAY)


def test_every_response_would_be_taken_by_the_citizen_page() -> None:
    desks = {place.desk.code: place.desk for place in province_of().places}
    for each in twelve_thousand():
        desk = desks[each.desk_code]
        assert desk.is_open_on(each.received_on)
        assert not check_answers(CATALOGUE.get(desk.questionnaire), each.submitted).faults
    days = [each.received_on for each in twelve_thousand()]
    assert days == sorted(days)
    assert date(2025, 10, 1) <= days[0] <= days[-1] < TODAY


def test_invented_words_are_taken_as_they_are() -> None:
    written = {text for each in twelve_thousand() for text in each.submitted.get("comment", ())}
    assert len(written) > 100
    clauses = [clause for clauses in COMPLAINTS.values() for clause in clauses]
    for text in (*written, *PRAISE, *WISHES, *clauses):
        assert masked(text) == text
    assert COMPLAINTS.keys() == {question.id for question in CATALOGUE.get(FULL).criteria}


def test_answers_of_one_person_hang_together() -> None:
    busiest = Counter(each.desk_code for each in twelve_thousand()).most_common(1)[0][0]
    pairs = [
        levels(each, questions=("A1", "C1"))
        for each in twelve_thousand()
        if each.desk_code == busiest and not each.set_aside
    ]
    both = [pair for pair in pairs if len(pair) == 2]
    assert len(both) > 300
    # One desk alone, so that differences between offices cannot pass for likeness of a person's answers.
    assert 0.4 < correlation(*zip(*both, strict=True)) < 0.85


def test_satisfaction_and_visitors_dip_at_tet_and_in_july() -> None:
    by_month: dict[int, list[SentResponse]] = defaultdict(list)
    for each in twelve_thousand():
        by_month[each.received_on.month].append(each)
    usual = [by_month[month] for month in (3, 4, 5, 6, 9, 12)]
    level = satisfied(each for month in usual for each in month)
    for month in (1, 2, 7):
        assert satisfied(by_month[month]) < level - 2
        assert len(by_month[month]) < mean(map(len, usual))


def test_offices_differ() -> None:
    province = province_of()
    by_office: dict[str, list[SentResponse]] = defaultdict(list)
    for each in twelve_thousand():
        by_office[offices_of(province)[each.desk_code]].append(each)
    found = [satisfied(responses) for responses in by_office.values() if len(responses) > 200]
    assert max(found) - min(found) > 20


@pytest.mark.parametrize("responses", [12_000, 60_000])
def test_some_offices_stay_under_the_minimum_every_month_and_one_is_silent(responses: int) -> None:
    province = province_of()
    sent = twelve_thousand() if responses == 12_000 else sent_to(province, responses)
    offices = offices_of(province)
    numbers = Counter((offices[each.desk_code], each.received_on.year, each.received_on.month) for each in sent)
    assert all(0 < numbers["99003", *month] < 10 for month in FULL_MONTHS)
    assert all(10 <= numbers["99004", *month] < 30 for month in FULL_MONTHS)
    assert not any(office == "99005" for office, *_ in numbers)
    assert all(numbers["99001", *month] >= 30 for month in FULL_MONTHS)


def test_people_behave_like_people() -> None:
    sent = twelve_thousand()
    assert 0.3 < mean(len(each.submitted) == 1 for each in sent) < 0.4
    assert 0.005 < mean(bool(each.set_aside) for each in sent) < 0.02
    assert {each.channel for each in sent} == {"poster", "slip", "kiosk", "link", "paper"}
    assert {each.channel for each in sent if each.verified} == {"slip"}
    assert mean(each.received_on.weekday() < 5 for each in sent) > 0.9
    at_the_desk = [each.received_hour for each in sent if each.channel in ("poster", "kiosk")]
    assert {7, 8, 9, 10, 13, 14, 15, 16} <= set(at_the_desk) <= set(range(7, 17))
    assert all((each.received_hour is None) == (each.channel == "paper") for each in sent)
    full = [each for each in sent if "E4" in each.submitted]
    assert mean(each.submitted["E4"] == ("NA",) for each in full) > 0.4
    assert sum(name.endswith("_why") for each in sent for name in each.submitted) > 500
    full_desks = {place.desk.code for place in province_of().places if place.desk.questionnaire == FULL}
    assert mean(each.desk_code in full_desks for each in sent) > 0.6


@pytest.mark.parametrize("responses", [0, 1, 7, 100])
@pytest.mark.parametrize("today", [date(2026, 1, 2), date(2026, 3, 1), date(2026, 11, 2), date(2028, 2, 29)])
def test_small_demonstrations_and_odd_days_work(responses: int, today: date) -> None:
    province = make_province(today=today, months=1, offices=10, seed=5)
    sent = list(send_responses(province, CATALOGUE, responses=responses, seed=5))
    assert len(sent) == responses
    assert all(province.first <= each.received_on < today for each in sent)


@pytest.mark.parametrize(("offices", "months"), [(9, 14), (1001, 14), (14, 0)])
def test_impossible_sizes_are_refused(offices: int, months: int) -> None:
    with pytest.raises(ValueError, match=f"{offices} offices, {months} months"):
        make_province(today=TODAY, months=months, offices=offices, seed=1)
