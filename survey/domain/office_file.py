"""Checking the CSV files of offices and desks: all faults at once, then plain values."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from survey.domain.message import Fault, message
from survey.domain.offices import OFFICE_KINDS, Office, OfficeTree, follows_kind, normalise_desk_code
from survey.domain.questionnaire import Catalogue, UnknownQuestionnaire
from survey.domain.table import Row, by_line, read_date, read_table, text_lines

OFFICE_COLUMNS = ("code", "name", "kind", "parent", "valid_from", "valid_to", "successor")
DESK_COLUMNS = ("desk", "office", "name", "questionnaire")
DESK_DATES = ("valid_from", "valid_to")
LONGEST = {"code": 32, "questionnaire": 80}
LONGEST_NAME = 200
_CODE = re.compile(r"[\w.-]+")  # it stands in addresses and file names


@dataclass(frozen=True, slots=True)
class OfficeLine:
    """One office of an import, its relatives by code."""

    row: Row
    code: str
    name: str
    kind: str
    parent: str
    valid_from: date | None
    valid_to: date | None
    successor: str


@dataclass(frozen=True, slots=True)
class DeskLine:
    """One desk of an import; ``code`` is empty when a new one is to be given."""

    row: Row
    code: str
    office: str
    name: str
    questionnaire: str
    valid_from: date | None
    valid_to: date | None


def check_offices(text: str, known: OfficeTree) -> tuple[list[OfficeLine], list[Fault]]:
    """Lines of an offices file, with every fault: of a line alone, and of the tree they make with the known ones."""
    faults: list[Fault] = []
    lines = [_office_line(row, faults) for row in read_table(text_lines(text), required=OFFICE_COLUMNS, faults=faults)]
    faults.extend(_repeated((line.row, "code", line.code) for line in lines))
    faults.extend(_tree_faults(lines, known))
    return lines, by_line(faults)


def _office_line(row: Row, faults: list[Fault]) -> OfficeLine:
    line = OfficeLine(
        row=row,
        code=row["code"],
        name=row["name"],
        kind=row["kind"],
        parent=row["parent"],
        valid_from=read_date(row, "valid_from", faults),
        valid_to=read_date(row, "valid_to", faults),
        successor=row["successor"],
    )
    faults.extend(_missing(row, ("code", "name", "kind")))
    faults.extend(_dates_in_order(row, line.valid_from, line.valid_to))
    faults.extend(_office_faults(line))
    return line


def _office_faults(line: OfficeLine) -> Iterator[Fault]:
    if line.kind and line.kind not in OFFICE_KINDS:
        yield Fault(
            line.row.place("kind"),
            message("không có loại cơ quan “%(kind)s”", kind=line.kind),
            message("dùng một trong các loại: %(kinds)s", kinds=", ".join(OFFICE_KINDS)),
        )
    elif line.code and not follows_kind(line.code, line.kind):
        yield Fault(
            line.row.place("code"),
            message("mã “%(code)s” không đúng với loại %(kind)s", code=line.code, kind=line.kind),
            message("cấp tỉnh có 2 chữ số, cấp xã có 5 chữ số; giữ số 0 ở đầu (định dạng ô là văn bản)"),
        )
    elif line.code and not _CODE.fullmatch(line.code):
        yield Fault(
            line.row.place("code"),
            message("mã “%(code)s” có ký tự không dùng được", code=line.code),
            message("mã chỉ gồm chữ, chữ số, dấu chấm, gạch nối, gạch dưới"),
        )
    if line.successor and line.valid_to is None:
        yield Fault(
            line.row.place("valid_to"),
            message("cơ quan có đơn vị kế thừa nhưng chưa có ngày kết thúc"),
            message("ghi ngày hoạt động cuối cùng vào cột valid_to"),
        )


def _tree_faults(lines: list[OfficeLine], known: OfficeTree) -> Iterator[Fault]:
    in_file = {line.code: line for line in lines}
    for line in lines:
        for column, relative in (("parent", line.parent), ("successor", line.successor)):
            if relative and relative not in in_file and relative not in known.by_code:
                yield Fault(
                    line.row.place(column),
                    message("không có cơ quan nào mang mã “%(code)s”", code=relative),
                    message("thêm cơ quan đó vào tệp hoặc sửa lại mã"),
                )
    parents = {**_known_links(known, "parent_id"), **{line.code: line.parent for line in lines}}
    successors = {**_known_links(known, "successor_id"), **{line.code: line.successor for line in lines}}
    for line in lines:
        for column, links in (("parent", parents), ("successor", successors)):
            if line.code and _comes_back(line.code, links):
                yield Fault(
                    line.row.place(column),
                    message("cơ quan “%(code)s” trở lại chính nó qua cột này", code=line.code),
                    message("sửa lại để các cơ quan xếp thành cây, không thành vòng"),
                )


def _known_links(known: OfficeTree, relation: str) -> dict[str, str]:
    linked = ((office.code, getattr(office, relation)) for office in known)
    return {code: known.by_id[relative].code for code, relative in linked if relative is not None}


def _comes_back(start: str, links: Mapping[str, str]) -> bool:
    seen = {start}
    code = links.get(start, "")
    while code and code not in seen:
        seen.add(code)
        code = links.get(code, "")
    return code == start


def check_desks(
    text: str, *, offices: OfficeTree, catalogue: Catalogue, moved: Mapping[str, str]
) -> tuple[list[DeskLine], list[Fault]]:
    """Lines of a desks file with every fault. ``moved``: codes of answered desks → the office they must keep."""
    faults: list[Fault] = []
    rows = read_table(text_lines(text), required=DESK_COLUMNS, optional=DESK_DATES, faults=faults)
    lines = [_desk_line(row, faults, offices=offices, catalogue=catalogue) for row in rows]
    faults.extend(_repeated((line.row, "desk", line.code) for line in lines if line.code))
    faults.extend(
        Fault(
            line.row.place("office"),
            message(
                "quầy %(desk)s đã có phiếu trả lời tại cơ quan %(office)s", desk=line.code, office=moved[line.code]
            ),
            message("cho quầy này nghỉ (valid_to) và mở quầy mới, để trống cột desk"),
        )
        for line in lines
        if line.code in moved and line.office != moved[line.code]
    )
    return lines, by_line(faults)


def _desk_line(row: Row, faults: list[Fault], *, offices: OfficeTree, catalogue: Catalogue) -> DeskLine:
    line = DeskLine(
        row=row,
        code=normalise_desk_code(row["desk"]) or "",
        office=row["office"],
        name=row["name"],
        questionnaire=row["questionnaire"],
        valid_from=read_date(row, "valid_from", faults),
        valid_to=read_date(row, "valid_to", faults),
    )
    faults.extend(_missing(row, ("office", "name", "questionnaire")))
    faults.extend(_dates_in_order(row, line.valid_from, line.valid_to))
    faults.extend(_desk_faults(line, offices, catalogue))
    return line


def _desk_faults(line: DeskLine, offices: OfficeTree, catalogue: Catalogue) -> Iterator[Fault]:
    if line.row["desk"] and not line.code:
        yield Fault(
            line.row.place("desk"),
            message("“%(code)s” không phải mã quầy", code=line.row["desk"]),
            message("mã gồm 5 đến 8 ký tự, không dùng 0 O 1 I L U; để trống để được cấp mã mới"),
        )
    if line.office and line.office not in offices.by_code:
        yield Fault(
            line.row.place("office"),
            message("không có cơ quan nào mang mã “%(code)s”", code=line.office),
            message("nhập cơ quan trước (flask offices import) hoặc sửa lại mã"),
        )
    try:
        if line.questionnaire:
            catalogue.get(line.questionnaire)
    except UnknownQuestionnaire as unknown:
        yield Fault(line.row.place("questionnaire"), unknown.message)


def _missing(row: Row, columns: Iterable[str]) -> Iterator[Fault]:
    for column in columns:
        if not row[column]:
            yield Fault(row.place(column), message("còn trống"), message("điền giá trị cho cột này"))
        elif len(row[column]) > (longest := LONGEST.get(column, LONGEST_NAME)):
            yield Fault(
                row.place(column),
                message("dài hơn %(longest)s ký tự", longest=longest),
                message("rút ngắn lại"),
            )
        elif any(unicodedata.category(sign) == "Cc" for sign in row[column]):
            yield Fault(row.place(column), message("có xuống dòng hoặc ký tự điều khiển"), message("xóa ký tự đó"))


def _dates_in_order(row: Row, first: date | None, last: date | None) -> Iterator[Fault]:
    if first and last and first > last:
        yield Fault(
            row.place("valid_to"),
            message("ngày kết thúc đứng trước ngày bắt đầu"),
            message("sửa lại một trong hai ngày"),
        )


def _repeated(values: Iterable[tuple[Row, str, str]]) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for row, column, value in values:
        if value and value in seen:
            yield Fault(
                row.place(column),
                message("mã “%(code)s” đã có ở dòng %(line)s", code=value, line=seen[value]),
                message("giữ lại một dòng"),
            )
        seen.setdefault(value, row.line)


def office_row(office: Office, tree: OfficeTree) -> tuple[object, ...]:
    """The office as a line of the file it can be imported from."""
    relatives = (tree.by_id.get(each or 0) for each in (office.parent_id, office.successor_id))
    parent, successor = ("" if each is None else each.code for each in relatives)
    return (office.code, office.name, office.kind, parent, office.valid_from, office.valid_to, successor)
