"""An application that shows what the workspace's process does; another process imports it by name."""

import json
import os
import signal
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs

PROGRAM = """
import os, sys
os.nice(5)
from survey.web.workspace import answer_for_another
from tests.web.workspace_app import app
answer_for_another(app, lanes=[int(each) for each in sys.argv[2:]], idle=int(sys.argv[1]))
"""


def app(environ, start_response):  # type: ignore[no-untyped-def]
    """``do`` in the address names what happens on the way; the answer tells who answered and what arrived."""
    asked = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
    if asked.get("do") == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if asked.get("do") == "die once" and not Path(asked["mark"]).exists():
        Path(asked["mark"]).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if asked.get("do") == "raise":
        raise RuntimeError("beyond what an application catches")
    if asked.get("do") == "sleep":
        time.sleep(float(asked["for"]))
    sys.stdout.write("a library that prints\n")
    sys.stdout.flush()
    body = environ["wsgi.input"].read()
    start_response("418 I'm a teapot", [("X-Path", environ["PATH_INFO"]), ("X-Twice", "1"), ("X-Twice", "2")])
    yield json.dumps(
        {
            "process": os.getpid(),
            "priority": os.getpriority(os.PRIO_PROCESS, 0),
            "form": body.decode("latin-1"),
            "scheme": environ["wsgi.url_scheme"],
            "files": [str(each.readlink()) for each in Path("/proc/self/fd").iterdir() if each.is_symlink()],
        }
    ).encode()
