"""An office's score as a table: one line per figure, with the words and roundings of its JSON."""

from collections.abc import Iterator, Sequence
from typing import Final

from survey.domain.credibility import Credibility
from survey.domain.scoring import OfficeScore
from survey.domain.scoring_json import Json, as_json
from survey.domain.table import write_table

_FIGURE: Final = ("status", "respondents", "base", "satisfied", "percent", "low", "high")
_BESIDE: Final = ("mean", "not_applicable", "unanswered")
_OF_BESIDE: Final = ("points", "transactions")


def as_csv(score: OfficeScore, language: str = "vi", beside: Credibility | None = None) -> Iterator[str]:
    """CSV lines of a score, with the byte-order mark of Excel; hidden figures are empty, never 0 (promise 6).

    Columns: office, period (its first and last day), questionnaire, method, level (overall, index, dimension or
    criterion), id, name, the figure's seven fields, mean, not_applicable, unanswered, and one count per scale value.
    ``beside`` adds lines (standing, channel, difference, weighted, response_rate) and the columns points and
    transactions.
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
    columns = (*columns, *(f"count_{value}" for value in values), *(_OF_BESIDE if beside else ()))
    found = as_json(score, language, beside)
    rows = [*_rows(found, [str(value) for value in values])]
    if beside:
        nothing = (None,) * len(_OF_BESIDE)
        rows = [*((*row, *nothing) for row in rows), *_beside_rows(found, columns[len(shared) :])]
    return write_table(columns, ((*shared, *row) for row in rows))


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


def _beside_rows(score: Json, columns: Sequence[str]) -> Iterator[tuple[object, ...]]:
    """What stands beside the index: each line fills the columns it has something for."""
    standings = {name: score[name] for name in ("open", "verified", "with_set_aside")}
    standings["set_aside"] = score["set_aside_apart"]
    for level, portions in (("standing", standings), ("channel", _dict(score["by_channel"]))):
        for name, portion in portions.items():
            yield _filled(columns, {"level": level, "id": name, **_dict(_dict(portion)["index"])})
    for each in _list(score["comparisons"]):
        limits = {name: each[name] for name in ("status", "points", "low", "high")}
        yield _filled(columns, {"level": "difference", "id": each["channel"] or each["pair"], **limits})
    if score["weighted"]:
        yield _filled(columns, {"level": "weighted", **_dict(score["weighted"])})
    rate = {"percent": score["response_rate"], "transactions": score["transactions"]}
    yield _filled(columns, {"level": "response_rate", "respondents": score["responses"], **rate})


def _filled(columns: Sequence[str], values: Json) -> tuple[object, ...]:
    return tuple(values.get(column) for column in columns)


def _list(value: object) -> list[Json]:
    return value if isinstance(value, list) else []


def _dict(value: object) -> Json:
    return value if isinstance(value, dict) else {}
