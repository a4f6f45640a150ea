"""The rules of docs/scaling.md for queries (8-14), told of a statement as SQLAlchemy holds it, or of its text."""

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import CTE, Alias, CompoundSelect, Delete, Insert, Join, Lateral, Select, Subquery, Table, Update
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression, BindParameter, BooleanClauseList, ColumnClause
from sqlalchemy.sql.functions import FunctionElement

from survey.store.models import DISTRIBUTED_TABLES, REFERENCE_TABLES

KEY = "office_id"
GROUPINGS = {"rollup", "cube", "grouping_sets"}
WRITES = Insert | Update | Delete
NEVER = re.compile(r"\b(pg_(?:try_)?advisory\w*|ROLLUP|CUBE|GROUPING SETS|LATERAL)\b", re.IGNORECASE)


def faults_of_text(sql: str) -> list[str]:
    """Words that no statement of ours needs, whoever wrote it."""
    told = [f"{word}: rules 11, 13" for word in NEVER.findall(sql)]
    if re.search(r"\bRECURSIVE\b", sql, re.IGNORECASE):
        beside = [table.name for table in DISTRIBUTED_TABLES if re.search(rf"\b{table.name}\b", sql)]
        told += [f"RECURSIVE beside {name}: rule 9" for name in beside]
    return told


def faults_of(statement: Any) -> list[str]:
    """The rules that a statement breaks."""
    branches = [each for each in _all(statement) if isinstance(each, CompoundSelect)]
    whole = [select for each in branches for select in each.selects] or [statement]
    return [*_by_function(statement), *_by_shape(statement), *(fault for each in whole for fault in _by_joins(each))]


def _all(statement: Any) -> Iterator[Any]:
    return visitors.iterate(statement)


def _by_function(statement: Any) -> Iterator[str]:
    for each in _all(statement):
        name = str(getattr(each, "name", "")) if isinstance(each, FunctionElement) else ""
        if name.lower() in GROUPINGS:
            yield f"rule 11: {name}"
        if "advisory" in name:
            yield f"rule 13: {name}"


def _by_shape(statement: Any) -> Iterator[str]:
    parts = list(_all(statement))
    ctes = [each for each in parts if isinstance(each, CTE)]
    if any(each.recursive for each in ctes) and distributed(statement):
        yield "rule 9: a recursive CTE beside a distributed table"
    if any(isinstance(each, Lateral) for each in parts):
        yield "rule 11: LATERAL"
    if ctes and any(isinstance(each, WRITES) for each in parts) and distributed(statement):
        yield "rule 14: a CTE around a write"
    for each in parts:
        if isinstance(each, Select):
            yield from _by_lock(each)
            yield from _by_correlation(each)


def distributed(part: Any) -> set[Any]:
    """The distributed tables in it; each alias is one more."""
    aliased = [each for each in _all(part) if isinstance(each, Alias) and each.element in DISTRIBUTED_TABLES]
    columns = {each.table for each in _all(part) if isinstance(each, ColumnClause) and each.table is not None}
    tables = {each for each in _all(part) if isinstance(each, Table)} | columns
    return {each for each in tables if each in DISTRIBUTED_TABLES} | set(aliased)


def _by_lock(select: Any) -> Iterator[str]:
    if select._for_update_arg is not None and distributed(select):
        conditions = _and_ed(select.whereclause)
        if not any(_is_one_office(each) for each in conditions):
            yield "rule 8: FOR UPDATE without one office by equality"


def _and_ed(clause: Any) -> list[Any]:
    if isinstance(clause, BooleanClauseList) and clause.operator is operators.and_:
        return [inner for each in clause.clauses for inner in _and_ed(each)]
    return [] if clause is None else [clause]


def _is_one_office(clause: Any) -> bool:
    return _is_equality(clause) and clause.left.name == KEY and isinstance(clause.right, BindParameter)


def _is_equality(clause: Any) -> bool:
    return (
        isinstance(clause, BinaryExpression)
        and clause.operator is operators.eq
        and isinstance(clause.left, ColumnClause)
    )


def _by_correlation(select: Any) -> Iterator[str]:
    """Rule 10: the rows of a reference table may not ask distributed ones, one by one."""
    outer = {table for each in select.get_final_froms() for table in _from_tables(each)}
    if outer & set(DISTRIBUTED_TABLES) or not outer & set(REFERENCE_TABLES):
        return
    for inner in _all(select):
        if isinstance(inner, Select) and inner is not select and distributed(inner):
            used = {each.table for each in _all(inner) if isinstance(each, ColumnClause)}
            if used & outer:
                yield "rule 10: a correlated subquery from a reference table into a distributed one"


def _from_tables(part: Any) -> Iterator[Any]:
    if isinstance(part, Join):
        yield from _from_tables(part.left)
        yield from _from_tables(part.right)
    elif isinstance(part, Alias):
        yield part.element
    elif not isinstance(part, Subquery):
        yield part


def _by_joins(statement: Any) -> Iterator[str]:
    """Rule 8: every distributed table of a statement hangs on another one by office_id."""
    tables = distributed(statement)
    groups = {table: {table} for table in tables}
    for each in _all(statement):
        if _is_equality(each) and isinstance(each.right, ColumnClause) and each.left.name == each.right.name == KEY:
            left, right = each.left.table, each.right.table
            if left in groups and right in groups:
                joined = groups[left] | groups[right]
                groups.update(dict.fromkeys(joined, joined))
    if any(group != tables for group in groups.values()):
        yield f"rule 8: {sorted(str(table) for table in tables)} are not joined on {KEY}"
