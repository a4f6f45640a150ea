"""The office page: what the head of an office reads, on the page, as a chart and as files."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask import Blueprint, Flask, Response, abort, current_app, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from survey.domain.comparison import NotComparable, clearness
from survey.domain.estimation import BaseRules, status_name
from survey.domain.message import Message
from survey.domain.office_page import (
    PICKED_KINDS,
    OfficePage,
    offered_periods,
    period_after,
)
from survey.domain.offices import Office
from survey.domain.periods import (
    BadPeriod,
    Calendar,
    Period,
    current_period,
    days_in_words,
    month_of,
    name,
    parse,
    previous,
)
from survey.domain.questionnaire import Questionnaire, UnknownQuestionnaire
from survey.domain.scoring import CHANNEL_NAMES
from survey.domain.scoring_csv import as_csv
from survey.domain.scoring_json import as_json
from survey.domain.staff import Staff
from survey.domain.standing_words import short_flag
from survey.journeys import report
from survey.journeys.counts import office_counts
from survey.journeys.dashboard import Asked, show_office, visible_branch, visible_offices
from survey.journeys.score import Branch, OfficeUnknown, bring_up_to_date
from survey.palette import LEVELS
from survey.render import charts
from survey.render import report as report_document
from survey.store.reports import ReportChanged
from survey.web.access import EVERY_ROLE, READERS, staff_only
from survey.web.context import installation
from survey.web.language import language

pages = Blueprint("offices", __name__)

DESKS_ONLY: Final = "officer"  # promise 9: who is rated sees that the desk works, and no score


def register(app: Flask) -> None:
    """Add the pages of this module."""
    app.jinja_env.globals.update(
        channel_names=CHANNEL_NAMES,
        clearness=clearness,
        level_colour=level_colour,
        period_days=days_in_words,
        period_name=name,
        status_name=status_name,
    )
    app.jinja_env.filters.update(month=short_month, quoted="“{}”".format)
    app.jinja_env.tests["not_comparable"] = lambda value: isinstance(value, NotComparable)
    app.register_blueprint(pages)


def short_month(month: Period) -> str:
    """A month in a narrow column: 10/2026."""
    return f"{month.last.month}/{month.last.year}"


def level_colour(value: int, values: Sequence[int]) -> str:
    """The colour of a level: spread over the one palette where a scale has other levels than 1…5."""
    place, last = values.index(value), max(1, len(values) - 1)
    return LEVELS[1 + round(place * (len(LEVELS) - 1) / last)]


def viewer() -> Staff:
    """The signed-in member of staff."""
    staff: Staff = current_user.staff
    return staff


# --- what is asked ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reading:
    """A request for an office's figures, and what was wrong with it."""

    asked: Asked
    problem: Message | None = None


def _reading(code: str) -> Reading:
    """Period and questionnaire of the address; what cannot be read falls back to the usual one, with a sentence."""
    today = installation().clock().date()
    problem = None
    try:
        period = _period()
    except BadPeriod as bad:
        period, problem = _this_month(), bad.message
    try:
        questionnaire = _questionnaire()
    except UnknownQuestionnaire as unknown:
        questionnaire, problem = None, unknown.message
    return Reading(Asked(code, period, today, questionnaire), problem)


def _calendar() -> Calendar:
    return "administrative" if installation().config.calendar == "administrative" else "civil"


def _this_month() -> Period:
    return month_of(installation().clock().date(), _calendar())


def _period() -> Period:
    text = request.args.get("period", "")
    if not text:
        return _this_month()
    period = parse(text, _calendar())
    if period.kind == "span":  # the page is made of whole months
        raise BadPeriod(text)
    return period


def _questionnaire() -> Questionnaire | None:
    ref = request.args.get("questionnaire", "")
    return installation().catalogue.get(ref) if ref else None


def _shown(asked: Asked) -> OfficePage:
    here = installation()
    try:
        return show_office(here.database, here.catalogue, viewer(), asked)
    except OfficeUnknown:
        abort(404)


# --- pages ------------------------------------------------------------------------------------------------


@pages.get("/staff/")
@staff_only(*EVERY_ROLE)
def home() -> AnyResponse | str:
    """Straight to one's own office; who has several to look after chooses from a list."""
    with installation().database.reading() as connection:
        offices = visible_offices(connection, viewer())
    if viewer().role == DESKS_ONLY:
        return redirect(url_for("desks.desk_list", code=offices[0].code))
    if viewer().role == "head" or len(offices) == 1:
        return redirect(url_for("offices.office_page", code=offices[0].code))
    return render_template("staff/offices.html", offices=offices, depth_of=_depths(offices))


def _depths(offices: tuple[Office, ...]) -> dict[int, int]:
    """How deep each office stands below the first ones, which come before it."""
    depths: dict[int, int] = {}
    for office in offices:
        depths[office.id] = depths.get(office.parent_id or 0, -1) + 1
    return depths


@pages.get("/staff/offices/<code>")
@staff_only(*READERS)
def office_page(code: str) -> tuple[str, int]:
    """The page of an office in one period."""
    reading = _reading(code)
    page = _shown(reading.asked)
    html = render_template(
        "staff/office.html",
        page=page,
        problem=reading.problem,
        rules=BaseRules(),
        findings=page.credibility.findings(page.score),
        flag=short_flag(page.credibility.standings),
        picker=_picker(page),
        query=_query(page),
    )
    return html, 422 if reading.problem else 200


