"""CSV files as people send them: every fault listed by line, nothing guessed."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any, Final, Protocol

from survey.domain.message import Fault, Message, Refused, message

LONGEST_LINE: Final = 1 << 20  # bytes; no row of ours comes near it, and a file may have no line ends at all
_SHOWN: Final = 80


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its number in the file and its values by column, stripped."""

    line: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    def place(self, column: str | None = None) -> Message:
        """Where in the file a fault of this row stands."""
        if column is None:
            return message("dòng %(line)s", line=self.line)
        return message("dòng %(line)s, cột %(column)s", line=self.line, column=column)


class Faults(Protocol):
    """Where faults are put: a list, or something that keeps only the first of them."""

    def append(self, fault: Fault, /) -> None:
        """Add a fault."""

    def __len__(self) -> int:
        """How many there were."""


class FirstFaults:
    """The first faults of a file and the number of all: a million wrong lines must not fill the memory."""

    __slots__ = ("_kept", "_most", "_number")

    def __init__(self, most: int) -> None:
        self._most, self._number = most, 0
        self._kept: list[Fault] = []

    def __len__(self) -> int:
        return self._number

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._kept)

    def append(self, fault: Fault, /) -> None:
        """Count a fault, and keep it while there are few."""
        self._number += 1
        if len(self._kept) < self._most:
            self._kept.append(fault)

    def refuse(self) -> None:
        """Raise Refused if there is any fault."""
        if self._number:
            raise Refused(tuple(self._kept), more=self._number - len(self._kept))


def decode(data: bytes) -> str:
    """The text of an uploaded or named file: UTF-8, a byte-order mark is accepted. Refused otherwise."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused((_not_utf_8(data[: error.start].count(b"\n") + 1),)) from None


def _not_utf_8(line: int) -> Fault:
    return Fault(
        message("dòng %(line)s", line=line),
        message("tệp không phải mã UTF-8"),
        message("lưu lại tệp dạng “CSV UTF-8” rồi nhập lại"),
    )


def text_lines(text: str) -> Iterator[str]:
    """The lines of a text as ``read_table`` takes them, each with its end, whichever of the three kinds it is."""
    return iter(io.StringIO(text, newline=""))


def decoded_lines(lines: Iterable[bytes]) -> Iterator[str]:
    """The same as ``decode`` and ``text_lines`` for a file that is read line by line, at most LONGEST_LINE each."""
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE:
            raise csv.Error("line too long")  # as csv says it of a cell: read_table names the line
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise Refused((_not_utf_8(number),)) from None
        if "\r" in text and "\r" in text[: -2 if text.endswith("\r\n") else -1]:
            yield from text_lines(text)
        elif text:
            yield text


def read_table(
    lines: Iterable[str], *, required: Sequence[str], optional: Iterable[str] = (), faults: Faults
) -> Iterator[Row]:
    """Rows of CSV lines with these columns in any order; blank lines are passed over.

    Refused, before any row, when columns are missing, unknown or repeated: nothing can be said of the rows then. A
    line that cannot be read is added to ``faults`` and passed over.
    """
    rest = iter(lines)
    try:
        first = next(rest, "")
    except csv.Error:
        faults.append(_unreadable(1))
        return
    reader = csv.reader(chain((first,), rest), delimiter=_delimiter(first), strict=True)
    header: list[str] | None = None
    for line, cells in _lines(reader, faults):
        if header is None:
            header = _without_blank_end(cells)
            _refuse(_header_faults(header, required, tuple(optional)))
        elif len(cells) > len(header) and any(cells[len(header) :]):
            faults.append(_too_many(line, len(cells), len(header)))
        elif any(cells):
            yield Row(line, dict(zip(header, cells, strict=False)))
    if header is None and not faults:
        _refuse(_header_faults([], required, tuple(optional)))


def _delimiter(header: str) -> str:
    """What separates the columns: Excel writes semicolons where the comma is the decimal sign, as in Vietnam."""
    return "," if "," in header else next((sign for sign in ";\t" if sign in header), ",")


def _lines(reader: Any, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it begins on, its values stripped and without the guard of ``_guarded``."""
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            faults.append(_unreadable(line))
            return  # where the next record begins is not known any more
        # Nearly every cell is empty or a level; for those a row costs half of its time less.
        yield line, [cell if not cell or (cell.isalnum() and cell.isascii()) else _tidied(cell) for cell in cells]


