"""Offices and desks come in whole or not at all; a merged office's desks serve its successor (point 3 of the issue)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event

from survey.domain.message import Refused
from survey.domain.offices import Office
from survey.journeys.offices import export_desks, export_offices, import_desks, import_offices
from survey.journeys.respond import DeskRetired
from survey.journeys.response_file import import_responses
from survey.journeys.score import OfficeUnknown, branch_of, whole_tree
from survey.store import Database
from survey.store.models import desk, office
from survey.store.offices import answered_desks, delete_demonstration, fetch_desk, fetch_desks, fetch_tree
from tests.conftest import CATALOGUE
from tests.store.place import NOW, SIPAS, Place, merge, rows_of, set_up_office

KEY = "a-key-made-on-the-phone"
TODAY = NOW.date()
OFFICES = """code,name,kind,parent,valid_from,valid_to,successor
99002,UBND xã Cũ,commune,99,,2026-06-30,99001
99001,UBND xã Mới,commune,99,2025-07-01,,
99,Tỉnh Thử,province,,,,
"""
DESKS = """desk,office,name,questionnaire,valid_from,valid_to
K7M2QX,99001,Quầy 1 – Hộ tịch,sipas-2017,,
,99001,"Quầy 2, tầng 1",sipas-desk@1,2026-01-01,2026-12-31
"""


def import_both(database: Database) -> list[str]:
    with database.transaction() as connection:
        assert import_offices(connection, OFFICES) == 3
        return import_desks(connection, CATALOGUE, DESKS)


def test_relatives_may_stand_anywhere_in_the_file(database: Database) -> None:
    import_both(database)
    with database.reading() as connection:
        tree = fetch_tree(connection)
    old, new, province = (tree.by_code[code] for code in ("99002", "99001", "99"))
    assert (old.parent_id, old.successor_id, old.valid_to) == (province.id, new.id, date(2026, 6, 30))
    assert (new.parent_id, new.valid_from, new.demonstration) == (province.id, date(2025, 7, 1), False)


def test_codes_come_back_in_the_order_of_the_lines_and_an_empty_one_is_given(database: Database) -> None:
    first, second = import_both(database)
    assert first == "K7M2QX"
    with database.reading() as connection:
        found = fetch_desk(connection, second)
    assert found
    assert (found[0].name, found[0].questionnaire, found[1].code) == ("Quầy 2, tầng 1", "sipas-desk@1", "99001")


def test_an_export_is_imported_again_without_any_change(database: Database) -> None:
    import_both(database)
    with database.reading() as connection:
        offices, desks = "".join(export_offices(connection)), "".join(export_desks(connection))
        before = (list(fetch_tree(connection)), fetch_desks(connection))
    with database.transaction() as connection:
        import_offices(connection, offices.removeprefix("\ufeff"))
        import_desks(connection, CATALOGUE, desks.removeprefix("\ufeff"))
    with database.reading() as connection:
        assert (sorted(fetch_tree(connection), key=id_of), fetch_desks(connection)) == (
            sorted(before[0], key=id_of),
            before[1],
        )
        assert "".join(export_offices(connection)) == offices


def id_of(each: Office) -> int:
    return each.id


def test_a_faulty_line_keeps_everything_out(database: Database) -> None:
    wrong = OFFICES + "99003,Xã Ba,hamlet,98,,,\n,Không mã,commune,,,,\n"
    with database.transaction() as connection, pytest.raises(Refused) as refused:
        import_offices(connection, wrong)
    assert {str(fault.place).split(",")[0] for fault in refused.value.faults} == {"dòng 5", "dòng 6"}
    assert rows_of(database, office) == 0
    import_both(database)
    with database.transaction() as connection, pytest.raises(Refused):
        import_desks(connection, CATALOGUE, DESKS.replace("sipas-desk@1", "sipas-desk@7").replace("1 – Hộ", "9 – Hộ"))
    assert rows_of(database, desk) == 2


def test_a_second_import_changes_what_it_names_and_nothing_else(database: Database) -> None:
    import_both(database)
    with database.transaction() as connection:
        import_offices(
            connection, "code,name,kind,parent,valid_from,valid_to,successor\n99001,UBND xã Đổi,commune,99,,,\n"
        )
    with database.reading() as connection:
        tree = fetch_tree(connection)
    assert (tree.by_code["99001"].name, tree.by_code["99001"].valid_from) == ("UBND xã Đổi", None)
    assert tree.by_code["99002"].successor_id == tree.by_code["99001"].id


def test_a_desk_with_answers_keeps_its_office(database: Database) -> None:
    import_both(database)
    with database.reading() as connection:
        found = fetch_desk(connection, "K7M2QX")
    assert found
    place = Place(database, *(found[0], (found[1],)))
    place.send({"overall": "4"}, key=KEY)
    moved = "desk,office,name,questionnaire\nK7M2QX,99,Quầy 1,sipas-2017\n"
    with database.transaction() as connection:
        assert answered_desks(connection, [found[1].id]) == {found[0].id}
        with pytest.raises(Refused, match="đã có phiếu trả lời"):
            import_desks(connection, CATALOGUE, moved)
        renamed = "desk,office,name,questionnaire\nK7M2QX,99001,Quầy Một,sipas-2017\n"
        assert import_desks(connection, CATALOGUE, renamed) == ["K7M2QX"]


def test_a_branch_holds_everything_below_closed_offices_included(database: Database) -> None:
    import_both(database)
    with database.reading() as connection:
        assert [each.code for each in branch_of(connection, "99").offices] == ["99", "99001", "99002"]
        assert [each.code for each in branch_of(connection, "99001").offices] == ["99001"]
        assert {each.code for each in whole_tree(connection).offices} == {"99", "99001", "99002"}
        with pytest.raises(OfficeUnknown):
            branch_of(connection, "00000")


def test_an_installation_without_offices_has_no_tree(database: Database) -> None:
    with database.reading() as connection, pytest.raises(OfficeUnknown):
        whole_tree(connection)


def test_deleting_the_demonstration_leaves_real_offices(database: Database) -> None:
    import_both(database)
    set_up_office(database, "98001", "Xã minh họa", demonstration=True)
    with database.transaction() as connection:
        assert delete_demonstration(connection) == 1
        assert "98001" not in fetch_tree(connection).by_code
    assert rows_of(database, office) == 3


# ---- a merged office


@pytest.fixture
def merged(database: Database) -> Place:
    """A desk of an office that was taken over after yesterday, with a tap of yesterday evening."""
    old, new = set_up_office(database), set_up_office(database, "00202", "UBND xã Mới")
    place = Place.set_up(database, old)
    place.send({"overall": "2"}, key=KEY, now=NOW - timedelta(days=1))
    merge(database, old, new, last_day=TODAY - timedelta(days=1))
    return Place(database, place.desk, (old, new))


def test_the_desk_serves_the_successor_from_the_next_day(merged: Place) -> None:
    merged.send({"overall": "5"}, key="the-next-morning-01")
    owners = {each.received_on: each.office_id for each in merged.stored()}
    old, new = merged.offices
    assert owners == {TODAY - timedelta(days=1): old.id, TODAY: new.id}


def test_a_late_completion_finds_its_response_under_the_old_office(merged: Place) -> None:
    assert merged.send({"A1": "1", "comment": "Chậm"}, key=KEY).kind == "amended"
    assert merged.send({"overall": "5"}, key=KEY).kind == "late"  # what is complete does not change any more
    stored = merged.the_response()
    assert (stored.office_id, stored.answers) == (merged.offices[0].id, {"overall": 2, "A1": 1})
    merged.bring_up_to_date()
    assert merged.kept() == merged.recounted()
    assert len(merged.kept()) == 1


def test_rule_8_rows_are_locked_at_one_office_by_equality(merged: Place) -> None:
    """docs/scaling.md: elsewhere than at one office no row can be locked once the tables are spread by office."""
    if merged.database.on_sqlite:
        pytest.skip("SQLite locks the database")
    statements: list[str] = []
    event.listen(
        merged.database.engine, "before_cursor_execute", lambda _, __, statement, *___: statements.append(statement)
    )
    merged.send({"A1": "1"}, key=KEY)
    merged.send({"overall": "5"}, key="the-next-morning-01")
    merged.bring_up_to_date()
    locking = [each for each in statements if "FOR UPDATE" in each]
    assert len(locking) >= 3
    assert all("office_id = " in each and "office_id IN" not in each for each in locking)


def test_a_response_stays_with_the_office_between_two_mergers(merged: Place) -> None:
    """Taken over twice within the week in which a response may still be completed."""
    merged.send({"overall": "3"}, key="under-the-second-one")
    last = set_up_office(merged.database, "00303", "UBND xã Cuối")
    merge(merged.database, merged.offices[1], last, last_day=TODAY)
    tomorrow = NOW + timedelta(days=1)
    place = Place(merged.database, merged.desk, (*merged.offices, last))
    assert place.send({"A1": "5"}, key="under-the-second-one", now=tomorrow).kind == "amended"
    assert place.send({"overall": "4"}, key="under-the-third-one-x", now=tomorrow).kind == "stored"
    assert [each.office_id for each in place.stored()] == [each.id for each in place.offices]


def test_a_merger_announced_for_later_changes_nothing_until_then(database: Database) -> None:
    old, new = set_up_office(database), set_up_office(database, "00202", "UBND xã Mới")
    place = Place.set_up(database, old)
    merge(database, old, new, last_day=TODAY)
    place.send({"overall": "4"}, key=KEY)
    assert place.the_response().office_id == old.id


def test_a_closed_office_without_successor_takes_nothing_after_a_week(database: Database) -> None:
    old = set_up_office(database, valid_to=TODAY)
    place = Place.set_up(database, old)
    assert place.send({"overall": "4"}, key=KEY, now=NOW + timedelta(days=7)).kind == "stored"
    with pytest.raises(DeskRetired):
        place.send({"overall": "4"}, key="another-key-of-a-phone", now=NOW + timedelta(days=8))


def test_an_import_knows_a_key_under_the_office_before_the_merger(merged: Place) -> None:
    text = f"key,desk,received_on,overall\n{KEY},{merged.desk.code},{TODAY},5\nnew,{merged.desk.code},{TODAY},5\n"
    lines = text.encode().splitlines(keepends=True)
    done = import_responses(merged.database, lines, questionnaire=SIPAS, channel="paper", today=TODAY)
    assert (done.stored, done.repeated) == (1, 1)
    assert [each.key for each in merged.stored()] == [KEY, "new"]


def test_an_import_tells_the_same_key_of_two_offices_apart(database: Database) -> None:
    """Paper questionnaires are numbered 1, 2, 3 … in every office."""
    one = Place.set_up(database)
    other = Place.set_up(database, set_up_office(database, "00202", "UBND xã Khác"))
    header, lines = "key,desk,received_on,overall\n", [f"1,{each.desk.code},{TODAY},4\n" for each in (one, other)]
    for text, stored in ((header + lines[0], 1), (header + lines[0] + lines[1], 1)):
        rows = text.encode().splitlines(keepends=True)
        done = import_responses(database, rows, questionnaire=SIPAS, channel="paper", today=TODAY)
        assert done.stored == stored
    assert [len(each.stored()) for each in (one, other)] == [1, 1]
