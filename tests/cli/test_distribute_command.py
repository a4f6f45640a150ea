"""`flask distribute`: says what is missing and changes nothing, or puts every table where it belongs, once.

With a stand-in for Citus (tests/store/citus.py): the real extension is not to be had from the package registries.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import ForeignKeyConstraint, Inspector, inspect, text

from survey import create_app
from survey.installation import Installation
from survey.store import Database
from survey.store.models import DISTRIBUTED_TABLES, LOCAL_TABLES, REFERENCE_TABLES, metadata
from tests.cli.commands import Commands, many, responses_csv
from tests.conftest import CATALOGUE, Clock, config_of
from tests.store import citus

SPREAD = [table.name for table in (*REFERENCE_TABLES, *DISTRIBUTED_TABLES)]


@pytest.fixture
def database_url(postgres_url: str) -> str:
    return postgres_url


@pytest.fixture
def cluster(flask: Commands, database_url: str) -> Commands:
    """`flask` on a database with some responses, in which the extension is switched on."""
    flask.set_up()
    flask("responses", "import", flask.file("p.csv", responses_csv(many(40))), "--questionnaire", "sipas-2017")
    citus.create(database_url)
    database_of(flask).close()  # what it set for the database counts from the next connection on
    return flask


def database_of(flask: Commands) -> Database:
    found = flask.app.extensions["survey"]
    assert isinstance(found, Installation)
    return found.database


def ask(flask: Commands, query: str) -> list[tuple[object, ...]]:
    with database_of(flask).reading() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def run(flask: Commands, statement: str) -> None:
    with database_of(flask).transaction() as connection:
        connection.execute(text(statement))


def calls(flask: Commands) -> list[tuple[object, ...]]:
    return ask(flask, "SELECT name, arguments FROM calls ORDER BY number")


def kinds(flask: Commands) -> dict[object, object]:
    """Where the extension holds what: h = by a column, n and t = a copy everywhere, n and s = its own local table."""
    return dict(ask(flask, "SELECT logicalrelid::text, partmethod::text || repmodel::text FROM pg_dist_partition"))


def foreign_keys(flask: Commands) -> set[tuple[object, ...]]:
    inspector: Inspector = inspect(database_of(flask).engine)
    return {
        (table, key["name"], tuple(key["constrained_columns"]), key["referred_table"], key["options"].get("ondelete"))
        for table in metadata.tables
        for key in inspector.get_foreign_keys(table)
    }


def written_keys() -> set[tuple[object, ...]]:
    every = [key for table in metadata.sorted_tables for key in table.foreign_key_constraints]
    return {
        (each.table.name, each.name, tuple(each.column_keys), each.referred_table.name, each.ondelete)
        for each in every
        if isinstance(each, ForeignKeyConstraint)
    }


# ---- where it cannot be


def test_on_sqlite_it_says_that_postgresql_with_citus_is_needed(
    fresh: Callable[[], Commands], monkeypatch: pytest.MonkeyPatch
) -> None:
    flask = fresh()
    (vietnamese,) = flask.faults("distribute")
    assert all(word in vietnamese for word in ("PostgreSQL", "Citus", "SQLite", "SURVEY_DATABASE_URL"))
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    (english,) = flask.faults("distribute")
    assert "needs PostgreSQL with the Citus extension" in english
    assert "Nothing was changed" in english


@pytest.fixture
def unchanged(flask: Commands) -> Iterator[None]:
    """What a refused command leaves as it was."""
    before = foreign_keys(flask)
    yield
    assert foreign_keys(flask) == before == written_keys()


@pytest.mark.usefixtures("unchanged")
def test_without_the_extension_it_says_how_to_install_it(flask: Commands) -> None:
    (told,) = flask.faults("distribute")
    assert all(each in told for each in ("shared_preload_libraries = 'citus'", "CREATE EXTENSION", "citus_add_node"))


@pytest.mark.usefixtures("unchanged")
def test_where_the_extension_is_not_switched_on_it_says_so(flask: Commands, database_url: str) -> None:
    citus.make_available(database_url)
    database_of(flask).close()
    (told,) = flask.faults("distribute")
    assert "CREATE EXTENSION citus" in told
    assert "shared_preload_libraries" not in told
    assert ask(flask, "SELECT 1 FROM pg_extension WHERE extname = 'citus'") == []


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    ("fault", "word"),
    [
        ("UPDATE pg_dist_local_group SET groupid = 3", "coordinator"),
        ("INSERT INTO pg_dist_node VALUES (1, true, 'primary', true)", "citus_set_coordinator_host"),
        ("SELECT create_reference_table('response')", "undistribute_table"),
        ("INSERT INTO pg_dist_partition VALUES ('tally', 'h', 'desk_id', 's')", "undistribute_table"),
    ],
    ids=["another node", "first node unknown", "another kind", "another column"],
)
def test_a_cluster_that_is_not_as_it_must_be_is_left_alone(cluster: Commands, fault: str, word: str) -> None:
    run(cluster, fault)
    before = calls(cluster), kinds(cluster)
    (told,) = cluster.faults("distribute")
    assert word in told
    assert (calls(cluster), kinds(cluster)) == before


def test_a_database_that_was_not_prepared_is_told_to_be(cluster: Commands) -> None:
    run(cluster, "UPDATE alembic_version SET version_num = 'older'")
    (told,) = cluster.faults("distribute")
    assert "flask init" in told
    assert calls(cluster) == []


# ---- where it can


def calls_for(table: str) -> list[tuple[object, ...]]:
    """A table is spread, all distributed ones beside the first, and what is left of its rows behind is emptied."""
    first = DISTRIBUTED_TABLES[0].name
    beside = "none" if table == first else first
    if table in [each.name for each in REFERENCE_TABLES]:
        spread = ("create_reference_table", [table])
    else:
        spread = ("create_distributed_table", [table, "office_id", beside])
    return [spread, ("truncate_local_data_after_distributing_table", [table])]


def test_every_table_gets_its_kind_in_the_order_of_their_keys(cluster: Commands) -> None:
    said = cluster("distribute").stdout.splitlines()
    assert [line.partition(":")[0] for line in said[:-1]] == [*SPREAD, *(table.name for table in LOCAL_TABLES)]
    assert [line for line in said if "(reference)" in line] == said[: len(REFERENCE_TABLES)]
    assert len([line for line in said if "(distributed), vừa phân tán" in line]) == len(DISTRIBUTED_TABLES)
    assert "1 máy" in said[-1]
    held = kinds(cluster)
    assert {name for name, kind in held.items() if kind == "nt"} == {table.name for table in REFERENCE_TABLES}
    assert {name for name, kind in held.items() if kind == "hs"} == {table.name for table in DISTRIBUTED_TABLES}
    assert calls(cluster) == [call for name in SPREAD for call in calls_for(name)]
    assert foreign_keys(cluster) == written_keys()


def test_the_program_goes_on_with_what_it_had(cluster: Commands) -> None:
    before = cluster.score(office="01")
    cluster("distribute")
    assert cluster.score(office="01") == before
    cluster("scores", "rebuild")
    assert cluster.score(office="01") == before


def test_a_transaction_may_read_many_offices_and_then_write_a_reference_table(cluster: Commands) -> None:
    cluster("distribute")
    database_of(cluster).close()
    assert ask(cluster, "SHOW citus.multi_shard_modify_mode") == [("sequential",)]


def test_repeating_it_changes_nothing(cluster: Commands) -> None:
    cluster("distribute")
    before = calls(cluster), kinds(cluster), foreign_keys(cluster)
    said = cluster("distribute").stdout.splitlines()
    assert len([line for line in said if "đã có từ trước" in line]) == len(SPREAD)
    assert (calls(cluster), kinds(cluster), foreign_keys(cluster)) == before


def test_a_table_that_an_upgrade_brought_is_spread_beside_the_others(cluster: Commands) -> None:
    cluster("distribute")
    before = calls(cluster)
    run(cluster, "DELETE FROM pg_dist_partition WHERE logicalrelid = 'tally'::regclass")
    said = cluster("distribute").stdout
    assert said.count("vừa phân tán") == 1
    assert calls(cluster)[len(before) :] == calls_for("tally")
    assert foreign_keys(cluster) == written_keys()


@pytest.mark.parametrize("table", ["office", "comment"])
def test_a_step_that_fails_is_told_and_the_next_run_goes_on_from_there(cluster: Commands, table: str) -> None:
    run(cluster, f"INSERT INTO broken VALUES ('{table}')")
    result = cluster("distribute", exit_code=1)
    assert "connection to the remote node failed" in result.stderr
    assert "flask distribute" in result.stderr
    assert [line.partition(":")[0] for line in result.stdout.splitlines()] == SPREAD[: SPREAD.index(table)]
    assert foreign_keys(cluster) == written_keys()
    run(cluster, "DELETE FROM broken")
    if table == "office":
        # The real extension forgets its own local tables once no foreign key holds them; the stand-in never does.
        run(cluster, "DELETE FROM pg_dist_partition WHERE partmethod = 'n' AND repmodel = 's'")
    said = cluster("distribute").stdout
    assert said.count("vừa phân tán") == len(SPREAD) - SPREAD.index(table)
    assert foreign_keys(cluster) == written_keys()


def test_the_stand_in_refuses_what_citus_would(cluster: Commands) -> None:
    """Without taking the foreign keys away first, response could not be spread: comment points to it."""
    for table in REFERENCE_TABLES:
        run(cluster, f"SELECT create_reference_table('{table.name}')")
    with pytest.raises(Exception, match="from reference tables and local tables to distributed tables"):
        run(cluster, "SELECT create_distributed_table('response', 'office_id')")


def test_another_installation_on_the_same_database_sees_the_same(
    cluster: Commands, database_url: str, tmp_path: Path, clock: Clock
) -> None:
    cluster("distribute")
    database = Database(database_url)
    config = config_of(database_url, tmp_path / "second-host")
    second = Commands(create_app(Installation(config, database, CATALOGUE, clock)), tmp_path)
    assert second.score(office="01") == cluster.score(office="01")
    database.close()
