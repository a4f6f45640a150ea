"""The quality rules (Q1–Q5): each at its threshold and just below it, and what they must never do to honest people."""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from math import comb
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain import trust_table
from survey.domain.judging import REASON_NAMES
from survey.domain.method_trust import trust_rules
from survey.domain.trust import (
    AWAY_ADDRESS,
    AWAY_WITHOUT_SLIPS,
    BURST,
    BURST_WHEN_CLOSED,
    MANY_TAPS,
    MORE_THAN_TRANSACTIONS,
    ONE_ADDRESS,
    ONE_DEVICE_WITHOUT_SLIPS,
    ONE_HAND,
    OUTSIDE_HOURS,
    REPEATED_TEXT,
    SAME_VALUE_TOO_FAST,
    TOO_FAST,
    WITHOUT_SLIPS,
    Limit,
    Received,
    Seen,
    Surroundings,
    at_once,
    beyond_transactions,
    is_closed,
    reviewed,
)
from survey.domain.trust_groups import binomial_tail, normalised
from survey.domain.trust_table import SLIPS_IN_USE, WithoutSlips

MONDAY = datetime(2026, 4, 6, 9, 0)
HOURS = {day: ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0))) for day in range(5)}
OFFICE = Surroundings(hours=HOURS, holidays=frozenset({date(2026, 4, 27)}), kiosks=frozenset({"TABLET"}))
UNKNOWN = Surroundings()
EVENING = MONDAY.replace(hour=20)
USUAL = Seen("usual", "Q1", "poster", MONDAY, True, duration=110, values=(5, 4, 4, 3, 5, 4, 4, 5, 5, 4))


def many(number: int, *, apart: timedelta = timedelta(), at: datetime = MONDAY, **same: Any) -> list[Seen]:
    """So many responses, each so long after the one before, of people with nothing in common but what is told."""
    return [
        replace(
            USUAL, **{"key": f"{i:04}", "sender": f"s{i}", "device": f"d{i}", "received_at": at + i * apart, **same}
        )
        for i in range(number)
    ]


def found(responses: Iterable[Seen], around: Surroundings = OFFICE) -> dict[str, tuple[str, ...]]:
    return dict(reviewed(list(responses), around))


def slips(*hours: int) -> list[Seen]:
    """Proven answers in these hours of the Monday: people use slips here."""
    return [
        replace(
            USUAL,
            key=f"slip-{hour}",
            received_at=MONDAY.replace(hour=hour),
            verified=True,
            channel="slip",
            sender="theirs",
            device="theirs",
        )
        for hour in hours
    ]


def reasons_of(responses: Iterable[Seen], around: Surroundings = OFFICE) -> set[str]:
    return {reason for reasons in found(responses, around).values() for reason in reasons}


# --- a response by itself ---------------------------------------------------------------------------------


def test_too_fast_is_below_the_seconds_a_criterion_of_the_table_and_not_at_them() -> None:
    values = (5, 4) * 10
    least = int(TOO_FAST.seconds * len(values))
    assert at_once(replace(USUAL, values=values, duration=least), OFFICE) == ()
    assert at_once(replace(USUAL, values=values, duration=least - 1), OFFICE) == (TOO_FAST.reason,)
    assert at_once(replace(USUAL, values=values, duration=None), OFFICE) == ()


def test_a_few_criteria_say_nothing_about_pace() -> None:
    few = (5, 4, 5, 4, 5)[: TOO_FAST.criteria - 1]
    assert at_once(replace(USUAL, values=few, duration=0), OFFICE) == ()


@pytest.mark.parametrize("value", [1, 2, 3, 4, 5])
def test_one_value_throughout_is_no_offence_unless_it_is_too_fast_whatever_the_value(value: int) -> None:
    same = (value,) * 20
    least = int(SAME_VALUE_TOO_FAST.seconds * 20)
    assert at_once(replace(USUAL, values=same, duration=least), OFFICE) == ()
    assert at_once(replace(USUAL, values=same, duration=least - 1), OFFICE) == (SAME_VALUE_TOO_FAST.reason,)
    assert at_once(replace(USUAL, values=(*same[1:], 6 - value if value != 3 else 4), duration=least - 1), OFFICE) == ()


