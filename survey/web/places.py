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

# Said before any page can be made, and so in both languages at once.
_CUT_OFF: Final = (
    "Phiếu chưa đến đủ nên chưa được lưu. Xin Ông/Bà gửi lại.\nOnly part of the form arrived; please send it again.\n"
)
_NO_LENGTH: Final = "Xin gửi kèm độ dài (Content-Length).\nPlease send the length of the form (Content-Length).\n"
_BUSY: Final = (
    "Máy chủ đang bận. Xin Ông/Bà thử lại sau ít phút.\nThe server is busy; please try again in a few minutes.\n"
)

PLACES: Final = 4
_PASSED_OVER: Final = 40  # times the longest body: some 10 MB; who sends more may see a broken connection
PATIENCE: Final = 20.0  # seconds; staff who wait hold a thread that a citizen may need


class FewAtOnce:
    """WSGI middleware: reads the request whole, then runs it when a place is free.

    The workspace has places of its own: who waits there for a report takes none from the citizens.
    """

    def __init__(self, application: "WSGIApplication", *, longest: int) -> None:
        self._application, self._longest = application, longest
        self._citizens, self._staff = Semaphore(PLACES), Semaphore(PLACES)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer the request."""
        if "HTTP_TRANSFER_ENCODING" in environ:
            # No browser sends a form so, and granian does not tell one that broke off from one that is whole.
            return _refuse(start_response, "411 Length Required", _NO_LENGTH)
        if not self._read(environ):
            return _refuse(start_response, "400 Bad Request", _CUT_OFF)
        staff = is_staff(environ)
        places = self._staff if staff else self._citizens
        if not places.acquire(timeout=PATIENCE if staff else None):
            return refuse_busy(start_response)
        try:
            return self._application(environ, start_response)
        finally:
            places.release()

    def _read(self, environ: "WSGIEnvironment") -> bool:
        """Have the body at hand; False where the connection ended in the middle of it: half a form is no answer.

        A body that is announced as too long is passed over: the application refuses it by its length, and a browser
        reads what it is told only when it has sent everything.
        """
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or length == "0":
            return True
        body = environ["wsgi.input"]
        if int(length) > self._longest:
            passed_over = sum(len(body.read(self._longest)) for _ in range(_PASSED_OVER))
            return passed_over > 0
        whole = body.read(int(length))
        environ["wsgi.input"] = BytesIO(whole)
        return len(whole) == int(length)


def is_staff(environ: "WSGIEnvironment") -> bool:
    """Whether the request is one for the workspace."""
    return str(environ.get("PATH_INFO", "")).startswith("/staff")


def refuse_busy(start_response: "StartResponse") -> Iterable[bytes]:
    """Say that nobody has time now."""
    return _refuse(start_response, "503 Service Unavailable", _BUSY)


def _refuse(start_response: "StartResponse", status: str, sentence: str) -> Iterable[bytes]:
    body = sentence.encode()
    headers = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    start_response(status, list(headers.items()))
    return [body]
