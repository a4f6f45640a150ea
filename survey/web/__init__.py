"""HTTP room: one module per group of pages and readers."""

from typing import Final

from flask import Flask

from survey.installation import Installation
from survey.web import (
    access,
    account,
    assets,
    citizen,
    compression,
    desks,
    health,
    invitations,
    judging,
    language,
    method,
    notices,
    office_facts,
    offices,
    offline,
    presentation,
    rounds,
    slips,
    transactions,
    visit,
    voice,
)
from survey.web.address import TrustedScheme
from survey.web.front import Front
from survey.web.places import FewAtOnce
from survey.web.workspace import Workspace

LONGEST_BODY: Final = 256 * 1024  # a full form with the longest texts is some 40 KB


def register(app: Flask, installation: Installation) -> None:
    """Everything the application answers over HTTP."""
    config = installation.config
    app.config.update(
        SECRET_KEY=config.secret_key,
        MAX_CONTENT_LENGTH=LONGEST_BODY,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.secure,
        SESSION_COOKIE_NAME="staff",
    )
    app.extensions["workspace"] = workspace = Workspace(app.wsgi_app)
    places = FewAtOnce(workspace, longest=LONGEST_BODY)
    front = Front(places, seconds=installation.moment)
    app.wsgi_app = TrustedScheme(front, config.trusted_proxies)  # type: ignore[method-assign]
    recordings = voice.find(app, installation)
    language.register(app, installation, recorded=recordings.languages())
    presentation.register(app, installation)
    assets.register(app)
    compression.register(app)
    access.guard(app)
    citizen.register(app, installation)
    slips.register(app, installation)
    invitations.register(app, installation)
    offline.register(app, installation)
    for pages in (visit, voice, notices, method, account, offices, desks, health):
        pages.register(app)
    for pages in (transactions, rounds, judging, office_facts):
        pages.register(app)
