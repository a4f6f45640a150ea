"""Recorded questions: which a page may play, and their files.

They are looked up once, when the application starts, because pages are rendered once as well (prepared.py): a new
recording is heard after a restart. A file that is replaced meanwhile is served as it is, a missing one is a 404.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from flask import Blueprint, Flask, abort, current_app, request, send_file, url_for
from werkzeug.wrappers import Response

from survey.domain.recordings import Recording, Recordings, folder_of
from survey.installation import RECORDINGS, Installation
from survey.journeys.recordings import find_recordings, stamp_of
from survey.web.access import public
from survey.web.context import installation
from survey.web.forms import Field
from survey.web.language import language

_A_YEAR: Final = 365 * 24 * 3600

pages = Blueprint("voice", __name__)


@dataclass(frozen=True, slots=True)
class Sound:
    """One file a button may play."""

    address: str
    media_type: str


def find(app: Flask, installation: Installation) -> Recordings:
    """Look the recordings up: those beside the program, and those in the instance's folder, which win."""
    folders = (RECORDINGS, installation.config.instance / "audio")
    found = find_recordings(folders, installation.catalogue)
    app.extensions["recordings"] = found
    return found


def register(app: Flask) -> None:
    """Add the files' address, and what templates ask."""
    app.jinja_env.globals.update(sounds_of=sounds_of, voices_of=voices_of)
    app.register_blueprint(pages)


def sounds_of(field: Field) -> tuple[Sound, ...]:
    """What reads a question in the language chosen, the smaller file first; () where it was not recorded."""
    return tuple(
        Sound(_address(each), each.media_type) for each in _recordings().of(field.version, language(), field.name)
    )


def voices_of(version: str) -> tuple[str, ...]:
    """The languages a questionnaire was recorded in, if one of them is spoken only; else the pages' own switch does."""
    recorded = _recordings().languages(version)
    known = installation().languages
    written = {code for code in recorded if code in known and known[code].written}
    return tuple(sorted(recorded, key=lambda code: (code not in written, code))) if written < {*recorded} else ()


@pages.get("/nghe/<folder>/<spoken>/<name>")
@public
def recording(folder: str, spoken: str, name: str) -> Response:
    """The file of one question: only names that were found at the start lead to one."""
    question, _, ending = name.rpartition(".")
    version = next((each.key for each in installation().catalogue if folder_of(each) == folder), "")
    found = next((each for each in _recordings().of(version, spoken, question) if each.ending == f".{ending}"), None)
    if found is None:
        abort(404)
    path = Path(found.path)
    try:
        stamp = stamp_of(path)
    except OSError:
        abort(404)
    response = send_file(path, mimetype=found.media_type, conditional=True, etag=stamp)
    forever = request.args.get("v") == stamp
    response.headers["Cache-Control"] = f"public, max-age={_A_YEAR}, immutable" if forever else "no-cache"
    return response


def _address(found: Recording) -> str:
    version = installation().catalogue.get(found.version)
    name = f"{found.question}{found.ending}"
    return url_for("voice.recording", folder=folder_of(version), spoken=found.language, name=name, v=found.stamp)


def _recordings() -> Recordings:
    return cast(Recordings, current_app.extensions["recordings"])
