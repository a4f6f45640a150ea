"""A questionnaire file into a Questionnaire, or all its faults at once."""

import json
from collections.abc import Mapping
from fractions import Fraction
from hashlib import sha256
from pathlib import PurePath
from types import MappingProxyType
from typing import Any, Final

from survey.domain.message import Fault, Refused, message
from survey.domain.questionnaire_model import (
    BUILTIN_METHODS,
    Method,
    Option,
    Question,
    Questionnaire,
    Scale,
    Section,
    Text,
)
from survey.domain.questionnaire_rules import rule_faults
from survey.domain.questionnaire_structure import structural_faults
from survey.domain.questionnaire_yaml import Path, Sheet, place_of, read

LONGEST_COMMENT: Final = 2000
LONGEST_REASON: Final = 500
_NOTHING_ANSWERED: Final[Mapping[str, str]] = MappingProxyType({})

Raw = Mapping[str, Any]


class QuestionnaireFaults(Refused):
    """A questionnaire file was refused; ``name`` is the file's, ``faults`` are all that was found."""

    def __init__(self, faults: tuple[Fault, ...], *, name: str) -> None:
        super().__init__(faults)
        self.name = name


def load(source: str, *, name: str) -> Questionnaire:
    """The questionnaire in a file's text; QuestionnaireFaults with every fault if it has any.

    ``name`` is the file's name or path; it must end in ``<id>.v<version>.yaml``.
    """
    sheet, faults = _examine(source, name=name, answered_digests=_NOTHING_ANSWERED)
    if faults or sheet is None:
        raise QuestionnaireFaults(faults, name=name)
    return _questionnaire(sheet.data)


def check(source: str, *, name: str, answered_digests: Mapping[str, str] = _NOTHING_ANSWERED) -> tuple[Fault, ...]:
    """Every fault of a file's text in the order of its lines; () when it can be used.

    ``answered_digests`` gives, per ``id@version``, the digest of the content people have already answered:
    that version may not differ any more (promise 4).
    """
    return _examine(source, name=name, answered_digests=answered_digests)[1]


def _examine(source: str, *, name: str, answered_digests: Mapping[str, str]) -> tuple[Sheet | None, tuple[Fault, ...]]:
    try:
        sheet, unreadable = read(source)
    except Refused as refused:
        return None, refused.faults
    found = [
        *structural_faults(sheet),
        *rule_faults(sheet),
        *_identity_faults(sheet, name=name, answered_digests=answered_digests),
    ]
    found.sort(key=lambda each: sheet.at(each[0]))
    return sheet, (*unreadable, *(fault for _, fault in found))


def _identity_faults(sheet: Sheet, *, name: str, answered_digests: Mapping[str, str]) -> list[tuple[Path, Fault]]:
    """Whether the file is called as it must be, and unchanged if it has been answered."""
    data = sheet.data if isinstance(sheet.data, dict) else {}
    id_, version = data.get("id"), data.get("version")
    if not isinstance(id_, str) or not isinstance(version, int) or isinstance(version, bool):
        return []
    found: list[tuple[Path, Fault]] = []
    expected = f"{id_}.v{version}.yaml"
    if PurePath(name).name != expected:
        found.append(
            (
                ("id",),
                Fault(
                    place_of(*sheet.at(("id",))),
                    message("Tên tệp không khớp với id và version."),
                    message("Đổi tên tệp thành %(name)s, hoặc sửa id và version.", name=expected),
                ),
            )
        )
    answered = answered_digests.get(f"{id_}@{version}")
    if answered is not None and answered != _digest(data):
        found.append(
            (
                ("version",),
                Fault(
                    place_of(*sheet.at(("version",))),
                    message("Phiên bản này đã có người trả lời nên nội dung không được sửa nữa."),
                    message(
                        "Khôi phục tệp như cũ và lưu nội dung mới vào %(name)s với version: %(version)s.",
                        name=f"{id_}.v{version + 1}.yaml",
                        version=version + 1,
                    ),
                ),
            )
        )
    return found


def _digest(data: Any) -> str:
    canonical = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


# ---- checked content into values


def _questionnaire(raw: Raw) -> Questionnaire:
    scales = {key: _scale(key, part) for key, part in raw["scales"].items()}
    return Questionnaire(
        id=raw["id"],
        version=raw["version"],
        languages=tuple(raw["languages"]),
        title=_text(raw["title"]),
        basis=_text(raw["basis"]),
        method=_method(raw["method"]),
        sections=tuple(_section(part, scales, raw.get("follow_up")) for part in raw["sections"]),
        digest=_digest(raw),
    )


def _text(raw: Raw) -> Text:
    return {language: text.strip() for language, text in raw.items()}


def _method(raw: str | Raw) -> Method:
    if isinstance(raw, str):
        return BUILTIN_METHODS[raw]
    if raw["kind"] != "mean":
        return Method(raw["id"], raw["version"], raw["kind"])
    return Method(
        raw["id"],
        raw["version"],
        "mean",
        multiply=Fraction(str(raw.get("multiply", 1))),
        add=Fraction(str(raw.get("add", 0))),
    )


def _scale(key: str, raw: Raw) -> Scale:
    not_applicable = raw.get("not_applicable")
    return Scale(key, _options(raw), _text(not_applicable) if not_applicable else None)


def _options(raw: Raw) -> tuple[Option, ...]:
    return tuple(Option(**{**part, "label": _text(part["label"])}) for part in raw.get("options", ()))


def _section(raw: Raw, scales: Mapping[str, Scale], common: Any) -> Section:
    inherited = common if raw["kind"] == "dimension" else None
    return Section(
        id=raw["id"],
        kind=raw["kind"],
        title=_text(raw["title"]),
        questions=tuple(_question(part, scales, inherited) for part in raw["questions"]),
    )


def _question(raw: Raw, scales: Mapping[str, Scale], inherited: Any) -> Question:
    type_ = raw.get("type", "scale")
    return Question(
        id=raw["id"],
        type=type_,
        text=_text(raw["text"]),
        name=_text(raw["name"]),
        scale=scales[raw.get("scale", next(iter(scales)))] if type_ == "scale" else None,
        options=_options(raw),
        follow_up=_follow_up(raw["id"], raw.get("follow_up", True), inherited),
        longest=raw.get("longest", LONGEST_COMMENT) if type_ == "text" else None,
    )


def _follow_up(question_id: str, own: Any, inherited: Any) -> Question | None:
    """The question's own follow-up, else the common one; None when there is neither or it says ``false``."""
    raw = inherited if own is True else own
    if not isinstance(raw, dict):
        return None
    return Question(
        id=f"{question_id}_why",
        type=raw["type"],
        text=_text(raw["text"]),
        name=_text(raw["name"] if "name" in raw else raw["text"]),
        options=_options(raw),
        longest=raw.get("longest", LONGEST_REASON) if raw["type"] == "text" else None,
    )
