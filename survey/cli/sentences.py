"""Every Vietnamese sentence of the program that people may read, and where it stands."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from babel.messages.extract import extract_from_file

from survey.config import ROOT
from survey.domain.questionnaire import SCHEMA

Place = tuple[str, int]  # a file, as its path in the program's folder, and a line

_KEYWORDS = {"message": None, "gettext": None, "_": None}
_TEMPLATES = {"trimmed": "true", "silent": "false"}
# What a citizen may be told: these pages, and what is said about an answer that cannot be kept.
_CITIZEN = (
    "templates/citizen/",
    "templates/components/citizen",
    "survey/domain/answers.py",
    "survey/journeys/respond.py",
    "survey/web/citizen.py",
    "survey/web/notices.py",
    "survey/web/offline.py",
)


def sentences() -> dict[str, tuple[Place, ...]]:
    """The places of each sentence, in the order of the files."""
    found: dict[str, list[Place]] = {}
    for sentence, place in (*_of_templates(), *_of_code(), *_of_schema(SCHEMA)):
        found.setdefault(sentence, []).append(place)
    return {sentence: tuple(places) for sentence, places in found.items()}


def for_citizens(known: Mapping[str, tuple[Place, ...]]) -> dict[str, tuple[Place, ...]]:
    """Those that stand on a citizen's page."""
    return {
        sentence: places for sentence, places in known.items() if any(file.startswith(_CITIZEN) for file, _ in places)
    }


def _of_templates() -> Iterator[tuple[str, Place]]:
    paths = sorted(path for path in (ROOT / "templates").rglob("*.*") if path.is_file())
    return _extracted("jinja2.ext:babel_extract", paths, _TEMPLATES)


def _of_code() -> Iterator[tuple[str, Place]]:
    return _extracted("python", sorted((ROOT / "survey").rglob("*.py")), {})


def _extracted(method: str, paths: Iterable[Path], options: dict[str, str]) -> Iterator[tuple[str, Place]]:
    for path in paths:
        for line, found, _, _ in extract_from_file(method, path, keywords=_KEYWORDS, options=options):
            for sentence in [found] if isinstance(found, str) else found:
                yield sentence, (path.relative_to(ROOT).as_posix(), line)


def _of_schema(part: object) -> Iterator[tuple[str, Place]]:
    """Remedies of a questionnaire's structural faults are the descriptions of its schema."""
    if isinstance(part, dict):
        described = part.get("description")
        if isinstance(described, str):
            yield described, ("survey/domain/questionnaire_schema.py", 1)
        for inner in part.values():
            yield from _of_schema(inner)
