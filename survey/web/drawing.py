"""Where pages get their charts, documents and QR codes from."""

import atexit
from collections.abc import Callable
from typing import Final, ParamSpec

from flask import abort, current_app

from survey.render.drawing import DrawingProcess, DrawingUnavailable

P = ParamSpec("P")
_PROCESS: Final = DrawingProcess()
atexit.register(_PROCESS.end)  # it would end by itself; this way nothing is left open at a tidy end


def drawn(function: Callable[P, bytes], /, *args: P.args, **kwargs: P.kwargs) -> bytes:
    """What a function of render/ makes of these values, drawn outside of this process.

    Raises what the function raises. Answers the request with 503 where no drawing can be had just now.
    """
    try:
        return _PROCESS.draw(function, *args, **kwargs)
    except DrawingUnavailable as reason:
        current_app.logger.warning("no drawing: %s", reason)
        abort(503)
