"""A running server forgets by itself: a thread per process, no cron needed."""

import logging
from threading import Event, Thread
from typing import Any, cast

from survey.installation import Installation
from survey.journeys.erase import erase_expired
from survey.store.schema import is_current

EVERY = 3600.0
_log = logging.getLogger(__name__)


def keep_house(app: Any) -> Event:
    """Start erasing what has expired, now and every hour, until the event is set or the process ends."""
    stop = Event()
    installation = cast(Installation, app.extensions["survey"])
    Thread(target=_run, args=(installation, stop), name="housekeeping", daemon=True).start()
    return stop


def _run(installation: Installation, stop: Event) -> None:
    while True:
        try:
            _erase(installation)
        except Exception:  # the next round may find the database again; a dead thread never would
            _log.exception("erasing expired evidence failed; next try in an hour")
        if stop.wait(EVERY):
            return


def _erase(installation: Installation) -> None:
    with installation.database.reading() as connection:
        if not is_current(connection):
            return  # nothing is stored yet; the operator has been told to run flask init
    with installation.database.transaction() as connection:
        erase_expired(connection, now=installation.clock(), retention_months=installation.config.retention_months)
    installation.database.overwrite_erased()
