"""One citizen's visit: what its address and form go on saying, and how its pages are made from templates."""

from typing import Any, Final
from urllib.parse import urlencode

from flask import Flask, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from survey.domain.languages import SOURCE
from survey.web.language import language

CHANNELS: Final = ("poster", "kiosk", "link")
# In an address: the answer was kept and set aside (Q4), or came too late to change what is stored.
SET_ASIDE, TOO_LATE = _NOTES = ("rieng", "muon")
_CARRIED_BY_LINKS: Final = ("k", "stamp", "code", "d", *_NOTES)


def register(app: Flask) -> None:
    """Give the templates the addresses they name."""
    app.jinja_env.globals.update(in_language=in_language, sending_address=sending_address)


# ---- what a request carries


def given(name: str) -> str:
    """What the address or the form says under a name; "" for nothing."""
    value = request.args.get(name)
    if value is None and request.method == "POST":
        value = request.form.get(name)
    return value or ""


def channel() -> str:
    """How the person came: by poster unless a known other is named."""
    asked = given("k")
    return asked if asked in CHANNELS else CHANNELS[0]


def carried() -> dict[str, Any]:
    """What every address of one visit goes on naming, where it is not the default."""
    named = {"k": (channel(), CHANNELS[0]), "lang": (language(), SOURCE)}
    return {name: value for name, (value, default) in named.items() if value != default}


def in_language(code: str) -> str:
    """The address of the same page in another language, relative to it."""
    kept = {name: request.args[name] for name in _CARRIED_BY_LINKS if name in request.args}
    return "?" + urlencode({**kept, "lang": code})


def sending_address(code: str) -> str:
    """Where a form is sent: the desk's address, told apart from the page's own.

    A browser drops a page from its cache when something was sent to the same address; Back would then bring a new
    page with a new key, and a corrected tap would be a second response. A tablet says in it that it is one: a form
    too long to be read is refused without a look inside, and the page that says so must be a tablet's.
    """
    return url_for("citizen.send", code=code) + ("?gui&k=kiosk" if channel() == "kiosk" else "?gui")


# ---- how a page is made


def page(name: str, status: int = 200, **context: object) -> Response:
    """The citizen's template of this name."""
    return answer(html(name, **context), status)


def html(name: str, **context: object) -> str:
    """The same as text."""
    notes = [note for note in _NOTES if note in request.args]
    return render_template(f"citizen/{name}.html", channel=channel(), carried=carried(), notes=notes, **context)


def answer(body: str | bytes, status: int = 200) -> Response:
    """A page, ready to be sent, that only the browser it goes to may keep."""
    response = make_response(body, status)
    # On a shared tablet nobody may page back to what the person before saw or entered.
    response.headers["Cache-Control"] = "no-store" if channel() == "kiosk" else "private, no-cache"
    return response
