"""Options that several commands share: which days, which questionnaire, which channels."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

import click

from survey.cli.console import Failed
from survey.config import CALENDARS
from survey.domain.message import message
from survey.domain.periods import Period, parse, span
from survey.domain.scoring import ALL_CHANNELS

Command = TypeVar("Command", bound=Callable[..., Any])


def period_options(command: Command) -> Command:
    """--period P, or --from D --to D, and --calendar."""
    for option in (
        click.option("--calendar", type=click.Choice(CALENDARS), help="Default: SURVEY_CALENDAR."),
        click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"])),
        click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"])),
        click.option("--period", "period_text", help="2026-10, 2026-Q3, 2026-H1 or 2026."),
    ):
        command = option(command)
    return command


channel_option = click.option(
    "--channel", "channels", multiple=True, type=click.Choice(ALL_CHANNELS), help="Repeat for several."
)


def chosen_period(*, period_text: str | None, first: datetime | None, last: datetime | None, calendar: Any) -> Period:
    """The period that was asked for. Raises Failed when it is asked for twice, or half, or not at all."""
    if period_text and not (first or last):
        return parse(period_text, calendar)
    if first and last and not period_text:
        return span(_day(first), _day(last), calendar=calendar)
    raise Failed(message("Xin cho biết kỳ: --period 2026-10, hoặc cả --from và --to."))


def _day(moment: datetime) -> date:
    return moment.date()
