"""The rules of docs/scaling.md: on the metadata, on a migrated PostgreSQL, and on every statement of a busy month."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import (
    BigInteger,
    Connection,
    ForeignKeyConstraint,
    Inspector,
    Table,
    UniqueConstraint,
    cast,
    delete,
    event,
    func,
    insert,
    inspect,
    lateral,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql

from survey.config import ROOT
from survey.domain.response import new_key
from survey.installation import Installation
from survey.journeys.erase import erase_expired
from survey.journeys.score import bring_up_to_date
from survey.journeys.setup import prepare
from survey.store import recount, review
from survey.store.direct import Direct
from survey.store.models import (
    DISTRIBUTED_TABLES,
    LOCAL_TABLES,
    REFERENCE_TABLES,
    cell,
    comment,
    desk,
    evidence,
    invitation,
    mark,
    metadata,
    office,
    questionnaire,
    response,
    slip,
    tally,
)
from tests.citizen import hidden_fields, send, tap
from tests.cli.commands import DESK, OFFICE, Commands, many, responses_csv
from tests.conftest import CATALOGUE, Clock
from tests.pages import PageClient
from tests.staff import add_account, csrf_of, signed_in
from tests.store.place import Place, rows_of
from tests.store.rules import distributed, faults_of, faults_of_text

DISTRIBUTED = pytest.mark.parametrize("table", DISTRIBUTED_TABLES, ids=lambda table: table.name)
EVERY = pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
KEY = "office_id"
MIGRATIONS = sorted((ROOT / "survey" / "store" / "migrations" / "versions").glob("*.py"))


@pytest.fixture
def database_url(postgres_url: str) -> str:
    """Everything here is about PostgreSQL."""
    return postgres_url


@pytest.fixture
def migrated(installation: Installation) -> Inspector:
    return inspect(installation.database.engine)


# ---- rules 1 to 5: the schema, as it is written and as the migrations leave it


def test_every_table_is_of_one_kind(migrated: Inspector) -> None:
    kinds = [*REFERENCE_TABLES, *DISTRIBUTED_TABLES, *LOCAL_TABLES]
    assert len(kinds) == len(set(kinds))
    assert set(kinds) == set(metadata.sorted_tables)
    assert {table.name for table in kinds} == set(migrated.get_table_names()) - {"alembic_version"}


@DISTRIBUTED
def test_rule_1_office_id_stands_in_every_key_of_a_distributed_table(table: Table, migrated: Inspector) -> None:
    keys = [table.primary_key, *(each for each in table.constraints if isinstance(each, UniqueConstraint))]
    keys += [index for index in table.indexes if index.unique]
    written = [[column.name for column in key.columns] for key in keys]
    there = [
        migrated.get_pk_constraint(table.name)["constrained_columns"],
        *(each["column_names"] for each in migrated.get_unique_constraints(table.name)),
        *(each["column_names"] for each in migrated.get_indexes(table.name) if each["unique"]),
    ]
    assert [key for key in (*written, *there) if KEY not in key] == []
    assert isinstance(table.c.office_id.type, BigInteger)
    assert not table.c.office_id.nullable


@EVERY
def test_rule_1_office_id_is_bigint_everywhere(table: Table, migrated: Inspector) -> None:
    types = {column["name"]: str(column["type"]) for column in migrated.get_columns(table.name)}
    assert types.get(KEY, "BIGINT") == "BIGINT"


def test_rule_2_nothing_but_reference_tables_is_looked_up_without_its_office() -> None:
    """A code on a poster names no office: what a code finds has a copy everywhere."""
    with_code = [table for table in metadata.sorted_tables if "code" in table.c]
    assert set(with_code) == {office, desk, slip, invitation} <= set(REFERENCE_TABLES)


@EVERY
def test_rule_3_foreign_keys_point_where_they_may(table: Table, migrated: Inspector) -> None:
    for key in table.foreign_key_constraints:
        target = key.referred_table
        if table in REFERENCE_TABLES:
            assert target in REFERENCE_TABLES, "never from a reference table to another kind"
        elif table in LOCAL_TABLES:
            assert target not in DISTRIBUTED_TABLES, "never from a local table to a distributed one"
        elif target in DISTRIBUTED_TABLES:
            assert _joins_offices(key), "between distributed tables by office_id, at the same place"
        else:
            assert target in REFERENCE_TABLES
    for found in migrated.get_foreign_keys(table.name):
        assert found["options"].get("ondelete") in (None, "CASCADE"), "no SET NULL"
        assert "onupdate" not in found["options"], "office_id never changes"


def _joins_offices(key: ForeignKeyConstraint) -> bool:
    return any(each.parent.name == each.column.name == KEY for each in key.elements)


@DISTRIBUTED
def test_rule_4_no_database_numbers_the_rows_of_a_distributed_table(table: Table, migrated: Inspector) -> None:
    assert table.autoincrement_column is None, "SQLAlchemy would make a SERIAL of it"
    for column in migrated.get_columns(table.name):
        assert (column["default"], column.get("identity"), column.get("computed")) == (None, None, None)


def test_rule_4_identities_are_bigint(migrated: Inspector) -> None:
    for table in metadata.sorted_tables:
        for column in migrated.get_columns(table.name):
            if column["name"] == "id" or column["name"].endswith("_id"):
                assert str(column["type"]) in ("BIGINT", "UUID"), f"{table.name}.{column['name']}"


def test_rule_4_there_are_no_triggers_and_no_sequences_beside_reference_and_local_tables(
    installation: Installation,
) -> None:
    with installation.database.reading() as connection:
        triggers = connection.execute(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")).all()
        sequences = set(connection.execute(text("SELECT sequencename FROM pg_sequences")).scalars())
        small = connection.execute(text("SELECT sequencename FROM pg_sequences WHERE data_type <> 'bigint'::regtype"))
        assert triggers == small.all() == []
    assert sequences == {"office_id_seq", "desk_id_seq", "staff_id_seq", "slip_batch_id_seq"}


@EVERY
def test_rule_5_every_table_has_a_primary_key_and_is_plain(
    table: Table, migrated: Inspector, installation: Installation
) -> None:
    assert migrated.get_pk_constraint(table.name)["constrained_columns"]
    with installation.database.reading() as connection:
        kind = text("SELECT relkind, relispartition, relhassubclass FROM pg_class WHERE oid = CAST(:name AS regclass)")
        assert tuple(connection.execute(kind, {"name": table.name}).one()) == ("r", False, False)


# ---- rule 7: what migrations do


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: path.stem)
def test_rule_7_a_migration_adds_a_column_first_and_its_constraint_as_a_second_named_command(path: Path) -> None:
    for call in _calls(path, "add_column"):
        inside = {_name(each.func) for each in ast.walk(call) if isinstance(each, ast.Call)}
        assert not inside & {"CheckConstraint", "ForeignKey", "UniqueConstraint"}, f"{path.name}:{call.lineno}"
    for call in _calls(path, "create_check_constraint", "create_foreign_key", "create_unique_constraint"):
        named = [each for each in call.args[:1] if not (isinstance(each, ast.Constant) and each.value is None)]
        assert named, f"{path.name}:{call.lineno}"


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: path.stem)
def test_rule_7_a_migration_writes_no_rows_of_reference_tables(path: Path) -> None:
    """All migrations of an upgrade share one transaction: such a write belongs into ``prepare``, which has its own."""
    for call in _calls(path, "execute", "bulk_insert"):
        words = ast.unparse(call)
        written = [table.name for table in REFERENCE_TABLES if table.name in words]
        assert not written, f"{path.name}:{call.lineno} writes {written}"


def _calls(path: Path, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and _name(node.func) in names:
            yield node


def _name(function: ast.expr) -> str:
    return ast.unparse(function).split(".")[-1]


def test_rule_12_no_constraint_is_known_by_its_name() -> None:
    """Citus names the shard's constraint, not ours."""
    for path in (ROOT / "survey").rglob("*.py"):
        assert not re.search(r"\.diag\b|UniqueViolation", path.read_text(encoding="utf-8")), path


