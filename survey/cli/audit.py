"""`flask audit`: the trail of what people did to others' answers and figures."""

from datetime import datetime

import click

from survey.cli.console import Failed, console_command, ready, say, tell, with_progress
from survey.cli.grammar import Group
from survey.domain.audit import Entry, action_name, verified
from survey.domain.message import message
from survey.store.audit import count_audit, stream_audit


@click.group("audit", cls=Group)
def audit() -> None:
    """The audit trail: list, verify."""


@audit.command("list")
@click.option("--office", "office_code", help="Entries about this office (its code) alone.")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="From this day on.")
@console_command
def list_entries(office_code: str | None, first: datetime | None) -> None:
    """Print the entries, oldest first, one a line."""
    with ready().database.reading() as connection:
        for entry in stream_audit(connection, office=office_code):
            if first is None or entry.at >= first:
                click.echo("\t".join(_shown(entry)))


def _shown(entry: Entry) -> tuple[str, ...]:
    """Number, moment, who, what, office, to what, why: in one line whatever was typed."""
    deed = entry.deed
    said = (deed.who, say(action_name(deed.action)), deed.office, deed.subject, deed.note)
    return (str(entry.number), entry.at.isoformat(" "), *(" ".join(each.split()) for each in said))


@audit.command("verify")
@console_command
def verify() -> None:
    """Follow the whole chain; exit 1 at the first entry that was changed, removed or slipped in."""
    found = ready()
    with found.database.reading() as connection:
        entries = with_progress(stream_audit(connection), say(message("Kiểm tra sổ")), total=count_audit(connection))
        result = verified(entries)
    if result.broken is not None:
        raise Failed(
            message(
                "Sổ ghi vết sai từ dòng số %(number)s: dòng này bị sửa, bị xóa hoặc bị chèn thêm. "
                "Các dòng trước đó còn nguyên.",
                number=result.broken,
            )
        )
    tell(
        message(
            "Sổ ghi vết nguyên vẹn: %(number)s dòng, dấu của dòng cuối là %(digest)s. Ghi lại hai con số này để lần "
            "sau biết có ai cắt bớt phần cuối không.",
            number=result.entries,
            digest=result.digest,
        )
    )
