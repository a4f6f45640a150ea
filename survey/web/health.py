"""Whether the process lives and whether it can serve, for an operator's monitor."""

from flask import Blueprint, Flask

from survey.domain.message import Refused
from survey.journeys.readiness import check_prepared
from survey.store.schema import NotPrepared
from survey.web.access import public
from survey.web.context import installation

pages = Blueprint("health", __name__)


def register(app: Flask) -> None:
    """Add the pages of this module."""
    app.register_blueprint(pages)


@pages.get("/healthz")
@public
def live() -> tuple[str, dict[str, str]]:
    """The process answers."""
    return "ok\n", {"Content-Type": "text/plain; charset=utf-8"}


@pages.get("/readyz")
@public
def ready() -> tuple[str, int, dict[str, str]]:
    """The database answers and fits this program and its questionnaires."""
    plain = {"Content-Type": "text/plain; charset=utf-8"}
    try:
        with installation().database.reading() as connection:
            check_prepared(connection, installation().catalogue)
    except (NotPrepared, Refused):
        return "run: flask init\n", 503, plain
    return "ready\n", 200, plain
