"""`flask staff`: accounts."""

import click

from survey.cli.console import console_command, ready, tell
from survey.cli.grammar import Group
from survey.domain.message import message
from survey.domain.staff import ROLES
from survey.journeys.sign_in import add_staff, list_staff, reset_staff


@click.group("staff", cls=Group)
def staff() -> None:
    """Staff accounts: add, list, reset."""


@staff.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--office", help="Code of the office; needed for every role but admin.")
@console_command
def add(email: str, role: str, office: str | None) -> None:
    """Add an account; prints its one-time password."""
    with ready().database.transaction() as connection:
        password = add_staff(connection, email=email, role=role, office=office)
    _show(password)


def _show(password: str) -> None:
    click.echo(password)
    tell(message("Mật khẩu dùng một lần; người dùng đổi mật khẩu khi đăng nhập lần đầu."), err=True)


@staff.command("list")
@console_command
def list_accounts() -> None:
    """The accounts: e-mail, role, office code."""
    with ready().database.reading() as connection:
        accounts = list_staff(connection)
    for account, office in accounts:
        click.echo(f"{account.email}\t{account.role}\t{office.code if office else '-'}")


@staff.command("reset")
@click.argument("email")
@console_command
def reset(email: str) -> None:
    """Give an account a new one-time password and end its sessions."""
    with ready().database.transaction() as connection:
        password = reset_staff(connection, email)
    _show(password)
