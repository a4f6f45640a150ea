"""Strengths, weaknesses, rises and falls: found by the rules of M10 among exact figures, or not said at all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from survey.domain.comparison import NotComparable, ScoreChange
from survey.domain.estimation import BaseRules, Change, difference
from survey.domain.questionnaire import text_in
from survey.domain.report import Finding, Part, PeriodNames
from survey.domain.scoring import CriterionScore, Estimate, OfficeScore, round_half_up
from survey.domain.vietnamese import decimal, listing, percent, whole

LISTED: Final = 5


@dataclass(frozen=True, slots=True)
class Standout:
    """A figure clearly different from the one it is held against, by so many percentage points."""

    name: str
    figure: Estimate
    points: Fraction


def criteria_apart(score: OfficeScore) -> tuple[tuple[Standout, ...], tuple[Standout, ...]]:
    """The criteria clearly above and clearly below the office's index, farthest first (M10).

    Only rated figures with an interval take part, so both are empty for a small office, for one where all criteria
    are alike, and under a method without interval.
    """
    criteria = (each for dimension in score.dimensions for each in dimension.criteria)
    return _apart([(_named(each), each.index) for each in criteria], score.index)


def _named(criterion: CriterionScore) -> str:
    return f"{text_in(criterion.name, 'vi')} ({criterion.id})"


def parts_apart(
    parts: Iterable[tuple[str, Estimate]], whole_index: Estimate
) -> tuple[tuple[Standout, ...], tuple[Standout, ...]]:
    """The desks clearly above and clearly below the office's index, farthest first."""
    return _apart(list(parts), whole_index)


def _apart(
    named: Sequence[tuple[str, Estimate]], reference: Estimate
) -> tuple[tuple[Standout, ...], tuple[Standout, ...]]:
    if reference.status != "rated" or reference.share is None:
        return (), ()
    found = []
    for name, estimate in named:
        if estimate.status != "rated" or estimate.share is None:
            continue
        gap = difference(estimate.share, reference.share)
        if gap.clear:
            found.append(Standout(name, estimate, gap.points))
    found.sort(key=lambda each: -abs(each.points))
    return tuple(each for each in found if each.points > 0), tuple(each for each in found if each.points < 0)


def strengths(score: OfficeScore) -> tuple[Finding, ...]:
    """What is clearly better than the office's index; () when nothing is."""
    return _held_against_index(criteria_apart(score)[0], score, way="cao hơn")


def weaknesses(score: OfficeScore) -> tuple[Finding, ...]:
    """What is clearly worse than the office's index; () when nothing is."""
    return _held_against_index(criteria_apart(score)[1], score, way="thấp hơn")


def _held_against_index(found: Sequence[Standout], score: OfficeScore, *, way: str) -> tuple[Finding, ...]:
    if not found or score.index.percent is None:
        return ()
    criteria = sum(len(dimension.criteria) for dimension in score.dimensions)
    index = percent(_rounded(score.index.percent))
    intro = f"{_number(len(found))} trong {criteria} tiêu chí có chỉ số {way} rõ rệt so với chỉ số chung ({index})"
    return (Finding(_introduced(intro, len(found)), tuple(_standing(each, way) for each in found[:LISTED])),)


def _number(number: int) -> str:
    """A number that opens a sentence: two digits below ten, as official Vietnamese writes it."""
    return f"{number:02}"


def _introduced(intro: str, number: int) -> str:
    return f"{intro}:" if number <= LISTED else f"{intro}; khác biệt nhiều nhất là:"


def _standing(each: Standout, way: str) -> str:
    return f"{each.name}: {_shown(each.figure)}, {way} {decimal(abs(each.points))} điểm phần trăm"


def _shown(estimate: Estimate) -> str:
    if estimate.percent is None or estimate.low is None or estimate.high is None:
        raise ValueError("only a figure with an interval can stand out")
    low, high = (percent(_rounded(limit)) for limit in (estimate.low, estimate.high))
    return f"{percent(_rounded(estimate.percent))} (khoảng tin cậy từ {low} đến {high})"