def test_the_offices_own_network_is_outside_hours_from_the_grace_on() -> None:
    edge = MONDAY.replace(hour=17) + OUTSIDE_HOURS.grace
    here = replace(USUAL, own_network=True)
    assert at_once(replace(here, received_at=edge), OFFICE) == ()
    assert at_once(replace(here, received_at=edge + timedelta(minutes=1)), OFFICE) == (OUTSIDE_HOURS.reason,)
    first = MONDAY.replace(hour=7, minute=30) - OUTSIDE_HOURS.grace
    assert at_once(replace(here, received_at=first), OFFICE) == ()
    assert at_once(replace(here, received_at=first - timedelta(minutes=1)), OFFICE) == (OUTSIDE_HOURS.reason,)


def test_from_home_nobody_is_outside_hours_and_without_known_hours_nobody_is() -> None:
    night = replace(USUAL, received_at=EVENING)
    for own in (False, None):
        assert at_once(replace(night, own_network=own), OFFICE) == ()
    assert at_once(replace(night, own_network=True), UNKNOWN) == ()
    assert at_once(replace(night, channel="kiosk"), OFFICE) == (OUTSIDE_HOURS.reason,)


def test_a_weekday_without_hours_and_a_holiday_are_closed_all_day() -> None:
    assert is_closed(datetime(2026, 4, 5, 10), OFFICE)
    assert is_closed(datetime(2026, 4, 27, 10), OFFICE)
    assert not is_closed(datetime(2026, 4, 28, 10), OFFICE)
    assert is_closed(datetime(2026, 4, 27, 10), Surroundings(holidays=OFFICE.holidays))


def test_paper_typed_in_by_staff_is_never_set_aside_by_rule() -> None:
    typed = many(80, apart=timedelta(minutes=1), at=EVENING, channel="paper", device="pc", sender="pc",
                 own_network=True, duration=3, values=(5,) * 22, texts=("Chép lại từ phiếu giấy, " * 5,))  # fmt: skip
    assert found(typed) == {}


