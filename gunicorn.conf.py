"""Settings `gunicorn wsgi:app` starts with; each can be overridden on the command line.

`make run` starts granian, which serves three to four times as many pages (docs/performance.md); gunicorn serves
whoever has it everywhere. One process with threads, because SQLite has one writer. With PostgreSQL add processes at
will: `gunicorn --workers 4 wsgi:app`.
"""

import os
import sys

from gunicorn.arbiter import Arbiter

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


def post_worker_init(worker) -> None:  # type: ignore[no-untyped-def]
    """Refuse to serve what must not be served; gunicorn ends with its worker then, instead of starting it anew."""
    from survey.web.starting import begin_serving  # noqa: PLC0415 - here, so that gunicorn's own process stays small

    try:
        begin_serving(worker.wsgi)
    except SystemExit as refused:
        sys.stderr.write(f"{refused}\n")
        sys.exit(Arbiter.WORKER_BOOT_ERROR)
