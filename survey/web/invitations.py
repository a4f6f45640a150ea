"""`/m/LINK`: the page of a round for one invited person, and what follows the tap.

What follows has addresses of its own, without the link: a proxy that writes addresses down must not put the link, which
the province knows by a file, beside the key of a response. The link travels in the form.
"""

import logging
import re

from flask import Blueprint, Flask, g, redirect, request, url_for
from werkzeug.wrappers import Response

from survey.domain.rounds import invitation_key
from survey.domain.slips import normalise_slip_code
from survey.installation import Installation
from survey.journeys.invitations import LinkUnknown, LinkUsed, open_link
from survey.journeys.respond import DeskNotOpen, DeskRetired, DeskUnknown
from survey.web import citizen, visit
from survey.web.access import public
from survey.web.context import installation

pages = Blueprint(visit.INVITATIONS, __name__)


def register(app: Flask, installation: Installation) -> None:
    """Add the pages, and what hashes the links they carry."""
    app.extensions["link_key"] = invitation_key(installation.config.secret_key)
    app.logger.addFilter(_without_links)
    app.register_blueprint(pages)


@pages.get("/m/<code>")
@public
def open_invitation(code: str) -> Response:
    """The first page for the holder of a link."""
    canonical = normalise_slip_code(code)
    if canonical is not None and canonical != code:
        return redirect(url_for(".open_invitation", code=canonical, **visit.carried()))
    here = installation()
    with here.database.reading() as connection:
        place = open_link(connection, here.catalogue, code, key=visit.link_key(), today=here.clock().date())
    g.link = canonical
    return citizen.tap_page(place)


@pages.get("/m/dot/<code>")
@public
def tap(code: str) -> Response:  # noqa: ARG001 (the address of a form, opened as a page)
    """Where forms are sent, opened as a page: only a link opens one."""
    return _notice("unknown", 404)


pages.add_url_rule("/m/dot/<code>", "send", citizen.send, methods=["POST"])
pages.add_url_rule("/m/dot/<code>/phieu/<key>", "criteria", citizen.criteria)
pages.add_url_rule("/m/dot/<code>/cam-on", "thanks", citizen.thanks)


@pages.after_request
def _not_named(response: Response) -> Response:
    """A page's address holds the link; as the referrer it would stand beside the key in a proxy's log."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@pages.errorhandler(LinkUnknown)
@pages.errorhandler(DeskUnknown)
def _unknown(_error: Exception) -> Response:
    return _notice("unknown", 404)


@pages.errorhandler(LinkUsed)
def _used(error: LinkUsed) -> Response:
    # 409 for a send: what it brought was not stored.
    return _notice("used", 409 if request.method == "POST" else 410, desk=error.desk, office=error.office)


@pages.errorhandler(DeskNotOpen)
def _early(error: DeskNotOpen) -> Response:
    return _notice("early", 404, desk=error.desk, office=error.office)


@pages.errorhandler(DeskRetired)
def _over(error: DeskRetired) -> Response:
    return _notice("over", 410, desk=error.desk, office=error.office)


def _notice(state: str, status: int, **context: object) -> Response:
    return visit.page("invitation", status, state=state, refused=request.method == "POST", **context)


def _without_links(record: logging.LogRecord) -> bool:
    """Flask writes down the address at which it failed: of a link, only that it was one."""
    record.msg = re.sub(r"/m/[^\s?]*", "/m/…", str(record.msg))
    return True