# --- many within a window ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "same", "around"),
    [
        (BURST, {}, UNKNOWN),
        (MANY_TAPS, {"completed": False, "duration": None, "values": (), "device": "one"}, UNKNOWN),
        (AWAY_ADDRESS, {"sender": "one", "own_network": False}, UNKNOWN),
        (BURST_WHEN_CLOSED, {"at": EVENING}, OFFICE),
        (BURST_WHEN_CLOSED, {"at": EVENING, "sender": "one"}, OFFICE),
    ],
)
def test_more_than_the_limit_within_its_window_are_set_aside_all_of_them(
    limit: Limit, same: dict[str, Any], around: Surroundings
) -> None:
    # The last stands one minute before the end of the window that the first opens.
    room = int(limit.within.total_seconds()) // 60 - 1
    minutes = [i * room // limit.responses for i in range(limit.responses + 1)]
    everyone = many(limit.responses + 1, **same)
    spread = [
        replace(each, received_at=each.received_at + timedelta(minutes=m))
        for each, m in zip(everyone, minutes, strict=True)
    ]
    assert found(spread[:-1], around) == {}
    assert found(spread, around) == {each.key: (limit.reason,) for each in spread}
    later = replace(spread[-1], received_at=spread[0].received_at + limit.within)
    assert found([*spread[:-1], later], around) == {}


def test_an_address_beyond_its_limit_loses_only_what_comes_beyond() -> None:
    crowd = many(ONE_ADDRESS.responses, apart=timedelta(minutes=1), sender="wifi", own_network=True)
    assert found(crowd) == {}
    last = replace(crowd[0], key="beyond", received_at=crowd[-1].received_at)
    # Those of the last minute stand together: nobody knows who was first.
    assert found([*crowd, last]) == dict.fromkeys((crowd[-1].key, "beyond"), (ONE_ADDRESS.reason,))


def test_nobody_shares_an_address_or_a_device_that_is_not_known() -> None:
    assert found(many(ONE_ADDRESS.responses + 20, apart=timedelta(minutes=1), sender="", device=""), UNKNOWN) == {}


# --- one hand ---------------------------------------------------------------------------------------------


def sitting(number: int, *, seconds: int = 75, pause: int = 15, **same: Any) -> list[Seen]:
    """One telephone: each form begun after the one before was sent."""
    seen, at = [], MONDAY
    for i in range(number):
        minute = at.replace(second=0)
        seen.append(replace(USUAL, **{"key": f"hand-{i:03}", "device": "one", "sender": "one", "received_at": minute,
                                      "duration": seconds, "own_network": True, **same}))  # fmt: skip
        at += timedelta(seconds=seconds + pause)
    return seen


def test_a_run_of_one_device_is_set_aside_from_its_first_answer_on() -> None:
    run = sitting(ONE_HAND.run)
    assert found(run) == {each.key: (ONE_HAND.reason,) for each in run}
    assert found(run[:-1]) == {}


def test_praise_and_anger_in_a_run_are_the_same_to_the_rules() -> None:
    assert len({frozenset(found(sitting(12, values=(value,) * 10))) for value in (1, 5)}) == 1


def test_forms_too_short_to_tell_an_overlap_are_no_run() -> None:
    least = int(ONE_HAND.shortest.total_seconds())
    assert found(sitting(40, seconds=least - 1)) == {}
    assert len(found(sitting(40, seconds=least))) == 40


def test_a_pause_ends_a_run() -> None:
    run = sitting(ONE_HAND.run)
    after = ONE_HAND.pause + timedelta(minutes=2)
    half = ONE_HAND.run // 2
    assert found(run[:half] + [replace(each, received_at=each.received_at + after) for each in run[half:]]) == {}


def test_those_who_fill_in_at_the_same_time_are_no_run() -> None:
    # Each begins while the one before him is busy.
    assert found(sitting(60, seconds=240, pause=-150)) == {}


def test_one_citizen_between_hides_no_long_run() -> None:
    run = sitting(40)
    citizen = replace(run[25], key="citizen", duration=200)
    assert {each.key for each in run} <= found([*run, citizen]).keys()


def test_a_tablet_at_its_desk_is_one_device_by_nature_and_one_elsewhere_is_not() -> None:
    queue = sitting(30, channel="kiosk", desk="TABLET")
    assert found(queue) == {}
    assert len(found([replace(each, desk="Q1") for each in queue])) == 30


def test_a_page_that_was_open_for_long_says_nothing() -> None:
    left_open = int(ONE_HAND.longest.total_seconds()) + 60
    assert found(sitting(30, seconds=left_open)) == {}


# --- beside slips -----------------------------------------------------------------------------------------

HALF = replace(OFFICE, slip_shares={"Q1": 0.5})
BESIDE_SLIPS = pytest.mark.parametrize(
    ("rule", "same"),
    [
        (ONE_DEVICE_WITHOUT_SLIPS, {"device": "one"}),
        (AWAY_WITHOUT_SLIPS, {"sender": "one", "own_network": False}),
        (WITHOUT_SLIPS, {}),
    ],
)


def most_without(rule: WithoutSlips, slips: int, share: Fraction) -> int:
    """How many open ones may stand beside so many slips, counted out in fractions."""
    open_ones = 0
    while _tail(slips, slips + open_ones + 1, share) >= Fraction(str(rule.chance)):
        open_ones += 1
    return max(open_ones, rule.responses)


def _tail(most: int, number: int, share: Fraction) -> Fraction:
    return sum((comb(number, k) * share**k * (1 - share) ** (number - k) for k in range(most + 1)), Fraction())


@BESIDE_SLIPS
def test_many_without_slips_are_set_aside_where_chance_does_not_explain_it(
    rule: WithoutSlips, same: dict[str, Any]
) -> None:
    crowd = many(most_without(rule, 0, Fraction(1, 2)) + 1, **same)
    usual = slips(7)
    assert found([*crowd, *usual], HALF) == {each.key: (rule.reason,) for each in crowd}
    assert found([*crowd[:-1], *usual], HALF) == {}


@BESIDE_SLIPS
def test_nothing_is_expected_where_slips_are_not_in_use(rule: WithoutSlips, same: dict[str, Any]) -> None:
    crowd = [*many(most_without(rule, 0, Fraction(1, 2)) + 1, **same), *slips(7)]
    few = SLIPS_IN_USE.share - 0.01
    assert found(crowd, OFFICE) == found(crowd, replace(OFFICE, slip_shares={"Q1": few})) == {}
    no_slip_left = [each for each in crowd if not each.verified]
    assert found(no_slip_left, HALF) == {}


@BESIDE_SLIPS
def test_slips_among_them_make_room_for_more(rule: WithoutSlips, same: dict[str, Any]) -> None:
    theirs = [replace(each, **same, received_at=MONDAY) for each in slips(7, 8, 9)]
    crowd = many(most_without(rule, 3, Fraction(1, 2)) + 1, **same)
    assert rule.reason in reasons_of([*crowd, *theirs], HALF)
    assert rule.reason not in reasons_of([*crowd[:-1], *theirs], HALF)


def test_the_fewer_use_slips_the_more_may_come_without() -> None:
    room = [most_without(WITHOUT_SLIPS, 0, Fraction(share, 10)) for share in (2, 4, 6)]
    assert room == sorted(room, reverse=True)
    for share, most in zip((0.2, 0.4, 0.6), room, strict=True):
        around = replace(OFFICE, slip_shares={"Q1": share})
        assert found([*many(most), *slips(7)], around) == {}
        assert len(found([*many(most + 1), *slips(7)], around)) == most + 1


def test_what_one_device_did_takes_no_citizen_of_its_hour_along() -> None:
    citizens = many(WITHOUT_SLIPS.responses, apart=timedelta(minutes=4))
    flood = [replace(each, key=f"f{each.key}") for each in many(40, device="one", sender="one")]
    aside = found([*citizens, *flood, *slips(7)], HALF)
    assert aside.keys() == {each.key for each in flood}


@given(st.integers(0, 40), st.integers(1, 120), st.sampled_from([0.1, 0.35, 0.5, 0.8]))
def test_the_lower_tail_is_that_of_the_binomial_distribution(most: int, number: int, share: float) -> None:
    expected = float(_tail(min(most, number), number, Fraction(str(share))))
    assert binomial_tail(most, number, share) == pytest.approx(expected, rel=1e-9)


def test_thousands_of_slips_in_an_hour_are_counted_too() -> None:
    around = replace(OFFICE, slip_shares={"Q1": 1.0})
    crowd = many(1200, verified=True, channel="slip")
    assert found(crowd, around) == {}
    assert binomial_tail(600, 1200, 0.5) == pytest.approx(0.5115, abs=0.0001)


# --- repeated text ----------------------------------------------------------------------------------------

LONG = "Cán bộ rất nhiệt tình, chu đáo; hồ sơ được giải quyết nhanh gọn và đúng hẹn."


def test_the_same_long_text_is_set_aside_however_it_is_spaced_or_written() -> None:
    texts = [LONG, LONG.upper().replace(",", " –"), f"  {LONG}!!!"]
    same = [replace(each, texts=(text,)) for each, text in zip(many(3, apart=timedelta(hours=1)), texts, strict=True)]
    assert len(same) == REPEATED_TEXT.responses
    assert found(same) == {each.key: (REPEATED_TEXT.reason,) for each in same}
    assert found(same[:-1]) == {}


def test_short_praise_may_be_the_same_a_hundred_times() -> None:
    assert found(many(100, apart=timedelta(minutes=5), texts=("tốt",))) == {}
    shorter = "a" * (REPEATED_TEXT.letters - 1)
    assert found(many(5, apart=timedelta(minutes=30), texts=(shorter,))) == {}
    assert len(found(many(5, apart=timedelta(minutes=30), texts=(shorter + "a",)))) == 5


def test_one_person_who_writes_the_same_in_two_fields_repeats_nobody() -> None:
    assert found([replace(USUAL, texts=(LONG,) * 5)]) == {}


def test_one_text_in_two_forms_of_unicode_is_one() -> None:
    assert normalised("Hài  lòng!") == normalised("Hài lòng") == "hàilòng"


# --- proven responses -------------------------------------------------------------------------------------


@pytest.mark.parametrize("proof", [{"verified": True, "channel": "slip"}, {"channel": "invitation"}])
def test_no_rule_that_asks_whether_there_was_a_visit_touches_a_proven_response(proof: dict[str, Any]) -> None:
    crowd = many(300, at=EVENING, sender="one", own_network=False, texts=(LONG,), **proof)
    assert found(crowd) == {}


def test_the_rules_that_tell_who_held_the_phone_hold_for_slips_too() -> None:
    slip = {"verified": True, "channel": "slip"}
    assert reasons_of(sitting(ONE_HAND.run, **slip)) == {ONE_HAND.reason}
    assert reasons_of([replace(USUAL, duration=1, **slip)]) == {TOO_FAST.reason}
    assert reasons_of([replace(USUAL, received_at=EVENING, own_network=True, **slip)]) == {OUTSIDE_HOURS.reason}


# --- more than transactions -------------------------------------------------------------------------------


def received(verified: int, unproven: int) -> list[Received]:
    return [
        *(Received(f"v{i}", verified=True) for i in range(verified)),
        *(Received(f"o{i}", verified=False) for i in range(unproven)),
    ]


def test_as_many_open_ones_go_as_there_are_beyond_the_transactions() -> None:
    everyone = received(4, 10)
    assert beyond_transactions(everyone, 14) == frozenset()
    assert len(beyond_transactions(everyone, 13)) == 1
    assert beyond_transactions(everyone, 4) == beyond_transactions(everyone, 0) == {f"o{i}" for i in range(10)}


@given(st.integers(0, 30), st.integers(0, 60), st.integers(0, 100), st.randoms())
def test_beyond_transactions_spares_verified_ones_and_grows_with_responses_alone(
    verified: int, unproven: int, transactions: int, random: Random
) -> None:
    everyone = received(verified, unproven)
    beyond = beyond_transactions(everyone, transactions)
    assert len(beyond) == min(unproven, max(verified + unproven - transactions, 0))
    assert not {key for key in beyond if key.startswith("v")}
    shuffled = random.sample(everyone, len(everyone))
    assert beyond_transactions(shuffled, transactions) == beyond
    for one_more in (Received("o-new", verified=False), Received("v-new", verified=True)):
        assert beyond <= beyond_transactions([*everyone, one_more], transactions)
    assert beyond_transactions(everyone, transactions + 1) <= beyond


# --- honest people ----------------------------------------------------------------------------------------


def crowd_of_a_morning(random: Random, *, agents: int, number: int = 200) -> list[Seen]:
    """Two hundred people at one desk behind one Wi-Fi, from half past seven to half past eleven."""
    opened = MONDAY.replace(hour=7, minute=30)
    seen = []
    for i in range(number):
        at = opened + timedelta(minutes=random.randrange(240))
        taps = random.random() < 0.2
        values = (random.choice((4, 5)),) * 22 if random.random() < 0.3 else tuple(random.choices((3, 4, 5), k=22))
        seen.append(
            Seen(
                key=f"{i:04}",
                desk="Q1",
                channel="poster",
                received_at=at,
                completed=not taps,
                duration=None if taps else int(30 + random.lognormvariate(4.4, 0.6)),
                values=() if taps else values,
                sender="wifi",
                device=f"wifi|{random.randrange(agents)}",
                own_network=True,
                texts=(random.choice(("tốt", "Hài lòng", "")),),
            )
        )
    return seen


@pytest.mark.parametrize("agents", [1, 5])
@pytest.mark.parametrize("seed", range(20))
def test_two_hundred_people_behind_one_wifi_can_answer_in_a_morning(seed: int, agents: int) -> None:
    crowd = crowd_of_a_morning(Random(seed), agents=agents)
    quick = [
        replace(each, values=each.values[:5], duration=each.duration and 10 + each.duration // 4) for each in crowd
    ]
    for answers in (crowd, quick):
        assert found(answers) == found(answers, UNKNOWN) == {}


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.8])
def test_a_crowd_that_brings_its_slips_along_is_left_alone_where_slips_are_in_use(share: float) -> None:
    around = replace(OFFICE, slip_shares={"Q1": share})
    aside = answers = 0
    for seed in range(40):
        random = Random(f"{seed}|{share}")
        crowd = crowd_of_a_morning(Random(seed), agents=1 + seed % 3)
        crowd = [replace(each, verified=random.random() < share) for each in crowd]
        aside, answers = aside + len(found(crowd, around)), answers + len(crowd)
    assert aside <= 0.01 * answers


