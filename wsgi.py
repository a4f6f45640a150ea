"""The application for a WSGI server (`gunicorn wsgi:app`) and for `flask`."""

import sys

from survey import create_app
from survey.config import BadSettings

try:
    app = create_app()
except BadSettings as bad:
    sys.exit(str(bad))
