"""What an answer is worth under a method: all pooled figures are means of such worths (M2, M5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from operator import mul

from survey.domain.questionnaire import Method, Questionnaire, Scale
from survey.domain.tally import scale_of


@dataclass(frozen=True, slots=True)
class ValidAnswers:
    """The valid answers to one question, by scale value, and what each value is worth under a method, in per cent."""

    counts: Sequence[int]
    scale: Scale
    worth: Sequence[int | Fraction]

    @property
    def base(self) -> int:
        """How many there are."""
        return sum(self.counts)

    @property
    def satisfied(self) -> int:
        """How many of them are satisfied."""
        of = dict(zip(self.scale.values, self.counts, strict=True))
        return sum(of[value] for value in self.scale.satisfied)

    @property
    def sum(self) -> int | Fraction:
        """What they are worth together."""
        return sum(worth * number for worth, number in zip(self.worth, self.counts, strict=True))

    @property
    def mean(self) -> Fraction:
        """Their mean on the scale; there must be one."""
        return Fraction(sum(map(mul, self.scale.values, self.counts)), self.base)


def _worth(value: int, scale: Scale, method: Method) -> int | Fraction:
    """What one answer adds to a pooled figure: the pooled methods are all means of such worths (M2, M5)."""
    if method.kind == "net":
        return 100 * ((value in scale.satisfied) - (value in scale.dissatisfied))
    if method.kind != "mean":
        return 100 * (value in scale.satisfied)
    if method.multiply is None and method.add is None:
        lowest, highest = scale.values[0], scale.values[-1]
        return Fraction(100 * (value - lowest), highest - lowest)
    return Fraction(1 if method.multiply is None else method.multiply) * value + (method.add or 0)


@lru_cache(maxsize=256)
def worths_of(questionnaire: Questionnaire, method: Method) -> Mapping[str, Sequence[int | Fraction]]:
    """The worths of every scored question's values, ascending."""
    scales = {question.id: scale_of(question) for question in questionnaire.scored}
    return {name: [_worth(value, scale, method) for value in scale.values] for name, scale in scales.items()}
