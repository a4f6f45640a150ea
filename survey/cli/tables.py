"""A score as lines of text for a console."""

import unicodedata
from collections.abc import Callable, Iterator
from fractions import Fraction

from survey.domain.credibility import Credibility
from survey.domain.estimation import status_name
from survey.domain.message import Message, message
from survey.domain.periods import days_in_words
from survey.domain.questionnaire import text_in
from survey.domain.scoring import CHANNEL_NAMES, Estimate, OfficeScore, round_half_up

Say = Callable[[Message], str]
NAME_WIDTH = 52


def score_table(score: OfficeScore, beside: Credibility, say: Say, language: str) -> str:
    """The score as a table: index, overall, dimensions and criteria with base and interval; "no data" in words.

    Below it the numbers side by side, and what they say.
    """
    heading = [
        f"{score.office_name} ({score.office_code})",
        f"{say(days_in_words(score.period))} · {score.questionnaire_key} · {score.method.key}",
        say(
            message(
                "%(responses)s phiếu trả lời, %(aside)s phiếu để riêng",
                responses=score.responses,
                aside=score.set_aside,
            )
        ),
        "",
    ]
    blocks = [_rows(score, say, language), _beside_rows(beside, say)]
    figures, numbers = ([_line(*row, say=say, language=language) for row in block] for block in blocks)
    return "\n".join([*heading, *figures, "", *numbers, "", *map(say, beside.sentences(score))])


def _beside_rows(beside: Credibility, say: Say) -> Iterator[tuple[str, Estimate]]:
    numbers = beside.standings
    yield say(message("Chỉ phiếu được xác thực bằng mã phiếu hẹn")), numbers.verified.index
    yield say(message("Chỉ phiếu mở")), numbers.open.index
    yield say(message("Tính cả phiếu để riêng")), numbers.with_set_aside.index
    for channel, portion in numbers.channels.items():
        yield say(CHANNEL_NAMES[channel]), portion.index


def _rows(score: OfficeScore, say: Say, language: str) -> Iterator[tuple[str, Estimate]]:
    yield say(message("Chỉ số hài lòng")), score.index
    yield say(message("Câu hỏi chung")), score.overall
    for dimension in score.dimensions:
        yield f"{dimension.id}. {text_in(dimension.name, language)}", dimension.index
        for criterion in dimension.criteria:
            yield f"   {criterion.id}. {text_in(criterion.name, language)}", criterion.index


def _line(name: str, figure: Estimate, *, say: Say, language: str) -> str:
    padded = _shortened(name).ljust(NAME_WIDTH)
    if figure.percent is None:
        words = message("không nêu, để không lộ nhóm nhỏ") if figure.withheld else status_name(figure.status)
        return f"{padded}  {say(words)}"
    percent, low, high = (_number(each, language) for each in (figure.percent, figure.low, figure.high))
    low_high = f"[{low}–{high}]" if low and high else ""
    remark = f"  {say(status_name(figure.status))}" if figure.status == "indicative" else ""
    return f"{padded}  {percent:>7}  {low_high:<17} n = {figure.base}{remark}"


def _shortened(name: str) -> str:
    name = unicodedata.normalize("NFC", name)
    return name if len(name) <= NAME_WIDTH else name[: NAME_WIDTH - 1] + "…"


def _number(value: Fraction | float | None, language: str) -> str:
    if value is None:
        return ""
    shown = str(round_half_up(value))
    return shown if language == "en" else shown.replace(".", ",")
