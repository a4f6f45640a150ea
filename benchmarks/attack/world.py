"""The offices, their networks and telephones, and how little of a response the program sees."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import blake2b
from itertools import accumulate
from random import Random
from typing import Final

from survey.domain.trust import Seen, Surroundings
from survey.domain.trust_table import SLIPS_IN_USE

OFFICES: Final = 30
SLIPS: Final = (0.35, 0.8)
MONTH: Final = tuple(date(2026, 4, 1) + timedelta(days=i) for i in range(30))
HOLIDAYS: Final = frozenset({date(2026, 4, 27), date(2026, 4, 30)})
_WEEKDAY: Final = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0)))
_SATURDAY: Final = ((time(7, 30), time(11, 30)),)
_CARRIERS: Final = (0.52, 0.24, 0.19, 0.05)


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk with its code, how many honest answers it usually gets a day, and whether a tablet stands there."""

    code: str
    per_day: float
    tablet: bool


@dataclass(frozen=True, slots=True)
class Office:
    """One office: how satisfied its citizens are, and how they reach the network there."""

    name: str
    desks: tuple[Desk, ...]
    criteria: int
    truth: float  # share of satisfied answers that its citizens tend to
    alike: float  # correlation of one person's answers
    on_wifi: float  # share of the citizens who answer through the office's own network
    slips: float  # share of the answers given at the desk that carry a slip
    volunteer: bool
    surroundings: Surroundings
    address: str

    def is_open_on(self, day: date) -> bool:
        """Whether anybody is served that day."""
        return day not in HOLIDAYS and day.weekday() in self.surroundings.hours


@dataclass(frozen=True, slots=True)
class Phone:
    """What a telephone shows of itself: an address and a user agent, both shared with many others."""

    address: str
    agent: str


@dataclass(slots=True)
class Filled:
    """One response as it really happened, to the second, with the label that only the judge may read."""

    label: str
    desk: str
    phone: Phone
    issued_at: datetime
    tapped_at: datetime
    completed_at: datetime | None = None
    values: tuple[int, ...] = ()
    channel: str = "poster"
    text: str = ""
    slip: str = ""
    claimed: int | None = None  # seconds, where the time of the page's issue is a lie
    key: str = ""
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Province:
    """The offices, and the addresses behind which each operator hides its subscribers."""

    offices: tuple[Office, ...]
    carriers: tuple[tuple[str, ...], ...]
    agents: tuple[str, ...]
    shares: tuple[float, ...]  # of the agents, each with those before it

    def agent(self, random: Random) -> str:
        """What somebody's browser says of itself."""
        return random.choices(self.agents, cum_weights=self.shares)[0]

    def mobile(self, random: Random) -> str:
        """An address of an operator, shared with hundreds."""
        return random.choice(self.carriers[random.choices(range(len(_CARRIERS)), _CARRIERS)[0]])

    def at_home(self, random: Random) -> str:
        """A household's own address, or its operator's."""
        return f"198.51.{random.getrandbits(24)}" if random.random() < 0.55 else self.mobile(random)


def build(seed: int, offices: int = OFFICES, slips: tuple[float, float] = SLIPS) -> Province:
    """A province: small communes, departments and busy centres; the same for the same seed.

    ``slips`` is between which shares of the answers from phones carry a slip, office by office.
    """
    random = Random(f"{seed}|province")
    pools = tuple(tuple(f"100.{64 + c}.0.{i}" for i in range(random.randint(1, 5))) for c in range(len(_CARRIERS)))
    agents = _agents()
    shares = tuple(accumulate(share for _, share in agents))
    return Province(
        tuple(_office(i, random, slips) for i in range(offices)), pools, tuple(each for each, _ in agents), shares
    )


def _agents() -> tuple[tuple[str, float], ...]:
    """Chrome on Android says the same on every telephone; inside Zalo the model is told; few have an iPhone."""
    chrome = [(f"chrome-{i}", 0.62 * share) for i, share in enumerate((0.7, 0.15, 0.08, 0.04, 0.03))]
    zalo = [(f"zalo-model-{i}", 0.23 * 2 / (150 * 151) * (150 - i)) for i in range(150)]
    return (*chrome, *zalo, *((f"iphone-{i}", 0.15 / 12) for i in range(12)))


def _office(number: int, random: Random, slips_used: tuple[float, float]) -> Office:
    kind = "commune" if number % 30 < 20 else "department" if number % 30 < 27 else "centre"
    desks, per_day, tablets = {
        "commune": ((1, 3), (5, 18), 0.15),
        "department": ((2, 4), (8, 22), 0.4),
        "centre": ((5, 8), (12, 30), 1.0),
    }[kind]
    count = random.randint(*desks)
    codes = [f"Q{number:02}D{i}" for i in range(count)]
    with_tablet = frozenset(codes[: 1 + count // 4] if random.random() < tablets else ())
    hours = dict.fromkeys(range(5), _WEEKDAY) | ({5: _SATURDAY} if random.random() < 0.4 else {})
    made = tuple(Desk(code, random.uniform(*per_day), code in with_tablet) for code in codes)
    slips = random.uniform(*slips_used)
    return Office(
        name=f"{kind} {number}",
        desks=made,
        criteria=5 if random.random() < 0.4 else 22,
        truth=random.uniform(0.70, 0.93),
        alike=random.uniform(0.2, 0.5),
        on_wifi=random.choice((0.0, 0.0, 0.3, 0.5, 0.7, 0.95)),
        slips=slips,
        volunteer=random.random() < 0.4,
        surroundings=Surroundings(
            hours=hours,
            holidays=HOLIDAYS,
            kiosks=with_tablet,
            slip_shares={each.code: _before(random, each, slips) for each in made},
        ),
        address=f"203.0.{number}.1",
    )


def _before(random: Random, desk: Desk, slips: float) -> float:
    """The share of slips in the four weeks before, as often as people there use them."""
    number = max(round(20 * desk.per_day * (0.5 if desk.tablet else 1)), SLIPS_IN_USE.responses)
    return sum(random.random() < slips for _ in range(number)) / number


# --- what the program sees --------------------------------------------------------------------------------


def seen(filled: Filled, office: Office, day_key: bytes) -> Seen:
    """The response as its evidence keeps it: minutes, whole seconds, and hashes under the key of the day."""
    completed, duration = filled.completed_at, None
    if completed is not None:
        took = (completed - filled.issued_at).total_seconds()
        duration = int(took) if filled.claimed is None else filled.claimed
    address, agent = filled.phone.address, filled.phone.agent
    return Seen(
        key=filled.key,
        desk=filled.desk,
        channel=filled.channel,
        received_at=filled.tapped_at.replace(second=0, microsecond=0),
        completed=completed is not None,
        verified=filled.verified,
        duration=duration,
        values=filled.values,
        sender=_hash(day_key, filled.desk, address),
        device=_hash(day_key, filled.desk, address, agent),
        own_network=address == office.address,
        texts=(filled.text,) if filled.text else (),
    )


def _hash(key: bytes, *parts: str) -> str:
    return blake2b("|".join(parts).encode(), key=key, digest_size=16).hexdigest()
