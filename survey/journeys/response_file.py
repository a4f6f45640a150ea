"""Responses from a file, as a whole or not at all; and out again."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from survey.domain.message import Refused
from survey.domain.offices import OfficeTree
from survey.domain.questionnaire import Questionnaire
from survey.domain.response import Response
from survey.domain.response_file import ResponseFile, export_columns, export_row
from survey.domain.table import write_table
from survey.journeys.score import Branch
from survey.store import Connection
from survey.store.offices import fetch_desks, fetch_tree
from survey.store.responses import known_keys, record_responses, stream_responses

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Imported:
    """How many responses of a file were new, how many keys were there already, and how many stand at desks that
    now ask another questionnaire."""

    stored: int
    repeated: int
    other_form: int


def import_responses(
    connection: Connection,
    text: str,
    *,
    questionnaire: Questionnaire,
    channel: str,
    today: date,
    progress: Callable[[Iterable[Response]], Iterable[Response]] = iter,
) -> Imported:
    """Store the responses of a CSV text. Refused with every fault named when anything is wrong."""
    tree = fetch_tree(connection)
    desks = {desk.code: desk for desk in fetch_desks(connection)}
    file = ResponseFile(questionnaire, desks, tree, channel, today)
    responses = list(progress(file.read(text)))
    if file.faults:
        raise Refused(tuple(file.faults))
    once = {(each.office_id, each.key): each for each in reversed(responses)}
    stored = sum(_store_new(connection, batch, tree) for batch in _batches(once.values()))
    elsewhere = {each.id for each in desks.values() if each.questionnaire.split("@")[0] != questionnaire.id}
    other_form = sum(each.desk_id in elsewhere for each in responses)
    return Imported(stored, len(responses) - stored, other_form)


def _batches(responses: Collection[Response]) -> Iterator[list[Response]]:
    rest = iter(responses)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _store_new(connection: Connection, batch: list[Response], tree: OfficeTree) -> int:
    # A key may stand under an office that has merged since: ask there too, where no unique key stops a double.
    holders = {each.office_id: _holders(each.office_id, tree) for each in batch}
    known = known_keys(connection, set().union(*holders.values()), {each.key for each in batch})
    new = [each for each in batch if not any((office, each.key) in known for office in holders[each.office_id])]
    return record_responses(connection, new) if new else 0


def _holders(office_id: int, tree: OfficeTree) -> frozenset[int]:
    return frozenset((office_id, *(before.id for before in tree.predecessors(office_id))))


def export_responses(
    connection: Connection,
    branch: Branch,
    *,
    questionnaire: Questionnaire,
    first: date,
    last: date,
    channels: Collection[str] | None = None,
) -> Iterator[str]:
    """CSV lines of the branch's responses to one questionnaire version; ``import_responses`` takes them back."""
    desks = {desk.id: desk.code for desk in fetch_desks(connection)}
    rows = (
        export_row(
            each,
            questionnaire=questionnaire,
            desk=desks[each.desk_id],
            office=branch.tree.by_id[each.office_id].code,
        )
        for each in stream_responses(
            connection,
            office_ids=branch.ids,
            first=first,
            last=last,
            questionnaire=questionnaire.key,
            channels=channels,
        )
    )
    return write_table(export_columns(questionnaire), rows)
