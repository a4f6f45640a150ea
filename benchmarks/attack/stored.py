"""One office's month through the real program: the same answers sent, stored and reviewed night by night.

It shows that the laboratory sees no more than the program does, and what a slip that was used before is worth.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.attack import citizens
from benchmarks.attack.attackers import AGAIN, ATTACKS
from benchmarks.attack.judging import by_day, review_in_turn, with_slips_checked
from benchmarks.attack.world import MONTH, Filled, Office, build
from survey.domain.office_facts import KnownFacts, tidied
from survey.domain.offices import DESK_CODE_SIGNS
from survey.domain.offices import Desk as StoredDesk
from survey.domain.offices import Office as StoredOffice
from survey.domain.questionnaire import Catalogue
from survey.domain.response import Response
from survey.domain.slips import hashed, slip_key
from survey.installation import load_catalogue
from survey.journeys.erase import erase_expired
from survey.journeys.office_facts import known_facts
from survey.journeys.respond import Send, respond
from survey.journeys.review import review as review_stored
from survey.journeys.senders import Senders
from survey.journeys.setup import prepare
from survey.journeys.slips import issue_slips, slip_desk
from survey.store import Database
from survey.store.office_facts import replace_facts
from survey.store.offices import save_desk, save_office
from survey.store.responses import stream_responses
from survey.store.slips import use_slip

_QUESTIONNAIRES: Final = ("sipas-desk", "sipas-2017")
_KEY: Final = slip_key("the laboratory's")
_ATTACK: Final = "slips-again"


@dataclass(frozen=True, slots=True)
class Compared:
    """How many responses there were, how many of them the program and the laboratory judge differently.

    And how many counted as verified although their slip had been used.
    """

    responses: int
    differ: int
    used_again: int


def compare(seed: int, *, days: int = len(MONTH)) -> Compared:
    """Send a small office's honest month, or some days of it, and false answers with used slips, to a real database."""
    province = build(seed)
    office = min(
        (each for each in province.offices if each.on_wifi), key=lambda each: sum(d.per_day for d in each.desks)
    )
    honest = citizens.month(seed, province, office)
    attack = next(each for each in ATTACKS if each.id == _ATTACK)
    number = round(0.3 * sum(bool(each.completed_at) for each in honest))
    whole = [*honest, *attack.send(Random(f"{seed}|stored"), province, office, number)]
    sent = [each for each in whole if each.tapped_at.date() < MONTH[0] + timedelta(days=days)]
    again = {each.slip for each in sent if each.slip.startswith(AGAIN)}
    checked = with_slips_checked(sent, set(again))
    expected = review_in_turn(by_day(checked, office, seed), office)
    with TemporaryDirectory(prefix="survey-attack-") as folder:
        stored = _through_the_program(office, checked, again, Path(folder))
    verified = {each.key for each in stored if each.verified}
    return Compared(
        responses=len(checked),
        differ=len({each.key for each in stored if each.set_aside} ^ expected),
        used_again=sum(each.key in verified for each in checked if each.slip in again),
    )


def _through_the_program(
    office: Office, sent: Sequence[Filled], used: Iterable[str], folder: Path
) -> Sequence[Response]:
    """All that is stored in the end."""
    catalogue, _ = load_catalogue()
    database = Database(f"sqlite:///{folder / 'survey.sqlite3'}")
    try:
        site = _Site.set_up(database, catalogue, office, sent, used)
        day = MONTH[0]
        for at, filled, completes in sorted(_parts(sent), key=lambda part: part[0]):
            while day < at.date():
                day += timedelta(days=1)
                site.night(day)
            site.send(filled, at, completes=completes)
        for later in (1, 2):
            site.night(day + timedelta(days=later))
        with database.reading() as connection:
            last = day + timedelta(days=1)
            return list(stream_responses(connection, office_ids=[site.office_id], first=MONTH[0], last=last))
    finally:
        database.close()


def _parts(sent: Iterable[Filled]) -> Iterator[tuple[datetime, Filled, bool]]:
    """The tap, and the rest of the form, each when it comes."""
    for each in sent:
        yield each.tapped_at, each, False
        if each.completed_at is not None:
            yield each.completed_at, each, True


@dataclass(frozen=True, slots=True)
class _Site:
    """The program with one office."""

    database: Database
    catalogue: Catalogue
    senders: Senders
    facts: KnownFacts
    office_id: int
    codes: Mapping[str, str]
    criteria: Sequence[str]

    @classmethod
    def set_up(
        cls, database: Database, catalogue: Catalogue, office: Office, sent: Iterable[Filled], used: Iterable[str]
    ) -> "_Site":
        """The office with its desks, what is known of it, and every slip handed out."""
        prepare(database, catalogue)
        questionnaire = next(
            each for each in map(catalogue.get, _QUESTIONNAIRES) if len(each.criteria) == office.criteria
        )
        codes = {desk.code: f"QAYS{sign}" for desk, sign in zip(office.desks, DESK_CODE_SIGNS, strict=False)}
        with database.transaction() as connection:
            place = save_office(connection, StoredOffice(0, "00101", "UBND xã Thử Nghiệm", "commune"))
            for code in codes.values():
                save_desk(connection, StoredDesk(0, code, place.id, "Quầy", questionnaire.key))
            desk, _ = slip_desk(connection, codes[office.desks[0].code], today=MONTH[0])
            slips = {each.slip for each in sent if each.slip}
            issue_slips(connection, (hashed(each, _KEY) for each in slips), desk, place, today=MONTH[0])
            for each in used:
                use_slip(connection, hashed(each, _KEY))
            for kind, values in _facts(office, codes).items():
                replace_facts(connection, place.id, kind, values)
        with database.reading() as connection:
            facts = known_facts(connection)
        criteria = [each.id for each in questionnaire.criteria]
        return cls(database, catalogue, Senders(database), facts, place.id, codes, criteria)

    def send(self, filled: Filled, at: datetime, *, completes: bool) -> None:
        """One part of a response, as the page sends it."""
        desk, phone = self.codes[filled.desk], filled.phone
        submitted = {"overall": [str(filled.values[0] if filled.values else 4)]}
        if completes:
            submitted |= {name: [str(value)] for name, value in zip(self.criteria, filled.values, strict=False)}
            submitted |= {"comment": [filled.text]} if filled.text else {}
        sent = Send(
            desk_code=desk,
            channel="poster" if filled.channel == "slip" else filled.channel,
            submitted=submitted,
            key=filled.key,
            page_issued_at=filled.issued_at.replace(microsecond=0),
            sender=self.senders.sender(phone.address, desk, now=at),
            device=self.senders.device(phone.address, desk, phone.agent, now=at),
            address=phone.address,
            slip=hashed(filled.slip, _KEY) if filled.slip and not completes else "",
        )
        with self.database.transaction() as connection:
            respond(connection, self.catalogue, sent, now=at, facts=self.facts)

    def night(self, day: date) -> None:
        """The review shortly after midnight, after the hourly round of forgetting."""
        now = datetime.combine(day, time())
        with self.database.transaction() as connection:
            erase_expired(connection, now=now, retention_months=24)
        review_stored(self.database, self.catalogue)


def _facts(office: Office, codes: Mapping[str, str]) -> dict[str, list[str]]:
    days = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
    return {
        "hours": [
            tidied("hours", f"{days[day]} " + ", ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in spans))
            for day, spans in office.surroundings.hours.items()
        ],
        "holiday": [day.isoformat() for day in sorted(office.surroundings.holidays)],
        "network": [tidied("network", office.address)],
        "kiosk": [codes[each] for each in sorted(office.surroundings.kiosks)],
    }
