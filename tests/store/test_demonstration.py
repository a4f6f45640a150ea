"""The demonstration province in the database: loaded on the real roads, gone without a trace."""

from collections.abc import Iterable
from datetime import date, datetime, time
from itertools import islice

import pytest

from survey.domain.demonstration import SentResponse, make_province, send_responses
from survey.domain.demonstration_places import Province
from survey.domain.message import Refused
from survey.domain.offices import Desk, Office
from survey.domain.periods import month_of
from survey.domain.questionnaire import check_answers
from survey.domain.response import Response
from survey.domain.scoring import OfficeScore
from survey.journeys import demonstration
from survey.journeys.demonstration import clear, load_responses, set_up_province
from survey.journeys.respond import Send, respond
from survey.journeys.score import branch_of, bring_up_to_date, mark_everything, most_answered, tallies_in
from survey.journeys.score import score_of as scored
from survey.store import Database
from survey.store.offices import fetch_desks, fetch_tree, link_office, save_desk, save_office
from survey.store.responses import stream_responses
from tests.conftest import CATALOGUE

TODAY = date(2026, 11, 22)
ALWAYS = {"first": date(2000, 1, 1), "last": date(2100, 1, 1)}
REAL_DESK = "K7M2QX"
NOW = datetime.combine(TODAY, time(9, 5))


def province_of(seed: int = 2026) -> Province:
    return make_province(today=TODAY, months=4, offices=10, seed=seed)


def set_up(database: Database, province: Province) -> None:
    with database.transaction() as connection:
        set_up_province(connection, CATALOGUE, province)


def load(database: Database, responses: int = 300, seed: int = 2026) -> Province:
    province = province_of(seed)
    set_up(database, province)
    sent = send_responses(province, CATALOGUE, responses=responses, seed=seed)
    assert load_responses(database, CATALOGUE, sent) == responses
    bring_up_to_date(database, CATALOGUE)
    return province


def stored(database: Database) -> list[Response]:
    with database.reading() as connection:
        ids = [office.id for office in fetch_tree(connection)]
        return list(stream_responses(connection, office_ids=ids, **ALWAYS))


def score_of(database: Database, office_code: str, day: date = TODAY) -> OfficeScore | None:
    period = month_of(day)
    with database.reading() as connection:
        branch = branch_of(connection, office_code)
        questionnaire, _ = most_answered(connection, CATALOGUE, branch, period)
        if questionnaire is None:
            return None
        tallies = tallies_in(connection, branch, questionnaire, period)
        return scored(tallies, branch.office, questionnaire=questionnaire, period=period)


def set_up_real_office(database: Database, code: str = "00101", desk_code: str = REAL_DESK) -> Office:
    """A real office with a desk, three answers and a comment."""
    with database.transaction() as connection:
        office = save_office(connection, Office(0, code, "UBND xã Bình Yên", "commune"))
        save_desk(connection, Desk(0, desk_code, office.id, "Quầy 1", "sipas-desk"))
        for level in ("5", "4", "2"):
            submitted = {"overall": [level], "A1": [level], "comment": ["Cần thêm ghế."]}
            respond(connection, CATALOGUE, Send(desk_code, "poster", submitted), now=NOW)
    bring_up_to_date(database, CATALOGUE)
    return office


def test_what_is_stored_is_what_was_sent(database: Database) -> None:
    province = load(database)
    sent = {each.key: each for each in send_responses(province, CATALOGUE, responses=300, seed=2026)}
    with database.reading() as connection:
        desks = {desk.id: desk for desk in fetch_desks(connection)}
    found = stored(database)
    assert len(found) == 300
    for each in found:
        original, desk = sent[each.key], desks[each.desk_id]
        checked = check_answers(CATALOGUE.get(desk.questionnaire), original.submitted)
        assert (desk.code, each.received_on, each.received_hour) == (
            original.desk_code,
            original.received_on,
            original.received_hour,
        )
        assert (each.answers, each.respondent, each.texts) == (checked.answers, checked.respondent, checked.texts)
        assert (each.channel, each.set_aside) == (original.channel, original.set_aside)
        assert each.completed == (len(original.submitted) > 1)


def test_every_demonstration_office_is_marked_and_nothing_else_changes(database: Database) -> None:
    real = set_up_real_office(database)
    load(database)
    with database.reading() as connection:
        assert {office.code for office in fetch_tree(connection) if not office.demonstration} == {real.code}


