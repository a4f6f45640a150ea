"""The drawing process as a server meets it: killed, too slow, asked by many, left behind."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Lock

import pytest

from survey.config import ROOT
from survey.render.charts import trend_svg
from survey.render.drawing import DrawingFailed, DrawingProcess, DrawingUnavailable
from survey.render.qr import QrTooDense, qr_svg
from survey.render.report import report_pdf
from tests.render import drawings
from tests.render.test_charts import FULL, WORDS
from tests.reports import ISSUED, rich_content

SOON = 30.0


@pytest.fixture
def draws() -> Iterator[DrawingProcess]:
    process = DrawingProcess()
    yield process
    process.end()


def wait_for(path: Path) -> Path:
    ends = time.monotonic() + SOON
    while not path.exists():
        assert time.monotonic() < ends, f"{path} did not come"
        time.sleep(0.01)
    return path


# --- what comes back --------------------------------------------------------------------------------------


def test_a_drawing_is_the_same_as_in_this_process(draws: DrawingProcess) -> None:
    assert draws.draw(trend_svg, FULL, words=WORDS, dark=True) == trend_svg(FULL, words=WORDS, dark=True)
    assert draws.draw(report_pdf, rich_content(), ISSUED) == report_pdf(rich_content(), ISSUED)
    assert draws.draw(qr_svg, "https://a.vn/d/K7M2QX") == qr_svg("https://a.vn/d/K7M2QX")


def test_one_other_process_makes_all_drawings_and_lets_citizens_go_first(draws: DrawingProcess) -> None:
    first = draws.draw(drawings.process)
    assert first != str(os.getpid()).encode()
    assert draws.draw(drawings.process) == first
    assert int(draws.draw(drawings.priority)) > os.getpriority(os.PRIO_PROCESS, 0)


def test_it_loads_neither_pages_nor_database(draws: DrawingProcess) -> None:
    draws.draw(trend_svg, FULL, words=WORDS)
    loaded = set(draws.draw(drawings.modules).decode().split())
    assert {"survey", "matplotlib"} <= loaded
    assert not loaded & {"flask", "sqlalchemy", "wsgi", "click"}


def test_it_inherits_neither_socket_nor_database(draws: DrawingProcess, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)), closing(sqlite3.connect(tmp_path / "survey.sqlite3")) as connection:
        connection.execute("CREATE TABLE kept (id INTEGER)")
        files = draws.draw(drawings.open_files).decode()
    assert "pipe:" in files
    assert "socket:" not in files
    assert "sqlite" not in files


def test_what_a_library_prints_does_not_end_up_in_a_drawing(draws: DrawingProcess) -> None:
    assert draws.draw(drawings.chatter) == b"drawn"
    assert draws.draw(drawings.nothing, "next") == b"'next'"


# --- exceptions -------------------------------------------------------------------------------------------


def test_our_exceptions_come_back_with_what_they_carry(draws: DrawingProcess) -> None:
    before = draws.draw(drawings.process)
    with pytest.raises(QrTooDense) as refused:
        draws.draw(qr_svg, "https://a.vn/d/" + "K" * 200, side_mm=20)
    assert (refused.value.max_modules, refused.value.address[-3:]) == (25, "KKK")
    assert "quá dài" in str(refused.value)
    assert str(refused.value.faults[0].problem).startswith("quá dài")
    assert draws.draw(drawings.process) == before, "an exception does not end the process"


def test_pythons_exceptions_come_back_with_the_place_where_they_arose(draws: DrawingProcess) -> None:
    with pytest.raises(ValueError, match="no such month") as failed:
        draws.draw(drawings.faulty, of="no such month")
    assert "drawings.py" in failed.value.__notes__[0]


@pytest.mark.parametrize(("of", "told"), [("library", "a fault in a template"), ("process", "ValueError")])
def test_other_exceptions_come_back_in_words(draws: DrawingProcess, of: str, told: str) -> None:
    with pytest.raises(DrawingFailed, match=told):
        draws.draw(drawings.faulty, of=of)
    assert draws.draw(drawings.nothing, "next") == b"'next'"


def test_what_cannot_be_sent_is_refused_and_harms_no_other(draws: DrawingProcess) -> None:
    with pytest.raises(TypeError):
        draws.draw(drawings.nothing, Lock())
    with pytest.raises(ValueError, match="no number"):
        draws.draw(drawings.nothing, Unreadable())
    assert draws.draw(drawings.nothing, "next") == b"'next'"


class Unreadable:
    """Can be sent, and not be read on the other side."""

    def __reduce__(self) -> tuple[object, ...]:
        return int, ("no number",)


# --- ends -------------------------------------------------------------------------------------------------


def test_a_drawing_that_loses_its_process_is_made_by_another(draws: DrawingProcess, tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as server:
        asked = server.submit(draws.draw, drawings.slow_at_first, tmp_path)
        killed = int(wait_for(tmp_path / "began-1").read_text())
        os.kill(killed, signal.SIGKILL)
        assert asked.result(SOON) == b"2"
    assert draws.draw(drawings.process) not in (b"", str(killed).encode())


def test_a_process_killed_between_two_drawings_is_replaced(draws: DrawingProcess) -> None:
    for _ in range(3):
        os.kill(int(draws.draw(drawings.process)), signal.SIGKILL)
        assert draws.draw(drawings.nothing, "next") == b"'next'"


def test_a_drawing_that_kills_its_process_twice_is_given_up(draws: DrawingProcess) -> None:
    with pytest.raises(DrawingUnavailable, match="ended twice"):
        draws.draw(drawings.kills_itself)
    assert draws.draw(drawings.nothing, "next") == b"'next'"


def test_a_drawing_that_takes_too_long_is_ended_and_not_tried_again(tmp_path: Path) -> None:
    draws = DrawingProcess(limit=2)
    draws.draw(drawings.process)
    with pytest.raises(DrawingUnavailable, match="longer than 2 s"):
        draws.draw(drawings.slow_at_first, tmp_path)
    (began,) = tmp_path.iterdir()
    assert draws.draw(drawings.process) != began.read_bytes()
    draws.end()


def test_an_idle_process_gives_its_memory_back() -> None:
    draws = DrawingProcess(idle=1)
    first = draws.draw(drawings.process)
    wait_for_end(int(first))
    assert draws.draw(drawings.process) != first
    draws.end()


def wait_for_end(process: int) -> None:
    ends = time.monotonic() + SOON
    while is_running(process):
        assert time.monotonic() < ends, f"{process} goes on"
        time.sleep(0.01)


def is_running(process: int) -> bool:
    """Whether it lives; what only waits for its parent to notice has ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


