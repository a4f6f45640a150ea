"""The citizen's minute: the tap, the criteria, the thanks, and the pages around them.

Nothing here sets or reads a cookie. Of the sender, address and user agent become hashes of the day; nothing of either
is stored or logged (promise 3).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, cast

from flask import Blueprint, Flask, current_app, g, redirect, request, url_for
from itsdangerous import URLSafeSerializer
from werkzeug.wrappers import Response

from survey.domain.answers import AnswerFault, clean_text
from survey.domain.languages import SOURCE
from survey.domain.message import message
from survey.domain.offices import normalise_desk_code
from survey.domain.questionnaire import Questionnaire, UnknownQuestionnaire
from survey.domain.response import is_key, new_key
from survey.domain.slips import normalise_slip_code
from survey.installation import Installation
from survey.journeys.invitations import open_round_desk, respond_to_invitation
from survey.journeys.office_facts import KeptFacts
from survey.journeys.respond import (
    GRACE,
    NO_GRACE,
    AnswersRejected,
    DeskNotOpen,
    DeskRetired,
    DeskUnknown,
    NothingAnswered,
    OpenDesk,
    Receipt,
    Send,
    open_desk,
    respond,
)
from survey.journeys.rounds import INVITATION
from survey.journeys.senders import Senders
from survey.web import visit
from survey.web.access import public
from survey.web.address import client_address_of_request
from survey.web.compression import accepts_gzip
from survey.web.context import installation
from survey.web.forms import criteria_form, tap_field
from survey.web.front import may_be_repeated
from survey.web.language import is_offered, language
from survey.web.moment import Moment
from survey.web.prepared import PreparedPage, PreparedPages, Values
from survey.web.stamp import Stamp, opened, sealed, sealer_of
from survey.web.visit import CHANNELS, SET_ASIDE, TAKEN_AS_OPEN, TOO_LATE

# What a page puts into its form beside the questions; a questionnaire may not use these ids.
PAGE_FIELDS: Final = frozenset({"key", "stamp", "k", "slip", "m", "lang", "switch"})
_LONGEST_CODE_SHOWN: Final = 20

pages = Blueprint("citizen", __name__)


def register(app: Flask, installation: Installation) -> None:
    """Add the pages of this module."""
    app.extensions["stamps"] = sealer_of(str(app.secret_key))
    app.extensions["senders"] = Senders(installation.database)
    app.extensions["office_facts"] = KeptFacts(installation.database)
    app.extensions["prepared_pages"] = PreparedPages()
    app.extensions["desks"] = Moment[OpenDesk](installation.moment)
    app.register_blueprint(pages)


def _stamp_of(desk_code: str) -> Stamp | None:
    """The stamp this request carries, if it is ours and of this desk."""
    if "stamp" not in g:
        g.stamp = opened(_sealer(), visit.given("stamp"))
    stamp: Stamp | None = g.stamp
    return stamp if stamp and stamp.desk == desk_code else None


def _sealer() -> URLSafeSerializer:
    return cast(URLSafeSerializer, current_app.extensions["stamps"])


# ---- pages


@pages.get("/")
@public
def home() -> Response:
    """A field for the code beside a QR, a desk's or a slip's; the right code leads to its desk."""
    typed = request.args.get("code")
    if typed is None:
        return visit.page("home", typed="", fault=None)
    shown = clean_text(typed)[:_LONGEST_CODE_SHOWN]
    slip = normalise_slip_code(typed)
    if slip is not None:
        return redirect(url_for("slips.open_slip", code=slip, **visit.carried()))
    code = normalise_desk_code(typed)
    if code is None:
        fault = message("Mã này có chỗ chưa đúng. Xin Ông/Bà xem lại mã in cạnh hình vuông QR.")
        return visit.page("home", 422, typed=shown, fault=fault)
    try:
        _serving_desk(code)
    except DeskUnknown:
        fault = message("Không có quầy nào mang mã %(code)s. Xin Ông/Bà xem lại mã in cạnh hình vuông QR.", code=code)
        return visit.page("home", 422, typed=shown, fault=fault)
    except DeskRetired:
        pass  # its own page tells more than a sentence here could
    return redirect(url_for(".tap", code=code, **visit.carried()))


@pages.get("/d/<code>")
@public
def tap(code: str) -> Response:
    """The first page: one question, five buttons."""
    canonical = _canonical(code)
    if canonical != code:
        return redirect(url_for(".tap", code=canonical, **visit.carried()))
    place = _serving_desk(canonical)
    return _usual_page("tap", _values(place, new_key()), _tap_html)


def first_page(code: str, *, slip_used: bool) -> Response:
    """The first page of the desk for the holder of a slip. Raises as ``tap`` does."""
    values = _values(_serving_desk(code), new_key())
    return visit.answer(_tap_html(values, slip_used=slip_used))


def tap_page(place: OpenDesk) -> Response:
    """The first page of a desk that is known, for one person."""
    return visit.answer(_tap_html(_values(place, new_key())))


@pages.post("/d/<code>")
@public
def send(code: str) -> Response:
    """Takes the tap, the criteria, or both; the answer is on disk before the redirect leaves."""
    canonical = _canonical(code)
    if is_offered(request.form.get("switch", "")):
        return _in_other_language(canonical)
    submitted = _submitted()
    stamp = _stamp_of(canonical)
    here = installation()
    now = here.clock()
    facts: KeptFacts = current_app.extensions["office_facts"]
    sent = Send(
        desk_code=canonical,
        channel=INVITATION if visit.invited() else visit.channel(),
        submitted=submitted,
        key=request.form.get("key", ""),
        questionnaire=stamp.questionnaire if stamp else "",
        page_issued_at=stamp.issued_at if stamp else None,
        slip=visit.hash_of_slip(visit.slip()),
        **_from_whom(canonical, now),
    )
    known = facts.known(now)
    try:
        with here.database.transaction() as connection:
            receipt = _answered()(connection, here.catalogue, sent, now=now, facts=known)
    except NothingAnswered:
        fault = message("Xin Ông/Bà chọn một trong các mức dưới đây.")
        return _tap_page(_answering_desk(canonical), (AnswerFault("overall", "", fault),))
    except AnswersRejected as rejected:
        return _shown_again(canonical, rejected, submitted)
    said = visit.carried() if receipt.counted else {**visit.carried(), SET_ASIDE: "1"}
    if receipt.kind == "late":
        said[TOO_LATE] = "1"
    if sent.slip and not receipt.verified:
        said[TAKEN_AS_OPEN] = "1"
    if receipt.completed or receipt.kind == "late" or "overall" not in submitted:
        return redirect(url_for(".thanks", code=canonical, **said), 303)
    carried = {"stamp": request.form.get("stamp", ""), **said} if stamp else said
    return redirect(url_for(".criteria", code=canonical, key=receipt.key, **carried), 303)


def _answered() -> Callable[..., Receipt]:
    """What stores a send: at a desk anybody's, in a round that of a link."""
    if visit.invited():
        return partial(respond_to_invitation, link=visit.link(), key=visit.link_key())
    return respond


