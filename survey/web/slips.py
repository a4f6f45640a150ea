"""`/s/CODE`: the page of the desk that issued a slip, carrying its code.

Such a page is made for one person: it is neither prepared nor repeated (prepared.py, front.py), and lies outside what
the service worker looks at (worker.js). A code stands in addresses and forms, and in no log.
"""

import logging
import re
from typing import Final

from flask import Blueprint, Flask, g, redirect, url_for
from werkzeug.wrappers import Response

from survey.domain.answers import clean_text
from survey.domain.message import Message, message
from survey.domain.slips import normalise_slip_code, slip_key
from survey.installation import Installation
from survey.journeys.respond import DeskNotOpen, DeskRetired
from survey.store.slips import fetch_slip
from survey.web import citizen, visit
from survey.web.access import public
from survey.web.context import installation

MISTYPED: Final = message(
    "Mã phiếu hẹn gồm 12 chữ và số; mã vừa nhập có chỗ chưa đúng. Xin Ông/Bà xem lại từng nhóm 4."
)
UNKNOWN: Final = message("Không có phiếu hẹn nào mang mã này. Xin Ông/Bà xem lại mã in trên phiếu hẹn.")
_LONGEST_CODE_SHOWN: Final = 20

pages = Blueprint("slips", __name__)


def register(app: Flask, installation: Installation) -> None:
    """Add the page, and what hashes the code it carries."""
    app.extensions["slip_key"] = slip_key(installation.config.secret_key)
    app.logger.addFilter(_without_codes)
    app.register_blueprint(pages)


@pages.get("/s/<code>")
@public
def open_slip(code: str) -> Response:
    """The first page of the slip's desk; what an unknown or mistyped code asks for instead."""
    canonical = normalise_slip_code(code)
    if canonical is None:
        return _asked_again(code, MISTYPED)
    if canonical != code:
        return redirect(url_for(".open_slip", code=canonical, **visit.carried()))
    with installation().database.asking() as connection:
        known = fetch_slip(connection, visit.hash_of_slip(canonical))
    if known is None:
        return _asked_again(code, UNKNOWN)
    g.slip = canonical
    try:
        return citizen.first_page(known.desk_code, slip_used=known.used)
    except DeskNotOpen as early:
        return visit.page("not_open", 404, desk=early.desk, office=early.office)
    except DeskRetired as closed:
        return visit.page("retired", 410, desk=closed.desk, office=closed.office, refused=False)


def _asked_again(code: str, fault: Message) -> Response:
    return visit.page("slip_unknown", 404, typed=clean_text(code)[:_LONGEST_CODE_SHOWN], fault=fault)


def _without_codes(record: logging.LogRecord) -> bool:
    """Flask writes down the address at which it failed: of a slip's, only that it was one."""
    record.msg = re.sub(r"/s/[^\s?]*", "/s/…", str(record.msg))
    return True
