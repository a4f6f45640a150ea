"""The places of the demonstration: an invented province whose offices show every case a real one meets."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from random import Random
from typing import Final, Literal

from survey.domain.offices import DESK_CODE_SIGNS, Desk, Office, OfficeTree
from survey.domain.periods import last_months, month_of

FULL, SHORT = "sipas-2017", "sipas-desk"
FEWEST_OFFICES, MOST_OFFICES = 10, 1000
PROVINCE_CODE, PROVINCE_NAME = "99", "Tỉnh Minh Họa"

Flow = Literal["busy", "ordinary", "indicative", "suppressed", "silent"]


@dataclass(frozen=True, slots=True)
class Place:
    """A desk and what no program sees: how many people come, and how well they are served there.

    ``weight`` is its share of all responses; ``per_month``, where set, their number instead (least, most).
    ``mood`` is added to what people feel on the first day, ``mood + drift`` on the last.
    """

    desk: Desk
    office: Office
    flow: Flow
    weight: float
    per_month: tuple[int, int] | None
    mood: float
    drift: float


@dataclass(frozen=True, slots=True)
class Province:
    """Offices, desks and the span of days with answers; ``shown`` is the desk to visit first."""

    tree: OfficeTree
    places: tuple[Place, ...]
    first: date
    last: date

    @property
    def shown(self) -> Desk:
        """A busy commune's first desk, with the full questionnaire, open today."""
        return next(place.desk for place in self.places if place.office.kind == "commune")


@dataclass(frozen=True, slots=True)
class _Plan:
    """One office before its desks stand."""

    office: Office
    flow: Flow
    desks: Sequence[str]
    questionnaire: str


_UNIT_DESKS = (
    "Quầy 1 – Tư pháp, lý lịch tư pháp",
    "Quầy 2 – Xây dựng, giao thông",
    "Quầy 3 – Đất đai, môi trường",
    "Quầy 4 – Đăng ký kinh doanh, đầu tư",
    "Quầy 5 – Lao động, việc làm",
    "Quầy 6 – Hỗ trợ dịch vụ công trực tuyến",
)
_DEPARTMENTS = (
    ("STP", "Sở Tư pháp (minh họa)", ("Quầy 1 – Lý lịch tư pháp", "Quầy 2 – Công chứng, luật sư"), SHORT),
    ("SXD", "Sở Xây dựng (minh họa)", ("Quầy 1 – Cấp phép xây dựng", "Quầy 2 – Nhà ở, quy hoạch"), FULL),
    ("SNNMT", "Sở Nông nghiệp và Môi trường (minh họa)", ("Quầy 1 – Đất đai", "Quầy 2 – Môi trường"), FULL),
    ("STC", "Sở Tài chính (minh họa)", ("Quầy 1 – Đăng ký kinh doanh", "Quầy 2 – Đầu tư"), SHORT),
)
_COMMUNE_DESKS = (
    "Quầy 1 – Tiếp nhận và trả kết quả",
    "Quầy 2 – Hộ tịch, chứng thực",
    "Quầy 3 – Đất đai, xây dựng",
    "Quầy 4 – Bảo trợ xã hội, người có công",
)
_FIRST = ("Hòa", "Tân", "Phú", "Bình", "Đông", "Thanh", "Vĩnh", "Long", "Xuân", "Quang", "Hưng", "An", "Tiên", "Yên")
_SECOND = ("Bình", "Lập", "Thịnh", "An", "Tiến", "Thành", "Lạc", "Giang", "Mỹ", "Trung", "Hải", "Khê", "Phong", "Điền")
_SIDES = ("Đông", "Tây", "Nam", "Bắc")
# The first communes show one case each; the others follow ``_REST`` in turn.
_CASES: Final[Sequence[tuple[Flow, str]]] = (
    ("busy", FULL),
    ("ordinary", FULL),  # merged into the first
    ("suppressed", FULL),
    ("indicative", FULL),
    ("silent", FULL),
    ("ordinary", SHORT),
)
_REST: Final[Sequence[tuple[Flow, str]]] = (
    ("ordinary", FULL),
    ("busy", FULL),
    ("ordinary", SHORT),
    ("suppressed", FULL),
    ("ordinary", FULL),
    ("ordinary", FULL),
)
_MERGED = 1  # which commune
_RETIRED = ("99001", 2)  # commune and which of its desks
_OPENING = ("99-TTPVHCC", 5)
_WEIGHT: Final[Mapping[Flow, float]] = {"busy": 3.0, "ordinary": 1.0}
# Responses a month of one desk; an office of these flows has as many desks as keep it under its threshold (M11),
# in an administrative month too, which takes from two civil ones.
_PER_MONTH: Final[Mapping[Flow, tuple[int, int]]] = {"indicative": (10, 14), "suppressed": (2, 4)}
_COMMUNE_DESKS_OF: Final[Mapping[Flow, int]] = {"busy": 4, "ordinary": 3, "indicative": 2, "suppressed": 1, "silent": 1}
# Desks of one office from the busiest to the nearly empty one.
_SHARES: Final = (1.0, 0.55, 0.3, 0.12, 0.05, 0.05)
_WORST, _BEST = -0.35, 1.05  # of the offices' moods: indices of about 60 % and of about 96 %


def draws_of(seed: int, purpose: str) -> Random:
    """The draws for one purpose, apart from all others: more responses do not change the desk codes."""
    return Random(f"{seed}/{purpose}")  # noqa: S311 - nothing here is secret; it must be the same again


