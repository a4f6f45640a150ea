"""`flask report`: the official report of an office, or of all, as a draft or issued."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import click

from survey.cli.console import Failed, console_command, ready, say, tell, with_progress
from survey.cli.grammar import Command
from survey.domain.message import message
from survey.domain.periods import BadPeriod, Calendar, Period, parse
from survey.domain.report import UnknownFormat
from survey.installation import Installation
from survey.journeys.report import (
    Asked,
    PeriodNotOver,
    Report,
    first_day_needed,
    issue_report,
    report_in_force,
    reportable,
)
from survey.journeys.score import branch_of, bring_up_to_date
from survey.render.report import report_pdf
from survey.store.reports import IssuedMeanwhile, ReportChanged

FORMATS = ("pdf",)
LATER = ("docx", "xlsx")


@click.command("report", cls=Command)
@click.option("--office", "office_code", help="Code of one office.")
@click.option("--all", "all_offices", is_flag=True, help="Every office that existed in the period.")
@click.option("--period", "period_text", required=True, help="2026-10, 2026-Q3, 2026-H1 or 2026.")
@click.option("--out", "folder", required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option("--format", "formats", default="pdf", show_default=True, help="pdf")
@click.option("--issue", "issuing", is_flag=True, help="Freeze and issue the report.")
@click.option("--calendar", type=click.Choice(("civil", "administrative")), help="Default: SURVEY_CALENDAR.")
@console_command
def report(
    *,
    office_code: str | None,
    all_offices: bool,
    period_text: str,
    folder: Path,
    formats: str,
    issuing: bool,
    calendar: str | None,
) -> None:
    """Write the issued report if there is one, else a draft marked DỰ THẢO; --issue freezes and issues it."""
    _check_formats(formats)
    found = ready()
    period = _period(period_text, calendar or found.config.calendar)
    codes = _offices(found, office_code=office_code, all_offices=all_offices, period=period)
    try:
        _refuse_early(found, period, issuing=issuing)
        _make_folder(folder)
        _count(found, codes, period)
        for code in with_progress(codes, say(message("Lập báo cáo"))) if all_offices else codes:
            _write(_made(found, code, period, issuing=issuing), folder)
    except (PeriodNotOver, ReportChanged, IssuedMeanwhile, UnknownFormat, BadPeriod) as failed:
        raise Failed(failed.message) from None


def _check_formats(formats: str) -> None:
    asked = [each.strip().lower() for each in formats.split(",")]
    if any(each in LATER for each in asked):
        raise Failed(message("Định dạng DOCX và XLSX sẽ có ở phiên bản sau. Hiện tại xin dùng --format pdf."))
    if unknown := [each for each in asked if each not in FORMATS]:
        raise Failed(message("Không có định dạng “%(format)s”. Xin dùng --format pdf.", format=unknown[0]))


def _period(text: str, calendar: str) -> Period:
    period = parse(text, cast(Calendar, calendar))
    if period.kind == "span":
        raise BadPeriod(text)
    return period


def _offices(found: Installation, *, office_code: str | None, all_offices: bool, period: Period) -> Sequence[str]:
    """The codes to report on, each known to exist."""
    if all_offices == (office_code is not None):
        raise Failed(message("Xin nêu một cơ quan bằng --office MÃ, hoặc tất cả bằng --all."))
    with found.database.reading() as connection:
        if office_code is not None:
            return [branch_of(connection, office_code).office.code]
        codes = [each.code for each in reportable(connection, period)]
    if not codes:
        raise Failed(message("Chưa có cơ quan nào để lập báo cáo. Xin nhập cơ quan trước: flask offices import."))
    return codes


def _refuse_early(found: Installation, period: Period, *, issuing: bool) -> None:
    """Before anything is counted or written."""
    if issuing and found.clock().date() <= period.last:
        raise PeriodNotOver(period)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_written(folder, error) from None


def _not_written(path: Path, error: OSError) -> Failed:
    return Failed(message("Không ghi được %(path)s: %(error)s", path=path, error=error.strerror))


def _count(found: Installation, codes: Sequence[str], period: Period) -> None:
    """Bring the tallies up to date that the reports read: one pass for all of them."""
    with found.database.reading() as connection:
        ids = sorted({office_id for code in codes for office_id in branch_of(connection, code).ids})
    bring_up_to_date(found.database, found.catalogue, office_ids=ids, first=first_day_needed(period), last=period.last)


def _made(found: Installation, code: str, period: Period, *, issuing: bool) -> Report:
    asked = Asked(code, period, found.config.authority, found.clock().date())
    if issuing:
        with found.database.transaction() as connection:
            return issue_report(connection, found.catalogue, asked)
    with found.database.reading() as connection:
        return report_in_force(connection, found.catalogue, asked)


def _write(made: Report, folder: Path) -> None:
    content = made.content
    path = folder / f"bao-cao-{_safe(content.office.code)}-{content.period.key}.pdf"
    pdf = report_pdf(content, made.issue)
    try:
        path.write_bytes(pdf)
    except OSError as error:
        raise _not_written(path, error) from None
    _tell_of(made, path)


def _safe(code: str) -> str:
    """An office code as part of a file name, on any system."""
    return re.sub(r"[^\w.-]+", "_", code)


def _tell_of(made: Report, path: Path) -> None:
    if made.other_versions:
        others = ", ".join(f"{key} ({number})" for key, number in made.other_versions.items())
        tell(
            message(
                "%(office)s: báo cáo theo phiếu %(used)s; không gồm phiếu trả lời theo: %(others)s",
                office=made.content.office.code,
                used=made.content.instrument.key,
                others=others,
            ),
            err=True,
        )
    if made.issue is None:
        tell(message("%(path)s: bản dự thảo", path=path))
    elif made.issue.replaces is None:
        tell(message("%(path)s: bản phát hành số %(number)s", path=path, number=made.issue.number))
    else:
        tell(
            message(
                "%(path)s: bản phát hành số %(number)s, thay thế bản số %(replaced)s",
                path=path,
                number=made.issue.number,
                replaced=made.issue.replaces,
            )
        )
