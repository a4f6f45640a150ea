"""What a report is made of, as it may be printed: nothing that is hidden can be computed from the rest (M12)."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from survey.domain.beside_protection import NOW, add_beside, shown_credibility
from survey.domain.publication import INDEX, OVERALL, Publication, Sum
from survey.domain.report_compose import Material
from survey.domain.scoring import OfficeScore

_BEFORE: Final = "before"


def protected_material(material: Material) -> Material:
    """The material of figures made by ``unhidden`` rules, as it may be printed by the rules it names."""
    together = Publication(material.rules)
    together.add_score(NOW, material.score, main=True)
    together.add_score(_BEFORE, material.before)
    numbers = material.credibility.standings if material.credibility else None
    if numbers is not None:
        add_beside(together, numbers)
    for channel, each in material.beside.items():
        if numbers is None or channel not in numbers.channels:
            together.add_score(("channel", channel), each, only=(INDEX,))
    for desk in material.desks:
        together.add_score(("desk", desk.code), desk.score, only=(OVERALL, INDEX))
    for office, each in material.below:
        together.add_score(("below", office.code), each, only=(OVERALL, INDEX))
    parts = [
        *(("desk", desk.code) for desk in material.desks),
        *(("below", office.code) for office, _ in material.below),
    ]
    if parts:
        together.add_sum(Sum(NOW, tuple(parts)))
    _add_months(together, material)
    shown = together.shown()
    desks = tuple(replace(desk, score=shown.score(("desk", desk.code), desk.score)) for desk in material.desks)
    below = tuple((office, shown.score(("below", office.code), each)) for office, each in material.below)
    parts_shown = [*(desk.score.index for desk in desks), *(each.index for _, each in below)]
    return replace(
        material,
        score=shown.score(NOW, material.score),
        before=shown.score(_BEFORE, material.before),
        beside={channel: shown.score(("channel", channel), each) for channel, each in material.beside.items()},
        months=tuple(shown.score(("month", each.period.key), each) for each in material.months),
        desks=desks,
        below=below,
        credibility=material.credibility and shown_credibility(material.credibility, shown, parts_shown),
    )


def _add_months(together: Publication, material: Material) -> None:
    for each in material.months:
        together.add_score(("month", each.period.key), each, only=(INDEX,))
    for key, whole in ((NOW, material.score), (_BEFORE, material.before)):
        within = tuple(("month", each.period.key) for each in _within(material.months, whole))
        if within:
            together.add_sum(Sum(key, within))


def _within(months: Iterable[OfficeScore], whole: OfficeScore) -> Iterable[OfficeScore]:
    period = whole.period
    return (each for each in months if period.first <= each.period.first and each.period.last <= period.last)
