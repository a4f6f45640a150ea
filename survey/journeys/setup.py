"""Preparing an installation: tables, and the questionnaire versions it knows."""

from survey.domain.message import Fault, Refused, message
from survey.domain.questionnaire import Catalogue
from survey.store import Connection, Database
from survey.store.questionnaires import fetch_answered_digests, fetch_digests, register
from survey.store.schema import NotPrepared, require_current, upgrade


def prepare(database: Database, catalogue: Catalogue) -> None:
    """Create or upgrade the tables and register the questionnaires; safe to repeat.

    Refused when the file of a version that has been answered was changed (promise 4).
    """
    upgrade(database)
    with database.transaction() as connection:
        register_questionnaires(connection, catalogue)


def check_prepared(connection: Connection, catalogue: Catalogue) -> None:
    """Whether the database fits this program and its questionnaires.

    Refused when a version that people have answered was changed (promise 4); NotPrepared when tables or new
    versions await ``flask init``. Cheap where nothing changed: two short queries.
    """
    require_current(connection)
    known = fetch_digests(connection)
    different = [each for each in catalogue if known.get(each.key) != each.digest]
    if not different:
        return
    answered = fetch_answered_digests(connection)
    changed = tuple(_changed(each.key) for each in different if each.key in answered)
    raise Refused(changed) if changed else NotPrepared


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
