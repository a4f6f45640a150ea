"""A desk's page that was asked for a moment ago, answered before Flask: a crowd at one desk costs next to nothing.

Everything but the key and the stamp of such a page is what Flask answered to the same address within the last second,
headers included. Whatever the page could depend on is in `_Visit`; a citizen's page depends on no cookie.
"""

from collections.abc import Callable, Hashable, Iterable
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple

from flask import request

from survey.domain.response import new_key

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# All that a citizen's page depends on, beside its address; the last two only in what addresses and headers it carries.
_DEPENDS_ON: Final = ("HTTP_ACCEPT_ENCODING", "SCRIPT_NAME", "HTTP_HOST", "wsgi.url_scheme")

# A page out of a key and the stamp of the address, "" for none; None where another stamp would make another page.
Fill = Callable[[str, str], bytes | None]
Headers = list[tuple[str, str]]

_KEY_AFTER: Final = "/phieu/"  # in the address of the criteria
_STAMP: Final = "stamp="
_SLOT: Final = "survey.page"
_MOST: Final = 1_000  # a page's values and headers are some 2 KB
_LONGEST: Final = 300  # characters of an address worth keeping: a longer one was not printed by us


class _Visit(NamedTuple):
    """A request: what the page depends on, and what is filled in; key and stamp "" where the address has none."""

    asked: tuple[str, ...]
    key: str
    stamp: str


class _Answered(NamedTuple):
    until: float
    headers: Headers
    fill: Fill


def may_be_repeated(fill: Fill) -> None:
    """Say of the page being answered that for a moment it may be answered again, with another key and stamp."""
    request.environ[_SLOT] = fill


class Front:
    """WSGI middleware that repeats what was answered within the last ``seconds``; 0 for never."""

    def __init__(self, application: "WSGIApplication", *, seconds: float) -> None:
        self._application, self._seconds = application, seconds
        self._answered: dict[Hashable, _Answered] = {}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer the request."""
        if not self._seconds or environ["REQUEST_METHOD"] != "GET" or not environ["PATH_INFO"].startswith("/d/"):
            return self._application(environ, start_response)
        visit = _visit(environ)
        if sum(map(len, visit.asked)) > _LONGEST:
            return self._application(environ, start_response)
        known = self._answered.get(visit.asked)
        if known is None or monotonic() >= known.until:
            return self._ask(visit.asked, environ, start_response)
        body = known.fill(visit.key or new_key(), visit.stamp)
        if body is None:
            return self._application(environ, start_response)
        start_response("200 OK", [*known.headers, ("Content-Length", str(len(body)))])
        return [body]

    def _ask(self, asked: Hashable, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        until = monotonic() + self._seconds
        sent: Headers = []

        def note(status: str, headers: Headers, *rest: object) -> object:
            sent.extend(each for each in headers if each[0] != "Content-Length")
            return start_response(status, headers, *rest)  # type: ignore[arg-type]

        answer = self._application(environ, note)  # type: ignore[arg-type]
        fill = environ.get(_SLOT)
        if fill is not None:
            if len(self._answered) >= _MOST:
                self._answered.clear()
            self._answered[asked] = _Answered(until, sent, fill)
        return answer


def _visit(environ: "WSGIEnvironment") -> _Visit:
    page, _, key = environ["PATH_INFO"].partition(_KEY_AFTER)
    arguments = environ.get("QUERY_STRING", "").split("&")
    stamps = [each[len(_STAMP) :] for each in arguments if each.startswith(_STAMP)]
    # The first of two stamps is the one that counts; whether there is one shows in what the page's links carry.
    others = [each for each in arguments if not each.startswith(_STAMP)] + [_STAMP] * len(stamps[:1])
    depends = [environ.get(name, "") for name in _DEPENDS_ON]
    kept = _KEY_AFTER if key else ""
    return _Visit((page, kept, "&".join(others), *depends), key, stamps[0] if stamps else "")
