"""Style sheets and scripts under addresses that change with their content, so that a browser may keep them for ever."""

import hashlib
from pathlib import Path
from typing import Any, Final

from flask import Flask, Response, request

from survey.web.access import public

_A_DAY: Final = 24 * 3600
_A_YEAR: Final = 365 * _A_DAY
_ICON: Final = "icon-192.png"


def register(app: Flask) -> None:
    """Give every asset's address its version, and its answer the year it may be kept."""
    folder = Path(str(app.static_folder))
    versions = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        for path in folder.rglob("*")
        # Recordings have an address of their own (voice.py), and reading a hundred megabytes would delay the start.
        if path.is_file() and folder / "audio" not in path.parents
    }

    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and values.get("filename") in versions:
            values.setdefault("v", versions[values["filename"]])

    def keep(filename: str) -> Response:
        response = app.send_static_file(filename)
        forever = filename in versions and request.args.get("v") == versions[filename]
        response.headers["Cache-Control"] = f"public, max-age={_A_YEAR}, immutable" if forever else "no-cache"
        return response

    @public
    def icon() -> Response:
        """What browsers ask for unasked, once a visit: an error page in its place would cost ten times as much."""
        response = app.send_static_file(_ICON)
        response.headers["Cache-Control"] = f"public, max-age={_A_DAY}"
        return response

    app.url_defaults(add_version)
    app.view_functions["static"] = keep
    app.add_url_rule("/favicon.ico", view_func=icon)
