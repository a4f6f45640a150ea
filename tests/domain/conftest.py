"""The pure middle is tested without database and network: reaching for one of them is the failure."""

import socket
import sqlite3
from typing import Any, NoReturn

import pytest
from hypothesis import settings

# Two slow cores shared with browsers and databases: a deadline would measure them and not our code.
settings.register_profile("domain", deadline=None, derandomize=True, database=None)
settings.load_profile("domain")


class OutsideThePureMiddle(AssertionError):
    """A domain test reached a database or the network (architecture.md: domain is pure)."""


@pytest.fixture(autouse=True)
def nothing_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connecting anywhere raises."""

    def refuse(*args: Any, **kwargs: Any) -> NoReturn:
        raise OutsideThePureMiddle(f"a domain test tried to connect: {args}")

    monkeypatch.setattr(sqlite3, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
