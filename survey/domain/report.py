"""What an official report says, already decided: frozen values that outlive the program that made them.

PDF, and later DOCX and XLSX, are renderings of one ``ReportContent``; issuing keeps its JSON (promise 7). Figures are
rounded here, once (M6), so every rendering shows the same digits.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Final, Literal

import msgspec

from survey.domain.estimation import Status
from survey.domain.message import message

FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """An estimate as shown (scoring.Estimate, rounded); every figure is None when hidden.

    It is hidden for its small base (M11), or ``withheld`` for the sake of another one (M12).
    """

    status: Status
    respondents: int | None = None
    base: int | None = None
    satisfied: int | None = None
    percent: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Movement:
    """A change against the period before, in percentage points (M10).

    ``words`` say "rõ rệt", "chưa rõ" or why there is none; then ``points`` is None.
    """

    words: str
    points: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    clear: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure, the same figure of the period before, and the change between them."""

    now: Figure
    before: Figure
    change: Movement


@dataclass(frozen=True, slots=True)
class LevelCount:
    """How many chose one level of the scale."""

    value: int
    number: int


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """One question; ``counts`` ascending by value. Counts and mean are None where the figure is hidden."""

    id: str
    name: str
    index: Compared
    counts: tuple[LevelCount, ...] | None = None
    not_applicable: int | None = None
    unanswered: int | None = None
    mean: Decimal | None = None


@dataclass(frozen=True, slots=True)
class DimensionResult:
    """One dimension with its criteria."""

    id: str
    name: str
    index: Compared
    criteria: tuple[CriterionResult, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A desk or an office below: its responses and figures; tier and rank interval where it is ranked (M11).

    ``otherwise`` counts its responses to other questionnaire versions, where it has none to this one.
    """

    code: str
    name: str
    kind: str
    responses: int
    overall: Figure
    index: Figure
    tier: int | None = None
    best: int | None = None
    worst: int | None = None
    otherwise: int = 0


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the trend."""

    key: str
    index: Figure


@dataclass(frozen=True, slots=True)
class ChannelCount:
    """Responses that came by one channel; ``index`` only for channels outside the headline (Q5)."""

    channel: str
    name: str
    responses: int
    index: Figure | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """What the figures rest on: responses counted and set aside, by channel, proven ones, other versions."""

    responses: int
    set_aside: int
    channels: tuple[ChannelCount, ...]
    beside: tuple[ChannelCount, ...]
    verified: int
    verified_overall: Figure
    verified_index: Figure
    other_versions: tuple[ChannelCount, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One of the numbers side by side; ``source`` is its name in the scores JSON."""

    source: str
    name: str
    responses: int
    index: Figure


@dataclass(frozen=True, slots=True)
class Trust:
    """What stands beside the index so that it can be believed; ``answered`` counts all questionnaire versions (M13)."""

    sources: tuple[SourceLine, ...]
    transactions: int | None = None
    answered: int = 0
    response_rate: Decimal | None = None
    weighted: Decimal | None = None
    weighted_low: Decimal | None = None
    weighted_high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class OfficeNames:
    """The office as the report names it; ``kind`` is a word of domain.offices.OFFICE_KINDS."""

    code: str
    name: str
    kind: str
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class PeriodNames:
    """The period in words, and the one it is compared with; ``up_to`` only while the period is still running."""

    key: str
    calendar: Literal["civil", "administrative"]
    first: date
    last: date
    name: str
    days: str
    before_key: str
    before_name: str
    up_to: date | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the scale, for legends."""

    value: int
    label: str
    satisfied: bool
    dissatisfied: bool


@dataclass(frozen=True, slots=True)
class Instrument:
    """The questionnaire version and the method that the figures come from."""

    key: str
    title: str
    basis: str
    method: str
    method_in_words: str
    with_interval: bool
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence and what it lists."""

    intro: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Texts:
    """The report's sentences by chapter, each computed from the figures; an empty tuple leaves its place out."""

    opening: str
    scope: tuple[str, ...]
    basis: tuple[str, ...]
    missing: tuple[Finding, ...]
    headline: tuple[str, ...]
    dimensions: tuple[str, ...]
    trend: tuple[str, ...]
    comparison: tuple[Finding, ...]
    strengths: tuple[Finding, ...]
    weaknesses: tuple[Finding, ...]
    assessment: tuple[str, ...]
    desks: tuple[str, ...]
    below: tuple[str, ...]
    closing: str
    trust: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteRule:
    """One rule of the method as it stood when the report was made."""

    number: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ReportContent:
    """Everything the document says. What later programs added has a default: reports issued before are read as well."""

    format: int
    authority: str
    office: OfficeNames
    period: PeriodNames
    instrument: Instrument
    demonstration: bool
    suppressed_below: int
    rated_from: int
    basis: Basis
    overall: CriterionResult
    index: Compared
    dimensions: tuple[DimensionResult, ...]
    trend: tuple[Month, ...]
    desks: tuple[Part, ...]
    below: tuple[Part, ...]
    texts: Texts | None
    sources: str
    note: tuple[NoteRule, ...]
    trust: Trust | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue of a report; a correction names the issue it replaces and its day (promise 7)."""

    number: int
    issued_on: date
    digest: str
    replaces: int | None = None
    replaced_on: date | None = None


class UnknownFormat(ValueError):
    """A stored content that a newer program wrote; carries its format."""

    def __init__(self, found: int) -> None:
        self.found = found
        self.message = message(
            "Báo cáo này do phiên bản mới hơn của phần mềm tạo ra (định dạng %(found)s). Xin nâng cấp phần mềm rồi "
            "thử lại.",
            found=found,
        )
        super().__init__(str(self.message))


def encode(content: ReportContent) -> str:
    """The content as JSON; equal contents give equal texts."""
    return msgspec.json.encode(content).decode()


def decode(text: str) -> ReportContent:
    """The content that ``encode`` wrote. UnknownFormat for a newer format, msgspec.DecodeError for anything else."""
    found = msgspec.json.decode(text, type=_Versioned).format
    if found > FORMAT:
        raise UnknownFormat(found)
    return msgspec.json.decode(text, type=ReportContent)


class _Versioned(msgspec.Struct):
    format: int


def facts(content: ReportContent) -> ReportContent:
    """The content without its sentences: an issue is corrected for other facts, never for another wording."""
    return replace(content, format=0, texts=None, sources="", note=())


def same_facts(issued: ReportContent, draft: ReportContent) -> bool:
    """Whether a draft says what was issued; what the issuing program could not say yet is no other fact."""
    known = draft if issued.trust is not None else replace(draft, trust=None)
    return facts(issued) == facts(known)


def digest_of(content: str, *, period: str, calendar: str, issue: int, issued_on: date) -> str:
    """SHA-256 in hex over an issue's content with its place and day, so that neither can be swapped unnoticed."""
    head = f"{period} {calendar} {issue} {issued_on.isoformat()}\n"
    return sha256((head + content).encode()).hexdigest()
