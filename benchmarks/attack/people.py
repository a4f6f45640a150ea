"""How long somebody takes over a form, what he answers and writes: of honest people and of others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, log
from random import Random
from typing import Final

from benchmarks.attack.world import Filled, Office, Phone

_QUICKEST: Final = 0.5  # seconds: nobody finds the next question and its button in less


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds per criterion: ``median`` of the kind of people; ``spread`` of its logarithm between them."""

    median: float
    spread: float

    def person(self, random: Random) -> float:
        """The pace of one of them."""
        return _QUICKEST + random.lognormvariate(log(self.median - _QUICKEST), self.spread)


SLOW, USUAL, FAST, AT_A_SWEEP = Pace(9, 0.4), Pace(4.5, 0.4), Pace(2.3, 0.35), Pace(1.7, 0.45)


def opinion(random: Random, office: Office, count: int) -> tuple[int, ...]:
    """Answers of one person: satisfied by his own inclination, which differs from that of others (beta-binomial)."""
    spread = 1 / office.alike - 1
    inclined = random.betavariate(office.truth * spread, (1 - office.truth) * spread)
    very = random.random()
    return tuple(
        (5 if random.random() < very else 4)
        if random.random() < inclined
        else random.choices((3, 2, 1), (0.6, 0.27, 0.13))[0]
        for _ in range(count)
    )


def answered(random: Random, office: Office) -> int:
    """How many criteria somebody answers: most all of them, some leave out what did not arise, some stop early."""
    if random.random() < 0.08:
        return random.randint(max(office.criteria // 4, 1), office.criteria)
    return sum(random.random() > 0.05 for _ in range(office.criteria)) or 1


def straight(random: Random, office: Office, count: int) -> tuple[int, ...]:
    """One value throughout, as often satisfied as others are."""
    satisfied = random.random() < office.truth
    value = random.choices((5, 4), (0.6, 0.4))[0] if satisfied else random.choices((3, 2, 1), (0.6, 0.2, 0.2))[0]
    return (value,) * count


def fill(
    random: Random,
    label: str,
    *,
    desk: str,
    phone: Phone,
    at: datetime,
    values: tuple[int, ...],
    per_criterion: float,
    channel: str = "poster",
    text: str = "",
) -> Filled:
    """A whole form: the page, the tap, a second for the network, the criteria, each a little slower or quicker."""
    tapped = at + timedelta(seconds=1.5 + random.lognormvariate(log(max(per_criterion, 1.0)), 0.5))
    reading = random.lognormvariate(log(2.0), 0.6)
    criteria = per_criterion * len(values) * random.lognormvariate(0, 0.4 / max(len(values), 1) ** 0.5)
    writing = len(text) * random.uniform(0.2, 0.5)
    completed = tapped + timedelta(seconds=reading + criteria + writing)
    return Filled(label, desk, phone, at, tapped, completed, values, channel, text, key=new_key(random))


def tap(random: Random, label: str, *, desk: str, phone: Phone, at: datetime, channel: str = "poster") -> Filled:
    """The first question only."""
    tapped = at + timedelta(seconds=2 + random.lognormvariate(log(5), 0.6))
    return Filled(label, desk, phone, at, tapped, channel=channel, key=new_key(random))


def new_key(random: Random) -> str:
    """A key as the page makes it: it says nothing."""
    return f"{random.getrandbits(128):032x}"


# --- words ------------------------------------------------------------------------------------------------

_PRAISE: Final = (
    "tốt",
    "Tốt",
    "rất tốt",
    "Hài lòng",
    "Cảm ơn",
    "Cán bộ nhiệt tình",
    "Cán bộ nhiệt tình, chu đáo",
    "Tôi rất hài lòng với thái độ phục vụ của cán bộ",
    "Cán bộ hướng dẫn tận tình, dễ hiểu, giải quyết hồ sơ nhanh chóng",
    "Tôi rất hài lòng với thái độ phục vụ của cán bộ tại Bộ phận Một cửa",
)
_WISHES: Final = (
    "chờ lâu",
    "Cần thêm ghế ngồi",
    "nên có thêm người hướng dẫn",
    "Phải đi lại nhiều lần",
    "Trời nóng quá",
)
_PARTS: Final = (
    ("Hôm nay tôi đến", "Gia đình tôi", "Tôi chờ", "Lần này", "Bác tôi", "Tôi nộp hồ sơ"),
    ("làm giấy khai sinh", "sang tên đất", "chứng thực giấy tờ", "đăng ký kinh doanh", "xin xác nhận"),
    ("mất gần nửa buổi", "xong ngay trong sáng", "phải quay lại hai lần", "được chỉ dẫn kỹ", "hơi lâu vì đông người"),
    (
        "mong cơ quan xem lại",
        "cảm ơn các anh chị",
        "nên nhắn tin khi có kết quả",
        "như vậy là được",
        "chỗ gửi xe còn chật",
    ),
)


def comment(random: Random) -> str:
    """What honest people write: seldom anything, often the same few words, sometimes a sentence of their own."""
    if random.random() > 0.12:
        return ""
    kind = random.random()
    if kind < 0.5:
        return random.choices(_PRAISE, [1 / (i + 1) for i in range(len(_PRAISE))])[0]
    if kind < 0.7:
        return random.choice(_WISHES)
    return ", ".join(random.choice(part) for part in _PARTS)


def poisson(random: Random, mean: float) -> int:
    """A number of people who come independently; normal from 60 on."""
    if mean > 60:
        return max(round(random.gauss(mean, mean**0.5)), 0)
    number, product, limit = 0, random.random(), exp(-mean)
    while product > limit:
        number += 1
        product *= random.random()
    return number


def moments(random: Random, number: int, spans: Sequence[tuple[datetime, datetime, float]]) -> list[datetime]:
    """So many moments in spans of given weight."""
    chosen = random.choices(spans, [weight for *_, weight in spans], k=number)
    return sorted(start + (end - start) * random.random() for start, end, _ in chosen)