SERVER = """
import sys
from pathlib import Path
from threading import Thread
from survey.render.drawing import DrawingProcess
from tests.render import drawings
draws = DrawingProcess()
print(draws.draw(drawings.process).decode(), flush=True)
if sys.argv[1:]:
    Thread(target=draws.draw, args=(drawings.until, Path(sys.argv[1]))).start()
sys.stdin.read()
"""


def test_it_ends_with_a_server_that_is_killed(tmp_path: Path) -> None:
    with serving_until_killed() as server:
        assert server.stdout
        drawing = int(server.stdout.readline())
        assert is_running(drawing)
        server.kill()
        # The child holds the same standard error: it is at its end only when both are gone.
        assert server.communicate(timeout=SOON)[1] == ""
    wait_for_end(drawing)


def test_it_ends_with_a_server_that_is_killed_while_it_draws(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    with serving_until_killed(str(gate)) as server:
        wait_for(gate.with_suffix(".began"))
        server.kill()
        gate.touch()
        assert server.communicate(timeout=SOON)[1] == ""


def serving_until_killed(*arguments: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", SERVER, *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


# --- many at once -----------------------------------------------------------------------------------------


def test_each_of_many_threads_gets_its_own_drawing() -> None:
    draws = DrawingProcess(at_once=8)
    with ThreadPoolExecutor(8) as server:
        drawn = list(server.map(lambda number: draws.draw(drawings.nothing, number), range(400)))
    assert drawn == [str(number).encode() for number in range(400)]
    draws.end()


def test_threads_are_not_kept_waiting_without_end(tmp_path: Path) -> None:
    draws, gate = DrawingProcess(at_once=1), tmp_path / "gate"
    with ThreadPoolExecutor(1) as server:
        first = server.submit(draws.draw, drawings.until, gate)
        wait_for(gate.with_suffix(".began"))
        with pytest.raises(DrawingUnavailable, match="too many"):
            draws.draw(drawings.process)
        gate.touch()
        assert first.result(SOON) == b"drawn"
    assert draws.draw(drawings.nothing, "next") == b"'next'"
    draws.end()
