"""The rules by which responses are set aside (Q2) in words, with the thresholds of ``trust_table`` in force."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from survey.domain import trust_table
from survey.domain.judging import reason_name
from survey.domain.message import Message
from survey.domain.questionnaire import Text
from survey.domain.trust_table import SLIPS_IN_USE, Closed, Limit, OneHand, Pace, Repeated, WithoutSlips


@dataclass(frozen=True, slots=True)
class TrustRule:
    """One reason: its name, its threshold in words, and why."""

    reason: str
    name: Message
    threshold: Text
    why: Text


def trust_rules() -> tuple[TrustRule, ...]:
    """Every rule of the table, in its order."""
    listed = [
        TrustRule(each.reason, reason_name(each.reason), _THRESHOLDS[type(each)](each), _WHY[each.reason])
        for each in vars(trust_table).values()
        if isinstance(each, Pace | Closed | OneHand | Limit | WithoutSlips | Repeated)
    ]
    beyond = trust_table.MORE_THAN_TRANSACTIONS
    return (*listed, TrustRule(beyond, reason_name(beyond), _BEYOND_TRANSACTIONS, _WHY[beyond]))


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds()) // 60


def _limit(rule: Limit) -> Text:
    hours, minutes = divmod(_minutes(rule.within), 60)
    long = hours > 1 and minutes == 0
    number = hours if long else _minutes(rule.within)
    return {
        "vi": f"Hơn {rule.responses} phiếu trong {number} {'giờ' if long else 'phút'}.",
        "en": f"More than {rule.responses} responses within {number} {'hours' if long else 'minutes'}.",
    }


def _pace(rule: Pace) -> Text:
    seconds = f"{rule.seconds:g}"
    return {
        "vi": f"Dưới {seconds.replace('.', ',')} giây cho một tiêu chí, ở phiếu có từ {rule.criteria} tiêu chí.",
        "en": f"Less than {seconds} seconds a criterion, in a response with at least {rule.criteria} criteria.",
    }


def _closed(rule: Closed) -> Text:
    return {
        "vi": f"Hơn {_minutes(rule.grace)} phút trước giờ mở cửa hoặc sau giờ đóng cửa.",
        "en": f"More than {_minutes(rule.grace)} minutes before opening or after closing.",
    }


def _one_hand(rule: OneHand) -> Text:
    pause, shortest, longest = _minutes(rule.pause), int(rule.shortest.total_seconds()), _minutes(rule.longest)
    return {
        "vi": f"Từ {rule.run} phiếu, mỗi phiếu bắt đầu trong vòng {pause} phút sau khi phiếu trước được gửi. Mỗi lần "
        f"hai phiếu được điền cùng lúc thì trừ đi {rule.overlap} phiếu. Chỉ xét phiếu điền từ {shortest} giây đến "
        f"{longest} phút; không xét máy khảo sát đặt tại quầy.",
        "en": f"From {rule.run} responses, each begun within {pause} minutes after the one before was sent. Wherever "
        f"two were filled in at the same time, {rule.overlap} are taken off. Only responses that took {shortest} "
        f"seconds to {longest} minutes are looked at, and not those of a tablet that stands at the desk.",
    }


def _without_slips(rule: WithoutSlips) -> Text:
    minutes, one_in, days = _minutes(rule.within), round(1 / rule.chance), SLIPS_IN_USE.within.days
    least, percent = SLIPS_IN_USE.responses, round(100 * SLIPS_IN_USE.share)
    return {
        "vi": f"Trong {minutes} phút có hơn {rule.responses} phiếu không có mã phiếu hẹn, và phiếu có mã ít đến mức "
        f"ngẫu nhiên chưa tới một lần trong {one_in} lần, tính theo tỷ lệ phiếu có mã của quầy trong {days} ngày trước "
        f"đó. Chỉ áp dụng khi trong những ngày đó quầy có từ {least} phiếu, trong đó từ {percent} % có mã, và trong "
        "ngày có ít nhất một phiếu có mã.",
        "en": f"Within {minutes} minutes more than {rule.responses} responses without a slip, and so few with one as "
        f"come about by chance less than once in {one_in} times, by the desk's share of responses with a slip in the "
        f"{days} days before. Only where the desk had at least {least} responses in those days, {percent} % of them or "
        "more with a slip, and on days with at least one.",
    }


def _repeated(rule: Repeated) -> Text:
    return {
        "vi": f"Cùng một đoạn từ {rule.letters} chữ cái, chữ số ở từ {rule.responses} phiếu.",
        "en": f"The same text of at least {rule.letters} letters and digits in at least {rule.responses} responses.",
    }


_THRESHOLDS: Final[Mapping[type, Callable[[Any], Text]]] = {
    Pace: _pace,
    Closed: _closed,
    OneHand: _one_hand,
    Limit: _limit,
    WithoutSlips: _without_slips,
    Repeated: _repeated,
}
_BEYOND_TRANSACTIONS: Final[Text] = {
    "vi": "Số phiếu của tháng nhiều hơn số lượt giao dịch của tháng, nơi biết số lượt giao dịch.",
    "en": "More responses in a month than transactions, where the number of transactions is known.",
}
_FEW_SLIPS: Final[Text] = {
    "vi": "Người đến làm thủ tục có phiếu hẹn trong tay: nhiều người thật cùng trả lời thì cũng có nhiều phiếu có mã.",
    "en": "Those who were served hold a slip: where many real people answer, many responses come with one.",
}
_WHY: Final[Mapping[str, Text]] = {
    "too-fast": {
        "vi": "Người có đọc câu hỏi không trả lời nhanh đến thế.",
        "en": "Nobody who reads the questions is that fast.",
    },
    "same-value-too-fast": {
        "vi": "Một mức cho mọi câu không phải là lỗi (Q3), nhưng với tốc độ đó thì câu hỏi đã không được đọc.",
        "en": "One level throughout is no offence (Q3), but at that speed the questions were not read.",
    },
    "outside-hours": {
        "vi": "Khi cơ quan đóng cửa, người dân không ở đó để trả lời.",
        "en": "When the office is closed no citizen is there to answer.",
    },
    "one-device": {
        "vi": "Gia đình dùng chung điện thoại thì không nối nhau nhiều và liền đến thế.",
        "en": "A family that shares a phone is not so many, one right after the other.",
    },
    "many-taps": {"vi": "Một người chỉ cần chạm một lần.", "en": "One person need tap once only."},
    "burst": {
        "vi": "Một quầy không phục vụ được từng ấy người trong chừng ấy phút.",
        "en": "No desk serves so many people in so few minutes.",
    },
    "burst-when-closed": {
        "vi": "Khi cơ quan đóng cửa chỉ có ít người trả lời từ nhà.",
        "en": "When the office is closed few people answer, from home.",
    },
    "away-address": {
        "vi": "Trả lời từ nơi khác thì hiếm khi nhiều người cùng một mạng; giới hạn vẫn rộng vì mạng di động dùng "
        "chung địa chỉ.",
        "en": "People who answer elsewhere seldom share a network; the limit is wide because mobile networks share "
        "addresses.",
    },
    "one-address": {
        "vi": "Hai trăm người dùng chung Wi-Fi của cơ quan vẫn trả lời được trong một buổi sáng (Q4).",
        "en": "Two hundred people behind one Wi-Fi can still answer in a morning (Q4).",
    },
    "repeated-text": {
        "vi": "Nhiều người khác nhau không viết giống hệt nhau một đoạn dài.",
        "en": "Different people do not write the same long text.",
    },
    "one-device-without-slips": _FEW_SLIPS,
    "away-without-slips": _FEW_SLIPS,
    "burst-without-slips": _FEW_SLIPS,
    "more-than-transactions": {
        "vi": "Không thể có nhiều người trả lời hơn số người đã được phục vụ.",
        "en": "No more people can answer than were served.",
    },
}
