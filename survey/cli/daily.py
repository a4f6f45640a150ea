"""`flask daily`: what a running server does once a day by itself."""

from functools import partial

import click

from survey.cli.console import console_command, ready, say, tell, with_progress
from survey.cli.grammar import Command
from survey.domain.judging import reason_name
from survey.domain.message import message
from survey.journeys.review import Reviewed
from survey.journeys.review import daily as do_daily


@click.command("daily", cls=Command)
@console_command
def daily() -> None:
    """Review what came in the last two days by the quality rules, then erase what has expired; safe to repeat."""
    found = ready()
    done = do_daily(
        found.database,
        found.catalogue,
        now=found.clock(),
        retention_months=found.config.retention_months,
        progress=partial(with_progress, label=say(message("Rà soát phiếu"))),
    )
    _tell_review(done.reviewed)
    erased = message(
        "Đã xóa %(evidence)s dòng dấu vết tạm thời và %(personal)s ý kiến, thông tin người trả lời đã hết hạn lưu.",
        evidence=done.erased.evidence,
        personal=done.erased.personal,
    )
    tell(erased)


def _tell_review(reviewed: Reviewed) -> None:
    told = message(
        "Đã rà soát %(responses)s phiếu; để riêng thêm %(aside)s phiếu.",
        responses=reviewed.responses,
        aside=reviewed.set_aside,
    )
    tell(told)
    if reviewed.put_back:
        tell(message("Đưa %(number)s phiếu trở lại vì số lượt giao dịch đã tăng.", number=reviewed.put_back))
    for reason, number in reviewed.reasons.most_common():
        tell(message("- %(reason)s: %(number)s phiếu", reason=reason_name(reason), number=number))
