"""Creating and upgrading the tables through Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from survey.store import Connection, Database


class NotPrepared(Exception):
    """The database has no tables yet, or older ones than this program needs."""


def upgrade(database: Database) -> None:
    """Bring the database to this program's schema; does nothing when it is there already."""
    with database.transaction() as connection:
        command.upgrade(alembic_config(connection), "head")


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration on an open connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def require_current(connection: Connection) -> None:
    """Raise NotPrepared unless the tables are exactly those of this program."""
    if not is_current(connection):
        raise NotPrepared


def is_current(connection: Connection) -> bool:
    """Whether the tables are exactly those of this program."""
    head = ScriptDirectory.from_config(alembic_config(connection)).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == head
