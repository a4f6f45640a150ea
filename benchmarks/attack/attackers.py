"""Those who send false answers. The rules are public, so they know them; none hurries more than he must."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from math import log
from random import Random
from typing import Final

from benchmarks.attack.people import fill, moments, new_key
from benchmarks.attack.world import MONTH, Filled, Office, Phone, Province

FALSE: Final = "false"
AGAIN: Final = "used before: "


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody who sends false answers: his pace from one form to the next, and what he ticks."""

    per_criterion: float
    top: int
    exact: bool  # the same value throughout, or now and then its neighbour

    def values(self, random: Random, count: int) -> tuple[int, ...]:
        """One form."""
        beside = self.top - 1 if self.top == 5 else self.top + 1
        same = self.exact or random.random() < 0.4
        return tuple(self.top if same or random.random() < 0.7 else beside for _ in range(count))


def _hand(random: Random, top: int) -> Hand:
    """Quick, but no quicker than the public limit allows; quicker with five questions than with 22 is nobody."""
    return Hand(0.95 + random.lognormvariate(log(0.7), 0.6), top, random.random() < 0.5)


def _sitting(
    random: Random, office: Office, hand: Hand, phone: Phone, *, desks: Sequence[str], at: datetime, number: int,
    pause: float, interrupted: float, channel: str = "poster",
) -> Iterator[Filled]:  # fmt: skip
    """Form after form on one telephone, with a breath between two and longer pauses now and then."""
    for i in range(number):
        desk = desks[i % len(desks)]
        values = hand.values(random, office.criteria)
        text = random.choice(_PASTED) if random.random() < 0.12 else ""
        per = hand.per_criterion * random.lognormvariate(0, 0.2)
        one = fill(random, FALSE, desk=desk, phone=phone, at=at, values=values, per_criterion=per, channel=channel,
                   text=text)  # fmt: skip
        yield one
        wait = random.lognormvariate(log(pause), 0.6)
        if random.random() < interrupted:
            wait += random.uniform(120, 600)
        at = (one.completed_at or at) + timedelta(seconds=wait)


_PASTED: Final = (
    "Cán bộ nhiệt tình, chu đáo",
    "Tôi rất hài lòng với thái độ phục vụ của cán bộ tại Bộ phận Một cửa",
    "Thủ tục nhanh gọn, cán bộ hướng dẫn tận tình, đúng hẹn, không phải đi lại",
    "Tốt",
)


def _split(random: Random, number: int, low: int, high: int) -> Iterator[int]:
    """The number in parts between two sizes; the last may be smaller."""
    while number > 0:
        part = min(random.randint(low, high), number)
        yield part
        number -= part


def _some_desks(random: Random, office: Office, alternating: float) -> list[str]:
    codes = [each.code for each in office.desks]
    random.shuffle(codes)
    return codes[: 1 if random.random() > alternating else random.randint(1, min(3, len(codes)))]


def _work_days(office: Office) -> list[date]:
    return [day for day in MONTH if office.is_open_on(day)]


def _staff_phone(random: Random, province: Province, office: Office) -> Phone:
    return Phone(office.address if random.random() < 0.5 else province.mobile(random), province.agent(random))


# --- by staff ---------------------------------------------------------------------------------------------


def after_hours(random: Random, province: Province, office: Office, number: int) -> Iterator[Filled]:
    """Fifty on one telephone when the doors are shut, through the office's Wi-Fi or the operator."""
    for part in _split(random, number, 30, 60):
        at = datetime.combine(random.choice(_work_days(office)), time(17, 0)) + timedelta(
            minutes=random.uniform(5, 240)
        )
        hand, phone = _hand(random, 5), _staff_phone(random, province, office)
        desks = _some_desks(random, office, 0.3)
        yield from _sitting(random, office, hand, phone, desks=desks, at=at, number=part, pause=12, interrupted=0.03)


def one_phone(random: Random, province: Province, office: Office, number: int) -> Iterator[Filled]:
    """The same while citizens come and go, with interruptions."""
    for part in _split(random, number, 20, 50):
        hours = [(time(7, 40), 170), (time(13, 30), 150), (time(11, 30), 90)]
        start, length = random.choice(hours)
        at = datetime.combine(random.choice(_work_days(office)), start) + timedelta(minutes=random.uniform(0, length))
        hand, phone = _hand(random, 5), _staff_phone(random, province, office)
        desks = _some_desks(random, office, 0.2)
        yield from _sitting(random, office, hand, phone, desks=desks, at=at, number=part, pause=15, interrupted=0.06)


