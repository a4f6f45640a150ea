"""What a server checks once before it serves."""

import sys

from survey.config import BadSettings, Config
from survey.domain.message import Fault, Refused
from survey.installation import load_catalogue
from survey.journeys.setup import check_prepared
from survey.store import Database, DatabaseUnavailable
from survey.store.schema import NotPrepared


def check_start(*, workers: int) -> None:
    """End the process, with every reason, if a questionnaire is faulty or was changed after it was answered.

    A database that is away or not prepared yet is only told: it may come back, and /readyz says so meanwhile.
    """
    try:
        config = Config.from_environment()
    except BadSettings as bad:
        sys.exit(str(bad))
    database = Database(config.database_url)
    if database.on_sqlite and workers > 1:
        _warn("SQLite chỉ có một tiến trình ghi: nhiều tiến trình phải chờ nhau. Xin dùng một, hoặc dùng PostgreSQL.")
    catalogue, faulty = load_catalogue()
    faults = [fault for each in faulty.values() for fault in each]
    try:
        with database.reading() as connection:
            check_prepared(connection, catalogue)
    except Refused as refused:
        faults.extend(refused.faults)
    except NotPrepared:
        _warn("Cơ sở dữ liệu chưa sẵn sàng. Xin chạy: flask init")
    except DatabaseUnavailable as error:
        _warn(f"Không dùng được cơ sở dữ liệu: {error.orig}")
    finally:
        database.close()
    if faults:
        sys.exit("\n".join(map(_line, faults)))


def _line(fault: Fault) -> str:
    return f"{fault.place}: {fault.problem}" + (f" → {fault.remedy}" if fault.remedy else "")


def _warn(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
