"""`flask distribute`: spreading the tables over a Citus cluster."""

import click

from survey.cli.console import Failed, console_command, installation, ready, tell
from survey.cli.grammar import Command
from survey.domain.message import Message, message
from survey.store.distribution import CannotDistribute, DistributionFailed, Placed, count_nodes, require_citus
from survey.store.distribution import distribute as distribute_tables


@click.command("distribute", cls=Command)
@console_command
def distribute() -> None:
    """Spread the tables over a Citus cluster by office; safe to repeat. Stop the web processes first."""
    try:
        require_citus(installation().database)
        database = ready().database
        for placed in distribute_tables(database):
            tell(_said(placed))
    except (CannotDistribute, DistributionFailed) as failed:
        raise Failed(failed.message) from None
    nodes = count_nodes(database)
    tell(message("Xong: dữ liệu nằm trên %(nodes)s máy. Xin khởi động lại các tiến trình web.", nodes=nodes))


def _said(placed: Placed) -> Message:
    if placed.kind == "local":
        return message("%(table)s: ở máy đầu (local)", table=placed.table)
    if placed.kind == "reference":
        where = message("bản sao trên mọi máy (reference)")
    else:
        where = message("chia theo cơ quan (distributed)")
    when = message("vừa phân tán") if placed.new else message("đã có từ trước")
    return message("%(table)s: %(where)s, %(when)s", table=placed.table, where=where, when=when)