def _rounded(value: Fraction | float) -> Decimal:
    return round_half_up(value)


def assessment(score: OfficeScore, rules: BaseRules) -> tuple[str, ...]:
    """What to say instead when no criterion stands out; () when some does or when no figure is shown."""
    index = score.index
    if index.percent is None or any(criteria_apart(score)):
        return ()
    if index.status == "indicative":
        return (
            f"Kết quả dựa trên {whole(index.respondents or 0)} người trả lời, dưới mức {rules.rated_from} người cần có "
            "để đánh giá, nên báo cáo không xác định điểm mạnh và hạn chế.",
        )
    if index.share is None:
        return ("Phương pháp tính này không có khoảng tin cậy, nên báo cáo không xác định điểm mạnh và hạn chế.",)
    return (
        f"Không có tiêu chí nào có chỉ số khác rõ rệt so với chỉ số chung ({percent(_rounded(index.percent))}), "
        "nên báo cáo không xác định điểm mạnh và hạn chế riêng.",
    )


def moves(
    now: OfficeScore, before: OfficeScore, found: ScoreChange | NotComparable, period: PeriodNames
) -> tuple[Finding, ...]:
    """Criteria that clearly rose and clearly fell since the period before; one sentence when none did.

    () when the periods cannot be compared at all.
    """
    if isinstance(found, NotComparable):
        return ()
    changes = {name: each for name, each in found.criteria.items() if isinstance(each, Change)}
    if not any(each.low is not None for each in changes.values()):
        return ()
    named = {each.id: each for dimension in now.dimensions for each in dimension.criteria}
    then = {each.id: each.index for dimension in before.dimensions for each in dimension.criteria}
    clear = sorted((name for name, each in changes.items() if each.clear), key=lambda name: -abs(changes[name].points))
    rises = [_move(named[name], then[name], changes[name]) for name in clear if changes[name].points > 0]
    falls = [_move(named[name], then[name], changes[name]) for name in clear if changes[name].points < 0]
    if not clear:
        return (Finding(f"Không có tiêu chí nào tăng hoặc giảm rõ rệt so với {period.before_name}."),)
    return (*_moved(rises, "tăng", period), *_moved(falls, "giảm", period))


def _move(criterion: CriterionScore, before: Estimate, found: Change) -> str:
    way = "tăng" if found.points > 0 else "giảm"
    now, then = (percent(_rounded(each.percent)) for each in (criterion.index, before) if each.percent is not None)
    return f"{_named(criterion)}: từ {then} thành {now}, {way} {decimal(abs(found.points))} điểm phần trăm"


def _moved(items: Sequence[str], way: str, period: PeriodNames) -> tuple[Finding, ...]:
    if not items:
        return ()
    intro = f"{_number(len(items))} tiêu chí {way} rõ rệt so với {period.before_name}"
    return (Finding(_introduced(intro, len(items)), tuple(items[:LISTED])),)


def dimensions(score: OfficeScore) -> tuple[str, ...]:
    """The highest and the lowest dimension, and whether they are clearly apart; () when fewer than two are shown."""
    shown = [
        (each.index.percent, text_in(each.name, "vi"), each.index)
        for each in score.dimensions
        if each.index.percent is not None
    ]
    if len(shown) < 2:
        return ()
    highest, lowest = max(shown, key=lambda each: each[0]), min(shown, key=lambda each: each[0])
    if highest[0] == lowest[0]:
        return (f"Các yếu tố có kết quả đều ở mức {percent(_rounded(highest[0]))}.",)
    said = (
        f"Yếu tố có chỉ số cao nhất là “{highest[1]}” ({percent(_rounded(highest[0]))}), thấp nhất là “{lowest[1]}” "
        f"({percent(_rounded(lowest[0]))})"
    )
    return (f"{said}{_gap(highest[2], lowest[2])}.",)


