"""What is known of an office (Q2): kept for the taps of a process, imported, exported, seen and changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from survey.domain.audit import FACTS, Deed, Entry
from survey.domain.message import Fault, Refused
from survey.domain.office_facts import COLUMNS, KINDS, Kiosks, KnownFacts, check_facts, check_typed
from survey.domain.offices import Desk, Office, OfficeTree
from survey.domain.staff import Staff
from survey.domain.table import write_table
from survey.journeys.dashboard import offices_above, visible_branch
from survey.store import Connection, Database
from survey.store.audit import append_audit, last_entries
from survey.store.office_facts import fetch_facts, fetch_parents, replace_facts
from survey.store.offices import fetch_desks, fetch_tree

KEPT_FOR: Final = timedelta(minutes=1)
_CHANGES_SHOWN: Final = 10


# ---- for the taps


class KeptFacts:
    """What is known of every office, read once a minute by this process: a tap asks the database nothing for it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: tuple[datetime, KnownFacts] | None = None

    def known(self, now: datetime) -> KnownFacts:
        """What is known, at most a minute old."""
        kept = self._kept
        if kept is None or not timedelta() <= now - kept[0] < KEPT_FOR:
            with self._database.reading() as connection:
                kept = self._kept = now, known_facts(connection)
        return kept[1]


def known_facts(connection: Connection) -> KnownFacts:
    """What is known of every office."""
    own = fetch_facts(connection)
    return KnownFacts(own, fetch_parents(connection) if own else {})


# ---- changes, each in the audit trail


@dataclass(frozen=True, slots=True)
class _Change:
    """Values of a kind that an office gets instead of others."""

    office: Office
    kind: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    def deed(self, who: str) -> Deed:
        """What the audit trail says of it."""
        before, after = ("; ".join(each) or "–" for each in (self.before, self.after))
        return Deed(who, FACTS, self.office.code, self.kind, f"{before} → {after}")


def _change(connection: Connection, changes: Iterable[_Change], *, who: str, now: datetime) -> int:
    """Make those that change anything, then write them down; how many there were."""
    real = [each for each in changes if set(each.before) != set(each.after)]
    for each in real:
        replace_facts(connection, each.office.id, each.kind, each.after)
    for each in real:
        append_audit(connection, each.deed(who), at=now)
    return len(real)


# ---- files


def import_facts(connection: Connection, text: str, *, who: str, now: datetime) -> tuple[int, int]:
    """Give each office of a CSV text the values it names there, instead of those of that kind that it had.

    How many lines it had, and how many kinds of offices changed. Refused with all faults.
    """
    tree = fetch_tree(connection)
    lines, faults = check_facts(text, Kiosks(tree, _offices_of_desks(fetch_desks(connection), tree)))
    if faults:
        raise Refused(tuple(faults))
    wanted: dict[tuple[str, str], tuple[str, ...]] = {}
    for line in lines:
        values = wanted.get((line.office, line.kind), ())
        wanted[line.office, line.kind] = (*values, line.value) if line.value else values
    own = fetch_facts(connection)
    changes = (
        _Change(office, kind, own.get(office.id, {}).get(kind, ()), values)
        for (code, kind), values in wanted.items()
        for office in (tree.by_code[code],)
    )
    return len(lines), _change(connection, changes, who=who, now=now)


def export_facts(connection: Connection) -> Iterator[str]:
    """What offices say of themselves, as CSV lines that ``import_facts`` takes back."""
    tree = fetch_tree(connection)
    own = fetch_facts(connection)
    rows = (
        (tree.by_id[office_id].code, kind, value)
        for office_id in sorted(own, key=lambda each: tree.by_id[each].code)
        for kind in KINDS
        for value in own[office_id].get(kind, ())
    )
    return write_table(COLUMNS, rows)


def _offices_of_desks(desks: Iterable[Desk], tree: OfficeTree) -> dict[str, str]:
    return {desk.code: tree.by_id[desk.office_id].code for desk in desks}


# ---- the page


@dataclass(frozen=True, slots=True)
class KindShown:
    """One kind: what the office says itself, and what is in force, from which office (itself, or one above)."""

    kind: str
    own: tuple[str, ...]
    in_force: tuple[str, ...]
    source: Office | None


@dataclass(frozen=True, slots=True)
class FactsPage:
    """What is known of one office, its desks that may be kiosks, and who changed it last, newest first."""

    office: Office
    above: tuple[Office, ...]
    below: tuple[Office, ...]
    kinds: Mapping[str, KindShown]
    desks: tuple[Desk, ...]
    changes: Sequence[Entry]


def show_facts(connection: Connection, staff: Staff, office_code: str) -> FactsPage:
    """The page of an office. Raises OfficeUnknown outside the viewer's branch."""
    branch = visible_branch(connection, staff, office_code)
    office, tree = branch.office, branch.tree
    line = [office, *_all_above(tree, office)]
    own = fetch_facts(connection, [each.id for each in line])
    known = KnownFacts(own, {each.id: each.parent_id for each in line})
    return FactsPage(
        office=office,
        above=offices_above(tree, staff, office),
        below=tree.children(office.id),
        kinds={kind: _shown(kind, office, own.get(office.id, {}), known, tree) for kind in KINDS},
        desks=_desks_of(connection, office, tree),
        changes=last_entries(connection, office=office.code, actions=[FACTS], most=_CHANGES_SHOWN),
    )


def _all_above(tree: OfficeTree, office: Office) -> Iterator[Office]:
    above = office.parent_id
    while above is not None:
        yield tree.by_id[above]
        above = tree.by_id[above].parent_id


def _shown(
    kind: str, office: Office, own: Mapping[str, tuple[str, ...]], known: KnownFacts, tree: OfficeTree
) -> KindShown:
    values, source = known.in_force(office.id, kind)
    return KindShown(kind, own.get(kind, ()), values, None if source is None else tree.by_id[source])


def _desks_of(connection: Connection, office: Office, tree: OfficeTree) -> tuple[Desk, ...]:
    return fetch_desks(connection, [office.id, *(each.id for each in tree.predecessors(office.id))])


class FactsRefused(Exception):
    """What somebody typed has faults, by kind; nothing was changed."""

    def __init__(self, faults: Mapping[str, Sequence[Fault]]) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults


def change_facts(
    connection: Connection, staff: Staff, office_code: str, typed: Mapping[str, str], *, now: datetime
) -> int:
    """Keep what was typed for an office, by kind and one value a line; how many kinds changed.

    Raises OfficeUnknown outside the viewer's branch, and FactsRefused.
    """
    branch = visible_branch(connection, staff, office_code)
    office, tree = branch.office, branch.tree
    kiosks = Kiosks(tree, _offices_of_desks(_desks_of(connection, office, tree), tree))
    checked = {kind: check_typed(kind, text, office, kiosks) for kind, text in typed.items()}
    faults = {kind: found for kind, (_, found) in checked.items() if found}
    if faults:
        raise FactsRefused(faults)
    own = fetch_facts(connection, [office.id]).get(office.id, {})
    changes = [_Change(office, kind, own.get(kind, ()), values) for kind, (values, _) in checked.items()]
    return _change(connection, changes, who=staff.email, now=now)
