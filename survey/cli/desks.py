"""`flask desks`: import, export, posters and bare codes."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import click

from survey.cli.console import Failed, console_command, ready, tell
from survey.cli.files import FILE, faults_of, read_text, require_ending, write_file, write_out
from survey.cli.grammar import Group
from survey.domain.message import message
from survey.domain.offices import Desk, NoOfficeServes, Office, OfficeTree, normalise_desk_code
from survey.installation import Installation
from survey.journeys.offices import export_desks, import_desks, namesakes
from survey.journeys.score import branch_of
from survey.render.poster import Paper, poster_of, poster_pdf
from survey.render.qr import qr_png, qr_svg
from survey.store import Connection
from survey.store.offices import fetch_desk, fetch_desks, fetch_tree


@click.group("desks", cls=Group)
def desks() -> None:
    """Desks: import, export, posters, bare QR codes."""


@desks.command("import")
@click.argument("path", type=FILE)
@console_command
def import_desks_file(path: Path) -> None:
    """Add or change desks from a CSV file, all or nothing; prints the codes in the order of the lines."""
    found = ready()
    with faults_of(path), found.database.transaction() as connection:
        codes = import_desks(connection, found.catalogue, read_text(path))
        alike = namesakes(connection, codes, today=found.clock().date())
    for code in codes:
        click.echo(code)
    tell(message("Đã nhập %(number)s quầy.", number=len(codes)), err=True)
    for desk in alike:
        tell(message("Lưu ý: “%(name)s” (%(code)s) trùng tên với quầy khác.", name=desk.name, code=desk.code), err=True)


@desks.command("export")
@console_command
def export_desks_file() -> None:
    """Write the desks as CSV to standard output."""
    with ready().database.reading() as connection:
        write_out(export_desks(connection))


@desks.command("poster")
@click.option("--office", "office_code", help="Every desk of this office and of what is below it.")
@click.option("--desk", "desk_code", help="This desk alone.")
@click.option("--out", "path", type=FILE, required=True)
@click.option("--paper", type=click.Choice(["a4", "a5", "label"]), default="a4", show_default=True)
@console_command
def write_poster(office_code: str | None, desk_code: str | None, path: Path, paper: Paper) -> None:
    """Write the posters of an office or a desk as PDF; desks that have been retired get none."""
    if (office_code is None) == (desk_code is None):
        raise Failed(message("Xin chọn một: --office hoặc --desk."))
    require_ending(path, ".pdf")
    found = ready()
    with found.database.reading() as connection:
        chosen = _one(connection, desk_code, found) if desk_code else _every(connection, office_code or "", found)
    config = found.config
    posters = [poster_of(*each, authority=config.authority, base_url=config.base_url) for each in chosen]
    write_file(path, poster_pdf(posters, paper, accent=config.accent))
    tell(message("Đã ghi áp phích của %(number)s quầy vào %(path)s.", number=len(chosen), path=path))


def _one(connection: Connection, code: str, found: Installation) -> list[tuple[Desk, Office]]:
    """The desk of that code with the office it serves. Raises Failed where nobody could answer there any more."""
    desk, today = _named(connection, code), found.clock().date()
    if desk.valid_to and desk.retired_before(today):
        last = f"{desk.valid_to:%d/%m/%Y}"
        raise Failed(message("Quầy %(code)s ngừng nhận phiếu sau ngày %(day)s.", code=desk.code, day=last))
    office = _serving(fetch_tree(connection), desk, today)
    if office is None:
        raise Failed(message("Cơ quan của quầy %(code)s đã ngừng hoạt động.", code=desk.code))
    return [(desk, office)]


def _named(connection: Connection, code: str) -> Desk:
    found = fetch_desk(connection, normalise_desk_code(code) or "")
    if found is None:
        raise Failed(message("Không có quầy nào mang mã “%(code)s”.", code=code))
    return found[0]


def _every(connection: Connection, office_code: str, found: Installation) -> list[tuple[Desk, Office]]:
    """The desks that take answers, or will, for the branch: its own, and those of offices merged into it."""
    branch, tree, today = branch_of(connection, office_code), fetch_tree(connection), found.clock().date()
    chosen = [
        (desk, office)
        for desk in fetch_desks(connection)
        if not desk.retired_before(today) and (office := _serving(tree, desk, today))
        if desk.office_id in branch.ids or office.id in branch.ids
    ]
    if not chosen:
        raise Failed(message("Cơ quan %(code)s không có quầy nào đang mở.", code=office_code))
    return sorted(chosen, key=lambda each: (each[1].code, each[0].name, each[0].code))


def _serving(tree: OfficeTree, desk: Desk, today: date) -> Office | None:
    try:
        return tree.serving(desk.office_id, today)
    except NoOfficeServes:
        return None


@desks.command("qr")
@click.option("--desk", "code", required=True)
@click.option("--out", "path", type=FILE, required=True)
@console_command
def write_qr(code: str, path: Path) -> None:
    """Write the bare QR code of a desk as .svg or .png."""
    makers: dict[str, Callable[[str], bytes]] = {".svg": qr_svg, ".png": qr_png}
    maker = makers[require_ending(path, *makers)]
    found = ready()
    with found.database.reading() as connection:
        desk = _named(connection, code)
    write_file(path, maker(desk.address(found.config.base_url)))
    tell(message("Đã ghi mã QR của quầy %(code)s vào %(path)s.", code=desk.code, path=path))
