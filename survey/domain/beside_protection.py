"""The numbers beside an index as they may be shown with it: no few of them can be computed from the others (M12)."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from survey.domain.comparison import change_of
from survey.domain.credibility import Credibility
from survey.domain.publication import INDEX, OVERALL, Publication, Shown, Sum, verified_key
from survey.domain.scoring import HEADLINE_CHANNELS, Estimate
from survey.domain.standings import Comparison, Portion, Standings

NOW: Final = "now"  # the score that they stand beside
_OPEN, _ASIDE, _WITH = "open", "set aside", "with set aside"


def add_beside(together: Publication, numbers: Standings) -> None:
    """Open and verified, with and without set-aside, each channel, and what a channel is held against."""
    verified = verified_key(NOW)
    for key, portion in _portions(numbers).items():
        together.add(key, _figures(portion))
    together.add_sum(Sum(NOW, (verified, _OPEN)))
    together.add_sum(Sum(_WITH, (NOW, _ASIDE)))
    headline = tuple(("channel", each) for each in numbers.channels if each in HEADLINE_CHANNELS)
    if headline:
        together.add_sum(Sum(NOW, headline))
    for each in numbers.comparisons:
        if each.pair == "channel":
            together.add_sum(Sum(NOW, (("channel", each.channel), ("rest", each.channel))))


def _portions(numbers: Standings) -> dict[Hashable, Portion]:
    """The numbers side by side by their keys; the headline is the score itself."""
    found: dict[Hashable, Portion] = {
        verified_key(NOW): numbers.verified,
        _OPEN: numbers.open,
        _ASIDE: numbers.set_aside,
        _WITH: numbers.with_set_aside,
    }
    for channel, portion in numbers.channels.items():
        found["channel", channel] = portion
    for each in numbers.comparisons:
        if each.pair == "channel":
            found["rest", each.channel] = each.other
    return found


def _figures(portion: Portion) -> dict[str, Estimate]:
    return {OVERALL: portion.overall, INDEX: portion.index}


def shown_credibility(found: Credibility, shown: Shown, parts: Iterable[Estimate] = ()) -> Credibility:
    """What stands beside an index, hidden where it must be. A weighted index would tell of a part that is withheld."""
    weighted = None if any(each.withheld for each in parts) else found.weighted
    return replace(found, standings=_standings(found.standings, shown), weighted=weighted)


def _standings(given: Standings, shown: Shown) -> Standings:
    headline = _portion(shown, NOW, given.headline)
    portions = {key: _portion(shown, key, each) for key, each in _portions(given).items()}
    return replace(
        given,
        headline=headline,
        open=portions[_OPEN],
        verified=portions[verified_key(NOW)],
        set_aside=portions[_ASIDE],
        with_set_aside=portions[_WITH],
        channels={channel: portions["channel", channel] for channel in given.channels},
        comparisons=tuple(_comparison(each, {NOW: headline, **portions}) for each in given.comparisons),
    )


def _portion(shown: Shown, key: Hashable, portion: Portion) -> Portion:
    return replace(
        portion,
        overall=shown.estimate(key, OVERALL, portion.overall),
        index=shown.estimate(key, INDEX, portion.index),
    )


_COMPARED: Final[Mapping[str, tuple[Hashable, Hashable]]] = {
    "verified": (verified_key(NOW), _OPEN),
    "set_aside": (_ASIDE, NOW),
    "independent": (("channel", "invitation"), NOW),
    "staff_entered": (("channel", "paper"), ("channel", "invitation")),
}


def _comparison(given: Comparison, portions: Mapping[Hashable, Portion]) -> Comparison:
    """The same two numbers as they are shown, and their difference where both are."""
    own = (("channel", given.channel), ("rest", given.channel))
    one_key, other_key = _COMPARED.get(given.pair, own)
    one = portions[one_key] if given.one.responses else given.one
    other = portions[other_key] if given.other.responses else given.other
    return replace(given, one=one, other=other, index=change_of(one.index, other.index))
