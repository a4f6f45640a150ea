"""The desks of an office: that answers arrive, and the posters to hang up."""

from collections.abc import Iterable
from typing import get_args

from flask import Blueprint, Flask, Response, abort, render_template, request
from flask_login import current_user

from survey.domain.offices import Desk, Office, normalise_desk_code
from survey.domain.questionnaire import UnknownQuestionnaire
from survey.journeys.dashboard import DeskOutOfSight, DesksPage, show_desks, visible_desk
from survey.journeys.score import OfficeUnknown
from survey.render.poster import Paper, poster_of, poster_pdf
from survey.render.qr import qr_svg
from survey.web.access import EVERY_ROLE, staff_only
from survey.web.context import installation

pages = Blueprint("desks", __name__)


def register(app: Flask) -> None:
    """Add the pages of this module."""
    app.jinja_env.globals.update(questionnaire_title=questionnaire_title)
    app.register_blueprint(pages)


def questionnaire_title(ref: str) -> dict[str, str]:
    """The title of the questionnaire a desk asks; its reference where no file has it any more."""
    try:
        return dict(installation().catalogue.get(ref).title)
    except UnknownQuestionnaire:
        return {"vi": ref}


@pages.get("/staff/offices/<code>/desks")
@staff_only(*EVERY_ROLE)
def desk_list(code: str) -> str:
    """The desks, and what to print for them."""
    return render_template("staff/desks.html", page=_desks(code))


def _desks(code: str) -> DesksPage:
    here = installation()
    try:
        return show_desks(here.database, here.catalogue, current_user.staff, code, today=here.clock().date())
    except OfficeUnknown:
        abort(404)


@pages.get("/staff/offices/<code>/desks/poster.pdf")
@staff_only(*EVERY_ROLE)
def posters(code: str) -> Response:
    """Posters of the desks that take answers or will; of one desk with ``?desk=CODE``."""
    page = _desks(code)
    wanted = normalise_desk_code(asked) if (asked := request.args.get("desk")) else None
    printable = [
        (state.desk, state.serves)
        for state in page.printable
        if state.serves and (not asked or state.desk.code == wanted)
    ]
    if not printable:
        abort(404)
    pdf = _poster_pdf(printable, request.args.get("paper", "a4"))
    response = Response(pdf, mimetype="application/pdf")
    filename = f"ap-phich-{wanted or page.office.code}.pdf"
    response.headers.set("Content-Disposition", "inline", filename=filename)
    return response


def _poster_pdf(desks: Iterable[tuple[Desk, Office]], paper: str) -> bytes:
    chosen = next((each for each in get_args(Paper) if each == paper), None)
    if chosen is None:
        abort(404)
    config = installation().config
    printed = [poster_of(desk, office, authority=config.authority, base_url=config.base_url) for desk, office in desks]
    return poster_pdf(printed, chosen, accent=config.accent)


@pages.get("/staff/desks/<code>/qr.svg")
@staff_only(*EVERY_ROLE)
def desk_qr(code: str) -> Response:
    """The bare QR code of a desk, for an office's own leaflets."""
    today = installation().clock().date()
    try:
        with installation().database.reading() as connection:
            desk, _ = visible_desk(connection, current_user.staff, normalise_desk_code(code) or "", today=today)
    except DeskOutOfSight:
        abort(404)
    svg = qr_svg(desk.address(installation().config.base_url))
    response = Response(svg, mimetype="image/svg+xml")
    response.headers.set("Content-Disposition", "attachment", filename=f"qr-{desk.code}.svg")
    return response