def _picker(page: OfficePage) -> dict[str, object]:
    """Where the period picker leads."""
    near = min(page.period.last, page.today) if page.period.first <= page.today else page.period.first
    kinds = [current_period(kind, on=near, like=page.period) for kind in PICKED_KINDS]
    return {
        "kinds": kinds,
        "before": previous(page.period),
        "after": period_after(page.period, today=page.today),
        "offered": offered_periods(page.period, today=page.today),
    }


def _query(page: OfficePage) -> dict[str, str]:
    """What every link of the page keeps: the questionnaire somebody chose, if any."""
    chosen = request.args.get("questionnaire")
    return {"questionnaire": page.questionnaire.key} if chosen else {}


# --- files ------------------------------------------------------------------------------------------------


@pages.get("/staff/offices/<code>/scores.json")
@staff_only(*READERS)
def scores_json(code: str) -> Response:
    """The score as the JSON of interface.md."""
    reading = _reading(code)
    page = _shown(reading.asked)
    if reading.problem is not None:
        return _refused(reading.problem)
    text = current_app.json.dumps(
        as_json(page.score, language(), page.credibility), ensure_ascii=False, sort_keys=False, indent=1
    )
    return Response(text + "\n", mimetype="application/json")


@pages.get("/staff/offices/<code>/scores.csv")
@staff_only(*READERS)
def scores_csv(code: str) -> Response:
    """The score as a table."""
    reading = _reading(code)
    page = _shown(reading.asked)
    if reading.problem is not None:
        return _refused(reading.problem)
    response = Response("".join(as_csv(page.score, language(), page.credibility)), mimetype="text/csv")
    filename = f"{page.office.code}-{page.period.key}.csv"
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response


@pages.get("/staff/offices/<code>/counts.csv")
@staff_only(*READERS)
def counts_csv(code: str) -> Response:
    """What every shown figure of the score is computed from; docs/recompute.py computes it again."""
    here, reading = installation(), _reading(code)
    try:
        lines = office_counts(here.database, here.catalogue, viewer(), reading.asked, language=language())
    except OfficeUnknown:
        abort(404)
    if reading.problem is not None:
        return _refused(reading.problem)
    response = Response("".join(lines), mimetype="text/csv")
    filename = f"{code}-{reading.asked.period.key}-counts.csv"
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response


@pages.get("/staff/offices/<code>/report.pdf")
@staff_only(*READERS)
def report_pdf(code: str) -> Response:
    """The official report of the period: the issued one if there is one, else a draft that says so."""
    branch, reading = _visible(code), _reading(code)
    if reading.problem is not None:
        return _refused(reading.problem)
    period = reading.asked.period
    response = Response(_typeset(branch, period, reading.asked.today), mimetype="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=f"bao-cao-{branch.office.code}-{period.key}.pdf")
    return response


def _visible(code: str) -> Branch:
    try:
        with installation().database.reading() as connection:
            return visible_branch(connection, viewer(), code)
    except OfficeUnknown:
        abort(404)


def _typeset(branch: Branch, period: Period, today: date) -> bytes:
    here = installation()
    first = report.first_day_needed(period)
    bring_up_to_date(here.database, here.catalogue, office_ids=branch.ids, first=first, last=period.last)
    asked = report.Asked(branch.office.code, period, here.config.authority, today)
    with here.database.reading() as connection:
        made = report.report_in_force(connection, here.catalogue, asked)
    return report_document.report_pdf(made.content, made.issue)


@pages.errorhandler(ReportChanged)
def _report_changed(changed: ReportChanged) -> Response:
    return _refused(changed.message, status=500)


def _refused(problem: Message, *, status: int = 422) -> Response:
    sentence = gettext(problem.template, **problem.params)
    return Response(sentence + "\n", status=status, mimetype="text/plain")


@pages.get("/staff/offices/<code>/trend.svg")
@staff_only(*READERS)
def trend_svg(code: str) -> Response:
    """The twelve-month trend as a picture; ``theme`` dark or light, ``shape`` wide or narrow."""
    page = _shown(_reading(code).asked)
    dark, narrow = request.args.get("theme") == "dark", request.args.get("shape") == "narrow"
    response = Response(mimetype="image/svg+xml")
    # Drawing takes a tenth of a second or more: a browser that has this very picture keeps it.
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(hashlib.sha256(repr((page.trend, dark, narrow, language())).encode()).hexdigest()[:32])
    response.make_conditional(request)
    if response.status_code != 304:
        response.set_data(_trend(page, dark=dark, narrow=narrow))
    return response


def _trend(page: OfficePage, *, dark: bool, narrow: bool) -> bytes:
    words = charts.TrendWords(
        title=gettext("Chỉ số hài lòng theo tháng"),
        suppressed=gettext("chưa đủ số phiếu"),
        withheld=gettext("không nêu (M12)"),
        no_data=gettext("chưa có phiếu"),
        indicative=gettext("tham khảo"),
    )
    accent = installation().config.accent
    return charts.trend_svg(page.trend, words=words, language=language(), accent=accent, dark=dark, narrow=narrow)
