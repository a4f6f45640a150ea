"""Judging responses by hand (Q2): what an analyst sees of each, and what a judgement must say."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from survey.domain.message import Message, message
from survey.domain.questionnaire import NOT_APPLICABLE, Questionnaire, Text
from survey.domain.response import Response

Decision = Literal["put-back", "set-aside"]
BY_HAND: Final = "by-hand"
LONGEST_NOTE: Final = 500


class NotJudged(Exception):
    """A judgement that cannot be taken as it is; carries the sentence for whoever made it."""

    def __init__(self, sentence: Message) -> None:
        super().__init__(str(sentence))
        self.message = sentence


@dataclass(frozen=True, slots=True)
class Judgement:
    """What somebody decided about the response of a key, and why."""

    key: str
    decision: Decision
    note: str


def judged(stored: Response, judgement: Judgement) -> tuple[str, ...]:
    """The reasons that a response has after the judgement. Raises NotJudged."""
    if not judgement.note.strip():
        raise NotJudged(message("Xin ghi lý do. Lý do được lưu vào sổ ghi vết cùng tên Ông/Bà."))
    if len(judgement.note) > LONGEST_NOTE:
        raise NotJudged(message("Lý do dài quá %(most)s ký tự. Xin viết ngắn lại.", most=LONGEST_NOTE))
    if judgement.decision == "put-back" and not stored.set_aside:
        raise NotJudged(message("Phiếu này đang được tính, không cần đưa lại."))
    if judgement.decision == "set-aside" and stored.set_aside:
        raise NotJudged(message("Phiếu này đã được để riêng rồi."))
    return () if judgement.decision == "put-back" else (BY_HAND,)


@dataclass(frozen=True, slots=True)
class InShort:
    """A response in a line: the overall answer, how often each level was ticked, and what was written.

    ``overall`` is None where it was not answered; ``levels`` by value, highest first.
    """

    overall: Text | None
    levels: tuple[tuple[int, int], ...]
    not_applicable: int
    texts: tuple[str, ...]


def in_short(response: Response, questionnaire: Questionnaire | None) -> InShort:
    """What was answered, in short; of a version that no file has any more, what was written alone."""
    texts = tuple(response.texts.values())
    if questionnaire is None:
        return InShort(None, (), 0, texts)
    asked = questionnaire.overall
    options = asked.scale.options if asked.scale else ()
    overall = next((each.label for each in options if each.value == response.answers.get(asked.id)), None)
    answers = [response.answers.get(criterion.id) for criterion in questionnaire.criteria]
    levels = Counter(answer for answer in answers if isinstance(answer, int))
    return InShort(overall, tuple(sorted(levels.items(), reverse=True)), answers.count(NOT_APPLICABLE), texts)


def by_reason(numbers: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """How many responses each reason set aside, most first, from numbers by joined reasons (``a|b``)."""
    found: Counter[str] = Counter()
    for joined, number in numbers.items():
        for reason in joined.split("|"):
            found[reason] += number
    return tuple(sorted(found.items(), key=lambda each: (-each[1], each[0])))


# ---- reasons in words

# Every reason of domain/trust_table.py; a test holds the two together.
REASON_NAMES: Final[Mapping[str, Message]] = {
    BY_HAND: message("do chuyên viên để riêng"),
    "too-fast": message("điền nhanh hơn mức đọc được câu hỏi"),
    "same-value-too-fast": message("mọi câu một mức và điền quá nhanh"),
    "outside-hours": message("từ mạng hoặc máy của cơ quan, ngoài giờ làm việc"),
    "one-device": message("nhiều phiếu nối tiếp nhau từ một thiết bị"),
    "many-taps": message("chạm liên tiếp nhiều lần từ một thiết bị"),
    "burst": message("quá nhiều phiếu của quầy trong ít phút"),
    "burst-when-closed": message("nhiều phiếu khi cơ quan đóng cửa"),
    "away-address": message("nhiều phiếu từ một mạng ở nơi khác"),
    "one-address": message("rất nhiều phiếu từ một mạng"),
    "repeated-text": message("ý kiến chép lại của nhau"),
    "one-device-without-slips": message("nhiều phiếu từ một thiết bị, quá ít phiếu hẹn"),
    "away-without-slips": message("nhiều phiếu từ một mạng ở nơi khác, quá ít phiếu hẹn"),
    "burst-without-slips": message("nhiều phiếu của quầy, quá ít phiếu hẹn"),
    "more-than-transactions": message("nhiều phiếu hơn số lượt giao dịch"),
}


def reason_name(reason: str) -> Message:
    """A reason in a few words; its own word where it came with a file from elsewhere."""
    return REASON_NAMES.get(reason, Message(reason))
