"""Offices and desks: a tree that changes with dates, and the codes people type."""

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

OFFICE_KINDS = ("province", "commune", "department", "district", "unit")
# No 0 O 1 I L U: signs that people confuse when they read a code from a poster.
DESK_CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_DESK_CODE = re.compile(f"[{DESK_CODE_SIGNS}]{{5,8}}")
_OFFICE_CODE = {"province": re.compile(r"\d{2}"), "commune": re.compile(r"\d{5}")}


@dataclass(frozen=True, slots=True)
class Office:
    """One office as the tree knows it; dates are inclusive, None is open-ended."""

    id: int
    code: str
    name: str
    kind: str
    parent_id: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    successor_id: int | None = None
    demonstration: bool = False

    def exists_between(self, first: date, last: date) -> bool:
        """Whether the office existed on any day of the span."""
        return (self.valid_from is None or self.valid_from <= last) and (
            self.valid_to is None or self.valid_to >= first
        )


@dataclass(frozen=True, slots=True)
class Desk:
    """A place where a QR code hangs. ``questionnaire`` is ``id`` (newest version) or ``id@version``."""

    id: int
    code: str
    office_id: int
    name: str
    questionnaire: str
    valid_from: date | None = None
    valid_to: date | None = None

    def address(self, base_url: str) -> str:
        """The address in the desk's QR code."""
        return f"{base_url}/d/{self.code}"

    def is_open_on(self, day: date) -> bool:
        """Whether the desk takes answers on that day."""
        return not (self.opens_after(day) or self.retired_before(day))

    def opens_after(self, day: date) -> bool:
        """Whether the desk is not open yet."""
        return self.valid_from is not None and day < self.valid_from

    def retired_before(self, day: date) -> bool:
        """Whether the desk's last day has passed."""
        return self.valid_to is not None and day > self.valid_to


class NoOfficeServes(Exception):
    """The desk's office is closed on that day and nobody took it over."""

    def __init__(self, office_code: str, day: date) -> None:
        super().__init__(f"{office_code} on {day}")
        self.office_code = office_code
        self.day = day


class OfficeTree:
    """All offices with their dates: who is below whom, who serves after a merger."""

    def __init__(self, offices: Iterable[Office]) -> None:
        self.by_id: Mapping[int, Office] = {office.id: office for office in offices}
        self.by_code: Mapping[str, Office] = {office.code: office for office in self.by_id.values()}
        children: dict[int, list[Office]] = {}
        merged: dict[int, list[Office]] = {}
        for office in self.by_id.values():
            if office.parent_id is not None:
                children.setdefault(office.parent_id, []).append(office)
            if office.successor_id is not None:
                merged.setdefault(office.successor_id, []).append(office)
        self._children, self._merged = children, merged

    def __iter__(self) -> Iterator[Office]:
        return iter(self.by_id.values())

    def children(self, office_id: int) -> tuple[Office, ...]:
        """Offices directly below, closed ones included, by code."""
        return tuple(sorted(self._children.get(office_id, ()), key=lambda office: office.code))

    def branch(self, office_id: int) -> tuple[Office, ...]:
        """The office and everything below it, closed offices included: their history stays with the parent."""
        found: list[Office] = [self.by_id[office_id]]
        for office in found:  # grows while it is walked: a breadth-first walk
            found.extend(self.children(office.id))
        return tuple(found)

    def predecessors(self, office_id: int) -> tuple[Office, ...]:
        """Offices that were merged into this one, directly or in turn."""
        found = list(self._merged.get(office_id, ()))
        for office in found:  # grows while it is walked
            found.extend(each for each in self._merged.get(office.id, ()) if each not in found)
        return tuple(found)

    def serving(self, office_id: int, day: date) -> Office:
        """The office that a desk of ``office_id`` serves on that day: itself, or whoever took it over.

        Raises NoOfficeServes when the chain ends with an office that is closed.
        """
        office = self.by_id[office_id]
        while office.valid_to is not None and day > office.valid_to:
            if office.successor_id is None:
                raise NoOfficeServes(office.code, day)
            office = self.by_id[office.successor_id]
        return office


def follows_kind(code: str, kind: str) -> bool:
    """Whether an office code has the shape of its kind: two digits a province, five a commune."""
    pattern = _OFFICE_CODE.get(kind)
    return pattern is None or pattern.fullmatch(code) is not None


def normalise_desk_code(typed: str) -> str | None:
    """The desk code somebody typed or scanned, in capitals without blanks or hyphens; None if it cannot be one."""
    code = re.sub(r"[\s\-.]", "", typed).upper()
    return code if _DESK_CODE.fullmatch(code) else None


def new_desk_code(length: int = 6) -> str:
    """A fresh unguessable desk code (30⁶ = 729 million)."""
    return "".join(secrets.choice(DESK_CODE_SIGNS) for _ in range(length))
