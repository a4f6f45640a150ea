"""The trail is a chain: whatever is done to an entry shows, from its first broken number on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.audit import ACTION_NAMES, BEGINNING, Deed, Entry, action_name, digest_of, next_entry, verified

AT = datetime(2026, 10, 21, 9, 30, 42, 123456)


def trail(number: int) -> list[Entry]:
    entries: list[Entry] = []
    for each in range(number):
        deed = Deed("ai@tinh.gov.vn", "put-back", "00101", f"phiếu {each}", "đã kiểm tra")
        entries.append(next_entry(entries[-1] if entries else None, deed, at=AT + timedelta(minutes=each)))
    return entries


def test_numbers_begin_at_one_and_each_entry_names_the_one_before() -> None:
    first, second, third = trail(3)
    assert [each.number for each in (first, second, third)] == [1, 2, 3]
    assert [each.before for each in (first, second, third)] == [BEGINNING, first.digest, second.digest]
    assert first.at == AT.replace(microsecond=0), "what is kept to the second is signed to the second"


def test_the_digest_is_sha_256_over_all_that_is_said() -> None:
    """Computed with another program: printf '%s' '[1,"2026-10-21T09:30:42","a","b","c","d","e","000…"]' | sha256sum"""
    digest = digest_of(1, AT.replace(microsecond=0), Deed("a", "b", "c", "d", "e"), BEGINNING)
    assert digest == "8e3f7088869aee71ec36931164c354c8a200e58d708a1b28389f7cf743caecb9"


def test_a_sound_trail_tells_its_length_and_last_digest() -> None:
    entries = trail(5)
    assert verified(entries) == verified(iter(entries))
    found = verified(entries)
    assert (found.entries, found.digest, found.broken) == (5, entries[-1].digest, None)
    nothing = verified([])
    assert (nothing.entries, nothing.digest, nothing.broken) == (0, BEGINNING, None)


CHANGES: list[Callable[[Entry], Entry]] = [
    lambda entry: replace(entry, at=entry.at + timedelta(seconds=1)),
    lambda entry: replace(entry, number=entry.number + 1),
    lambda entry: replace(entry, before="f" * 64),
    lambda entry: replace(entry, digest="f" * 64),
    *(
        lambda entry, name=name: replace(entry, deed=replace(entry.deed, **{name: "another"}))  # type: ignore[misc]
        for name in ("who", "action", "office", "subject", "note")
    ),
]


@given(st.integers(1, 8), st.data())
def test_a_changed_entry_breaks_the_trail_at_its_number(length: int, data: st.DataObject) -> None:
    entries = trail(length)
    place = data.draw(st.integers(0, length - 1))
    entries[place] = data.draw(st.sampled_from(CHANGES))(entries[place])
    found = verified(entries)
    assert (found.entries, found.broken) == (place, place + 1)


@given(st.integers(2, 8), st.data())
def test_an_entry_taken_out_or_moved_breaks_the_trail_there(length: int, data: st.DataObject) -> None:
    entries = trail(length)
    place = data.draw(st.integers(0, length - 2))
    moved = [*entries[:place], entries[place + 1], entries[place], *entries[place + 2 :]]
    assert verified(moved).broken == place + 1
    assert verified([*entries[:place], *entries[place + 1 :]]).broken == place + 1


def test_an_entry_slipped_in_with_a_sound_digest_of_its_own_breaks_what_follows() -> None:
    entries = trail(4)
    forged = next_entry(entries[1], Deed("x", "put-back", "00101", "phiếu khác"), at=AT)
    assert verified([*entries[:2], forged, *entries[3:]]).broken == 4
    assert verified([*entries[:2], forged, *entries[2:]]).broken == 4


def test_what_the_end_lost_shows_to_whoever_kept_the_last_digest() -> None:
    entries = trail(4)
    assert verified(entries[:3]).broken is None
    assert verified(entries[:3]).digest != entries[3].digest


@pytest.mark.parametrize("action", ACTION_NAMES)
def test_actions_have_a_name_in_words(action: str) -> None:
    assert str(action_name(action)) != action


def test_an_action_of_a_later_version_is_shown_by_its_own_word() -> None:
    assert str(action_name("published")) == "published"
