"""What numbers side by side say, in sentences an official would sign; each is computed, none is a verdict (M10, Q5)."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from survey.domain.comparison import NotComparable
from survey.domain.estimation import RATED_FLOOR, BaseRules, Change
from survey.domain.message import Message, message
from survey.domain.scoring import CHANNEL_NAMES, round_half_up
from survey.domain.standings import Comparison, Pair, Standings
from survey.domain.vietnamese import Amount
from survey.domain.weighting import ResponseRate, Weighted

_NAMED: Final = 3
_NAMES: Final[Mapping[Pair, tuple[Message, Message]]] = {
    "verified": (message("các phiếu được xác thực bằng mã phiếu hẹn"), message("các phiếu mở")),
    "set_aside": (message("các phiếu để riêng"), message("các phiếu tính vào kết quả")),
    "independent": (message("đợt mời độc lập"), message("kết quả thu tại cơ quan")),
    "staff_entered": (message("phiếu giấy do cán bộ nhập"), message("đợt mời độc lập")),
}


def percent(value: Fraction | float) -> Amount:
    """A percentage for a sentence."""
    return Amount(round_half_up(value), "percent")


def points(value: Fraction | float) -> Amount:
    """Percentage points without a sign, for "thấp hơn 3,20 điểm phần trăm"."""
    return Amount(round_half_up(-value if value < 0 else value), "points")


def signed(value: Fraction | float) -> Amount:
    """Percentage points with their sign."""
    return Amount(round_half_up(value), "signed")


def whole(number: int) -> Amount:
    """A count for a sentence."""
    return Amount(number, "whole")


def names_of(found: Comparison) -> tuple[Message, Message]:
    """What the two numbers of a comparison are called inside a sentence."""
    if found.pair == "channel":
        return message("kênh “%(channel)s”", channel=CHANNEL_NAMES[found.channel]), message("các kênh mở khác")
    return _NAMES[found.pair]


# --- comparisons ------------------------------------------------------------------------------------------


def comparison(found: Comparison, rules: BaseRules | None = None) -> Message:
    """What a comparison says: clear with how far and how sure, not clear, or why nothing can be said."""
    one, other = names_of(found)
    if isinstance(found.index, NotComparable):
        return _not_comparable(found, rules or BaseRules())
    said = _difference(found.index, one=one, other=other, percents=_percents(found))
    if not found.indicative:
        return said
    least = whole((rules or BaseRules()).rated_from)
    return message("%(said)s Có nhóm dưới %(least)s người trả lời, nên chỉ để tham khảo.", said=said, least=least)


def _percents(found: Comparison) -> tuple[Amount, Amount]:
    return percent(found.one.index.percent or 0), percent(found.other.index.percent or 0)


def _difference(found: Change, *, one: Message, other: Message, percents: tuple[Amount, Amount]) -> Message:
    places: dict[str, object] = {"one": one, "other": other, "p": percents[0], "q": percents[1]}
    if found.low is None or found.high is None:
        return message(
            "Chỉ số của %(one)s là %(p)s, của %(other)s là %(q)s; phương pháp tính này không có khoảng tin cậy nên "
            "chưa kết luận được hai số có khác nhau rõ rệt hay không.",
            **places,
        )
    if not found.clear:
        places |= {"points": signed(found.points), "low": signed(found.low), "high": signed(found.high)}
        return message(
            "Chỉ số của %(one)s (%(p)s) và của %(other)s (%(q)s) chưa khác nhau rõ rệt: chênh lệch %(points)s điểm "
            "phần trăm, khoảng tin cậy 95 %% từ %(low)s đến %(high)s, còn chứa số 0.",
            **places,
        )
    near, far = sorted((abs(found.low), abs(found.high)))  # both on the same side of 0
    places |= {"points": points(found.points), "low": points(near), "high": points(far)}
    if found.points < 0:
        return message(
            "Chỉ số của %(one)s là %(p)s, thấp hơn rõ rệt so với %(other)s (%(q)s): chênh lệch %(points)s điểm phần "
            "trăm, khoảng tin cậy 95 %% từ %(low)s đến %(high)s.",
            **places,
        )
    return message(
        "Chỉ số của %(one)s là %(p)s, cao hơn rõ rệt so với %(other)s (%(q)s): chênh lệch %(points)s điểm phần trăm, "
        "khoảng tin cậy 95 %% từ %(low)s đến %(high)s.",
        **places,
    )


def _not_comparable(found: Comparison, rules: BaseRules) -> Message:
    one, other = names_of(found)
    empty = next((name for name, each in ((one, found.one), (other, found.other)) if not each.responses), None)
    if empty is not None:
        return message(
            "Chưa đối chiếu được %(one)s với %(other)s: trong kỳ không có phiếu nào của %(empty)s.",
            one=one,
            other=other,
            empty=empty,
        )
    if found.one.index.withheld or found.other.index.withheld:
        return message(
            "Không đối chiếu %(one)s với %(other)s, để không suy ra được kết quả của nhóm ít người trả lời (quy tắc "
            "M12).",
            one=one,
            other=other,
        )
    return message(
        "Chưa đối chiếu được %(one)s với %(other)s: có nhóm dưới %(least)s người trả lời các tiêu chí.",
        one=one,
        other=other,
        least=whole(rules.suppressed_below),
    )


def short_flag(standings: Standings) -> Message | None:
    """The one line an office's head must not miss: proven answers clearly apart from open ones; None otherwise."""
    found = next(each for each in standings.comparisons if each.pair == "verified")
    if not isinstance(found.index, Change) or not found.index.clear:
        return None
    far = points(found.index.points)
    if found.index.points < 0:
        return message("Phiếu được xác thực thấp hơn phiếu mở rõ rệt: %(points)s điểm phần trăm.", points=far)
    return message("Phiếu được xác thực cao hơn phiếu mở rõ rệt: %(points)s điểm phần trăm.", points=far)


