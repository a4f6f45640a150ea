"""What the quality rules must know of an office (Q2): its hours, holidays, own networks and kiosks.

Each is a kind of fact with values as people write them. An office without values of a kind has those of the nearest
office above it that has some; kiosks are desks, and belong to nobody else.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import partial
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final

from survey.domain.message import Fault, Message, message
from survey.domain.offices import Office, OfficeTree, normalise_desk_code
from survey.domain.table import Row, by_line, read_table, shortened, text_lines
from survey.domain.trust import Surroundings

HOURS, HOLIDAY, NETWORK, KIOSK = KINDS = ("hours", "holiday", "network", "kiosk")
KIND_NAMES: Final[Mapping[str, Message]] = {
    HOURS: message("Giờ làm việc"),
    HOLIDAY: message("Ngày nghỉ"),
    NETWORK: message("Mạng của cơ quan"),
    KIOSK: message("Quầy có máy khảo sát"),
}
COLUMNS: Final = ("office", "kind", "value")
LONGEST_VALUE: Final = 64
_LONGEST_HOLIDAY: Final = timedelta(days=60)
# A wider network holds half the country's telephones: everything sent from it would be the office's own.
_WIDEST: Final = {4: 8, 6: 32}
_DAYS: Final = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
_SPAN: Final = re.compile(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)")

Network = IPv4Network | IPv6Network
Values = Mapping[str, tuple[str, ...]]  # of one office: by kind, as they are written
Hours = dict[int, tuple[tuple[time, time], ...]]


class BadFact(ValueError):
    """A value that cannot be one of its kind: what is wrong, and what to do."""

    def __init__(self, problem: Message, remedy: Message) -> None:
        super().__init__(str(problem))
        self.problem, self.remedy = problem, remedy


# ---- one value


def tidied(kind: str, text: str) -> str:
    """The value as it is kept, the same however it was typed. Raises BadFact."""
    kept = _TIDYING[kind](" ".join(text.split()))
    if len(kept) > LONGEST_VALUE:
        remedy = message("viết gọn lại, hoặc chia thành nhiều dòng")
        raise BadFact(message("dài hơn %(longest)s ký tự", longest=LONGEST_VALUE), remedy)
    return kept


def _tidied_hours(text: str) -> str:
    days, _, spans = text.upper().partition(" ")
    try:
        weekdays, times = _weekdays(days), _times(spans)
    except ValueError:
        raise BadFact(
            message("“%(value)s” không phải giờ làm việc", value=shortened(text)),
            message("viết thứ rồi giờ, ví dụ: T2-T6 07:30-11:30,13:30-17:00 (T2 là thứ Hai, CN là Chủ nhật)"),
        ) from None
    written = ",".join(f"{first:%H:%M}-{last:%H:%M}" for first, last in times)
    return f"{_written_days(weekdays)} {written}"


def _weekdays(text: str) -> list[int]:
    """0 for Monday (T2) to 6 for Sunday (CN); ValueError. A bare 2 is none: Monday to some, Tuesday to others."""
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        start, end = _DAYS.index(first), _DAYS.index(last or first)
        if start > end:
            raise ValueError(part)
        found.update(range(start, end + 1))
    return sorted(found)


def _written_days(days: Sequence[int]) -> str:
    """Such as T2-T6 or T2,T4."""
    runs: list[list[int]] = []
    for each in days:
        if runs and runs[-1][-1] == each - 1:
            runs[-1].append(each)
        else:
            runs.append([each])
    return ",".join(_DAYS[run[0]] if len(run) == 1 else f"{_DAYS[run[0]]}-{_DAYS[run[-1]]}" for run in runs)


def _times(text: str) -> list[tuple[time, time]]:
    """From when to when, in order and apart; ValueError."""
    spans: list[tuple[time, time]] = []
    for part in text.replace(" ", "").split(","):
        found = _SPAN.fullmatch(part)
        if found is None:
            raise ValueError(part)
        from_hour, from_minute, to_hour, to_minute = map(int, found.groups())
        first, last = time(from_hour, from_minute), time(to_hour, to_minute)
        if first >= last or (spans and first < spans[-1][1]):
            raise ValueError(part)
        spans.append((first, last))
    return spans


def _tidied_holiday(text: str) -> str:
    first, last = _holiday(text)
    return first.isoformat() if first == last else f"{first}/{last}"


def _holiday(text: str) -> tuple[date, date]:
    first, _, last = text.replace(" ", "").partition("/")
    try:
        span = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        raise BadFact(
            message("“%(value)s” không phải ngày hợp lệ", value=shortened(text)),
            message("viết ngày dạng 2026-09-02, nhiều ngày liền nhau dạng 2026-02-14/2026-02-22"),
        ) from None
    if span[0] > span[1] or span[1] - span[0] > _LONGEST_HOLIDAY:
        raise BadFact(
            message("khoảng nghỉ %(value)s ngược hoặc quá dài", value=shortened(text)),
            message("viết ngày đầu trước ngày cuối, nhiều nhất %(days)s ngày", days=_LONGEST_HOLIDAY.days),
        )
    return span


def _tidied_network(text: str) -> str:
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        raise BadFact(
            message("“%(value)s” không phải địa chỉ mạng", value=shortened(text)),
            message("viết dạng 203.0.113.0/24, hoặc một địa chỉ 203.0.113.7"),
        ) from None
    if network.prefixlen < _WIDEST[network.version]:
        raise BadFact(
            message("mạng %(value)s quá rộng", value=shortened(text)),
            message("chỉ ghi các địa chỉ mà cơ quan dùng để ra Internet; hỏi bộ phận mạng"),
        )
    return str(network)


def _tidied_kiosk(text: str) -> str:
    code = normalise_desk_code(text)
    if code is None:
        raise BadFact(
            message("“%(code)s” không phải mã quầy", code=shortened(text)), message("xem mã in cạnh hình vuông QR")
        )
    return code


_TIDYING: Final[Mapping[str, Callable[[str], str]]] = {
    HOURS: _tidied_hours,
    HOLIDAY: _tidied_holiday,
    NETWORK: _tidied_network,
    KIOSK: _tidied_kiosk,
}


# ---- what is known of one office


@dataclass(frozen=True, slots=True)
class OfficeFacts:
    """What is in force for one office, ready for the rules."""

    surroundings: Surroundings = field(default_factory=Surroundings)
    networks: tuple[Network, ...] = ()

    def is_own(self, address: str) -> bool | None:
        """Whether an address lies in a network of the office; None where that cannot be known."""
        if not self.networks:
            return None
        try:
            parsed = ip_address(address)
        except ValueError:
            return None
        return any(parsed in network for network in self.networks)


NOTHING_KNOWN: Final = OfficeFacts()


def facts_of(values: Values) -> OfficeFacts:
    """The facts that tidied values say."""
    holidays = (_holiday(each) for each in values.get(HOLIDAY, ()))
    days = {first + timedelta(days=i) for first, last in holidays for i in range((last - first).days + 1)}
    return OfficeFacts(
        Surroundings(_hours(values.get(HOURS, ())), frozenset(days), frozenset(values.get(KIOSK, ()))),
        tuple(ip_network(each) for each in values.get(NETWORK, ())),
    )


def _hours(values: Iterable[str]) -> Hours:
    found: Hours = {}
    for each in values:
        days, _, spans = each.partition(" ")
        for weekday in _weekdays(days):
            found[weekday] = tuple(sorted((*found.get(weekday, ()), *_times(spans))))
    return found


def inherited(kind: str) -> bool:
    """Whether an office without values of this kind has those of the office above."""
    return kind != KIOSK


class KnownFacts:
    """What is known of every office, each with what it has from above."""

    def __init__(self, own: Mapping[int, Values], parents: Mapping[int, int | None]) -> None:
        self._own, self._parents = own, parents
        self._found: dict[int, OfficeFacts] = {}

    def of(self, office_id: int) -> OfficeFacts:
        """What is in force for an office."""
        if not self._own:
            return NOTHING_KNOWN
        found = self._found.get(office_id)
        if found is None:
            found = self._found[office_id] = facts_of({kind: self.in_force(office_id, kind)[0] for kind in KINDS})
        return found

    def in_force(self, office_id: int, kind: str) -> tuple[tuple[str, ...], int | None]:
        """The values of a kind, and the office that has them; () and None where nobody has any."""
        above: int | None = office_id
        while above is not None:
            if values := self._own.get(above, {}).get(kind):
                return values, above
            above = self._parents.get(above) if inherited(kind) else None
        return (), None


# ---- what people write


@dataclass(frozen=True, slots=True)
class Kiosks:
    """Which desks may be named as a kiosk of an office: its own, and those of offices merged into it."""

    offices: OfficeTree
    office_of_desk: Mapping[str, str]

    def check(self, office: Office, code: str) -> None:
        """Raises BadFact for a desk that is not there, or is another office's."""
        theirs = {office.code, *(each.code for each in self.offices.predecessors(office.id))}
        if self.office_of_desk.get(code) not in theirs:
            raise BadFact(
                message("cơ quan %(office)s không có quầy %(desk)s", office=office.code, desk=code),
                message("xem mã các quầy trên trang Quầy, hoặc bằng lệnh: flask desks export"),
            )


