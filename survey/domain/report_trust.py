"""How far the index can be believed, as an official report says it: numbers side by side, rounded, and sentences."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from survey.domain.credibility import Credibility
from survey.domain.estimation import BaseRules
from survey.domain.report import Figure, SourceLine, Trust
from survey.domain.scoring import CHANNEL_NAMES, Estimate, OfficeScore, round_half_up
from survey.domain.standings import Portion


def trust_of(found: Credibility) -> Trust:
    """The numbers that stand beside the index, as they are printed."""
    weighted = found.weighted
    return Trust(
        sources=tuple(_sources(found)),
        transactions=found.rate.transactions,
        answered=found.rate.responses,
        response_rate=_rounded(found.rate.percent),
        weighted=_rounded(weighted.percent) if weighted else None,
        weighted_low=_rounded(weighted.low) if weighted else None,
        weighted_high=_rounded(weighted.high) if weighted else None,
    )


def _sources(found: Credibility) -> Iterator[SourceLine]:
    numbers = found.standings
    yield _line("Kết quả chính", numbers.headline, "headline")
    yield _line("Phiếu được xác thực bằng mã phiếu hẹn", numbers.verified, "verified")
    yield _line("Phiếu mở", numbers.open, "open")
    if numbers.set_aside.responses:
        yield _line("Tính cả phiếu để riêng", numbers.with_set_aside, "with_set_aside")
    for channel in ("invitation", "paper"):
        if channel in numbers.channels:
            yield _line(str(CHANNEL_NAMES[channel]), numbers.channels[channel], channel)


def _line(name: str, portion: Portion, source: str) -> SourceLine:
    return SourceLine(source, name, portion.responses, figure(portion.index))


def figure(estimate: Estimate) -> Figure:
    """The estimate as it is printed: rounded half-up to two decimals, hidden where it is hidden."""
    return Figure(
        status=estimate.status,
        respondents=estimate.respondents,
        base=estimate.base,
        satisfied=estimate.satisfied,
        percent=_rounded(estimate.percent),
        low=_rounded(estimate.low),
        high=_rounded(estimate.high),
        withheld=estimate.withheld,
    )


def _rounded(value: Fraction | float | None) -> Decimal | None:
    return None if value is None else round_half_up(value)


def trust_sentences(found: Credibility, score: OfficeScore, rules: BaseRules) -> tuple[str, ...]:
    """What these numbers say, what nobody must overlook first; () where there is nothing to believe or doubt."""
    if not found.standings.headline.responses:
        return ()
    return tuple(str(each) for each in found.sentences(score, rules))
