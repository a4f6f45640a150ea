"""M12 over whole publications: no figure that is hidden in one score can be computed from all the others together."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import product
from random import Random

import pytest

from survey.domain.estimation import BaseRules
from survey.domain.periods import Period, parse
from survey.domain.publication import INDEX, Sum, figures_of, publish, unhidden, verified_key
from survey.domain.scoring import OfficeScore, office_score
from survey.domain.suppression import Cell, Key, Relation
from survey.domain.tally import CountedResponse, count
from tests.domain.instruments import instrument
from tests.domain.tables import Reader

SMALL = instrument({"A": 2, "B": 3})
RULES = BaseRules()
MONTHS = ("2026-10", "2026-11", "2026-12")
OFFICES = ("A", "B", "C")
SUMS = (
    *(Sum(("province", month), tuple((office, month) for office in OFFICES)) for month in MONTHS),
    *(Sum((office, "2026-Q4"), tuple((office, month) for month in MONTHS)) for office in (*OFFICES, "province")),
    Sum(("province", "2026-Q4"), tuple((office, "2026-Q4") for office in OFFICES)),
)


def people(random: Random, number: int) -> list[CountedResponse]:
    """So many people; the last criterion is answered by one in three, and one in five has a slip."""
    found = []
    for _ in range(number):
        answers: dict[str, object] = {"overall": random.randint(1, 5)}
        for name in ("A1", "A2", "B1", "B2", "B3"):
            answered = random.random() < (0.33 if name == "B3" else 0.9)
            answers[name] = random.randint(1, 5) if answered else "NA"
        found.append(CountedResponse("poster", "verified" if random.random() < 0.2 else "open", answers))
    return found


def scored(
    responses: Sequence[CountedResponse], period: Period, office: str = "A", rules: BaseRules = RULES
) -> OfficeScore:
    return office_score(
        count(SMALL, responses), office_code=office, office_name=office, questionnaire=SMALL, period=period, rules=rules
    )


def quarter_of(random: Random) -> dict[Hashable, OfficeScore]:
    """Three offices and their province, three months and their quarter, before anything is hidden."""
    crowds = {key: people(random, random.choice([0, 4, 12, 25, 60])) for key in product(OFFICES, MONTHS)}
    found: dict[Hashable, OfficeScore] = {}
    for office, period in product((*OFFICES, "province"), (*MONTHS, "2026-Q4")):
        own = [
            each
            for (at, month), crowd in crowds.items()
            if office in (at, "province") and period in (month, "2026-Q4")
            for each in crowd
        ]
        found[office, period] = scored(own, parse(period), office, unhidden(RULES))
    return found


def all_figures(scores: Mapping[Hashable, OfficeScore]) -> Iterator[tuple[Key, int, bool]]:
    """Every figure of a publication by name, with its respondents, and whether it is shown."""
    for key, found in scores.items():
        for name, each in figures_of(found).items():
            yield (key, name), each.respondents or 0, each.percent is not None
        for name, each in (("overall", found.verified.overall), (INDEX, found.verified.index)):
            yield (verified_key(key), name), each.respondents or 0, each.percent is not None


def relations_of(raw: Mapping[Hashable, OfficeScore]) -> Iterator[Relation]:
    """All that a reader knows of how figures add up, written down once more."""
    for key, found in raw.items():
        yield Relation((key, INDEX), ((key, "A"), (key, "B")))
        yield Relation((key, "A"), ((key, "A/A1"), (key, "A/A2")))
        yield Relation((key, "B"), ((key, "B/B1"), (key, "B/B2"), (key, "B/B3")))
        for name in ("overall", INDEX):
            yield Relation((key, name), ((verified_key(key), name), (("open", key), name)))
        for each in SUMS:
            if each.whole == key:
                for name in figures_of(found):
                    yield Relation((key, name), tuple((part, name) for part in each.parts))
                for name in ("overall", INDEX):
                    for kind in ("open", "verified"):
                        yield Relation(((kind, key), name), tuple(((kind, part), name) for part in each.parts))


@pytest.mark.parametrize("seed", range(6))
def test_nothing_hidden_can_be_computed_over_offices_months_criteria_and_slips(seed: int) -> None:
    raw = quarter_of(Random(seed))
    shown = publish(raw, SUMS, rules=RULES)
    respondents = {key: number for key, number, _ in all_figures(raw)}
    for key, found in raw.items():  # what came without a slip is listed nowhere
        for name, all_, verified in (
            ("overall", found.overall, found.verified.overall),
            (INDEX, found.index, found.verified.index),
        ):
            respondents[("open", key), name] = (all_.respondents or 0) - (verified.respondents or 0)
    seen = {key for key, _, is_shown in all_figures(shown) if is_shown}
    unseen = [key for key, number in respondents.items() if number and key not in seen]
    reader = Reader([Cell(key, number) for key, number in respondents.items()], list(relations_of(raw)), unseen)
    small = [key for key in unseen if respondents[key] < RULES.suppressed_below]
    assert small
    assert [key for key in small if reader.computable([key])] == []
    listed = [key for key in unseen if not (isinstance(key, tuple) and key[0][0] == "open")]  # type: ignore[index]
    assert [key for key in listed if reader.computable([key])] == []


def test_what_is_shown_is_what_it_was_and_what_is_not_says_why() -> None:
    raw = quarter_of(Random(1))
    shown = publish(raw, SUMS, rules=RULES)
    reasons = set()
    for key, found in shown.items():
        for name, each in figures_of(found).items():
            was = figures_of(raw[key])[name]
            if each.percent is not None:
                assert each[1:] == was[1:]
                assert each.status == ("rated" if (each.respondents or 0) >= 30 else "indicative")
            elif each.status == "suppressed":
                assert each == (each.status, *[None] * 6, (was.respondents or 0) >= 10)
                reasons.add(each.withheld)
    assert reasons == {True, False}


def test_a_criterion_few_could_rate_takes_the_smallest_of_its_dimension_along() -> None:
    random = Random(5)
    crowd = [each for each in people(random, 40) if each.standing == "open"]
    few = [
        CountedResponse("poster", "open", {**each.answers, "B3": 4 if at < 6 else "NA", "B2": 4 if at < 20 else "NA"})
        for at, each in enumerate(crowd)
    ]
    (found,) = publish({"A": scored(few, parse("2026-10"), rules=unhidden(RULES))}, (), rules=RULES).values()
    hidden = {name: each.withheld for name, each in figures_of(found).items() if each.percent is None}
    assert hidden == {"B/B3": False, "B/B2": True}


def test_an_operator_who_lifts_suppression_sees_everything() -> None:
    raw = quarter_of(Random(1))
    assert publish(raw, SUMS, rules=BaseRules.for_operator(1)) == raw


def test_what_was_published_before_stays_and_is_not_unlocked() -> None:
    """October and November first; then the whole quarter."""
    raw = quarter_of(Random(3))
    first = {key: each for key, each in raw.items() if key[1] in MONTHS[:2]}  # type: ignore[index]
    early = publish(first, SUMS[:2], rules=RULES)
    shown_before = {key for key, _, is_shown in all_figures(early) if is_shown}
    hidden_before = {key for key, number, _ in all_figures(first) if number} - shown_before
    later = publish(raw, SUMS, rules=RULES, shown_before=shown_before, hidden_before=hidden_before)
    now = {key: is_shown for key, _, is_shown in all_figures(later)}
    assert all(now[key] for key in shown_before)
    assert not any(now[key] for key in hidden_before)
