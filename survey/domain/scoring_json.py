"""An office's score as the JSON of interface.md ("scores JSON"): a contract that may be extended, not broken."""

from fractions import Fraction

from survey.domain.comparison import NotComparable
from survey.domain.credibility import Credibility
from survey.domain.questionnaire import text_in
from survey.domain.scoring import CriterionScore, DimensionScore, Estimate, OfficeScore, round_half_up
from survey.domain.standing_words import comparison
from survey.domain.standings import Comparison, Portion
from survey.domain.weighting import Stratum, Weighted

Json = dict[str, object]


def as_json(score: OfficeScore, language: str = "vi", beside: Credibility | None = None) -> Json:
    """The score as plain values: figures rounded half-up to two decimals, null where hidden, names in a language.

    ``beside`` adds the keys that say how far the index can be believed; their sentences are Vietnamese.
    """
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
        **(_beside(score, beside) if beside else {}),
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


# --- how far it can be believed ---------------------------------------------------------------------------


def _beside(score: OfficeScore, beside: Credibility) -> Json:
    numbers, rate = beside.standings, beside.rate
    return {
        # Hidden too where the open ones are few: the headline less the verified ones would tell them (M12).
        "verified": _portion(numbers.verified),
        "open": _portion(numbers.open),
        "set_aside_apart": _portion(numbers.set_aside),
        "with_set_aside": {**_portion(numbers.with_set_aside), "moved": _shown(numbers.moved_by_set_aside)},
        "by_channel": {channel: _portion(each) for channel, each in numbers.channels.items()},
        "verified_share": _shown(numbers.verified_share),
        "comparisons": [_comparison(each) for each in numbers.comparisons],
        "transactions": rate.transactions,
        "response_rate": _shown(rate.percent),
        "more_responses_than_transactions": rate.exceeded,
        "weighted": None if beside.weighted is None else _weighted(beside.weighted),
        "in_words": [str(each) for each in beside.sentences(score)],
    }


def _portion(portion: Portion) -> Json:
    return {
        "responses": portion.responses,
        "overall": estimate_json(portion.overall),
        "index": estimate_json(portion.index),
    }


def _comparison(found: Comparison) -> Json:
    """``pair`` minus what it is held against; ``status`` why there are no points, or whether they are clear (M10)."""
    index = found.index
    if isinstance(index, NotComparable):
        difference: Json = {"status": index.reason, "points": None, "low": None, "high": None}
    else:
        limits = {"low": _shown(index.low), "high": _shown(index.high)}
        difference = {"status": "clear" if index.clear else "not_clear", "points": _shown(index.points), **limits}
    words = {"indicative": found.indicative, "in_words": str(comparison(found))}
    return {"pair": found.pair, "channel": found.channel or None, **difference, **words}


def _weighted(found: Weighted) -> Json:
    return {
        "percent": _shown(found.percent),
        "low": _shown(found.low),
        "high": _shown(found.high),
        "lack": found.lack,
        "lacking": list(found.lacking),
        "strata": [_stratum(each, found) for each in found.strata],
    }


def _stratum(each: Stratum, found: Weighted) -> Json:
    """Its figure only where the weighted index is given: then its base is rated."""
    told = found.percent is not None
    return {
        "code": each.code,
        "name": each.name,
        "transactions": each.transactions,
        "respondents": each.sums.k if told else None,
        "percent": _shown(each.percent) if told else None,
    }