@given(st.integers(2, 6), st.integers(25, 400), st.integers(1, 60), st.booleans())
def test_a_family_that_shares_a_telephone_is_left_alone(
    members: int, seconds: int, pause: int, use_slips: bool
) -> None:
    family = sitting(members, seconds=seconds, pause=pause)
    assert found([*family, *(slips(7) if use_slips else [])], HALF if use_slips else OFFICE) == {}


# --- what holds for all rules -----------------------------------------------------------------------------


@st.composite
def days(draw: st.DrawFn) -> list[Seen]:
    """An office's day in which everything can happen, with many in the same minute and behind the same hashes."""
    number = draw(st.integers(0, 90))
    random = draw(st.randoms(use_true_random=False))
    span = random.choice((10, 60, 900))
    return [_anybody(random, i, span) for i in range(number)]


def _anybody(random: Random, number: int, span: int) -> Seen:
    completed = random.random() < 0.8
    return Seen(
        key=f"{number:03}-{random.random()}",
        desk=random.choice(("Q1", "TABLET")),
        channel=random.choice(("poster", "poster", "slip", "kiosk", "link", "paper", "invitation")),
        received_at=MONDAY.replace(hour=7) + timedelta(minutes=random.randrange(span)),
        completed=completed,
        verified=random.random() < 0.1,
        duration=random.choice((None, 3, 30, 70, 200)) if completed else None,
        values=tuple(random.choices((4, 5), k=random.choice((0, 5, 22)))) if completed else (),
        sender=random.choice(("", "a", "a", "b")),
        device=random.choice(("", "x", "x", "y")),
        own_network=random.choice((None, True, False)),
        texts=random.choice(((), (LONG,), ("tốt",))),
    )


