"""`flask scores`: the score of an office, and the rebuild of all tallies."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import click

from survey.cli.console import Failed, console_command, console_language, ready, say, tell, with_progress
from survey.cli.files import write_out
from survey.cli.grammar import Group
from survey.cli.options import channel_option, chosen_period, period_options
from survey.cli.responses import tell_others
from survey.cli.tables import score_table
from survey.domain.credibility import Credibility
from survey.domain.estimation import BaseRules
from survey.domain.message import message
from survey.domain.offices import Desk, normalise_desk_code
from survey.domain.page_protection import protected_score
from survey.domain.periods import Period
from survey.domain.publication import unhidden
from survey.domain.scoring import HEADLINE_CHANNELS, OfficeScore, method_named
from survey.domain.scoring_counts import as_counts, counted
from survey.domain.scoring_csv import as_csv
from survey.domain.scoring_json import as_json
from survey.domain.tally import Tally
from survey.installation import Installation
from survey.journeys.credibility import Scoring, beside_one
from survey.journeys.score import (
    Branch,
    answered_questionnaire,
    branch_of,
    bring_up_to_date,
    mark_everything,
    score_of,
    tallies_in,
)
from survey.store import Connection
from survey.store.offices import fetch_desk

FORMS = ("table", "json", "csv", "counts")


@dataclass(frozen=True, slots=True)
class Asked:
    """What `flask scores` was asked for."""

    period: Period
    questionnaire: str | None
    desk: str | None
    channels: tuple[str, ...]
    method: str | None
    minimum_base: int | None


@click.group("scores", cls=Group, invoke_without_command=True)
@click.option("--office", "office_code", help="Code of the office; everything below it is included.")
@click.option("--questionnaire", "reference", help="ID, or ID@version; without, the one with most responses.")
@click.option("--desk", help="This desk alone.")
@click.option("--method", help="share45, mean100, net, mean_of_criteria, all45.")
@click.option("--minimum-base", type=click.IntRange(1), help="Show figures from this base on.")
@click.option("--format", "form", type=click.Choice(FORMS), default="table", show_default=True)
@channel_option
@period_options
@click.pass_context
def scores(context: click.Context, /, **options: object) -> None:
    """The score of an office with everything below it."""
    if context.invoked_subcommand is None:
        context.invoke(show_scores, **options)


@click.command()
@console_command
def show_scores(
    *,
    office_code: str | None,
    reference: str | None,
    desk: str | None,
    method: str | None,
    minimum_base: int | None,
    form: str,
    channels: tuple[str, ...],
    period_text: str | None,
    first: datetime | None,
    last: datetime | None,
    calendar: str | None,
) -> None:
    """Print one score in the form that was asked for."""
    found = ready()
    if office_code is None:
        raise Failed(message("Xin cho biết cơ quan: --office MÃ."))
    period = chosen_period(period_text=period_text, first=first, last=last, calendar=calendar or found.config.calendar)
    with found.database.reading() as connection:
        branch = branch_of(connection, office_code)
    bring_up_to_date(
        found.database,
        found.catalogue,
        office_ids=branch.ids,
        first=period.first,
        last=period.last,
        progress=partial(with_progress, label=say(message("Tính điểm"))),
    )
    with found.database.reading() as connection:
        asked = Asked(period, reference, desk, channels or HEADLINE_CHANNELS, method, minimum_base)
        score, beside, tally = _score(connection, found, branch, asked)
    if form == "counts":
        write_out(as_counts(score, tally, found.catalogue.get(score.questionnaire_key)))
    else:
        _print(score, beside, form)


def _score(
    connection: Connection, found: Installation, branch: Branch, asked: Asked
) -> tuple[OfficeScore, Credibility, Tally]:
    period = asked.period
    if asked.questionnaire:
        questionnaire = found.catalogue.get(asked.questionnaire)
    else:
        questionnaire, others = answered_questionnaire(
            connection, found.catalogue, branch, period, channels=asked.channels
        )
        tell_others(others)
    desk = _desk(connection, branch, asked.desk) if asked.desk else None
    tallies = tallies_in(connection, branch, questionnaire, period, desk_id=desk.id if desk else None)
    left_out = sum(tally.responses for (channel, _), tally in tallies.items() if channel not in asked.channels)
    if left_out:
        sentence = message(
            "Ngoài điểm chung: %(number)s phiếu của các kênh khác (xem bằng --channel).", number=left_out
        )
        tell(sentence, err=True)
    rules = BaseRules.for_operator(asked.minimum_base) if asked.minimum_base else BaseRules()
    scoring = Scoring(
        questionnaire,
        method=method_named(asked.method, questionnaire),
        channels=asked.channels,
        rules=unhidden(rules),
    )
    score = score_of(
        tallies,
        branch.office,
        questionnaire=questionnaire,
        period=period,
        method=scoring.method,
        channels=scoring.channels,
        rules=scoring.rules,
    )
    credibility = beside_one(connection, branch, score, tallies, catalogue=found.catalogue, scoring=scoring, desk=desk)
    return *protected_score(score, credibility, rules), counted(tallies, questionnaire, scoring.channels)


def _desk(connection: Connection, branch: Branch, code: str) -> Desk:
    known = fetch_desk(connection, normalise_desk_code(code) or "")
    if known is None or not _answers_for(branch, known[0].office_id):
        raise Failed(
            message("Cơ quan %(office)s không có quầy mang mã “%(code)s”.", office=branch.office.code, code=code)
        )
    return known[0]


def _answers_for(branch: Branch, office_id: int) -> bool:
    """Whether a desk of that office answers, or answered, for one of the branch: its own or one merged into it."""
    office = branch.tree.by_id.get(office_id)
    while office is not None and office.id not in branch.ids:
        office = branch.tree.by_id.get(office.successor_id or 0)
    return office is not None


def _print(score: OfficeScore, beside: Credibility, form: str) -> None:
    if form == "json":
        click.echo(json.dumps(as_json(score, beside=beside), ensure_ascii=False, indent=1))
    elif form == "csv":
        write_out(as_csv(score, beside=beside))
    else:
        click.echo(score_table(score, beside, say, console_language()))


@scores.command("rebuild")
@console_command
def rebuild() -> None:
    """Recount everything from the responses; may be interrupted and run again."""
    found = ready()
    with found.database.transaction() as connection:
        if not mark_everything(connection):
            tell(message("Tiếp tục lần đếm lại trước còn dở."), err=True)
    progress = partial(with_progress, label=say(message("Đếm lại")))
    number = bring_up_to_date(found.database, found.catalogue, progress=progress)
    tell(message("Đã đếm lại %(number)s ngày làm việc của các quầy.", number=number))
