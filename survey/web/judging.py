"""Set-aside responses, one by one: for analysts alone. Who is rated sees no individual answer (promise 9)."""

from dataclasses import dataclass
from typing import Any, Final, get_args

from flask import Blueprint, Flask, abort, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from survey.domain.judging import LONGEST_NOTE, Decision, Judgement, NotJudged, reason_name
from survey.domain.message import Message
from survey.domain.office_page import offered_periods
from survey.domain.periods import BadPeriod, Calendar, Period, month_of, parse
from survey.journeys.judging import Asked, JudgingPage, judge_response, look_through
from survey.journeys.score import OfficeUnknown
from survey.web.access import staff_only
from survey.web.account import STALE_PAGE
from survey.web.context import installation

_COUNTED: Final = "counted"  # ?show=counted: the responses that are not set aside
_HIGHEST_PAGE: Final = 100_000

pages = Blueprint("judging", __name__)


def register(app: Flask) -> None:
    """Add the pages of this module."""
    app.jinja_env.globals.update(reason_name=reason_name, longest_note=LONGEST_NOTE)
    app.register_blueprint(pages)


@dataclass(frozen=True, slots=True)
class Refused:
    """A judgement that was not taken: what was typed, and why not."""

    judgement: Judgement
    problem: Message


@pages.get("/staff/offices/<code>/set-aside")
@staff_only("analyst")
def set_aside(code: str) -> Response:
    """What was set aside in a period and why, and what counts; each response in short."""
    return _page(code)


@pages.post("/staff/offices/<code>/set-aside")
@staff_only("analyst")
def judge(code: str) -> Response:
    """Puts one response back, or sets one aside."""
    judgement = _judgement()
    if not FlaskForm().validate():
        return _page(code, Refused(judgement, STALE_PAGE))
    here = installation()
    try:
        with here.database.transaction() as connection:
            judge_response(connection, current_user.staff, code, judgement, now=here.clock())
    except OfficeUnknown:
        abort(404)
    except NotJudged as refused:
        return _page(code, Refused(judgement, refused.message))
    kept: dict[str, Any] = {
        name: request.args[name] for name in ("period", "show", "reason", "page") if name in request.args
    }
    return redirect(url_for(".set_aside", code=code, **kept, done=judgement.decision), 303)


def _judgement() -> Judgement:
    named = request.form.get("decision", "")
    decision = next((each for each in get_args(Decision) if each == named), None)
    if decision is None:
        abort(400)
    return Judgement(request.form.get("key", "").strip(), decision, request.form.get("note", ""))


def _page(code: str, refused: Refused | None = None) -> Response:
    here = installation()
    try:
        asked, problem = _asked(code)
        page = look_through(here.database, here.catalogue, current_user.staff, asked, now=here.clock())
    except OfficeUnknown:
        abort(404)
    html = render_template(
        "staff/set_aside.html",
        page=page,
        problem=problem,
        refused=refused,
        done=request.args.get("done", ""),
        offered=offered_periods(asked.period, today=here.clock().date()),
        query=_query(page),
    )
    return make_response(html, 422 if refused or problem else 200)


def _asked(code: str) -> tuple[Asked, Message | None]:
    """What the address asks for; a period that cannot be read falls back to this month, with a sentence."""
    problem = None
    period = this_month = month_of(installation().clock().date(), _calendar())
    try:
        if text := request.args.get("period", ""):
            period = _whole_months(parse(text, _calendar()))
    except BadPeriod as bad:
        period, problem = this_month, bad.message
    aside = request.args.get("show", "") != _COUNTED
    reason = request.args.get("reason", "") if aside else ""
    number = request.args.get("page", 1, type=int)
    return Asked(code, period, aside, reason, min(number, _HIGHEST_PAGE)), problem


def _calendar() -> Calendar:
    return "administrative" if installation().config.calendar == "administrative" else "civil"


def _whole_months(period: Period) -> Period:
    if period.kind == "span":
        raise BadPeriod(period.key)
    return period


def _query(page: JudgingPage) -> dict[str, str]:
    """What the links of the page go on naming."""
    asked = page.asked
    named = {"period": asked.period.key, "show": "" if asked.set_aside else _COUNTED, "reason": asked.reason}
    return {name: value for name, value in named.items() if value}
