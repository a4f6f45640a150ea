"""What the quality rules know of an office: seen by its head, changed by those who are not rated by it."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, Flask, abort, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from survey.domain.message import Fault, Message
from survey.domain.office_facts import KIND_NAMES, KINDS, KIOSK
from survey.journeys.office_facts import FactsPage, FactsRefused, change_facts, show_facts
from survey.journeys.score import OfficeUnknown
from survey.web.access import READERS, staff_only
from survey.web.account import STALE_PAGE
from survey.web.context import installation

_LONGEST_TEXT = 20_000

pages = Blueprint("office_facts", __name__)


def register(app: Flask) -> None:
    """Add the pages of this module."""
    app.jinja_env.globals.update(fact_names=KIND_NAMES)
    app.register_blueprint(pages)


@pages.get("/staff/offices/<code>/facts")
@staff_only(*READERS)
def facts(code: str) -> Response:
    """Hours, holidays, networks and kiosks of an office, and who changed them last."""
    page = _shown(code)
    return _html(page, {kind: "\n".join(page.kinds[kind].own) for kind in KINDS})


@pages.post("/staff/offices/<code>/facts")
@staff_only("analyst", "admin")
def change(code: str) -> Response:
    """Keeps what was typed, or shows it again with its faults."""
    typed = {kind: "\n".join(request.form.getlist(kind))[:_LONGEST_TEXT] for kind in KINDS}
    if not FlaskForm().validate():
        return _html(_shown(code), typed, problem=STALE_PAGE)
    here = installation()
    try:
        with here.database.transaction() as connection:
            changed = change_facts(connection, current_user.staff, code, typed, now=here.clock())
    except OfficeUnknown:
        abort(404)
    except FactsRefused as refused:
        return _html(_shown(code), typed, faults=refused.faults)
    return redirect(url_for(".facts", code=code, saved="yes" if changed else "same"), 303)


def _shown(code: str) -> FactsPage:
    try:
        with installation().database.reading() as connection:
            return show_facts(connection, current_user.staff, code)
    except OfficeUnknown:
        abort(404)


def _html(
    page: FactsPage,
    typed: Mapping[str, str],
    *,
    faults: Mapping[str, Sequence[Fault]] | None = None,
    problem: Message | None = None,
) -> Response:
    html = render_template(
        "staff/facts.html",
        page=page,
        typed=typed,
        faults=faults or {},
        problem=problem,
        kiosks=typed[KIOSK].splitlines(),
        saved=request.args.get("saved", ""),
        may_change=current_user.role in ("analyst", "admin"),
    )
    return make_response(html, 422 if faults or problem else 200)
