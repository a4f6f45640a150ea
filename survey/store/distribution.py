"""Spreading the tables over a Citus cluster, by office (docs/scaling.md).

Foreign keys go before and come back after. Citus turns every table that points to a new reference table into one of its
own local tables, and refuses to spread a table that such a table points to: comment to response would stop it.
Each step is a transaction of its own: Citus cannot change reference and distributed tables in parallel in one (rule 7).
Whatever an interrupted run left behind, the next one goes on from there.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Executable, ForeignKeyConstraint, Table, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import AddConstraint, DropConstraint

from survey.domain.message import Message, message
from survey.store import Connection, Database
from survey.store.models import DISTRIBUTED_TABLES, LOCAL_TABLES, REFERENCE_TABLES
from survey.store.models_base import metadata

Kind = Literal["reference", "distributed", "local"]
KEY = "office_id"


@dataclass(frozen=True, slots=True)
class Placed:
    """A table and where its rows are; ``new`` when this run put them there."""

    table: str
    kind: Kind
    new: bool


class CannotDistribute(Exception):
    """The tables cannot be spread over several machines here; ``message`` says what to do. Nothing was changed."""

    def __init__(self, sentence: Message) -> None:
        super().__init__(str(sentence))
        self.message = sentence


class DistributionFailed(Exception):
    """The cluster refused a step; earlier steps stay, and a second run goes on from there."""

    def __init__(self, error: DBAPIError) -> None:
        self.message = message(
            "Cụm Citus từ chối: %(reason)s. Các bước đã xong được giữ nguyên. Xin xử lý nguyên nhân rồi chạy lại: "
            "flask distribute",
            reason=str(error.orig).strip(),
        )
        super().__init__(str(self.message))


# ---- what must be there first


def require_citus(database: Database) -> None:
    """Raise CannotDistribute unless this is the first node of a Citus cluster that is ready for our tables."""
    if database.on_sqlite:
        raise CannotDistribute(
            message(
                "Muốn phân tán dữ liệu ra nhiều máy chủ, cần PostgreSQL có phần mở rộng Citus; cơ sở dữ liệu này là "
                "SQLite. Xin chuyển sang PostgreSQL (đặt SURVEY_DATABASE_URL) rồi chạy lại; cách làm ở "
                "docs/scaling.md. Chưa có gì được thay đổi."
            )
        )
    with database.reading() as connection:
        _require_extension(connection)
        _require_first_node(connection)
        _require_no_other_spread(connection)


_EXTENSION = text("SELECT installed_version FROM pg_available_extensions WHERE name = 'citus'")


def _require_extension(connection: Connection) -> None:
    found = connection.execute(_EXTENSION).one_or_none()
    if found is None:
        raise CannotDistribute(
            message(
                "PostgreSQL này chưa cài phần mở rộng Citus. Trên mọi máy của cụm, xin cài gói Citus, ghi "
                "shared_preload_libraries = 'citus' vào postgresql.conf, khởi động lại PostgreSQL và chạy CREATE "
                "EXTENSION citus trong cơ sở dữ liệu này; ở máy đầu, thêm các máy khác bằng citus_add_node. Cách làm ở "
                "docs/scaling.md. Chưa có gì được thay đổi."
            )
        )
    if found.installed_version is None:
        raise CannotDistribute(
            message(
                "Citus đã được cài nhưng chưa bật trong cơ sở dữ liệu này. Xin chạy CREATE EXTENSION citus bằng tài "
                "khoản quản trị PostgreSQL trên mọi máy của cụm, rồi ở máy đầu thêm các máy khác bằng citus_add_node. "
                "Cách làm ở docs/scaling.md. Chưa có gì được thay đổi."
            )
        )


_GROUP = text("SELECT groupid FROM pg_dist_local_group")
_NODES = text("SELECT groupid FROM pg_dist_node WHERE isactive AND noderole = 'primary'")


def _require_first_node(connection: Connection) -> None:
    if connection.execute(_GROUP).scalar():
        raise CannotDistribute(
            message(
                "Đây không phải máy đầu (coordinator) của cụm Citus. Xin đặt SURVEY_DATABASE_URL trỏ tới máy đầu rồi "
                "chạy lại. Chưa có gì được thay đổi."
            )
        )
    groups = set(connection.execute(_NODES).scalars())
    if groups and 0 not in groups:
        # Without it Citus refuses foreign keys from local tables (staff, reports) to reference tables.
        raise CannotDistribute(
            message(
                "Cụm Citus chưa ghi nhận máy đầu của chính mình. Xin chạy SELECT citus_set_coordinator_host('địa chỉ "
                "máy này') bằng tài khoản quản trị PostgreSQL rồi chạy lại. Chưa có gì được thay đổi."
            )
        )


def _require_no_other_spread(connection: Connection) -> None:
    placed = _placed(connection)
    for kind, tables in (("reference", REFERENCE_TABLES), ("distributed", DISTRIBUTED_TABLES), ("local", LOCAL_TABLES)):
        for table in tables:
            if placed.get(table.name, "local") not in (kind, "local"):
                raise CannotDistribute(
                    message(
                        "Bảng %(table)s đã được phân tán theo cách khác với docs/scaling.md. Xin đưa bảng về một máy "
                        "bằng undistribute_table rồi chạy lại. Chưa có gì được thay đổi.",
                        table=table.name,
                    )
                )


_PLACED = text(
    "SELECT c.relname, p.partmethod, p.repmodel, column_to_column_name(p.logicalrelid, p.partkey) "
    "FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid "
    "WHERE c.relnamespace = CAST(current_schema() AS regnamespace)"
)


def _placed(connection: Connection) -> dict[str, str]:
    return {name: _kind(*how) for name, *how in connection.execute(_PLACED)}


def _kind(method: str, replicated: str, key: str | None) -> str:
    """How Citus holds a table: method h = hashed by a column, n = no column; replication t = a copy on every node."""
    if method == "n":
        return "reference" if replicated == "t" else "local"
    return "distributed" if (method, key) == ("h", KEY) else "otherwise"


# ---- the steps


def distribute(database: Database) -> Iterator[Placed]:
    """Put every table where it belongs, telling each as it is done; repeating it changes nothing.

    To be called after ``require_citus``, on a prepared database that nobody writes to. Raises DistributionFailed.
    """
    with database.reading() as connection:
        placed = _placed(connection)
    missing = [each for each in (*REFERENCE_TABLES, *DISTRIBUTED_TABLES) if placed.get(each.name, "local") == "local"]
    _run(database, [DropConstraint(each, if_exists=True) for each in _keys_of(missing)])
    try:
        for table in (*REFERENCE_TABLES, *DISTRIBUTED_TABLES):
            if table in missing:
                _run(database, _spreading(table))
            kind: Kind = "reference" if table in REFERENCE_TABLES else "distributed"
            yield Placed(table.name, kind, new=table in missing)
    except DistributionFailed:
        with suppress(DistributionFailed):  # as many as the cluster takes; the refusal above is what matters
            _restore_keys(database)
        raise
    _restore_keys(database)
    _run_with(database, _make_sequential)
    yield from (Placed(table.name, "local", new=False) for table in LOCAL_TABLES)


def _spreading(table: Table) -> list[Executable]:
    if table in REFERENCE_TABLES:
        spread = text("SELECT create_reference_table(CAST(:name AS regclass))").bindparams(name=table.name)
    else:
        first = DISTRIBUTED_TABLES[0]
        spread = text("SELECT create_distributed_table(CAST(:name AS regclass), :key, colocate_with => :beside)")
        spread = spread.bindparams(name=table.name, key=KEY, beside="none" if table is first else first.name)
    # The rows were copied, and the old ones left unseen where no erasure would ever reach them (promise 3).
    left = text("SELECT truncate_local_data_after_distributing_table(CAST(:name AS regclass))")
    return [spread, left.bindparams(name=table.name)]


def _keys_of(tables: Collection[Table]) -> list[ForeignKeyConstraint]:
    """Foreign keys from or to these tables; one to its own table may stay."""
    return [
        key
        for table in metadata.sorted_tables
        for key in sorted(table.foreign_key_constraints, key=lambda each: str(each.name))
        if key.referred_table is not table and (table in tables or key.referred_table in tables)
    ]


def _restore_keys(database: Database) -> None:
    """Create every foreign key of the schema that is not there, one a transaction."""
    with database.reading() as connection:
        inspector = inspect(connection)
        known = {key["name"] for table in metadata.tables for key in inspector.get_foreign_keys(table)}
    for key in _keys_of(metadata.sorted_tables):
        if key.name not in known:
            _run(database, [AddConstraint(key, isolate_from_table=False)])


def _make_sequential(connection: Connection) -> None:
    """Let one transaction read many offices and then write a reference table, as importing desks does.

    With several connections a node, its default, Citus refuses that where foreign keys point to the reference table.
    """
    # Asked for, because a pooler may serve the database under another name than it has.
    name = connection.execute(text("SELECT quote_ident(current_database())")).scalar_one()
    connection.exec_driver_sql(f"ALTER DATABASE {name} SET citus.multi_shard_modify_mode TO 'sequential'")


def _run(database: Database, statements: Collection[Executable]) -> None:
    def run(connection: Connection) -> None:
        for each in statements:
            connection.execute(each)

    _run_with(database, run)


def _run_with(database: Database, work: Callable[[Connection], None]) -> None:
    try:
        with database.transaction() as connection:
            work(connection)
    except DBAPIError as error:
        raise DistributionFailed(error) from None


def count_nodes(database: Database) -> int:
    """Machines of the cluster that hold rows."""
    holding = text("SELECT count(*) FROM pg_dist_node WHERE isactive AND shouldhaveshards AND noderole = 'primary'")
    with database.reading() as connection:
        return int(connection.execute(holding).scalar_one())
