"""The method page: every rule by which figures are made, with the thresholds in force, for anybody to check."""

from pathlib import Path
from typing import Final

from flask import Blueprint, Flask, Response, current_app, request
from werkzeug.wrappers import Response as AnyResponse

from survey.domain import method_note
from survey.domain.estimation import BaseRules
from survey.domain.method_rule import Rule
from survey.domain.method_trust import trust_rules
from survey.domain.offices import normalise_desk_code
from survey.web.access import public
from survey.web.language import text_language
from survey.web.visit import page

# The program that computes published figures again; part of the documentation, served as it is.
RECOMPUTE: Final = Path("docs") / "recompute.py"

pages = Blueprint("method", __name__)


def register(app: Flask) -> None:
    """Add the pages of this module."""
    app.register_blueprint(pages)


@pages.get("/phuong-phap")
@public
def method() -> AnyResponse:
    """The rules in words, by subject; in Vietnamese and English, other languages read the Vietnamese ones."""
    rules = method_note.rules(BaseRules())
    return page(
        "method",
        desk_code=normalise_desk_code(request.args.get("d", "")),
        design=method_note.design(text_language()),
        sources=method_note.sources(text_language()),
        figures=_numbered(rules, "M", 1, 7),
        certainty=_numbered(rules, "M", 8, 15),
        periods=_numbered(rules, "M", 16, 16),
        trust=_numbered(rules, "Q", 1, 5),
        set_aside=trust_rules(),
    )


def _numbered(rules: tuple[Rule, ...], letter: str, first: int, last: int) -> list[Rule]:
    return [each for each in rules if each.number[0] == letter and first <= int(each.number[1:]) <= last]


@pages.get("/phuong-phap/recompute.py")
@public
def recompute() -> Response:
    """The program, to read or to keep."""
    text = (Path(current_app.root_path).parent / RECOMPUTE).read_text(encoding="utf-8")
    return Response(text, mimetype="text/plain")
