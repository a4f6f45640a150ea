"""The attack laboratory: repeatable, and blind to what it hides; what it measures stands in its results, not here."""

import json
from dataclasses import fields, replace
from random import Random

import pytest

from benchmarks.attack import citizens
from benchmarks.attack.__main__ import JUDGED_ON, TUNED_ON, as_json, as_text
from benchmarks.attack.attackers import AGAIN, ATTACKS, FALSE
from benchmarks.attack.judging import by_day, review, review_in_turn, share, together, with_slips_checked
from benchmarks.attack.lines import line, lines
from benchmarks.attack.months import HONEST, Outcomes, Plan, run, summed
from benchmarks.attack.stored import Compared, compare
from benchmarks.attack.world import MONTH, Filled, Office, Province, build
from survey.domain.trust import Seen

SMALL = Plan(7, offices=2, levels=(30,))
STORED = Compared(responses=10, differ=0, used_again=0)


@pytest.fixture(scope="module")
def province() -> Province:
    return build(7, offices=2)


@pytest.fixture(scope="module")
def outcomes() -> Outcomes:
    return run(SMALL)


def lines_of(outcomes: Outcomes) -> list[dict[str, object]]:
    return lines([outcomes], summed([outcomes]), few_slips={}, stored=STORED)


def sent_in(province: Province, attack_id: str, number: int = 40) -> tuple[Office, list[Filled]]:
    office = province.offices[0]
    attack = next(each for each in ATTACKS if each.id == attack_id)
    return office, list(attack.send(Random(3), province, office, number))


def test_the_same_seed_gives_the_same_file_twice_and_another_seed_another(outcomes: Outcomes) -> None:
    written = as_json(lines_of(outcomes))
    assert as_json(lines_of(run(SMALL))) == written
    assert as_json(lines_of(run(replace(SMALL, seed=8)))) != written


def test_every_line_says_what_was_measured_and_whether_the_goal_holds(outcomes: Outcomes) -> None:
    read = json.loads(as_json(lines_of(outcomes)))
    assert len({each["id"] for each in read}) == len(read)
    for each in read:
        assert {"id", "measured", "goal", "holds"} <= each.keys()
        assert (each["goal"] is None) == (each["holds"] is None)
    asked = {each["id"] for each in read if each["goal"]}
    assert {"aside-after-hours-30", "aside-one-phone-30", "aside-script-30", "flagged-patient-30"} <= asked
    assert {"index-rival-30", "slips-used-again-verified", "wronged-family-on-one-phone"} <= asked
    assert not any(each.startswith(("index-patient", "aside-patient")) for each in asked)


def test_a_goal_holds_at_it_and_not_beyond() -> None:
    assert line("x", 95.0, (">=", 95))["holds"] is True
    assert line("x", 94.99, (">=", 95))["holds"] is False
    assert line("x", 1.001, ("<=", 1))["holds"] is False
    assert line("x", None, ("<=", 1))["holds"] is False
    assert line("x", 3.0)["holds"] is None


def test_the_seeds_that_judge_were_not_tuned_on_and_the_output_says_which(outcomes: Outcomes) -> None:
    assert not set(TUNED_ON) & set(JUDGED_ON)
    assert len(JUDGED_ON) == 4
    text = as_text(summed([outcomes]), {}, lines_of(outcomes), JUDGED_ON)
    assert "Judged on seeds 2026, 101, 102, 103; tuned on 1, 2, 3, 4, 5, 6." in text


def test_what_is_false_never_reaches_the_rules(province: Province) -> None:
    office, false = sent_in(province, "one-phone")
    assert {each.label for each in false} == {FALSE}
    as_honest = [replace(each, label="usual") for each in false]
    assert by_day(false, office, 7) == by_day(as_honest, office, 7)
    assert {each.name for each in fields(Seen)}.isdisjoint({"label", "phone", "address", "agent", "slip"})
    hidden = {FALSE, *(each.phone.address for each in false), *(each.phone.agent for each in false)}
    assert not [
        value for day in by_day(false, office, 7).values() for each in day for value in hidden if value in repr(each)
    ]


def test_times_are_seen_as_they_are_recorded(province: Province) -> None:
    office, false = sent_in(province, "patient")
    for each in (seen for day in by_day(false, office, 7).values() for seen in day):
        assert each.received_at.second == each.received_at.microsecond == 0
        assert isinstance(each.duration, int)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_an_attack_sends_about_as_many_as_it_was_asked_for(province: Province, attack: object) -> None:
    _, false = sent_in(province, attack.id, 50)  # type: ignore[attr-defined]
    assert 50 <= len(false) <= 53
    assert len({each.key for each in false}) == len(false)
    assert all(each.values and each.completed_at is not None for each in false)


def test_honest_people_are_of_every_kind_and_share_what_people_share() -> None:
    towns = build(7, offices=12)
    everyone = [each for office in towns.offices for each in citizens.month(7, towns, office)]
    groups = {each.label for each in everyone}
    assert {"slow", "fast", "contented at a sweep", "family on one phone", "tap only", "tablet", "at home"} <= groups
    agents = [each.phone.agent for each in everyone]
    assert agents.count("chrome-0") > len(agents) / 3
    assert max(each.tapped_at.date() for each in everyone) <= MONTH[-1].replace(month=5, day=1)


def test_a_slip_verifies_once_and_one_that_was_used_never(province: Province) -> None:
    _, false = sent_in(province, "slips-again")
    again = {each.slip for each in false}
    assert all(each.startswith(AGAIN) for each in again)
    assert not [each for each in with_slips_checked(false, set(again)) if each.verified]
    assert sum(each.verified for each in with_slips_checked(false, set())) == len(again)


def test_nights_without_news_are_those_of_the_honest_month(province: Province) -> None:
    office, false = sent_in(province, "one-phone")
    honest = with_slips_checked(citizens.month(7, province, office), set())
    days, seen = by_day(honest, office, 7), by_day(false, office, 7)
    both = {day: [*days.get(day, ()), *seen.get(day, ())] for day in {*days, *seen}}
    assert review(both, office, (review(days, office), seen)) == review(both, office)


def test_the_index_of_the_laboratory_is_pooled(province: Province) -> None:
    _, false = sent_in(province, "patient", 2)
    one, two = (replace(each, values=values) for each, values in zip(false, ((5, 4, 1), (4,)), strict=True))
    found = share([one, two])
    assert found is not None
    assert found.percent == 75
    assert share([]) is None


def test_the_month_without_an_attack_is_measured_too(outcomes: Outcomes) -> None:
    quiet = outcomes[HONEST, 0]
    assert (quiet.false, quiet.share_aside) == (0, None)
    assert len(quiet.errors) == SMALL.offices


def test_the_real_program_sets_aside_what_the_laboratory_does() -> None:
    found = compare(7, days=10)
    assert found.responses > 100
    assert (found.differ, found.used_again) == (0, 0)


def test_the_share_of_slips_of_the_weeks_before_is_taken_from_what_counted(province: Province) -> None:
    office = province.offices[0]
    honest = with_slips_checked(citizens.month(7, province, office), set())
    days = by_day(honest, office, 7)
    assert review_in_turn(days, office) <= {each.key for each in honest}
    assert together(review(days, office)) <= {each.key for each in honest}
