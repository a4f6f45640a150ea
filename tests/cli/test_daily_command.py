"""`flask daily` says what it did, and in a pipe nothing else."""

from datetime import timedelta

import pytest

from survey.domain.trust import REPEATED_TEXT
from survey.installation import Installation
from tests.citizen import DESK, set_up_both
from tests.cli.commands import Commands
from tests.conftest import Clock
from tests.pages import PageClient

TEXT = "Cán bộ ở đây rất nhiệt tình, hồ sơ được giải quyết rất nhanh và rất tốt, xin cảm ơn nhiều."


def test_it_reviews_and_erases_and_says_so(
    flask: Commands, client: PageClient, installation: Installation, clock: Clock
) -> None:
    set_up_both(installation)
    for number in range(REPEATED_TEXT.responses):
        client.post(f"/d/{DESK}", data={"overall": "5", "comment": TEXT, "key": f"a-copied-answer-{number}"})
        clock.advance(minutes=5)
    client.post(f"/d/{DESK}", data={"overall": "4"})
    done = flask("daily")
    number = REPEATED_TEXT.responses
    assert f"Đã rà soát {number + 1} phiếu; để riêng thêm {number} phiếu." in done.stdout
    assert done.stderr == ""
    clock.advance(hours=47)
    again = flask("daily")
    assert f"Đã rà soát {number + 1} phiếu; để riêng thêm 0 phiếu." in again.stdout
    assert f"Đã xóa {number + 1} dòng dấu vết tạm thời" in again.stdout


def test_it_speaks_english(flask: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert "0 responses reviewed" in flask("daily").stdout


def test_an_empty_installation_is_no_mistake(flask: Commands, clock: Clock) -> None:
    for _ in range(2):
        assert "Đã rà soát 0 phiếu" in flask("daily").stdout
    clock.now += timedelta(days=1)
    flask("daily")
