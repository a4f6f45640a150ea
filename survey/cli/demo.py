"""`flask demo`: the demonstration province."""

from functools import partial

import click

from survey.cli.console import calendar_of, console_command, ready, say, tell, with_progress
from survey.cli.grammar import Group
from survey.domain.demonstration import FEWEST_OFFICES, MOST_OFFICES, make_province, send_responses
from survey.domain.demonstration_transactions import Visits
from survey.domain.message import message
from survey.journeys.demonstration import clear, load_responses, load_transactions, set_up_province
from survey.journeys.score import bring_up_to_date


@click.group("demo", cls=Group)
def demo() -> None:
    """A realistic, clearly marked demonstration province: load, clear."""


@demo.command("load")
@click.option("--offices", type=click.IntRange(FEWEST_OFFICES, MOST_OFFICES), default=14, show_default=True)
@click.option("--responses", type=click.IntRange(0, 10_000_000), default=20_000, show_default=True)
@click.option("--months", type=click.IntRange(1, 120), default=14, show_default=True)
@click.option("--seed", type=int, default=2026, show_default=True)
@console_command
def load(offices: int, responses: int, months: int, seed: int) -> None:
    """Load the demonstration province; the same arguments on the same day load the same answers."""
    found = ready()
    province = make_province(today=found.clock().date(), months=months, offices=offices, seed=seed)
    with found.database.transaction() as connection:
        set_up_province(connection, found.catalogue, province)
    visits = Visits(calendar_of(found))
    sent = visits.counted(send_responses(province, found.catalogue, responses=responses, seed=seed))
    reading = partial(with_progress, label=say(message("Nạp phiếu trả lời")), total=responses)
    stored = load_responses(found.database, found.catalogue, sent, progress=reading)
    with found.database.transaction() as connection:
        load_transactions(connection, province, visits, seed=seed)
    counting = partial(with_progress, label=say(message("Tính điểm")))
    bring_up_to_date(found.database, found.catalogue, progress=counting)
    tell(
        message(
            "Đã nạp dữ liệu minh họa: %(offices)s cơ quan, %(desks)s quầy, %(responses)s phiếu trả lời.",
            offices=len(province.tree.by_id),
            desks=len(province.places),
            responses=stored,
        )
    )
    tell(message("Trang của người dân: %(address)s", address=province.shown.address(found.config.base_url)))


@demo.command("clear")
@console_command
def clear_demonstration() -> None:
    """Remove the demonstration province with all its answers; real offices stay as they are."""
    found = ready()
    with found.database.transaction() as connection:
        offices = clear(connection)
    tell(message("Đã xóa dữ liệu minh họa: %(offices)s cơ quan.", offices=offices))
