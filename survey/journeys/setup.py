"""Preparing an installation: tables, and the questionnaire versions it knows."""

from survey.domain.questionnaire import Catalogue
from survey.journeys.readiness import different_versions, refuse_answered
from survey.store import Connection, Database
from survey.store.questionnaires import register
from survey.store.upgrading import upgrade


def prepare(database: Database, catalogue: Catalogue) -> None:
    """Create or upgrade the tables and register the questionnaires; safe to repeat.

    Refused when the file of a version that has been answered was changed (promise 4).
    """
    upgrade(database)
    with database.transaction() as connection:
        register_questionnaires(connection, catalogue)


def register_questionnaires(connection: Connection, catalogue: Catalogue) -> None:
    """Make every version of the catalogue known by its digest. Refused if an answered one differs."""
    different = different_versions(connection, catalogue)
    refuse_answered(connection, different)
    for each in different:
        register(connection, each.key, each.digest)
