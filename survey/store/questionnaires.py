"""Which questionnaire versions the installation knows, by digest."""

from collections.abc import Collection, Mapping

from sqlalchemy import insert, select, update

from survey.store import Connection
from survey.store.models import questionnaire, response


def fetch_digests(connection: Connection) -> Mapping[str, str]:
    """Digest of every registered version, ``id@version`` → sha256."""
    return {key: digest for key, digest in connection.execute(select(questionnaire.c.key, questionnaire.c.digest))}


def fetch_answered_digests(connection: Connection, keys: Collection[str] | None = None) -> Mapping[str, str]:
    """The same for those of ``keys`` (of all, when None) with at least one response: these never change (promise 4).

    Looks through all responses for a version without any: ask only for those in question.
    """
    known = fetch_digests(connection)
    return {key: known[key] for key in known if (keys is None or key in keys) and _is_answered(connection, key)}


def _is_answered(connection: Connection, key: str) -> bool:
    # Not EXISTS beside the questionnaires: Citus cannot ask distributed rows from a reference table's (rule 10).
    query = select(response.c.key).where(response.c.questionnaire == key).limit(1)
    return connection.execute(query).one_or_none() is not None


def register(connection: Connection, key: str, digest: str) -> None:
    """Make the version known; replaces the digest of one that nobody has answered yet."""
    if connection.execute(update(questionnaire).where(questionnaire.c.key == key).values(digest=digest)).rowcount == 0:
        connection.execute(insert(questionnaire).values(key=key, digest=digest))
