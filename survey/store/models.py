"""Every table, with the promises of the product as constraints wherever a constraint can hold them.

Kinds (docs/scaling.md): office, desk, questionnaire, slips, rounds and invitations are *reference* tables; response,
comment, evidence, mark, cell, tally and half_month are *distributed* by office_id, which therefore stands in each of
their keys; the rest is local.
No column can hold a name, telephone number, address or user agent of a respondent (promise 3): there is none.
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
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    Uuid,
)

from survey.store.models_base import CHANNELS, OFFICE_KINDS, ROLES, STANDINGS, Identity, metadata, one_of
from survey.store.models_trust import (
    audit,
    daily_run,
    invitation,
    office_fact,
    round_,
    round_office,
    slip,
    slip_batch,
    transactions,
)

office = Table(
    "office",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("code", String(32), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("parent_id", BigInteger, ForeignKey("office.id")),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("successor_id", BigInteger, ForeignKey("office.id")),
    Column("demonstration", Boolean, nullable=False),
    CheckConstraint(one_of("kind", OFFICE_KINDS), name="kind"),
    CheckConstraint("valid_from <= valid_to", name="dates_in_order"),
    CheckConstraint("successor_id IS NULL OR valid_to IS NOT NULL", name="only_closed_has_successor"),
    CheckConstraint("parent_id <> id AND successor_id <> id", name="not_its_own_relative"),
    Index(None, "parent_id"),
    Index(None, "successor_id"),
)

questionnaire = Table(
    "questionnaire",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("digest", String(64), nullable=False),
    CheckConstraint("key LIKE '%_@_%'", name="names_its_version"),
)

desk = Table(
    "desk",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("code", String(8), nullable=False, unique=True),
    Column("office_id", BigInteger, ForeignKey("office.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("questionnaire", String(80), nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    # The round whose invitations are answered here; no foreign key, because SQLite adds none to a table with rows.
    Column("round_key", String(40)),
    CheckConstraint("length(code) BETWEEN 5 AND 8 AND code = upper(code)", name="code"),
    CheckConstraint("valid_from <= valid_to", name="dates_in_order"),
    Index(None, "office_id"),
)

# Promise 4: every response names its version. Promise 3: its time is a day and an hour.
# Compact JSON such as {"overall":4,"A1":"NA"}: a number after a colon must be a level of the scale.
response = Table(
    "response",
    metadata,
    Column("office_id", BigInteger, ForeignKey("office.id"), nullable=False),
    Column("key", String(64), nullable=False),
    Column("desk_id", BigInteger, ForeignKey("desk.id"), nullable=False),
    Column("questionnaire", String(80), ForeignKey("questionnaire.key"), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("received_on", Date, nullable=False),
    Column("received_hour", SmallInteger),
    Column("answers", Text, nullable=False),
    Column("respondent", Text),
    Column("completed", Boolean, nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("set_aside", String(200)),
    # True once a person decided about it: the rules leave it as it is (Q2).
    Column("judged", Boolean),
    PrimaryKeyConstraint("office_id", "key"),  # promise 2: the same send twice is one row
    CheckConstraint("length(key) >= 1", name="key"),
    CheckConstraint(one_of("channel", CHANNELS), name="channel"),
    CheckConstraint("received_hour BETWEEN 0 AND 23", name="received_hour"),
    CheckConstraint("set_aside <> ''", name="set_aside_has_a_reason"),
    CheckConstraint(
        r"answers ~ '^\{.*\}$' AND answers !~ " + "':([06-9]|[0-9][0-9]|-|\"(?!NA\"))'", name="answers_on_scale"
    ).ddl_if(dialect="postgresql"),
    CheckConstraint(
        "answers GLOB '{*}' AND answers NOT GLOB '*:[06-9]*' AND answers NOT GLOB '*:[0-9][0-9]*' "
        "AND answers NOT GLOB '*:-*' AND answers NOT GLOB '*:\"[^N]*' AND answers NOT GLOB '*:\"N[^A]*' "
        "AND answers NOT GLOB '*:\"NA[^\"]*'",
        name="answers_on_scale",
    ).ddl_if(dialect="sqlite"),
    Index(None, "office_id", "desk_id", "received_on"),
)


def _of_response() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["office_id", "key"], ["response.office_id", "response.key"], ondelete="CASCADE")


comment = Table(
    "comment",
    metadata,
    Column("office_id", BigInteger, nullable=False),
    Column("key", String(64), nullable=False),
    Column("question", String(80), nullable=False),
    Column("text", Text, nullable=False),
    PrimaryKeyConstraint("office_id", "key", "question"),
    _of_response(),
    CheckConstraint("text <> ''", name="not_empty"),
)

# What the quality rules need for a while; emptied within 48 hours (promise 3).
evidence = Table(
    "evidence",
    metadata,
    Column("office_id", BigInteger, nullable=False),
    Column("key", String(64), nullable=False),
    Column("received_at", DateTime, nullable=False),
    Column("page_issued_at", DateTime),
    Column("completed_at", DateTime),
    # The desk and the address it was sent to from, as a hash under the day's key: tells who is one, and not who it is.
    Column("sender", String(32)),
    # The same with what the browser says of itself, and the seconds from the page's issue to the completing send.
    Column("device", String(32)),
    Column("duration", Integer),
    Column("own_network", Boolean),
    PrimaryKeyConstraint("office_id", "key"),
    _of_response(),
    CheckConstraint("length(sender) = 32", name="sender"),
    CheckConstraint("length(device) = 32", name="device"),
    CheckConstraint("duration >= 0", name="duration"),
    Index(None, "received_at"),
    Index(None, "office_id", "sender", "received_at"),
)

mark = Table(
    "mark",
    metadata,
    Column("office_id", BigInteger, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("desk_id", BigInteger, ForeignKey("desk.id"), nullable=False),
    Column("day", Date, nullable=False),
    PrimaryKeyConstraint("office_id", "id"),
    Index(None, "office_id", "desk_id", "day"),
)

# What a recount locks: one office's half-month, named by its first day.
cell = Table(
    "cell",
    metadata,
    Column("office_id", BigInteger, nullable=False),
    Column("first_day", Date, nullable=False),
    PrimaryKeyConstraint("office_id", "first_day"),
)

tally = Table(
    "tally",
    metadata,
    Column("office_id", BigInteger, nullable=False),
    Column("desk_id", BigInteger, ForeignKey("desk.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("questionnaire", String(80), ForeignKey("questionnaire.key"), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("standing", String(16), nullable=False),
    Column("responses", Integer, nullable=False),
    Column("counts", LargeBinary, nullable=False),
    PrimaryKeyConstraint("office_id", "desk_id", "day", "questionnaire", "channel", "standing"),
    CheckConstraint(one_of("channel", CHANNELS), name="channel"),
    CheckConstraint(one_of("standing", STANDINGS), name="standing"),
    CheckConstraint("responses > 0", name="not_empty"),
    Index(None, "office_id", "day"),
)

# The tallies of an office's desks, summed from the 1st to the 14th or from the 15th on: what every calendar month,
# civil or administrative, is made of (M16). One row for all channels and standings, which ``kinds`` names, because a
# province's year is 12 000 rows so and 40 000 otherwise, and each costs 2 µs (docs/performance.md).
half_month = Table(
    "half_month",
    metadata,
    Column("office_id", BigInteger, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("questionnaire", String(80), ForeignKey("questionnaire.key"), nullable=False),
    Column("kinds", Text, nullable=False),
    Column("responses", BigInteger, nullable=False),
    Column("counts", LargeBinary, nullable=False),
    PrimaryKeyConstraint("office_id", "first_day", "questionnaire"),
    CheckConstraint("kinds <> ''", name="kinds"),
    CheckConstraint("responses > 0", name="not_empty"),
    CheckConstraint("extract(day FROM first_day) IN (1, 15)", name="first_day").ddl_if(dialect="postgresql"),
    CheckConstraint("first_day LIKE '%-01' OR first_day LIKE '%-15'", name="first_day").ddl_if(dialect="sqlite"),
)

# Promise 7: an issue is only ever added; a correction names the issue it replaces.
report = Table(
    "report",
    metadata,
    Column("office_id", BigInteger, ForeignKey("office.id"), nullable=False),
    Column("period", String(16), nullable=False),
    Column("calendar", String(16), nullable=False),
    Column("issue", Integer, nullable=False),
    Column("replaces", Integer),
    Column("issued_on", Date, nullable=False),
    Column("content", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    PrimaryKeyConstraint("office_id", "period", "calendar", "issue"),
    ForeignKeyConstraint(
        ["office_id", "period", "calendar", "replaces"],
        ["report.office_id", "report.period", "report.calendar", "report.issue"],
    ),
    CheckConstraint(
        "(issue = 1 AND replaces IS NULL) OR (issue > 1 AND replaces IS NOT NULL AND replaces = issue - 1)",
        name="correction_names_issue",
    ),
)

staff = Table(
    "staff",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("email", String(200), nullable=False, unique=True),
    Column("password_hash", String(200), nullable=False),
    Column("one_time", Boolean, nullable=False),
    Column("role", String(16), nullable=False),
    Column("office_id", BigInteger, ForeignKey("office.id")),
    Column("session_token", String(64), nullable=False),
    CheckConstraint("email = lower(email) AND email LIKE '%_@_%'", name="email"),
    CheckConstraint(one_of("role", ROLES), name="role"),
    CheckConstraint("role = 'admin' OR office_id IS NOT NULL", name="has_an_office"),
)

# Failed sign-ins per keyed hash of account or address: counted here because limits hold across processes.
attempt = Table(
    "attempt",
    metadata,
    Column("subject", String(64), nullable=False),
    Column("window_start", DateTime, nullable=False),
    Column("failures", Integer, nullable=False),
    PrimaryKeyConstraint("subject", "window_start"),
)

# What senders are hashed with, thrown away when the day is over (promise 3).
daily_key = Table(
    "daily_key",
    metadata,
    Column("day", Date, primary_key=True),
    Column("key", LargeBinary, nullable=False),
    CheckConstraint("length(key) >= 32", name="key"),
)

REFERENCE_TABLES = (office, questionnaire, desk, slip_batch, slip, round_, round_office, invitation)
DISTRIBUTED_TABLES = (response, comment, evidence, mark, cell, tally, half_month)
LOCAL_TABLES = (report, staff, attempt, daily_key, transactions, office_fact, audit, daily_run)
