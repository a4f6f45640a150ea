"""A desk's page that was asked for a moment ago, answered before Flask: a crowd at one desk costs next to nothing.

Everything but the key of such a page is what Flask answered to the same address within the last second, headers
included. Whatever the page could depend on is in `_asked`; a citizen's page depends on no cookie.
"""

from collections.abc import Callable, Hashable, Iterable
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple

from flask import request

from survey.domain.response import new_key

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# All that a citizen's page depends on, beside its desk; the last two only in what addresses and headers it carries.
_DEPENDS_ON: Final = (
    "PATH_INFO",
    "QUERY_STRING",
    "HTTP_ACCEPT_ENCODING",
    "SCRIPT_NAME",
    "HTTP_HOST",
    "wsgi.url_scheme",
)

Fill = Callable[[str], bytes]  # a page out of a key
Headers = list[tuple[str, str]]

_SLOT: Final = "survey.page"
_MOST: Final = 1_000  # a page's values and headers are some 2 KB
_LONGEST: Final = 300  # characters of an address worth keeping: a longer one was not printed by us


class _Answered(NamedTuple):
    until: float
    headers: Headers
    fill: Fill


def may_be_repeated(fill: Fill) -> None:
    """Say of the page being answered that for a moment it may be answered again, filled with another key."""
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
        asked = _asked(environ)
        if sum(map(len, asked)) > _LONGEST:
            return self._application(environ, start_response)
        known = self._answered.get(asked)
        if known is None or monotonic() >= known.until:
            return self._ask(asked, environ, start_response)
        body = known.fill(new_key())
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


def _asked(environ: "WSGIEnvironment") -> tuple[str, ...]:
    return tuple(environ.get(name, "") for name in _DEPENDS_ON)
