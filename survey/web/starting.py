"""What a server process does once before it answers, whichever server runs it."""

import os
import signal
import sys
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from threading import Thread
from time import sleep
from typing import IO, Any, Final, cast

from survey.domain.message import Fault, Refused
from survey.installation import Installation
from survey.journeys.readiness import check_prepared
from survey.store import DatabaseUnavailable
from survey.store.schema import NotPrepared
from survey.web.housekeeping import keep_house
from survey.web.workspace import Workspace

# Threads take turns in Python. After 5 ms, Python's default, a dashboard being summed would hold up every tap by that
# much; measured, 1 ms costs nothing that can be seen.
_TURN: Final = 0.001
_KEPT_OPEN: Final[list[IO[bytes]]] = []


def begin_serving(app: Any) -> None:
    """Check what must not be served, then keep house beside the requests.

    Ends the process, with every reason, if a questionnaire is faulty or was changed after it was answered. A
    database that is away or not prepared yet is only told: it may come back, and /readyz says so meanwhile.
    """
    installation = cast(Installation, app.extensions["survey"])
    _check(installation)
    _tell_second_process(installation)
    sys.setswitchinterval(_TURN)
    keep_house(app)
    cast(Workspace, app.extensions["workspace"]).hand_over()
    _end_with_parent()


def _check(installation: Installation) -> None:
    lines = [_line(fault, name) for name, found in installation.faulty_questionnaires.items() for fault in found]
    try:
        with installation.database.reading() as connection:
            check_prepared(connection, installation.catalogue)
    except Refused as refused:
        lines.extend(map(_line, refused.faults))
    except NotPrepared:
        _warn("Cơ sở dữ liệu chưa sẵn sàng. Xin chạy: flask init")
    except DatabaseUnavailable as error:
        _warn(f"Không dùng được cơ sở dữ liệu: {error.orig}")
    if lines:
        sys.exit("\n".join(lines))


def _line(fault: Fault, file: str = "") -> str:
    place = ", ".join(part for part in (file, str(fault.place)) if part)
    return f"{place}: {fault.problem}" + (f" → {fault.remedy}" if fault.remedy else "")


def _tell_second_process(installation: Installation) -> None:
    """Two processes on one SQLite file work, but wait for each other: measured, up to seconds."""
    if not installation.database.on_sqlite or not installation.database.path:
        return
    try:
        lock = Path(f"{installation.database.path}.serving").open("ab")  # noqa: SIM115 - held as long as we serve
        _KEPT_OPEN.append(lock)
        flock(lock, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        _warn(
            "SQLite chỉ có một tiến trình ghi; chạy nhiều tiến trình thì chúng phải chờ nhau. "
            "Xin chỉ chạy một tiến trình, hoặc chuyển sang PostgreSQL."
        )
    except OSError as error:
        _warn(f"Không dùng được cơ sở dữ liệu: {error.strerror}")


def _end_with_parent() -> None:
    """A worker whose server was killed must not go on holding its port."""
    Thread(target=_watch, args=(os.getppid(),), name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        sleep(1.0)
    os.kill(os.getpid(), signal.SIGTERM)


def _warn(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
