"""Responses from a file: checked as a whole, stored in batches, and harmless to repeat."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from survey.domain.message import Refused
from survey.domain.response import Response, new_key
from survey.domain.response_file import MOST_FAULTS
from survey.journeys import response_file
from survey.journeys.response_file import FileChanged, Imported, import_responses
from survey.store import Database
from survey.store.models import comment, mark, response
from survey.store.responses import known_keys, record_responses
from tests.store.place import NOW, SIPAS, Place, marks, merge, rows_of, set_up_office

TODAY = NOW.date()
BATCH = 50


@pytest.fixture
def place(database: Database, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(response_file, "BATCH", BATCH)
    return Place.set_up(database)


def import_lines(
    place: Place, lines: Iterable[bytes], *, checking: Callable[[Iterable[bytes]], Iterable[bytes]] = iter
) -> Imported:
    return import_responses(place.database, lines, questionnaire=SIPAS, channel="paper", today=TODAY, checking=checking)


def lines_of(place: Place, number: int, *, key: Callable[[int], str] = lambda _: "", level: int = 4) -> list[bytes]:
    rows = (f"{key(i)},{place.desk.code},{TODAY},{level},{i % 5 + 1}\n" for i in range(number))
    return [line.encode() for line in ("key,desk,received_on,overall,A1\n", *rows)]


class OnDisk:
    """The lines of a file, read anew each time."""

    def __init__(self, path: Path, lines: Iterable[bytes]) -> None:
        self.path = path
        self.write(lines)

    def write(self, lines: Iterable[bytes]) -> None:
        self.path.write_bytes(b"".join(lines))

    def __iter__(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            yield from file

    def changed_after_the_check(self, lines: Iterable[bytes]) -> Callable[[Iterable[bytes]], Iterator[bytes]]:
        def checking(read: Iterable[bytes]) -> Iterator[bytes]:
            yield from read
            self.write(lines)

        return checking


def test_a_file_without_keys_imported_twice_is_stored_once(place: Place) -> None:
    lines = lines_of(place, 120)
    assert import_lines(place, lines) == Imported(120, 0, 0)
    before = place.stored()
    assert import_lines(place, lines) == Imported(0, 120, 0)
    assert place.stored() == before
    assert marks(place.database) == 3, "one a batch for its desk-day, and none for what was there"


def test_what_a_killed_import_left_is_passed_over_and_the_rest_is_stored(place: Place) -> None:
    lines = lines_of(place, 130)

    def killed(responses: Iterable[object], _number: int) -> Iterator[object]:
        for number, each in enumerate(responses):
            if number == 2 * BATCH + 10:
                raise KeyboardInterrupt
            yield each

    with pytest.raises(KeyboardInterrupt):
        import_responses(place.database, lines, questionnaire=SIPAS, channel="paper", today=TODAY, storing=killed)
    assert len(place.stored()) == 2 * BATCH, "whole batches"
    assert import_lines(place, lines) == Imported(30, 100, 0)
    assert len({each.key for each in place.stored()}) == 130


def test_another_file_with_the_same_rows_holds_other_people(place: Place) -> None:
    assert import_lines(place, lines_of(place, 20)).stored == 20
    assert import_lines(place, lines_of(place, 21)).stored == 21


@pytest.mark.parametrize("apart", [1, BATCH + 3])
def test_of_a_key_twice_in_a_file_the_first_is_stored_near_or_far(place: Place, apart: int) -> None:
    lines = lines_of(place, 2 * BATCH, key=lambda i: f"k{0 if i == apart else i}")
    assert import_lines(place, lines) == Imported(2 * BATCH - 1, 1, 0)
    (first,) = (each for each in place.stored() if each.key == "k0")
    assert first.answers["A1"] == 1


def test_a_key_on_both_sides_of_a_merger_is_one_form_within_a_batch_too(place: Place) -> None:
    new = set_up_office(place.database, "00202", "UBND xã Mới")
    merge(place.database, place.offices[0], new, last_day=TODAY.replace(day=10))
    days = (TODAY.replace(day=10), TODAY.replace(day=11))
    lines = ["key,desk,received_on,overall\n", *(f"1,{place.desk.code},{day},4\n" for day in days)]
    assert import_lines(place, [line.encode() for line in lines]) == Imported(1, 1, 0)


def test_a_fault_in_the_last_line_keeps_the_first_batches_out_too(place: Place) -> None:
    lines = [*lines_of(place, 3 * BATCH), b"k,XXXXXX,2026-10-05,4,4\n"]
    with pytest.raises(Refused, match=f"dòng {3 * BATCH + 2}, cột desk"):
        import_lines(place, lines)
    assert place.stored() == []
    assert marks(place.database) == 0


def test_of_a_file_of_faults_the_first_are_named_and_all_are_counted(place: Place) -> None:
    with pytest.raises(Refused) as refused:
        import_lines(place, lines_of(place, MOST_FAULTS + 200, level=9))
    assert (len(refused.value.faults), refused.value.more) == (MOST_FAULTS, 200)


@pytest.mark.parametrize(
    ("line", "kept"), [(1, 0), (BATCH, 0), (BATCH + 1, BATCH), (2 * BATCH + 1, 2 * BATCH)], ids=str
)
def test_nothing_is_stored_that_was_not_checked(place: Place, tmp_path: Path, line: int, kept: int) -> None:
    """The file is written anew between check and storing: from the changed line's batch on nothing is taken."""
    lines = lines_of(place, 130)
    changed = [*lines[:line], lines[line].replace(b",4,", b",9,"), *lines[line + 1 :]]
    file = OnDisk(tmp_path / "a.csv", lines)
    with pytest.raises(FileChanged) as stopped:
        import_lines(place, file, checking=file.changed_after_the_check(changed))
    assert stopped.value.stored == len(place.stored()) == kept
    file.write(lines)
    assert import_lines(place, file) == Imported(130 - kept, kept, 0)


