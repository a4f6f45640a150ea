"""What every table is made with: the names of constraints, rows numbered on both engines, and fixed lists of words."""

from sqlalchemy import BigInteger, Integer, MetaData

CHANNELS = ("poster", "slip", "kiosk", "link", "paper", "invitation")
STANDINGS = ("open", "verified", "set_aside")
OFFICE_KINDS = ("province", "commune", "department", "district", "unit")
ROLES = ("head", "analyst", "officer", "admin")
FACT_KINDS = ("hours", "holiday", "network", "kiosk")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only in a column typed INTEGER.
Identity = BigInteger().with_variant(Integer, "sqlite")


def one_of(column: str, values: tuple[str, ...]) -> str:
    """SQL that holds a column to a fixed list of words."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
