"""The citizen's form as a page shows it: made from a questionnaire and from what was entered so far.

Nothing is judged here: which values may stand is the domain's matter (``check_answers``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from survey.domain.answers import AnswerFault, clean_text
from survey.domain.message import Message
from survey.domain.questionnaire import (
    NOT_APPLICABLE,
    Question,
    Questionnaire,
    QuestionType,
    Scale,
    Section,
    SectionKind,
)
from survey.web.language import worded

Submitted = Mapping[str, Sequence[str]]

_NOTHING: Final[Submitted] = MappingProxyType({})
# Five columns on a telephone 360 px wide leave room for seven letters at 15 px; longer words get rows.
_LONGEST_WORD_IN_COLUMN: Final = 7
_FACES: Final = 5


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to pick; ``face`` is 1 (unhappy) to 5, None without one; ``opens`` shows the follow-up."""

    id: str
    value: str
    label: str
    chosen: bool = False
    face: int | None = None
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One question on the page, with what was entered and what is wrong with it; ``version`` is the questionnaire's."""

    id: str
    name: str
    type: QuestionType
    label: str
    short: str
    choices: tuple[Choice, ...] = ()
    entered: str = ""
    faults: tuple[Message, ...] = ()
    follow_up: "Field | None" = None
    version: str = ""

    @property
    def first(self) -> str:
        """The id of the control an error summary leads to."""
        return self.choices[0].id if self.choices and self.type in ("scale", "choices") else self.id

    @property
    def columns(self) -> bool:
        """Whether the labels are short enough to stand side by side on a telephone."""
        words = (word for choice in self.choices if choice.face for word in choice.label.split())
        return all(len(word) <= _LONGEST_WORD_IN_COLUMN for word in words)

    @property
    def shows_follow_up(self) -> bool:
        """Whether the follow-up must be seen whatever is chosen: something in it or above it is wrong."""
        return bool(self.faults or (self.follow_up and self.follow_up.faults))

    @property
    def with_follow_up(self) -> "tuple[Field, ...]":
        """The field, then the one it may open."""
        return (self,) if self.follow_up is None else (self, self.follow_up)


@dataclass(frozen=True, slots=True)
class Part:
    """The fields under one heading; ``step`` counts the dimensions from 1, None for other parts."""

    kind: SectionKind
    title: str
    step: int | None
    fields: tuple[Field, ...]

    @property
    def touched(self) -> bool:
        """Whether anything was entered or is wrong here."""
        return any(field.entered or field.faults or any(c.chosen for c in field.choices) for field in self.fields)


@dataclass(frozen=True, slots=True)
class CitizenForm:
    """The criteria page: its parts in the order of the questionnaire."""

    parts: tuple[Part, ...]

    @property
    def steps(self) -> int:
        """How many dimensions are asked."""
        return sum(part.step is not None for part in self.parts)

    @property
    def questions(self) -> int:
        """How many criteria are asked."""
        return sum(len(part.fields) for part in self.parts if part.step is not None)

    @property
    def faulty(self) -> tuple[Field, ...]:
        """Fields with something wrong, in the order of the page."""
        fields = (each for part in self.parts for field in part.fields for each in field.with_follow_up)
        return tuple(field for field in fields if field.faults)


def tap_field(questionnaire: Questionnaire, language: str, faults: Sequence[AnswerFault] = ()) -> Field:
    """The one question of the first page. Not applicable is no answer to it, so it is not offered."""
    field = _field(questionnaire.overall, _Entered(questionnaire.key, language, _NOTHING, faults))
    return replace(field, choices=tuple(choice for choice in field.choices if choice.face))


def criteria_form(
    questionnaire: Questionnaire,
    language: str,
    *,
    submitted: Submitted = _NOTHING,
    faults: Sequence[AnswerFault] = (),
) -> CitizenForm:
    """Everything after the tap, filled with what was submitted.

    The overall question is among it only where the same send carried it: refused as a whole, it must not be lost.
    """
    entered = _Entered(questionnaire.key, language, submitted, faults)
    dimensions = list(questionnaire.dimensions)
    return CitizenForm(
        tuple(
            Part(
                kind=section.kind,
                title=worded(section.title, language),
                step=dimensions.index(section) + 1 if section.kind == "dimension" else None,
                fields=tuple(_field(question, entered) for question in section.questions),
            )
            for section in questionnaire.sections
            if section.kind != "overall" or _was_sent(section, submitted)
        )
    )


def _was_sent(section: Section, submitted: Submitted) -> bool:
    return any(question.id in submitted for question in section.questions)


@dataclass(frozen=True, slots=True)
class _Entered:
    version: str
    language: str
    submitted: Submitted
    faults: Sequence[AnswerFault]

    def values(self, question: Question) -> tuple[str, ...]:
        return tuple(clean_text(value) for value in self.submitted.get(question.id, ()))

    def faults_of(self, question: Question) -> tuple[Message, ...]:
        return tuple(fault.message for fault in self.faults if fault.question_id == question.id)


def _field(question: Question, entered: _Entered) -> Field:
    values = entered.values(question)
    return Field(
        id=f"q-{question.id}",
        name=question.id,
        type=question.type,
        label=worded(question.text, entered.language),
        short=worded(question.name, entered.language),
        choices=_choices(question, values, entered.language),
        entered=values[0] if values and question.type == "text" else "",
        faults=entered.faults_of(question),
        follow_up=None if question.follow_up is None else _field(question.follow_up, entered),
        version=entered.version,
    )


def _choices(question: Question, values: Sequence[str], language: str) -> tuple[Choice, ...]:
    if question.scale is not None:
        return _levels(question, question.scale, values, language)
    return tuple(
        Choice(
            id=f"q-{question.id}-{option.value}",
            value=str(option.value),
            label=worded(option.label, language),
            chosen=str(option.value) in values,
        )
        for option in question.options
    )


def _levels(question: Question, scale: Scale, values: Sequence[str], language: str) -> tuple[Choice, ...]:
    levels = [
        Choice(
            id=f"q-{question.id}-{option.value}",
            value=str(option.value),
            label=worded(option.label, language),
            chosen=str(option.value) in values,
            face=_face(scale, option.value),
            opens=option.value in scale.dissatisfied and question.follow_up is not None,
        )
        for option in scale.options
    ]
    if scale.not_applicable is not None:
        label = worded(scale.not_applicable, language)
        levels.append(Choice(f"q-{question.id}-NA", NOT_APPLICABLE, label, chosen=NOT_APPLICABLE in values))
    return tuple(levels)


def _face(scale: Scale, value: int | str) -> int:
    """Which of five faces stands for a level: the ends are the ends whatever the length of the scale."""
    rank = [*scale.values].index(int(value))
    return 1 + round((_FACES - 1) * rank / max(1, len(scale.values) - 1))
