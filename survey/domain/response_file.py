"""Responses as CSV: every fault of a file at once, then plain responses; and the way back (interface.md)."""

from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from typing import Final

from survey.domain.answers import AnswerFault, CheckedAnswers, allowed_values, check_answers
from survey.domain.masking import masked
from survey.domain.message import Fault, Message, message
from survey.domain.offices import Desk, NoOfficeServes, OfficeTree, normalise_desk_code
from survey.domain.questionnaire import Questionnaire
from survey.domain.response import COMPLETION_DAYS, Response
from survey.domain.scoring import ALL_CHANNELS
from survey.domain.table import FirstFaults, Row, read_date, read_table, shortened

LONGEST_KEY = 64
LONGEST_REASONS = 200
EARLIEST = date(2000, 1, 1)  # an older year is a slip of the pen, and no report would ever show it
MOST_FAULTS: Final = 1000  # told one by one; whoever has more has made one mistake many times
_KEY_BYTES: Final = 16
COLUMNS = ("desk", "received_on")
OPTIONAL = ("key", "channel")
# What an export adds. An import keeps why a response was set aside, so that the same answers give the same scores
# (promise 5), and passes over what only the server may say: above all that a slip proved a transaction.
EXPORTED = ("office", "hour", "questionnaire", "verified", "set_aside")


@dataclass(frozen=True, slots=True)
class SoundRow:
    """A row without fault: what it says, and the desk and office it belongs to. ``key`` is "" where it has none."""

    line: int
    key: str
    desk: Desk
    office_id: int
    received_on: date
    channel: str
    set_aside: tuple[str, ...]
    checked: CheckedAnswers


