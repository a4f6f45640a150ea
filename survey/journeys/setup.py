"""Preparing an installation: tables, and the questionnaire versions it knows."""

from survey.domain.message import Fault, Refused, message
from survey.domain.questionnaire import Catalogue
from survey.store import Connection, Database
from survey.store.questionnaires import fetch_answered_digests, register
from survey.store.schema import upgrade


def prepare(database: Database, catalogue: Catalogue) -> None:
    """Create or upgrade the tables and register the questionnaires; safe to repeat.

    Refused when the file of a version that has been answered was changed (promise 4).
    """
    upgrade(database)
    with database.transaction() as connection:
        register_questionnaires(connection, catalogue)


def register_questionnaires(connection: Connection, catalogue: Catalogue) -> None:
    """Make every version of the catalogue known by its digest. Refused if an answered one differs."""
    answered = fetch_answered_digests(connection)
    changed = [each for each in catalogue if answered.get(each.key, each.digest) != each.digest]
    if changed:
        raise Refused(tuple(_changed(each.key) for each in changed))
    for each in catalogue:
        register(connection, each.key, each.digest)


def _changed(key: str) -> Fault:
    return Fault(
        message("phiếu %(key)s", key=key),
        message("đã có người trả lời nên không được sửa"),
        message("khôi phục tệp cũ và ghi thay đổi vào một phiên bản mới"),
    )