def _tidied(cell: str) -> str:
    return _bare(_composed(cell).strip())


def _composed(cell: str) -> str:
    """In NFC: some keyboards and systems write a Vietnamese letter as several signs, and names would not compare."""
    return cell if cell.isascii() else unicodedata.normalize("NFC", cell)


def _without_blank_end(header: list[str]) -> list[str]:
    """Spreadsheets write empty columns at the end; what stands in one is a value too many."""
    return header[: max((number for number, name in enumerate(header, 1) if name), default=0)]


def _unreadable(line: int) -> Fault:
    return Fault(
        message("dòng %(line)s", line=line),
        message("không đọc được từ dòng này: ngoặc kép mở mà không đóng, hoặc một ô quá dài"),
        message("đặt cả ô trong ngoặc kép, viết đôi ngoặc kép ở bên trong, rút ngắn ô quá dài"),
    )


def _refuse(faults: Iterable[Fault]) -> None:
    if found := tuple(faults):
        raise Refused(found)


def _header_faults(header: list[str], required: Sequence[str], optional: tuple[str, ...]) -> Iterator[Fault]:
    place = message("dòng %(line)s", line=1)
    expected = ", ".join((*required, *optional))
    for name in required:
        if name not in header:
            yield Fault(place, message("thiếu cột “%(column)s”", column=name), message("thêm cột này vào dòng đầu"))
    for name in header:
        if name not in required and name not in optional:
            yield Fault(
                place,
                message("không có cột nào tên “%(column)s”", column=shortened(name)),
                message("chỉ dùng các cột: %(columns)s", columns=expected),
            )
    for name in sorted({name for name in header if header.count(name) > 1}):
        yield Fault(place, message("cột “%(column)s” lặp lại", column=name), message("giữ lại một cột"))


def _too_many(line: int, got: int, expected: int) -> Fault:
    return Fault(
        message("dòng %(line)s", line=line),
        message("có %(got)s giá trị, dòng đầu chỉ có %(expected)s cột", got=got, expected=expected),
        message("đặt giá trị có dấu phẩy trong ngoặc kép"),
    )


def read_date(row: Row, column: str, faults: Faults) -> date | None:
    """The ISO date in a column, None if empty; a wrong one is added to ``faults``."""
    text = row[column]
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        faults.append(
            Fault(
                row.place(column),
                message("“%(value)s” không phải ngày hợp lệ", value=shortened(text)),
                message("viết ngày dạng 2026-10-31"),
            )
        )
        return None


def shortened(value: str) -> str:
    """A value as a fault shows it: its beginning tells which it is."""
    return value if len(value) <= _SHOWN else value[: _SHOWN - 1] + "…"


def by_line(faults: Iterable[Fault]) -> list[Fault]:
    """The faults in the order of a file's lines, so that a person can mend it from top to bottom."""
    return sorted(faults, key=lambda fault: int(str(fault.place.params.get("line", 0))))


def write_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """CSV lines of a table, the first with the byte-order mark that Excel needs to read Vietnamese letters."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    yield "\ufeff"
    for row in chain((columns,), rows):
        writer.writerow(["" if value is None else _guarded(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


# What a spreadsheet would run as a formula: a comment of an anonymous person must stay a text on an analyst's screen.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def _guarded(value: object) -> object:
    """The value, behind an apostrophe where a spreadsheet would take it for a formula."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def _bare(cell: str) -> str:
    """The value as it was before ``_guarded``."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
