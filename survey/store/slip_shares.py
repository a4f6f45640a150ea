"""How often people at a desk used slips in the weeks before those that are reviewed (Q2)."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from sqlalchemy import Integer, cast, func, select

from survey.domain.trust_table import SLIPS_IN_USE
from survey.store import Connection
from survey.store.models import desk, evidence, response

# From telephones: a tablet takes no slips, and paper and invitations ask for none.
_CHANNELS: Final = ("poster", "slip", "link")


def fetch_slip_shares(connection: Connection, office_id: int) -> Mapping[str, float]:
    """By desk code, the share of verified among the answers that count, in the weeks before the first with evidence.

    Desks with fewer answers than it takes to know are not in it; no desk is, where the office has no evidence.
    """
    first = _first_day(connection, office_id)
    if first is None:
        return {}
    query = (
        select(desk.c.code, func.count(), func.sum(cast(response.c.verified, Integer)))
        .join(desk, desk.c.id == response.c.desk_id)
        .where(
            response.c.office_id == office_id,
            response.c.received_on >= first - SLIPS_IN_USE.within,
            response.c.received_on < first,
            response.c.channel.in_(_CHANNELS),
            response.c.set_aside.is_(None),
        )
        .group_by(desk.c.code)
        .having(func.count() >= SLIPS_IN_USE.responses)
    )
    return {code: int(verified) / number for code, number, verified in connection.execute(query)}


def _first_day(connection: Connection, office_id: int) -> date | None:
    first = connection.execute(
        select(func.min(evidence.c.received_at)).where(evidence.c.office_id == office_id)
    ).scalar()
    return first.date() if first else None
