"""`flask offices facts`: what the quality rules must know of the offices."""

from pathlib import Path

import click

from survey.cli.console import console_command, ready, tell
from survey.cli.files import FILE, faults_of, read_text, write_out
from survey.cli.grammar import Group
from survey.domain.message import message
from survey.journeys.office_facts import export_facts, import_facts

AT_THE_CONSOLE = "console"


@click.group("facts", cls=Group)
def facts() -> None:
    """Hours, holidays, own networks and kiosks of the offices: import, export."""


@facts.command("import")
@click.argument("path", type=FILE)
@console_command
def import_file(path: Path) -> None:
    """Replace what the offices of a CSV file say of themselves, by kind, all or nothing."""
    found = ready()
    with faults_of(path), found.database.transaction() as connection:
        lines, changes = import_facts(connection, read_text(path), who=AT_THE_CONSOLE, now=found.clock())
    tell(message("Đã nhập %(lines)s dòng; %(changes)s mục thông tin thay đổi.", lines=lines, changes=changes))


@facts.command("export")
@console_command
def export_file() -> None:
    """Write what the offices say of themselves as CSV to standard output."""
    with ready().database.reading() as connection:
        write_out(export_facts(connection))
