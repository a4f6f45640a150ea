"""Offices are looked for by whom they were merged into."""

from alembic import op


revision = '0003'
down_revision = '0002'


def upgrade() -> None:
    op.create_index(op.f('ix_office_successor_id'), 'office', ['successor_id'])


def downgrade() -> None:
    op.drop_index(op.f('ix_office_successor_id'), table_name='office')
