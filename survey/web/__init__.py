"""HTTP room: one module per group of pages and readers."""

from flask import Flask

from survey.installation import Installation
from survey.web import access, account, citizen, desks, health, language, offices, presentation
from survey.web.address import TrustedScheme


def register(app: Flask, installation: Installation) -> None:
    """Everything the application answers over HTTP."""
    config = installation.config
    app.config.update(
        SECRET_KEY=config.secret_key,
        MAX_CONTENT_LENGTH=256 * 1024,  # a full form with the longest texts is some 40 KB
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.secure,
        SESSION_COOKIE_NAME="staff",
    )
    app.wsgi_app = TrustedScheme(app.wsgi_app, config.trusted_proxies)  # type: ignore[method-assign]
    language.register(app)
    presentation.register(app, installation)
    access.guard(app)
    for pages in (citizen, account, offices, desks, health):
        pages.register(app)
