"""The accessibility statement: how far everybody can use the citizen's pages, and how we know."""

from datetime import date
from typing import Final

from flask import Blueprint, Flask, Response, make_response, render_template, request

from survey.domain.offices import normalise_desk_code
from survey.web.access import public
from survey.web.citizen import CHANNELS
from survey.web.language import language

# The day on which all that the statement says was last gone through; its words and this day change together.
LAST_CHECKED: Final = date(2026, 11, 22)

pages = Blueprint("notices", __name__)


def register(app: Flask) -> None:
    """Add the pages of this module."""
    app.register_blueprint(pages)


@pages.get("/tiep-can")
@public
def accessibility() -> Response:
    """What works for whom, what was tested with what, what was not, and whom to tell."""
    channel = request.args.get("k", "")
    carried = {"k": channel if channel in CHANNELS[1:] else None, "lang": language() if language() != "vi" else None}
    page = render_template(
        "citizen/accessibility.html",
        checked=LAST_CHECKED,
        desk_code=normalise_desk_code(request.args.get("d", "")),
        carried=carried,
        channel=channel,
    )
    response = make_response(page)
    if channel == "kiosk":
        response.headers["Cache-Control"] = "no-store"
    return response
