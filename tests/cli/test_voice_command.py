"""`flask voice list`: what is recorded, what is missing, and files that are no recordings."""

from pathlib import Path

import pytest

from survey.installation import Installation
from tests.cli.commands import Commands
from tests.sounds import mp3, ogg, record


@pytest.fixture
def audio(installation: Installation) -> Path:
    return installation.config.instance / "audio"


def test_nothing_recorded(flask: Commands, audio: Path) -> None:
    lines = flask("voice", "list").stdout.splitlines()
    assert lines[:2] == ["sipas-2017@1: chưa có bản ghi âm nào.", "sipas-desk@1: chưa có bản ghi âm nào."]
    assert f"Đặt tệp vào {audio}" in lines[2]
    assert "sipas-2017.v1/vi/overall.mp3" in lines[2]


def test_what_is_recorded_and_what_is_missing_by_version_and_language(flask: Commands, audio: Path) -> None:
    for name in ("vi/overall.mp3", "vi/overall.ogg", "vi/A1.mp3", "hmn/overall.mp3"):
        record(audio, f"sipas-desk.v1/{name}", ogg(0.1) if name.endswith("ogg") else mp3(0.1))
    said = flask("voice", "list", "--questionnaire", "sipas-desk").stdout
    assert "sipas-desk@1 hmn (Tiếng Mông): có 1/12 câu.\n  còn thiếu: A1, A1_why, B1," in said
    assert "sipas-desk@1 vi (Tiếng Việt): có 2/12 câu.\n  còn thiếu: A1_why, B1, B1_why," in said
    assert "sipas-2017" not in said


def test_a_language_of_which_nothing_is_recorded_yet_lacks_everything(flask: Commands) -> None:
    said = flask("voice", "list", "--questionnaire", "sipas-desk@1", "--language", "rad").stdout
    assert said.startswith("sipas-desk@1 rad (Tiếng Ê Đê): có 0/12 câu.\n  còn thiếu: overall, A1, A1_why,")


def test_files_that_are_no_recordings_are_told_and_the_command_fails(flask: Commands, audio: Path) -> None:
    record(audio, "sipas-desk.v1/vi/A1.mp3", mp3(0.1))
    stray = record(audio, "sipas-desk.v1/vi/A1.wav", b"RIFF....WAVE")
    empty = record(audio, "sipas-desk.v1/vi/B1.mp3", b"")
    record(audio, "README.md", b"Who spoke, and when.")
    record(audio, "sipas-desk.v1/.DS_Store", b"...")
    result = flask("voice", "list", exit_code=1)
    assert "sipas-desk@1 vi (Tiếng Việt): có 1/12 câu." in result.stdout
    lines = result.stderr.splitlines()
    assert lines[0].startswith(f"{stray}: loại tệp .wav không dùng được → ")
    assert lines[1].startswith(f"{empty}: tệp trống → ")
    assert lines[2] == "2 tệp không dùng được."


def test_an_unknown_questionnaire(flask: Commands) -> None:
    (said,) = flask.faults("voice", "list", "--questionnaire", "nothing")
    assert "Không có phiếu khảo sát “nothing”" in said


def test_it_speaks_english(flask: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert flask("voice", "list").stdout.startswith("sipas-2017@1: nothing is recorded.\n")
