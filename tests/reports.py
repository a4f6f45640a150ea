"""Reports for tests, made from responses the way journeys.report makes them, without a database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from random import Random

from survey.domain.credibility import Credibility
from survey.domain.offices import Desk, Office
from survey.domain.periods import last_months, parse, previous
from survey.domain.questionnaire import Questionnaire
from survey.domain.report import Issue, ReportContent
from survey.domain.report_compose import Material, ScoredDesk, compose
from survey.domain.scoring import OfficeScore, office_score
from survey.domain.standings import standings_of
from survey.domain.tally import CountedResponse, Standing, count
from survey.domain.weighting import ResponseRate
from survey.installation import load_catalogue
from survey.store import Connection
from survey.store.offices import link_office, save_desk, save_office

CATALOGUE, _ = load_catalogue()
SIPAS = CATALOGUE.get("sipas-2017@1")
OCTOBER = parse("2026-10")
COMMUNE = Office(id=1, code="99001", name="UBND xã Hòa Bình", kind="commune", parent_id=9)
PROVINCE = Office(id=9, code="99", name="Tỉnh Minh Họa", kind="province")
AUTHORITY = "Tỉnh Minh Họa"
ISSUED = Issue(number=1, issued_on=OCTOBER.last.replace(month=11, day=5), digest="0123456789abcdef" * 4)


def people(
    number: int,
    *,
    satisfied: float = 0.8,
    unlike: Mapping[str, float] | None = None,
    seed: int = 1,
    questionnaire: Questionnaire = SIPAS,
    channel: str = "poster",
    standing: Standing = "open",
) -> list[CountedResponse]:
    """Respondents whose answers hang together; criteria in ``unlike`` have a share of their own. E is often NA."""
    chance = Random(seed)
    responses = []
    for _ in range(number):
        mood = chance.gauss(0, 0.08)
        answers: dict[str, object] = {}
        for asked in questionnaire.scored:
            share = (unlike or {}).get(asked.id, satisfied) + mood
            content = chance.random() < share
            answers[asked.id] = chance.choice((4, 5, 5)) if content else chance.choice((1, 2, 3, 3))
            if asked.id.startswith("E") and chance.random() < 0.5:
                answers[asked.id] = "NA"
        responses.append(CountedResponse(channel, standing, answers))
    return responses


def alike(satisfied: int, number: int, *, questionnaire: Questionnaire = SIPAS) -> list[CountedResponse]:
    """That many satisfied of ``number`` respondents, each with the same answer to every question."""
    values = [5] * satisfied + [2] * (number - satisfied)
    return [CountedResponse("poster", "open", {each.id: value for each in questionnaire.scored}) for value in values]


def scored(
    responses: Iterable[CountedResponse],
    *,
    office: Office = COMMUNE,
    period: str = "2026-10",
    questionnaire: Questionnaire = SIPAS,
    channels: Sequence[str] | None = None,
) -> OfficeScore:
    return office_score(
        count(questionnaire, responses),
        office_code=office.code,
        office_name=office.name,
        questionnaire=questionnaire,
        period=parse(period),
        **({} if channels is None else {"channels": channels}),
    )


def material(
    now: Sequence[CountedResponse],
    *,
    before: Sequence[CountedResponse] = (),
    office: Office = COMMUNE,
    questionnaire: Questionnaire = SIPAS,
    desks: Mapping[str, Sequence[CountedResponse]] | None = None,
    below: Mapping[Office, Sequence[CountedResponse]] | None = None,
    months: Sequence[Sequence[CountedResponse]] = (),
    credibility: bool = False,
    transactions: int | None = None,
) -> Material:
    """What a report of October 2026 is made of; ``months`` are the responses of the twelve months."""
    names = last_months(OCTOBER)[-len(months) :] if months else ()
    return Material(
        authority=AUTHORITY,
        office=office,
        parent=PROVINCE if office.parent_id else None,
        questionnaire=questionnaire,
        score=scored(now, office=office, questionnaire=questionnaire),
        before=scored(before, office=office, questionnaire=questionnaire, period=previous(OCTOBER).key),
        beside={"paper": scored(now, office=office, questionnaire=questionnaire, channels=("paper",))},
        desks=[ScoredDesk(f"D{i}", name, scored(its)) for i, (name, its) in enumerate((desks or {}).items())],
        below=[(each, scored(its, office=each)) for each, its in (below or {}).items()],
        months=[
            scored(its, office=office, questionnaire=questionnaire, period=month.key)
            for month, its in zip(names, months, strict=True)
        ],
        credibility=credible(now, questionnaire, transactions) if credibility else None,
    )


def credible(
    now: Sequence[CountedResponse], questionnaire: Questionnaire = SIPAS, transactions: int | None = None
) -> Credibility:
    """What stands beside the index of these responses."""
    found = standings_of(count(questionnaire, now), questionnaire)
    return Credibility(found, ResponseRate(found.headline.responses, transactions, found.set_aside.responses))


def content(now: Sequence[CountedResponse], *, demonstration: bool = False, **more: object) -> ReportContent:
    made = material(now, **more)  # type: ignore[arg-type]
    return compose(replace(made, office=replace(made.office, demonstration=demonstration)))


def rich_content(*, demonstration: bool = False) -> ReportContent:
    """An office with everything a report can hold: a fall, strengths, weaknesses, desks, gaps, channels."""
    now = [
        *people(240, satisfied=0.78, unlike={"C1": 0.97, "E4": 0.4, "A1": 0.55}),
        *people(60, seed=2, channel="slip", standing="verified"),
        *people(20, seed=3, channel="paper"),
        *people(5, seed=4, standing="set_aside"),
    ]
    desks = {"Quầy 1 – Hộ tịch": people(120, seed=5), "Quầy 2 – Đất đai": people(12, seed=6), "Quầy 3": people(4)}
    months = [people(40 + 9 * i, satisfied=0.7 + i / 60, seed=i) for i in range(12)]
    months[3], months[4], months[7] = people(6), [], people(15)
    before = people(280, satisfied=0.9, seed=8)
    return content(now, before=before, desks=desks, months=months, demonstration=demonstration)


def set_up_province(connection: Connection) -> None:
    """A province with two communes and a desk in each."""
    province = save_office(connection, Office(0, "99", "Tỉnh Minh Họa", "province"))
    for code, name in (("99001", "UBND xã Hòa Bình"), ("99002", "UBND phường Tân Lập")):
        commune = save_office(connection, Office(0, code, name, "commune"))
        link_office(connection, commune.id, parent_id=province.id, successor_id=None)
        save_desk(connection, Desk(0, f"DESK{code[-1]}", commune.id, "Quầy 1", "sipas-2017"))
