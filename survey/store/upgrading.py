"""Creating and upgrading the tables through Alembic, which a server never needs."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from survey.store import Connection, Database


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
