"""What is known of the offices: values by office and kind."""

from collections.abc import Collection, Mapping

from sqlalchemy import delete, insert, select

from survey.store import Connection
from survey.store.models import office
from survey.store.models_trust import office_fact

Own = dict[int, dict[str, tuple[str, ...]]]


def fetch_facts(connection: Connection, office_ids: Collection[int] | None = None) -> Own:
    """The values that offices have themselves, by office and kind, in order; of all offices, when None."""
    query = select(office_fact.c.office_id, office_fact.c.kind, office_fact.c.value)
    if office_ids is not None:
        query = query.where(office_fact.c.office_id.in_(office_ids))
    found: Own = {}
    for office_id, kind, value in connection.execute(query.order_by(*office_fact.primary_key)):
        values = found.setdefault(office_id, {})
        values[kind] = (*values.get(kind, ()), value)
    return found


def fetch_parents(connection: Connection) -> Mapping[int, int | None]:
    """The office above each office."""
    return {office_id: above for office_id, above in connection.execute(select(office.c.id, office.c.parent_id))}


def replace_facts(connection: Connection, office_id: int, kind: str, values: Collection[str]) -> None:
    """Give an office these values of a kind, and no others."""
    theirs = office_fact.c.office_id == office_id, office_fact.c.kind == kind
    connection.execute(delete(office_fact).where(*theirs))
    if values:
        rows = [{"office_id": office_id, "kind": kind, "value": value} for value in values]
        connection.execute(insert(office_fact), rows)
