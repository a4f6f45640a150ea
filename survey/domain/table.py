"""CSV files as people send them: every fault listed by line, nothing guessed."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from survey.domain.message import Fault, Message, Refused, message


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


def decode(data: bytes) -> str:
    """The text of an uploaded or named file: UTF-8, a byte-order mark is accepted. Refused otherwise."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Refused(
            (
                Fault(
                    message("dòng %(line)s", line=line),
                    message("tệp không phải mã UTF-8"),
                    message("lưu lại tệp dạng “CSV UTF-8” rồi nhập lại"),
                ),
            )
        ) from None


def read_table(text: str, *, required: Sequence[str], optional: Iterable[str] = ()) -> Iterator[Row]:
    """Rows of a CSV text with these columns in any order; blank lines are passed over.

    Refused, before any row, when columns are missing, unknown or repeated, and at a row with too many values.
    """
    reader = csv.reader(io.StringIO(text, newline=""))
    header = [name.strip() for name in next(reader, [])]
    faults = tuple(_header_faults(header, required, tuple(optional)))
    if faults:
        raise Refused(faults)
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(header):
            raise Refused((_too_many(reader.line_num, len(cells), len(header)),))
        yield Row(reader.line_num, dict(zip(header, (cell.strip() for cell in cells), strict=False)))


def _header_faults(header: list[str], required: Sequence[str], optional: tuple[str, ...]) -> Iterator[Fault]:
    place = message("dòng 1")
    expected = ", ".join((*required, *optional))
    for name in required:
        if name not in header:
            yield Fault(place, message("thiếu cột “%(column)s”", column=name), message("thêm cột này vào dòng đầu"))
    for name in header:
        if name not in required and name not in optional:
            yield Fault(
                place,
                message("không có cột nào tên “%(column)s”", column=name),
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


def read_date(row: Row, column: str, faults: list[Fault]) -> date | None:
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
                message("“%(value)s” không phải ngày hợp lệ", value=text),
                message("viết ngày dạng 2026-10-31"),
            )
        )
        return None


def write_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """CSV lines of a table, the first with the byte-order mark that Excel needs to read Vietnamese letters."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    yield "\ufeff"
    for row in chain((columns,), rows):
        writer.writerow(["" if value is None else value for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
