"""What people write of an office: accepted as they write it, kept in one form, every fault told."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.message import Refused
from survey.domain.office_facts import (
    HOLIDAY,
    HOURS,
    KIND_NAMES,
    KINDS,
    KIOSK,
    LONGEST_VALUE,
    NETWORK,
    NOTHING_KNOWN,
    BadFact,
    Kiosks,
    KnownFacts,
    check_facts,
    check_typed,
    facts_of,
    tidied,
)
from survey.domain.offices import Office, OfficeTree
from survey.domain.trust import is_closed

PROVINCE = Office(1, "01", "Tỉnh", "province")
COMMUNE = Office(2, "00101", "Xã Một", "commune", parent_id=1)
OTHER = Office(3, "00102", "Xã Hai", "commune", parent_id=1)
MERGED = Office(4, "00103", "Xã Ba", "commune", parent_id=1, valid_to=date(2026, 6, 30), successor_id=2)
TREE = OfficeTree([PROVINCE, COMMUNE, OTHER, MERGED])
KIOSKS = Kiosks(TREE, {"K7M2QX": "00101", "H4RT5N": "00102", "W8PD3C": "00103"})


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (HOURS, "T2-T6 07:30-11:30,13:30-17:00", "T2-T6 07:30-11:30,13:30-17:00"),
        (HOURS, "  t2-t6   7:30 - 11:30 , 13:30 - 17:00 ", "T2-T6 07:30-11:30,13:30-17:00"),
        (HOURS, "T2,T3,T4,T6 08:00-12:00", "T2-T4,T6 08:00-12:00"),
        (HOURS, "CN 08:00-10:00", "CN 08:00-10:00"),
        (HOURS, "T2-CN 00:00-23:59", "T2-CN 00:00-23:59"),
        (HOLIDAY, "2026-09-02", "2026-09-02"),
        (HOLIDAY, "2026-02-14 / 2026-02-22", "2026-02-14/2026-02-22"),
        (HOLIDAY, "2026-02-14/2026-02-14", "2026-02-14"),
        (NETWORK, "203.0.113.7", "203.0.113.7/32"),
        (NETWORK, "203.0.113.7/24", "203.0.113.0/24"),
        (NETWORK, "2001:DB8::1/48", "2001:db8::/48"),
        (KIOSK, " k7m2qx ", "K7M2QX"),
    ],
)
def test_a_value_is_kept_in_one_form(kind: str, typed: str, kept: str) -> None:
    assert tidied(kind, typed) == kept
    assert tidied(kind, kept) == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (HOURS, "2-6 07:30-17:00"),  # Monday to Friday to some, Tuesday to Saturday to others
        (HOURS, "T2-T6"),
        (HOURS, "07:30-17:00"),
        (HOURS, "T6-T2 07:30-17:00"),
        (HOURS, "T8 07:30-17:00"),
        (HOURS, "T2 17:00-07:30"),
        (HOURS, "T2 07:30-07:30"),
        (HOURS, "T2 07:30-12:00,11:00-17:00"),
        (HOURS, "T2 07:30-24:00"),
        (HOURS, "T2 7h30-11h30"),
        (HOURS, "T2,,T3 07:30-11:30"),
        (HOURS, "T2 " + ",".join(f"{hour:02}:00-{hour:02}:10" for hour in range(8, 18))),
        (HOLIDAY, "02/09/2026"),
        (HOLIDAY, "2026-02-30"),
        (HOLIDAY, "2026-02-22/2026-02-14"),
        (HOLIDAY, "2026-01-01/2026-12-31"),
        (NETWORK, "mạng nội bộ"),
        (NETWORK, "0.0.0.0/0"),
        (NETWORK, "::/0"),
        (NETWORK, "203.0.113.300"),
        (KIOSK, "K7"),
        (KIOSK, "K7M2Q0"),
    ],
)
def test_what_cannot_be_one_is_refused_with_what_to_do(kind: str, typed: str) -> None:
    with pytest.raises(BadFact) as refused:
        tidied(kind, typed)
    assert str(refused.value.problem)
    assert str(refused.value.remedy)


@given(st.sampled_from(KINDS), st.text(max_size=40))
def test_nothing_typed_breaks_it_and_what_is_kept_fits_its_column(kind: str, typed: str) -> None:
    try:
        kept = tidied(kind, typed)
    except BadFact:
        return
    assert 0 < len(kept) <= LONGEST_VALUE
    assert tidied(kind, kept) == kept


def test_every_kind_has_a_name() -> None:
    assert set(KIND_NAMES) == set(KINDS)


# ---- what it means


def test_hours_of_several_lines_are_put_together() -> None:
    values = {HOURS: ("T2-T6 13:30-17:00", "T2-T7 07:30-11:30")}
    hours = facts_of(values).surroundings.hours
    morning, afternoon = (time(7, 30), time(11, 30)), (time(13, 30), time(17, 0))
    assert hours == {**dict.fromkeys(range(5), (morning, afternoon)), 5: (morning,)}


def test_the_rules_know_when_an_office_is_closed() -> None:
    surroundings = facts_of({HOURS: ("T2-T6 07:30-17:00",), HOLIDAY: ("2026-09-01/2026-09-02",)}).surroundings
    monday = datetime(2026, 10, 19, 9, 0)
    assert not is_closed(monday, surroundings)
    assert is_closed(monday.replace(hour=21), surroundings)
    assert is_closed(monday.replace(day=18), surroundings), "a Sunday"
    assert is_closed(datetime(2026, 9, 2, 9, 0), surroundings)
    assert surroundings.holidays == {date(2026, 9, 1), date(2026, 9, 2)}


def test_an_address_is_the_office_s_own_within_its_networks() -> None:
    facts = facts_of({NETWORK: ("203.0.113.0/24", "2001:db8::/48")})
    assert [facts.is_own(each) for each in ("203.0.113.9", "203.0.114.9", "2001:db8::9", "2001:db9::9")] == [
        True, False, True, False,
    ]  # fmt: skip
    assert facts.is_own("") is None
    assert facts.is_own("a socket") is None
    assert NOTHING_KNOWN.is_own("203.0.113.9") is None


def test_an_office_without_values_of_a_kind_has_those_of_the_nearest_above_but_no_kiosks() -> None:
    own = {
        1: {HOURS: ("T2-T6 08:00-17:00",), HOLIDAY: ("2026-09-02",), KIOSK: ("K7M2QX",)},
        2: {HOURS: ("T2-T7 07:00-11:00",)},
    }
    known = KnownFacts(own, {1: None, 2: 1, 3: 2})
    assert known.in_force(3, HOURS) == (("T2-T7 07:00-11:00",), 2)
    assert known.in_force(3, HOLIDAY) == (("2026-09-02",), 1)
    assert known.in_force(3, NETWORK) == ((), None)
    assert known.in_force(3, KIOSK) == ((), None)
    assert known.of(1).surroundings.kiosks == {"K7M2QX"}
    assert known.of(3).surroundings == known.of(2).surroundings
    assert known.of(99) == NOTHING_KNOWN
    assert KnownFacts({}, {}).of(3) is NOTHING_KNOWN


# ---- files and forms


def test_a_file_is_read_into_tidied_lines() -> None:
    text = "office,kind,value\n01,hours,t2-t6 7:30-17:00\n00101,kiosk,k7m2qx\n00101,kiosk,W8PD3C\n00102,holiday,\n"
    lines, faults = check_facts(text, KIOSKS)
    assert faults == []
    assert [(each.office, each.kind, each.value) for each in lines] == [
        ("01", "hours", "T2-T6 07:30-17:00"),
        ("00101", "kiosk", "K7M2QX"),
        ("00101", "kiosk", "W8PD3C"),  # of an office that was merged into it
        ("00102", "holiday", ""),
    ]


def test_all_faults_of_a_file_are_told_at_once_by_line() -> None:
    text = (
        "office,kind,value\n"
        "00199,hours,T2 08:00-17:00\n"
        "00101,opening,T2 08:00-17:00\n"
        "00101,hours,8-17\n"
        "00101,kiosk,H4RT5N\n"
        "00102,holiday,2026-09-02\n"
        "00102,holiday,2026-09-02/2026-09-02\n"
        "00102,network,\n"
        "00102,network,203.0.113.0/24\n"
    )
    _, faults = check_facts(text, KIOSKS)
    places = [(fault.place.params["line"], fault.place.params.get("column")) for fault in faults]
    assert places == [(2, "office"), (3, "kind"), (4, "value"), (5, "value"), (7, None), (8, "value")]
    assert all(fault.remedy for fault in faults)


def test_a_file_with_other_columns_is_refused() -> None:
    with pytest.raises(Refused):
        check_facts("office,hours\n01,T2 08:00-17:00\n", KIOSKS)


def test_a_form_is_read_line_by_line_and_a_value_twice_is_one() -> None:
    values, faults = check_typed(HOURS, "T2 8:00-12:00\r\n\r\n  T2 08:00-12:00\nT3 08:00-12:00\n", COMMUNE, KIOSKS)
    assert (values, faults) == (("T2 08:00-12:00", "T3 08:00-12:00"), [])
    values, faults = check_typed(HOURS, "T2 08:00-12:00\nsáng\n\nchiều", COMMUNE, KIOSKS)
    assert [fault.place.params["line"] for fault in faults] == [2, 4]
    assert check_typed(KIOSK, "K7M2QX", COMMUNE, KIOSKS) == (("K7M2QX",), [])
    assert len(check_typed(KIOSK, "K7M2QX", OTHER, KIOSKS)[1]) == 1
