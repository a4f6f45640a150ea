"""What stands beside an office's index so that it can be believed: numbers side by side, response rate, weights."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from survey.domain.estimation import BaseRules, SixSums
from survey.domain.message import Message
from survey.domain.questionnaire import Method, Questionnaire
from survey.domain.scoring import HEADLINE_CHANNELS, OfficeScore, score
from survey.domain.standing_words import comparison, proof, response_rate, set_aside, weighted, worth_telling
from survey.domain.standings import COUNTED, Standings, Tallies, tallies_of
from survey.domain.tally import ALL_CRITERIA, Tally, layout_of, sums_of, total
from survey.domain.weighting import ResponseRate, Stratum, Weighted, weighted_index

_NO_SUMS: Final = SixSums(0, 0, 0, 0, 0, 0, 0)
_WITH_INTERVAL: Final = ("share", "all")


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence; ``striking`` where two numbers differ beyond chance or responses outnumber transactions."""

    words: Message
    striking: bool = False


@dataclass(frozen=True, slots=True)
class Credibility:
    """Everything that stands beside one index; ``weighted`` is None where its parts were not asked for."""

    standings: Standings
    rate: ResponseRate
    weighted: Weighted | None = None

    def findings(self, score: OfficeScore, rules: BaseRules | None = None) -> tuple[Finding, ...]:
        """All of it in words: what nobody must overlook first, then in order."""
        return tuple(sorted(self._findings(score, rules), key=lambda each: not each.striking))

    def _findings(self, score: OfficeScore, rules: BaseRules | None) -> Iterator[Finding]:
        yield Finding(proof(self.standings))
        for each in self.standings.comparisons:
            if worth_telling(each):
                yield Finding(comparison(each, rules), striking=each.clear)
        if self.standings.set_aside.responses:
            yield Finding(set_aside(self.standings))
        yield Finding(response_rate(self.rate), striking=self.rate.exceeded)
        weights = weighted(self.weighted, index=score.index.percent, rules=rules) if self.weighted else None
        if weights is not None:
            yield Finding(weights)

    def sentences(self, score: OfficeScore, rules: BaseRules | None = None) -> tuple[Message, ...]:
        """The findings in their order, as sentences alone."""
        return tuple(each.words for each in self.findings(score, rules))


@dataclass(frozen=True, slots=True)
class WeighedPart:
    """A desk of the office, or an office below it: its tallies, and its transactions where they are known."""

    code: str
    name: str
    tallies: Tallies
    transactions: int | None


def weigh(
    parts: Sequence[WeighedPart],
    questionnaire: Questionnaire,
    *,
    method: Method | None = None,
    channels: Collection[str] = HEADLINE_CHANNELS,
    rules: BaseRules | None = None,
) -> Weighted:
    """The weighted index of an office out of its parts (M13); what it lacks where it cannot be had."""
    used = method or questionnaire.method
    known = all(each.transactions is not None for each in parts)
    strata = [_stratum(each, questionnaire, used, channels) if known else _unknown(each) for each in parts]
    return weighted_index(strata, with_interval=used.kind in _WITH_INTERVAL, rules=rules)


def _unknown(part: WeighedPart) -> Stratum:
    """A part of something that cannot be weighed: 500 offices need not be summed for it."""
    return Stratum(part.code, part.name, _NO_SUMS, None, part.transactions)


def _stratum(part: WeighedPart, questionnaire: Questionnaire, method: Method, channels: Collection[str]) -> Stratum:
    tally = total(layout_of(questionnaire), tallies_of(part.tallies, channels, COUNTED))
    sums = _sums(tally, questionnaire, method)
    if sums.k == 0:
        return _unknown(part)
    if method.kind in _WITH_INTERVAL:  # what is counted are shares: five hundred offices need no further figure
        return Stratum(part.code, part.name, sums, Fraction(100 * sums.s, sums.m), part.transactions)
    shown = score(tally, questionnaire, method=method, rules=BaseRules.for_operator(1), with_criteria=False)
    return Stratum(part.code, part.name, sums, shown.index.percent, part.transactions)


def _sums(tally: Tally, questionnaire: Questionnaire, method: Method) -> SixSums:
    """The six sums of what the method counts: answers, or under ``all`` the respondents themselves."""
    found = sums_of(layout_of(questionnaire), tally, ALL_CRITERIA)
    if method.kind != "all":
        return found
    content = found.all_satisfied
    return SixSums(k=found.k, s=content, m=found.k, ss=content, sm=content, mm=found.k, all_satisfied=content)
