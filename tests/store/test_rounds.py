"""A link is good for one answer in the sample, and nothing tells whose it was."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select, text

from survey.domain.message import Refused
from survey.domain.offices import Office
from survey.domain.response import new_key
from survey.domain.rounds import sample_size
from survey.domain.slips import hashed
from survey.journeys.invitations import LinkUnknown, LinkUsed, forget_use_of_links, open_link
from survey.journeys.respond import (
    AnswersRejected,
    DeskNotOpen,
    DeskRetired,
    DeskUnknown,
    NothingAnswered,
    open_desk,
)
from survey.journeys.rounds import RoundRefused, RoundUnknown, create_round, progress_of
from survey.journeys.score import OfficeUnknown, tallies_in, whole_tree
from survey.store import Database
from survey.store.models import desk, metadata
from survey.store.models_trust import invitation, round_
from survey.store.offices import delete_demonstration, fetch_desk, fetch_desks
from survey.store.rounds import fetch_rounds
from tests.conftest import CATALOGUE
from tests.store.place import EVERY_DAY, NOW, SIPAS, Place, merge, rows_of, set_up_office
from tests.store.rounds import FILES, KEY, ROUND, Invited, draw, listed

GOOD = {"overall": "4"}
CRITERIA = {question.id: "4" for question in SIPAS.criteria}


@pytest.fixture
def office(database: Database) -> Office:
    return set_up_office(database)


@pytest.fixture
def invited(database: Database, office: Office) -> Invited:
    return Invited.set_up(database, office)


# ---- setting up


def test_a_round_has_a_desk_at_each_office_that_hangs_nowhere(database: Database, office: Office) -> None:
    other = set_up_office(database, "00202", "UBND xã Khác")
    with database.transaction() as connection:
        progress = create_round(connection, ROUND, [office.code, other.code, office.code])
    assert [(each.office.code, each.files, each.target, each.invited) for each in progress] == [
        (office.code, None, 400, 0),
        (other.code, None, 400, 0),
    ]
    with database.reading() as connection:
        rows = connection.execute(select(desk)).all()
        assert {(row.office_id, row.name, row.round_key, row.valid_from, row.valid_to) for row in rows} == {
            (each.id, ROUND.name, ROUND.key, ROUND.first_day, ROUND.last_day) for each in (office, other)
        }
        assert fetch_desks(connection) == ()
        assert len(fetch_desks(connection, of_rounds=True)) == 2
        assert fetch_rounds(connection) == (ROUND,)
        for row in rows:
            assert fetch_desk(connection, row.code) is None
            with pytest.raises(DeskUnknown):
                open_desk(connection, CATALOGUE, row.code, today=NOW.date())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"key": "a b"}, "không dùng được"),
        ({"name": "  "}, "Tên đợt"),
        ({"last_day": date(2026, 9, 1)}, "đứng trước"),
    ],
)
def test_what_makes_no_round_is_refused(
    database: Database, office: Office, change: dict[str, object], said: str
) -> None:
    with pytest.raises(RoundRefused, match=said), database.transaction() as connection:
        create_round(connection, replace(ROUND, **change), [office.code])  # type: ignore[arg-type]
    assert rows_of(database, round_) == 0


def test_a_round_needs_offices_that_are_there_in_its_days(database: Database, office: Office) -> None:
    closed = set_up_office(database, "00303", "Đã giải thể", valid_to=date(2025, 6, 30))
    with pytest.raises(OfficeUnknown), database.transaction() as connection:
        create_round(connection, ROUND, ["99999"])
    for codes, said in (([closed.code], "không hoạt động"), ([], "ít nhất một")):
        with pytest.raises(RoundRefused, match=said), database.transaction() as connection:
            create_round(connection, ROUND, codes)
    with database.transaction() as connection:
        create_round(connection, ROUND, [office.code])
    with pytest.raises(RoundRefused, match="Đã có đợt"), database.transaction() as connection:
        create_round(connection, ROUND, [office.code])


# ---- drawing


def test_the_database_knows_hashes_and_the_number_of_files_and_nothing_else(invited: Invited) -> None:
    progress = invited.progress()
    assert (progress.files, progress.target, progress.invited, progress.answered) == (FILES, sample_size(FILES), 10, 0)
    everything = dump(invited.database)
    for link in invited.links:
        assert link.code not in everything
        assert link.file not in everything
        assert hashed(link.code, KEY) in everything, "or else this test would prove nothing"


def dump(database: Database) -> str:
    """Every value of every table."""
    with database.reading() as connection:
        tables = (connection.execute(select(table)).all() for table in metadata.sorted_tables)
        return "\n".join(repr(tuple(row)) for rows in tables for row in rows)


def test_invitations_lie_in_the_order_of_their_hashes_and_not_of_the_draw(invited: Invited) -> None:
    physical = "rowid" if invited.database.on_sqlite else "ctid"
    with invited.database.reading() as connection:
        lie = connection.execute(text(f"SELECT code FROM invitation ORDER BY {physical}")).scalars().all()
    assert lie == sorted(lie)
    assert lie != [hashed(link.code, KEY) for link in invited.links]


def test_a_second_draw_is_refused_and_more_goes_on_where_the_first_ended(invited: Invited) -> None:
    database = invited.database
    with pytest.raises(RoundRefused, match="--more"):
        draw(database, count=5)
    for changed in ({"seed": "another"}, {"lines": listed(FILES + 1)}):
        with pytest.raises(RoundRefused, match="khác lần rút trước"):
            draw(database, count=5, more=True, **changed)  # type: ignore[arg-type]
    assert invited.progress().invited == 10
    more = draw(database, count=30, more=True)
    assert {link.file for link in (*invited.links, *more)} == {f"H01-{number:04}" for number in range(FILES)}
    assert len({link.code for link in (*invited.links, *more)}) == FILES
    with pytest.raises(Refused, match="còn 0 hồ sơ"):
        draw(database, count=1, more=True)


def test_the_first_draw_may_say_more_too(database: Database, office: Office) -> None:
    with database.transaction() as connection:
        create_round(connection, ROUND, [office.code])
    assert len(draw(database, count=5, more=True)) == 5


def test_each_office_of_a_list_is_drawn_for_by_itself(database: Database, office: Office) -> None:
    other = set_up_office(database, "00202", "UBND xã Khác")
    with database.transaction() as connection:
        create_round(connection, ROUND, [office.code, other.code], target=25)
    links = draw(database, count=7, lines=listed(FILES, office.code, other.code))
    drawn = {code: {link.file for link in links if link.office == code} for code in (office.code, other.code)}
    assert [len(files) for files in drawn.values()] == [7, 7]
    assert drawn[office.code] != drawn[other.code]
    with database.reading() as connection:
        progress = progress_of(connection, ROUND.key)
    assert [(each.files, each.target, each.invited) for each in progress] == [(FILES, 25, 7)] * 2, "the target was set"


def test_of_two_draws_at_once_one_is_refused(database: Database, office: Office) -> None:
    with database.transaction() as connection:
        create_round(connection, ROUND, [office.code])
    told = at_once([partial(draw, database, count=6)] * 2)
    assert {type(each) for each in told} == {tuple, RoundRefused}
    assert rows_of(database, invitation) == 6


def at_once(works: list[Callable[[], object]]) -> list[object]:
    """What becomes of these done at the same time; an exception is what it came to."""

    def told(work: Callable[[], object]) -> object:
        try:
            return work()
        except (LinkUsed, RoundRefused) as refused:
            return refused

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(told, works))


def test_nothing_is_drawn_after_the_last_day_or_for_a_round_that_is_not_there(invited: Invited) -> None:
    with pytest.raises(RoundRefused, match="đã kết thúc"):
        draw(invited.database, more=True, now=NOW + timedelta(days=30))
    with pytest.raises(RoundUnknown):
        draw(invited.database, round_key="2027")
    with pytest.raises(RoundRefused, match="--seed"):
        draw(invited.database, seed="a|b", more=True)


# ---- answering


def test_a_link_is_one_response_in_the_sample(invited: Invited) -> None:
    link = invited.links[0].code
    receipt = invited.send(link, GOOD)
    assert (receipt.kind, receipt.counted) == ("stored", True)
    with pytest.raises(LinkUsed):
        invited.send(link, {"overall": "1"})
    (response,) = invited.stored()
    assert (response.channel, response.answers, response.verified) == ("invitation", {"overall": 4}, False)
    assert (response.desk_id, response.office_id) == (invited.desk.id, invited.office.id)
    assert invited.progress().answered == 1


def test_the_key_goes_on_correcting_and_completing_without_the_link(invited: Invited) -> None:
    key = new_key()
    invited.send(invited.links[0].code, GOOD, key=key)
    assert invited.send("", {"A1": "5"}, key=key).kind == "amended"
    assert invited.send(invited.links[0].code, {"overall": "2"}, key=key).kind == "amended"
    assert invited.send(invited.links[0].code, {"overall": "5"}, key=key, now=NOW + timedelta(hours=2)).kind == "late"
    (response,) = invited.stored()
    assert response.answers == {"overall": 2, "A1": 5}
    assert invited.progress().answered == 1


def test_two_sends_with_one_link_at_once_are_one_response(invited: Invited) -> None:
    link = invited.links[0].code
    told = at_once([partial(invited.send, link, {"overall": str(level)}) for level in (1, 2, 3, 4, 5)])
    assert sum(isinstance(each, LinkUsed) for each in told) == 4
    assert len(invited.stored()) == invited.progress().answered == 1


def test_the_same_send_several_times_at_once_is_one_response_and_nobody_is_sent_away(invited: Invited) -> None:
    key = new_key()
    told = at_once([partial(invited.send, invited.links[0].code, GOOD, key=key)] * 5)
    assert not any(isinstance(each, LinkUsed) for each in told)
    assert len(invited.stored()) == invited.progress().answered == 1


def test_a_send_that_is_refused_uses_no_link(invited: Invited) -> None:
    link = invited.links[0].code
    with pytest.raises(AnswersRejected):
        invited.send(link, {"overall": "11"})
    with pytest.raises(NothingAnswered):
        invited.send(link, {"comment": " "})
    assert invited.progress().answered == 0
    assert invited.send(link, GOOD).kind == "stored"


def test_a_key_of_another_desk_stays_what_it_is(invited: Invited) -> None:
    place = Place.set_up(invited.database, invited.office)
    key = new_key()
    place.send(GOOD, key=key)
    receipt = invited.send(invited.links[0].code, {"overall": "1"}, key=key)
    assert receipt.kind == "stored"
    assert receipt.key != key
    assert place.the_response().answers == {"overall": 4}
    assert [each.answers for each in invited.stored()] == [{"overall": 1}]


def test_no_response_comes_into_a_sample_without_a_link_of_it(invited: Invited) -> None:
    with pytest.raises(LinkUnknown):
        invited.send("", GOOD)
    with pytest.raises(LinkUnknown):
        invited.send("K7M2QX", GOOD)
    other = Invited.set_up(invited.database, invited.office, new=replace(ROUND, key="another"))
    with pytest.raises(LinkUnknown):
        invited.send(other.links[0].code, GOOD)
    with pytest.raises(DeskUnknown):
        invited.send(invited.links[0].code, GOOD, desk="K7M2QX")
    assert invited.stored() == []
    assert [each.progress().answered for each in (invited, other)] == [0, 0]


def test_a_link_opens_in_the_days_of_the_round(invited: Invited) -> None:
    link = invited.links[0].code
    with invited.database.reading() as connection:
        opened = open_link(connection, CATALOGUE, link.lower(), key=KEY, today=NOW.date())
        assert (opened.desk.id, opened.questionnaire.key) == (invited.desk.id, ROUND.questionnaire)
        with pytest.raises(DeskNotOpen):
            open_link(connection, CATALOGUE, link, key=KEY, today=date(2026, 9, 30))
        with pytest.raises(DeskRetired):
            open_link(connection, CATALOGUE, link, key=KEY, today=date(2026, 11, 1))
        with pytest.raises(LinkUnknown):
            open_link(connection, CATALOGUE, link[:-1], key=KEY, today=NOW.date())
    with pytest.raises(DeskRetired):
        invited.send(link, GOOD, now=NOW + timedelta(days=30))


def test_a_page_open_on_the_last_day_still_sends_and_counts(invited: Invited) -> None:
    assert invited.send(invited.links[0].code, GOOD, now=NOW.replace(month=11, day=2)).kind == "stored"
    assert invited.result().sample.responses == 1


# ---- results


def answer_all(invited: Invited, *, good: int) -> None:
    for number, link in enumerate(invited.links):
        level = "4" if number < good else "2"
        invited.send(link.code, dict.fromkeys(("overall", *CRITERIA), level))


def test_the_sample_stands_beside_the_counter_and_never_in_it(database: Database, office: Office) -> None:
    invited = Invited.set_up(database, office, count=30)
    place = Place.set_up(database, office)
    answer_all(invited, good=15)
    for number in range(40):
        place.send({"overall": "5", **dict.fromkeys(CRITERIA, "5")}, key=f"key-of-a-person-{number:04}")
    found = invited.result()
    assert (found.counter.index.percent, found.sample.index.percent) == (100, 50)
    assert (found.counter.responses, found.sample.responses, found.progress.answered) == (40, 30, 30)
    assert "cao hơn mẫu độc lập rõ rệt" in str(found.verdict)
    with database.reading() as connection:
        kept = tallies_in(connection, whole_tree(connection), SIPAS, EVERY_DAY)
    assert {channel for channel, _ in kept} == {"poster", "invitation"}, "the same tallies, by channel"


def test_what_the_counter_collected_on_another_form_or_other_days_is_not_compared(
    database: Database, office: Office
) -> None:
    invited = Invited.set_up(database, office, count=12)
    answer_all(invited, good=6)
    Place.set_up(database, office, "sipas-2017").send(GOOD, key=new_key(), now=NOW.replace(month=9))
    assert "chưa có phiếu nào tại quầy" in str(invited.result().verdict)
    Place.set_up(database, office, "sipas-desk").send(GOOD, key=new_key())
    assert "quầy dùng phiếu khảo sát khác" in str(invited.result().verdict)


def test_what_comes_after_a_merger_stays_in_the_sample(database: Database, office: Office) -> None:
    invited = Invited.set_up(database, office)
    into = set_up_office(database, "00909", "UBND xã Mới")
    key = new_key()
    invited.send(invited.links[0].code, GOOD, key=key)
    merge(database, office, into, last_day=NOW.date())
    later = NOW + timedelta(days=1)
    assert invited.send("", {"A1": "5"}, key=key, now=later).kind == "amended"
    assert invited.send(invited.links[1].code, GOOD, now=later).kind == "stored"
    assert {each.office_id for each in invited.stored(into)} == {office.id, into.id}
    assert invited.result().sample.responses == 2


# ---- forgetting


def test_when_a_round_is_over_nobody_can_tell_any_more_which_links_were_used(invited: Invited) -> None:
    invited.send(invited.links[0].code, GOOD)
    hashes = {hashed(link.code, KEY) for link in invited.links}
    for day in (date(2026, 11, 7), date(2026, 11, 8)):
        with invited.database.transaction() as connection:
            forget_use_of_links(connection, today=day)
        with invited.database.reading() as connection:
            codes = set(connection.execute(select(invitation.c.code)).scalars())
        if day.day == 7:
            assert codes == hashes, "a page open on the last day may still send"
    assert not codes & hashes
    progress = invited.progress()
    assert (progress.invited, progress.answered) == (10, 1)
    with pytest.raises(LinkUnknown), invited.database.reading() as connection:
        open_link(connection, CATALOGUE, invited.links[0].code, key=KEY, today=date(2026, 11, 8))
    with invited.database.transaction() as connection:
        forget_use_of_links(connection, today=date(2026, 11, 9))
    with invited.database.reading() as connection:
        assert set(connection.execute(select(invitation.c.code)).scalars()) == codes, "once is enough"


def test_the_transaction_of_a_response_is_not_that_of_its_link_any_more(invited: Invited) -> None:
    if invited.database.on_sqlite:
        pytest.skip("SQLite keeps no transaction with a row")
    for link in invited.links[:3]:
        invited.send(link.code, GOOD)
    shared = text("SELECT count(*) FROM invitation i JOIN response r ON i.xmin::text = r.xmin::text")

    def together() -> int:
        with invited.database.reading() as connection:
            return connection.execute(shared).scalar_one()

    assert together() == 3, "or else this test would prove nothing"
    with invited.database.transaction() as connection:
        forget_use_of_links(connection, today=NOW.date())
    assert together() == 0
    assert invited.progress().answered == 3
    with pytest.raises(LinkUsed):
        invited.send(invited.links[0].code, GOOD)
    assert invited.send(invited.links[3].code, GOOD).kind == "stored"


def test_a_demonstration_goes_with_its_rounds(database: Database, office: Office) -> None:
    shown = set_up_office(database, "00404", "Cơ quan thử", demonstration=True)
    Invited.set_up(database, shown, new=replace(ROUND, key="thu"))
    kept = Invited.set_up(database, office)
    with database.transaction() as connection:
        assert delete_demonstration(connection) == 1
    with database.reading() as connection:
        assert fetch_rounds(connection) == (ROUND,)
        assert connection.execute(select(func.count()).select_from(invitation)).scalar_one() == len(kept.links)
