"""YAML text into plain values and the place of each: what the checks of a questionnaire file stand on.

Only plain YAML is read: no tags, no anchors, no aliases. Questionnaires need none of them, and they are what
makes YAML unsafe (tags build objects, aliases multiply). Words such as ``no`` and ``18-24`` stay text.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from survey.domain.message import Fault, Message, Refused, message

Path = tuple[str | int, ...]
Scalar = str | int | float | bool | None

_KEYWORDS: Final[Mapping[str, bool | None]] = {
    "null": None,
    "~": None,
    "": None,
    "true": True,
    "false": False,
}
# Longer numbers are nobody's intention and Python refuses to read them; they stay text and fail as such.
_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})")
_NUMBER: Final = re.compile(r"[-+]?[0-9]{1,15}\.[0-9]{1,15}")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_PLAIN_TAGS: Final = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))
_SYNTAX_REMEDY: Final = message(
    "Xem lại dòng này và dòng trên: thụt đầu dòng bằng dấu cách, dấu hai chấm, dấu nháy, dấu ngoặc. "
    "Câu chữ có dấu hai chấm hoặc dấu # thì đặt trong dấu nháy kép."
)

_SYNTAX_PROBLEMS: Final[Mapping[str, Message]] = {
    "mapping values are not allowed": message("Dấu hai chấm không đặt được ở chỗ này."),
    "expected ',' or": message("Ngoặc vuông hoặc ngoặc nhọn chưa đóng, hoặc thiếu dấu phẩy."),
    "unexpected end of stream": message("Dấu nháy mở ra mà chưa đóng."),
    "cannot start any token": message("Câu chữ bắt đầu bằng ký tự đặc biệt phải đặt trong dấu nháy kép."),
    "expected <block end>": message("Dòng này thụt vào không khớp với các dòng trên."),
}


def place_of(line: int, column: int) -> Message:
    """A place in a file, both counted from 1."""
    return message("dòng %(line)s, cột %(column)s", line=line, column=column)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The content of a file and where each part of it stands (``places`` by path, line and column from 1)."""

    data: Any
    places: Mapping[Path, tuple[int, int]]

    def at(self, path: Path) -> tuple[int, int]:
        """Line and column of a part; of the nearest part around it where it has none of its own."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1))


def read(source: str) -> tuple[Sheet, tuple[Fault, ...]]:
    """The content and the faults of its YAML; a text that is no YAML at all raises Refused with one fault."""
    text = source.removeprefix("\ufeff")
    try:
        root = yaml.compose(text, Loader=_PlainLoader)
        if root is None:
            raise Refused((_fault(1, 1, message("Tệp trống."), message("Xem ví dụ trong docs/questionnaires.md.")),))
        reading = _Reading()
        data = reading.value(root, ())
    except yaml.reader.ReaderError as error:
        raise Refused((_unreadable(text, error.position),)) from error
    except yaml.MarkedYAMLError as error:
        raise Refused((_syntax(error),)) from error
    except RecursionError as error:
        raise Refused((_fault(1, 1, message("Các mục lồng vào nhau quá sâu.")),)) from error
    return Sheet(data, reading.places), tuple(reading.faults)


class _PlainLoader(yaml.BaseLoader):
    """Composes nodes without building any object, and follows no alias."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if getattr(event, "anchor", None) is not None:
            raise _AliasFound(problem_mark=event.start_mark)
        return super().compose_node(parent, index)


class _AliasFound(yaml.MarkedYAMLError):
    pass


@dataclass(slots=True)
class _Reading:
    """One pass over the nodes."""

    places: dict[Path, tuple[int, int]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def value(self, node: yaml.Node, path: Path) -> Any:
        self.places.setdefault(path, _position(node))
        if node.tag not in _PLAIN_TAGS:
            self._add(
                node,
                message("Thẻ “%(tag)s” không được dùng trong phiếu khảo sát.", tag=node.tag),
                message("Bỏ thẻ bắt đầu bằng dấu chấm than."),
            )
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if isinstance(node, yaml.MappingNode):
            return {key: self.value(child, (*path, key)) for key, child in self._pairs(node, path)}
        return [self.value(child, (*path, place)) for place, child in enumerate(node.value)]

    def _pairs(self, node: yaml.MappingNode, path: Path) -> Iterator[tuple[str, yaml.Node]]:
        lines: dict[str, int] = {}
        for key_node, child in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._add(
                    key_node,
                    message("Tên khóa phải là một từ, không phải danh sách hay nhóm."),
                    _SYNTAX_REMEDY,
                )
                continue
            key = str(key_node.value)
            if key in lines:
                self._add(
                    key_node,
                    message("Khóa “%(key)s” đã được viết ở dòng %(line)s.", key=key, line=lines[key]),
                    message("Giữ lại một trong hai."),
                )
                continue
            lines[key], _ = self.places[(*path, key)] = _position(key_node)
            yield key, child

    def _scalar(self, node: yaml.ScalarNode) -> Scalar:
        text = unicodedata.normalize("NFC", node.value)
        if _UNPRINTABLE.search(text):
            self._add(
                node,
                message("Đoạn chữ này chứa ký tự điều khiển."),
                message("Xóa ký tự đó, thường do chép từ phần mềm khác hoặc do dấu \\ trong dấu nháy kép."),
            )
        return text if node.style is not None else _plain(text)

    def _add(self, node: yaml.Node, problem: Message, remedy: Message) -> None:
        self.faults.append(Fault(place_of(*_position(node)), problem, remedy))


def _plain(text: str) -> Scalar:
    if text in _KEYWORDS:
        return _KEYWORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text


def _position(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _fault(line: int, column: int, problem: Message, remedy: Message | None = None) -> Fault:
    return Fault(place_of(line, column), problem, remedy)


def _unreadable(text: str, position: int) -> Fault:
    before = text[:position]
    line = before.count("\n") + 1
    return _fault(
        line,
        position - before.rfind("\n"),
        message("Tệp chứa ký tự không đọc được."),
        message("Xóa ký tự đó và lưu tệp theo mã UTF-8."),
    )


def _syntax(error: yaml.MarkedYAMLError) -> Fault:
    problem = error.problem or ""
    # A quote that never ends is found at the end of the file; what helps is where it began.
    marks = [error.problem_mark, error.context_mark]
    mark = next(filter(None, reversed(marks) if "unexpected end of stream" in problem else marks), None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    if isinstance(error, _AliasFound):
        return _fault(
            line,
            column,
            message("Dấu * hoặc & ở đầu là tham chiếu YAML, không được dùng trong phiếu khảo sát."),
            message("Viết lại nội dung đầy đủ, hoặc đặt câu chữ trong dấu nháy kép."),
        )
    if "\\t" in problem:
        return _fault(line, column, message("Dòng thụt vào bằng phím Tab."), message("Thay Tab bằng dấu cách."))
    if "single document" in (error.context or ""):
        return _fault(line, column, message("Tệp chứa nhiều tài liệu YAML."), message("Bỏ dòng “---” ở giữa tệp."))
    told = (said for sign, said in _SYNTAX_PROBLEMS.items() if sign in problem)
    return _fault(line, column, next(told, message("Tệp viết sai cú pháp YAML ở chỗ này.")), _SYNTAX_REMEDY)