def checked(kind: str, text: str, office: Office, kiosks: Kiosks) -> str:
    """The tidied value of an office. Raises BadFact."""
    value = tidied(kind, text)
    if kind == KIOSK:
        kiosks.check(office, value)
    return value


@dataclass(frozen=True, slots=True)
class FactLine:
    """One line of a file: a value of an office; "" says that it has none of its own of that kind."""

    row: Row
    office: str
    kind: str
    value: str


def check_facts(text: str, kiosks: Kiosks) -> tuple[list[FactLine], list[Fault]]:
    """Lines of a file of facts, with every fault."""
    faults: list[Fault] = []
    lines = []
    for row in read_table(text_lines(text), required=COLUMNS, faults=faults):
        found = list(_place_faults(row, kiosks.offices))
        value = "" if found else _value(row, kiosks, found)
        faults.extend(found)
        lines.append(FactLine(row, row["office"], row["kind"], value))
    faults.extend(_contradictions(lines))
    return lines, by_line(faults)


def _place_faults(row: Row, offices: OfficeTree) -> Iterator[Fault]:
    if row["office"] not in offices.by_code:
        yield Fault(
            row.place("office"),
            message("không có cơ quan nào mang mã “%(code)s”", code=shortened(row["office"])),
            message("nhập cơ quan trước (flask offices import) hoặc sửa lại mã"),
        )
    if row["kind"] not in KINDS:
        yield Fault(
            row.place("kind"),
            message("không có loại “%(kind)s”", kind=shortened(row["kind"])),
            message("dùng một trong các loại: %(kinds)s", kinds=", ".join(KINDS)),
        )


