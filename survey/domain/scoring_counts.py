"""A published score as counts, from which anybody can compute its figures again (docs/recompute.py shows how)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from survey.domain.questionnaire import Questionnaire, text_in
from survey.domain.scoring import CriterionScore, Estimate, OfficeScore
from survey.domain.standings import COUNTED
from survey.domain.table import write_table
from survey.domain.tally import ALL_CRITERIA, Standing, Tally, layout_of, scale_of, sums_of, total

_SHARED: Final = ("office", "from", "to", "questionnaire", "method", "level", "id", "name")
_SUMS: Final = ("k", "s", "m", "ss", "sm", "mm")


def counted(
    tallies: Mapping[tuple[str, Standing], Tally], questionnaire: Questionnaire, channels: Iterable[str]
) -> Tally:
    """What a score of these channels rests on: their open and verified responses together (Q5)."""
    wanted = [(channel, standing) for channel in channels for standing in COUNTED]
    return total(layout_of(questionnaire), (tallies[each] for each in wanted if each in tallies))


def as_counts(score: OfficeScore, tally: Tally, questionnaire: Questionnaire, language: str = "vi") -> Iterator[str]:
    """CSV lines: what every shown figure of the score is computed from; hidden figures are not in it (M11, M12).

    A criterion (or the overall question) has one count per scale value, ``n_1`` and so on, and in ``satisfied`` the
    values that count as satisfied, joined by ``|`` (M2). The index and the dimensions have the six sums of M9: k
    respondents, Σs satisfied and Σm valid answers, Σs², Σsm, Σm². ``tally`` is what the score was made from.
    """
    shared = (
        score.office_code,
        score.period.first,
        score.period.last,
        score.questionnaire_key,
        score.method.key,
    )
    values = sorted({value for question in questionnaire.scored for value in scale_of(question).values})
    columns = (*_SHARED, "satisfied", *(f"n_{value}" for value in values), *_SUMS)
    rows = _Rows(tally, questionnaire, values, language)
    return write_table(columns, ((*shared, *row) for row in rows.of(score)))


class _Rows:
    def __init__(self, tally: Tally, questionnaire: Questionnaire, values: list[int], language: str) -> None:
        self.tally, self.layout, self.values, self.language = tally, layout_of(questionnaire), values, language

    def of(self, score: OfficeScore) -> Iterator[tuple[object, ...]]:
        yield from self.criterion("overall", score.overall_question)
        yield from self.group("index", "", "", score.index, ALL_CRITERIA)
        for dimension in score.dimensions:
            name = text_in(dimension.name, self.language)
            yield from self.group("dimension", dimension.id, name, dimension.index, dimension.id)
            for criterion in dimension.criteria:
                yield from self.criterion("criterion", criterion)

    def criterion(self, level: str, found: CriterionScore) -> Iterator[tuple[object, ...]]:
        if found.counts is not None:
            _, scale = self.layout.questions[found.id]
            satisfied = "|".join(str(value) for value in scale.values if value in scale.satisfied)
            counts = (found.counts.get(value) for value in self.values)
            yield (level, found.id, text_in(found.name, self.language), satisfied, *counts, *(None for _ in _SUMS))

    def group(self, level: str, id_: str, name: str, found: Estimate, key: str) -> Iterator[tuple[object, ...]]:
        if found.percent is not None:
            sums = sums_of(self.layout, self.tally, key)
            yield (level, id_, name, None, *(None for _ in self.values), *sums[: len(_SUMS)])