def patient(random: Random, province: Province, office: Office, number: int, *, top: int = 5) -> Iterator[Filled]:
    """Several telephones, each a form now and then, through all hours of all days: nothing tells it from citizens."""
    phones = [_staff_phone(random, province, office) for _ in range(random.randint(4, 8))]
    hands = [_hand(random, top) for _ in phones]
    spans = [
        (datetime.combine(day, opens), datetime.combine(day, closes), 1.0)
        for day in _work_days(office)
        for opens, closes in office.surroundings.hours[day.weekday()]
    ]
    for at in moments(random, number, spans):
        who = random.randrange(len(phones))
        desks = [random.choice(office.desks).code]
        yield from _sitting(
            random, office, hands[who], phones[who], desks=desks, at=at, number=1, pause=1, interrupted=0
        )


def in_nines(random: Random, province: Province, office: Office, number: int) -> Iterator[Filled]:
    """One telephone whose owner has read the table of thresholds and stops in time, again and again."""
    days = _work_days(office)
    for part in _split(random, number, 5, 9):
        at = datetime.combine(random.choice(days), time(7, 40)) + timedelta(minutes=random.uniform(0, 540))
        hand, phone = _hand(random, 5), _staff_phone(random, province, office)
        desks = _some_desks(random, office, 0)
        yield from _sitting(random, office, hand, phone, desks=desks, at=at, number=part, pause=15, interrupted=0)


def patient_ones(random: Random, province: Province, office: Office, number: int) -> Iterator[Filled]:
    """The patient attack by those who wish the office ill."""
    return patient(random, province, office, number, top=1)


# --- by a program -----------------------------------------------------------------------------------------


def script(random: Random, province: Province, office: Office, number: int) -> Iterator[Filled]:
    """From one address, as fast as it goes; says it took its time, or nothing about it."""
    phone = Phone(f"192.0.{random.getrandbits(16)}", province.agent(random))
    desk = random.choice(office.desks).code
    at = _any_time(random)
    honest_looking = random.random() < 0.5
    for _ in range(number):
        at += timedelta(seconds=random.uniform(0.2, 1.5))
        one = _by_program(random, office, desk, phone, at)
        yield replace(one, claimed=random.randint(60, 240)) if honest_looking else one


def script_paced(random: Random, province: Province, office: Office, number: int) -> Iterator[Filled]:
    """From one address under a new name each time, each with a human's time, a minute or so apart, a part each day."""
    desk = random.choice(office.desks).code
    address = f"192.0.{random.getrandbits(16)}"
    for part in _split(random, number, 60, 300):
        at = datetime.combine(random.choice(_work_days(office)), time(8)) + timedelta(minutes=random.uniform(0, 240))
        for _ in range(part):
            at += timedelta(seconds=random.expovariate(1 / 50))
            one = _by_program(random, office, desk, Phone(address, province.agent(random)), at)
            yield replace(one, claimed=random.randint(4 * office.criteria, 10 * office.criteria))


def script_proxies(random: Random, province: Province, office: Office, number: int) -> Iterator[Filled]:
    """Through twenty addresses at once, within an hour or two."""
    desk = random.choice(office.desks).code
    addresses = [f"192.0.{random.getrandbits(16)}" for _ in range(20)]
    at = _any_time(random)
    for _ in range(number):
        at += timedelta(seconds=random.expovariate(1 / 12))
        phone = Phone(random.choice(addresses), province.agent(random))
        one = _by_program(random, office, desk, phone, at)
        yield replace(one, claimed=random.randint(4 * office.criteria, 10 * office.criteria))


def _any_time(random: Random) -> datetime:
    return datetime.combine(random.choice(MONTH), time()) + timedelta(minutes=random.uniform(0, 1300))


def _by_program(random: Random, office: Office, desk: str, phone: Phone, at: datetime) -> Filled:
    values = tuple(random.choices((5, 4, 3), (0.75, 0.23, 0.02), k=office.criteria))
    done = at + timedelta(seconds=random.uniform(0.2, 2))
    return Filled(FALSE, desk, phone, at, at, done, values, key=new_key(random))


