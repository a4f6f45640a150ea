"""The demonstration: an invented province comes in on the roads of a real one, and goes without a trace."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from itertools import islice

from survey.domain.demonstration import SentResponse
from survey.domain.demonstration_places import Place, Province
from survey.domain.message import Fault, Refused, message
from survey.domain.office_file import DESK_COLUMNS, DESK_DATES, OFFICE_COLUMNS, office_row
from survey.domain.questionnaire import Catalogue
from survey.domain.response import Response
from survey.domain.table import decode, write_table
from survey.journeys.offices import import_desks, import_offices
from survey.journeys.respond import OpenDesk, Send, contents_of, new_response, open_desk
from survey.store import Connection, Database
from survey.store.offices import delete_demonstration, fetch_desks, fetch_tree
from survey.store.responses import record_responses

# A batch holds SQLite's write lock for about a quarter of a second and is on disk when it ends.
BATCH = 2000


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
    stored = 0
    remaining = iter(progress(sent))
    while batch := list(islice(remaining, BATCH)):
        with database.transaction() as connection:
            stored += record_responses(connection, list(_responses(connection, catalogue, batch)))
    return stored


def _responses(connection: Connection, catalogue: Catalogue, batch: Iterable[SentResponse]) -> Iterator[Response]:
    places: dict[tuple[str, date], OpenDesk] = {}
    for each in batch:
        at = (each.desk_code, each.received_on)
        if at not in places:
            places[at] = open_desk(connection, catalogue, each.desk_code, today=each.received_on)
        yield _response(places[at], each)


def _response(place: OpenDesk, each: SentResponse) -> Response:
    contents = contents_of(place.questionnaire, each.submitted)
    now = datetime.combine(each.received_on, time(each.received_hour or 0))
    send = Send(each.desk_code, each.channel, each.submitted, each.key)
    response = new_response(place, place.questionnaire, send, contents, now)
    return replace(response, received_hour=each.received_hour, set_aside=each.set_aside)


def clear(connection: Connection) -> int:
    """Remove everything that is marked as demonstration, and nothing else; how many offices went."""
    return delete_demonstration(connection)