@given(days(), st.randoms(use_true_random=False))
def test_the_order_in_which_responses_are_given_does_not_matter(day: list[Seen], random: Random) -> None:
    shuffled = random.sample(day, len(day))
    assert found(shuffled, HALF) == found(day, HALF)


@given(days())
def test_a_response_far_away_changes_nothing_for_the_others(day: list[Seen]) -> None:
    elsewhere = replace(USUAL, key="elsewhere", desk="Q9", sender="far", device="far")
    long_after = replace(
        USUAL, key="after", received_at=MONDAY + timedelta(days=1, hours=5), sender="far", device="far"
    )
    assert found([*day, elsewhere, long_after], HALF) == found(day, HALF)


@given(days())
def test_what_is_found_at_once_stays_found_and_every_reason_is_named(day: list[Seen]) -> None:
    aside = found(day, HALF)
    for each in day:
        assert set(at_once(each, OFFICE)) <= set(aside.get(each.key, ()))
    assert {reason for reasons in aside.values() for reason in reasons} <= REASON_NAMES.keys()
    assert all(len(reasons) == len(set(reasons)) > 0 for reasons in aside.values())


@given(days(), st.integers(1, 5))
def test_how_satisfied_somebody_is_changes_nothing(day: list[Seen], moved: int) -> None:
    turned = [replace(each, values=tuple((value + moved - 1) % 5 + 1 for value in each.values)) for each in day]
    assert found(turned, HALF) == found(day, HALF)


