"""The load: many clients over kept-alive connections, written so that the client is not what is measured.

``closed_loop`` asks again as soon as an answer is there: how much the server can do. ``open_loop`` sends at fixed
times whether or not the answers keep up, and counts waiting from the time a request *should* have left: what people
at counters feel, without the flattery of a client that waits politely (coordinated omission).
"""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Requests = Iterator[bytes]
PATIENCE = 60.0  # seconds a whole run may take beyond its time before the server counts as hanging


class ServerBroke(RuntimeError):
    """The server closed a connection, hung, or answered with something else than was expected."""


class _Connection(asyncio.Protocol):
    """One kept-alive connection with at most one request on its way."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[int] | None = None
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._buffer[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self._buffer) < end + 4 + length:
            return
        self._buffer = self._buffer[end + 4 + length :]
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(int(head[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ServerBroke(f"connection lost: {exc}"))

    @property
    def closed(self) -> bool:
        return self._transport is None or self._transport.is_closing()

    async def ask(self, request: bytes) -> int:
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer


@dataclass
class Load:
    """What a run saw, in the order in which answers came.

    ``waits`` in seconds; how many answers had which status; ``seconds`` the length of the run; with ``keeping`` the
    requests that were answered stand in ``answered``.
    """

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    keeping: bool = False
    answered: list[bytes] = field(default_factory=list)

    def add(self, request: bytes, status: int, wait: float) -> None:
        """Note one answer."""
        self.waits.append(wait)
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if self.keeping:
            self.answered.append(request)

    @property
    def per_second(self) -> float:
        """Answers per second."""
        return len(self.waits) / self.seconds

    def quantile(self, share: float) -> float:
        """The wait, in seconds, that this share of the answers did not exceed; 0 for none."""
        return quantile(self.waits, share)

    def parts(self, number: int) -> list[list[float]]:
        """The waits cut into that many consecutive parts of about equal size."""
        size = -(-len(self.waits) // number) or 1
        return [self.waits[i : i + size] for i in range(0, len(self.waits), size)]

    def expect(self, status: int) -> "Load":
        """This load, all of whose answers had that status. Raises ServerBroke if one had another, or none came."""
        if set(self.statuses) != {status}:
            raise ServerBroke(f"expected only {status}, got {self.statuses or 'nothing'}")
        return self


def quantile(values: list[float], share: float) -> float:
    """The value that this share does not exceed; 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


async def _connect(port: int) -> _Connection:
    try:
        _, connection = await asyncio.get_running_loop().create_connection(_Connection, "127.0.0.1", port)
    except OSError as error:
        raise ServerBroke(f"no connection: {error}") from error
    return connection


def closed_loop(port: int, requests: Requests, *, clients: int, seconds: float, load: Load | None = None) -> Load:
    """What ``clients`` that never rest get done in ``seconds``, added to ``load`` where one is given."""
    load = load or Load()
    begin = time.perf_counter()
    end = begin + seconds

    async def client() -> None:
        connection = await _connect(port)
        while (sent := time.perf_counter()) < end:
            if connection.closed:
                connection = await _connect(port)
            request = next(requests)
            load.add(request, await connection.ask(request), time.perf_counter() - sent)

    _run(client, clients, seconds)
    load.seconds = time.perf_counter() - begin
    return load


def open_loop(port: int, requests: Requests, *, clients: int, rate: float, seconds: float) -> Load:
    """Waits when ``rate`` requests a second fall due, over at most ``clients`` connections."""
    load = Load()
    begin = time.perf_counter()
    due = (begin + i / rate for i in range(int(rate * seconds)))

    async def client() -> None:
        connection = await _connect(port)
        for moment in due:  # shared: each client takes the next one that falls due
            if (rest := moment - time.perf_counter()) > 0:
                await asyncio.sleep(rest)
            if connection.closed:
                connection = await _connect(port)
            request = next(requests)
            load.add(request, await connection.ask(request), time.perf_counter() - moment)

    _run(client, clients, seconds)
    load.seconds = time.perf_counter() - begin
    return load


def _run(client: Callable[[], Awaitable[None]], clients: int, seconds: float) -> None:
    async def everybody() -> None:
        await asyncio.gather(*(client() for _ in range(clients)))

    async def not_for_ever() -> None:
        try:
            await asyncio.wait_for(everybody(), seconds + PATIENCE)
        except TimeoutError:
            raise ServerBroke(f"no answer for {PATIENCE:.0f} s") from None

    with _undisturbed():
        asyncio.run(not_for_ever())


@contextmanager
def _undisturbed() -> Iterator[None]:
    """The client's own garbage collection must not look like a wait of the server's."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


# --- requests ---------------------------------------------------------------------------------------------

# As a phone at a counter asks: what a server spends on reading them is part of its work.
PHONE = (
    "User-Agent: Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile\r\n"
    "Accept: text/html,application/xhtml+xml\r\nAccept-Language: vi-VN,vi;q=0.9\r\n"
    "Accept-Encoding: gzip, deflate, br\r\n"
)


def get(path: str, **headers: str) -> bytes:
    """The bytes of a GET request; an underscore in a header's name stands for a hyphen."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{PHONE}{_lines(headers)}\r\n".encode()


def post(path: str, body: str, **headers: str) -> bytes:
    """The bytes of a form that is sent."""
    data = body.encode()
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{PHONE}Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(data)}\r\n{_lines(headers)}\r\n"
    ).encode() + data


def _lines(headers: dict[str, str]) -> str:
    return "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
