"""The province that is measured: 500 offices with a desk each, and as many answers as a size asks for.

All sizes stand on the same desk-days (500 desks, 200 days of one year); a larger size has more answers on each. The
answers are a few thousand that the demonstration's invented people gave, drawn again and again with a fixed seed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Final

import msgspec
from argon2 import PasswordHasher

from benchmarks.engines import Engine, Execute, Site
from survey.domain.demonstration import make_province, send_responses
from survey.domain.offices import DESK_CODE_SIGNS, Desk, Office
from survey.domain.questionnaire import Catalogue
from survey.domain.staff import Staff, new_session_token
from survey.installation import load_catalogue, local_now
from survey.journeys.respond import contents_of
from survey.store import Database
from survey.store import staff as accounts
from survey.store.offices import fetch_desks, link_office, save_desk, save_office

SEED: Final = 2026
OFFICES: Final = 500
YEAR: Final = local_now().year - 1  # whole, and younger than what housekeeping would erase
DAYS: Final = 200
PROVINCE: Final = "99"
QUESTIONNAIRE: Final = "sipas-2017"
EMAIL, PASSWORD = "phan-tich@tinh.gov.vn", "một câu chỉ dùng để đo"
_MOODS: Final = 8  # groups of offices whose visitors feel alike
_ANSWERS: Final = 4096
# SQLite keeps a day as the text SQLAlchemy writes, PostgreSQL as a day.
_WORDS: Final = {
    "sqlite": {"false": "0", "day": "CAST(? AS TEXT)"},
    "postgresql": {"false": "FALSE", "day": "CAST(? AS DATE)"},
}


@dataclass(frozen=True, slots=True)
class Province:
    """What stands in a site: the codes of offices and desks, in one order, and who may read them."""

    offices: tuple[str, ...]
    desks: tuple[str, ...]
    analyst: Staff


@cache
def catalogue() -> Catalogue:
    """The questionnaires as shipped."""
    found, faulty = load_catalogue()
    if faulty:
        raise RuntimeError(f"faulty questionnaires: {', '.join(faulty)}")
    return found


def set_up(engine: Engine, name: str) -> tuple[Site, Province]:
    """A site with the province and no answer yet."""
    site = engine.new(name)
    site.flask("init")
    with site.opened() as database:
        province = _set_up_province(database)
    return site, province


def _set_up_province(database: Database) -> Province:
    random = Random(SEED)
    codes = _desk_codes(random)
    offices = tuple(f"{PROVINCE}{number:03}" for number in range(1, OFFICES + 1))
    with database.transaction() as connection:
        top = save_office(connection, Office(0, PROVINCE, "Tỉnh Đo Lường", "province"))
        for number, (office_code, code) in enumerate(zip(offices, codes, strict=True), 1):
            office = save_office(connection, Office(0, office_code, f"UBND xã Số {number}", "commune"))
            link_office(connection, office.id, parent_id=top.id, successor_id=None)
            save_desk(connection, Desk(0, code, office.id, "Quầy 1 – Tiếp nhận và trả kết quả", QUESTIONNAIRE))
        secrets = {"password_hash": PasswordHasher().hash(PASSWORD), "session_token": new_session_token()}
        analyst = accounts.add_account(connection, email=EMAIL, role="analyst", office_id=top.id, **secrets)
        accounts.set_password(connection, analyst.id, one_time=False, **secrets)
    return Province(offices, codes, replace(analyst, one_time=False))


def _desk_codes(random: Random) -> tuple[str, ...]:
    codes: dict[str, None] = {}
    while len(codes) < OFFICES:
        codes["".join(random.choices(DESK_CODE_SIGNS, k=6))] = None
    return tuple(codes)


def days_of_year() -> tuple[date, ...]:
    """So many working days, spread evenly over the year."""
    every = [day for i in range(365) if (day := date(YEAR, 1, 1) + timedelta(days=i)).weekday() < 5]
    return tuple(every[i * len(every) // DAYS] for i in range(DAYS))


def recent_days(today: date, months: int) -> tuple[date, ...]:
    """One day of each of the last months, none of them today."""
    return tuple(today - timedelta(days=30 * month + 1) for month in range(months))


# --- answers ----------------------------------------------------------------------------------------------


@cache
def _answers() -> tuple[tuple[object, ...], ...]:
    """What invented people answer (number, channel, hour, answers, respondent, completed, set aside), by mood."""
    known = catalogue()
    made = make_province(today=date(YEAR + 1, 1, 1), months=12, offices=40, seed=SEED)
    asks = {each.desk.code: known.get(each.desk.questionnaire) for each in made.places}
    mood = {each.desk.code: each.mood for each in made.places}
    sent = [
        each
        for each in send_responses(made, known, responses=2 * _ANSWERS, seed=SEED)
        if asks[each.desk_code].id == QUESTIONNAIRE
    ][:_ANSWERS]
    sent.sort(key=lambda each: mood[each.desk_code])
    rows = []
    for number, each in enumerate(sent):
        contents = contents_of(asks[each.desk_code], each.submitted)
        answers = msgspec.json.encode(contents.answers).decode()
        respondent = msgspec.json.encode(contents.respondent).decode() if contents.respondent else None
        set_aside = "|".join(each.set_aside) or None
        rows.append((number, each.channel, each.received_hour, answers, respondent, contents.completes, set_aside))
    return tuple(rows)


def add_answers(engine: Engine, site: Site, days: Sequence[date], rounds: range) -> int:
    """For each of the rounds one answer per desk on each of the days; how many. The tallies know nothing of them yet.

    Answers of a day stand in the order in which they would have come: every desk's first, every desk's second, …
    The first are dealt out so that each desk meets every channel, and an answer set aside, in every half-month: between
    sizes the answers are to grow, not the channels in use.
    """
    with site.opened() as database, database.reading() as connection:
        desks = [(each.id, each.office_id) for each in fetch_desks(connection)]
    key = catalogue().get(QUESTIONNAIRE).key
    with engine.bulk(site) as execute:
        _prepare(execute, desks, rounds)
        insert = _INSERT.format(**_WORDS[engine.name], group=len(_answers()) // _MOODS, moods=_MOODS)
        for number, day in enumerate(days):
            execute(insert, (key, day.isoformat(), number))
    return len(days) * len(rounds) * len(desks)


_INSERT: Final = """
INSERT INTO response (office_id, key, desk_id, questionnaire, channel, received_on, received_hour, answers,
                      respondent, completed, verified, set_aside)