@given(st.integers(1, 40), st.integers(1, 40))
def test_more_of_the_same_device_never_helps_it(number: int, more: int) -> None:
    assert found(sitting(number)).keys() <= found(sitting(number + more)).keys()


# --- the table --------------------------------------------------------------------------------------------


def table() -> list[str]:
    """Every reason of the table."""
    rules = [
        each.reason for each in vars(trust_table).values() if hasattr(each, "reason") and not isinstance(each, type)
    ]
    return [*rules, MORE_THAN_TRANSACTIONS]


def test_every_reason_has_its_name_threshold_and_why_in_both_languages() -> None:
    told = {each.reason: each for each in trust_rules()}
    assert told.keys() == set(table())
    for reason, rule in told.items():
        assert rule.name == REASON_NAMES[reason]
        for words in (rule.threshold, rule.why):
            assert {"vi", "en"} <= words.keys()
            assert all(words[language].endswith(".") for language in ("vi", "en"))


def test_all_reasons_together_fit_where_they_are_stored() -> None:
    assert len(set(table())) == len(table())
    assert all(reason == reason.lower() and "|" not in reason for reason in table())
    assert len("|".join(table())) <= 220


def test_what_the_rules_see_names_nobody() -> None:
    assert {each.name for each in fields(Seen)} == {
        "key", "desk", "channel", "received_at", "completed", "verified", "duration", "values", "sender", "device",
        "own_network", "texts",
    }  # fmt: skip
