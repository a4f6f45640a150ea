"""The notices under every citizen's page: what happens to an answer, and how far everybody can use the pages."""

from datetime import date
from typing import Final

from flask import Blueprint, Flask, request
from werkzeug.wrappers import Response

from survey.domain.offices import normalise_desk_code
from survey.web.access import public
from survey.web.context import installation
from survey.web.visit import page

# The day on which all that the statement says was last gone through; its words and this day change together.
LAST_CHECKED: Final = date(2026, 11, 22)

pages = Blueprint("notices", __name__)


def register(app: Flask) -> None:
    """Add the pages of this module."""
    app.register_blueprint(pages)


@pages.get("/rieng-tu")
@public
def privacy() -> Response:
    """The whole notice: who asks, why, what is kept and how long, whom to ask."""
    return page("privacy", desk_code=_desk_code(), retention=installation().config.retention_months)


@pages.get("/tiep-can")
@public
def accessibility() -> Response:
    """What works for whom, what was tested with what, what was not, and whom to tell."""
    return page("accessibility", desk_code=_desk_code(), checked=LAST_CHECKED)


def _desk_code() -> str | None:
    return normalise_desk_code(request.args.get("d", ""))
