"""`flask welcome`: what `make run` says before it serves; a new installation gets the demonstration first."""

import click

from survey.cli.console import console_command, ready, say
from survey.cli.demo import load
from survey.cli.grammar import Command
from survey.domain.message import message
from survey.domain.offices import Desk, Office
from survey.installation import Installation
from survey.journeys.sign_in import add_staff, list_staff, reset_staff
from survey.store.offices import fetch_desks, fetch_tree

FIRST_ACCOUNT = "quantri@minhhoa.example"


@click.command("welcome", cls=Command)
@click.pass_context
@console_command
def welcome(context: click.Context) -> None:
    """Load the demonstration into a new database; print a desk's address, the staff address and a password."""
    found = ready()
    if _is_new(found):
        context.invoke(load)
    desk = _shown_desk(found)
    if desk is not None:
        _line(say(message("Trang của người dân")), desk.address(found.config.base_url))
    _line(say(message("Trang của cán bộ")), f"{found.config.base_url}/staff/")
    for label, value in _first_account(found):
        _line(label, value)
    click.echo(say(message("Nhấn Ctrl-C để dừng.")))


def _is_new(found: Installation) -> bool:
    with found.database.reading() as connection:
        return not fetch_tree(connection).by_id


def _shown_desk(found: Installation) -> Desk | None:
    """An open desk, of a commune where there is one: that is where most people meet a poster."""
    today = found.clock().date()
    with found.database.reading() as connection:
        offices = fetch_tree(connection).by_id
        desks = [desk for desk in fetch_desks(connection) if desk.is_open_on(today)]
    return min(desks, key=lambda desk: _order(offices[desk.office_id], desk), default=None)


def _order(office: Office, desk: Desk) -> tuple[bool, str, str]:
    return (office.kind != "commune", office.code, desk.name)


def _first_account(found: Installation) -> list[tuple[str, str]]:
    """The first administrator; a new one-time password until they have chosen their own."""
    with found.database.transaction() as connection:
        known = {account.email: account for account, _ in list_staff(connection)}
        if not known:
            password = add_staff(connection, email=FIRST_ACCOUNT, role="admin", office=None)
        elif FIRST_ACCOUNT in known and known[FIRST_ACCOUNT].one_time:
            password = reset_staff(connection, FIRST_ACCOUNT)
        elif FIRST_ACCOUNT in known:
            remedy = message("quên mật khẩu: .venv/bin/flask staff reset %(email)s", email=FIRST_ACCOUNT)
            return [(say(message("Tài khoản")), f"{FIRST_ACCOUNT} ({say(remedy)})")]
        else:
            return []
    return [
        (say(message("Tài khoản")), FIRST_ACCOUNT),
        (say(message("Mật khẩu dùng một lần")), password),
    ]


def _line(label: str, value: str) -> None:
    click.echo(f"  {label + ':':<26}{value}")
