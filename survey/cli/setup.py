"""`flask init`, `flask questionnaires`, `flask offices`: setting an installation up."""

from collections.abc import Mapping
from pathlib import Path

import click

from survey.cli.console import (
    Failed,
    console_command,
    console_language,
    installation,
    print_faults,
    ready,
    sound,
    tell,
)
from survey.cli.files import FILE, faults_of, read_text, write_out
from survey.cli.grammar import Command, Group
from survey.cli.office_facts import facts
from survey.domain.message import Refused, message
from survey.domain.questionnaire import text_in
from survey.domain.questionnaire_file import check
from survey.installation import QUESTIONNAIRES
from survey.journeys.offices import export_offices, import_offices
from survey.journeys.setup import prepare
from survey.store.questionnaires import fetch_answered_digests
from survey.store.schema import NotPrepared, require_current


@click.command("init", cls=Command)
@console_command
def init() -> None:
    """Create or upgrade the database; safe to repeat."""
    found = sound()
    prepare(found.database, found.catalogue)
    tell(message("Cơ sở dữ liệu đã sẵn sàng."))


@click.group("questionnaires", cls=Group)
def questionnaires() -> None:
    """Questionnaire files: check, list."""


@questionnaires.command("check")
@click.argument("paths", nargs=-1, type=FILE)
@console_command
def check_questionnaires(paths: tuple[Path, ...]) -> None:
    """Check definition files; all faults of all files, each with its place and remedy."""
    answered = _answered_digests()
    chosen = paths or sorted(QUESTIONNAIRES.glob("*.yaml"))
    faulty = sum(not _is_sound(path, answered) for path in chosen)
    faulty += 0 if paths else _tell_translations()
    if faulty:
        raise Failed(message("%(number)s tệp còn lỗi.", number=faulty))


def _tell_translations() -> int:
    """Print the faults of the translations beside the questionnaires; how many files have any."""
    beside = {name: found for name, found in installation().faulty_questionnaires.items() if name.endswith(".po")}
    for name, found in beside.items():
        print_faults(found, file=name)
    return len(beside)


def _is_sound(path: Path, answered: Mapping[str, str]) -> bool:
    """Whether a file can be used; what is wrong with it is printed, so that the next file is looked at too."""
    try:
        faults = check(read_text(path), name=path.name, answered_digests=answered)
    except Refused as refused:
        faults = refused.faults
    except Failed as unreadable:
        unreadable.show()
        return False
    print_faults(faults, file=str(path))
    if not faults:
        tell(message("%(path)s: không có lỗi.", path=path))
    return not faults


def _answered_digests() -> Mapping[str, str]:
    try:
        with installation().database.reading() as connection:
            require_current(connection)
            return fetch_answered_digests(connection)
    except NotPrepared:
        return {}  # nothing can have been answered yet


@questionnaires.command("list")
@console_command
def list_questionnaires() -> None:
    """The versions this installation knows."""
    for each in sound().catalogue:
        click.echo(f"{each.key}\t{text_in(each.title, console_language())}")


@click.group("offices", cls=Group)
def offices() -> None:
    """Offices: import, export; what is known of them."""


offices.add_command(facts)


@offices.command("import")
@click.argument("path", type=FILE)
@console_command
def import_offices_file(path: Path) -> None:
    """Add or change offices from a CSV file, all or nothing."""
    found = ready()
    with faults_of(path), found.database.transaction() as connection:
        number = import_offices(connection, read_text(path))
    tell(message("Đã nhập %(number)s cơ quan.", number=number))


@offices.command("export")
@console_command
def export_offices_file() -> None:
    """Write the offices as CSV to standard output."""
    with ready().database.reading() as connection:
        write_out(export_offices(connection))
