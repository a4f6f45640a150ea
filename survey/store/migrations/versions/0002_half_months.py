"""Sums per office and half-month, which a recount locks as a whole."""

from datetime import date
from uuid import uuid4

import sqlalchemy as sa
from alembic import op


revision = '0002'
down_revision = '0001'

FIRST_DAY = {
    "postgresql": "extract(day FROM first_day) IN (1, 15)",
    "sqlite": "first_day LIKE '%-01' OR first_day LIKE '%-15'",
}
MARK = sa.table('mark', sa.column('office_id'), sa.column('id', sa.Uuid()), sa.column('desk_id'), sa.column('day', sa.Date()))
TALLY = sa.table('tally', sa.column('office_id'), sa.column('desk_id'), sa.column('day', sa.Date()))
CELL = sa.table('cell', sa.column('office_id'), sa.column('desk_id'), sa.column('day', sa.Date()))
DAYS = sa.select(TALLY.c.office_id, TALLY.c.desk_id, TALLY.c.day).distinct()


def upgrade() -> None:
    op.drop_table('cell')
    op.create_table('cell',
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('office_id', 'first_day', name=op.f('pk_cell'))
    )
    op.create_table('half_month',
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('questionnaire', sa.String(length=80), nullable=False),
    sa.Column('kinds', sa.Text(), nullable=False),
    sa.Column('responses', sa.BigInteger(), nullable=False),
    sa.Column('counts', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("kinds <> ''", name=op.f('ck_half_month_kinds')),
    sa.CheckConstraint('responses > 0', name=op.f('ck_half_month_not_empty')),
    sa.CheckConstraint(FIRST_DAY[op.get_bind().dialect.name], name=op.f('ck_half_month_first_day')),
    sa.ForeignKeyConstraint(['questionnaire'], ['questionnaire.key'], name=op.f('fk_half_month_questionnaire')),
    sa.PrimaryKeyConstraint('office_id', 'first_day', 'questionnaire', name=op.f('pk_half_month'))
    )
    if op.get_bind().dialect.name == 'postgresql':
        # Kept in the row up to the size of a page: elsewhere they would be fetched one by one.
        op.execute('ALTER TABLE half_month ALTER COLUMN counts SET STORAGE MAIN')
        op.execute('ALTER TABLE half_month SET (toast_tuple_target = 8160)')
    mark_one_day_of_every_half_month()


def mark_one_day_of_every_half_month() -> None:
    """The recount of any day sums the whole half-month, so the next reader fills the new table by itself."""
    marked: dict[tuple[int, date], dict[str, object]] = {}
    for office_id, desk_id, day in op.get_bind().execute(DAYS):
        half = office_id, day.replace(day=1 if day.day < 15 else 15)
        marked.setdefault(half, {'office_id': office_id, 'id': uuid4(), 'desk_id': desk_id, 'day': day})
    if marked:
        op.bulk_insert(MARK, list(marked.values()))


def downgrade() -> None:
    op.drop_table('half_month')
    op.drop_table('cell')
    op.create_table('cell',
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('desk_id', sa.BigInteger(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['desk_id'], ['desk.id'], name=op.f('fk_cell_desk_id')),
    sa.PrimaryKeyConstraint('office_id', 'desk_id', 'day', name=op.f('pk_cell'))
    )
    op.execute(CELL.insert().from_select(list(DAYS.selected_columns.keys()), DAYS))
