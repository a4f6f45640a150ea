"""How many transactions an office and its desks had in a month: typed here, or imported from a file (M13).

Officers have no part in it: these numbers are what their desks' answers are held against.
"""

from dataclasses import dataclass, field
from typing import Final

from flask import Blueprint, Flask, abort, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse

from survey.domain.message import Message, message
from survey.domain.periods import BadPeriod, Calendar, Period, month_of, parse, period_following, previous
from survey.domain.transaction_file import typed_count
from survey.domain.transactions import WHOLE_OFFICE, period_text
from survey.journeys.score import OfficeUnknown
from survey.journeys.transactions import By, TransactionsPage, show_transactions, tell_transactions
from survey.web.access import READERS, staff_only
from survey.web.context import installation

pages = Blueprint("transactions", __name__)

_STALE: Final = message(
    "Trang này đã mở quá lâu hoặc trình duyệt đang chặn cookie. Xin bấm lại một lần nữa; nếu vẫn gặp câu này, "
    "xin cho phép cookie của trang."
)
_NOT_A_MONTH: Final = message("Trang này nhập số lượt theo từng tháng. Xin chọn một tháng đã bắt đầu.")
_LOOK_AGAIN: Final = message("Chưa lưu. Xin xem lại ô có dấu báo; các số khác vẫn giữ nguyên như đã nhập.")


def register(app: Flask) -> None:
    """Add the page of this module."""
    app.jinja_env.filters["period_text"] = lambda each: period_text(each.period(_calendar()))
    app.register_blueprint(pages)


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed, by desk ("" for the whole office): texts as they were, numbers, and what is wrong."""

    texts: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int | None] = field(default_factory=dict)
    problems: dict[str, Message] = field(default_factory=dict)


def _calendar() -> Calendar:
    return "administrative" if installation().config.calendar == "administrative" else "civil"


@pages.route("/staff/offices/<code>/transactions", methods=["GET", "POST"], endpoint="page")
@staff_only(*READERS)
def transactions_page(code: str) -> AnyResponse | tuple[str, int]:
    """The numbers of one month, and what was typed where it cannot be kept yet."""
    month, problem = _month()
    page = _shown(code, month)
    if request.method == "GET" or problem:
        return _rendered(page, Typed(texts=_texts_known(page)), problem)
    typed = _typed(page)
    if not FlaskForm().validate():
        return _rendered(page, typed, _STALE)
    if typed.problems:
        return _rendered(page, typed, _LOOK_AGAIN)
    return redirect(url_for(".page", code=code, period=month.key, saved=_kept(code, month, typed)), 303)


def _month() -> tuple[Period, Message | None]:
    """The month of the address, by default the last one that is over."""
    today = installation().clock().date()
    usual, text = previous(month_of(today, _calendar())), request.args.get("period", "")
    if not text:
        return usual, None
    try:
        month = parse(text, _calendar())
    except BadPeriod:
        return usual, _NOT_A_MONTH
    return (month, None) if month.kind == "month" and month.first <= today else (usual, _NOT_A_MONTH)


def _shown(code: str, month: Period) -> TransactionsPage:
    here = installation()
    try:
        with here.database.reading() as connection:
            return show_transactions(connection, current_user.staff, code, month, today=here.clock().date())
    except OfficeUnknown:
        abort(404)


def _kept(code: str, month: Period, typed: Typed) -> int:
    here = installation()
    by = By(current_user.staff.email, here.clock())
    with here.database.transaction() as connection:
        page = show_transactions(connection, current_user.staff, code, month, today=by.at.date())
        return tell_transactions(connection, page, typed.counts, by=by)


def _places(page: TransactionsPage) -> list[str]:
    return [WHOLE_OFFICE, *(desk.code for desk in page.desks)]


def _texts_known(page: TransactionsPage) -> dict[str, str]:
    return {place: str(page.known.get(place, "")) for place in _places(page)}


def _typed(page: TransactionsPage) -> Typed:
    """Fields that the browser did not send are left as they are."""
    found = Typed()
    for place in _places(page):
        text = request.form.get(f"count-{place}")
        found.texts[place] = str(page.known.get(place, "")) if text is None else text
        if text is None:
            continue
        count, problem = typed_count(text)
        if problem:
            found.problems[place] = problem
        else:
            found.counts[place] = count
    return found


def _rendered(page: TransactionsPage, typed: Typed, problem: Message | None) -> tuple[str, int]:
    today = installation().clock().date()
    after = period_following(page.month)
    html = render_template(
        "staff/transactions.html",
        page=page,
        typed=typed,
        problem=problem,
        before=previous(page.month),
        after=after if after.first <= today else None,
        running=today <= page.month.last,
        saved=request.args.get("saved", type=int),
    )
    return html, 422 if problem else 200
