"""Issued reports: only ever added, and read back only when they are what was issued (promise 7)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.dialects import postgresql, sqlite

from survey.domain.message import message
from survey.domain.periods import Period
from survey.domain.report import Issue, ReportContent, decode, digest_of, encode
from survey.store import Connection
from survey.store.models import report


@dataclass(frozen=True, slots=True)
class IssuedReport:
    """A report as it was issued."""

    issue: Issue
    content: ReportContent


class ReportChanged(Exception):
    """A stored report is not what was issued: somebody or something changed the row."""

    def __init__(self, *, office_id: int, period: str, issue: int) -> None:
        self.office_id, self.period, self.issue = office_id, period, issue
        self.message = message(
            "Báo cáo kỳ %(period)s, bản phát hành số %(issue)s, không còn đúng như khi phát hành. Xin khôi phục cơ sở "
            "dữ liệu từ bản sao lưu.",
            period=period,
            issue=issue,
        )
        super().__init__(str(self.message))


class IssuedMeanwhile(Exception):
    """Somebody else issued the report of this office and period at the same moment."""

    def __init__(self) -> None:
        self.message = message("Báo cáo này vừa được người khác phát hành. Xin chạy lại lệnh để nhận bản đó.")
        super().__init__(str(self.message))


def latest_issue(connection: Connection, office_id: int, period: Period) -> IssuedReport | None:
    """The issue in force of an office's report, None if none was issued. Raises ReportChanged or UnknownFormat."""
    replaced = report.alias()
    same = [report.c[name] == replaced.c[name] for name in ("office_id", "period", "calendar")]
    query = (
        select(*report.c, replaced.c.issued_on.label("replaced_on"))
        .outerjoin(replaced, and_(*same, replaced.c.issue == report.c.replaces))
        .where(report.c.office_id == office_id, report.c.period == period.key, report.c.calendar == period.calendar)
        .order_by(report.c.issue.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else _issued(row)


def _issued(row: Any) -> IssuedReport:
    actual = digest_of(row.content, period=row.period, calendar=row.calendar, issue=row.issue, issued_on=row.issued_on)
    if actual != row.digest:
        raise ReportChanged(office_id=row.office_id, period=row.period, issue=row.issue)
    issue = Issue(row.issue, row.issued_on, row.digest, row.replaces, row.replaced_on)
    return IssuedReport(issue, decode(row.content))


def insert_issue(
    connection: Connection, office_id: int, content: ReportContent, *, replaces: Issue | None, issued_on: date
) -> Issue:
    """Freeze a content as the next issue of its report. Raises IssuedMeanwhile where that number is taken."""
    number = replaces.number + 1 if replaces else 1
    period, calendar, text = content.period.key, content.period.calendar, encode(content)
    digest = digest_of(text, period=period, calendar=calendar, issue=number, issued_on=issued_on)
    values = {
        "office_id": office_id,
        "period": period,
        "calendar": calendar,
        "issue": number,
        "replaces": replaces.number if replaces else None,
        "issued_on": issued_on,
        "content": text,
        "digest": digest,
    }
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    add = dialect.insert(report).values(**values).on_conflict_do_nothing().returning(report.c.issue)
    if connection.execute(add).scalar() is None:
        raise IssuedMeanwhile
    return Issue(
        number, issued_on, digest, replaces.number if replaces else None, replaces.issued_on if replaces else None
    )
