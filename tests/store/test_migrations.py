"""Migrations make exactly the tables of the program; that these follow docs/scaling.md is in test_distribution.py."""

from datetime import timedelta

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    CheckConstraint,
    Column,
    Integer,
    inspect,
    text,
)

from survey.domain.message import Refused
from survey.domain.questionnaire import Catalogue
from survey.journeys.setup import prepare, register_questionnaires
from survey.store import Database
from survey.store.models import DISTRIBUTED_TABLES, metadata
from survey.store.questionnaires import fetch_answered_digests, fetch_digests
from survey.store.schema import REVISION, NotPrepared, require_current
from survey.store.upgrading import alembic_config, upgrade
from tests.conftest import CATALOGUE
from tests.store.place import NOW, Place, counted_halves, kept_halves


def test_there_is_one_head(database: Database) -> None:
    with database.reading() as connection:
        scripts = ScriptDirectory.from_config(alembic_config(connection))
        assert scripts.get_heads() == [REVISION]
        require_current(connection)


def test_the_head_is_the_metadata(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_the_head_has_the_checks_of_the_metadata(database: Database) -> None:
    """Alembic compares no checks, so this does."""
    inspector = inspect(database.engine)
    for table in metadata.sorted_tables:
        ours = {str(each.name) for each in table.constraints if isinstance(each, CheckConstraint) and each.name}
        theirs = {str(each["name"]) for each in inspector.get_check_constraints(table.name)}
        assert theirs == ours, table.name


def test_foreign_keys_that_delete_with_their_response_are_those_of_the_metadata(database: Database) -> None:
    inspector = inspect(database.engine)
    for table in metadata.sorted_tables:
        ours = {tuple(each.column_keys): each.ondelete for each in table.foreign_key_constraints}
        theirs = {
            tuple(each["constrained_columns"]): each["options"].get("ondelete")
            for each in inspector.get_foreign_keys(table.name)
        }
        assert theirs == ours, table.name


def test_upgrading_and_preparing_again_changes_nothing(database: Database) -> None:
    place = Place.set_up(database)
    place.send({"overall": "4"}, key="a-key-made-on-the-phone")
    before = place.stored()
    for _ in range(2):
        upgrade(database)
        prepare(database, CATALOGUE)
    assert place.stored() == before
    with database.reading() as connection:
        assert dict(fetch_digests(connection)) == {each.key: each.digest for each in CATALOGUE}


def test_down_and_up_again_gives_the_same_tables(database: Database) -> None:
    with database.transaction() as connection:
        command.downgrade(alembic_config(connection), "base")
    with database.reading() as connection, pytest.raises(NotPrepared):
        require_current(connection)
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    upgrade(database)
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_what_was_counted_before_half_months_were_kept_is_summed_by_the_next_reader(database: Database) -> None:
    place = Place.set_up(database)
    for day in (0, 1, 11, 20):
        place.send({"overall": "4"}, key=f"a-key-of-day-{day}", now=NOW + timedelta(days=day))
    place.bring_up_to_date()
    kept = place.kept()
    with database.transaction() as connection:
        command.downgrade(alembic_config(connection), "0001")
        assert connection.execute(text("SELECT count(DISTINCT day) FROM cell")).scalar() == 4
    upgrade(database)
    assert kept_halves(database) == {}
    assert place.bring_up_to_date() == 2, "a day of each half-month is enough"
    assert kept_halves(database) == counted_halves(place.stored()) != {}
    assert place.kept() == kept


def test_a_database_of_another_version_is_not_served(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    with database.reading() as connection, pytest.raises(NotPrepared):
        require_current(connection)


def test_an_answered_version_that_changed_is_refused_and_one_nobody_answered_is_replaced(database: Database) -> None:
    place = Place.set_up(database)
    place.send({"overall": "4"}, key="a-key-made-on-the-phone")
    with database.transaction() as connection:
        assert list(fetch_answered_digests(connection)) == ["sipas-2017@1"]
        connection.execute(text("UPDATE questionnaire SET digest = 'changed'"))
    with database.transaction() as connection, pytest.raises(Refused) as refused:
        register_questionnaires(connection, CATALOGUE)
    assert [str(fault.place) for fault in refused.value.faults] == ["phiếu sipas-2017@1"]
    unanswered = Catalogue([each for each in CATALOGUE if each.key != "sipas-2017@1"])
    with database.transaction() as connection:
        register_questionnaires(connection, unanswered)
        assert fetch_digests(connection)["sipas-desk@1"] == unanswered.get("sipas-desk").digest


# ---- what the tables promise


def test_nothing_happens_by_trigger(database: Database) -> None:
    on_sqlite = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    query = on_sqlite if database.on_sqlite else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    with database.reading() as connection:
        assert connection.execute(text(query)).all() == []


def test_no_column_could_hold_who_answered() -> None:
    """Promise 3: there is no such column, in any table that knows of responses."""
    telling = ("address", "agent", "phone", "email", "name", "ip")  # a device is a hash whose key is thrown away daily
    for table in DISTRIBUTED_TABLES:
        names = [column.name for column in table.columns]
        assert not [name for name in names if any(word == part for word in telling for part in name.split("_"))]
        assert not [each for each in table.columns if is_fine_time(each) and table.name != "evidence"]


def is_fine_time(column: Column[object]) -> bool:
    return column.type.python_type.__name__ == "datetime"


def test_the_time_of_a_response_is_a_day_and_an_hour() -> None:
    columns = metadata.tables["response"].columns
    assert columns["received_on"].type.python_type.__name__ == "date"
    assert isinstance(columns["received_hour"].type, Integer)