# ---- rules 8 to 14: the queries


@pytest.fixture
def statements(
    app: Flask, installation: Installation, client: PageClient, tmp_path: Path, clock: Clock
) -> Iterator[list[object]]:
    """Every statement, as SQLAlchemy holds it and as text, of a busy month on every road of the program."""
    heard: list[object] = []
    engine = installation.database.engine
    listeners = (("before_execute", _hear_statement(heard)), ("before_cursor_execute", _hear_text(heard)))
    for name, listener in listeners:
        event.listen(engine, name, listener)
    prepare(installation.database, CATALOGUE)
    _a_busy_month(app, installation, client, tmp_path, clock)
    heard.extend(_given_to_the_driver())
    yield heard
    for name, listener in listeners:
        event.remove(engine, name, listener)


def _hear_statement(heard: list[object]) -> Callable[..., None]:
    def hear(_connection: Connection, statement: object, *_more: object) -> None:
        heard.append(statement)

    return hear


def _hear_text(heard: list[object]) -> Callable[..., None]:
    def hear(_connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
        heard.append(statement)

    return hear


def _given_to_the_driver() -> Iterator[object]:
    """The statements of a recount and of a review, which SQLAlchemy makes and does not hear run."""
    for each in (*vars(recount).values(), *vars(review).values()):
        if isinstance(each, Direct):
            statement = each.make("postgresql")
            yield from (statement, str(statement.compile(dialect=postgresql.dialect())))  # type: ignore[attr-defined]


def _a_busy_month(app: Flask, installation: Installation, client: PageClient, folder: Path, clock: Clock) -> None:
    flask = Commands(app, folder)
    flask.set_up()
    page = tap(client, DESK, level="4")
    assert send(client, page, {"A1": "5", "comment": "Cần thêm ghế"}).status_code == 303
    again = client.get(f"/d/{DESK}")
    client.post(f"/d/{DESK}", data={**hidden_fields(again.text), "overall": "3"})
    path = flask.file("phieu.csv", responses_csv(many(60)))
    for _ in range(2):
        flask("responses", "import", path, "--questionnaire", "sipas-2017")
    flask.score(office="01")
    flask("scores", "rebuild")
    flask("scores", "--office", "01", "--period", "2026-Q4", "--format", "csv")
    _a_review_of_what_came(app, installation, flask, folder)
    clock.advance(days=14)
    flask("report", "--office", OFFICE, "--period", "2026-10", "--out", folder, "--issue")
    flask("responses", "export", "--out", folder / "out.csv", "--office", OFFICE)
    flask("desks", "import", flask.file("more.csv", f"desk,office,name,questionnaire\n,{OFFICE},Quầy 3,sipas-desk\n"))
    _an_independent_round(flask, client, folder, clock)
    flask("staff", "list")
    add_account(installation, "head@tinh.gov.vn", "head", "01")
    head = signed_in(app, "head@tinh.gov.vn")
    pages = (f"/staff/offices/{OFFICE}/rounds", f"/staff/offices/{OFFICE}", f"/staff/offices/{OFFICE}/scores.json")
    for address in ("/staff/offices/01", *pages):
        assert head.get(address).status_code == 200
    flask("demo", "load", "--offices", "10", "--responses", "300", "--months", "2")
    flask("demo", "clear")
    clock.advance(days=900)
    with installation.database.transaction() as connection:
        erased = erase_expired(connection, now=clock(), retention_months=24)
    assert (erased.evidence, erased.personal) == (3, 1)
    bring_up_to_date(installation.database, CATALOGUE)


def _a_review_of_what_came(app: Flask, installation: Installation, flask: Commands, folder: Path) -> None:
    facts = f"office,kind,value\n01,hours,T2-T6 07:30-17:00\n{OFFICE},network,203.0.113.0/24\n"
    flask("offices", "facts", "import", flask.file("facts.csv", facts))
    flask("offices", "facts", "export")
    numbers = f"office,desk,period,count\n{OFFICE},{DESK},2026-10-13,1\n{OFFICE},,2026-09,0\n"
    flask("transactions", "import", flask.file("transactions.csv", numbers))
    assert "nhiều phiếu hơn số lượt giao dịch" in flask("daily").stdout
    flask("daily")
    add_account(installation, "analyst@tinh.gov.vn", "analyst", "01")
    analyst = signed_in(app, "analyst@tinh.gov.vn")
    address = f"/staff/offices/{OFFICE}/set-aside?period=2026-10&reason=more-than-transactions"
    page = analyst.get(address)
    key = re.findall(r'class="key">([^<]+)<', page.text)[0]
    judgement = {"csrf_token": csrf_of(page), "key": key, "decision": "put-back", "note": "vì"}
    assert analyst.post(address, data=judgement).status_code == 303
    assert analyst.get(f"/staff/offices/{OFFICE}/facts").status_code == 200
    flask("audit", "list", "--office", OFFICE)
    flask("audit", "verify")


def _an_independent_round(flask: Commands, client: PageClient, folder: Path, clock: Clock) -> None:
    days = ("--from", clock().date(), "--to", clock().date())
    flask("rounds", "create", "r", "--name", "R", "--questionnaire", "sipas-2017", *days, "--office", OFFICE)
    files = flask.file("files.csv", "file\nH1\nH2\n")
    flask("invitations", "issue", "--round", "r", "--from", files, "--count", 2, "--seed", 1, "--out", folder / "l.csv")
    link = re.findall(r"/m/\w+", (folder / "l.csv").read_text("utf-8"))[0]
    page = client.get(link)
    sending = re.findall(r'action="(/m/dot/\w+)', page.text)[0]
    tapped = client.post(sending, data={**hidden_fields(page.text), "overall": "4"})
    assert send(client, client.get(tapped.location), {"A1": "5"}).status_code == 303
    assert client.get(link).status_code == 410
    flask("rounds", "list")
    flask("rounds", "show", "r")


def test_rules_6_and_8_to_14_hold_for_every_statement_of_a_busy_month(statements: list[object]) -> None:
    constructs = [each for each in statements if not isinstance(each, str)]
    texts = [each for each in statements if isinstance(each, str)]
    assert _asks_everything(constructs, texts), "else what follows would prove nothing"
    told = {f"{fault}: {each}" for each in constructs for fault in faults_of(each)}
    told |= {f"{fault}: {each}" for each in texts for fault in faults_of_text(each)}
    assert told == set()
    moves = [
        each for each in texts if re.search(r"UPDATE response SET[^;]*\boffice_id\s*=.*\bWHERE\b", each, re.DOTALL)
    ]
    assert moves == [], "rule 6: a response keeps its office for ever"


def _asks_everything(constructs: list[object], texts: list[str]) -> bool:
    words = {word for each in texts for word in each.split()}
    changes = [each for each in texts if each.startswith("UPDATE response SET ")]
    locked = {
        table
        for table in ("cell", "response")
        for each in texts
        if re.search(rf"FROM {table}\b.*FOR UPDATE", each, re.DOTALL)
    }
    return (
        {table for each in constructs for table in distributed(each)} >= set(DISTRIBUTED_TABLES)
        and words >= {table.name for table in metadata.sorted_tables}
        and len(changes) > 1
        and locked == {"cell", "response"}
    )


JOINED = select(response.c.key, comment.c.text)
BROKEN = {
    "8 join": JOINED.join(comment, comment.c.key == response.c.key),
    "8 comma": JOINED.where(comment.c.key == response.c.key, response.c.office_id == 1),
    "8 delete": delete(comment).where(
        select(response.c.key).where(response.c.key == comment.c.key, response.c.office_id == 1).exists()
    ),
    "8 lock": select(cell.c.first_day).where(cell.c.office_id.in_([1, 2])).with_for_update(),
    "8 lock all": select(cell.c.first_day).with_for_update(),
    "9 recursive": select(tally.c.day).where(
        tally.c.office_id.in_(select(select(office.c.id).cte("branch", recursive=True).c.id))
    ),
    "10 correlated": select(questionnaire.c.key).where(
        select(response.c.key).where(response.c.questionnaire == questionnaire.c.key).exists()
    ),
    "10 silent desks": select(
        desk.c.code, select(func.max(tally.c.day)).where(tally.c.desk_id == desk.c.id).scalar_subquery()
    ),
    "11 rollup": select(func.sum(tally.c.responses)).group_by(func.rollup(tally.c.office_id, tally.c.desk_id)),
    "11 lateral": select(desk.c.code, lateral(select(tally.c.day).where(tally.c.desk_id == desk.c.id).limit(1)).c.day),
    "13 advisory": select(func.pg_advisory_xact_lock(1)),
    "14 insert": insert(mark).from_select(["office_id"], select(select(response.c.office_id).cte("new").c.office_id)),
}
SOUND = {
    "join": JOINED.join(comment, (comment.c.office_id == response.c.office_id) & (comment.c.key == response.c.key)),
    "lock": select(cell.c.first_day).where(cell.c.office_id == 1, cell.c.first_day.in_([])).with_for_update(),
    "grouped": select(desk.c.code).outerjoin(
        (last := select(tally.c.desk_id, func.max(tally.c.day).label("day")).group_by(tally.c.desk_id).subquery()),
        last.c.desk_id == desk.c.id,
    ),
    "union": select(response.c.office_id).union(select(cell.c.office_id)),
    "delete": delete(comment).where(
        select(response.c.key)
        .where(response.c.office_id == comment.c.office_id, response.c.key == comment.c.key)
        .exists()
    ),
    "update": update(response).where(response.c.office_id == 1).values(respondent=None),
    "cast": select(cast(evidence.c.received_at, evidence.c.received_at.type)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_statement_that_breaks_a_rule_is_told(name: str) -> None:
    assert any(fault.startswith(f"rule {name.partition(' ')[0]}") for fault in faults_of(BROKEN[name]))


@pytest.mark.parametrize("name", SOUND)
def test_a_statement_that_keeps_the_rules_is_not(name: str) -> None:
    assert faults_of(SOUND[name]) == []


@pytest.mark.parametrize(
    "sql", ["SELECT pg_advisory_lock(1)", "GROUP BY CUBE (a)", "with recursive x as (select day from tally)"]
)
def test_a_text_that_breaks_a_rule_is_told(sql: str) -> None:
    assert faults_of_text(sql)
    assert not faults_of_text("SELECT count(*) FROM cubes")


def test_rule_8_a_second_writer_waits_for_one_response_only(installation: Installation) -> None:
    """The one lock that a citizen's request takes is on their own row."""
    place = Place.set_up(installation.database)
    for key in ("first-of-two-keys", "second-of-two-keys"):
        place.send({"overall": "4"}, key=key)
    with installation.database.transaction() as connection:
        the_first = (response.c.office_id == place.offices[0].id) & (response.c.key == "first-of-two-keys")
        connection.execute(select(response.c.key).where(the_first).with_for_update()).one()
        place.send({"overall": "4", "A1": "5"}, key="second-of-two-keys")
        place.send({"overall": "4"}, key=new_key())
    assert rows_of(installation.database, response) == 3
