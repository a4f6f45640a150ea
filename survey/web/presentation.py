"""How values look on a page, what happens on an error, and the headers of every response."""

import base64
import hashlib
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Final

from flask import Flask, Response, render_template, request
from flask_babel import gettext
from jinja2 import StrictUndefined
from markupsafe import Markup
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from survey.domain.message import Message
from survey.domain.offices import normalise_desk_code
from survey.domain.questionnaire import Text, text_in
from survey.domain.scoring import round_half_up
from survey.domain.vietnamese import Amount
from survey.installation import Installation
from survey.palette import LEVELS
from survey.web.language import language

NO_DATA: Final = "–"


def register(app: Flask, installation: Installation) -> None:
    """Filters and globals of templates, error pages, security headers."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        percent=percent, decimal=decimal, whole=whole, day=day, say=say, text=text, signed=signed
    )
    css = (Path(str(app.static_folder)) / "citizen.css").read_text(encoding="utf-8")
    css = css.replace("#0b5563", installation.config.accent)
    app.jinja_env.globals.update(
        authority=installation.config.authority,
        hotline=installation.config.hotline,
        accent=installation.config.accent,
        level_colours=LEVELS,
        citizen_css=Markup(css),  # noqa: S704 - our own file
    )
    policy = _content_security_policy(css)
    app.after_request(lambda response: _with_headers(response, policy, secure=installation.config.secure))
    app.register_error_handler(HTTPException, _error_page)


def decimal(value: Fraction | float, places: int = 2) -> str:
    """A number as Vietnamese or English readers write it: 83,94 or 83.94."""
    shown = f"{round_half_up(value, places):,}"
    return shown if language() == "en" else shown.translate(str.maketrans(",.", ".,"))


def percent(value: Fraction | float | None, places: int = 2) -> str:
    """A percentage, or a dash where there is none: never 0 for no data (promise 6)."""
    if value is None:
        return NO_DATA
    return f"{decimal(value, places)}\u00a0%" if language() == "vi" else f"{decimal(value, places)}%"


def signed(value: Fraction | float, places: int = 2) -> str:
    """A change with its sign: +1,20 or −3,40."""
    return ("+" if value > 0 else "−" if value < 0 else "") + decimal(-value if value < 0 else value, places)


def whole(value: int | None) -> str:
    """A count with its thousands grouped; a dash where there is none."""
    return NO_DATA if value is None else decimal(value, 0)


def day(value: date | None) -> str:
    """A date as read in Vietnam: 31/10/2026."""
    return NO_DATA if value is None else value.strftime("%d/%m/%Y")


def say(sentence: Message) -> str:
    """A sentence of the domain in the reader's language."""
    params = {name: _spoken(value) for name, value in sentence.params.items()}
    return str(gettext(sentence.template, **params))


def _spoken(value: object) -> object:
    if isinstance(value, Message):
        return say(value)
    if isinstance(value, Amount):
        return value.said(language())
    return day(value) if isinstance(value, date) else value


def text(texts: Text) -> str:
    """A questionnaire's text in the reader's language."""
    return text_in(texts, language())


def _content_security_policy(css: str) -> str:
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'sha256-{digest}'; img-src 'self'; "
        "connect-src 'self'; media-src 'self'; manifest-src 'self'; worker-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def _with_headers(response: Response, policy: str, *, secure: bool) -> Response:
    headers = response.headers
    headers["Content-Security-Policy"] = policy
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("Referrer-Policy", "same-origin")
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if "Cache-Control" not in headers:
        # On a shared office PC the Back button must not show a page of the workspace after signing out.
        headers["Cache-Control"] = "no-store" if request.path.startswith("/staff") else "private, no-cache"
    if secure or request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def _error_page(error: HTTPException) -> tuple[str, int, dict[str, str]] | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
    page = "staff/error.html" if request.path.startswith("/staff") else "citizen/error.html"
    allowed = error.valid_methods if isinstance(error, MethodNotAllowed) else None
    # A tablet's page must find its way back to the start of its desk by itself, where the address names one.
    desk_code = normalise_desk_code(request.path.split("/")[2]) if request.path.startswith("/d/") else None
    html = render_template(page, code=code, channel=request.args.get("k", ""), desk_code=desk_code)
    return html, code, {"Allow": ", ".join(allowed)} if allowed else {}
