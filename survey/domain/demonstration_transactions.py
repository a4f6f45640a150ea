"""How many transactions the invented offices had: many more than answered, but for one desk that shows the opposite."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from survey.domain.demonstration import SentResponse
from survey.domain.demonstration_places import Place, Province, draws_of
from survey.domain.periods import Calendar, Period, last_months, month_of
from survey.domain.scoring import HEADLINE_CHANNELS
from survey.domain.transactions import Transactions

_ANSWERING: Final = (0.06, 0.3)  # the share of those served who answer, by desk
_UNANSWERED: Final = (25, 90)  # transactions a month where nobody answers
_CROWDED: Final = 0.8  # transactions per answer at the desk that has more answers than transactions


@dataclass(slots=True)
class Visits:
    """How many answers each desk had in each month, counted while they pass."""

    calendar: Calendar
    by_month: Counter[tuple[str, str]] = field(default_factory=Counter)

    def counted(self, sent: Iterable[SentResponse]) -> Iterator[SentResponse]:
        """The responses as they come."""
        for each in sent:
            if each.channel in HEADLINE_CHANNELS:
                self.by_month[each.desk_code, month_of(each.received_on, self.calendar).key] += 1
            yield each


def tell_transactions(province: Province, visits: Visits, *, seed: int) -> Iterator[Transactions]:
    """Numbers for every desk and every month that is over; ``office_id`` is that of the province's own tree."""
    months = [month for month in _months(province, visits.calendar) if month.last <= province.last]
    crowded = _crowded(province)
    random = draws_of(seed, "transactions")
    for place in province.places:
        share, few = random.uniform(*_ANSWERING), random.randint(*_UNANSWERED)
        for month in months:
            jitter = random.uniform(0.85, 1.15)
            if place.desk.opens_after(month.last) or place.desk.retired_before(month.first):
                continue
            answers = visits.by_month[place.desk.code, month.key]
            per_answer = _CROWDED if place is crowded else jitter / share
            number = round(answers * per_answer) if answers else round(few * jitter)
            office = province.tree.serving(place.office.id, month.first)
            yield Transactions(office.id, place.desk.code, month.first, month.last, number)


def _months(province: Province, calendar: Calendar) -> list[Period]:
    newest = month_of(province.last, calendar)
    number = (newest.last.year - province.first.year) * 12 + newest.last.month - province.first.month + 1
    return list(last_months(newest, number))


def _crowded(province: Province) -> Place:
    """The first desk of the last commune that is neither quiet nor closed."""
    communes = [each for each in province.places if each.office.kind == "commune" and each.per_month is None]
    offices = [each.office.id for each in communes if each.weight and each.office.valid_to is None]
    return next(each for each in communes if each.office.id == offices[-1])
