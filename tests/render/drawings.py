"""Drawings that show what the drawing process does; by name, because it is another process that calls them."""

import os
import signal
import sys
import time
from pathlib import Path


def nothing(value: object) -> bytes:
    """The value's own words, so that every caller knows its drawing."""
    return repr(value).encode()


def process() -> bytes:
    """The number of the process that draws."""
    return str(os.getpid()).encode()


def priority() -> bytes:
    return str(os.getpriority(os.PRIO_PROCESS, 0)).encode()


def modules() -> bytes:
    """The libraries it has loaded."""
    return " ".join({name.split(".")[0] for name in sys.modules}).encode()


def open_files() -> bytes:
    """What its file descriptors lead to."""
    return "\n".join(str(each.readlink()) for each in Path("/proc/self/fd").iterdir() if each.is_symlink()).encode()


def chatter() -> bytes:
    """A library that prints on both streams."""
    os.write(1, b"printed\n")
    sys.stdout.write("printed too\n")
    sys.stdout.flush()
    return b"drawn"


def slow_at_first(folder: Path) -> bytes:
    """Never comes back the first time; the second time it says how many began. Each leaves its process number."""
    begun = len(list(folder.iterdir()))
    note = folder / f"began-{begun + 1}"
    note.with_suffix(".new").write_text(str(os.getpid()))
    note.with_suffix(".new").rename(note)
    if not begun:
        time.sleep(3600)
    return str(begun + 1).encode()


def kills_itself() -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def until(gate: Path) -> bytes:
    """Says that it began by a file beside the gate, and draws until somebody makes the gate."""
    gate.with_suffix(".began").touch()
    while not gate.exists():
        time.sleep(0.01)
    return b"drawn"


def faulty(*, of: str) -> bytes:
    """Raises Python's own exception, a library's, or one whose values cannot travel."""
    if of == "library":
        from xml.parsers.expat import ExpatError

        raise ExpatError("a fault in a template")
    raise ValueError(of if of != "process" else sys.stdin)
