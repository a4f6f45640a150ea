"""The language of a page: named in its address, so that it works without a cookie."""

from typing import Final

from flask import Flask, g, request, session
from flask_babel import Babel
from werkzeug.exceptions import HTTPException

LANGUAGES: Final = ("vi", "en")
LANGUAGE_NAMES: Final = {"vi": "Tiếng Việt", "en": "English"}


def register(app: Flask) -> None:
    """Have Flask-Babel translate into the language of the request; Vietnamese is the source."""
    app.config["BABEL_DEFAULT_LOCALE"] = "vi"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    Babel(app, locale_selector=language)


def language() -> str:
    """``vi`` or ``en``: what the address or the form asks for, else what signed-in staff chose last."""
    if "language" not in g:
        g.language = _chosen()
    return str(g.language)


def _chosen() -> str:
    asked = _asked()
    if asked not in LANGUAGES:
        # Reading the session makes a page vary by cookie; the citizen's pages never do.
        remembered = session.get("language", "vi") if request.path.startswith("/staff") else "vi"
        return str(remembered)
    if request.path.startswith("/staff"):
        session["language"] = asked
    return asked


def _asked() -> str:
    if request.method == "GET":
        return request.args.get("lang", "")
    try:
        # A form half filled in one language goes on in another: its switch outweighs the language it was shown in.
        return request.form.get("switch", "") or request.values.get("lang", "")
    except HTTPException:  # a form too large is refused again whenever it is read, also for its own error page
        return request.args.get("lang", "")