@pytest.mark.parametrize(
    ("rows", "later", "kept"),
    [(130, 140, 100), (100, 140, 100), (130, 100, 100), (100, 0, 0)],
    ids=["grown", "grown after a whole batch", "shorter", "emptied"],
)
def test_a_file_that_grows_or_shrinks_meanwhile_is_told(
    place: Place, tmp_path: Path, rows: int, later: int, kept: int
) -> None:
    file = OnDisk(tmp_path / "a.csv", lines_of(place, rows))
    with pytest.raises(FileChanged):
        import_lines(place, file, checking=file.changed_after_the_check(lines_of(place, later) if later else []))
    assert len(place.stored()) == kept


def test_a_file_in_another_encoding_meanwhile_is_told_as_changed(place: Place, tmp_path: Path) -> None:
    lines = lines_of(place, 10)
    file = OnDisk(tmp_path / "a.csv", lines)
    with pytest.raises(FileChanged):
        import_lines(place, file, checking=file.changed_after_the_check([b"".join(lines).decode().encode("utf-16")]))
    assert place.stored() == []


# ---- the road in bulk, COPY on PostgreSQL


def many(place: Place, number: int) -> list[Response]:
    place.send({"overall": "4", "A1": "2", "comment": "Chậm", "sex": "female"}, key="the-first-of-them-all")
    (known,) = place.stored()
    texts = ("\\N", "a\tb\\t\nc\\.", '"một", {hai}', "'; DROP TABLE response; --", "Ồ 👍")
    return [
        replace(
            known,
            key=new_key(),
            received_on=known.received_on.replace(day=i % 21 + 1),
            received_hour=None if i % 3 else 8,
            texts={"comment": texts[i % 5], "A1_why": f"{i}"} if i % 2 else {},
            respondent={"sex": "male"} if i % 7 == 0 else {},
            set_aside=("too_fast",) if i % 5 == 0 else (),
        )
        for i in range(number)
    ]


def test_many_come_back_as_they_were_with_a_mark_for_each_of_their_days(place: Place) -> None:
    responses = many(place, 700)
    with place.database.transaction() as connection:
        assert record_responses(connection, responses[:400]) == 400
        assert record_responses(connection, responses) == 300, "twice in one transaction, and the known are left"
        assert record_responses(connection, responses) == 0
    stored = {each.key: each for each in place.stored()}
    assert len(stored) == 701
    assert all(stored[each.key] == each for each in responses)
    assert rows_of(place.database, comment) == 701
    with place.database.reading() as connection:
        days = select(func.count(mark.c.day.distinct()))
        assert connection.execute(days).scalar_one() == 21
    assert place.bring_up_to_date() == 21
    assert place.kept() == place.recounted()


def test_what_breaks_a_promise_is_refused_among_many_too(place: Place) -> None:
    responses = many(place, 300)
    wrong = replace(responses[7], answers={"A1": 11})
    with place.database.transaction() as connection, pytest.raises(IntegrityError, match="answers_on_scale"):
        record_responses(connection, [*responses, replace(wrong, key=new_key())])
    assert rows_of(place.database, response) == 1


def test_a_rolled_back_batch_leaves_nothing_and_the_next_one_is_stored(place: Place) -> None:
    responses = many(place, 300)
    with pytest.raises(KeyboardInterrupt):
        _store_and_break_off(place.database, responses)
    assert rows_of(place.database, response) == rows_of(place.database, mark) == 1
    with place.database.transaction() as connection:
        assert record_responses(connection, responses) == 300
        keys = {(each.office_id, each.key) for each in responses}
        assert known_keys(connection, keys | {(place.offices[0].id, "none")}) == keys


def _store_and_break_off(database: Database, responses: Sequence[Response]) -> None:
    with database.transaction() as connection:
        record_responses(connection, responses)
        raise KeyboardInterrupt
