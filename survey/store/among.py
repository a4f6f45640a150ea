"""Asking for the rows of many offices: one parameter, however many they are."""

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, ColumnElement, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from survey.store import Connection


def among(connection: Connection, column: Column[Any], ids: Collection[int]) -> ColumnElement[bool]:
    """The column is one of these ids: on PostgreSQL ``= ANY(array)`` (docs/scaling.md), on SQLite out of JSON.

    A list of 500 parameters costs more than what it asks for, and 40 000 are more than SQLite takes.
    """
    if len(ids) == 1:
        return column == next(iter(ids))
    if connection.dialect.name == "postgresql":
        return column == any_(bindparam(None, list(ids), type_=ARRAY(BigInteger)))
    each = func.json_each(msgspec.json.encode(list(ids)).decode()).table_valued("value")
    return column.in_(select(each.c.value))
