"""Responses from a file, checked as a whole before the first is stored; and out again."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from itertools import islice, zip_longest
from typing import Any, Final, TypeVar

from survey.domain.message import Refused
from survey.domain.questionnaire import Questionnaire
from survey.domain.response import Response
from survey.domain.response_file import ResponseFile, export_columns, export_row
from survey.domain.table import decoded_lines, write_table
from survey.journeys.score import Branch
from survey.store import Connection, Database
from survey.store.offices import fetch_desks, fetch_tree
from survey.store.responses import count_responses, known_keys, record_responses, stream_responses

# Rows a transaction: a single one of a million would lock citizens out of SQLite for a minute.
BATCH: Final = 1000
Item = TypeVar("Item")
Counted = Callable[[Iterable[Response], int], Iterable[Response]]


@dataclass(frozen=True, slots=True)
class Imported:
    """How many responses of a file were new, how many keys were there already, and how many stand at desks that
    now ask another questionnaire."""

    stored: int
    repeated: int
    other_form: int


class FileChanged(Exception):
    """The file is no longer what was checked. Carries how many responses before the change were stored."""

    def __init__(self, stored: int) -> None:
        super().__init__(f"after {stored} responses")
        self.stored = stored


@dataclass(frozen=True, slots=True)
class _Checked:
    """What is known of a file without fault: its digest, and the digest of what had been read after each batch."""

    rows: int
    other_form: int
    digest: str
    seals: Sequence[str]


class _Sealed:
    """Lines on their way to be read, and the digest of those that have passed."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines, self._hash = lines, sha256()

    def __iter__(self) -> Iterator[bytes]:
        for line in self._lines:
            self._hash.update(line)
            yield line

    @property
    def digest(self) -> str:
        """The digest of the lines so far."""
        return self._hash.hexdigest()


def _uncounted(responses: Iterable[Response], _number: int) -> Iterable[Response]:
    return responses


def import_responses(
    database: Database,
    lines: Iterable[bytes],
    *,
    questionnaire: Questionnaire,
    channel: str,
    today: date,
    checking: Callable[[Iterable[bytes]], Iterable[bytes]] = iter,
    storing: Counted = _uncounted,
) -> Imported:
    """Store the responses of a CSV file, whose lines are iterated twice: to check all of them, then to store them.

    Refused with its faults named, and nothing stored, when anything is wrong. Opens its own transactions, one a batch;
    whoever repeats an import that was killed finds what it had stored and stores the rest. Raises FileChanged.
    """
    with database.reading() as connection:
        tree = fetch_tree(connection)
        desks = {desk.code: desk for desk in fetch_desks(connection)}  # a round's sample comes by its links alone
    file = ResponseFile(questionnaire, desks, tree, channel, today)
    checked = _check(file, _Sealed(checking(lines)))
    before = cache(lambda office_id: tuple(each.id for each in tree.predecessors(office_id)))
    sealed, stored = _Sealed(lines), 0
    responses = storing(file.read(decoded_lines(sealed), digest=checked.digest), checked.rows)
    try:
        for batch, seal in zip_longest(_batches(responses), checked.seals):
            if batch is None or sealed.digest != seal:
                raise FileChanged(stored)
            with database.transaction() as connection:
                stored += record_responses(connection, _new(connection, batch, before))
    except Refused:
        raise FileChanged(stored) from None
    return Imported(stored, checked.rows - stored, checked.other_form)


def _check(file: ResponseFile, lines: _Sealed) -> _Checked:
    rows, other_form, seals = 0, 0, []
    for batch in _batches(file.check(decoded_lines(lines))):
        rows += len(batch)
        other_form += sum(each.desk.questionnaire.split("@")[0] != file.questionnaire.id for each in batch)
        seals.append(lines.digest)
    file.faults.refuse()
    return _Checked(rows, other_form, lines.digest, seals)


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _new(connection: Connection, batch: Sequence[Response], before: Callable[[int], Sequence[int]]) -> list[Response]:
    """Those of the batch whose key is not known, the first of those that share one.

    A key may stand under an office that has merged since (``before``): no unique key stops a double there.
    """
    elsewhere = {(office_id, each.key) for each in batch for office_id in before(each.office_id)}
    taken = set(known_keys(connection, elsewhere))
    new = []
    for each in batch:
        if taken.isdisjoint((office_id, each.key) for office_id in (each.office_id, *before(each.office_id))):
            taken.add((each.office_id, each.key))
            new.append(each)
    return new


def export_responses(
    connection: Connection,
    branch: Branch,
    *,
    questionnaire: Questionnaire,
    first: date,
    last: date,
    channels: Collection[str] | None = None,
    writing: Counted = _uncounted,
) -> Iterator[str]:
    """CSV lines of the branch's responses to one questionnaire version; ``import_responses`` takes them back."""
    desks = {desk.id: desk.code for desk in fetch_desks(connection, of_rounds=True)}
    wanted: dict[str, Any] = {
        "office_ids": branch.ids,
        "first": first,
        "last": last,
        "questionnaire": questionnaire.key,
        "channels": channels,
    }
    rows = (
        export_row(
            each,
            questionnaire=questionnaire,
            desk=desks[each.desk_id],
            office=branch.tree.by_id[each.office_id].code,
        )
        for each in writing(stream_responses(connection, **wanted), count_responses(connection, **wanted))
    )
    return write_table(export_columns(questionnaire), rows)
