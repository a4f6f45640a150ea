"""The demonstration province: invented offices, and the responses their invented visitors send.

Everything comes from ``random.Random(seed)``: the same arguments give the same province and the same responses.
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate, groupby
from random import Random
from typing import Final, NamedTuple, TypeVar

from survey.domain.demonstration_people import Respondents, Submitted, subjects_of
from survey.domain.demonstration_places import (
    FEWEST_OFFICES,
    MOST_OFFICES,
    Place,
    Province,
    draws_of,
    make_province,
)
from survey.domain.questionnaire import Catalogue

__all__ = ["FEWEST_OFFICES", "MOST_OFFICES", "SentResponse", "make_province", "send_responses"]

Drawn = TypeVar("Drawn")

TOO_FAST = "too_fast"
_TOO_FAST = 0.01


class Season(NamedTuple):
    """What a month does to how many come and to how they feel."""

    visitors: float
    mood: float


# Before and after Tết, and in July when half of the staff is on leave, few come and those wait longer.
_SEASONS: Final[Mapping[int, Season]] = {1: Season(0.85, -0.2), 2: Season(0.55, -0.35), 7: Season(0.75, -0.35)}
_USUAL: Final = Season(1.0, 0.0)
_BY_WEEKDAY: Final = (1.3, 1.1, 1.0, 0.95, 0.85, 0.12, 0.02)
_HOLIDAYS: Final = frozenset({(1, 1), (4, 30), (5, 1), (9, 2)})
_SATURDAY, _SUNDAY = 5, 6

_AT_THE_DESK: Final[Mapping[int, float]] = {
    7: 0.4,
    8: 1.2,
    9: 1.5,
    10: 1.3,
    11: 0.4,
    13: 0.7,
    14: 1.1,
    15: 1.0,
    16: 0.6,
}
_ON_SATURDAY: Final[Mapping[int, float]] = {7: 0.5, 8: 1.2, 9: 1.4, 10: 1.1, 11: 0.4}
_AT_HOME: Final[Mapping[int, float]] = {9: 0.4, 11: 0.6, 12: 1.0, 17: 0.6, 18: 0.8, 19: 1.2, 20: 1.5, 21: 1.0, 22: 0.4}
_CHANNELS: Final[Mapping[str, Mapping[str, float]]] = {
    "commune": {"poster": 0.8, "link": 0.12, "paper": 0.08},
    "department": {"poster": 0.6, "kiosk": 0.25, "link": 0.15},
    "unit": {"poster": 0.5, "kiosk": 0.38, "link": 0.12},
}


@dataclass(frozen=True, slots=True)
class SentResponse:
    """What one invented person sends to a desk. ``received_hour`` is None for paper, which is typed in later."""

    desk_code: str
    key: str
    channel: str
    received_on: date
    received_hour: int | None
    submitted: Submitted
    set_aside: tuple[str, ...]


def send_responses(province: Province, catalogue: Catalogue, *, responses: int, seed: int) -> Iterator[SentResponse]:
    """So many responses, day by day and desk by desk. UnknownQuestionnaire without the two SIPAS instruments."""
    random = draws_of(seed, "responses")
    days = [province.first + timedelta(days=i) for i in range((province.last - province.first).days + 1)]
    visitors = [_respondents(place, catalogue, random, seed) for place in province.places]
    for day, place in _visits(province.places, days, responses, random):
        asked = province.places[place]
        part = day / len(days)
        mood = asked.mood + asked.drift * part + _season(days[day]).mood
        yield _send(asked, days[day], visitors[place], mood, random)


def _respondents(place: Place, catalogue: Catalogue, random: Random, seed: int) -> Respondents:
    questionnaire = catalogue.get(place.desk.questionnaire)
    return Respondents(questionnaire, subjects_of(questionnaire, place.office.code, seed=seed), random)


def _season(day: date) -> Season:
    return _SEASONS.get(day.month, _USUAL)


def _visits(places: Sequence[Place], days: Sequence[date], responses: int, random: Random) -> list[tuple[int, int]]:
    """Index of day and place of every response, in order."""
    few = [visit for i, place in enumerate(places) for visit in _few_visits(i, place, days, random)]
    random.shuffle(few)
    few = few[: responses // 2]  # in a very small demonstration the quiet desks would leave nothing for the others
    cells = [
        (day, i, place.weight * _come_on(days[day]) * (0.7 + 0.3 * day / len(days)))
        for i, place in enumerate(places)
        for day in range(len(days))
        if place.weight and place.desk.is_open_on(days[day])
    ]
    weights = list(accumulate(weight for _, _, weight in cells))
    many = random.choices(cells, cum_weights=weights, k=responses - len(few))
    return sorted([*few, *((day, place) for day, place, _ in many)])


def _come_on(day: date) -> float:
    closed = (day.month, day.day) in _HOLIDAYS
    return _BY_WEEKDAY[_SUNDAY if closed else day.weekday()] * _season(day).visitors


def _few_visits(index: int, place: Place, days: Sequence[date], random: Random) -> Iterator[tuple[int, int]]:
    if place.per_month is None:
        return
    for _, month in groupby(range(len(days)), key=lambda i: (days[i].year, days[i].month)):
        indices = list(month)
        number = round(random.randint(*place.per_month) * min(len(indices) / 28, 1))
        weights = [_come_on(days[i]) for i in indices]
        yield from ((day, index) for day in random.choices(indices, weights, k=number))


def _send(place: Place, day: date, respondents: Respondents, mood: float, random: Random) -> SentResponse:
    off = day.weekday() == _SUNDAY or (day.month, day.day) in _HOLIDAYS
    channel = "link" if off else _draw(_CHANNELS[place.office.kind], random)
    hasty = channel != "paper" and random.random() < _TOO_FAST
    return SentResponse(
        desk_code=place.desk.code,
        key=urlsafe_b64encode(random.randbytes(16)).rstrip(b"=").decode(),
        channel=channel,
        received_on=day,
        received_hour=None if channel == "paper" else _hour(channel, day, random),
        submitted=respondents.submit_hastily(mood) if hasty else respondents.submit(mood, channel),
        set_aside=(TOO_FAST,) if hasty else (),
    )


def _hour(channel: str, day: date, random: Random) -> int:
    if channel == "link":
        return _draw(_AT_HOME, random)
    return _draw(_ON_SATURDAY if day.weekday() == _SATURDAY else _AT_THE_DESK, random)


def _draw(weights: Mapping[Drawn, float], random: Random) -> Drawn:
    return random.choices(list(weights), list(weights.values()))[0]
