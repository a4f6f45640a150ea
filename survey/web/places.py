"""Many requests may wait for the network; few run at a time.

Python runs one thread at a time, and threads that contend for it delay each other: measured with 32 clients, the
slowest of a hundred submissions took six times as long with 32 running threads as with 4. But a phone that goes silent
in the middle of its form holds a thread until it is back, so there must be more threads than places.
"""

from collections.abc import Iterable
from io import BytesIO
from threading import Semaphore
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PLACES: Final = 4


class FewAtOnce:
    """WSGI middleware: reads the request whole, then runs it when a place is free.

    The workspace has places of its own: who waits there for a drawing takes none from the citizens.
    """

    def __init__(self, application: "WSGIApplication", *, longest: int) -> None:
        self._application, self._longest = application, longest
        self._citizens, self._staff = Semaphore(PLACES), Semaphore(PLACES)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer the request."""
        self._read(environ)
        places = self._staff if environ.get("PATH_INFO", "").startswith("/staff") else self._citizens
        with places:
            return self._application(environ, start_response)

    def _read(self, environ: "WSGIEnvironment") -> None:
        """Have the body at hand. One that is too long stays where it is: the application refuses it by its length."""
        length = environ.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and 0 < int(length) <= self._longest:
            environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(int(length)))
