"""An office's score as the JSON of interface.md ("scores JSON"): a contract that may be extended, not broken."""

from fractions import Fraction

from survey.domain.questionnaire import text_in
from survey.domain.scoring import CriterionScore, DimensionScore, Estimate, OfficeScore, round_half_up

Json = dict[str, object]


def as_json(score: OfficeScore, language: str = "vi") -> Json:
    """The score as plain values: figures rounded half-up to two decimals, null where hidden, names in a language."""
    return {
        "office": {"code": score.office_code, "name": score.office_name},
        "questionnaire": score.questionnaire_key,
        "method": score.method.key,
        "period": {
            "from": score.period.first.isoformat(),
            "to": score.period.last.isoformat(),
            "calendar": score.period.calendar,
        },
        "responses": score.responses,
        "set_aside": score.set_aside,
        "channels": dict(score.channels),
        "verified": {
            "responses": score.verified.responses,
            "overall": estimate_json(score.verified.overall),
            "index": estimate_json(score.verified.index),
        },
        "overall": estimate_json(score.overall),
        "index": estimate_json(score.index),
        "dimensions": [_dimension(each, language) for each in score.dimensions],
    }


def estimate_json(estimate: Estimate) -> Json:
    """``E`` of interface.md."""
    return {
        "status": estimate.status,
        "respondents": estimate.respondents,
        "base": estimate.base,
        "satisfied": estimate.satisfied,
        "percent": _shown(estimate.percent),
        "low": _shown(estimate.low),
        "high": _shown(estimate.high),
    }


def _dimension(dimension: DimensionScore, language: str) -> Json:
    return {
        "id": dimension.id,
        "name": text_in(dimension.name, language),
        "index": estimate_json(dimension.index),
        "criteria": [_criterion(each, language) for each in dimension.criteria],
    }


def _criterion(criterion: CriterionScore, language: str) -> Json:
    counts = criterion.counts
    return {
        "id": criterion.id,
        "name": text_in(criterion.name, language),
        "index": estimate_json(criterion.index),
        "counts": None if counts is None else {str(value): number for value, number in counts.items()},
        "not_applicable": criterion.not_applicable,
        "unanswered": criterion.unanswered,
        "mean": _shown(criterion.mean),
    }


def _shown(value: Fraction | float | None) -> float | None:
    return None if value is None else float(round_half_up(value))
