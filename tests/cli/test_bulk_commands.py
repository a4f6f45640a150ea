"""Large files: little memory, a bar on a terminal, and an import that was killed is simply run again."""

import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from termios import tcsetwinsize
from threading import Event, Thread

import pytest

from survey.config import ROOT
from survey.domain.response_file import MOST_FAULTS
from survey.installation import Installation
from survey.journeys.response_file import BATCH
from survey.store.models import response
from tests.cli.commands import DESK, QUESTIONS, Commands, stored
from tests.served import environment_of
from tests.store.place import marks, rows_of

IMPORT = ("responses", "import")
FORM = ("--questionnaire", "sipas-2017")
Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture(autouse=True)
def offices(flask: Commands) -> None:
    flask.set_up()


@pytest.fixture
def start(installation: Installation, tmp_path: Path) -> Start:
    """Starts `flask …` in a process of its own on the test's database."""
    environment = environment_of(tmp_path / "instance", url=installation.config.database_url, LC_ALL="C.UTF-8")

    def program(*arguments: object, **streams: int) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", "flask", *map(str, arguments)], cwd=ROOT, env=environment, **streams
        )

    return program


def without_keys(flask: Commands, number: int, *, name: str = "lon.csv", level: int = 4) -> Path:
    """A file with that many rows of the long form, all answered, none with a key."""
    header = ",".join(("desk", "received_on", *QUESTIONS, "comment"))
    row = f"{DESK},2026-10-%02d" + f",{level}" * len(QUESTIONS) + ",Tôi chờ %d phút"
    return flask.file(name, "\n".join((header, *(row % (i % 20 + 1, i) for i in range(number)), "")))


def numbers_in(said: str) -> tuple[int, int]:
    """How many an import stored, and how many were there already."""
    found = re.fullmatch(r"Đã nhập (\d+) phiếu trả lời; bỏ qua (\d+) phiếu đã có\.\n", said)
    assert found, said
    return int(found[1]), int(found[2])


def peak(process: "subprocess.Popen[bytes]") -> int:
    """Most MiB of memory that a process ever held; it must end well."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_maxrss // 1024


def test_memory_does_not_grow_with_the_file(flask: Commands, installation: Installation, start: Start) -> None:
    """As lists, 20 000 of these responses would take 40 MB."""
    small = peak(start(*IMPORT, without_keys(flask, 10, name="nho.csv"), *FORM, stdout=subprocess.DEVNULL))
    large = peak(start(*IMPORT, without_keys(flask, 20_000), *FORM, stdout=subprocess.DEVNULL))
    assert rows_of(installation.database, response) == 20_010
    assert large < small + 20
    out = flask.folder / "ra.csv"
    assert peak(start("responses", "export", "--out", out, stdout=subprocess.DEVNULL)) < small + 20
    with out.open("rb") as lines:
        assert sum(1 for _ in lines) == 20_011


def test_an_import_killed_in_the_middle_is_completed_by_running_it_again(
    flask: Commands, installation: Installation, start: Start
) -> None:
    number = 6 * BATCH + 7
    path = without_keys(flask, number)
    process = start(*IMPORT, path, *FORM)
    while rows_of(installation.database, response) == 0:
        assert process.poll() is None
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    stored_now, kept = numbers_in(flask(*IMPORT, path, *FORM).stdout)
    assert 0 < kept < number, "the kill came in the middle"
    assert kept % BATCH == 0, "batches are stored whole"
    assert stored_now + kept == number
    assert rows_of(installation.database, response) == number
    assert flask.score("--channel", "paper")["responses"] == number
    assert marks(installation.database) == 0


def test_both_halves_of_an_import_show_a_bar_on_a_terminal(flask: Commands, start: Start) -> None:
    path = without_keys(flask, 300)
    controller, terminal = pty.openpty()
    tcsetwinsize(terminal, (24, 100))
    process = start(*IMPORT, path, *FORM, stdout=subprocess.DEVNULL, stderr=terminal)
    os.close(terminal)
    shown = b""
    while data := _read(controller):
        shown += data
    os.close(controller)
    assert process.wait() == 0
    size = f"{path.stat().st_size / 1000:.1f}k"
    assert re.search(rf"Kiểm tra tệp: 100%.*{size}/{size}", shown.decode())
    assert re.search("Lưu phiếu trả lời: 100%.*300/300", shown.decode())


def _read(controller: int) -> bytes:
    try:
        return os.read(controller, 4096)
    except OSError:  # the other side is closed
        return b""


def test_a_file_may_come_through_a_pipe(flask: Commands, installation: Installation, start: Start) -> None:
    process = start(*IMPORT, "/dev/stdin", *FORM, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = process.communicate(without_keys(flask, 50).read_bytes())
    assert (process.returncode, err) == (0, b"")
    assert "Đã nhập 50 phiếu" in out.decode()
    assert len(stored(installation)) == 50


def test_of_a_file_of_faults_the_first_are_told_and_the_number_of_all(
    flask: Commands, installation: Installation
) -> None:
    path = without_keys(flask, 100, level=7)
    *faults, last = flask.faults(*IMPORT, path, *FORM)
    assert len(faults) == MOST_FAULTS
    assert faults[0].startswith(f"{path}, dòng 2, cột overall: “7” không phải")
    number = 100 * len(QUESTIONS)
    assert last == f"Có {number} lỗi, trên đây là {MOST_FAULTS} lỗi đầu. Chưa có gì được thay đổi."
    assert stored(installation) == []


def test_a_file_that_somebody_goes_on_writing_is_not_stored(flask: Commands, installation: Installation) -> None:
    path, done = without_keys(flask, 600), Event()

    def write_on() -> None:
        with path.open("a") as file:
            while not done.wait(0.005):
                file.write(f"{DESK},2026-10-05,4\n")
                file.flush()

    writer = Thread(target=write_on)
    writer.start()
    try:
        (said,) = flask.faults(*IMPORT, path, *FORM)
    finally:
        done.set()
        writer.join()
    assert said == f"Tệp {path} bị sửa trong lúc đang nhập. Chưa có gì được lưu. Xin nhập lại."
    assert stored(installation) == []
    assert numbers_in(flask(*IMPORT, path, *FORM).stdout) > (600, 0)
