"""Issued reports on both databases: frozen, corrected only by a new issue, and never read back changed (promise 7)."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import insert, select

from survey.domain.periods import BadPeriod, Period, parse, span
from survey.domain.report import digest_of, encode
from survey.domain.response import Response
from survey.journeys.report import (
    Asked,
    PeriodNotOver,
    build_report,
    first_day_needed,
    issue_report,
    report_in_force,
    reportable,
)
from survey.journeys.score import OfficeUnknown, branch_of, bring_up_to_date, score_of, tallies_in
from survey.store import Connection, Database
from survey.store.models import desk, report
from survey.store.offices import fetch_tree, link_office, save_office
from survey.store.reports import IssuedMeanwhile, ReportChanged, insert_issue, latest_issue
from survey.store.responses import record_responses
from tests.reports import AUTHORITY, CATALOGUE, SIPAS, content, people, rich_content, set_up_province

OCTOBER = parse("2026-10")
NOVEMBER_5 = date(2026, 11, 5)
NOVEMBER_20 = date(2026, 11, 20)


@pytest.fixture
def database(database: Database) -> Database:
    """A province with two communes and a desk in each."""
    with database.transaction() as connection:
        set_up_province(connection)
    return database


def answer(
    database: Database,
    *,
    number: int = 40,
    code: str = "99001",
    day: date = date(2026, 10, 12),
    seed: int = 1,
    satisfied: float = 0.8,
    channel: str = "poster",
    aside: tuple[str, ...] = (),
) -> None:
    with database.transaction() as connection:
        office = fetch_tree(connection).by_code[code]
        desk_id = connection.execute(select(desk.c.id).where(desk.c.office_id == office.id)).scalar_one()
        record_responses(
            connection,
            [
                Response(
                    office_id=office.id,
                    key=f"key-{day}-{seed}-{channel}-{i:05}",
                    desk_id=desk_id,
                    questionnaire=SIPAS.key,
                    channel=channel,
                    received_on=day,
                    received_hour=9,
                    answers=each.answers,
                    completed=True,
                    set_aside=aside,
                )
                for i, each in enumerate(people(number, seed=seed, satisfied=satisfied))
            ],
        )


def asked(code: str = "99001", *, today: date = NOVEMBER_5, period: Period = OCTOBER) -> Asked:
    return Asked(code, period, AUTHORITY, today)


def count(database: Database) -> None:
    bring_up_to_date(database, CATALOGUE)


def office_id(connection: Connection, code: str = "99001") -> int:
    return fetch_tree(connection).by_code[code].id


# --- building -----------------------------------------------------------------------------------------------


def test_a_report_holds_the_figures_of_the_score(database: Database) -> None:
    answer(database)
    answer(database, code="99002", seed=2)
    answer(database, day=date(2026, 9, 3), seed=3)
    answer(database, number=3, seed=4, aside=("too-fast",))
    answer(database, number=12, seed=5, channel="paper")
    count(database)
    with database.reading() as connection:
        built = build_report(connection, CATALOGUE, asked("99")).content
        branch = branch_of(connection, "99")
        tallies = tallies_in(connection, branch, SIPAS, OCTOBER)
    score = score_of(tallies, branch.office, questionnaire=SIPAS, period=OCTOBER)
    assert (built.basis.responses, built.basis.set_aside) == (80, 3)
    assert built.index.now.satisfied == score.index.satisfied
    assert built.index.now.base == score.index.base
    assert built.basis.beside[0].responses == 12
    assert built.index.before.respondents == 40
    assert {each.code: each.responses for each in built.below} == {"99001": 40, "99002": 40}
    assert {each.key: each.index.respondents for each in built.trend if each.index.respondents} == {
        "2026-09": 40,
        "2026-10": 80,
    }
    assert len(built.trend) == 12


def test_a_report_of_an_office_shows_its_own_desks(database: Database) -> None:
    answer(database)
    count(database)
    with database.reading() as connection:
        commune = build_report(connection, CATALOGUE, asked()).content
        province = build_report(connection, CATALOGUE, asked("99")).content
    assert [(each.name, each.responses) for each in commune.desks] == [("Quầy 1", 40)]
    assert province.desks == ()


def test_a_merged_offices_desk_is_told_from_the_successors(database: Database) -> None:
    with database.transaction() as connection:
        tree = fetch_tree(connection)
        old, new, top = (tree.by_code[code] for code in ("99002", "99001", "99"))
        save_office(connection, replace(old, valid_to=date(2026, 6, 30)))
        link_office(connection, old.id, parent_id=top.id, successor_id=new.id)
        theirs = connection.execute(select(desk.c.id).where(desk.c.office_id == old.id)).scalar_one()
        responses = [
            Response(new.id, f"key-merged-{i:05}", theirs, SIPAS.key, "poster", date(2026, 10, 2), 9, each.answers)
            for i, each in enumerate(people(20))
        ]
        record_responses(connection, responses)
    count(database)
    with database.reading() as connection:
        built = build_report(connection, CATALOGUE, asked()).content
        assert [each.code for each in reportable(connection, OCTOBER)] == ["99", "99001"]
    assert [each.name for each in built.desks] == ["Quầy 1", "Quầy 1 (UBND phường Tân Lập)"]
    assert [each.responses for each in built.desks] == [0, 20]


def test_an_office_without_any_response_has_a_report_too(database: Database) -> None:
    with database.reading() as connection:
        built = build_report(connection, CATALOGUE, asked("99002")).content
    assert built.index.now.status == "no_data"
    assert built.instrument.key == SIPAS.key


def test_an_unknown_office_and_a_span_of_days_have_none(database: Database) -> None:
    with database.reading() as connection:
        with pytest.raises(OfficeUnknown):
            build_report(connection, CATALOGUE, asked("00000"))
        with pytest.raises(BadPeriod):
            build_report(connection, CATALOGUE, asked(period=span(date(2026, 10, 1), date(2026, 10, 9))))


@pytest.mark.parametrize("key", ["2026-10", "2026-Q3", "2026-H1", "2026"])
@pytest.mark.parametrize("calendar", ["civil", "administrative"])
def test_the_days_needed_reach_back_over_the_period_before_and_the_trend(key: str, calendar: str) -> None:
    period = parse(key, calendar)  # type: ignore[arg-type]
    first = first_day_needed(period)
    assert (period.last - first).days >= 364
    assert first < period.first


# --- issuing ------------------------------------------------------------------------------------------------


def issue(database: Database, *, today: date = NOVEMBER_5) -> int:
    count(database)
    with database.transaction() as connection:
        made = issue_report(connection, CATALOGUE, asked(today=today))
    assert made.issue is not None
    return made.issue.number


def test_promise_7_an_issued_report_never_changes(database: Database) -> None:
    answer(database)
    assert issue(database) == 1
    answer(database, seed=2, satisfied=0.2)
    count(database)
    with database.reading() as connection:
        in_force = report_in_force(connection, CATALOGUE, asked(today=NOVEMBER_20))
    assert in_force.content.basis.responses == 40
    assert in_force.issue is not None
    assert in_force.issue.issued_on == NOVEMBER_5


def test_promise_7_a_correction_is_a_new_issue_that_names_the_old_one(database: Database) -> None:
    answer(database)
    issue(database)
    answer(database, seed=2)
    assert issue(database, today=NOVEMBER_20) == 2
    with database.reading() as connection:
        found = latest_issue(connection, office_id(connection), OCTOBER)
        kept = connection.execute(select(report.c.issue).order_by(report.c.issue)).scalars().all()
    assert found is not None
    assert (found.issue.number, found.issue.replaces, found.issue.replaced_on) == (2, 1, NOVEMBER_5)
    assert found.content.basis.responses == 80
    assert kept == [1, 2], "what was replaced stays"


def test_issuing_again_what_has_not_changed_gives_the_same_issue(database: Database) -> None:
    answer(database)
    assert issue(database) == 1
    assert issue(database, today=NOVEMBER_20) == 1
    with database.reading() as connection:
        assert len(connection.execute(select(report.c.issue)).all()) == 1


def test_a_draft_is_given_until_the_first_issue(database: Database) -> None:
    answer(database)
    count(database)
    with database.reading() as connection:
        assert report_in_force(connection, CATALOGUE, asked()).issue is None


def test_a_period_that_still_runs_is_not_issued(database: Database) -> None:
    answer(database)
    count(database)
    for today in (date(2026, 10, 20), OCTOBER.last):
        with database.transaction() as connection, pytest.raises(PeriodNotOver) as caught:
            issue_report(connection, CATALOGUE, asked(today=today))
        assert "31/10/2026" in str(caught.value.message)
    with database.reading() as connection:
        assert latest_issue(connection, office_id(connection), OCTOBER) is None
        assert build_report(connection, CATALOGUE, asked(today=date(2026, 10, 20))).content.period.up_to == date(
            2026, 10, 20
        )


def test_an_office_under_the_minimum_may_issue_and_shows_nothing(database: Database) -> None:
    answer(database, number=4)
    assert issue(database) == 1


def test_civil_and_administrative_october_are_two_reports(database: Database) -> None:
    answer(database)
    issue(database)
    administrative = parse("2026-10", "administrative")
    with database.transaction() as connection:
        made = issue_report(connection, CATALOGUE, asked(period=administrative))
    assert made.issue is not None
    assert (made.issue.number, made.issue.replaces) == (1, None)


# --- the store ----------------------------------------------------------------------------------------------


def test_what_is_read_back_is_what_was_issued(database: Database) -> None:
    frozen = rich_content()
    with database.transaction() as connection:
        first = insert_issue(connection, office_id(connection), frozen, replaces=None, issued_on=NOVEMBER_5)
    with database.reading() as connection:
        found = latest_issue(connection, office_id(connection), OCTOBER)
    assert found is not None
    assert (found.issue, found.content) == (first, frozen)


def store_row(connection: Connection, **changed: object) -> None:
    """A row as an issue leaves it, but for what somebody changed past the program."""
    text = encode(rich_content())
    digest = digest_of(text, period="2026-10", calendar="civil", issue=1, issued_on=NOVEMBER_5)
    values = {
        "office_id": office_id(connection),
        "period": "2026-10",
        "calendar": "civil",
        "issue": 1,
        "replaces": None,
        "issued_on": NOVEMBER_5,
        "content": text,
        "digest": digest,
    }
    connection.execute(insert(report).values(**values | changed))


def test_an_untouched_row_is_read(database: Database) -> None:
    with database.transaction() as connection:
        store_row(connection)
        found = latest_issue(connection, office_id(connection), OCTOBER)
    assert found is not None
    assert found.content == rich_content()


SHOWN = str(rich_content().index.now.percent)


@pytest.mark.parametrize(
    "changed",
    [
        {"content": encode(rich_content()).replace(SHOWN, "99.99")},
        {"content": '{"format":1}'},
        {"issued_on": date(2026, 11, 1)},
        {"digest": "0" * 64},
    ],
)
def test_promise_7_a_changed_row_is_detected_and_not_shown(database: Database, changed: dict[str, object]) -> None:
    with database.transaction() as connection:
        store_row(connection, **changed)
    with database.reading() as connection, pytest.raises(ReportChanged) as caught:
        latest_issue(connection, office_id(connection), OCTOBER)
    assert "2026-10" in str(caught.value.message)


def test_two_people_cannot_issue_the_same_number(database: Database) -> None:
    with database.transaction() as connection:
        insert_issue(connection, office_id(connection), rich_content(), replaces=None, issued_on=NOVEMBER_5)
    with database.transaction() as connection, pytest.raises(IssuedMeanwhile):
        insert_issue(connection, office_id(connection), content(people(12)), replaces=None, issued_on=NOVEMBER_5)


def test_a_correction_cannot_skip_the_issue_it_replaces(database: Database) -> None:
    with database.transaction() as connection:
        first = insert_issue(connection, office_id(connection), rich_content(), replaces=None, issued_on=NOVEMBER_5)
    with pytest.raises(Exception, match=r"(?i)foreign key|constraint"), database.transaction() as connection:
        insert_issue(
            connection,
            office_id(connection),
            rich_content(),
            replaces=replace(first, number=4),
            issued_on=NOVEMBER_20,
        )


def test_nothing_is_issued_when_the_transaction_fails(database: Database) -> None:
    answer(database)
    count(database)

    def fail_after_issuing(connection: Connection) -> None:
        issue_report(connection, CATALOGUE, asked())
        raise RuntimeError

    with pytest.raises(RuntimeError), database.transaction() as connection:
        fail_after_issuing(connection)
    with database.reading() as connection:
        assert latest_issue(connection, office_id(connection), OCTOBER) is None
