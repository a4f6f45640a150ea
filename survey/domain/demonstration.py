"""The demonstration province: invented offices, and the responses their invented visitors send.

Everything comes from ``random.Random(seed)``: the same arguments give the same province and the same responses.
"""

from array import array
from base64 import urlsafe_b64encode
from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate, groupby
from random import Random
from typing import Final, Generic, NamedTuple, TypeVar

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
from survey.domain.trust import TOO_FAST

__all__ = ["FEWEST_OFFICES", "MOST_OFFICES", "SentResponse", "make_province", "send_responses"]

Drawn = TypeVar("Drawn")

_HASTY: Final = 0.01
# Of the poster's answers so many come from a slip; how much worse those feel where the open ones are inflated.
_WITH_SLIP: Final = {"commune": 0.25, "unit": 0.35}
_INFLATED: Final = 0.5
_DRAWN_AT_ONCE = 100_000


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


class _Urn(Generic[Drawn]):
    """Values with their weights, summed once: it is drawn from for every response."""

    __slots__ = ("_sums", "_values")

    def __init__(self, weights: Mapping[Drawn, float]) -> None:
        self._values, self._sums = tuple(weights), tuple(accumulate(weights.values()))

    def draw(self, random: Random) -> Drawn:
        return self._values[bisect(self._sums, random.random() * self._sums[-1])]


_AT_THE_DESK: Final = _Urn({7: 0.4, 8: 1.2, 9: 1.5, 10: 1.3, 11: 0.4, 13: 0.7, 14: 1.1, 15: 1.0, 16: 0.6})
_ON_SATURDAY: Final = _Urn({7: 0.5, 8: 1.2, 9: 1.4, 10: 1.1, 11: 0.4})
_AT_HOME: Final = _Urn({9: 0.4, 11: 0.6, 12: 1.0, 17: 0.6, 18: 0.8, 19: 1.2, 20: 1.5, 21: 1.0, 22: 0.4})
_CHANNELS: Final = {
    "commune": _Urn({"poster": 0.8, "link": 0.12, "paper": 0.08}),
    "department": _Urn({"poster": 0.6, "kiosk": 0.25, "link": 0.15}),
    "unit": _Urn({"poster": 0.5, "kiosk": 0.38, "link": 0.12}),
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
    verified: bool = False


def send_responses(province: Province, catalogue: Catalogue, *, responses: int, seed: int) -> Iterator[SentResponse]:
    """So many responses, day by day and desk by desk, each made when it is asked for.

    UnknownQuestionnaire without the two SIPAS instruments.
    """
    random, slips = draws_of(seed, "responses"), draws_of(seed, "slips")
    inflated = _inflated(province)
    days = [province.first + timedelta(days=i) for i in range((province.last - province.first).days + 1)]
    visitors = [_respondents(place, catalogue, random, seed) for place in province.places]
    for day, place, number in _visits(province.places, days, responses, random):
        asked = province.places[place]
        part = day / len(days)
        mood = asked.mood + asked.drift * part + _season(days[day]).mood
        for _ in range(number):
            slip = slips.random() < _WITH_SLIP.get(asked.office.kind, 0.0)
            proven = slip and asked.office.id == inflated
            yield _send(asked, days[day], visitors[place], mood - _INFLATED * proven, random, slip=slip)


def _inflated(province: Province) -> int | None:
    """The second commune that is neither quiet nor closed: what is proven there is clearly worse than what is open."""
    ids = [
        each.office.id
        for each in province.places
        if each.office.kind == "commune" and each.weight and each.office.valid_to is None
    ]
    return next((each for each in ids if each != ids[0]), None)


def _respondents(place: Place, catalogue: Catalogue, random: Random, seed: int) -> Respondents:
    questionnaire = catalogue.get(place.desk.questionnaire)
    return Respondents(questionnaire, subjects_of(questionnaire, place.office.code, seed=seed), random)


def _season(day: date) -> Season:
    return _SEASONS.get(day.month, _USUAL)


def _visits(
    places: Sequence[Place], days: Sequence[date], responses: int, random: Random
) -> Iterator[tuple[int, int, int]]:
    """Index of day and place, and how many come there, in order: one number for each, however many responses."""
    few = [visit for i, place in enumerate(places) for visit in _few_visits(i, place, days, random)]
    random.shuffle(few)
    few = few[: responses // 2]  # in a very small demonstration the quiet desks would leave nothing for the others
    weights = array("d", accumulate(_weights(places, days)))
    numbers = array("I", [0]) * len(weights)
    for place, day in few:
        numbers[place * len(days) + day] += 1
    for start in range(len(few), responses, _DRAWN_AT_ONCE):
        number = min(_DRAWN_AT_ONCE, responses - start)
        for cell in random.choices(range(len(weights)), cum_weights=weights, k=number):
            numbers[cell] += 1
    for day in range(len(days)):
        for place in range(len(places)):
            if number := numbers[place * len(days) + day]:
                yield day, place, number


def _weights(places: Sequence[Place], days: Sequence[date]) -> Iterator[float]:
    """How many of all come to each place on each day, in the order of places: more every day, none where it is shut."""
    on_days = [(day, _come_on(day), 0.7 + 0.3 * i / len(days)) for i, day in enumerate(days)]
    for place in places:
        for day, come, more in on_days:
            yield place.weight * come * more if place.weight and place.desk.is_open_on(day) else 0.0


def _come_on(day: date) -> float:
    closed = (day.month, day.day) in _HOLIDAYS
    return _BY_WEEKDAY[_SUNDAY if closed else day.weekday()] * _season(day).visitors


def _few_visits(index: int, place: Place, days: Sequence[date], random: Random) -> Iterator[tuple[int, int]]:
    """Index of place and day of every response to a quiet desk."""
    if place.per_month is None:
        return
    for _, month in groupby(range(len(days)), key=lambda i: (days[i].year, days[i].month)):
        indices = list(month)
        number = round(random.randint(*place.per_month) * min(len(indices) / 28, 1))
        weights = [_come_on(days[i]) for i in indices]
        yield from ((index, day) for day in random.choices(indices, weights, k=number))


def _send(
    place: Place, day: date, respondents: Respondents, mood: float, random: Random, *, slip: bool
) -> SentResponse:
    off = day.weekday() == _SUNDAY or (day.month, day.day) in _HOLIDAYS
    channel = "link" if off else _CHANNELS[place.office.kind].draw(random)
    proven = slip and channel == "poster"
    hasty = not proven and channel != "paper" and random.random() < _HASTY
    return SentResponse(
        desk_code=place.desk.code,
        key=urlsafe_b64encode(random.randbytes(16)).rstrip(b"=").decode(),
        channel="slip" if proven else channel,
        received_on=day,
        received_hour=None if channel == "paper" else _hour(channel, day, random),
        submitted=respondents.submit_hastily(mood) if hasty else respondents.submit(mood, channel),
        set_aside=(TOO_FAST.reason,) if hasty else (),
        verified=proven,
    )


def _hour(channel: str, day: date, random: Random) -> int:
    if channel == "link":
        return _AT_HOME.draw(random)
    return (_ON_SATURDAY if day.weekday() == _SATURDAY else _AT_THE_DESK).draw(random)
