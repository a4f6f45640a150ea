"""The first tables."""

import sqlalchemy as sa
from alembic import op


revision = '0001'
down_revision = None

ANSWERS_ON_SCALE = {
    "postgresql": r"answers ~ '^\{.*\}$' AND answers !~ " + "':([06-9]|[0-9][0-9]|-|\"(?!NA\"))'",
    "sqlite": "answers GLOB '{*}' AND answers NOT GLOB '*:[06-9]*' AND answers NOT GLOB '*:[0-9][0-9]*' "
    "AND answers NOT GLOB '*:-*' AND answers NOT GLOB '*:\"[^N]*' AND answers NOT GLOB '*:\"N[^A]*' "
    "AND answers NOT GLOB '*:\"NA[^\"]*'",
}


def upgrade() -> None:
    op.create_table('attempt',
    sa.Column('subject', sa.String(length=64), nullable=False),
    sa.Column('window_start', sa.DateTime(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('subject', 'window_start', name=op.f('pk_attempt'))
    )
    op.create_table('office',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('parent_id', sa.BigInteger(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('successor_id', sa.BigInteger(), nullable=True),
    sa.Column('demonstration', sa.Boolean(), nullable=False),
    sa.CheckConstraint("kind IN ('province', 'commune', 'department', 'district', 'unit')", name=op.f('ck_office_kind')),
    sa.CheckConstraint('parent_id <> id AND successor_id <> id', name=op.f('ck_office_not_its_own_relative')),
    sa.CheckConstraint('successor_id IS NULL OR valid_to IS NOT NULL', name=op.f('ck_office_only_closed_has_successor')),
    sa.CheckConstraint('valid_from <= valid_to', name=op.f('ck_office_dates_in_order')),
    sa.ForeignKeyConstraint(['parent_id'], ['office.id'], name=op.f('fk_office_parent_id')),
    sa.ForeignKeyConstraint(['successor_id'], ['office.id'], name=op.f('fk_office_successor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_office')),
    sa.UniqueConstraint('code', name=op.f('uq_office_code'))
    )
    with op.batch_alter_table('office', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_office_parent_id'), ['parent_id'], unique=False)

    op.create_table('questionnaire',
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.CheckConstraint("key LIKE '%_@_%'", name=op.f('ck_questionnaire_names_its_version')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_questionnaire'))
    )
    op.create_table('desk',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=8), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('questionnaire', sa.String(length=80), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.CheckConstraint('length(code) BETWEEN 5 AND 8 AND code = upper(code)', name=op.f('ck_desk_code')),
    sa.CheckConstraint('valid_from <= valid_to', name=op.f('ck_desk_dates_in_order')),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_desk_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_desk')),
    sa.UniqueConstraint('code', name=op.f('uq_desk_code'))
    )
    with op.batch_alter_table('desk', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_desk_office_id'), ['office_id'], unique=False)

    op.create_table('report',
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('period', sa.String(length=16), nullable=False),
    sa.Column('calendar', sa.String(length=16), nullable=False),
    sa.Column('issue', sa.Integer(), nullable=False),
    sa.Column('replaces', sa.Integer(), nullable=True),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.CheckConstraint('(issue = 1 AND replaces IS NULL) OR (issue > 1 AND replaces IS NOT NULL AND replaces = issue - 1)', name=op.f('ck_report_correction_names_issue')),
    sa.ForeignKeyConstraint(['office_id', 'period', 'calendar', 'replaces'], ['report.office_id', 'report.period', 'report.calendar', 'report.issue'], name=op.f('fk_report_office_id_period_calendar_replaces')),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_report_office_id')),
    sa.PrimaryKeyConstraint('office_id', 'period', 'calendar', 'issue', name=op.f('pk_report'))
    )
    op.create_table('staff',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('email', sa.String(length=200), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('one_time', sa.Boolean(), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=True),
    sa.Column('session_token', sa.String(length=64), nullable=False),
    sa.CheckConstraint("email = lower(email) AND email LIKE '%_@_%'", name=op.f('ck_staff_email')),
    sa.CheckConstraint("role = 'admin' OR office_id IS NOT NULL", name=op.f('ck_staff_has_an_office')),
    sa.CheckConstraint("role IN ('head', 'analyst', 'officer', 'admin')", name=op.f('ck_staff_role')),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_staff_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff')),
    sa.UniqueConstraint('email', name=op.f('uq_staff_email'))
    )
    op.create_table('cell',
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('desk_id', sa.BigInteger(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['desk_id'], ['desk.id'], name=op.f('fk_cell_desk_id')),
    sa.PrimaryKeyConstraint('office_id', 'desk_id', 'day', name=op.f('pk_cell'))
    )
    op.create_table('mark',
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('desk_id', sa.BigInteger(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['desk_id'], ['desk.id'], name=op.f('fk_mark_desk_id')),
    sa.PrimaryKeyConstraint('office_id', 'id', name=op.f('pk_mark'))
    )
    with op.batch_alter_table('mark', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mark_office_id_desk_id_day'), ['office_id', 'desk_id', 'day'], unique=False)

    op.create_table('response',
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('desk_id', sa.BigInteger(), nullable=False),
    sa.Column('questionnaire', sa.String(length=80), nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('received_hour', sa.SmallInteger(), nullable=True),
    sa.Column('answers', sa.Text(), nullable=False),
    sa.Column('respondent', sa.Text(), nullable=True),
    sa.Column('completed', sa.Boolean(), nullable=False),
    sa.Column('verified', sa.Boolean(), nullable=False),
    sa.Column('set_aside', sa.String(length=200), nullable=True),
    sa.CheckConstraint(ANSWERS_ON_SCALE[op.get_bind().dialect.name], name=op.f('ck_response_answers_on_scale')),
    sa.CheckConstraint("channel IN ('poster', 'slip', 'kiosk', 'link', 'paper', 'invitation')", name=op.f('ck_response_channel')),
    sa.CheckConstraint("set_aside <> ''", name=op.f('ck_response_set_aside_has_a_reason')),
    sa.CheckConstraint('length(key) >= 1', name=op.f('ck_response_key')),
    sa.CheckConstraint('received_hour BETWEEN 0 AND 23', name=op.f('ck_response_received_hour')),
    sa.ForeignKeyConstraint(['desk_id'], ['desk.id'], name=op.f('fk_response_desk_id')),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_response_office_id')),
    sa.ForeignKeyConstraint(['questionnaire'], ['questionnaire.key'], name=op.f('fk_response_questionnaire')),
    sa.PrimaryKeyConstraint('office_id', 'key', name=op.f('pk_response'))
    )
    with op.batch_alter_table('response', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_response_office_id_desk_id_received_on'), ['office_id', 'desk_id', 'received_on'], unique=False)

    op.create_table('tally',
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('desk_id', sa.BigInteger(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('questionnaire', sa.String(length=80), nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('standing', sa.String(length=16), nullable=False),
    sa.Column('responses', sa.Integer(), nullable=False),
    sa.Column('counts', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("channel IN ('poster', 'slip', 'kiosk', 'link', 'paper', 'invitation')", name=op.f('ck_tally_channel')),
    sa.CheckConstraint("standing IN ('open', 'verified', 'set_aside')", name=op.f('ck_tally_standing')),
    sa.CheckConstraint('responses > 0', name=op.f('ck_tally_not_empty')),
    sa.ForeignKeyConstraint(['desk_id'], ['desk.id'], name=op.f('fk_tally_desk_id')),
    sa.ForeignKeyConstraint(['questionnaire'], ['questionnaire.key'], name=op.f('fk_tally_questionnaire')),
    sa.PrimaryKeyConstraint('office_id', 'desk_id', 'day', 'questionnaire', 'channel', 'standing', name=op.f('pk_tally'))
    )
    with op.batch_alter_table('tally', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_tally_office_id_day'), ['office_id', 'day'], unique=False)

    op.create_table('comment',
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('question', sa.String(length=80), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.CheckConstraint("text <> ''", name=op.f('ck_comment_not_empty')),
    sa.ForeignKeyConstraint(['office_id', 'key'], ['response.office_id', 'response.key'], name=op.f('fk_comment_office_id_key'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('office_id', 'key', 'question', name=op.f('pk_comment'))
    )
    op.create_table('evidence',
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('received_at', sa.DateTime(), nullable=False),
    sa.Column('page_issued_at', sa.DateTime(), nullable=True),
    sa.Column('completed_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['office_id', 'key'], ['response.office_id', 'response.key'], name=op.f('fk_evidence_office_id_key'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('office_id', 'key', name=op.f('pk_evidence'))
    )
    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evidence_received_at'), ['received_at'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_evidence_received_at'))

    op.drop_table('evidence')
    op.drop_table('comment')
    with op.batch_alter_table('tally', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_tally_office_id_day'))

    op.drop_table('tally')
    with op.batch_alter_table('response', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_response_office_id_desk_id_received_on'))

    op.drop_table('response')
    with op.batch_alter_table('mark', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mark_office_id_desk_id_day'))

    op.drop_table('mark')
    op.drop_table('cell')
    op.drop_table('staff')
    op.drop_table('report')
    with op.batch_alter_table('desk', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_desk_office_id'))

    op.drop_table('desk')
    op.drop_table('questionnaire')
    with op.batch_alter_table('office', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_office_parent_id'))

    op.drop_table('office')
    op.drop_table('attempt')
