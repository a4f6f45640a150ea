"""A month of honest citizens: of every kind the rules must leave alone."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from benchmarks.attack.people import (
    AT_A_SWEEP,
    FAST,
    SLOW,
    USUAL,
    answered,
    comment,
    fill,
    moments,
    opinion,
    poisson,
    straight,
    tap,
)
from benchmarks.attack.world import MONTH, Desk, Filled, Office, Phone, Province

# Who answers at a desk, apart from families, tablets, volunteers and those at home.
_KINDS: Final = (("slow", 0.2), ("usual", 0.33), ("fast", 0.12), ("contented at a sweep", 0.13), ("tap only", 0.22))
_PACES: Final = {"slow": SLOW, "usual": USUAL, "fast": FAST, "contented at a sweep": AT_A_SWEEP}
_EVENING: Final = ((time(11, 30), time(13, 0), 0.2), (time(17, 30), time(19, 0), 0.3), (time(19, 0), time(22, 30), 0.5))


def month(seed: int, province: Province, office: Office) -> list[Filled]:
    """Everything that honest people send to an office in the month."""
    return [each for day in MONTH for each in _day(Random(f"{seed}|{office.name}|{day}"), province, office, day)]


def _day(random: Random, province: Province, office: Office, day: date) -> Iterator[Filled]:
    outage = random.random() < 0.02
    for desk in office.desks:
        sent = list(_of_desk(random, province, office, desk, day))
        arrived = _held_back(random, sent, day) if outage else sent
        # Nobody printed new ones: on some days none are left, from the morning or from some hour on.
        left_until = random.choice((0.0, random.uniform(8, 17))) if random.random() < 0.03 else 24.0
        for each in arrived:
            yield _perhaps_with_slip(random, office, each) if each.tapped_at.hour < left_until else each


def _perhaps_with_slip(random: Random, office: Office, filled: Filled) -> Filled:
    """Some use the slip that they were given; a tablet takes none."""
    if filled.channel == "kiosk" or random.random() > office.slips:
        return filled
    return replace(filled, slip=f"{random.getrandbits(60):x}", channel="slip")


def _of_desk(random: Random, province: Province, office: Office, desk: Desk, day: date) -> Iterator[Filled]:
    yield from _evening(random, province, office, desk, day)
    if not office.is_open_on(day):
        return
    hours = [
        (datetime.combine(day, opens), datetime.combine(day, closes), weight)
        for (opens, closes), weight in zip(office.surroundings.hours[day.weekday()], (0.62, 0.38), strict=False)
    ]
    busy = random.lognormvariate(-0.06, 0.35) * (2.5 if random.random() < 0.05 else 1)
    for at in moments(random, poisson(random, desk.per_day * busy), hours):
        yield from _party(random, province, office, desk, at)
    if random.random() < 0.06:  # a vehicle from the villages, or a ceremony: many are done at the same time
        opens, number = random.choice(hours)[0], random.randint(12, 40)
        yield from _crowd(random, province, office, desk, opens=opens, number=number, minutes=35)
    if random.random() < 0.008:
        opens, number = hours[0][0], random.randint(120, 200)
        yield from _crowd(random, province, office, desk, opens=opens, number=number, minutes=240)
    if office.volunteer and desk is office.desks[0]:
        yield from _helped(random, office, desk, hours)
    if random.random() < 0.15:  # served after the doors were shut
        yield from _late(random, province, office, desk, hours[-1][1])


# --- at the desk ------------------------------------------------------------------------------------------


def _phone(random: Random, province: Province, office: Office, wifi: float | None = None) -> Phone:
    here = random.random() < (office.on_wifi if wifi is None else wifi)
    return Phone(office.address if here else province.mobile(random), province.agent(random))


def _party(random: Random, province: Province, office: Office, desk: Desk, at: datetime) -> Iterator[Filled]:
    if desk.tablet and random.random() < 0.5:
        yield from _at_the_tablet(random, office, desk, at)
    elif random.random() < 0.04:
        yield from _family(random, province, office, desk, at)
    else:
        kind = random.choices([name for name, _ in _KINDS], [share for _, share in _KINDS])[0]
        yield _person(random, office, kind, kind, desk=desk, phone=_phone(random, province, office), at=at)


def _person(
    random: Random,
    office: Office,
    label: str,
    kind: str,
    *,
    desk: Desk,
    phone: Phone,
    at: datetime,
    channel: str = "poster",
) -> Filled:
    if kind == "tap only":
        return tap(random, label, desk=desk.code, phone=phone, at=at, channel=channel)
    count = answered(random, office)
    same = kind == "contented at a sweep"
    values = (straight if same else opinion)(random, office, count)
    text = "" if same or channel == "kiosk" else comment(random)
    pace = _PACES[kind].person(random)
    return fill(random, label, desk=desk.code, phone=phone, at=at, values=values, per_criterion=pace, channel=channel,
                text=text)  # fmt: skip


def _any_kind(random: Random) -> str:
    return random.choices([name for name, _ in _KINDS], [share for _, share in _KINDS])[0]


def _family(random: Random, province: Province, office: Office, desk: Desk, at: datetime) -> Iterator[Filled]:
    """Two to six who share one telephone, one after the other."""
    phone = _phone(random, province, office)
    for _ in range(random.choices((2, 3, 4, 5, 6), (0.5, 0.25, 0.13, 0.08, 0.04))[0]):
        one = _person(random, office, "family on one phone", _any_kind(random), desk=desk, phone=phone, at=at)
        yield one
        at = (one.completed_at or one.tapped_at) + timedelta(seconds=random.lognormvariate(3.0, 0.8))


def _at_the_tablet(random: Random, office: Office, desk: Desk, at: datetime) -> Iterator[Filled]:
    """The page stands there since the last one left; some hundred seconds are nothing unusual."""
    phone = Phone(office.address, "tablet")
    one = _person(random, office, "tablet", _any_kind(random), desk=desk, phone=phone, at=at, channel="kiosk")
    one.issued_at -= timedelta(seconds=random.expovariate(1 / 300))
    yield one


def _crowd(
    random: Random, province: Province, office: Office, desk: Desk, *, opens: datetime, number: int, minutes: int
) -> Iterator[Filled]:
    label = "crowd of a morning" if minutes > 60 else "group at one time"
    start = opens + timedelta(minutes=random.uniform(0, 240 - minutes))
    for at in moments(random, number, [(start, start + timedelta(minutes=minutes), 1.0)]):
        phone = _phone(random, province, office, 0.9 if office.on_wifi else 0.0)
        yield _person(random, office, label, _any_kind(random), desk=desk, phone=phone, at=at)


def _helped(
    random: Random, office: Office, desk: Desk, hours: Sequence[tuple[datetime, datetime, float]]
) -> Iterator[Filled]:
    """A volunteer reads the questions to those who cannot, on a telephone of his own, and they may be queueing."""
    phone = Phone(office.address, "chrome-0")
    free = hours[0][0]
    for at in moments(random, random.randint(2, 12), hours):
        begun = max(at, free)
        kind = random.choice(("slow", "usual"))
        one = _person(random, office, "helped by a volunteer", kind, desk=desk, phone=phone, at=begun)
        yield one
        free = (one.completed_at or one.tapped_at) + timedelta(seconds=random.uniform(5, 60))


def _late(random: Random, province: Province, office: Office, desk: Desk, closes: datetime) -> Iterator[Filled]:
    for _ in range(random.randint(1, 3)):
        at = closes + timedelta(minutes=random.uniform(0, 45))
        phone = _phone(random, province, office)
        yield _person(random, office, "after closing", _any_kind(random), desk=desk, phone=phone, at=at)


# --- elsewhere --------------------------------------------------------------------------------------------


def _evening(random: Random, province: Province, office: Office, desk: Desk, day: date) -> Iterator[Filled]:
    """At home: from a photograph of the poster, an appointment slip or a link that was sent."""
    spans = [(datetime.combine(day, start), datetime.combine(day, end), weight) for start, end, weight in _EVENING]
    closed_day = 1 if office.is_open_on(day) else 0.4
    for at in moments(random, poisson(random, 0.09 * desk.per_day * closed_day), spans):
        phone = Phone(province.at_home(random), province.agent(random))
        channel = "link" if random.random() < 0.4 else "poster"
        yield _person(random, office, "at home", _any_kind(random), desk=desk, phone=phone, at=at, channel=channel)


def _held_back(random: Random, sent: list[Filled], day: date) -> Iterator[Filled]:
    """The network was down for an hour or two: what was filled in meanwhile comes when it is back."""
    start = datetime.combine(day, time(8)) + timedelta(minutes=random.uniform(0, 400))
    back = start + timedelta(minutes=random.uniform(40, 120))
    for each in sent:
        if start <= each.tapped_at < back:
            arrives = back + timedelta(seconds=random.expovariate(1 / 60))
            done = arrives if each.completed_at else None
            yield replace(each, label="waiting for the network", tapped_at=arrives, completed_at=done)
        else:
            yield each
