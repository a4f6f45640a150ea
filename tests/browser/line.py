"""The line between a telephone and the server, which a test can cut before, during and after a request."""

import random
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

# whole: everything passes. dead: the connection ends at once. half: it ends in the middle of the request. deaf: the
# server gets the request and answers, and the answer is lost. silent: nothing comes, until the telephone gives up.
FATES = ("whole", "dead", "half", "deaf", "silent")


class Line:
    """A TCP proxy; ``fate`` says what becomes of a request, whatever it is."""

    def __init__(self, server: str) -> None:
        self.fate = "whole"
        self.sent: list[str] = []  # first lines of the requests that reached the server whole
        self._server = (urlsplit(server).hostname, urlsplit(server).port)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._ended = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """Where the telephone finds the server."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def end(self) -> None:
        """Take no more connections."""
        self._ended.set()
        self._listener.close()

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                phone, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(phone,), daemon=True).start()

    def _carry(self, phone: socket.socket) -> None:
        with phone, suppress(OSError):
            phone.settimeout(30)
            request = _read_request(phone)
            if not request:
                return
            fate = self.fate
            if fate == "dead":
                return
            if fate == "silent":
                self._ended.wait(30)
                return
            with socket.create_connection(self._server, timeout=30) as server:
                if fate == "half":
                    server.sendall(request[: len(request) - 5])
                    return
                server.sendall(request)
                self.sent.append(request.partition(b"\r\n")[0].decode())
                answer = _read_whole(server)
            if fate != "deaf":
                phone.sendall(answer)


def _read_request(phone: socket.socket) -> bytes:
    """Head and body of one request; werkzeug closes after each."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = phone.recv(65536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(each[15:]) for each in head.lower().split(b"\r\n") if each.startswith(b"content-length:")), 0)
    while len(body) < length:
        piece = phone.recv(65536)
        if not piece:
            return b""
        body += piece
    return head + b"\r\n\r\n" + body


def _read_whole(server: socket.socket) -> bytes:
    pieces = []
    while piece := server.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)


@contextmanager
def line_to(server: str) -> Iterator[Line]:
    """A line of one's own."""
    line = Line(server)
    yield line
    line.end()


@contextmanager
def flapping(
    line: Line, *, flaps: int, seed: int, pause: Callable[[random.Random], float]
) -> Iterator[threading.Event]:
    """Let the line change its fate so many times meanwhile; the event tells that it is over and the line whole."""
    over = threading.Event()
    dice = random.Random(seed)

    def flap() -> None:
        for _ in range(flaps):
            line.fate = dice.choice(("whole", "whole", "dead", "half", "deaf"))
            over.wait(pause(dice))
        line.fate = "whole"
        over.set()

    thread = threading.Thread(target=flap, daemon=True)
    thread.start()
    try:
        yield over
    finally:
        thread.join()
