"""Slips, rounds and invitations, transactions, what is known of an office, the audit trail and the daily review."""

import sqlalchemy as sa
from alembic import op


revision = '0005'
down_revision = '0004'


def upgrade() -> None:
    _slips()
    _rounds()
    _facts()
    _trail()
    op.add_column('desk', sa.Column('round_key', sa.String(length=40), nullable=True))
    op.add_column('response', sa.Column('judged', sa.Boolean(), nullable=True))
    with op.batch_alter_table('evidence') as evidence:
        evidence.add_column(sa.Column('device', sa.String(length=32), nullable=True))
        evidence.add_column(sa.Column('duration', sa.Integer(), nullable=True))
        evidence.add_column(sa.Column('own_network', sa.Boolean(), nullable=True))
        evidence.create_check_constraint(op.f('ck_evidence_device'), 'length(device) = 32')
        evidence.create_check_constraint(op.f('ck_evidence_duration'), 'duration >= 0')


def _slips() -> None:
    op.create_table('slip_batch',
        sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
        sa.Column('office_id', sa.BigInteger(), nullable=False),
        sa.Column('desk_id', sa.BigInteger(), nullable=False),
        sa.Column('week', sa.Date(), nullable=False),
        sa.Column('slips', sa.Integer(), nullable=False),
        sa.CheckConstraint('slips > 0', name=op.f('ck_slip_batch_not_empty')),
        sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_slip_batch_office_id')),
        sa.ForeignKeyConstraint(['desk_id'], ['desk.id'], name=op.f('fk_slip_batch_desk_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_slip_batch')),
    )
    op.create_index(op.f('ix_slip_batch_office_id_week'), 'slip_batch', ['office_id', 'week'])
    op.create_table('slip',
        sa.Column('code', sa.String(length=64), nullable=False),
        sa.Column('batch_id', sa.BigInteger(), nullable=False),
        sa.Column('used', sa.Boolean(), nullable=False),
        sa.CheckConstraint('length(code) = 64', name=op.f('ck_slip_code')),
        sa.ForeignKeyConstraint(['batch_id'], ['slip_batch.id'], name=op.f('fk_slip_batch_id')),
        sa.PrimaryKeyConstraint('code', name=op.f('pk_slip')),
    )
    op.create_index(op.f('ix_slip_batch_id'), 'slip', ['batch_id'])


def _rounds() -> None:
    op.create_table('round',
        sa.Column('key', sa.String(length=40), nullable=False),
        sa.Column('name', sa.String(length=200), nullable=False),
        sa.Column('questionnaire', sa.String(length=80), nullable=False),
        sa.Column('first_day', sa.Date(), nullable=False),
        sa.Column('last_day', sa.Date(), nullable=False),
        sa.CheckConstraint("key <> ''", name=op.f('ck_round_key')),
        sa.CheckConstraint('first_day <= last_day', name=op.f('ck_round_dates_in_order')),
        sa.ForeignKeyConstraint(['questionnaire'], ['questionnaire.key'], name=op.f('fk_round_questionnaire')),
        sa.PrimaryKeyConstraint('key', name=op.f('pk_round')),
    )
    op.create_table('round_office',
        sa.Column('round_key', sa.String(length=40), nullable=False),
        sa.Column('office_id', sa.BigInteger(), nullable=False),
        sa.Column('files', sa.Integer(), nullable=True),
        sa.Column('target', sa.Integer(), nullable=False),
        sa.CheckConstraint('files >= 0 AND target > 0', name=op.f('ck_round_office_numbers')),
        sa.ForeignKeyConstraint(['round_key'], ['round.key'], name=op.f('fk_round_office_round_key')),
        sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_round_office_office_id')),
        sa.PrimaryKeyConstraint('round_key', 'office_id', name=op.f('pk_round_office')),
    )
    op.create_table('invitation',
        sa.Column('code', sa.String(length=64), nullable=False),
        sa.Column('round_key', sa.String(length=40), nullable=False),
        sa.Column('office_id', sa.BigInteger(), nullable=False),
        sa.Column('used', sa.Boolean(), nullable=False),
        sa.CheckConstraint('length(code) = 64', name=op.f('ck_invitation_code')),
        sa.ForeignKeyConstraint(
            ['round_key', 'office_id'],
            ['round_office.round_key', 'round_office.office_id'],
            name=op.f('fk_invitation_round_key_office_id'),
        ),
        sa.PrimaryKeyConstraint('code', name=op.f('pk_invitation')),
    )
    op.create_index(op.f('ix_invitation_round_key_office_id'), 'invitation', ['round_key', 'office_id'])


def _facts() -> None:
    op.create_table('transactions',
        sa.Column('office_id', sa.BigInteger(), nullable=False),
        sa.Column('desk', sa.String(length=8), nullable=False),
        sa.Column('first_day', sa.Date(), nullable=False),
        sa.Column('last_day', sa.Date(), nullable=False),
        sa.Column('count', sa.BigInteger(), nullable=False),
        sa.CheckConstraint('count >= 0', name=op.f('ck_transactions_count')),
        sa.CheckConstraint('first_day <= last_day', name=op.f('ck_transactions_dates_in_order')),
        sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_transactions_office_id')),
        sa.PrimaryKeyConstraint('office_id', 'desk', 'first_day', 'last_day', name=op.f('pk_transactions')),
    )
    op.create_table('office_fact',
        sa.Column('office_id', sa.BigInteger(), nullable=False),
        sa.Column('kind', sa.String(length=16), nullable=False),
        sa.Column('value', sa.String(length=64), nullable=False),
        sa.CheckConstraint("kind IN ('hours', 'holiday', 'network', 'kiosk')", name=op.f('ck_office_fact_kind')),
        sa.CheckConstraint("value <> ''", name=op.f('ck_office_fact_value')),
        sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_office_fact_office_id')),
        sa.PrimaryKeyConstraint('office_id', 'kind', 'value', name=op.f('pk_office_fact')),
    )


def _trail() -> None:
    op.create_table('audit',
        sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.Column('who', sa.String(length=200), nullable=False),
        sa.Column('action', sa.String(length=40), nullable=False),
        sa.Column('office', sa.String(length=32), nullable=False),
        sa.Column('subject', sa.String(length=200), nullable=False),
        sa.Column('note', sa.Text(), nullable=False),
        sa.Column('before', sa.String(length=64), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.CheckConstraint('number > 0', name=op.f('ck_audit_number')),
        sa.PrimaryKeyConstraint('number', name=op.f('pk_audit')),
        sa.UniqueConstraint('before', name=op.f('uq_audit_before')),
        sa.UniqueConstraint('digest', name=op.f('uq_audit_digest')),
    )
    op.create_table('daily_run',
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('started_at', sa.DateTime(), nullable=False),
        sa.Column('finished_at', sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint('day', name=op.f('pk_daily_run')),
    )


def downgrade() -> None:
    with op.batch_alter_table('evidence') as evidence:
        evidence.drop_constraint(op.f('ck_evidence_device'), type_='check')
        evidence.drop_constraint(op.f('ck_evidence_duration'), type_='check')
        for column in ('device', 'duration', 'own_network'):
            evidence.drop_column(column)
    op.drop_column('response', 'judged')
    op.drop_column('desk', 'round_key')
    for table in ('daily_run', 'audit', 'office_fact', 'transactions', 'invitation', 'round_office', 'round', 'slip'):
        op.drop_table(table)
    op.drop_table('slip_batch')
