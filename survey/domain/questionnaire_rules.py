"""What a schema cannot say about a questionnaire file: ids that differ, sections that are complete,
translations that are there. Rules about numbers are in ``questionnaire_levels``."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from survey.domain import questionnaire_walk as walk
from survey.domain.message import Fault, Message, message
from survey.domain.questionnaire_levels import LEVEL_RULES
from survey.domain.questionnaire_walk import Found, Part, Rule
from survey.domain.questionnaire_yaml import Path, Sheet, place_of

# Columns of the responses CSV and fields of the citizen's form (interface.md): no question may be called so.
RESERVED_IDS: Final = frozenset(
    {"key", "desk", "received_on", "channel", "office", "hour", "questionnaire", "version", "verified", "set_aside"}
    | {"reasons", "stamp", "lang", "language", "csrf_token", "k", "switch"}
)
# Groups that stand beside the dimensions in tallies and exports.
RESERVED_SECTION_IDS: Final = frozenset({"overall", "index", "all", "criteria", "comment", "respondent"})
_TYPE_IN: Final = {"overall": "scale", "dimension": "scale", "comment": "text", "respondent": "choice"}
_KEYS_OF: Final[Mapping[str, frozenset[str]]] = {
    "scale": frozenset({"scale", "follow_up"}),
    "choice": frozenset({"options"}),
    "choices": frozenset({"options"}),
    "text": frozenset({"longest"}),
}
_KEYS_OF_SOME_TYPE: Final = ("scale", "follow_up", "options", "longest")


def rule_faults(sheet: Sheet) -> Iterator[tuple[Path, Fault]]:
    """Every fault the rules find, each with the path it concerns."""
    if not isinstance(sheet.data, dict):
        return
    for rule in (*_RULES, *LEVEL_RULES):
        for path, problem, remedy in rule(sheet.data):
            yield path, Fault(place_of(*sheet.at(path)), problem, remedy)


# ---- ids


def _ids_differ(data: Part) -> Found:
    yield from _repeated(
        (((*path, "id"), section.get("id")) for path, section in walk.sections(data)),
        message("Đổi id của một trong hai mục."),
    )
    yield from _repeated(
        _question_ids(data),
        message("Đổi id của một trong hai câu hỏi; chữ hoa và chữ thường coi như nhau."),
    )
    for owner_path, owner in walk.option_owners(data):
        yield from _repeated(
            (((*path, "value"), option.get("value")) for path, option in walk.parts(owner, "options", owner_path)),
            message("Đổi value của một trong hai lựa chọn."),
        )


def _question_ids(data: Part) -> Iterator[tuple[Path, Any]]:
    """The ids of questions, and those their follow-ups will get."""
    for path, question, section in walk.questions(data):
        yield (*path, "id"), question.get("id")
        if question.get("follow_up", section.get("kind") == "dimension" and "follow_up" in data):
            yield (*path, "id"), f"{question.get('id')}_why"


def _repeated(found: Iterable[tuple[Path, Any]], remedy: Message) -> Found:
    seen: set[str] = set()
    for path, value in found:
        if isinstance(value, str | int):
            if str(value).casefold() in seen:
                yield path, message("“%(value)s” bị trùng.", value=value), remedy
            seen.add(str(value).casefold())


def _ids_are_free(data: Part) -> Found:
    questions = (
        (path, part, RESERVED_IDS | ({"overall", "comment"} - {str(section.get("kind"))}))
        for path, part, section in walk.questions(data)
    )
    dimensions = ((path, part, RESERVED_SECTION_IDS) for path, part in walk.sections(data, "dimension"))
    for path, part, reserved in (*questions, *dimensions):
        if isinstance(part.get("id"), str) and part["id"].lower() in reserved:
            yield (
                (*path, "id"),
                message("“%(id)s” là tên dành riêng của hệ thống.", id=part["id"]),
                message("Chọn một id khác."),
            )


# ---- sections and their questions


def _one_overall(data: Part) -> Found:
    overall = list(walk.questions(data, "overall"))
    if not overall and isinstance(data.get("sections"), list):
        yield (
            ("sections",),
            message("Phiếu chưa có câu hỏi chung."),
            message("Thêm một mục kind: overall với một câu hỏi id: overall."),
        )
    for path, _question, _section in overall[1:]:
        yield path, message("Phiếu có nhiều hơn một câu hỏi chung."), message("Chỉ giữ lại một câu hỏi chung.")
    for path, question, _section in overall:
        if question.get("follow_up"):
            yield (
                (*path, "follow_up"),
                message("Câu hỏi chung được trả lời bằng một lần chạm nên không mở câu “Vì sao?”."),
                message("Bỏ follow_up ở đây; người dân nói lý do ở các tiêu chí và ở phần ý kiến."),
            )


def _one_comment(data: Part) -> Found:
    for path, _question, _section in list(walk.questions(data, "comment"))[1:]:
        yield path, message("Phiếu có nhiều hơn một câu ý kiến."), message("Chỉ giữ lại một câu ý kiến.")


def _names_the_form_knows(data: Part) -> Found:
    for kind in ("overall", "comment"):
        for path, question, _section in walk.questions(data, kind):
            if isinstance(question.get("id"), str) and question["id"] != kind:
                yield (
                    (*path, "id"),
                    message("Câu hỏi này phải có id là “%(kind)s”.", kind=kind),
                    message("Sửa thành id: %(kind)s.", kind=kind),
                )


def _some_dimension(data: Part) -> Found:
    if isinstance(data.get("sections"), list) and not any(walk.sections(data, "dimension")):
        yield (
            ("sections",),
            message("Phiếu chưa có yếu tố nào."),
            message("Thêm ít nhất một mục kind: dimension với các tiêu chí của nó."),
        )


def _types_fit_sections(data: Part) -> Found:
    for path, question, section in walk.questions(data):
        wanted = _TYPE_IN.get(str(section.get("kind")))
        given = str(question.get("type", "scale"))
        if wanted is not None and given in _KEYS_OF and given != wanted:
            yield (
                (*path, "type"),
                message("Trong mục %(kind)s, câu hỏi phải là kiểu %(type)s.", kind=section["kind"], type=wanted),
                message("Viết type: %(type)s, hoặc chuyển câu hỏi sang mục khác.", type=wanted),
            )


def _keys_fit_types(data: Part) -> Found:
    asked = [(path, part, str(part.get("type", "scale"))) for path, part, _section in walk.questions(data)]
    asked += [(path, part, str(part.get("type"))) for path, part in walk.follow_ups(data)]
    for path, part, given in asked:
        for key in _KEYS_OF_SOME_TYPE if given in _KEYS_OF else ():
            if part.get(key) and key not in _KEYS_OF[given]:
                yield (
                    (*path, key),
                    message("Câu hỏi kiểu %(type)s không dùng %(key)s.", type=given, key=key),
                    message("Bỏ khóa này đi, hoặc sửa lại type."),
                )


# ---- languages


def _all_translated(data: Part) -> Found:
    listed = data.get("languages")
    languages = dict.fromkeys(each for each in listed if isinstance(each, str)) if isinstance(listed, list) else {}
    for path, text in walk.texts(data) if languages else ():
        missing = ", ".join(each for each in languages if each not in text)
        if missing:
            yield (
                path,
                message("%(key)s chưa có bản dịch: %(languages)s.", key=path[-1], languages=missing),
                message("Viết thêm câu chữ cho ngôn ngữ đó, hoặc bỏ ngôn ngữ đó khỏi languages."),
            )
        for extra in text.keys() - languages.keys() - {"vi"}:
            yield (
                (*path, extra),
                message("Ngôn ngữ “%(language)s” chưa khai báo trong languages.", language=extra),
                message("Thêm vào languages và dịch cả phiếu, hoặc bỏ dòng này."),
            )


_RULES: Final[Sequence[Rule]] = (
    _ids_differ,
    _ids_are_free,
    _one_overall,
    _one_comment,
    _names_the_form_knows,
    _some_dimension,
    _types_fit_sections,
    _keys_fit_types,
    _all_translated,
)
