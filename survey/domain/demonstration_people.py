"""The people of the demonstration: what one person submits, each answer coloured by the same person and place."""

from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from survey.domain.demonstration_places import draws_of
from survey.domain.demonstration_words import comment, complaint
from survey.domain.questionnaire import NOT_APPLICABLE, Question, Questionnaire

Submitted = dict[str, Sequence[str]]

# What a person feels on a scale without unit. With the spreads below the answers of one person to two criteria
# correlate at about 0.6, as in the surveys that M9 cites; the cuts put about 80 % of a middling office at 4 or 5.
_CUTS: Final = (-2.0, -1.35, -0.6, 0.55)
_LEVELS: Final[Sequence[tuple[str]]] = (("1",), ("2",), ("3",), ("4",), ("5",))
_NOT_APPLICABLE: Final = (NOT_APPLICABLE,)
_PERSON, _ANSWER = 0.8, 0.5
_DIMENSION, _CRITERION, _OFFICE = 0.15, 0.12, 0.2

_TAP_ALONE: Final[Mapping[str, float]] = {"poster": 0.36, "kiosk": 0.55, "link": 0.25, "paper": 0.0}
_FILLS_ALL = 0.7
_STRAIGHT_LINE = 0.1  # no offence (Q3)
_NEVER_COMPLAINED = 0.55
_NO_OPINION = 0.03
_GIVES_REASON = {"choices": 0.7, "text": 0.25}
_COMMENTS: Final = (0.4, 0.3, 0.1, 0.05, 0.05)  # by the lowest level answered, from 1
_DESCRIBES_THEMSELVES = 0.4
_LEAVES_BAND_EMPTY = 0.1
# Shares of the options of sipas-2017 in the order of its file.
_BANDS: Final[Mapping[str, Sequence[float]]] = {
    "sex": (48, 50, 2),
    "age": (9, 24, 36, 20, 11),
    "education": (6, 20, 34, 20, 18, 2),
    "occupation": (28, 17, 16, 12, 11, 3, 6, 5, 2),
    "applicant": (88, 12),
    "area": (35, 65),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """One criterion at one office: ``effect`` is what the office does better or worse there."""

    question: Question
    effect: float
    about_complaints: bool


def subjects_of(questionnaire: Questionnaire, office_code: str, *, seed: int) -> tuple[Subject, ...]:
    """The criteria with their effects, the same for every desk of an office; the last dimension is on complaints."""
    everywhere = draws_of(seed, questionnaire.id)
    here = draws_of(seed, f"{questionnaire.id}/{office_code}")
    return tuple(
        Subject(
            question=question,
            effect=shared + everywhere.gauss(0, _CRITERION) + here.gauss(0, _OFFICE),
            about_complaints=dimension is questionnaire.dimensions[-1],
        )
        for dimension in questionnaire.dimensions
        for shared in (everywhere.gauss(0, _DIMENSION),)
        for question in dimension.questions
    )


class Respondents:
    """People who answer one questionnaire at one office; every one is another draw from ``random``."""

    __slots__ = ("_questionnaire", "_random", "_subjects")

    def __init__(self, questionnaire: Questionnaire, subjects: Sequence[Subject], random: Random) -> None:
        self._questionnaire, self._subjects, self._random = questionnaire, subjects, random

    def submit(self, mood: float, channel: str) -> Submitted:
        """What the next person sends: the tap alone, or criteria, reasons, a comment and bands with it."""
        random = self._random
        feeling = mood + random.gauss(0, _PERSON)
        tap = bisect(_CUTS, feeling + random.gauss(0, _ANSWER))
        given: Submitted = {self._questionnaire.overall.id: _LEVELS[tap]}
        if random.random() < _TAP_ALONE[channel]:
            return given
        line = tap if random.random() < _STRAIGHT_LINE else None
        self._add_words(given, self._add_criteria(given, feeling, line))
        if random.random() < _DESCRIBES_THEMSELVES:
            given.update(self._bands())
        return given

    def submit_hastily(self, mood: float) -> Submitted:
        """What someone sends who presses one level for everything without reading (Q2)."""
        level = _LEVELS[bisect(_CUTS, mood + self._random.gauss(0, _PERSON))]
        return {question.id: level for question in self._questionnaire.scored}

    def _add_criteria(self, given: Submitted, feeling: float, line: int | None) -> list[tuple[int, Question]]:
        """Answers the criteria; gives those at or below the middle, with what was answered counted from 0."""
        random, gauss = self._random.random, self._random.gauss
        number = len(self._subjects)
        end = number if random() < _FILLS_ALL else self._random.randrange(1, number + 1)
        complained = random() >= _NEVER_COMPLAINED
        low = []
        for subject in self._subjects[:end]:
            if random() < _NO_OPINION or (subject.about_complaints and not complained):
                given[subject.question.id] = _NOT_APPLICABLE
                continue
            level = bisect(_CUTS, feeling + subject.effect + gauss(0, _ANSWER)) if line is None else line
            given[subject.question.id] = _LEVELS[level]
            if level <= 2:
                low.append((level, subject.question))
        return low

    def _add_words(self, given: Submitted, low: Sequence[tuple[int, Question]]) -> None:
        for level, question in low:
            if level <= 1 and question.follow_up is not None:
                self._add_reason(given, question, question.follow_up)
        level, question = min(low, key=lambda each: each[0]) if low else (3, self._questionnaire.criteria[0])
        asked = self._questionnaire.comment
        if asked is not None and self._random.random() < _COMMENTS[level]:
            given[asked.id] = (comment(question.id, level + 1, self._random),)

    def _add_reason(self, given: Submitted, question: Question, asked: Question) -> None:
        random = self._random
        if random.random() >= _GIVES_REASON[asked.type]:
            return
        if asked.type == "choices":
            number = 1 if random.random() < 0.7 else 2
            given[asked.id] = tuple(str(option.value) for option in random.sample(asked.options, number))
        else:
            given[asked.id] = (complaint(question.id, random),)

    def _bands(self) -> Iterator[tuple[str, Sequence[str]]]:
        random = self._random
        for question in self._questionnaire.respondent:
            if random.random() >= _LEAVES_BAND_EMPTY:
                chosen = random.choices(question.options, _BANDS.get(question.id))[0]
                yield question.id, (str(chosen.value),)