# --- by others --------------------------------------------------------------------------------------------


def rival(random: Random, province: Province, office: Office, number: int) -> Iterator[Filled]:
    """A few people of another office, through its Wi-Fi or their operators, post 1s for an hour, two at a time."""
    address = f"203.9.{random.getrandbits(16)}"
    people = [
        (_hand(random, 1), Phone(address if random.random() < 0.6 else province.mobile(random), province.agent(random)))
        for _ in range(random.randint(3, 8))
    ]
    desks = _some_desks(random, office, 0.3)
    for part in _split(random, number, 30, 90):
        start = random.choice(((8, 180), (11.5, 90), (14, 150), (18, 210)))
        at = datetime.combine(random.choice(MONTH), time()) + timedelta(
            hours=start[0], minutes=random.uniform(0, start[1])
        )
        together = random.sample(people, random.randint(1, min(3, len(people))))
        for hand, phone in together:
            yield from _sitting(
                random, office, hand, phone, desks=desks, at=at + timedelta(seconds=random.uniform(0, 240)),
                number=-(-part // len(together)), pause=12, interrupted=0.04,
            )  # fmt: skip


def _shared(top: int) -> Callable[[Random, Province, Office, int], Iterator[Filled]]:
    def shared(random: Random, province: Province, office: Office, number: int) -> Iterator[Filled]:
        """A photographed poster in a chat group: real people, never served, each once, when they look at it."""
        desk = random.choice(office.desks).code
        for part in _split(random, number, 40, 200):
            day, (hour, minutes) = random.choice(MONTH), random.choice(((8, 480), (11.5, 90), *((18, 210),) * 3))
            posted = datetime.combine(day, time()) + timedelta(hours=hour, minutes=random.uniform(0, minutes))
            for _ in range(part):
                seen_after = random.expovariate(1 / 30) if random.random() < 0.85 else random.uniform(0, 900)
                phone = Phone(province.at_home(random), province.agent(random))
                hand = Hand(1 + random.lognormvariate(log(1.2), 0.6), top, random.random() < 0.6)
                yield from _sitting(
                    random, office, hand, phone, desks=[desk], at=posted + timedelta(minutes=seen_after), number=1,
                    pause=1, interrupted=0,
                )  # fmt: skip

    return shared


# --- slips ------------------------------------------------------------------------------------------------


def slips_again(random: Random, province: Province, office: Office, number: int) -> Iterator[Filled]:
    """A slip that a citizen has used is sent again and again from one telephone."""
    for part in _split(random, number, 15, 40):
        code = f"{AGAIN}{random.getrandbits(60):x}"
        yield from (replace(each, slip=code, channel="slip") for each in one_phone(random, province, office, part))


def slips_kept(random: Random, province: Province, office: Office, number: int) -> Iterator[Filled]:
    """Slips that staff should have handed out, each used once, on one telephone."""
    for each in one_phone(random, province, office, number):
        yield replace(each, slip=f"kept-{random.getrandbits(60):x}", channel="slip")


@dataclass(frozen=True, slots=True)
class Attack:
    """One kind of attack, and what the rules must do to it.

    ``aside`` is the share in per cent that must be set aside, ``exact`` whether the index must stay right, ``flagged``
    whether the comparison of open and verified answers must tell.
    """

    id: str
    send: Callable[[Random, Province, Office, int], Iterator[Filled]]
    aside: float | None = None
    exact: bool = True
    flagged: bool = False


ATTACKS: Final = (
    Attack("after-hours", after_hours, aside=95),
    Attack("one-phone", one_phone, aside=95),
    Attack("script", script, aside=95),
    Attack("script-paced", script_paced, aside=95),
    Attack("script-proxies", script_proxies, aside=95),
    Attack("rival", rival),
    Attack("poster-shared-praise", _shared(5)),
    Attack("poster-shared-anger", _shared(1)),
    Attack("slips-again", slips_again),
    Attack("slips-kept", slips_kept, exact=False),
    Attack("in-nines", in_nines, exact=False),
    Attack("patient", patient, exact=False, flagged=True),
    Attack("patient-ones", patient_ones, exact=False, flagged=True),
)
