"""A questionnaire in one more language, its words taken from a file beside it.

An answered version never changes (promise 4), and its digest is that of its own file: a translation that comes later
stands apart, so that reading a version in Khmer does not make another version of it.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace

from survey.domain.languages import SOURCE
from survey.domain.questionnaire_model import Option, Question, Questionnaire, Scale, Section, Text

Added = Callable[[Text], Text]


def translated(questionnaire: Questionnaire, language: str, words: Mapping[str, str]) -> Questionnaire:
    """The same version with a further language; ``words`` gives the translation of a Vietnamese text.

    A text that ``words`` lacks stays without one and is shown in Vietnamese. Scales, values and digest are untouched.
    """

    def added(text: Text) -> Text:
        said = words.get(text[SOURCE])
        return {**text, language: unicodedata.normalize("NFC", said).strip()} if said and said.strip() else text

    return replace(
        questionnaire,
        languages=(*questionnaire.languages, language),
        title=added(questionnaire.title),
        basis=added(questionnaire.basis),
        sections=tuple(_section(each, added) for each in questionnaire.sections),
    )


def _section(section: Section, added: Added) -> Section:
    return replace(
        section, title=added(section.title), questions=tuple(_question(each, added) for each in section.questions)
    )


def _question(question: Question, added: Added) -> Question:
    return replace(
        question,
        text=added(question.text),
        name=added(question.name),
        scale=question.scale and _scale(question.scale, added),
        options=_options(question.options, added),
        follow_up=question.follow_up and _question(question.follow_up, added),
    )


def _scale(scale: Scale, added: Added) -> Scale:
    return replace(
        scale,
        options=_options(scale.options, added),
        not_applicable=scale.not_applicable and added(scale.not_applicable),
    )


def _options(options: tuple[Option, ...], added: Added) -> tuple[Option, ...]:
    return tuple(replace(each, label=added(each.label)) for each in options)
