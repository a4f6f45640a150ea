"""Tables that make a score believed (Q1–Q5): proofs of transactions, independent rounds, what is known of an office.

None holds anything of a respondent: codes are there as keyed hashes, and no row names a response.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from survey.store.models_base import FACT_KINDS, Identity, metadata, one_of

# Slips handed out at a desk in the week that begins on that Monday (Q1).
slip_batch = Table(
    "slip_batch",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("office_id", BigInteger, ForeignKey("office.id"), nullable=False),
    Column("desk_id", BigInteger, ForeignKey("desk.id"), nullable=False),
    Column("week", Date, nullable=False),
    Column("slips", Integer, nullable=False),
    CheckConstraint("slips > 0", name="not_empty"),
    Index(None, "office_id", "week"),
)

# A slip is known by a keyed hash of its code; nothing says whose transaction it proves, or which response used it.
slip = Table(
    "slip",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("batch_id", BigInteger, ForeignKey("slip_batch.id"), nullable=False),
    Column("used", Boolean, nullable=False),
    CheckConstraint("length(code) = 64", name="code"),
    Index(None, "batch_id"),
)

round_ = Table(
    "round",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("questionnaire", String(80), ForeignKey("questionnaire.key"), nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    CheckConstraint("key <> ''", name="key"),
    CheckConstraint("first_day <= last_day", name="dates_in_order"),
)

# An office of a round: how many files there are to draw from (null until they are drawn), and how many answers are
# wanted (M14).
round_office = Table(
    "round_office",
    metadata,
    Column("round_key", String(40), ForeignKey("round.key"), nullable=False),
    Column("office_id", BigInteger, ForeignKey("office.id"), nullable=False),
    Column("files", Integer),
    Column("target", Integer, nullable=False),
    PrimaryKeyConstraint("round_key", "office_id"),
    CheckConstraint("files >= 0 AND target > 0", name="numbers"),
)

# An invitation is known by a keyed hash of its code; nothing says to which file it was sent.
invitation = Table(
    "invitation",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("round_key", String(40), nullable=False),
    Column("office_id", BigInteger, nullable=False),
    Column("used", Boolean, nullable=False),
    CheckConstraint("length(code) = 64", name="code"),
    ForeignKeyConstraint(["round_key", "office_id"], ["round_office.round_key", "round_office.office_id"]),
    Index(None, "round_key", "office_id"),
)

# How many transactions an office, or one of its desks ("" for the whole office), had in a span of days (M13).
transactions = Table(
    "transactions",
    metadata,
    Column("office_id", BigInteger, ForeignKey("office.id"), nullable=False),
    Column("desk", String(8), nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("count", BigInteger, nullable=False),
    PrimaryKeyConstraint("office_id", "desk", "first_day", "last_day"),
    CheckConstraint("count >= 0", name="count"),
    CheckConstraint("first_day <= last_day", name="dates_in_order"),
)

# What the quality rules must know of an office: its hours, holidays, networks and kiosks (Q2).
office_fact = Table(
    "office_fact",
    metadata,
    Column("office_id", BigInteger, ForeignKey("office.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("value", String(64), nullable=False),
    PrimaryKeyConstraint("office_id", "kind", "value"),
    CheckConstraint(one_of("kind", FACT_KINDS), name="kind"),
    CheckConstraint("value <> ''", name="value"),
)

# What people did to others' answers and figures. Rows are only added; each names the digest of the one before it, so
# that none can be taken out or changed unseen.
audit = Table(
    "audit",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", DateTime, nullable=False),
    Column("who", String(200), nullable=False),
    Column("action", String(40), nullable=False),
    Column("office", String(32), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("note", Text, nullable=False),
    Column("before", String(64), nullable=False, unique=True),
    Column("digest", String(64), nullable=False, unique=True),
    CheckConstraint("number > 0", name="number"),
)

# The daily review, by whichever process came first; one that did not finish within the hour may be taken over.
daily_run = Table(
    "daily_run",
    metadata,
    Column("day", Date, primary_key=True),
    Column("started_at", DateTime, nullable=False),
    Column("finished_at", DateTime),
)
