"""Which questionnaire versions the installation knows, by digest."""

from collections.abc import Mapping

from sqlalchemy import exists, insert, select, update

from survey.store import Connection
from survey.store.models import questionnaire, response


def fetch_digests(connection: Connection) -> Mapping[str, str]:
    """Digest of every registered version, ``id@version`` → sha256."""
    return {key: digest for key, digest in connection.execute(select(questionnaire.c.key, questionnaire.c.digest))}


def fetch_answered_digests(connection: Connection) -> Mapping[str, str]:
    """The same for versions that hold at least one response: these can never change (promise 4)."""
    answered = exists().where(response.c.questionnaire == questionnaire.c.key)
    query = select(questionnaire.c.key, questionnaire.c.digest).where(answered)
    return {key: digest for key, digest in connection.execute(query)}


def register(connection: Connection, key: str, digest: str) -> None:
    """Make the version known; replaces the digest of one that nobody has answered yet."""
    if connection.execute(update(questionnaire).where(questionnaire.c.key == key).values(digest=digest)).rowcount == 0:
        connection.execute(insert(questionnaire).values(key=key, digest=digest))
