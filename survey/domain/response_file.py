"""Responses as CSV: every fault of a file at once, then plain responses; and the way back (interface.md)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from survey.domain.answers import AnswerFault, allowed_values, check_answers
from survey.domain.masking import masked
from survey.domain.message import Fault, Message, message
from survey.domain.offices import Desk, NoOfficeServes, OfficeTree, normalise_desk_code
from survey.domain.questionnaire import Question, Questionnaire
from survey.domain.response import COMPLETION_DAYS, Response, new_key
from survey.domain.scoring import ALL_CHANNELS
from survey.domain.table import Row, read_date, read_table

LONGEST_KEY = 64
LONGEST_REASONS = 200
EARLIEST = date(2000, 1, 1)  # an older year is a slip of the pen, and no report would ever show it
COLUMNS = ("desk", "received_on")
OPTIONAL = ("key", "channel")
# What an export adds. An import keeps why a response was set aside, so that the same answers give the same scores
# (promise 5), and passes over what only the server may say: above all that a slip proved a transaction.
EXPORTED = ("office", "hour", "questionnaire", "verified", "set_aside")


@dataclass(slots=True)
class ResponseFile:
    """What a file's rows are checked against, and the faults found so far."""

    questionnaire: Questionnaire
    desks: Mapping[str, Desk]
    offices: OfficeTree
    channel: str
    today: date
    faults: list[Fault] = field(default_factory=list)

    def read(self, text: str) -> Iterator[Response]:
        """Responses of the rows in which no fault was found; ``faults`` is complete at the end. Refused early when
        the header is wrong."""
        questions = tuple(self.questionnaire.questions)
        ids = (question.id for question in questions)
        rows = read_table(text, required=COLUMNS, optional=(*OPTIONAL, *ids, *EXPORTED), faults=self.faults)
        for row in rows:
            response = self._response(row, questions)
            if response is not None:
                yield response

    def _response(self, row: Row, questions: Sequence[Question]) -> Response | None:
        before = len(self.faults)
        desk = self._desk(row)
        received_on = self._received_on(row)
        channel = self._channel(row)
        key = self._key(row)
        set_aside = self._set_aside(row)
        self._check_version(row)
        checked = check_answers(
            self.questionnaire, {each.id: _values(row[each.id], each) for each in questions if row[each.id]}
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
        return Response(
            office_id=office_id,
            key=key,
            desk_id=desk.id,
            questionnaire=self.questionnaire.key,
            channel=channel,
            received_on=received_on,
            received_hour=None,
            answers=checked.answers,
            respondent=checked.respondent,
            texts={question: masked(text) for question, text in checked.texts.items()},
            completed=True,
            set_aside=set_aside,
        )

    def _fault(self, row: Row, column: str | None, problem: Message, remedy: Message) -> None:
        self.faults.append(Fault(row.place(column), problem, remedy))

    def _answer_fault(self, row: Row, fault: AnswerFault) -> Fault:
        place, allowed = row.place(fault.question_id), allowed_values(self.questionnaire.question(fault.question_id))
        if not allowed:
            return Fault(place, fault.message, message("sửa lại câu chữ"))
        problem = message("“%(value)s” không phải là câu trả lời của cột này", value=fault.value)
        remedy = message("ghi một trong: %(allowed)s; để trống là không trả lời", allowed=", ".join(allowed))
        return Fault(place, problem, remedy)

    def _desk(self, row: Row) -> Desk | None:
        desk = self.desks.get(normalise_desk_code(row["desk"]) or "")
        if desk is None:
            problem = message("không có quầy nào mang mã “%(code)s”", code=row["desk"])
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
            problem = message("không có kênh “%(channel)s”", channel=channel)
            self._fault(
                row, "channel", problem, message("dùng một trong: %(channels)s", channels=", ".join(ALL_CHANNELS))
            )
        return channel

    def _key(self, row: Row) -> str:
        key = row["key"]
        if not key:
            return new_key()
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
                "phiếu trả lời này theo “%(named)s”, không phải “%(asked)s”", named=named, asked=self.questionnaire.key
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


def _values(cell: str, question: Question) -> list[str]:
    """The values in a cell: several only where several may be ticked; a comment may hold a bar itself."""
    return cell.split("|") if question.type == "choices" else [cell]


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
