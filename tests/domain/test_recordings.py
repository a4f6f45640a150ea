"""Which file is a recording of which question, and why others are not."""

from pathlib import PurePosixPath

import pytest

from survey.domain.message import Fault
from survey.domain.recordings import FoundFile, Recording, Recordings, examine
from tests.conftest import CATALOGUE
from tests.sounds import mp3, ogg

TAGGED = b"ID3\x04\x00\x00\x00\x00\x00\x00"


def found(name: str, content: bytes) -> FoundFile:
    path = PurePosixPath(name)
    return FoundFile(PurePosixPath("/audio") / path, path.parts, len(content), content[:4], "stamp")


def examined(name: str, content: bytes) -> Recording | str:
    result = examine(found(name, content), CATALOGUE)
    return f"{result.place}: {result.problem}" if isinstance(result, Fault) else result


@pytest.mark.parametrize("content", [mp3(0.1), TAGGED + mp3(0.1)])
def test_an_mp3_with_and_without_a_tag(content: bytes) -> None:
    recording = examined("sipas-desk.v1/hmn/A1.MP3", content)
    assert isinstance(recording, Recording)
    assert (recording.version, recording.language, recording.question) == ("sipas-desk@1", "hmn", "A1")
    assert (recording.ending, recording.media_type) == (".mp3", "audio/mpeg")


@pytest.mark.parametrize("question", ["overall", "A1", "A1_why", "comment"])
def test_every_question_may_be_recorded_follow_ups_too(question: str) -> None:
    recording = examined(f"sipas-desk.v1/vi/{question}.ogg", ogg(0.1))
    assert isinstance(recording, Recording)
    assert (recording.question, recording.media_type) == (question, "audio/ogg")


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("A1.mp3", mp3(0.1), "tệp không nằm đúng chỗ"),
        ("sipas-desk.v1/vi/more/A1.mp3", mp3(0.1), "tệp không nằm đúng chỗ"),
        ("sipas-desk/vi/A1.mp3", mp3(0.1), "không có phiên bản phiếu nào tên sipas-desk"),
        ("sipas-desk.v9/vi/A1.mp3", mp3(0.1), "không có phiên bản phiếu nào tên sipas-desk.v9"),
        ("sipas-desk.v1/Vietnamese/A1.mp3", mp3(0.1), "Vietnamese không phải mã ngôn ngữ"),
        ("sipas-desk.v1/vi/A9.mp3", mp3(0.1), "phiếu không có câu hỏi nào mang mã A9"),
        ("sipas-desk.v1/vi/a1.mp3", mp3(0.1), "phiếu không có câu hỏi nào mang mã a1"),
        ("sipas-desk.v1/vi/A1.wav", b"RIFF", "loại tệp .wav không dùng được"),
        ("sipas-desk.v1/vi/A1", mp3(0.1), "loại tệp – không dùng được"),
        ("sipas-desk.v1/vi/A1.mp3", b"", "tệp trống"),
        ("sipas-desk.v1/vi/A1.mp3", ogg(0.1), "nội dung không phải là .mp3 như tên tệp nói"),
        ("sipas-desk.v1/vi/A1.ogg", mp3(0.1), "nội dung không phải là .ogg như tên tệp nói"),
        ("sipas-desk.v1/vi/A1.mp3", b"<html>", "nội dung không phải là .mp3 như tên tệp nói"),
        ("sipas-desk.v1/vi/A1.mp3", b"\xff\xf1\x50\x80", "nội dung không phải là .mp3 như tên tệp nói"),  # AAC
        ("sipas-desk.v1/vi/A1.mp3", mp3(0.1) * 11_000, "tệp lớn hơn 4 MB"),
    ],
)
def test_what_cannot_be_a_recording_is_told_with_its_place(name: str, content: bytes, problem: str) -> None:
    assert examined(name, content) == f"/audio/{name}: {problem}"


def test_the_smaller_kind_is_offered_first() -> None:
    files = [examined(f"sipas-desk.v1/vi/A1.{kind}", sound) for kind, sound in (("mp3", mp3(0.1)), ("ogg", ogg(0.1)))]
    recordings = Recordings([each for each in files if isinstance(each, Recording)])
    assert [each.ending for each in recordings.of("sipas-desk@1", "vi", "A1")] == [".ogg", ".mp3"]
    assert recordings.of("sipas-desk@1", "vi", "B1") == ()
    assert (recordings.languages("sipas-desk@1"), recordings.languages("sipas-2017@1")) == (("vi",), ())
