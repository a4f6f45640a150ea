"""Numbers side by side (Q2, Q5): open and proven answers, with and without those set aside, each channel, self-run and
independent; and whether two of them differ beyond chance.

Everything comes from tallies by channel and standing, so it costs the same however many answered. Two numbers that add
up to a published third are both hidden where one of them is: the other would give it away (M12).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, Literal

from survey.domain.comparison import NotComparable, change_of
from survey.domain.estimation import BaseRules, Change
from survey.domain.questionnaire import Method, Questionnaire
from survey.domain.scoring import ALL_CHANNELS, HEADLINE_CHANNELS, Estimate, score
from survey.domain.tally import Standing, Tally, layout_of, total

# What is held against what; the two never share a respondent, so M10's interval holds.
Pair = Literal["verified", "set_aside", "independent", "staff_entered", "channel"]
COUNTED: Final[tuple[Standing, ...]] = ("open", "verified")
# Each of these is held against the other two; a slip's channel says what "verified" says already.
_HELD_AGAINST_THE_REST: Final = ("poster", "kiosk", "link")
Tallies = Mapping[tuple[str, Standing], Tally]


@dataclass(frozen=True, slots=True)
class Portion:
    """What some of the responses say."""

    responses: int
    overall: Estimate
    index: Estimate


def _hidden(estimate: Estimate) -> Estimate:
    if estimate.status == "no_data":
        return estimate
    return Estimate("suppressed", withheld=estimate.status != "suppressed" or estimate.withheld)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The difference of two indices, ``one`` minus ``other``, over different respondents (M10)."""

    pair: Pair
    one: Portion
    other: Portion
    index: Change | NotComparable
    channel: str = ""

    @property
    def clear(self) -> bool:
        """Whether they differ beyond chance."""
        return isinstance(self.index, Change) and self.index.clear

    @property
    def indicative(self) -> bool:
        """Whether one of the two rests on so few that it is indicative only (M11)."""
        return "indicative" in (self.one.index.status, self.other.index.status)


@dataclass(frozen=True, slots=True)
class Standings:
    """The numbers of one office, or desk, in one period.

    ``headline`` is ``open`` and ``verified`` together; ``with_set_aside`` shares its respondents with the headline, so
    between these two there is a plain difference and no interval. ``channels`` holds those that brought anything,
    without what was set aside; ``comparisons`` stand in the order in which they are told.
    """

    headline: Portion
    open: Portion
    verified: Portion
    set_aside: Portion
    with_set_aside: Portion
    channels: Mapping[str, Portion]
    comparisons: tuple[Comparison, ...]

    @property
    def verified_share(self) -> Fraction | None:
        """How many of a hundred responses of the headline were proven by a slip; None where there is none at all."""
        counted = self.headline.responses
        return Fraction(100 * self.verified.responses, counted) if counted else None

    @property
    def moved_by_set_aside(self) -> Fraction | None:
        """By how many points the index would move if what is set aside counted; None where one of the two is hidden."""
        one, other = self.with_set_aside.index.percent, self.headline.index.percent
        return None if one is None or other is None else one - other


def tallies_of(tallies: Tallies, channels: Collection[str], standings: Collection[Standing]) -> list[Tally]:
    """Those of the tallies that are of these channels and standings."""
    return [tally for (channel, standing), tally in tallies.items() if channel in channels and standing in standings]


def standings_of(
    tallies: Tallies,
    questionnaire: Questionnaire,
    *,
    method: Method | None = None,
    channels: Iterable[str] = HEADLINE_CHANNELS,
    rules: BaseRules | None = None,
) -> Standings:
    """The numbers side by side; ``channels`` are those of the headline."""
    return _Standings(tallies, questionnaire, method, tuple(channels), rules).all()


@dataclass(frozen=True, slots=True)
class _Standings:
    tallies: Tallies
    questionnaire: Questionnaire
    method: Method | None
    chosen: tuple[str, ...]
    rules: BaseRules | None

    def all(self) -> Standings:
        headline = self.portion(self.chosen, COUNTED)
        open_, verified = _both_or_none(self.portion(self.chosen, ("open",)), self.portion(self.chosen, ("verified",)))
        aside, whole = self.portion(self.chosen, ("set_aside",)), self.portion(self.chosen, (*COUNTED, "set_aside"))
        by_channel = {each: self.portion((each,), COUNTED) for each in ALL_CHANNELS}
        return Standings(
            headline=headline,
            open=open_,
            verified=verified,
            set_aside=aside,
            with_set_aside=_unless_told_by(whole, headline, aside),
            channels={each: portion for each, portion in by_channel.items() if portion.responses},
            comparisons=(
                _comparison("verified", verified, open_),
                _comparison("set_aside", aside, headline),
                _comparison("independent", self.other(by_channel, "invitation"), headline),
                _comparison("staff_entered", self.other(by_channel, "paper"), self.other(by_channel, "invitation")),
                *self.channels_against_the_rest(by_channel),
            ),
        )

    def portion(self, channels: Collection[str], standings: Sequence[Standing]) -> Portion:
        parts = tallies_of(self.tallies, channels, standings)
        if not parts:
            return _NOTHING
        tally = total(layout_of(self.questionnaire), parts)
        found = score(tally, self.questionnaire, method=self.method, rules=self.rules, with_criteria=False)
        return Portion(found.responses, found.overall, found.index)

    def other(self, by_channel: Mapping[str, Portion], channel: str) -> Portion:
        """A channel beside the headline; nothing where somebody chose to count it in."""
        return _NOTHING if channel in self.chosen else by_channel[channel]

    def channels_against_the_rest(self, by_channel: Mapping[str, Portion]) -> Iterable[Comparison]:
        for channel in _HELD_AGAINST_THE_REST:
            rest = tuple(each for each in _HELD_AGAINST_THE_REST if each != channel and each in self.chosen)
            if channel in self.chosen and by_channel[channel].responses and rest:
                one, other = _both_or_none(by_channel[channel], self.portion(rest, COUNTED))
                if other.responses:
                    yield _comparison("channel", one, other, channel)


_NOTHING: Final = Portion(0, Estimate("no_data"), Estimate("no_data"))


def _comparison(pair: Pair, one: Portion, other: Portion, channel: str = "") -> Comparison:
    return Comparison(pair, one, other, change_of(one.index, other.index), channel)


def _both_or_none(one: Portion, other: Portion) -> tuple[Portion, Portion]:
    """Two parts of a shown whole: where one figure is suppressed the other is hidden too."""
    index, other_index = _pair(one.index, other.index)
    overall, other_overall = _pair(one.overall, other.overall)
    return replace(one, index=index, overall=overall), replace(other, index=other_index, overall=other_overall)


def _pair(one: Estimate, other: Estimate) -> tuple[Estimate, Estimate]:
    return (_hidden(one), _hidden(other)) if "suppressed" in (one.status, other.status) else (one, other)


def _unless_told_by(whole: Portion, one: Portion, other: Portion) -> Portion:
    """The whole of two parts, hidden where one of them is suppressed: it is what is left of the whole."""
    index = _hidden(whole.index) if "suppressed" in (one.index.status, other.index.status) else whole.index
    overall = _hidden(whole.overall) if "suppressed" in (one.overall.status, other.overall.status) else whole.overall
    return replace(whole, index=index, overall=overall)