@pages.get("/d/<code>/phieu/<key>")
@public
def criteria(code: str, key: str) -> Response:
    """The questions after the tap. Its address is all it needs: no cookie, and no stored answer is shown."""
    place = _answering_desk(_canonical(code))
    if not is_key(key) or code != place.desk.code:
        return redirect(url_for(".tap", code=place.desk.code, **visit.carried()))
    return _usual_page("criteria", _values(place, key), _criteria_html)


@pages.get("/d/<code>/cam-on")
@public
def thanks(code: str) -> Response:
    """The end."""
    return visit.page("thanks", place=_answering_desk(_canonical(code)))


@pages.errorhandler(DeskUnknown)
def _desk_unknown(error: DeskUnknown) -> Response:
    return visit.page("unknown", 404, typed=clean_text(error.code)[:_LONGEST_CODE_SHOWN])


@pages.errorhandler(DeskNotOpen)
def _desk_not_open(error: DeskNotOpen) -> Response:
    return visit.page("not_open", 404, desk=error.desk, office=error.office)


@pages.errorhandler(DeskRetired)
def _desk_retired(error: DeskRetired) -> Response:
    return visit.page("retired", 410, desk=error.desk, office=error.office, refused=request.method == "POST")


# ---- how a form comes back


def _tap_page(place: OpenDesk, faults: Sequence[AnswerFault]) -> Response:
    return visit.answer(_tap_html(_values(place, _key_or_new()), faults), 422)


def _shown_again(code: str, rejected: AnswersRejected, submitted: Mapping[str, list[str]]) -> Response:
    place = replace(_answering_desk(code), questionnaire=rejected.questionnaire)
    faults = rejected.checked.faults
    if submitted.keys() <= {"overall"}:
        return _tap_page(place, faults)
    form = criteria_form(rejected.questionnaire, language(), submitted=submitted, faults=faults)
    return visit.page("criteria", 422, form=form, state="refused", **_fields(_values(place, _key_or_new())))


def _in_other_language(code: str) -> Response:
    """The half-filled form in the language its switch names; nothing is judged and nothing stored."""
    values = _values(_answering_desk(code), _key_or_new())
    submitted = _submitted()
    form = criteria_form(values.place.questionnaire, language(), submitted=submitted)
    state = "refused" if "overall" in submitted else "tapped"
    return visit.page("criteria", form=form, state=state, **_fields(values))


# ---- how a page is made


def _tap_html(values: Values, faults: Sequence[AnswerFault] = (), *, slip_used: bool = False) -> str:
    field = tap_field(values.place.questionnaire, language(), faults)
    return visit.html("tap", field=field, slip_used=slip_used, **_fields(values))


def _criteria_html(values: Values) -> str:
    form = criteria_form(values.place.questionnaire, language())
    return visit.html("criteria", form=form, state="tapped", **_fields(values))