# --- one by one ---------------------------------------------------------------------------------------------


def proof(standings: Standings) -> Message:
    """How much of the headline is proven; no number of ours says how much is enough."""
    counted, verified, share = standings.headline.responses, standings.verified.responses, standings.verified_share
    if share is None:
        return message("Trong kỳ chưa có phiếu nào được tính vào kết quả chính.")
    if verified == 0:
        return message(
            "Không phiếu nào trong %(counted)s phiếu của kết quả chính được xác thực bằng mã phiếu hẹn: kết quả này "
            "chưa được đối chiếu với giao dịch thật.",
            counted=whole(counted),
        )
    return message(
        "%(verified)s trong %(counted)s phiếu của kết quả chính (%(share)s) được xác thực bằng mã phiếu hẹn; các phiếu "
        "còn lại không chứng minh được là từ một giao dịch.",
        verified=whole(verified),
        counted=whole(counted),
        share=percent(share),
    )


def worth_telling(found: Comparison) -> bool:
    """Whether there is anything to compare; of the channels only those that differ clearly are told."""
    if found.pair == "channel":
        return found.clear
    if found.pair == "set_aside" and isinstance(found.index, NotComparable):
        return False  # the sentence on what is set aside says why
    return bool(found.one.responses and found.other.responses)


def set_aside(standings: Standings) -> Message:
    """What the index would be with those set aside: a plain difference, because most respondents are in both."""
    number, moved = whole(standings.set_aside.responses), standings.moved_by_set_aside
    whole_index = standings.with_set_aside.index.percent
    if moved is None or whole_index is None:
        return message(
            "Có %(number)s phiếu để riêng; không nêu chỉ số khi tính cả các phiếu này, để không suy ra được kết quả "
            "của nhóm ít người trả lời (quy tắc M12).",
            number=number,
        )
    return message(
        "Nếu tính cả %(number)s phiếu để riêng, chỉ số là %(index)s (%(moved)s điểm phần trăm so với kết quả chính).",
        number=number,
        index=percent(whole_index),
        moved=signed(moved),
    )


# --- response rate and weights ----------------------------------------------------------------------------


def response_rate(rate: ResponseRate) -> Message:
    """How many of those served answered; more responses than transactions are called what they are."""
    if rate.transactions is None:
        return message("Chưa tính được tỷ lệ trả lời: chưa có số lượt giao dịch phủ trọn kỳ.")
    places: dict[str, object] = {"responses": whole(rate.responses), "transactions": whole(rate.transactions)}
    if rate.exceeded:
        return message(
            "Nhiều phiếu hơn lượt giao dịch: nhận %(received)s phiếu, trong đó %(aside)s phiếu để riêng, mà chỉ có "
            "%(transactions)s lượt. Cần kiểm tra số lượt đã nhập và cách thu phiếu.",
            received=whole(rate.received),
            aside=whole(rate.set_aside),
            **places,
        )
    if rate.percent is None:
        return message("Trong kỳ không có lượt giao dịch nào.")
    return message(
        "Tỷ lệ trả lời là %(rate)s: %(responses)s phiếu, theo mọi bản khảo sát, trên %(transactions)s lượt giao dịch.",
        rate=percent(rate.percent),
        **places,
    )


def weighted(found: Weighted, *, index: Fraction | None, rules: BaseRules | None = None) -> Message | None:
    """The weighted index beside the unweighted one, or what it lacks; None where there is nothing to weigh."""
    if found.lack == "single" or index is None:
        return None
    if found.lack is not None:
        return _lack(found, rules or BaseRules())
    places: dict[str, object] = {"weighted": percent(found.percent or 0), "index": percent(index)}
    if found.low is None or found.high is None:
        return message(
            "Chỉ số có trọng số theo lượt giao dịch là %(weighted)s; không có trọng số là %(index)s.", **places
        )
    return message(
        "Chỉ số có trọng số theo lượt giao dịch là %(weighted)s (khoảng tin cậy 95 %% từ %(low)s đến %(high)s); không "
        "có trọng số là %(index)s.",
        low=percent(found.low),
        high=percent(found.high),
        **places,
    )


def _lack(found: Weighted, rules: BaseRules) -> Message:
    names, more = ", ".join(found.lacking[:_NAMED]), len(found.lacking) - _NAMED
    places: dict[str, object] = {
        "names": names if more <= 0 else message("%(names)s và %(more)s nơi khác", names=names, more=whole(more))
    }
    if found.lack == "transactions":
        return message("Chưa tính được chỉ số có trọng số: chưa có đủ số lượt giao dịch của %(names)s.", **places)
    return message(
        "Chưa tính được chỉ số có trọng số: %(names)s có dưới %(least)s người trả lời.",
        least=whole(max(RATED_FLOOR, rules.rated_from)),
        **places,
    )
