"""A desk in a database of either kind, what is sent to it, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import groupby

from sqlalchemy import Table, func, select

from survey.domain.offices import Desk, Office, new_desk_code
from survey.domain.packing import from_bytes, split
from survey.domain.periods import Period, half_month_of, span
from survey.domain.response import Response
from survey.domain.tally import CountedResponse, Tally, count, layout_of
from survey.journeys.respond import Receipt, Send, respond
from survey.journeys.score import Branch, bring_up_to_date, sums_in, whole_tree
from survey.store import Database
from survey.store.kinds import kinds_of
from survey.store.models import half_month, mark, tally
from survey.store.offices import fetch_desk, link_office, save_desk, save_office
from survey.store.responses import amend_response, fetch_response, stream_responses
from tests.conftest import CATALOGUE

NOW = datetime.combine(date(2026, 10, 21), time(9, 30, 42))
ALWAYS = {"first": date(2000, 1, 1), "last": date(2100, 1, 1)}
EVERY_DAY = span(ALWAYS["first"], ALWAYS["last"])
SIPAS = CATALOGUE.get("sipas-2017")
SHORT = CATALOGUE.get("sipas-desk")
Cells = dict[tuple[int, int, date, str, str], Tally]
Answers = Mapping[str, str | Sequence[str]]


def set_up_office(database: Database, code: str = "00101", name: str = "UBND xã Bình Yên", **values: object) -> Office:
    with database.transaction() as connection:
        return save_office(connection, Office(0, code, name, "commune", **values))  # type: ignore[arg-type]


def merge(database: Database, closed: Office, into: Office, *, last_day: date) -> None:
    with database.transaction() as connection:
        save_office(connection, replace(closed, valid_to=last_day))
        link_office(connection, closed.id, parent_id=None, successor_id=into.id)


def rows_of(database: Database, table: Table) -> int:
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


@dataclass(frozen=True)
class Place:
    """One desk, and the offices that may hold what was answered there."""

    database: Database
    desk: Desk
    offices: tuple[Office, ...]

    @classmethod
    def set_up(cls, database: Database, office: Office | None = None, questionnaire: str = "sipas-2017") -> "Place":
        code, office = new_desk_code(), office or set_up_office(database)
        with database.transaction() as connection:
            save_desk(connection, Desk(0, code, office.id, "Quầy 1", questionnaire))
            found = fetch_desk(connection, code)
        assert found
        return cls(database, found[0], (office,))

    def send(self, answers: Answers, *, key: str, now: datetime = NOW, channel: str = "poster") -> Receipt:
        submitted = {name: [given] if isinstance(given, str) else given for name, given in answers.items()}
        with self.database.transaction() as connection:
            return respond(connection, CATALOGUE, Send(self.desk.code, channel, submitted, key), now=now)

    def set_aside(self, key: str, *reasons: str, verified: bool = False, now: datetime = NOW) -> None:
        with self.database.transaction() as connection:
            found = fetch_response(connection, [each.id for each in self.offices], key)
            assert found
            amend_response(connection, replace(found[0], set_aside=reasons, verified=verified), now=now)

    def stored(self) -> list[Response]:
        return [each for each in self.stored_at_all_desks() if each.desk_id == self.desk.id]

    def stored_at_all_desks(self) -> list[Response]:
        with self.database.reading() as connection:
            return list(stream_responses(connection, office_ids=[each.id for each in self.offices], **ALWAYS))

    def the_response(self) -> Response:
        (only,) = self.stored()
        return only

    def bring_up_to_date(self) -> int:
        return bring_up_to_date(self.database, CATALOGUE)

    def kept(self) -> Cells:
        """The kept tallies by office, desk, day, channel and standing."""
        of_this_desk = tally.c.desk_id == self.desk.id
        with self.database.reading() as connection:
            rows = connection.execute(select(tally).where(of_this_desk)).all()
        found = {
            (row.office_id, row.desk_id, row.day, row.channel, row.standing): unpacked(row.questionnaire, row.counts)
            for row in rows
        }
        assert [each.responses for each in found.values()] == [row.responses for row in rows]
        return found

    def recounted(self) -> Cells:
        """The same, counted anew over everything that is stored."""
        return counted(self.stored())


def unpacked(version: str, counts: bytes) -> Tally:
    return from_bytes(layout_of(CATALOGUE.get(version)), counts)


Halves = dict[tuple[int, date, str, str, str], Tally]


def kept_halves(database: Database) -> Halves:
    """Every kept half-month by office, first day, version, channel and standing."""
    with database.reading() as connection:
        rows = connection.execute(select(half_month)).all()
    found: Halves = {}
    for row in rows:
        kinds = kinds_of(row.kinds)
        tallies = split(layout_of(CATALOGUE.get(row.questionnaire)), row.counts, len(kinds))
        assert sum(each.responses for each in tallies) == row.responses
        for (channel, standing), each in zip(kinds, tallies, strict=True):
            found[row.office_id, row.first_day, row.questionnaire, channel, standing] = each
    return found


def counted_halves(responses: Sequence[Response]) -> Halves:
    """The same, counted from plain responses without any detour over days and desks."""
    plain: dict[tuple[int, date, str], list[CountedResponse]] = {}
    for each in responses:
        half = each.office_id, half_month_of(each.received_on).first, each.questionnaire
        plain.setdefault(half, []).append(CountedResponse(each.channel, each.standing, each.answers))
    return {
        (*half, channel, standing): found
        for half, those in plain.items()
        for (channel, standing), found in count(CATALOGUE.get(half[2]), those).items()
    }


def counted(responses: Sequence[Response]) -> Cells:
    """Tallies over plain responses, by office, desk, day, channel and standing."""

    def where(each: Response) -> tuple[int, int, date, str]:
        return each.office_id, each.desk_id, each.received_on, each.questionnaire

    cells: Cells = {}
    for (office_id, desk_id, day, version), those in groupby(sorted(responses, key=where), key=where):
        plain = [CountedResponse(each.channel, each.standing, each.answers) for each in those]
        for (channel, standing), found in count(CATALOGUE.get(version), plain).items():
            cells[office_id, desk_id, day, channel, standing] = found
    return cells


def responses_by_version(database: Database, period: Period, *office_ids: int) -> dict[str, int]:
    """How many responses each version has there, as scores, pages and exports read it."""
    with database.reading() as connection:
        tree = whole_tree(connection).tree
        offices = tuple(each for each in tree if each.id in office_ids or not office_ids)
        return sums_in(connection, CATALOGUE, Branch(offices[0], offices, tree), period).versions([None])


def marks(database: Database) -> int:
    return rows_of(database, mark)
