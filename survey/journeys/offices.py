"""Setting up: offices and desks come in from a file as a whole or not at all, and go out the same way."""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date

from survey.domain.message import Fault, Refused, message
from survey.domain.office_file import (
    DESK_COLUMNS,
    DESK_DATES,
    OFFICE_COLUMNS,
    DeskLine,
    OfficeLine,
    check_desks,
    check_offices,
    office_row,
)
from survey.domain.offices import Desk, Office, OfficeTree, new_desk_code
from survey.domain.questionnaire import Catalogue
from survey.domain.table import write_table
from survey.store import Connection
from survey.store.offices import (
    answered_desks,
    fetch_desk,
    fetch_desks,
    fetch_tree,
    link_office,
    save_desk,
    save_office,
)
from survey.store.rounds import fetch_round_codes


def import_offices(connection: Connection, text: str, *, demonstration: bool = False) -> int:
    """Add or change the offices of a CSV text; how many lines it had. Refused with all faults otherwise."""
    tree = fetch_tree(connection)
    lines, faults = check_offices(text, tree)
    _refuse(faults)
    saved = {line.code: save_office(connection, _office(line, tree, demonstration)) for line in lines}
    ids = {**{office.code: office.id for office in tree}, **{code: office.id for code, office in saved.items()}}
    for line in lines:
        parent_id, successor_id = ids.get(line.parent), ids.get(line.successor)
        link_office(connection, ids[line.code], parent_id=parent_id, successor_id=successor_id)
    return len(lines)


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise Refused(tuple(faults))


def _office(line: OfficeLine, tree: OfficeTree, demonstration: bool) -> Office:
    known = tree.by_code.get(line.code)
    return Office(
        id=0,
        code=line.code,
        name=line.name,
        kind=line.kind,
        valid_from=line.valid_from,
        valid_to=line.valid_to,
        demonstration=known.demonstration if known else demonstration,
    )


def export_offices(connection: Connection) -> Iterator[str]:
    """The offices as CSV lines that ``import_offices`` takes back."""
    tree = fetch_tree(connection)
    rows = (office_row(office, tree) for office in sorted(tree, key=lambda each: each.code))
    return write_table(OFFICE_COLUMNS, rows)


def import_desks(connection: Connection, catalogue: Catalogue, text: str) -> list[str]:
    """Add or change the desks of a CSV text; their codes in the order of its lines. Refused with all faults."""
    tree = fetch_tree(connection)
    lines, faults = check_desks(text, offices=tree, catalogue=catalogue, moved=_answered(connection, tree))
    of_rounds = fetch_round_codes(connection)
    _refuse([*faults, *(_of_a_round(line) for line in lines if line.code in of_rounds)])
    codes = []
    for line in lines:
        code = line.code or _unused_code(connection)
        save_desk(connection, _desk(line, code, tree))
        codes.append(code)
    return codes


def _of_a_round(line: DeskLine) -> Fault:
    problem = message("mã “%(code)s” thuộc một đợt khảo sát độc lập", code=line.code)
    return Fault(line.row.place("desk"), problem, message("để trống để được cấp mã mới"))


def _answered(connection: Connection, tree: OfficeTree) -> dict[str, str]:
    answered = answered_desks(connection, list(tree.by_id))
    return {desk.code: tree.by_id[desk.office_id].code for desk in fetch_desks(connection) if desk.id in answered}


def _unused_code(connection: Connection) -> str:
    while fetch_desk(connection, code := new_desk_code()) is not None:
        pass
    return code


def _desk(line: DeskLine, code: str, tree: OfficeTree) -> Desk:
    return Desk(
        id=0,
        code=code,
        office_id=tree.by_code[line.office].id,
        name=line.name,
        questionnaire=line.questionnaire,
        valid_from=line.valid_from,
        valid_to=line.valid_to,
    )


def namesakes(connection: Connection, codes: Collection[str], *, today: date) -> list[Desk]:
    """Desks in use that bear, in the same office, the name of one of these: a file imported twice, likely."""
    current = [desk for desk in fetch_desks(connection) if not desk.retired_before(today)]
    names = Counter((desk.office_id, desk.name) for desk in current)
    imported = {(desk.office_id, desk.name) for desk in current if desk.code in codes}
    return [desk for desk in current if (key := (desk.office_id, desk.name)) in imported and names[key] > 1]


def export_desks(connection: Connection) -> Iterator[str]:
    """The desks as CSV lines that ``import_desks`` takes back."""
    tree = fetch_tree(connection)
    rows = (_desk_row(desk, tree) for desk in fetch_desks(connection))
    return write_table((*DESK_COLUMNS, *DESK_DATES), rows)


def _desk_row(desk: Desk, tree: OfficeTree) -> tuple[str | date | None, ...]:
    office = tree.by_id[desk.office_id].code
    return (desk.code, office, desk.name, desk.questionnaire, desk.valid_from, desk.valid_to)
