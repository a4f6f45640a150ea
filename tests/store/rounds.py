"""A round with its links, for tests of everything that stands on one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from survey.domain.offices import Desk, Office
from survey.domain.response import Response, new_key
from survey.domain.rounds import Round, RoundOffice, RoundResult, invitation_key
from survey.journeys.invitations import Draw, Link, issue_invitations, respond_to_invitation
from survey.journeys.respond import Receipt, Send
from survey.journeys.rounds import create_round, progress_of, results_of
from survey.store import Database
from survey.store.responses import stream_responses
from survey.store.rounds import fetch_round_desks
from tests.conftest import CATALOGUE, SECRET
from tests.store.place import ALWAYS, NOW

KEY = invitation_key(SECRET)
ROUND = Round("2026-q4", "Khảo sát độc lập quý IV", "sipas-2017@1", date(2026, 10, 1), date(2026, 10, 31))
SEED = "so-do-2026"
FILES = 40


def listed(files: int = FILES, *offices: str) -> list[str]:
    """A list of file numbers, of one office or several."""
    if not offices:
        return ["file\n", *(f"H01-{number:04}\n" for number in range(files))]
    return ["file,office\n", *(f"H01-{number:04},{office}\n" for office in offices for number in range(files))]


@dataclass(frozen=True)
class Invited:
    """A round at one office, and the links that were issued for it."""

    database: Database
    office: Office
    desk: Desk
    links: tuple[Link, ...]

    @classmethod
    def set_up(cls, database: Database, office: Office, *, count: int = 10, new: Round = ROUND) -> "Invited":
        with database.transaction() as connection:
            create_round(connection, new, [office.code])
        links = draw(database, count=count, round_key=new.key)
        with database.reading() as connection:
            desk = fetch_round_desks(connection, [office.id])[new.key, office.id]
        return cls(database, office, desk, links)

    def send(
        self, link: str, answers: Mapping[str, str], *, key: str = "", now: datetime = NOW, desk: str = ""
    ) -> Receipt:
        submitted = {name: [given] for name, given in answers.items()}
        sent = Send(desk or self.desk.code, "invitation", submitted, key or new_key())
        with self.database.transaction() as connection:
            return respond_to_invitation(connection, CATALOGUE, sent, link=link, key=KEY, now=now)

    def progress(self) -> RoundOffice:
        with self.database.reading() as connection:
            return next(each for each in progress_of(connection, ROUND.key) if each.office.id == self.office.id)

    def result(self) -> RoundResult:
        return next(
            each
            for each in results_of(self.database, CATALOGUE, ROUND.key)
            if each.progress.office.id == self.office.id
        )

    def stored(self, *others: Office) -> list[Response]:
        ids = [each.id for each in (self.office, *others)]
        with self.database.reading() as connection:
            found = stream_responses(connection, office_ids=ids, **ALWAYS)
            return [each for each in found if each.desk_id == self.desk.id]


def draw(
    database: Database,
    *,
    count: int = 10,
    seed: str = SEED,
    more: bool = False,
    round_key: str = ROUND.key,
    lines: list[str] | None = None,
    now: datetime = NOW - timedelta(days=1),
) -> tuple[Link, ...]:
    """Issue invitations as the command does; the links."""
    asked = Draw(round_key, count, seed, more=more, who="console")
    with database.transaction() as connection:
        return issue_invitations(connection, lines or listed(), asked, key=KEY, now=now).links
