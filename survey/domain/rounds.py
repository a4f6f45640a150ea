"""Independent rounds (đợt khảo sát): how large a sample must be (M14), and what it says beside the counter's (Q5)."""

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from hashlib import blake2b
from math import ceil, sqrt
from typing import Final

from survey.domain.comparison import NotComparable, change_of
from survey.domain.estimation import Change
from survey.domain.message import Message, message
from survey.domain.offices import Office
from survey.domain.scoring import Estimate, OfficeScore

SAMPLING_ERROR: Final = Fraction(1, 20)
LONGEST_KEY: Final = 40
_KEY: Final = re.compile(r"[\w.-]+")  # it stands in file names and on the command line


@dataclass(frozen=True, slots=True)
class Round:
    """A questionnaire version and a run of days, both ends included, in which invited people answer it."""

    key: str
    name: str
    questionnaire: str
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class RoundOffice:
    """How far a round is at one office.

    ``files`` is how many files there were to draw from, None until they were drawn; ``target`` how many answers are
    wanted; ``answered`` how many of the ``invited`` have answered.
    """

    round: Round
    office: Office
    files: int | None
    target: int
    invited: int
    answered: int

    @property
    def rate(self) -> Fraction | None:
        """Answers in per cent of invitations, None where nobody was invited."""
        return Fraction(100 * self.answered, self.invited) if self.invited else None

    @property
    def half_width(self) -> float | None:
        """What M14 says of the answers obtained; None while there are none."""
        return half_width(self.answered, self.files) if self.files is not None else None


def is_round_key(text: str) -> bool:
    """Whether a round may be called so: letters, digits, dots, hyphens, underscores, 40 at most."""
    return len(text) <= LONGEST_KEY and _KEY.fullmatch(text) is not None


def invitation_key(secret: str) -> bytes:
    """The key under which codes of links are hashed, out of the installation's secret; another than that of slips."""
    return blake2b(secret.encode(), digest_size=32, person=b"invitations").digest()


def link_address(base_url: str, code: str) -> str:
    """The address that an invited person opens."""
    return f"{base_url}/m/{code}"


# --- sample size (M14) ------------------------------------------------------------------------------------


def sample_size(files: int | None, *, error: Fraction = SAMPLING_ERROR) -> int:
    """How many answers M14 asks for: N/(1+N·e²), rounded up; 1/e² (400 for 5 %) while N is not known.

    Taro Yamane's rule: the share's worst case, 50 %, with z rounded up to 2. ValueError below one file.
    """
    if files is None:
        return ceil(1 / error**2)
    if files < 1:
        raise ValueError(f"no sample from {files} files")
    return ceil(files / (1 + files * error**2))


def half_width(answered: int, files: int) -> float | None:
    """The half-width, in percentage points, that so many answers out of so many files give: M14 solved for e.

    e = √(1/n − 1/N), for a share of 50 % and if everybody drawn had answered alike; 0 where all answered, None where
    nobody did.
    """
    if answered <= 0:
        return None
    return 100 * sqrt(max(0.0, 1 / answered - 1 / files))


def obtained_half_width(figure: Estimate) -> float | None:
    """Half of the width of a figure's own interval (M8, M9), in percentage points; None where it has none."""
    if figure.low is None or figure.high is None:
        return None
    return (figure.high - figure.low) / 2


# --- beside the counter's own -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Beside:
    """One figure of the counter and of the sample, and by how much the counter's is the higher (M10)."""

    counter: Estimate
    sample: Estimate
    difference: Change | NotComparable


@dataclass(frozen=True, slots=True)
class RoundResult:
    """What a round found at an office, beside what the counter collected by itself in the same days.

    ``counter`` is of the headline channels (Q5), ``sample`` of the invitations, both of the round's questionnaire
    version only; ``other_versions`` tells that the counter was answered on another version alone.
    """

    progress: RoundOffice
    counter: OfficeScore
    sample: OfficeScore
    other_versions: bool = False

    @property
    def index(self) -> Beside:
        """The office index of both."""
        return _beside(self.counter.index, self.sample.index)

    @property
    def overall(self) -> Beside:
        """The overall question of both."""
        return _beside(self.counter.overall, self.sample.overall)

    @property
    def dimensions(self) -> tuple[Beside, ...]:
        """The dimensions, in the questionnaire's order."""
        pairs = zip(self.counter.dimensions, self.sample.dimensions, strict=True)
        return tuple(_beside(counter.index, sample.index) for counter, sample in pairs)

    @property
    def verdict(self) -> Message:
        """One plain sentence: whether the counter's index differs from the sample's beyond chance."""
        return _verdict(self.index, other_versions=self.other_versions)


def _beside(counter: Estimate, sample: Estimate) -> Beside:
    return Beside(counter, sample, change_of(counter, sample))


def _verdict(index: Beside, *, other_versions: bool) -> Message:
    if isinstance(index.difference, NotComparable):
        return _not_comparable(index, other_versions=other_versions)
    if index.difference.low is None:
        return message("Cách tính của phiếu này không có khoảng tin cậy, nên chưa nói được chênh lệch có rõ rệt không.")
    if not index.difference.clear:
        return message(
            "Chưa thấy khác biệt rõ giữa kết quả tại quầy và mẫu độc lập: chênh lệch này có thể chỉ do ngẫu nhiên."
        )
    few = "indicative" in (index.counter.status, index.sample.status)
    return _clear(higher=index.difference.points > 0, few=few)


def _clear(*, higher: bool, few: bool) -> Message:
    if higher and few:
        return message("Kết quả tại quầy cao hơn mẫu độc lập rõ rệt, nhưng số phiếu còn ít, chỉ để tham khảo.")
    if few:
        return message("Kết quả tại quầy thấp hơn mẫu độc lập rõ rệt, nhưng số phiếu còn ít, chỉ để tham khảo.")
    if higher:
        return message("Kết quả tại quầy cao hơn mẫu độc lập rõ rệt. Nên xem lại cách thu phiếu tại quầy.")
    return message("Kết quả tại quầy thấp hơn mẫu độc lập rõ rệt.")


def _not_comparable(index: Beside, *, other_versions: bool) -> Message:
    if index.sample.status == "no_data":
        return message("Chưa so sánh được: trong số người được mời chưa có ai trả lời.")
    if other_versions:
        return message("Không so sánh được: trong những ngày này quầy dùng phiếu khảo sát khác.")
    if index.counter.status == "no_data":
        return message("Chưa so sánh được: trong những ngày này chưa có phiếu nào tại quầy.")
    if index.sample.percent is None:
        return message("Chưa so sánh được: số người được mời đã trả lời còn quá ít.")
    return message("Chưa so sánh được: số phiếu tại quầy còn quá ít.")
