"""Checking numbers of transactions (M13), from a file or typed on a page: all faults at once, then plain values."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from survey.domain.message import Fault, Message, message
from survey.domain.offices import Desk, OfficeTree, normalise_desk_code
from survey.domain.periods import BadPeriod, Calendar, Period, parse, span
from survey.domain.table import Row, by_line, read_table, shortened, text_lines
from survey.domain.transactions import MOST, WHOLE_OFFICE, Transactions, period_text

TRANSACTION_COLUMNS: Final = ("office", "desk", "period", "count")
# On a page people type 1.234 or 1 234; in a file it is not known whether 1.234 is one or a thousand.
_GROUPED = re.compile(r"\d{1,3}(?:[.\s\u00a0]\d{3})+")
_NUMBER = re.compile(r"\d+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Places:
    """The offices and desks that numbers may be told of, the installation's calendar, and the day."""

    offices: OfficeTree
    desks: Mapping[str, Desk]
    calendar: Calendar
    today: date

    def serves(self, desk: Desk, office_id: int) -> bool:
        """Whether the desk is, or by a merger became, one of that office."""
        return desk.office_id in {office_id, *(each.id for each in self.offices.predecessors(office_id))}


def check_transactions(text: str, places: Places) -> tuple[list[Transactions], list[Fault]]:
    """The numbers of a file with every fault; ``desk`` is empty for a whole office with everything below it."""
    faults: list[Fault] = []
    rows = read_table(text_lines(text), required=TRANSACTION_COLUMNS, faults=faults)
    checked = [_checked(row, places, faults) for row in rows]
    faults.extend(_repeated(checked))
    return [told for _, told in checked if told is not None], by_line(faults)


def _checked(row: Row, places: Places, faults: list[Fault]) -> tuple[Row, Transactions | None]:
    found = list(_row_faults(row, places))
    period = _period(row, places, found)
    count = _count(row, found)
    faults.extend(found)
    if found or period is None or count is None:
        return row, None
    office, desk = places.offices.by_code[row["office"]], normalise_desk_code(row["desk"]) or WHOLE_OFFICE
    return row, Transactions(office.id, desk, period.first, period.last, count)


def _row_faults(row: Row, places: Places) -> Iterator[Fault]:
    office = places.offices.by_code.get(row["office"])
    if not row["office"]:
        yield _empty(row, "office")
    elif office is None:
        yield Fault(
            row.place("office"),
            message("không có cơ quan nào mang mã “%(code)s”", code=shortened(row["office"])),
            message("nhập cơ quan trước (flask offices import) hoặc sửa lại mã"),
        )
    if not row["desk"]:
        return
    desk = places.desks.get(normalise_desk_code(row["desk"]) or "")
    if desk is None:
        yield Fault(
            row.place("desk"),
            message("không có quầy nào mang mã “%(code)s”", code=shortened(row["desk"])),
            message("xem mã bằng lệnh flask desks export; để trống cột này nếu là số của cả cơ quan"),
        )
    elif office is not None and not places.serves(desk, office.id):
        yield Fault(
            row.place("desk"),
            message("quầy %(desk)s không thuộc cơ quan %(office)s", desk=desk.code, office=office.code),
            message("sửa lại mã quầy hoặc mã cơ quan"),
        )


def _empty(row: Row, column: str) -> Fault:
    return Fault(row.place(column), message("còn trống"), message("điền giá trị cho cột này"))


def _period(row: Row, places: Places, faults: list[Fault]) -> Period | None:
    if not row["period"]:
        faults.append(_empty(row, "period"))
        return None
    try:
        period = period_or_day(row["period"], places.calendar)
    except BadPeriod:
        faults.append(
            Fault(
                row.place("period"),
                message("“%(value)s” không phải kỳ hợp lệ", value=shortened(row["period"])),
                message("viết 2026-10 (tháng), 2026-Q3 (quý), 2026-H1 (6 tháng), 2026 (năm) hoặc 2026-10-31 (ngày)"),
            )
        )
        return None
    if period.first > places.today:
        faults.append(
            Fault(
                row.place("period"),
                message("kỳ %(period)s chưa bắt đầu", period=period_text(period)),
                message("chỉ nhập số lượt đã có"),
            )
        )
        return None
    return period


def period_or_day(text: str, calendar: Calendar) -> Period:
    """The period of a text as everywhere, or a single day by its ISO date. Raises BadPeriod."""
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII) else None
    except ValueError:
        raise BadPeriod(text) from None
    return parse(text, calendar) if day is None else span(day, day, calendar=calendar)


def _count(row: Row, faults: list[Fault]) -> int | None:
    if not row["count"]:
        faults.append(_empty(row, "count"))
        return None
    problem = _problem(row["count"])
    if problem:
        faults.append(Fault(row.place("count"), *problem))
        return None
    return int(row["count"])


def _problem(text: str) -> tuple[Message, Message] | None:
    """What is wrong with a number of transactions, and what to do; None when it is sound."""
    if not _NUMBER.fullmatch(text):
        return (
            message("“%(value)s” không phải số lượt", value=shortened(text)),
            message("chỉ viết chữ số, từ 0 trở lên, không có dấu chấm hay dấu phẩy"),
        )
    if len(text) > len(str(MOST)) or int(text) > MOST:
        return message("số lượt quá lớn"), message("kiểm tra lại; nhiều nhất là %(most)s", most=MOST)
    return None


def typed_count(text: str) -> tuple[int | None, Message | None]:
    """The number somebody typed on a page (1234, 1.234 or 1 234), None for an empty field; what is wrong with it."""
    plain = text.strip()
    if not plain:
        return None, None
    if _GROUPED.fullmatch(plain):
        plain = re.sub(r"\D", "", plain)
    if _problem(plain):
        return None, message(
            "“%(value)s” không phải số lượt. Xin chỉ nhập chữ số, từ 0 đến %(most)s; để trống nếu chưa biết.",
            value=shortened(text.strip()),
            most=MOST,
        )
    return int(plain), None


def _repeated(checked: Iterable[tuple[Row, Transactions | None]]) -> Iterator[Fault]:
    seen: dict[tuple[int, str, date, date], int] = {}
    for row, told in checked:
        if told is None:
            continue
        key = (told.office_id, told.desk, told.first, told.last)
        if key in seen:
            yield Fault(
                row.place(),
                message("cùng cơ quan, quầy và kỳ với dòng %(line)s", line=seen[key]),
                message("giữ lại một dòng"),
            )
        seen.setdefault(key, row.line)
