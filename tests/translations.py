"""The English beside every Vietnamese sentence: finds what needs one, tells what is missing, compiles the catalogue.

``python -m tests.translations --update [FILE.po…]`` rewrites survey/translations/en from the sources, keeping what is
translated, taking translations from the files named, and exits 1 while sentences are missing.
"""

import argparse
import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from survey.domain.questionnaire import SCHEMA

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "survey" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {"message": None, "gettext": None, "_": None}


def sentences() -> set[str]:
    """Every Vietnamese sentence of the program that people may read."""
    return set(_of_code()) | set(_of_templates()) | set(_of_schema(SCHEMA))


def _of_code() -> Iterator[str]:
    for path in (ROOT / "survey").rglob("*.py"):
        yield from _extracted("python", path)


def _of_templates() -> Iterator[str]:
    options = {"trimmed": "true", "silent": "false"}
    for path in (ROOT / "templates").rglob("*.*"):
        yield from _extracted("jinja2.ext:babel_extract", path, options)


def _extracted(method: str, path: Path, options: dict[str, str] | None = None) -> Iterator[str]:
    for _, found, _, _ in extract_from_file(method, path, keywords=KEYWORDS, options=options):
        assert isinstance(found, str), f"{path}: {found}"
        yield found


def _of_schema(part: object) -> Iterator[str]:
    """Remedies of a questionnaire's structural faults are the descriptions of its schema."""
    if isinstance(part, dict):
        described = part.get("description")
        if isinstance(described, str):
            yield described
        for inner in part.values():
            yield from _of_schema(inner)


def read(path: Path) -> dict[str, str]:
    """Translations of a .po file."""
    with path.open("rb") as file:
        return {str(each.id): str(each.string) for each in read_po(file, locale="en") if each.id and each.string}


def compiled(translations: dict[str, str]) -> bytes:
    """The .mo file of these translations."""
    buffer = io.BytesIO()
    write_mo(buffer, _catalogue(translations))
    return buffer.getvalue()


def _catalogue(translations: dict[str, str]) -> Catalog:
    catalogue = Catalog(locale="en", charset="utf-8", fuzzy=False)
    for sentence in sorted(translations):
        catalogue.add(sentence, translations[sentence])
    # No dates: the same translations make the same files.
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    return catalogue


def update(extra: list[Path]) -> list[str]:
    """Rewrite both files; the sentences that still have no English."""
    known = {}
    for path in [*extra, *([PO] if PO.exists() else [])]:
        known |= read(path)
    needed = sentences()
    translated = {sentence: known.get(sentence, "") for sentence in needed}
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, _catalogue(translated), width=0, omit_header=False)
    MO.write_bytes(compiled({sentence: english for sentence, english in translated.items() if english}))
    return sorted(sentence for sentence, english in translated.items() if not english)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true", required=True)
    parser.add_argument("files", nargs="*", type=Path)
    missing = update(parser.parse_args().files)
    for sentence in missing:
        sys.stdout.write(f"no English yet: {sentence}\n")
    return bool(missing)


if __name__ == "__main__":
    sys.exit(main())
