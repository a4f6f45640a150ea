"""`flask desks`: import, export, posters and bare codes."""

from collections.abc import Callable, Iterable
from pathlib import Path

import click

from survey.cli.console import Failed, console_command, read_text, ready, tell
from survey.cli.setup import FILE, write_out
from survey.domain.message import message
from survey.domain.offices import Desk, Office, OfficeTree, normalise_desk_code
from survey.installation import Installation
from survey.journeys.offices import export_desks, import_desks
from survey.journeys.score import branch_of
from survey.render.poster import Paper, Poster, poster_pdf
from survey.render.qr import qr_png, qr_svg
from survey.store import Connection
from survey.store.offices import fetch_desk, fetch_desks, fetch_tree


@click.group("desks")
def desks() -> None:
    """Desks: import, export, posters, bare QR codes."""


@desks.command("import")
@click.argument("path", type=FILE)
@console_command
def import_desks_file(path: Path) -> None:
    """Add or change desks from a CSV file, all or nothing; prints the codes in the order of the lines."""
    found = ready()
    with found.database.transaction() as connection:
        codes = import_desks(connection, found.catalogue, read_text(path))
    for code in codes:
        click.echo(code)
    tell(message("Đã nhập %(number)s quầy.", number=len(codes)), err=True)


@desks.command("export")
@console_command
def export_desks_file() -> None:
    """Write the desks as CSV to standard output."""
    with ready().database.reading() as connection:
        write_out(export_desks(connection))


@desks.command("poster")
@click.option("--office", "office_code", help="All open desks of this office.")
@click.option("--desk", "desk_code", help="This desk alone.")
@click.option("--out", "path", type=FILE, required=True)
@click.option("--paper", type=click.Choice(["a4", "a5", "label"]), default="a4", show_default=True)
@console_command
def write_poster(office_code: str | None, desk_code: str | None, path: Path, paper: Paper) -> None:
    """Write the posters of an office or a desk as PDF."""
    if (office_code is None) == (desk_code is None):
        raise Failed(message("Xin chọn một: --office hoặc --desk."))
    found = ready()
    with found.database.reading() as connection:
        tree = fetch_tree(connection)
        chosen = [_named(connection, desk_code)] if desk_code else _open_desks(connection, office_code or "", found)
    posters = [poster_of(desk, tree, found) for desk in chosen]
    write_file(path, poster_pdf(posters, paper, accent=found.config.accent))
    tell(message("Đã ghi %(number)s tờ áp phích vào %(path)s.", number=len(posters), path=path))


def _named(connection: Connection, code: str) -> Desk:
    found = fetch_desk(connection, normalise_desk_code(code) or "")
    if found is None:
        raise Failed(message("Không có quầy nào mang mã “%(code)s”.", code=code))
    return found[0]


def _open_desks(connection: Connection, office_code: str, found: Installation) -> list[Desk]:
    branch = branch_of(connection, office_code)
    today = found.clock().date()
    chosen = [desk for desk in fetch_desks(connection, branch.ids) if not desk.retired_before(today)]
    if not chosen:
        raise Failed(message("Cơ quan %(code)s không có quầy nào đang mở.", code=office_code))
    return chosen


def poster_of(desk: Desk, tree: OfficeTree, found: Installation) -> Poster:
    """The poster of a desk, under the name of the office that its answers count for today."""
    office: Office = tree.serving(desk.office_id, found.clock().date())
    return Poster(
        authority=found.config.authority,
        office=office.name,
        desk=desk.name,
        address=address_of(desk, found),
        code=desk.code,
        demonstration=office.demonstration,
    )


def address_of(desk: Desk, found: Installation) -> str:
    """The address in the desk's QR code."""
    return f"{found.config.base_url}/d/{desk.code}"


@desks.command("qr")
@click.option("--desk", "code", required=True)
@click.option("--out", "path", type=FILE, required=True)
@console_command
def write_qr(code: str, path: Path) -> None:
    """Write the bare QR code of a desk as .svg or .png."""
    makers: dict[str, Callable[[str], bytes]] = {".svg": qr_svg, ".png": qr_png}
    maker = makers.get(path.suffix.lower())
    if maker is None:
        raise Failed(message("Tên tệp phải kết thúc bằng .svg hoặc .png: %(path)s", path=path))
    found = ready()
    with found.database.reading() as connection:
        desk = _named(connection, code)
    write_file(path, maker(address_of(desk, found)))


def write_file(path: Path, data: bytes | Iterable[str]) -> None:
    """Write a file whole or not at all, making its folder. Raises Failed with the operating system's reason."""
    unfinished = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            for chunk in [data] if isinstance(data, bytes) else (line.encode() for line in data):
                file.write(chunk)
        unfinished.replace(path)
    except OSError as error:
        raise Failed(message("Không ghi được tệp %(path)s: %(error)s", path=path, error=error.strerror)) from None