def make_province(*, today: date, months: int, offices: int, seed: int) -> Province:
    """The province with that many offices and answers from ``months`` calendar months up to yesterday.

    Today belongs to real taps. ValueError outside FEWEST_OFFICES…MOST_OFFICES or below one month.
    """
    if not FEWEST_OFFICES <= offices <= MOST_OFFICES or months < 1:
        raise ValueError(f"{offices} offices, {months} months")
    last = today - timedelta(days=1)
    first = last_months(month_of(last), months)[0].first
    plans = _plans(offices, merged_on=_part_of_span(first, last, 0.6))
    dates = {
        _RETIRED: (None, _part_of_span(first, last, 0.7)),
        _OPENING: (month_of(today).last + timedelta(days=1), None),
    }
    moods = _moods(len(plans), draws_of(seed, "moods"))
    taken: set[str] = set()
    places = [
        place
        for plan, mood in zip(plans, moods, strict=True)
        for place in _places(plan, mood=mood, dates=dates, taken=taken, random=draws_of(seed, plan.office.code))
    ]
    return Province(
        OfficeTree(plan.office for plan in plans),
        tuple(replace(place, desk=replace(place.desk, id=i)) for i, place in enumerate(places, 1)),
        first,
        last,
    )


def _part_of_span(first: date, last: date, part: float) -> date:
    """About that part of the span; the last day of its month where the span is long enough."""
    day = first + timedelta(days=int((last - first).days * part))
    end = month_of(day).last
    return end if end < last else day


def _plans(offices: int, *, merged_on: date) -> list[_Plan]:
    province = Office(1, PROVINCE_CODE, PROVINCE_NAME, "province", demonstration=True)
    centre = _below(province, 2, "99-TTPVHCC", "Trung tâm Phục vụ hành chính công tỉnh", "unit")
    departments = [
        _Plan(_below(province, 3 + i, f"99-{code}", name, "department"), "ordinary", desks, questionnaire)
        for i, (code, name, desks, questionnaire) in enumerate(_DEPARTMENTS[: (offices - 2) // 4])
    ]
    ids = range(3 + len(departments), offices + 1)
    communes = _communes(province, ids, merged_on=merged_on)
    return [_Plan(province, "silent", (), FULL), _Plan(centre, "busy", _UNIT_DESKS, FULL), *departments, *communes]


def _below(province: Office, office_id: int, code: str, name: str, kind: str) -> Office:
    return Office(office_id, code, name, kind, parent_id=province.id, demonstration=True)


def _communes(province: Office, ids: Sequence[int], *, merged_on: date) -> Iterator[_Plan]:
    for i, (office_id, name) in enumerate(zip(ids, _commune_names(), strict=False)):
        flow, questionnaire = _CASES[i] if i < len(_CASES) else _REST[(i - len(_CASES)) % len(_REST)]
        office = _below(province, office_id, f"{PROVINCE_CODE}{i + 1:03}", name, "commune")
        if i == _MERGED:
            office = replace(office, valid_to=merged_on, successor_id=ids[0])
        yield _Plan(office, flow, _COMMUNE_DESKS[: _COMMUNE_DESKS_OF[flow]], questionnaire)


def _commune_names() -> Iterator[str]:
    # Pairs are walked diagonally, so that neighbours in a list do not all begin with the same word.
    pairs = sorted(product(range(len(_FIRST)), range(len(_SECOND))), key=lambda pair: ((pair[1] - pair[0]) % 14, pair))
    distinct = [f"{_FIRST[a]} {_SECOND[b]}" for a, b in pairs if _FIRST[a] != _SECOND[b]]
    for kinds in (("xã", "phường", "xã"), ("phường", "xã", "phường")):
        yield from (f"UBND {kinds[i % 3]} {name}" for i, name in enumerate(distinct))
    for side in _SIDES:
        parted = [f"{name} {side}" for name in distinct if side not in name.split()]
        yield from (f"UBND {('xã', 'xã', 'phường')[i % 3]} {name}" for i, name in enumerate(parted))


def _moods(number: int, random: Random) -> list[tuple[float, float]]:
    # Spread evenly and then shuffled: independent draws could leave a small province with offices all alike.
    moods = [_WORST + (_BEST - _WORST) * i / (number - 1) for i in range(number)]
    random.shuffle(moods)
    return [(mood, random.uniform(-0.25, 0.35)) for mood in moods]


def _places(
    plan: _Plan,
    *,
    mood: tuple[float, float],
    dates: Mapping[tuple[str, int], tuple[date | None, date | None]],
    taken: set[str],
    random: Random,
) -> Iterator[Place]:
    for i, name in enumerate(plan.desks):
        valid_from, valid_to = dates.get((plan.office.code, i), (None, None))
        code = _code(taken, random)
        yield Place(
            desk=Desk(0, code, plan.office.id, name, plan.questionnaire, valid_from, valid_to),
            office=plan.office,
            flow=plan.flow,
            weight=_WEIGHT.get(plan.flow, 0.0) * _SHARES[i] * random.uniform(0.7, 1.3),
            per_month=_PER_MONTH.get(plan.flow),
            mood=mood[0] + random.uniform(-0.15, 0.15),
            drift=mood[1],
        )


def _code(taken: set[str], random: Random) -> str:
    """A desk code that no place before has; among the 2 700 of a large province two are alike for one seed in 200."""
    while (code := "".join(random.choice(DESK_CODE_SIGNS) for _ in range(6))) in taken:
        pass
    taken.add(code)
    return code
