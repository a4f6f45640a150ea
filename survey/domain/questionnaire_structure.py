"""What the JSON Schema finds wrong with a file, said in plain sentences with their places."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from survey.domain.message import Fault, Message, message
from survey.domain.questionnaire_schema import SCHEMA
from survey.domain.questionnaire_yaml import Path, Sheet, place_of

Explained = Iterator[tuple[Path, Message]]


def _is_integer(_checker: object, value: object) -> bool:
    # JSON Schema takes 1.0 for an integer; as a version or a stored value it would be another key than 1.
    return isinstance(value, int) and not isinstance(value, bool)


_VALIDATOR: Final[Any] = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer)
)(SCHEMA)
_WRONG_TYPE: Final[Mapping[str, Message]] = {
    "object": message("Chỗ này phải là một nhóm “khóa: giá trị”."),
    "array": message("Chỗ này phải là một danh sách, mỗi dòng bắt đầu bằng dấu gạch nối."),
    "string": message("Chỗ này phải là một đoạn chữ."),
    "integer": message("Chỗ này phải là một số nguyên."),
    "boolean": message("Chỗ này phải là true hoặc false."),
}


@dataclass(frozen=True, slots=True)
class _Error:
    """A schema error in the words used here: the rule broken, what it wanted, what it found, and where."""

    rule: str
    wanted: Any
    value: Any
    schema: Mapping[str, Any]
    path: Path

    @classmethod
    def of(cls, error: ValidationError) -> "_Error":
        schema: Any = error.schema
        return cls(str(error.validator), error.validator_value, error.instance, schema, tuple(error.absolute_path))


def structural_faults(sheet: Sheet) -> Iterator[tuple[Path, Fault]]:
    """Every fault the published schema finds, each with the path it concerns."""
    seen: set[tuple[Path, str]] = set()
    for error in map(_Error.of, _VALIDATOR.iter_errors(sheet.data)):
        for path, problem in _EXPLAIN.get(error.rule, _general)(error):
            # jsonschema reports each missing key apart; one sentence names them all.
            if (path, error.rule) not in seen:
                seen.add((path, error.rule))
                yield path, Fault(place_of(*sheet.at(path)), problem, _remedy(error))


def _missing(error: _Error) -> Explained:
    missing = [key for key in error.wanted if key not in error.value]
    yield error.path, message("Thiếu %(keys)s.", keys=", ".join(missing))


def _unknown(error: _Error) -> Explained:
    known = list(error.schema["properties"])
    for key in error.value:
        if key not in known:
            close = get_close_matches(key, known, n=1)
            problem = (
                message("Không có khóa “%(key)s” ở đây; có phải là “%(close)s”?", key=key, close=close[0])
                if close
                else message("Không có khóa “%(key)s” ở đây.", key=key)
            )
            yield (*error.path, key), problem


def _wrong_type(error: _Error) -> Explained:
    wanted = error.wanted
    yield (
        error.path,
        _WRONG_TYPE.get(wanted if isinstance(wanted, str) else "", message("Chỗ này viết không đúng kiểu.")),
    )


def _too_few(error: _Error) -> Explained:
    path = error.path
    if path[-1:] == ("questions",):
        yield path, message("Mục này chưa có câu hỏi nào.")
    else:
        yield (
            path,
            message("Danh sách này có quá ít phần tử (ít nhất %(least)s).", least=error.wanted),
        )


def _too_many(error: _Error) -> Explained:
    yield error.path, message("Danh sách này có quá nhiều phần tử (nhiều nhất %(most)s).", most=error.wanted)


def _repeated(error: _Error) -> Explained:
    yield error.path, message("Danh sách này có phần tử lặp lại.")


def _not_one_of(error: _Error) -> Explained:
    yield (
        error.path,
        message(
            "“%(value)s” không dùng được ở đây; chọn một trong: %(choices)s.",
            value=_shown(error.value),
            choices=", ".join(error.wanted),
        ),
    )


def _no_vietnamese(error: _Error) -> Explained:
    yield error.path, message("Phiếu phải có tiếng Việt: thiếu vi trong languages.")


def _empty(error: _Error) -> Explained:
    yield error.path, message("Nhóm này còn trống.")


def _pattern(error: _Error) -> Explained:
    if not str(error.value).strip():
        yield error.path, message("Đoạn chữ này còn trống.")
    else:
        yield error.path, message("“%(value)s” viết không đúng dạng.", value=_shown(error.value))


def _general(error: _Error) -> Explained:
    """Limits (minimum, maximum, maxLength): the remedy says what is wanted."""
    yield (
        error.path,
        message("“%(value)s” không nằm trong giới hạn cho phép.", value=_shown(error.value)),
    )


_EXPLAIN: Final[Mapping[str, Callable[[_Error], Explained]]] = {
    "required": _missing,
    "additionalProperties": _unknown,
    "type": _wrong_type,
    "minItems": _too_few,
    "maxItems": _too_many,
    "uniqueItems": _repeated,
    "enum": _not_one_of,
    "contains": _no_vietnamese,
    "minProperties": _empty,
    "pattern": _pattern,
}


def _remedy(error: _Error) -> Message | None:
    if error.rule in ("required", "minProperties"):
        return message("Viết thêm vào mục này; docs/questionnaires.md có ví dụ.")
    if error.rule == "type" and error.wanted in ("object", "array"):
        return message("Xem ví dụ trong docs/questionnaires.md.")
    if error.rule == "additionalProperties":
        keys = ", ".join(error.schema["properties"])
        return message("Sửa hoặc bỏ đi. Các khóa dùng được ở đây: %(keys)s.", keys=keys)
    described = error.schema.get("description")
    return message(described) if described else None


def _shown(value: Any) -> str:
    text = "true" if value is True else "false" if value is False else str(value)
    return text if len(text) <= 60 else text[:59] + "…"
