"""`flask rounds` and `flask invitations`: independent rounds, their samples and what they found."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click

from survey.cli.console import Failed, console_command, console_language, ready, say, tell
from survey.cli.files import FILE, faults_of, new_file, open_once, require_ending
from survey.cli.grammar import Group
from survey.cli.round_table import round_table
from survey.domain.message import message
from survey.domain.rounds import Round, RoundOffice, invitation_key, link_address
from survey.domain.rounds_json import round_json
from survey.domain.table import decoded_lines, write_table
from survey.journeys.invitations import Draw, Issued, issue_invitations
from survey.journeys.rounds import RoundRefused, create_round, results_of
from survey.store.rounds import fetch_progress

DAY = click.DateTime(["%Y-%m-%d"])


@click.group("rounds", cls=Group)
def rounds() -> None:
    """Independent rounds: create, list, show."""


@rounds.command("create")
@click.argument("key")
@click.option("--name", required=True, help="As invited people read it.")
@click.option("--questionnaire", "reference", required=True, help="ID, or ID@version.")
@click.option("--from", "first", type=DAY, required=True)
@click.option("--to", "last", type=DAY, required=True)
@click.option("--office", "offices", multiple=True, required=True, help="Repeat for several.")
@click.option("--target", type=click.IntRange(1), help="Answers wanted at each office. Default: rule M14.")
@console_command
def create(
    *,
    key: str,
    name: str,
    reference: str,
    first: datetime,
    last: datetime,
    offices: tuple[str, ...],
    target: int | None,
) -> None:
    """Set up a round."""
    found = ready()
    new = Round(key, name.strip(), found.catalogue.get(reference).key, first.date(), last.date())
    with _told(), found.database.transaction() as connection:
        progress = create_round(connection, new, offices, target=target)
    tell(message("Đã lập đợt khảo sát %(key)s ở %(number)s cơ quan.", key=key, number=len(progress)))
    if target is None:
        tell(message("Mẫu cần của mỗi cơ quan được tính khi rút mẫu, từ số hồ sơ trong danh sách."))


@rounds.command("list")
@console_command
def list_rounds() -> None:
    """List the rounds, the latest first, with the invitations and answers of all their offices."""
    with ready().database.reading() as connection:
        progress = fetch_progress(connection)
    for key in dict.fromkeys(each.round.key for each in progress):
        click.echo(_round_line([each for each in progress if each.round.key == key]))


def _round_line(offices: Sequence[RoundOffice]) -> str:
    the_round = offices[0].round
    counted = message(
        "%(offices)s cơ quan, mời %(invited)s, trả lời %(answered)s",
        offices=len(offices),
        invited=sum(each.invited for each in offices),
        answered=sum(each.answered for each in offices),
    )
    days = f"{the_round.first_day:%d/%m/%Y}–{the_round.last_day:%d/%m/%Y}"
    return "  ".join((the_round.key, days, the_round.questionnaire, say(counted), the_round.name))


@rounds.command("show")
@click.argument("key")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@console_command
def show(key: str, form: str) -> None:
    """Show how far a round is, and its results beside the counters' own."""
    found = ready()
    with _told():
        results = results_of(found.database, found.catalogue, key)
    the_round = results[0].progress.round
    questionnaire = found.catalogue.get(the_round.questionnaire)
    if form == "json":
        shown = round_json(the_round, results, questionnaire, console_language())
        click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
    else:
        click.echo(round_table(the_round, results, questionnaire, say=say, language=console_language()))


@contextmanager
def _told() -> Iterator[None]:
    """Why a round cannot be so, in one sentence. Raises Failed."""
    try:
        yield
    except RoundRefused as refused:
        raise Failed(refused.message) from None


# --- invitations ------------------------------------------------------------------------------------------


@click.group("invitations", cls=Group)
def invitations() -> None:
    """Invitations of a round: draw a sample and write its one-time links."""


@invitations.command("issue")
@click.option("--round", "key", required=True)
@click.option("--from", "path", type=FILE, required=True, help="CSV of file numbers only: file, or file,office.")
@click.option("--count", type=click.IntRange(1), required=True, help="How many to invite, of each office in the list.")
@click.option("--seed", required=True, help="Chosen in public; the same list and seed give the same sample.")
@click.option("--out", type=FILE, required=True, help="CSV of links to be sent; never overwritten.")
@click.option("--more", is_flag=True, help="Go on where the last draw of the same list and seed ended.")
@console_command
def issue(*, key: str, path: Path, count: int, seed: str, out: Path, more: bool) -> None:
    """Draw a sample from a list of file numbers and write a one-time link for each file that was drawn."""
    require_ending(out, ".csv")
    found = ready()
    asked = Draw(key, count, seed, more=more, who="console")
    secret = invitation_key(found.config.secret_key)
    with (
        _told(),
        faults_of(path),
        open_once(path) as lines,
        new_file(out) as write,
        found.database.transaction() as connection,
    ):
        issued = issue_invitations(connection, decoded_lines(lines), asked, key=secret, now=found.clock())
        write(_links(issued, base_url=found.config.base_url))
    tell(message("Đã ghi %(number)s đường dẫn vào %(path)s.", number=len(issued.links), path=out))
    for each in issued.progress:
        _tell_progress(each)


def _links(issued: Issued, *, base_url: str) -> Iterator[str]:
    several = len({link.office for link in issued.links}) > 1
    columns = ("office", "file", "address") if several else ("file", "address")
    rows = ((link.office, link.file, link_address(base_url, link.code)) for link in issued.links)
    return write_table(columns, (row if several else row[1:] for row in rows))


def _tell_progress(each: RoundOffice) -> None:
    tell(
        message(
            "%(office)s: %(files)s hồ sơ, mẫu cần %(target)s phiếu trả lời, đã mời %(invited)s.",
            office=each.office.code,
            files=each.files,
            target=each.target,
            invited=each.invited,
        )
    )
    if each.invited < each.target:
        tell(
            message(
                "Lưu ý: số lời mời của cơ quan %(office)s còn ít hơn mẫu cần; không phải ai được mời cũng trả lời.",
                office=each.office.code,
            ),
            err=True,
        )
