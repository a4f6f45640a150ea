"""Whether an installation can serve: its tables and questionnaires are those of this program."""

from collections.abc import Collection

from survey.domain.message import Fault, Refused, message
from survey.domain.questionnaire import Catalogue, Questionnaire
from survey.store import Connection
from survey.store.questionnaires import fetch_answered_digests, fetch_digests
from survey.store.schema import NotPrepared, require_current


def check_prepared(connection: Connection, catalogue: Catalogue) -> None:
    """Whether the database fits this program and its questionnaires.

    Refused when a version that people have answered was changed (promise 4); NotPrepared when tables or new
    versions await ``flask init``. Cheap where nothing changed: two short queries.
    """
    require_current(connection)
    different = different_versions(connection, catalogue)
    if different:
        refuse_answered(connection, different)
        raise NotPrepared


def different_versions(connection: Connection, catalogue: Catalogue) -> list[Questionnaire]:
    """The versions that the database does not know, or knows as another text."""
    known = fetch_digests(connection)
    return [each for each in catalogue if known.get(each.key) != each.digest]


def refuse_answered(connection: Connection, different: Collection[Questionnaire]) -> None:
    """Refused when one of these versions has been answered: it can never change (promise 4)."""
    answered = fetch_answered_digests(connection, [each.key for each in different])
    changed = tuple(_changed(each.key) for each in different if each.key in answered)
    if changed:
        raise Refused(changed)


def _changed(key: str) -> Fault:
    return Fault(
        message("phiếu %(key)s", key=key),
        message("đã có người trả lời nên không được sửa"),
        message("khôi phục tệp cũ và ghi thay đổi vào một phiên bản mới"),
    )
