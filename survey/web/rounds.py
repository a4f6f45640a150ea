"""The rounds of an office: how far each is, and what the independent sample says beside the counter's own answers."""

from flask import Blueprint, Flask, abort, render_template
from flask_login import current_user

from survey.domain.rounds import obtained_half_width
from survey.journeys.rounds import show_rounds
from survey.journeys.score import OfficeUnknown
from survey.web.access import READERS, staff_only
from survey.web.context import installation

pages = Blueprint("rounds", __name__)


def register(app: Flask) -> None:
    """Add the page of this module."""
    app.jinja_env.globals.update(obtained_half_width=obtained_half_width)
    app.register_blueprint(pages)


@pages.get("/staff/offices/<code>/rounds")
@staff_only(*READERS)
def round_list(code: str) -> str:
    """The rounds of an office, the latest first."""
    here = installation()
    try:
        page = show_rounds(here.database, here.catalogue, current_user.staff, code, today=here.clock().date())
    except OfficeUnknown:
        abort(404)
    return render_template("staff/rounds.html", page=page)
