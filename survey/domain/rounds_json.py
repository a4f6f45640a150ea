"""A round as JSON: progress against the target, and both results with their difference (interface.md's ``E``)."""

from collections.abc import Sequence

from survey.domain.comparison import NotComparable
from survey.domain.estimation import Change
from survey.domain.questionnaire import Questionnaire, text_in
from survey.domain.rounds import Beside, Round, RoundOffice, RoundResult, obtained_half_width
from survey.domain.scoring import round_half_up
from survey.domain.scoring_json import Json, estimate_json


def round_json(the_round: Round, results: Sequence[RoundResult], questionnaire: Questionnaire, language: str) -> Json:
    """The round with each of its offices: figures rounded half-up to two decimals, null where hidden."""
    return {
        "round": {
            "key": the_round.key,
            "name": the_round.name,
            "questionnaire": the_round.questionnaire,
            "from": the_round.first_day.isoformat(),
            "to": the_round.last_day.isoformat(),
        },
        "offices": [_office(each, questionnaire, language) for each in results],
    }


def _office(result: RoundResult, questionnaire: Questionnaire, language: str) -> Json:
    names = [text_in(each.title, language) for each in questionnaire.dimensions]
    ids = [each.id for each in questionnaire.dimensions]
    return {
        "office": {"code": result.progress.office.code, "name": result.progress.office.name},
        **_progress(result.progress),
        "sample_responses": result.sample.responses,
        "sample_set_aside": result.sample.set_aside,
        "obtained_half_width": _shown(obtained_half_width(result.index.sample)),
        "index": _beside(result.index),
        "overall": _beside(result.overall),
        "dimensions": [
            {"id": key, "name": name, **_beside(each)}
            for key, name, each in zip(ids, names, result.dimensions, strict=True)
        ],
    }


def _progress(progress: RoundOffice) -> Json:
    return {
        "files": progress.files,
        "target": progress.target,
        "invited": progress.invited,
        "answered": progress.answered,
        "response_rate": None if progress.rate is None else float(round_half_up(progress.rate)),
        "half_width": _shown(progress.half_width),
    }


def _beside(pair: Beside) -> Json:
    return {
        "counter": estimate_json(pair.counter),
        "sample": estimate_json(pair.sample),
        "difference": None if isinstance(pair.difference, NotComparable) else _difference(pair.difference),
    }


def _difference(found: Change) -> Json:
    return {
        "points": float(round_half_up(found.points)),
        "low": _shown(found.low),
        "high": _shown(found.high),
        "clear": found.clear,
    }


def _shown(value: float | None) -> float | None:
    return None if value is None else float(round_half_up(value))