SELECT d.office_id, 'bench-' || (1000000 + r.day) || '-' || (1000000 + r.number) || '-' || (1000000 + d.number),
       d.id, r.questionnaire,
       CASE WHEN r.number > 0 THEN p.channel
            ELSE CASE r.day % 8 WHEN 4 THEN 'link' WHEN 5 THEN 'paper' WHEN 6 THEN 'kiosk' ELSE 'poster' END END,
       r.received_on, p.hour, p.answers, p.respondent, p.completed, {false},
       CASE WHEN r.number = 0 AND r.day % 8 = 7 THEN 'too_fast' ELSE p.set_aside END
FROM (SELECT b.number, q.questionnaire, q.received_on, q.day FROM bench_round b
      CROSS JOIN (SELECT CAST(? AS VARCHAR(80)) AS questionnaire, {day} AS received_on,
                         CAST(? AS INTEGER) AS day) q) r
CROSS JOIN bench_desk d
JOIN bench_answer p
  ON p.number = (d.number % {moods}) * {group} + (r.day * 7919 + r.number * 10477 + d.number * 1301) % {group}
ORDER BY r.number, d.number
"""


def _prepare(execute: Execute, desks: Sequence[tuple[int, int]], rounds: range) -> None:
    execute("CREATE TEMPORARY TABLE bench_desk (number INTEGER PRIMARY KEY, id BIGINT, office_id BIGINT)", ())
    execute("CREATE TEMPORARY TABLE bench_round (number INTEGER PRIMARY KEY)", ())
    execute(
        "CREATE TEMPORARY TABLE bench_answer (number INTEGER PRIMARY KEY, channel VARCHAR(16), hour SMALLINT, "
        "answers TEXT, respondent TEXT, completed BOOLEAN, set_aside VARCHAR(200))",
        (),
    )
    for number, (desk_id, office_id) in enumerate(desks):
        execute("INSERT INTO bench_desk VALUES (?, ?, ?)", (number, desk_id, office_id))
    for number in rounds:
        execute("INSERT INTO bench_round VALUES (?)", (number,))
    for row in _answers():
        execute("INSERT INTO bench_answer VALUES (?, ?, ?, ?, ?, ?, ?)", row)
