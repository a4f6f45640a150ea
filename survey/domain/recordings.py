"""Recorded questions: how their files are called, and which of them can be used.

``<folder>/<id>.v<version>/<language>/<question>.ogg`` (or ``.mp3``): a recording says the words of one version, so it
is kept under the version's name, which is that of the questionnaire's own file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from survey.domain.languages import is_language_code
from survey.domain.message import Fault, Message, message
from survey.domain.questionnaire_model import Catalogue, Questionnaire

# In the order in which a browser is offered them: the smaller one first.
MEDIA_TYPES: Final[Mapping[str, str]] = {".ogg": "audio/ogg", ".mp3": "audio/mpeg"}
HEAD_BYTES: Final = 4  # what tells one kind of file from another

_MPEG_LAYER_3: Final = 0b01
_LARGEST: Final = 4 * 1024 * 1024  # several minutes: no question takes them, and a phone at the counter pays for each


@dataclass(frozen=True, slots=True)
class Recording:
    """A usable file. ``version`` is ``sipas-desk@1``; ``stamp`` changes with the file's content."""

    version: str
    language: str
    question: str
    path: PurePath
    stamp: str

    @property
    def ending(self) -> str:
        """``.ogg`` or ``.mp3``."""
        return self.path.suffix.lower()

    @property
    def media_type(self) -> str:
        """What the file is, in the words of HTTP."""
        return MEDIA_TYPES[self.ending]


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file below a folder of recordings; ``parts`` is its path below it, ``head`` its first bytes."""

    path: PurePath
    parts: tuple[str, ...]
    size: int
    head: bytes
    stamp: str


def folder_of(questionnaire: Questionnaire) -> str:
    """The name under which a version's recordings stand, such as ``sipas-desk.v1``."""
    return f"{questionnaire.id}.v{questionnaire.version}"


def examine(file: FoundFile, catalogue: Catalogue) -> Recording | Fault:
    """The recording in a file, or why it cannot be one and what to do."""
    place = Message(str(file.path))
    if len(file.parts) != len(("version", "language", "file")):
        return Fault(place, message("tệp không nằm đúng chỗ"), _WHERE)
    folder, language, name = file.parts
    question, ending = PurePath(name).stem, PurePath(name).suffix.lower()
    version = next((each for each in catalogue if folder_of(each) == folder), None)
    if version is None:
        return Fault(place, message("không có phiên bản phiếu nào tên %(folder)s", folder=folder), _WHERE)
    problem = _unknown_name(language, question, version) or _unusable(file, ending=ending)
    if problem is not None:
        return Fault(place, *problem)
    return Recording(version.key, language, question, file.path, file.stamp)


_WHERE: Final = message("đặt tệp theo mẫu sipas-desk.v1/vi/A1.ogg: phiên bản phiếu, ngôn ngữ, mã câu hỏi")
Problem = tuple[Message, Message]


def _unknown_name(language: str, question: str, version: Questionnaire) -> Problem | None:
    if not is_language_code(language):
        return (
            message("%(language)s không phải mã ngôn ngữ", language=language),
            message("dùng mã hai hoặc ba chữ cái thường: vi, hmn (Mông), rad (Ê Đê), km (Khmer)"),
        )
    known = [each.id for each in version.questions]
    if question not in known:
        return (
            message("phiếu không có câu hỏi nào mang mã %(question)s", question=question),
            message("các mã của phiếu: %(known)s", known=", ".join(known)),
        )
    return None


def _unusable(file: FoundFile, *, ending: str) -> Problem | None:
    record_again = message("lưu lại bản ghi âm dạng .ogg hoặc .mp3")
    if ending not in MEDIA_TYPES:
        return message("loại tệp %(ending)s không dùng được", ending=ending or "–"), record_again
    if not file.size:
        return message("tệp trống"), record_again
    if not _holds(file.head, ending):
        return message("nội dung không phải là %(ending)s như tên tệp nói", ending=ending), record_again
    if file.size > _LARGEST:
        return (
            message("tệp lớn hơn %(megabytes)s MB", megabytes=_LARGEST // 1024 // 1024),
            message("ghi âm gọn lại, hoặc lưu ở chất lượng thấp hơn (32 kbit/s, một kênh là đủ cho lời nói)"),
        )
    return None


def _holds(head: bytes, ending: str) -> bool:
    """Whether the first bytes are those of an Ogg page, of an ID3 tag or of an MPEG frame of layer III."""
    if ending == ".ogg":
        return head == b"OggS"
    framed = len(head) > 1 and head[0] == 0xFF and head[1] >> 5 == 0b111 and head[1] >> 1 & 0b11 == _MPEG_LAYER_3
    return head.startswith(b"ID3") or framed


class Recordings:
    """The recordings of an installation, as they were when they were looked up, and the files that are none."""

    __slots__ = ("_by_question", "strays")

    def __init__(self, recordings: Iterable[Recording] = (), strays: Iterable[Fault] = ()) -> None:
        by_question: dict[tuple[str, str, str], list[Recording]] = {}
        for each in recordings:
            by_question.setdefault((each.version, each.language, each.question), []).append(each)
        self._by_question = {
            key: tuple(sorted(found, key=lambda each: [*MEDIA_TYPES].index(each.ending)))
            for key, found in by_question.items()
        }
        self.strays = tuple(strays)

    @property
    def fingerprint(self) -> str:
        """A text that changes when a recording comes, goes or is replaced."""
        return " ".join(f"{each.path}?{each.stamp}" for found in self._by_question.values() for each in found)

    def of(self, version: str, language: str, question: str) -> tuple[Recording, ...]:
        """The files of one question in one language, one a kind; () where it was not recorded."""
        return self._by_question.get((version, language, question), ())

    def languages(self, version: str | None = None) -> tuple[str, ...]:
        """The languages in which at least one question was recorded, of one version or of any."""
        return tuple(sorted({key[1] for key in self._by_question if version in (None, key[0])}))
