"""`flask transactions`: how many transactions there were (M13): import, export."""

from pathlib import Path

import click

from survey.cli.console import calendar_of, console_command, ready, tell
from survey.cli.files import FILE, faults_of, read_text, write_out
from survey.cli.grammar import Group
from survey.domain.message import message
from survey.journeys.transactions import By, export_transactions, import_transactions


@click.group("transactions", cls=Group)
def transactions() -> None:
    """Numbers of transactions by office, desk and period: import, export."""


@transactions.command("import")
@click.argument("path", type=FILE)
@console_command
def import_transactions_file(path: Path) -> None:
    """Add numbers from a CSV file, or replace those of the same office, desk and period; all or nothing."""
    found = ready()
    by = By("console", found.clock())
    with faults_of(path), found.database.transaction() as connection:
        number = import_transactions(connection, read_text(path), calendar=calendar_of(found), by=by)
    tell(message("Đã nhập %(number)s số lượt giao dịch.", number=number))


@transactions.command("export")
@console_command
def export_transactions_file() -> None:
    """Write the numbers as CSV to standard output."""
    found = ready()
    with found.database.reading() as connection:
        write_out(export_transactions(connection, calendar=calendar_of(found)))