def _value(row: Row, kiosks: Kiosks, faults: list[Fault]) -> str:
    if not row["value"]:
        return ""
    try:
        return checked(row["kind"], row["value"], kiosks.offices.by_code[row["office"]], kiosks)
    except BadFact as bad:
        faults.append(Fault(row.place("value"), bad.problem, bad.remedy))
        return ""


def _contradictions(lines: Iterable[FactLine]) -> Iterator[Fault]:
    """A value twice, or an empty one beside others of its office and kind."""
    seen: dict[tuple[str, str, str], int] = {}
    filled: dict[tuple[str, str], int] = {}
    every = [line for line in lines if line.value or not line.row["value"]]
    for line in every:
        before = seen.setdefault((line.office, line.kind, line.value), line.row.line)
        if line.value:
            filled.setdefault((line.office, line.kind), line.row.line)
        if before != line.row.line:
            problem = message("trùng với dòng %(line)s", line=before)
            yield Fault(line.row.place(), problem, message("giữ lại một dòng"))
    for line in every:
        if not line.value and (line.office, line.kind) in filled:
            problem = message("để trống, mà dòng %(line)s có giá trị", line=filled[line.office, line.kind])
            remedy = message("ô trống nghĩa là cơ quan không có giá trị riêng: xóa một trong hai dòng")
            yield Fault(line.row.place("value"), problem, remedy)


def check_typed(kind: str, text: str, office: Office, kiosks: Kiosks) -> tuple[tuple[str, ...], list[Fault]]:
    """Values of one kind as somebody typed them, one a line, with every fault; a value twice is one."""
    values: dict[str, None] = {}
    faults: list[Fault] = []
    check = partial(checked, office=office, kiosks=kiosks)
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            values[check(kind, line)] = None
        except BadFact as bad:
            faults.append(Fault(message("dòng %(line)s", line=number), bad.problem, bad.remedy))
    return tuple(values), faults
