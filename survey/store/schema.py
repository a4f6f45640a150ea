"""Whether the tables are those of this program."""

from typing import Final

from sqlalchemy import inspect, text

from survey.store import Connection

REVISION: Final = "0005"  # the newest migration; a test holds it to the folder


class NotPrepared(Exception):
    """The database has no tables yet, or older ones than this program needs."""


def require_current(connection: Connection) -> None:
    """Raise NotPrepared unless the tables are exactly those of this program."""
    if not is_current(connection):
        raise NotPrepared


def is_current(connection: Connection) -> bool:
    """Whether the tables are exactly those of this program."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == REVISION
