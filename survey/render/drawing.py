"""Drawings made in a process of their own, so that the server that asks for them neither waits nor grows.

matplotlib takes 0.7 s and 60 MB to load, and a drawing holds the interpreter's lock for up to a tenth of a second:
in the server's own process every citizen would wait for it. The two processes talk through the child's standard input
and output, one pickled frame each way, which nobody else can write to.
"""

import os
import pickle
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from math import ceil
from pathlib import Path
from threading import BoundedSemaphore, Lock, Timer
from typing import IO, Final, NamedTuple, ParamSpec

P = ParamSpec("P")

_LOST: Final = (OSError, EOFError, pickle.UnpicklingError)  # how a pipe says that its other end is gone
_ROOT: Final = Path(__file__).parents[2]
# A drawing needs neither Flask nor SQLAlchemy: without the package's own __init__ the child starts 0.9 s sooner and is
# 45 MB smaller. Citizens come first, hence the lower priority.
_CHILD: Final = """
import os, sys
from importlib.util import find_spec, module_from_spec
os.nice(10)
sys.modules["survey"] = module_from_spec(find_spec("survey"))
from survey.render.drawing import draw_for_another
draw_for_another(idle=int(sys.argv[1]), limit=int(sys.argv[2]))
"""


class DrawingUnavailable(Exception):
    """No drawing came: too many are waiting, this one took too long, or the drawing process ended twice over it."""


class DrawingFailed(Exception):
    """A drawing raised what the asking process cannot hold (an exception of typst's, say); its text tells all."""


class _Raised(NamedTuple):
    """An exception in parts: most of ours cannot be pickled whole, because they word their message themselves."""

    kind: type[Exception]
    args: tuple[object, ...]
    state: dict[str, object]

    def again(self) -> Exception:
        fault = self.kind.__new__(self.kind, *self.args)
        fault.__dict__.update(self.state)
        return fault


class DrawingProcess:
    """A child that draws for every thread of this process, one drawing after the other.

    It starts with the first drawing, ends when this process ends (however that comes) and after ``idle`` seconds
    without work, and is started again when it is needed. A drawing that takes longer than ``limit`` seconds is ended.
    No more than ``at_once`` threads are kept waiting, so that the others stay free for citizens.
    """

    def __init__(self, *, limit: float = 60, idle: int = 900, at_once: int = 2) -> None:
        self._limit = limit
        self._idle = idle
        self._places = BoundedSemaphore(at_once)
        self._turn = Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def draw(self, function: Callable[P, bytes], /, *args: P.args, **kwargs: P.kwargs) -> bytes:
        """What ``function`` returns for these values, called in the child.

        ``function`` stands in a module, and the values can be pickled. Raises what the function raises, with the
        child's traceback as a note (DrawingFailed for an exception that is neither ours nor Python's), and
        DrawingUnavailable when no answer comes: a drawing that loses its child is tried once more.
        """
        # Twice, because a child that cannot read the inner one must still find where the next request begins.
        request = pickle.dumps(pickle.dumps((function, args, kwargs)))
        if not self._places.acquire(blocking=False):
            raise DrawingUnavailable("too many drawings are waiting")
        try:
            with self._turn:
                reply = self._reply(request)
        finally:
            self._places.release()
        if isinstance(reply, _Raised):
            raise reply.again()
        return reply

    def end(self) -> None:
        """Kill the child, if there is one; the next drawing starts another."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            for pipe in _pipes(self._child):
                with suppress(OSError):  # what could not be written any more
                    pipe.close()
            self._child = None

    def _reply(self, request: bytes) -> bytes | _Raised:
        started = time.monotonic()
        try:
            return self._exchange(request)
        except _LOST as lost:
            if time.monotonic() - started >= self._limit:
                raise DrawingUnavailable(f"the drawing took longer than {self._limit} s") from lost
        try:
            return self._exchange(request)
        except _LOST as lost:
            raise DrawingUnavailable("the drawing process ended twice over this drawing") from lost

    def _exchange(self, request: bytes) -> bytes | _Raised:
        child = self._running()
        requests, replies = _pipes(child)
        limit = Timer(self._limit, child.kill)
        limit.start()
        try:
            requests.write(request)
            requests.flush()
            reply: bytes | _Raised = pickle.load(replies)  # noqa: S301 - from our own child
        except BaseException:
            # Whatever the reason: its reply, coming later, would be taken for that of another drawing.
            self.end()
            raise
        finally:
            limit.cancel()
        return reply

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self.end()
            self._child = subprocess.Popen(  # noqa: S603 - our own words only
                [sys.executable, "-c", _CHILD, str(self._idle), str(ceil(self._limit) + 1)],
                cwd=_ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        return self._child


def _pipes(child: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if child.stdin is None or child.stdout is None:
        raise AssertionError("started with both")
    return child.stdin, child.stdout


# --- in the child -----------------------------------------------------------------------------------------


def draw_for_another(*, idle: int, limit: int) -> None:
    """Draw what is asked on standard input until its other end is gone, or nothing came for ``idle`` seconds.

    ``limit`` seconds are the longest a drawing may go on with nobody left to end it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole terminal; the server decides
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not stand among the replies
    while True:
        signal.alarm(idle)  # the kernel ends the process, whatever it is doing
        try:
            request = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started this one
        except EOFError:
            return
        signal.alarm(limit)
        try:
            replies.write(_answer(request))
            replies.flush()
        except BrokenPipeError:
            os._exit(0)  # a tidy end would try to write once more


def _answer(request: bytes) -> bytes:
    try:
        function, args, kwargs = pickle.loads(request)  # noqa: S301 - see above
        return pickle.dumps(function(*args, **kwargs))
    except Exception as fault:
        return _raised(fault)


def _raised(fault: Exception) -> bytes:
    told = "".join(traceback.format_exception(fault))
    # Another's exception would load its library into the asking process, and not every value can travel.
    if type(fault).__module__.split(".")[0] in ("builtins", "survey"):
        with suppress(Exception):
            fault.add_note(told)
            return pickle.dumps(_Raised(type(fault), fault.args, fault.__dict__))
    return pickle.dumps(_Raised(DrawingFailed, (told,), {}))
