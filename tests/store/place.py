"""A desk in a database of either kind, what is sent to it, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import groupby

from sqlalchemy import Table, func, select

from survey.domain.offices import Desk, Office, new_desk_code
from survey.domain.response import Response
from survey.domain.tally import CountedResponse, Tally, count
from survey.journeys.respond import Receipt, Send, respond
from survey.journeys.score import bring_up_to_date
from survey.store import Database
from survey.store.models import mark
from survey.store.offices import fetch_desk, link_office, save_desk, save_office
from survey.store.responses import amend_response, fetch_response, stream_responses
from survey.store.tallies import fetch_tallies
from tests.conftest import CATALOGUE

NOW = datetime.combine(date(2026, 10, 21), time(9, 30, 42))
ALWAYS = {"first": date(2000, 1, 1), "last": date(2100, 1, 1)}
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
        with self.database.reading() as connection:
            ids = [each.id for each in self.offices]
            return [
                each for each in stream_responses(connection, office_ids=ids, **ALWAYS) if each.desk_id == self.desk.id
            ]

    def the_response(self) -> Response:
        (only,) = self.stored()
        return only

    def bring_up_to_date(self) -> int:
        return bring_up_to_date(self.database, CATALOGUE)

    def kept(self) -> Cells:
        """The kept tallies by office, desk, day, channel and standing."""
        with self.database.reading() as connection:
            found = fetch_tallies(
                connection,
                office_ids=[each.id for each in self.offices],
                questionnaire=CATALOGUE.get(self.desk.questionnaire).key,
                **ALWAYS,
            )
            return {
                (each.office_id, each.desk_id, each.day, each.channel, each.standing): each.tally
                for each in found
                if each.desk_id == self.desk.id
            }

    def recounted(self) -> Cells:
        """The same, counted anew over everything that is stored."""
        return counted(self.stored())


def counted(responses: Sequence[Response]) -> Cells:
    """Tallies over plain responses, by office, desk, day, channel and standing."""

    def where(each: Response) -> tuple[int, int, date, str]:
        return each.office_id, each.desk_id, each.received_on, each.questionnaire

    cells: Cells = {}
    for (office_id, desk_id, day, version), those in groupby(sorted(responses, key=where), key=where):
        plain = [CountedResponse(each.channel, each.standing, each.answers) for each in those]
        for (channel, standing), tally in count(CATALOGUE.get(version), plain).items():
            cells[office_id, desk_id, day, channel, standing] = tally
    return cells


def marks(database: Database) -> int:
    return rows_of(database, mark)
