"""An office's score as a table: one line per figure, with the words and roundings of its JSON."""

from collections.abc import Iterator
from typing import Final

from survey.domain.scoring import OfficeScore
from survey.domain.scoring_json import Json, as_json
from survey.domain.table import write_table

_FIGURE: Final = ("status", "respondents", "base", "satisfied", "percent", "low", "high")
_BESIDE: Final = ("mean", "not_applicable", "unanswered")


def as_csv(score: OfficeScore, language: str = "vi") -> Iterator[str]:
    """CSV lines of a score, with the byte-order mark of Excel; hidden figures are empty, never 0 (promise 6).

    Columns: office, period (its first and last day), questionnaire, method, level (overall, index, dimension or
    criterion), id, name, the figure's seven fields, mean, not_applicable, unanswered, and one count per scale value.
    """
    values = sorted({value for each in score.dimensions for one in each.criteria for value in one.counts or ()})
    shared = (
        score.office_code,
        score.period.first,
        score.period.last,
        score.questionnaire_key,
        score.method.key,
    )
    columns = ("office", "from", "to", "questionnaire", "method", "level", "id", "name", *_FIGURE, *_BESIDE)
    rows = ((*shared, *row) for row in _rows(as_json(score, language), [str(value) for value in values]))
    return write_table((*columns, *(f"count_{value}" for value in values)), rows)


def _rows(score: Json, values: list[str]) -> Iterator[tuple[object, ...]]:
    yield _row("overall", {"id": "", "name": "", "index": score["overall"]}, values)
    yield _row("index", {"id": "", "name": "", "index": score["index"]}, values)
    for dimension in _list(score["dimensions"]):
        yield _row("dimension", dimension, values)
        for criterion in _list(dimension["criteria"]):
            yield _row("criterion", criterion, values)


def _row(level: str, figure: Json, values: list[str]) -> tuple[object, ...]:
    index, counts = _dict(figure["index"]), _dict(figure.get("counts") or {})
    return (
        level,
        figure["id"],
        figure["name"],
        *(index[column] for column in _FIGURE),
        *(figure.get(column) for column in _BESIDE),
        *(counts.get(value) for value in values),
    )


def _list(value: object) -> list[Json]:
    return value if isinstance(value, list) else []


def _dict(value: object) -> Json:
    return value if isinstance(value, dict) else {}
