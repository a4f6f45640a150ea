"""Settings `gunicorn wsgi:app` starts with; each can be overridden on the command line.

One process with threads, because SQLite has one writer: several processes wait for its lock. With PostgreSQL add
processes at will: `gunicorn --workers 4 wsgi:app`.
"""

import os

from survey.web.housekeeping import keep_house
from survey.web.starting import check_start

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = 1
worker_class = "gthread"
threads = 8
timeout = 60
graceful_timeout = 20
# No access log: it would hold addresses and user agents of respondents (promise 3).
accesslog = None
errorlog = "-"
# "Invalid request from ip=…" is a warning of gunicorn's: an address would stand in the log (promise 3).
loglevel = "error"


def on_starting(server) -> None:  # type: ignore[no-untyped-def]
    """Refuse to serve what must not be served."""
    check_start(workers=server.cfg.workers)


on_reload = on_starting


def post_worker_init(worker) -> None:  # type: ignore[no-untyped-def]
    """Every worker erases what must not be kept; doing it twice does no harm."""
    keep_house(worker.wsgi)
