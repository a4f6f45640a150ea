"""What makes a desk's page work without a network: the service worker, a notice, a tablet's manifest, acknowledgements.

The work itself is done on the phone, by static/citizen.js (the outbox) and static/worker.js (the kept pages).
"""

import hashlib
import json
from typing import Final

from flask import Blueprint, Flask, Response, abort, current_app, render_template, request, url_for

from survey.config import ROOT
from survey.domain.offices import normalise_desk_code
from survey.domain.response import is_key
from survey.installation import Installation
from survey.web.access import public
from survey.web.context import installation
from survey.web.language import language

ACKNOWLEDGEMENT: Final = "X-Outbox"
_NEXT: Final = "X-Next"
# What a kept page is made of. When any of it changes, phones take the new worker and ask for their pages again.
_MADE_OF: Final = ("templates/citizen/*", "templates/components/citizen.html", "static/citizen.*", "static/worker.js",
                   "survey/translations/**/*.*", "questionnaires/*.*")  # fmt: skip
_ICONS: Final = {"icon-192.png": "192x192", "icon-512.png": "512x512"}

pages = Blueprint("offline", __name__)


def register(app: Flask, installation: Installation) -> None:
    """Add the pages of this module, and the acknowledgement to what answers a send."""
    app.extensions["release"] = _release(installation.config.accent, app.extensions["recordings"].fingerprint)
    app.after_request(_acknowledged)
    app.register_blueprint(pages)


def _release(*settings: str) -> str:
    digest = hashlib.sha256("\n".join(settings).encode())
    for pattern in _MADE_OF:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@pages.get("/sw.js")
@public
def worker() -> Response:
    """The service worker. Another release is another script, which a browser then takes in the place of the old one."""
    languages = [code for code, each in installation().languages.items() if each.written]
    given = {
        "release": current_app.extensions["release"],
        "languages": languages,
        "notices": [url_for(".no_network", lang=each) for each in languages],
    }
    scripts = [url_for("static", filename=name) for name in ("citizen.js", "worker.js")]
    source = "".join(f"self.{name} = {json.dumps(value)};\n" for name, value in given.items())
    response = Response(f"{source}importScripts({json.dumps(scripts)[1:-1]});\n", mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@pages.get("/ngoai-mang")
@public
def no_network() -> str:
    """What the worker shows where it has no network and has not kept the page."""
    return render_template("citizen/no_network.html")


@pages.get("/d/<code>/kiosk.webmanifest")
@public
def manifest(code: str) -> Response:
    """How a tablet installs this desk's page. Nothing is looked up: a desk that is not there has no start page."""
    canonical = normalise_desk_code(code)
    if canonical is None:
        abort(404)
    start = url_for("citizen.tap", code=canonical, k="kiosk")
    described = {
        "id": start,
        "name": f"{installation().config.authority} – {canonical}",
        "short_name": canonical,
        "lang": language(),
        "start_url": start,
        "scope": url_for("citizen.home"),
        "display": "fullscreen",
        "theme_color": installation().config.accent,
        "background_color": "#ffffff",
        "icons": [
            {"src": url_for("static", filename=name), "sizes": size, "type": "image/png", "purpose": purpose}
            for name, size in _ICONS.items()
            for purpose in ("any", "maskable")
        ],
    }
    response = Response(json.dumps(described, ensure_ascii=False), mimetype="application/manifest+json")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _acknowledged(response: Response) -> Response:
    """The answer to a send from an outbox repeats its key, so that nobody else's 200 is taken for ours.

    Where the send was stored, it names the next page instead of leading there: one request, as for a plain form.
    """
    key = request.headers.get(ACKNOWLEDGEMENT, "")
    if request.endpoint not in ("citizen.send", "invitations.send") or not is_key(key):
        return response
    response.headers[ACKNOWLEDGEMENT] = key
    if response.status_code == 303:
        response.headers[_NEXT] = response.headers.pop("Location")
        response.status_code = 204
        response.set_data(b"")
        del response.headers["Content-Type"], response.headers["Content-Length"]
    return response
