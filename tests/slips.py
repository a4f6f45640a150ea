"""Slips for tests: issued as the command issues them, and what became of them."""

from sqlalchemy import select

from survey.domain.slips import hashed, new_codes, slip_key
from survey.installation import Installation
from survey.journeys.slips import issue_slips, slip_desk
from survey.store import Database
from survey.store.models_trust import slip
from survey.store.slips import use_slip
from tests.citizen import DESK


def issue(
    installation: Installation, number: int = 1, *, desk: str = DESK, codes: list[str] | None = None
) -> list[str]:
    """Slips of a desk, fresh ones unless their codes are given; the codes."""
    codes = codes or new_codes(number)
    today, key = installation.clock().date(), slip_key(installation.config.secret_key)
    with installation.database.transaction() as connection:
        found = slip_desk(connection, desk, today=today)
        issue_slips(connection, [hashed(code, key) for code in codes], *found, today=today)
    return codes


def use(installation: Installation, code: str) -> None:
    """Have somebody use it."""
    with installation.database.transaction() as connection:
        assert use_slip(connection, hashed(code, slip_key(installation.config.secret_key)))


def used(database: Database) -> int:
    """How many slips are used."""
    with database.reading() as connection:
        return list(connection.execute(select(slip.c.used)).scalars()).count(True)
