"""Responses of one sender at one desk can be counted, for less than two days (Q4)."""

import sqlalchemy as sa
from alembic import op


revision = '0004'
down_revision = '0003'


def upgrade() -> None:
    op.create_table('daily_key',
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('key', sa.LargeBinary(), nullable=False),
        sa.CheckConstraint('length(key) >= 32', name=op.f('ck_daily_key_key')),
        sa.PrimaryKeyConstraint('day', name=op.f('pk_daily_key')),
    )
    with op.batch_alter_table('evidence') as evidence:
        evidence.add_column(sa.Column('sender', sa.String(length=32), nullable=True))
        evidence.create_check_constraint(op.f('ck_evidence_sender'), 'length(sender) = 32')
        evidence.create_index(
            op.f('ix_evidence_office_id_sender_received_at'), ['office_id', 'sender', 'received_at']
        )


def downgrade() -> None:
    with op.batch_alter_table('evidence') as evidence:
        evidence.drop_index(op.f('ix_evidence_office_id_sender_received_at'))
        evidence.drop_constraint(op.f('ck_evidence_sender'), type_='check')
        evidence.drop_column('sender')
    op.drop_table('daily_key')
