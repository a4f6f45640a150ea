"""Drawing whom to invite: a list of file numbers and nothing else, and an order that anybody can compute again.

The order of a list is that of SHA-256 over ``seed|office|number``; the first so many are invited. A People's Council
checks it with the list, the seed and ``sha256sum``, whatever this program may be.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from itertools import chain
from typing import Final

from survey.domain.message import Fault, Refused, message
from survey.domain.table import FirstFaults, Row, read_table

FILE, OFFICE = "file", "office"
LONGEST_NUMBER: Final = 64
LONGEST_SEED: Final = 64
MOST_FAULTS: Final = 50
_SEPARATORS: Final = re.compile(r"[,;\t]")
_DIGIT: Final = re.compile(r"\d")


def is_seed(text: str) -> bool:
    """Whether a text may be a seed: something, and without the sign that separates it from the number."""
    return 0 < len(text) <= LONGEST_SEED and "|" not in text and text.isprintable()


def draw(numbers: Iterable[str], *, seed: str, office: str, count: int, after: int = 0) -> list[str]:
    """A simple random sample without replacement: ``count`` of the numbers, in the order of the draw.

    ``after`` so many are passed over: they were drawn before, with the same seed from the same list, and together with
    them these are again a simple random sample. Fewer where the list ends.
    """
    return sorted(numbers, key=lambda number: (place_in_draw(number, seed=seed, office=office), number))[
        after : after + count
    ]


def place_in_draw(number: str, *, seed: str, office: str) -> str:
    """What the numbers of an office are drawn in the order of: SHA-256 of ``seed|office|number`` in hexadecimal."""
    return sha256(f"{seed}|{office}|{number}".encode()).hexdigest()


def read_numbers(lines: Iterable[str], offices: Sequence[str]) -> dict[str, list[str]]:
    """The file numbers of each office in a CSV list. ``offices`` are the codes of the round's offices.

    Refused with every fault named; where there are other columns than these, before a line below them is read.
    """
    rest = iter(lines)
    first = next(rest, "")
    _refuse_other_columns(first)
    faults = FirstFaults(MOST_FAULTS)
    several = len(offices) > 1
    required, optional = ((FILE, OFFICE), ()) if several else ((FILE,), (OFFICE,))
    rows = read_table(chain((first,), rest), required=required, optional=optional, faults=faults)
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        office = row[OFFICE] if several else row[OFFICE] or offices[0]
        if _is_sound(row, office, offices, faults):
            _add(row, found.setdefault(office, {}), faults)
    if not found and not faults:
        faults.append(Fault(message("dòng %(line)s", line=1), message("danh sách không có hồ sơ nào")))
    faults.refuse()
    return {office: list(numbers) for office, numbers in found.items()}


def _refuse_other_columns(header: str) -> None:
    """What else stands in the list is not for us: names and telephone numbers must not even be read.

    Nor repeated: a list without a first line of column names begins with somebody's.
    """
    names = [name.strip().strip('"').strip() for name in _SEPARATORS.split(header.rstrip("\r\n"))]
    others = [number for number, name in enumerate(names, 1) if name and name not in (FILE, OFFICE)]
    faults = []
    if FILE not in names:
        faults.append(
            Fault(
                message("dòng %(line)s", line=1),
                message("thiếu cột “%(column)s”", column=FILE),
                message("ghi tên cột “%(column)s” vào dòng đầu, rồi mỗi dòng một số hồ sơ", column=FILE),
            )
        )
    if others and (FILE in names or len(names) > 1):
        faults.append(_other_columns(others))
    if faults:
        raise Refused(tuple(faults))


def _other_columns(places: Sequence[int]) -> Fault:
    return Fault(
        message("dòng %(line)s", line=1),
        message(
            "danh sách có cột khác ngoài “file” và “office”: cột thứ %(places)s", places=", ".join(map(str, places))
        ),
        message(
            "xóa mọi cột khác rồi chạy lại: chương trình chỉ nhận số hồ sơ, không nhận họ tên, số điện thoại hay thông "
            "tin nào khác về người dân; các dòng dưới dòng đầu chưa được đọc"
        ),
    )


def _is_sound(row: Row, office: str, offices: Sequence[str], faults: FirstFaults) -> bool:
    before = len(faults)
    if office not in offices:
        faults.append(
            Fault(
                row.place(OFFICE),
                message("“%(office)s” không phải cơ quan của đợt này", office=office[:32]),
                message("dùng một trong các mã: %(offices)s", offices=", ".join(offices)),
            )
        )
    number = row[FILE]
    if not number:
        faults.append(Fault(row.place(FILE), message("thiếu số hồ sơ"), message("ghi số hồ sơ, hoặc xóa dòng này")))
    elif not _DIGIT.search(number) or "@" in number:
        # Not repeated in the sentence: it may be somebody's name.
        faults.append(
            Fault(row.place(FILE), message("ô này không giống số hồ sơ"), message("chỉ ghi số hồ sơ, có chữ số"))
        )
    elif len(number) > LONGEST_NUMBER:
        faults.append(Fault(row.place(FILE), message("số hồ sơ dài quá %(most)s ký tự", most=LONGEST_NUMBER)))
    return len(faults) == before


def _add(row: Row, numbers: dict[str, int], faults: FirstFaults) -> None:
    number = row[FILE]
    if number in numbers:
        faults.append(
            Fault(
                row.place(FILE),
                message("số hồ sơ này đã có ở dòng %(line)s", line=numbers[number]),
                message("mỗi hồ sơ chỉ ghi một lần, để ai cũng có cùng cơ hội được mời"),
            )
        )
    else:
        numbers[number] = row.line


def refuse_short_lists(numbers: Mapping[str, Sequence[str]], *, count: int, drawn: Mapping[str, int]) -> None:
    """Refused where an office's list has fewer files left than are to be drawn; ``drawn`` are those drawn before."""
    faults = tuple(
        Fault(
            message("cơ quan %(office)s", office=office),
            message("danh sách còn %(left)s hồ sơ chưa mời, ít hơn %(count)s", left=max(0, left), count=count),
            message("giảm --count, hoặc dùng danh sách đầy đủ hơn"),
        )
        for office, listed in numbers.items()
        if (left := len(listed) - drawn.get(office, 0)) < count
    )
    if faults:
        raise Refused(faults)
