"""One citizen's visit: what its address and form go on saying, and how its pages are made from templates."""

from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlencode

from flask import Flask, current_app, g, make_response, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from survey.domain.languages import SOURCE
from survey.domain.slips import hashed, normalise_slip_code
from survey.web.language import language

CHANNELS: Final = ("poster", "slip", "kiosk", "link")
# In an address: the answer was kept and set aside (Q4), came too late to change what is stored, or is an open one
# although it carried a slip (Q1).
SET_ASIDE, TOO_LATE, TAKEN_AS_OPEN = _NOTES = ("rieng", "muon", "mo")
INVITATIONS: Final = "invitations"  # the pages of invited people (web/invitations.py)
_CARRIED_BY_LINKS: Final = ("k", "stamp", "code", "d", "slip", "m", *_NOTES)


def register(app: Flask) -> None:
    """Give the templates the addresses they name."""
    app.jinja_env.globals.update(in_language=in_language, sending_address=sending_address)


# ---- what a request carries


def given(name: str) -> str:
    """What the address or the form says under a name; "" for nothing, and for a form too long to be read."""
    value = request.args.get(name)
    if value is None and request.method == "POST":
        with suppress(RequestEntityTooLarge):  # the page that says so asks as well
            value = request.form.get(name)
    return value or ""


def channel() -> str:
    """How the person came: by poster unless a known other is named, or a slip is shown."""
    if invited():
        return CHANNELS[0]  # nothing on the page differs; what is stored says that it was an invitation
    asked = "slip" if slip() else given("k")
    return asked if asked in CHANNELS else CHANNELS[0]


def slip() -> str:
    """The code of the slip with which the person came: that of the address, or of the form; "" for none."""
    if invited():
        return ""  # a link is enough, and its answer is no slip's
    return g.get("slip") or normalise_slip_code(given("slip")) or ""


def hash_of_slip(code: str) -> str:
    """What the database knows a slip's code by; "" for none."""
    return hashed(code, current_app.extensions["slip_key"]) if code else ""


def invited() -> bool:
    """Whether this is a page of somebody who was invited to a round."""
    return request.blueprint == INVITATIONS


def link() -> str:
    """The code of the link with which an invited person came: that of the address, or of the form; "" for none."""
    return g.get("link") or normalise_slip_code(given("m")) or ""


def link_key() -> bytes:
    """What links are hashed with."""
    key: bytes = current_app.extensions["link_key"]
    return key


def carried() -> dict[str, Any]:
    """What every address of one visit goes on naming, where it is not the default."""
    named = {"k": (channel(), CHANNELS[0]), "lang": (language(), SOURCE)}
    return {name: value for name, (value, default) in named.items() if value != default}


def in_language(code: str) -> str:
    """The address of the same page in another language, relative to it; of a slip's form that came back, the slip's."""
    if request.method == "POST" and slip():
        return url_for("slips.open_slip", code=slip(), lang=code)
    if request.method == "POST" and link():
        return url_for("invitations.open_invitation", code=link(), lang=code)
    kept = {name: request.args[name] for name in _CARRIED_BY_LINKS if name in request.args}
    return "?" + urlencode({**kept, "lang": code})


def sending_address(code: str) -> str:
    """Where a form is sent: the desk's address, told apart from the page's own.

    A browser drops a page from its cache when something was sent to the same address; Back would then bring a new
    page with a new key, and a corrected tap would be a second response. A tablet says in it that it is one: a form
    too long to be read is refused without a look inside, and the page that says so must be a tablet's.
    """
    if invited():
        return url_for("invitations.send", code=code) + "?gui"
    return url_for("citizen.send", code=code) + ("?gui&k=kiosk" if channel() == "kiosk" else "?gui")


# ---- how a page is made


def page(name: str, status: int = 200, **context: object) -> Response:
    """The citizen's template of this name."""
    return answer(html(name, **context), status)


def html(name: str, **context: object) -> str:
    """The same as text."""
    notes = [note for note in _NOTES if note in request.args]
    shown = {"channel": channel(), "slip": slip(), "link": link(), "invited": invited(), "carried": carried()}
    return render_template(f"citizen/{name}.html", notes=notes, **shown, **context)


def answer(body: str | bytes, status: int = 200) -> Response:
    """A page, ready to be sent, that only the browser it goes to may keep."""
    response = make_response(body, status)
    # On a shared tablet nobody may page back to what the person before saw or entered.
    response.headers["Cache-Control"] = "no-store" if channel() == "kiosk" else "private, no-cache"
    return response