def test_answers_at_a_merged_office_belong_to_the_successor_from_its_last_day_on(database: Database) -> None:
    load(database, 600)
    with database.reading() as connection:
        tree = fetch_tree(connection)
        merged = next(office for office in tree if office.valid_to)
        desks = {desk.id for desk in fetch_desks(connection, [merged.id])}
    owners = {
        (each.received_on > merged.valid_to, each.office_id) for each in stored(database) if each.desk_id in desks
    }
    assert owners == {(False, merged.id), (True, merged.successor_id)}


def test_the_tallies_of_a_load_are_those_of_a_rebuild(database: Database) -> None:
    load(database)
    before = score_of(database, "99", date(2026, 10, 1))
    assert before is not None
    assert before.responses > 30
    with database.transaction() as connection:
        mark_everything(connection)
    bring_up_to_date(database, CATALOGUE)
    assert score_of(database, "99", date(2026, 10, 1)) == before


def test_a_second_load_is_refused_and_changes_nothing(database: Database) -> None:
    load(database)
    before = stored(database)
    with pytest.raises(Refused, match="đã có trong cơ sở dữ liệu") as refused:
        set_up(database, province_of())
    assert len(refused.value.faults) == 1
    assert stored(database) == before


@pytest.mark.parametrize("taken", ["office", "desk"])
def test_a_real_office_or_desk_under_one_of_its_codes_is_never_touched(database: Database, taken: str) -> None:
    province = province_of()
    code = "99001" if taken == "office" else "00101"
    desk_code = province.shown.code if taken == "desk" else REAL_DESK
    real = set_up_real_office(database, code, desk_code)
    with pytest.raises(Refused, match=code if taken == "office" else desk_code):
        set_up(database, province)
    with database.reading() as connection:
        assert [office.id for office in fetch_tree(connection)] == [real.id]
        assert [desk.name for desk in fetch_desks(connection)] == ["Quầy 1"]


def test_clearing_leaves_a_real_office_exactly_as_it_was(database: Database) -> None:
    real = set_up_real_office(database)
    answers, score = stored(database), score_of(database, real.code)
    load(database)
    with database.transaction() as connection:
        assert clear(connection) == 10
    with database.reading() as connection:
        assert list(fetch_tree(connection)) == [real]
        assert [desk.code for desk in fetch_desks(connection)] == [REAL_DESK]
    assert stored(database) == answers
    assert score is not None
    assert score_of(database, real.code) == score


def test_clearing_keeps_a_real_office_that_was_hung_below_the_demonstration(database: Database) -> None:
    real = set_up_real_office(database)
    load(database, 20)
    with database.transaction() as connection:
        province = next(office for office in fetch_tree(connection) if office.code == "99")
        link_office(connection, real.id, parent_id=province.id, successor_id=None)
    with database.transaction() as connection:
        clear(connection)
    with database.reading() as connection:
        assert list(fetch_tree(connection)) == [real]


def test_clearing_nothing_is_no_fault(database: Database) -> None:
    with database.transaction() as connection:
        assert clear(connection) == 0


def test_an_interrupted_load_keeps_whole_batches_and_can_be_cleared(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demonstration, "BATCH", 40)
    province = province_of()
    set_up(database, province)

    def interrupted(sent: Iterable[SentResponse]) -> Iterable[SentResponse]:
        yield from islice(sent, 100)
        raise KeyboardInterrupt

    sent = send_responses(province, CATALOGUE, responses=300, seed=2026)
    with pytest.raises(KeyboardInterrupt):
        load_responses(database, CATALOGUE, sent, progress=interrupted)
    assert len(stored(database)) == 80
    with pytest.raises(Refused, match="đã có trong cơ sở dữ liệu"):
        set_up(database, province)
    with database.transaction() as connection:
        clear(connection)
    load(database)
    assert len(stored(database)) == 300


def test_responses_stored_again_in_a_batch_change_nothing(database: Database) -> None:
    province = load(database, 100)
    before = stored(database)
    more = send_responses(province, CATALOGUE, responses=100, seed=2026)
    other = make_province(today=TODAY, months=4, offices=10, seed=2026)
    new = islice(send_responses(other, CATALOGUE, responses=30, seed=77), 30)
    assert load_responses(database, CATALOGUE, [*more, *new]) == 30
    after = stored(database)
    assert len(after) == 130
    assert [each for each in after if each.key in {known.key for known in before}] == before
    assert load_responses(database, CATALOGUE, []) == 0
