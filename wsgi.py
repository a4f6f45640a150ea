"""The application for a WSGI server (`granian --factory wsgi:served`, `gunicorn wsgi:app`) and for `flask`."""

import sys

from flask import Flask

from survey import create_app
from survey.config import BadSettings
from survey.web.starting import begin_serving

try:
    app = create_app()
except BadSettings as bad:
    sys.exit(str(bad))


def served() -> Flask:
    """The application of a process that serves; gunicorn does the same in gunicorn.conf.py."""
    begin_serving(app)
    return app
