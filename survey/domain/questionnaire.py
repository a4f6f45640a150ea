"""Questionnaires as data: the front door of the types, of loading and checking files, and of checking answers."""

from survey.domain.answers import Answer, AnswerFault, CheckedAnswers, check_answers
from survey.domain.questionnaire_file import QuestionnaireFaults, check, load
from survey.domain.questionnaire_model import (
    BUILTIN_METHODS,
    NOT_APPLICABLE,
    Catalogue,
    Method,
    MethodKind,
    Option,
    Question,
    Questionnaire,
    QuestionType,
    Scale,
    Section,
    SectionKind,
    Text,
    UnknownQuestionnaire,
    language_in,
    text_in,
)
from survey.domain.questionnaire_schema import SCHEMA

__all__ = [
    "BUILTIN_METHODS",
    "NOT_APPLICABLE",
    "SCHEMA",
    "Answer",
    "AnswerFault",
    "Catalogue",
    "CheckedAnswers",
    "Method",
    "MethodKind",
    "Option",
    "Question",
    "QuestionType",
    "Questionnaire",
    "QuestionnaireFaults",
    "Scale",
    "Section",
    "SectionKind",
    "Text",
    "UnknownQuestionnaire",
    "check",
    "check_answers",
    "language_in",
    "load",
    "text_in",
]