@dataclass(slots=True)
class ResponseFile:
    """What a file's rows are checked against, and the faults found so far."""

    questionnaire: Questionnaire
    desks: Mapping[str, Desk]
    offices: OfficeTree
    channel: str
    today: date
    faults: FirstFaults = field(default_factory=lambda: FirstFaults(MOST_FAULTS))

    def check(self, lines: Iterable[str]) -> Iterator[SoundRow]:
        """The rows in which no fault was found; ``faults`` is complete at the end. Refused early when the header is
        wrong."""
        questions = tuple(self.questionnaire.questions)
        ids = (question.id for question in questions)
        rows = read_table(lines, required=COLUMNS, optional=(*OPTIONAL, *ids, *EXPORTED), faults=self.faults)
        several = [(question.id, question.type == "choices") for question in questions]
        for row in rows:
            sound = self._checked(row, several)
            if sound is not None:
                yield sound

    def read(self, lines: Iterable[str], *, digest: str) -> Iterator[Response]:
        """The responses of the sound rows. A row without key gets one of its file's ``digest`` and its line, the same
        each time: importing a file again stores nothing twice (promise 2)."""
        for row in self.check(lines):
            yield Response(
                office_id=row.office_id,
                key=row.key or self._key_of_line(digest, row.line),
                desk_id=row.desk.id,
                questionnaire=self.questionnaire.key,
                channel=row.channel,
                received_on=row.received_on,
                received_hour=None,
                answers=row.checked.answers,
                respondent=row.checked.respondent,
                texts={question: masked(text) for question, text in row.checked.texts.items()},
                completed=True,
                set_aside=row.set_aside,
            )

    def _key_of_line(self, digest: str, line: int) -> str:
        named = "\n".join((digest, self.questionnaire.key, self.channel, str(line)))
        return urlsafe_b64encode(sha256(named.encode()).digest()[:_KEY_BYTES]).rstrip(b"=").decode()

    def _checked(self, row: Row, questions: Iterable[tuple[str, bool]]) -> SoundRow | None:
        before = len(self.faults)
        desk = self._desk(row)
        received_on = self._received_on(row)
        channel = self._channel(row)
        key = self._key(row)
        set_aside = self._set_aside(row)
        self._check_version(row)
        cells = row.values
        checked = check_answers(
            self.questionnaire,
            {name: _values(cell, several) for name, several in questions if (cell := cells.get(name))},
        )
        for fault in checked.faults:
            self.faults.append(self._answer_fault(row, fault))
        if not (checked.answers or checked.texts or checked.respondent) and not checked.faults:
            self._fault(row, None, message("không có câu trả lời nào"), message("điền câu trả lời hoặc bỏ dòng này"))
        if desk is None or received_on is None or len(self.faults) > before:
            return None
        self._check_desk_dates(row, desk, received_on)
        office_id = self._office(row, desk, received_on)
        if office_id is None or len(self.faults) > before:
            return None
        return SoundRow(row.line, key, desk, office_id, received_on, channel, set_aside, checked)

    def _fault(self, row: Row, column: str | None, problem: Message, remedy: Message) -> None:
        self.faults.append(Fault(row.place(column), problem, remedy))

    def _answer_fault(self, row: Row, fault: AnswerFault) -> Fault:
        place, allowed = row.place(fault.question_id), allowed_values(self.questionnaire.question(fault.question_id))
        if not allowed:
            return Fault(place, fault.message, message("sửa lại câu chữ"))
        problem = message("“%(value)s” không phải là câu trả lời của cột này", value=shortened(fault.value))
        remedy = message("ghi một trong: %(allowed)s; để trống là không trả lời", allowed=", ".join(allowed))
        return Fault(place, problem, remedy)

    def _desk(self, row: Row) -> Desk | None:
        desk = self.desks.get(row["desk"]) or self.desks.get(normalise_desk_code(row["desk"]) or "")
        if desk is None:
            problem = message("không có quầy nào mang mã “%(code)s”", code=shortened(row["desk"]))
            self._fault(row, "desk", problem, message("sửa mã quầy; xem danh sách: flask desks export"))
        return desk

    def _received_on(self, row: Row) -> date | None:
        before = len(self.faults)
        received_on = read_date(row, "received_on", self.faults)
        if received_on is None and len(self.faults) == before:
            self._fault(row, "received_on", message("còn trống"), message("ghi ngày nhận phiếu, dạng 2026-10-31"))
        if received_on is not None and received_on < EARLIEST:
            problem = message("ngày %(day)s sớm hơn %(earliest)s", day=received_on, earliest=EARLIEST)
            self._fault(row, "received_on", problem, message("ghi ngày nhận phiếu thật"))
        if received_on is not None and received_on > self.today:
            problem = message("ngày %(day)s còn ở tương lai", day=received_on)
            self._fault(row, "received_on", problem, message("ghi ngày nhận phiếu thật"))
        return received_on

    def _check_desk_dates(self, row: Row, desk: Desk, day: date) -> None:
        office = self.offices.by_id[desk.office_id]
        early = desk.opens_after(day) or (office.valid_from is not None and day < office.valid_from)
        if early or desk.retired_before(day - timedelta(days=COMPLETION_DAYS)):
            problem = message("quầy %(desk)s không hoạt động ngày %(day)s", desk=desk.code, day=day)
            remedy = message("sửa ngày nhận phiếu, hoặc sửa ngày mở và ngày nghỉ của quầy, cơ quan")
            self._fault(row, "received_on", problem, remedy)

    def _channel(self, row: Row) -> str:
        channel = row["channel"] or self.channel
        if channel not in ALL_CHANNELS:
            problem = message("không có kênh “%(channel)s”", channel=shortened(channel))
            self._fault(
                row, "channel", problem, message("dùng một trong: %(channels)s", channels=", ".join(ALL_CHANNELS))
            )
        return channel

    def _key(self, row: Row) -> str:
        key = row["key"]
        if len(key) > LONGEST_KEY or not key.isprintable():
            problem = message("khóa dài hơn %(longest)s ký tự hoặc có ký tự lạ", longest=LONGEST_KEY)
            self._fault(row, "key", problem, message("rút ngắn khóa, hoặc để trống để được cấp khóa mới"))
        return key

    def _set_aside(self, row: Row) -> tuple[str, ...]:
        reasons = tuple(reason for reason in row["set_aside"].split("|") if reason)
        if len("|".join(reasons)) > LONGEST_REASONS:
            problem = message("dài hơn %(longest)s ký tự", longest=LONGEST_REASONS)
            self._fault(row, "set_aside", problem, message("rút ngắn lại"))
        return reasons

    def _check_version(self, row: Row) -> None:
        """A response answered one version and no other (promise 4)."""
        named = row["questionnaire"]
        if named not in ("", self.questionnaire.id, self.questionnaire.key):
            problem = message(
                "phiếu trả lời này theo “%(named)s”, không phải “%(asked)s”",
                named=shortened(named),
                asked=self.questionnaire.key,
            )
            remedy = message("nhập riêng các dòng này với --questionnaire đúng phiên bản")
            self._fault(row, "questionnaire", problem, remedy)

    def _office(self, row: Row, desk: Desk, day: date) -> int | None:
        try:
            return self.offices.serving(desk.office_id, day).id
        except NoOfficeServes as closed:
            problem = message("cơ quan %(office)s đã ngừng hoạt động ngày này", office=closed.office_code)
            self._fault(row, "received_on", problem, message("sửa ngày, hoặc ghi đơn vị kế thừa cho cơ quan"))
            return None


def _values(cell: str, several: bool) -> list[str]:
    """The values in a cell: several only where several may be ticked; a comment may hold a bar itself."""
    return cell.split("|") if several else [cell]


def export_columns(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Columns of an export of one questionnaire version: those of an import, then what only we know."""
    questions = (question.id for question in questionnaire.questions)
    return ("key", "desk", "received_on", "channel", *questions, *EXPORTED)


def export_row(response: Response, *, questionnaire: Questionnaire, desk: str, office: str) -> tuple[object, ...]:
    """The response as a line under ``export_columns``."""
    values = {**response.answers, **response.respondent, **response.texts}
    return (
        response.key,
        desk,
        response.received_on,
        response.channel,
        *(_cell(values.get(question.id)) for question in questionnaire.questions),
        office,
        response.received_hour,
        response.questionnaire,
        "yes" if response.verified else "",
        "|".join(response.set_aside),
    )


def _cell(value: object) -> object:
    return "|".join(value) if isinstance(value, tuple) else value
