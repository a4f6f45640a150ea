"""`flask responses`: import, export."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from survey.cli.console import Failed, bytes_with_progress, console_command, ready, say, tell, with_progress
from survey.cli.files import FILE, Lines, faults_of, open_lines, require_ending, write_file
from survey.cli.grammar import Group
from survey.cli.options import channel_option, chosen_period, period_options
from survey.domain.message import Message, message
from survey.domain.periods import Period, span
from survey.domain.questionnaire import Questionnaire
from survey.domain.response import Response
from survey.domain.response_file import EARLIEST
from survey.domain.scoring import ALL_CHANNELS
from survey.installation import Installation
from survey.journeys.response_file import FileChanged, Imported, export_responses, import_responses
from survey.journeys.score import Branch, branch_of, bring_up_to_date, most_answered, whole_tree
from survey.store import Connection


@click.group("responses", cls=Group)
def responses() -> None:
    """Responses: import, export."""


@responses.command("import")
@click.argument("path", type=FILE)
@click.option("--questionnaire", required=True, help="ID, or ID@version.")
@click.option("--channel", type=click.Choice(ALL_CHANNELS), default="paper", show_default=True)
@console_command
def import_file(path: Path, questionnaire: str, channel: str) -> None:
    """Store the responses of a CSV file once all of it is sound; a key that is there already is skipped and counted."""
    found = ready()
    version = found.catalogue.get(questionnaire)
    with faults_of(path), open_lines(path) as lines:
        imported = _import(found, lines, path=path, version=version, channel=channel)
    tell(
        message(
            "Đã nhập %(stored)s phiếu trả lời; bỏ qua %(repeated)s phiếu đã có.",
            stored=imported.stored,
            repeated=imported.repeated,
        )
    )
    if imported.other_form:
        tell(
            message(
                "Lưu ý: %(number)s phiếu thuộc các quầy đang dùng phiếu khảo sát khác với %(key)s.",
                number=imported.other_form,
                key=version.key,
            ),
            err=True,
        )


def _import(found: Installation, lines: Lines, *, path: Path, version: Questionnaire, channel: str) -> Imported:
    try:
        return import_responses(
            found.database,
            lines,
            questionnaire=version,
            channel=channel,
            today=found.clock().date(),
            checking=partial(bytes_with_progress, label=say(message("Kiểm tra tệp")), total=lines.size),
            storing=partial(_with_bar, message("Lưu phiếu trả lời")),
        )
    except FileChanged as changed:
        raise Failed(_said_of_change(path, changed.stored)) from None


def _with_bar(label: Message, items: Iterable[Response], total: int) -> Iterable[Response]:
    return with_progress(items, say(label), total=total)


def _said_of_change(path: Path, stored: int) -> Message:
    if not stored:
        return message("Tệp %(path)s bị sửa trong lúc đang nhập. Chưa có gì được lưu. Xin nhập lại.", path=path)
    return message(
        "Tệp %(path)s bị sửa trong lúc đang nhập. Đã lưu %(stored)s phiếu đứng trước chỗ bị sửa, phần sau thì chưa. "
        "Xin trả tệp về như cũ rồi nhập lại: phiếu đã lưu sẽ được bỏ qua.",
        path=path,
        stored=stored,
    )


@responses.command("export")
@click.option("--out", "path", type=FILE, required=True)
@click.option("--office", "office_code", help="An office with everything below it; all offices without.")
@click.option("--questionnaire", "reference", help="ID, or ID@version; without, the one with most responses.")
@channel_option
@period_options
@console_command
def export_file(
    *,
    path: Path,
    office_code: str | None,
    reference: str | None,
    channels: tuple[str, ...],
    period_text: str | None,
    first: datetime | None,
    last: datetime | None,
    calendar: str | None,
) -> None:
    """Write responses as CSV; of all days unless a period is named."""
    require_ending(path, ".csv")
    found = ready()
    everything = not (period_text or first or last)
    period = (
        span(EARLIEST, found.clock().date())
        if everything
        else chosen_period(period_text=period_text, first=first, last=last, calendar=calendar or found.config.calendar)
    )
    with found.database.reading() as connection:
        branch = branch_of(connection, office_code) if office_code else whole_tree(connection)
    bring_up_to_date(found.database, found.catalogue, office_ids=branch.ids, first=period.first, last=period.last)
    with found.database.reading() as connection:
        _write(connection, found, branch, path=path, period=period, reference=reference, channels=channels)


def _write(
    connection: Connection,
    found: Installation,
    branch: Branch,
    *,
    path: Path,
    period: Period,
    reference: str | None,
    channels: tuple[str, ...],
) -> None:
    most, others = most_answered(connection, found.catalogue, branch, period)
    version = found.catalogue.get(reference) if reference else most
    if version is None:
        raise Failed(message("Không có phiếu trả lời nào trong khoảng này."))
    lines = export_responses(
        connection,
        branch,
        questionnaire=version,
        first=period.first,
        last=period.last,
        channels=channels or None,
        writing=partial(_with_bar, message("Xuất phiếu trả lời")),
    )
    write_file(path, lines)
    tell(message("Đã ghi các phiếu trả lời theo %(key)s vào %(path)s.", key=version.key, path=path))
    if reference is None:
        tell_others(others)


def tell_others(others: dict[str, int]) -> None:
    """Name on standard error the questionnaire versions that were left out."""
    for key, number in others.items():
        sentence = message("Chưa tính %(number)s phiếu theo phiếu khảo sát %(key)s.", number=number, key=key)
        tell(sentence, err=True)
