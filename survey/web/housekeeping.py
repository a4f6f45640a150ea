"""A running server reviews what came, once a day, and forgets by itself: a thread per process, no cron needed."""

import logging
from threading import Event, Thread
from typing import Any, cast

from survey.installation import Installation
from survey.journeys.erase import erase_expired
from survey.journeys.invitations import forget_use_of_links
from survey.journeys.review import review_once_a_day
from survey.store.schema import is_current
from survey.store.slips import forget_use

EVERY = 3600.0
_log = logging.getLogger(__name__)


def keep_house(app: Any) -> Event:
    """Start keeping house, now and every hour, until the event is set or the process ends.

    Each time what has expired is erased, and with it which slip an answer used; before, what came is reviewed, by
    one process a day.
    """
    stop = Event()
    installation = cast(Installation, app.extensions["survey"])
    Thread(target=_run, args=(installation, stop), name="housekeeping", daemon=True).start()
    return stop


def _run(installation: Installation, stop: Event) -> None:
    while True:
        # The review first: it needs what is erased then. No duty waits for one that fails.
        for duty in (_review, _forget_use, _erase):
            try:
                if _is_prepared(installation):
                    duty(installation)
            except Exception:  # the next round may find the database again; a dead thread never would
                _log.exception("%s failed; next try in an hour", duty.__name__)
        if stop.wait(EVERY):
            return


def _is_prepared(installation: Installation) -> bool:
    """Otherwise nothing is stored yet, and the operator has been told to run flask init."""
    with installation.database.reading() as connection:
        return is_current(connection)


def _review(installation: Installation) -> None:
    review_once_a_day(installation.database, installation.catalogue, clock=installation.clock)


def _forget_use(installation: Installation) -> None:
    with installation.database.transaction() as connection:
        forget_use(connection)
        forget_use_of_links(connection, today=installation.clock().date())


def _erase(installation: Installation) -> None:
    with installation.database.transaction() as connection:
        erase_expired(connection, now=installation.clock(), retention_months=installation.config.retention_months)
    installation.database.overwrite_erased()
