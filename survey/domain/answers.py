"""Submitted values against a questionnaire: what may be kept, and a sentence for everything that may not."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final, Literal

from survey.domain.message import Message, message
from survey.domain.questionnaire_model import NOT_APPLICABLE, Question, Questionnaire, QuestionType, Scale

Answer = int | Literal["NA"] | tuple[str, ...]
Submitted = Mapping[str, Sequence[str]]

# Controls but tab and line break, halves of surrogate pairs (no database stores them), and marks that turn the
# direction of writing (a comment could show other words than it holds).
_UNWANTED: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_LINE_BREAK: Final = re.compile(r"\r\n?|[\u0085\u2028\u2029]")
_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class AnswerFault:
    """A submitted value that cannot be kept; ``value`` is what was submitted, for showing it again."""

    question_id: str
    value: str
    message: Message


@dataclass(frozen=True, slots=True)
class CheckedAnswers:
    """What may be stored, by question id, in the order of the questionnaire, and what may not be.

    ``answers`` holds scale values, ``NA`` and the reasons chosen; ``respondent`` the bands; ``texts`` the
    comment and the written reasons. What was left empty is in none of them.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    respondent: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    faults: tuple[AnswerFault, ...] = ()


def clean_text(text: str) -> str:
    """The text in NFC, line breaks as \\n, without control characters and outer blanks; "" if nothing is left."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return _UNWANTED.sub("", _LINE_BREAK.sub("\n", text)).strip()


def check_answers(questionnaire: Questionnaire, submitted: Submitted) -> CheckedAnswers:
    """What of a submitted form or CSV row may be stored, and a fault for each value that may not; never raises.

    Empty values are unanswered questions and no faults. Keys that are no question of the questionnaire are passed
    over. A follow-up counts only beside a dissatisfied answer to its question in the same send; beside a faulty
    one its own faults are reported, so that a person meets them all at once.
    """
    checked = CheckedAnswers()
    faults: list[AnswerFault] = []
    for entry in _entries(questionnaire):
        given = submitted.get(entry.id)
        if not given:
            continue
        # Nearly everything submitted is one printed level: a look-up decides it.
        if len(given) == 1 and (level := entry.levels.get(given[0])) is not None:
            checked.answers[entry.id] = level
            continue
        values = [value for value in given if value and not value.isspace()]
        if values and _is_open(entry, checked.answers, faults):
            faults.extend(_take(entry, values, checked))
    return replace(checked, faults=tuple(faults))


@dataclass(frozen=True, slots=True)
class _Entry:
    """What one question takes: made once per questionnaire, so that a response costs a few look-ups."""

    id: str
    type: QuestionType
    levels: Mapping[str, Answer]
    choices: tuple[str, ...]
    longest: int
    opened_by: str | None
    opened_on: frozenset[int]


@lru_cache(maxsize=256)
def _entries(questionnaire: Questionnaire) -> tuple[_Entry, ...]:
    return tuple(
        _entry(asked, opened_by=None if asked is question else question)
        for section in questionnaire.sections
        for question in section.questions
        for asked in question.with_follow_up
    )


def allowed_values(asked: Question) -> tuple[str, ...]:
    """What may be submitted for a question, in the order shown; () for a text."""
    return (*_levels(asked.scale), *(str(option.value) for option in asked.options))


def _levels(scale: Scale | None) -> dict[str, Answer]:
    levels: dict[str, Answer] = {str(value): value for value in _values_shown(scale)}
    if scale is not None and scale.not_applicable is not None:
        levels[NOT_APPLICABLE] = NOT_APPLICABLE
    return levels


def _entry(asked: Question, *, opened_by: Question | None) -> _Entry:
    levels = _levels(asked.scale)
    choices = tuple(str(option.value) for option in asked.options)
    opener = None if opened_by is None else opened_by.scale
    return _Entry(
        id=asked.id,
        type=asked.type,
        levels=levels,
        choices=choices,
        longest=asked.longest or 0,
        opened_by=None if opened_by is None else opened_by.id,
        opened_on=frozenset() if opener is None else opener.dissatisfied,
    )


def _values_shown(scale: Scale | None) -> Iterator[int]:
    return (option.value for option in scale.options if isinstance(option.value, int)) if scale else iter(())


def _is_open(entry: _Entry, answers: Mapping[str, Answer], faults: Sequence[AnswerFault]) -> bool:
    if entry.opened_by is None or answers.get(entry.opened_by) in entry.opened_on:
        return True
    return any(fault.question_id == entry.opened_by for fault in faults)


def _take(entry: _Entry, values: Sequence[str], checked: CheckedAnswers) -> Iterator[AnswerFault]:
    """Keeps what is right among the values of one question; yields a fault for the rest."""
    if entry.type == "choices":
        chosen = {value.strip() for value in values}
        yield from (_unknown(entry, value) for value in values if value.strip() not in entry.choices)
        if kept := tuple(value for value in entry.choices if value in chosen):
            checked.answers[entry.id] = kept
    elif len(values) > 1:
        yield AnswerFault(
            entry.id, clean_text(", ".join(values)), message("Câu này chỉ nhận một câu trả lời. Xin Ông/Bà chọn một.")
        )
    elif entry.type == "text":
        yield from _take_text(entry, values[0], checked)
    elif (level := entry.levels.get(values[0].strip())) is not None:
        checked.answers[entry.id] = level
    elif (choice := values[0].strip()) in entry.choices:
        checked.respondent[entry.id] = choice
    else:
        yield _unknown(entry, values[0])


def _take_text(entry: _Entry, value: str, checked: CheckedAnswers) -> Iterator[AnswerFault]:
    text = clean_text(value)
    if len(text) > entry.longest:
        yield AnswerFault(
            entry.id,
            text,
            message(
                "Phần này dài %(length)s ký tự, nhiều nhất được %(longest)s ký tự. Xin Ông/Bà viết gọn lại.",
                length=len(text),
                longest=entry.longest,
            ),
        )
    elif text:
        checked.texts[entry.id] = text


def _unknown(entry: _Entry, value: str) -> AnswerFault:
    shown = clean_text(value)
    return AnswerFault(
        entry.id,
        shown,
        message(
            "“%(value)s” không phải là một câu trả lời có sẵn. Xin Ông/Bà chọn lại.",
            value=shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…",
        ),
    )
