"""The workspace answers in a process of its own, so that no citizen waits while an office is summed up or drawn.

Summing 500 offices or drawing a chart holds Python's lock for a tenth of a second and more; matplotlib takes 0.7 s and
60 MB to load, checking a password 64 MB. The server hands requests for /staff to a child, one at a time per lane, and
the child runs the same application. The lanes are socket pairs that nobody else can write to.
"""

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from io import BytesIO
from multiprocessing.connection import Connection, Pipe
from queue import LifoQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from survey.config import ROOT
from survey.web.places import PLACES, is_staff, refuse_busy

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_LOST: Final = (OSError, EOFError)  # how a lane says that its other end is gone
# Citizens come first, hence the lower priority.
_CHILD: Final = """
import os, sys
os.nice({nice})
from survey.web.workspace import answer_for_another
from wsgi import app
answer_for_another(app, lanes=[int(each) for each in sys.argv[2:]], idle=int(sys.argv[1]))
"""
_NICE: Final = 10


class WorkspaceUnavailable(Exception):
    """No answer came: the child took too long, or ended over this request."""


class Asked(NamedTuple):
    """A request as it travels: what the environment says in words, and its body."""

    environ: dict[str, str]
    body: bytes


class Answer(NamedTuple):
    """What the application said."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes


class Workspace:
    """WSGI middleware: from ``hand_over`` on, requests for the workspace are answered by a process of its own."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application
        self._process: WorkspaceProcess | None = None

    def hand_over(self, process: "WorkspaceProcess | None" = None) -> None:
        """Do so from now on. The child starts with the first request for it."""
        self._process = process or WorkspaceProcess()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer the request."""
        body = environ["wsgi.input"]
        has_body = environ.get("CONTENT_LENGTH", "") not in ("", "0")
        # A body that was not read before is too long: refused by its length alone, here as well as there.
        if self._process is None or not is_staff(environ) or (has_body and not isinstance(body, BytesIO)):
            return self._application(environ, start_response)
        told = {name: value for name, value in environ.items() if isinstance(value, str)}
        try:
            answer = self._process.answer(Asked(told, body.read() if has_body else b""))
        except WorkspaceUnavailable as reason:
            sys.stderr.write(f"workspace: {reason}\n")
            return refuse_busy(start_response)
        start_response(answer.status, answer.headers)
        return [answer.body]


class WorkspaceProcess:
    """A child that answers for every thread of this process.

    It starts with the first request, ends when this process ends (however that comes) and after ``idle`` seconds
    without work, and is started again when it is needed. A request that takes longer than ``limit`` seconds ends it.
    """

    def __init__(self, *, limit: float = 60, idle: int = 900, program: str = _CHILD.format(nice=_NICE)) -> None:
        self._limit, self._idle, self._program = limit, idle, program
        self._starting = Lock()
        self._child: _Child | None = None

    def answer(self, asked: Asked) -> Answer:
        """What the application says to the request; a reading one that loses its child is asked once more.

        Raises WorkspaceUnavailable. At most ``PLACES`` threads may ask at once.
        """
        try:
            return self._running().answer(asked, self._limit)
        except _LOST as lost:
            if asked.environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
                raise WorkspaceUnavailable("its process ended over a request that changes something") from lost
        try:
            return self._running().answer(asked, self._limit)
        except _LOST as lost:
            raise WorkspaceUnavailable("its process ended twice over this request") from lost

    def end(self) -> None:
        """Kill the child, if there is one; the next request starts another."""
        with self._starting:
            if self._child is not None:
                self._child.end()

    def _running(self) -> "_Child":
        with self._starting:
            if self._child is None or self._child.ended:
                self._child = _Child(self._program, self._idle)
            return self._child


class _Child:
    """One life of the process, and its lanes that nobody uses just now."""

    def __init__(self, program: str, idle: int) -> None:
        pairs = [Pipe() for _ in range(PLACES)]
        theirs = [their.fileno() for _, their in pairs]
        self._process = subprocess.Popen(  # noqa: S603 - our own words only
            [sys.executable, "-c", program, str(idle), *map(str, theirs)], cwd=ROOT, pass_fds=theirs
        )
        self._free: LifoQueue[Connection[Any, Any]] = LifoQueue()
        self._ended = False
        for ours, their in pairs:
            their.close()
            self._free.put(ours)

    @property
    def ended(self) -> bool:
        """Whether it answers no more."""
        return self._ended or self._process.poll() is not None

    def answer(self, asked: Asked, limit: float) -> Answer:
        """Raises WorkspaceUnavailable after ``limit`` seconds, and OSError or EOFError if the child ends meanwhile."""
        lane = self._free.get()
        try:
            lane.send_bytes(pickle.dumps(asked))
            if not lane.poll(limit):
                raise WorkspaceUnavailable(f"a request took longer than {limit} s")
            answer: Answer = pickle.loads(lane.recv_bytes())  # noqa: S301 - from our own child
        except BaseException:
            # Whatever the reason: its answer, coming later, would be taken for that of another request.
            lane.close()
            self.end()
            raise
        else:
            return answer
        finally:
            self._free.put(lane)  # a closed one raises OSError in whoever still takes it

    def end(self) -> None:
        """Kill it; whoever waits for it sees its lane end."""
        self._ended = True
        self._process.kill()
        self._process.wait()


# --- in the child -----------------------------------------------------------------------------------------


def answer_for_another(application: "WSGIApplication", *, lanes: Iterable[int], idle: int) -> None:
    """Answer what is asked in each lane until its other end is gone, or nothing came for ``idle`` seconds."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole terminal; the server decides
    signal.alarm(idle)
    threads = [Thread(target=_serve, args=(application, Connection(lane), idle)) for lane in lanes]
    for thread in threads:
        thread.start()
    threads[0].join()
    os._exit(0)  # one lane is gone, and with it whoever held the others


def _serve(application: "WSGIApplication", lane: "Connection[Any, Any]", idle: int) -> None:
    with suppress(*_LOST):
        while True:
            asked = pickle.loads(lane.recv_bytes())  # noqa: S301 - from the process that started this one
            signal.alarm(idle)  # the kernel ends the process, whatever it is doing
            lane.send_bytes(pickle.dumps(_answered(application, asked)))


def _answered(application: "WSGIApplication", asked: Asked) -> Answer:
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> Any:
        started.append((status, headers))

    environ: dict[str, Any] = {
        **asked.environ,
        "wsgi.version": (1, 0),
        "wsgi.input": BytesIO(asked.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    pieces = application(environ, start_response)
    try:
        body = b"".join(pieces)
    finally:
        close = getattr(pieces, "close", None)
        if close is not None:
            close()
    status, headers = started[-1]
    return Answer(status, headers, body)
