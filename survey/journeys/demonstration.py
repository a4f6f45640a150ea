"""The demonstration: an invented province comes in on the roads of a real one, and goes without a trace."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from survey.domain.demonstration import SentResponse
from survey.domain.demonstration_places import Place, Province
from survey.domain.demonstration_transactions import Visits, tell_transactions
from survey.domain.masking import masked
from survey.domain.message import Fault, Refused, message
from survey.domain.office_file import DESK_COLUMNS, DESK_DATES, OFFICE_COLUMNS, office_row
from survey.domain.offices import Desk, OfficeTree
from survey.domain.questionnaire import Catalogue
from survey.domain.response import Response
from survey.domain.table import decode, write_table
from survey.journeys.offices import import_desks, import_offices
from survey.journeys.respond import contents_of
from survey.store import Connection, Database
from survey.store.offices import delete_demonstration, fetch_desks, fetch_tree
from survey.store.responses import record_responses
from survey.store.transactions import save_transactions

# Responses a transaction: on disk when it ends, and short enough for citizens who wait for SQLite's write lock.
BATCH = 1000


def set_up_province(connection: Connection, catalogue: Catalogue, province: Province) -> None:
    """Import the offices and desks of the demonstration. Refused if there is one, or a real code would be taken."""
    _refuse_taken(connection, province)
    offices = (office_row(office, province.tree) for office in province.tree)
    import_offices(connection, _file(OFFICE_COLUMNS, offices), demonstration=True)
    desks = (_desk_row(place) for place in province.places)
    import_desks(connection, catalogue, _file((*DESK_COLUMNS, *DESK_DATES), desks))


def _desk_row(place: Place) -> tuple[object, ...]:
    desk = place.desk
    return (desk.code, place.office.code, desk.name, desk.questionnaire, desk.valid_from, desk.valid_to)


def _file(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    return decode("".join(write_table(columns, rows)).encode())


def _refuse_taken(connection: Connection, province: Province) -> None:
    known = fetch_tree(connection)
    if any(office.demonstration for office in known):
        raise Refused((_already_there(),))
    # An import changes what stands under a code: it must never meet a real office or desk.
    offices = sorted(known.by_code.keys() & province.tree.by_code.keys())
    codes = {place.desk.code for place in province.places}
    desks = sorted(desk.code for desk in fetch_desks(connection) if desk.code in codes)
    faults = (*map(_office_taken, offices), *map(_desk_taken, desks))
    if faults:
        raise Refused(faults)


def _already_there() -> Fault:
    return Fault(
        message("dữ liệu minh họa"),
        message("đã có trong cơ sở dữ liệu"),
        message("muốn nạp lại, xin chạy trước: flask demo clear"),
    )


def _office_taken(code: str) -> Fault:
    return Fault(
        message("cơ quan %(code)s", code=code),
        message("mã này đang thuộc một cơ quan thật"),
        message("nạp dữ liệu minh họa vào một cơ sở dữ liệu khác"),
    )


def _desk_taken(code: str) -> Fault:
    return Fault(
        message("quầy %(code)s", code=code),
        message("mã này đang thuộc một quầy thật"),
        message("chọn một số khác cho --seed"),
    )


def load_responses(
    database: Database,
    catalogue: Catalogue,
    sent: Iterable[SentResponse],
    *,
    progress: Callable[[Iterable[SentResponse]], Iterable[SentResponse]] = iter,
) -> int:
    """Store what the invented people sent; how many responses that were.

    Opens its own transactions, one a batch: a single one of 100 000 would lock citizens out for half a minute.
    """
    with database.reading() as connection:
        roads = _Roads(fetch_tree(connection), {desk.code: desk for desk in fetch_desks(connection)}, catalogue)
    stored = 0
    remaining = iter(progress(sent))
    while batch := list(islice(remaining, BATCH)):
        responses = [roads.response(each) for each in batch]
        with database.transaction() as connection:
            stored += record_responses(connection, responses)
    return stored


def load_transactions(connection: Connection, province: Province, visits: Visits, *, seed: int) -> int:
    """Store how many transactions the invented offices had; how many numbers that were."""
    ids = {code: office.id for code, office in fetch_tree(connection).by_code.items()}
    told = [
        replace(each, office_id=ids[province.tree.by_id[each.office_id].code])
        for each in tell_transactions(province, visits, seed=seed)
    ]
    save_transactions(connection, told)
    return len(told)


@dataclass(frozen=True, slots=True)
class _Roads:
    """What sent responses meet on their way, asked for once: a query for each would cost more than storing it."""

    offices: OfficeTree
    desks: Mapping[str, Desk]
    catalogue: Catalogue

    def response(self, sent: SentResponse) -> Response:
        """What the citizen's page would store of it, on its day and at its hour. NoOfficeServes, AnswersRejected."""
        desk = self.desks[sent.desk_code]
        questionnaire = self.catalogue.get(desk.questionnaire)
        contents = contents_of(questionnaire, sent.submitted, masking=_masked_once)
        return Response(
            office_id=self.offices.serving(desk.office_id, sent.received_on).id,
            key=sent.key,
            desk_id=desk.id,
            questionnaire=questionnaire.key,
            channel=sent.channel,
            received_on=sent.received_on,
            received_hour=sent.received_hour,
            answers=contents.answers,
            respondent=contents.respondent,
            texts=contents.texts,
            completed=contents.completes,
            set_aside=sent.set_aside,
            verified=sent.verified,
        )


@lru_cache(maxsize=4096)
def _masked_once(text: str) -> str:
    # The invented people say the same few thousand sentences again and again.
    return masked(text)


def clear(connection: Connection) -> int:
    """Remove everything that is marked as demonstration, and nothing else; how many offices went."""
    return delete_demonstration(connection)