def _fields(values: Values) -> dict[str, Any]:
    retention = installation().config.retention_months
    return {"place": values.place, "key": values.key, "stamp": values.stamp, "retention": retention}


def _values(place: OpenDesk, key: str) -> Values:
    """One visit: the version it began with, as its stamp says, else the desk's of today under a new stamp."""
    stamp = _stamp_of(place.desk.code)
    if stamp is None:
        stamp = Stamp(place.desk.code, place.questionnaire.key, installation().clock())
        return Values(place, key, sealed(_sealer(), stamp))
    return Values(replace(place, questionnaire=_version(stamp.questionnaire, place)), key, visit.given("stamp"))


def _version(key: str, place: OpenDesk) -> Questionnaire:
    try:
        return installation().catalogue.get(key)
    except UnknownQuestionnaire:
        return place.questionnaire


def _usual_page(name: str, values: Values, render: Callable[[Values], str]) -> Response:
    """A page as most people get it, filled in where it was rendered before."""
    if not _is_usual():
        return visit.answer(render(values))
    place, arguments = values.place, request.args
    version, marked, root = place.questionnaire.key, place.office.demonstration, request.script_root
    kind = (name, version, marked, language(), visit.channel(), frozenset(arguments), root)
    prepared: PreparedPages = current_app.extensions["prepared_pages"]
    gzip = accepts_gzip()
    page = prepared.page(kind, values, partial(_rendered_blank, render))
    may_be_repeated(partial(_refilled, page, values, _sealer(), gzip=gzip))
    answer = visit.answer(page.filled(values, gzip=gzip))
    if gzip:
        answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Vary"] = "Accept-Encoding"
    return answer


def _refilled(
    page: PreparedPage, values: Values, sealer: URLSafeSerializer, key: str, stamp: str, *, gzip: bool
) -> bytes | None:
    """The page for another visit to this desk; None for a stamp that is not ours, or that asks another version."""
    if stamp:
        shown, place = opened(sealer, stamp), values.place
        if shown is None or (shown.desk, shown.questionnaire) != (place.desk.code, place.questionnaire.key):
            return None
    filled = replace(values, key=key, stamp=stamp or values.stamp)
    return page.filled(filled, gzip=gzip) if is_key(key) else None


def _is_usual() -> bool:
    """Whether nothing in the address can show on the page but what a prepared page is told apart by."""
    arguments = request.args
    return (
        not visit.invited()
        and arguments.keys() <= {"k", "lang", "stamp"}
        and arguments.get("k", CHANNELS[0]) in CHANNELS
        and is_offered(arguments.get("lang", SOURCE))
        and ("stamp" not in arguments or opened(_sealer(), arguments["stamp"]) is not None)
    )


def _rendered_blank(render: Callable[[Values], str], values: Values) -> str:
    """What ``render`` makes of blanks, in a request of its own that carries a blank where this one has its stamp."""
    arguments = {**request.args, "stamp": values.stamp} if "stamp" in request.args else dict(request.args)
    root = {"SCRIPT_NAME": request.script_root}
    with current_app.test_request_context(request.path, query_string=arguments, environ_overrides=root):
        return render(values)


# ---- what a request carries


def _submitted() -> dict[str, list[str]]:
    return {name: values for name, values in request.form.lists() if name not in PAGE_FIELDS}


def _from_whom(desk_code: str, now: datetime) -> dict[str, str]:
    """The sender of this request: two hashes, and the address they are made of, which is never stored."""
    senders: Senders = current_app.extensions["senders"]
    address = client_address_of_request()
    device = senders.device(address, desk_code, request.headers.get("User-Agent", ""), now=now)
    return {"sender": senders.sender(address, desk_code, now=now), "device": device, "address": address}


def _key_or_new() -> str:
    key = request.form.get("key", "")
    return key if is_key(key) else new_key()


def _canonical(typed: str) -> str:
    code = normalise_desk_code(typed)
    if code is None:
        raise DeskUnknown(typed)
    return code


# ---- desks


def _serving_desk(code: str) -> OpenDesk:
    """The desk, open today. Raises DeskUnknown, DeskNotOpen or DeskRetired."""
    return _desk_on(code, grace=NO_GRACE)


def _answering_desk(code: str) -> OpenDesk:
    """The desk, open today or so lately that a page of it may still be in somebody's hands."""
    return _desk_on(code, grace=GRACE)


def _desk_on(code: str, *, grace: timedelta) -> OpenDesk:
    if request.method == "POST" or visit.invited():
        return _open_desk(code, grace)
    desks: Moment[OpenDesk] = current_app.extensions["desks"]
    return desks.get((code, grace), lambda: _open_desk(code, grace))


def _open_desk(code: str, grace: timedelta) -> OpenDesk:
    here = installation()
    opening = open_round_desk if visit.invited() else open_desk
    with here.database.asking() as connection:
        return opening(connection, here.catalogue, code, today=here.clock().date(), grace=grace)