def _gap(one: Estimate, other: Estimate) -> str:
    if one.share is None or other.share is None:
        return ""
    gap = difference(one.share, other.share)
    return f"; chênh lệch {decimal(gap.points)} điểm phần trăm, {'rõ rệt' if gap.clear else 'chưa rõ'}"


def desks(parts: Sequence[tuple[Part, Estimate]], whole_index: Estimate) -> tuple[str, ...]:
    """Which desks stand clearly apart from the office, and which have no response; () for a single desk."""
    if len(parts) < 2:
        return ()
    above, below = parts_apart([(part.name, index) for part, index in parts], whole_index)
    said = [*_desks_apart(above, "cao hơn"), *_desks_apart(below, "thấp hơn")]
    silent = [part.name for part, _ in parts if part.responses == 0]
    if silent:
        said.append(f"{_number(len(silent))} quầy chưa có phiếu trả lời trong kỳ: {listing(silent)}.")
    return tuple(said)


def _desks_apart(found: Sequence[Standout], way: str) -> list[str]:
    if not found:
        return []
    named = listing([f"{each.name} ({percent(_rounded(each.figure.percent or 0))})" for each in found])
    return [f"Quầy có chỉ số {way} rõ rệt so với chỉ số chung: {named}."]


def missing(parts: Sequence[Part], rules: BaseRules) -> tuple[Finding, ...]:
    """The offices below that have too few responses to be shown, and those without any."""
    return tuple(_missing(parts, rules))


def _missing(parts: Sequence[Part], rules: BaseRules) -> Iterable[Finding]:
    elsewhere = [f"{each.name} ({whole(each.otherwise)} phiếu)" for each in parts if each.otherwise]
    if elsewhere:
        intro = f"{_number(len(elsewhere))} trong {len(parts)} đơn vị trực thuộc dùng phiếu khảo sát khác"
        yield Finding(f"{intro}, không tính trong báo cáo này: {listing(elsewhere)}.")
    words: Mapping[str, str] = {
        "suppressed": f"chưa đủ số phiếu (dưới {rules.suppressed_below} người trả lời các tiêu chí)",
        "no_data": "chưa có dữ liệu về các tiêu chí",
    }
    for status, reason in words.items():
        names = [
            each.name
            for each in parts
            if each.index.status == status and not each.index.withheld and not each.otherwise
        ]
        if names:
            intro = f"{_number(len(names))} trong {len(parts)} đơn vị trực thuộc {reason}: {listing(names)}."
            yield Finding(intro)
    withheld = [each.name for each in parts if each.index.withheld]
    if withheld:
        reason = "đủ số phiếu nhưng kết quả được ẩn để không suy ra được số của đơn vị có ít phiếu (quy tắc M12)"
        yield Finding(f"{_number(len(withheld))} trong {len(parts)} đơn vị trực thuộc {reason}: {listing(withheld)}.")


def below(parts: Sequence[Part]) -> tuple[str, ...]:
    """How many offices below are ranked, and how tiers are to be read; () when none is ranked."""
    ranked = [each for each in parts if each.tier is not None]
    if not ranked:
        return ()
    tiers = {(each.kind, each.tier) for each in ranked}
    said = f"{_number(len(ranked))} trong {len(parts)} đơn vị được xếp nhóm cùng các đơn vị cùng loại đủ số phiếu."
    if len(tiers) == len({kind for kind, _ in tiers}):
        return (said, "Chỉ số của các đơn vị cùng loại chưa khác nhau rõ rệt, nên các đơn vị này đều ở nhóm 1.")
    return (
        said,
        "Các đơn vị trong cùng một nhóm chưa khác rõ rệt so với đơn vị đứng đầu nhóm; thứ tự trong nhóm không có "
        "nghĩa là hơn kém nhau. Khoảng hạng cho biết những thứ hạng mà đơn vị có thể có.",
    )
