"""A round as lines of text for a console."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from survey.domain.comparison import NotComparable, clearness
from survey.domain.estimation import status_name
from survey.domain.message import Message, message
from survey.domain.questionnaire import Questionnaire, text_in
from survey.domain.rounds import Beside, Round, RoundResult
from survey.domain.scoring import Estimate, round_half_up

Say = Callable[[Message], str]


def round_table(
    the_round: Round, results: Sequence[RoundResult], questionnaire: Questionnaire, *, say: Say, language: str
) -> str:
    """The round with each of its offices: progress, then both results with their difference, then a plain sentence."""
    days = message(
        "từ ngày %(first)s đến ngày %(last)s",
        first=f"{the_round.first_day:%d/%m/%Y}",
        last=f"{the_round.last_day:%d/%m/%Y}",
    )
    table = _Table(questionnaire, say, language)
    lines = [f"{the_round.name} ({the_round.key})", f"{say(days)} · {the_round.questionnaire}"]
    return "\n".join([*lines, *(line for each in results for line in ("", *table.of(each)))])


class _Table:
    def __init__(self, questionnaire: Questionnaire, say: Say, language: str) -> None:
        self.questionnaire, self.say, self.language = questionnaire, say, language

    def of(self, result: RoundResult) -> Iterator[str]:
        progress = result.progress
        yield f"{progress.office.name} ({progress.office.code})"
        yield self._progress(result)
        if progress.half_width is not None:
            yield self.say(
                message(
                    "Với %(number)s phiếu trả lời trên %(files)s hồ sơ, sai số do chọn mẫu tối đa khoảng ±%(points)s "
                    "điểm phần trăm",
                    number=progress.answered,
                    files=progress.files,
                    points=self._number(progress.half_width),
                )
            )
        yield self._line(self.say(message("Chỉ số hài lòng")), result.index)
        yield self._line(self.say(message("Câu hỏi chung")), result.overall)
        for section, pair in zip(self.questionnaire.dimensions, result.dimensions, strict=True):
            yield self._line(f"{section.id}. {text_in(section.title, self.language)}", pair)
        yield self.say(result.verdict)

    def _progress(self, result: RoundResult) -> str:
        progress = result.progress
        rate = "–" if progress.rate is None else f"{self._number(progress.rate)} %"
        return self.say(
            message(
                "Mẫu cần %(target)s, đã mời %(invited)s, đã trả lời %(answered)s (tỷ lệ trả lời %(rate)s), để riêng "
                "%(aside)s",
                target=progress.target,
                invited=progress.invited,
                answered=progress.answered,
                rate=rate,
                aside=result.sample.set_aside,
            )
        )

    def _line(self, name: str, pair: Beside) -> str:
        parts = [
            f"   {name}:",
            f"{self.say(message('tại quầy'))} {self._figure(pair.counter)};",
            f"{self.say(message('mẫu độc lập'))} {self._figure(pair.sample)};",
            self._difference(pair),
        ]
        return " ".join(parts)

    def _figure(self, figure: Estimate) -> str:
        if figure.percent is None:
            return self.say(status_name(figure.status))
        limits = ""
        if figure.low is not None and figure.high is not None:
            limits = f" [{self._number(figure.low)}–{self._number(figure.high)}]"
        remark = f", {self.say(status_name(figure.status))}" if figure.status == "indicative" else ""
        return f"{self._number(figure.percent)}{limits} (n = {figure.respondents}{remark})"

    def _difference(self, pair: Beside) -> str:
        found = pair.difference
        if isinstance(found, NotComparable):
            return self.say(message("không so sánh được"))
        limits = ""
        if found.low is not None and found.high is not None:
            limits = f" [{self._signed(found.low)}; {self._signed(found.high)}]"
        return f"{self.say(message('chênh lệch'))} {self._signed(found.points)}{limits}, {self.say(clearness(found))}"

    def _signed(self, value: Fraction | float) -> str:
        sign = "+" if value > 0 else "−" if value < 0 else ""
        return sign + self._number(-value if value < 0 else value)

    def _number(self, value: Fraction | float) -> str:
        shown = str(round_half_up(value))
        return shown if self.language == "en" else shown.replace(".", ",")
