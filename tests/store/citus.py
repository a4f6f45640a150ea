"""A stand-in for Citus: an extension of that name, of plain tables and functions, for the order of calls and no more.

It spreads nothing. It holds what the program relies on: catalogue tables and functions by their names, columns and
arguments, and those refusals of the real extension that depend on the order (read in its documentation and source).
"""

from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

CONTROL = "comment = 'stand-in'\ndefault_version = '1'\nrelocatable = false\nschema = public\n"
SCRIPT = """
CREATE TABLE pg_dist_local_group (groupid int);
INSERT INTO pg_dist_local_group VALUES (0);
CREATE TABLE pg_dist_node (groupid int, isactive bool, noderole text, shouldhaveshards bool);
CREATE TABLE pg_dist_partition (logicalrelid regclass PRIMARY KEY, partmethod "char", partkey text, repmodel "char");
CREATE TABLE calls (number serial, name text, arguments text[]);
CREATE TABLE broken (logicalrelid regclass);

CREATE FUNCTION column_to_column_name(regclass, text) RETURNS text LANGUAGE sql STRICT AS 'SELECT $2';

CREATE FUNCTION is_held(regclass, "char", "char") RETURNS bool LANGUAGE sql AS
    'SELECT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = $1 AND partmethod = $2 AND repmodel = $3)';

-- What points to a reference table becomes a local table of Citus's own, and so does all that hangs on it.
CREATE FUNCTION hold_what_hangs_on(regclass) RETURNS void LANGUAGE sql AS '
    WITH RECURSIVE hanging AS (
        SELECT conrelid AS id FROM pg_constraint WHERE contype = ''f'' AND confrelid = $1
        UNION SELECT k.conrelid FROM pg_constraint k JOIN hanging h ON k.contype = ''f'' AND k.confrelid = h.id)
    INSERT INTO pg_dist_partition SELECT id, ''n'', NULL, ''s'' FROM hanging ON CONFLICT DO NOTHING';

CREATE FUNCTION create_reference_table(table_name regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO calls (name, arguments) VALUES ('create_reference_table', ARRAY[table_name::text]);
    IF NOT EXISTS (SELECT 1 FROM pg_dist_node) THEN
        INSERT INTO pg_dist_node VALUES (0, true, 'primary', true);
    END IF;
    IF EXISTS (SELECT 1 FROM broken b WHERE b.logicalrelid = table_name) THEN
        RAISE EXCEPTION 'connection to the remote node failed';
    END IF;
    IF is_held(table_name, 'n', 't') OR is_held(table_name, 'h', 's') THEN
        RAISE EXCEPTION 'table "%" is already distributed', table_name;
    END IF;
    DELETE FROM pg_dist_partition WHERE logicalrelid = table_name;
    INSERT INTO pg_dist_partition VALUES (table_name, 'n', NULL, 't');
    PERFORM hold_what_hangs_on(table_name);
END $$;

CREATE FUNCTION create_distributed_table(
    table_name regclass, distribution_column text, distribution_type text DEFAULT 'hash',
    colocate_with text DEFAULT 'default', shard_count int DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    number smallint;
    key record;
BEGIN
    INSERT INTO calls (name, arguments) VALUES
        ('create_distributed_table', ARRAY[table_name::text, distribution_column, colocate_with]);
    IF EXISTS (SELECT 1 FROM broken b WHERE b.logicalrelid = table_name) THEN
        RAISE EXCEPTION 'connection to the remote node failed';
    END IF;
    IF is_held(table_name, 'n', 't') OR is_held(table_name, 'h', 's') THEN
        RAISE EXCEPTION 'table "%" is already distributed', table_name;
    END IF;
    IF colocate_with NOT IN ('none', 'default') AND NOT is_held(colocate_with::regclass, 'h', 's') THEN
        RAISE EXCEPTION 'relation % is not distributed', colocate_with;
    END IF;
    SELECT attnum INTO STRICT number FROM pg_attribute WHERE attrelid = table_name AND attname = distribution_column;
    IF EXISTS (SELECT 1 FROM pg_index WHERE indrelid = table_name AND indisunique AND NOT number = ANY(indkey)) THEN
        RAISE EXCEPTION 'cannot create constraint on "%"', table_name;
    END IF;
    IF EXISTS (SELECT 1 FROM pg_constraint WHERE contype = 'f' AND confrelid = table_name
               AND (is_held(conrelid, 'n', 's') OR is_held(conrelid, 'n', 't'))) THEN
        RAISE EXCEPTION 'foreign keys from reference tables and local tables to distributed tables are not supported';
    END IF;
    FOR key IN SELECT * FROM pg_constraint WHERE contype = 'f' AND conrelid = table_name LOOP
        IF NOT is_held(key.confrelid, 'n', 't')
           AND NOT (is_held(key.confrelid, 'h', 's') AND number = ANY(key.conkey)) THEN
            RAISE EXCEPTION 'referenced table "%" must be a distributed table or a reference table', key.confrelid;
        END IF;
    END LOOP;
    DELETE FROM pg_dist_partition WHERE logicalrelid = table_name;
    INSERT INTO pg_dist_partition VALUES (table_name, 'h', distribution_column, 's');
END $$;

CREATE FUNCTION truncate_local_data_after_distributing_table(table_name regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO calls (name, arguments) VALUES
        ('truncate_local_data_after_distributing_table', ARRAY[table_name::text]);
    IF NOT is_held(table_name, 'n', 't') AND NOT is_held(table_name, 'h', 's') THEN
        RAISE EXCEPTION 'supplied parameter is not a distributed relation';
    END IF;
    IF EXISTS (SELECT 1 FROM pg_constraint WHERE contype = 'f' AND confrelid = table_name AND conrelid <> table_name
               AND NOT is_held(conrelid, 'n', 't') AND NOT is_held(conrelid, 'h', 's')) THEN
        RAISE EXCEPTION 'cannot truncate a table referenced in a foreign key constraint by a local table';
    END IF;
END $$;
"""


def make_available(url: str) -> None:
    """Let the database find the extension; from the next connection on it can be created."""
    there = make_url(url)
    folder = Path(str(there.query["host"])) / "stand-in"  # where the server, which may be another user, can read it
    files = folder / "extension"
    files.mkdir(parents=True, exist_ok=True)
    (files / "citus.control").write_text(CONTROL, encoding="utf-8")
    (files / "citus--1.sql").write_text(SCRIPT, encoding="utf-8")
    _run(url, f"ALTER DATABASE {there.database} SET extension_control_path = '{folder}:$system'")


def create(url: str) -> None:
    """Switch the extension on in the database."""
    make_available(url)
    _run(url, "CREATE EXTENSION citus")


def _run(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
