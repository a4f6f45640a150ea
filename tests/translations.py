"""The English beside every Vietnamese sentence: tells what is missing and rewrites its file.

``python -m tests.translations --update [FILE.po…]`` rewrites survey/translations/en from the sources, keeping what is
translated, taking translations from the files named, and exits 1 while sentences are missing. For other languages there
is ``flask languages add``; English is kept without places, so that a moved line changes nothing.
"""

import argparse
import sys
from pathlib import Path

from survey.cli.sentences import sentences
from survey.domain.translation_file import Sentence, words_in, written
from survey.installation import catalogue_of

PO = catalogue_of("en")


def read(path: Path) -> dict[str, str]:
    """Translations of a .po file; a file with a fault stops us."""
    words, faults = words_in(path.read_text(encoding="utf-8"))
    assert not faults, [f"{path}, {fault.place}: {fault.problem}" for fault in faults]
    return words


def update(extra: list[Path]) -> list[str]:
    """Rewrite the file; the sentences that still have no English."""
    known: dict[str, str] = {}
    for path in [PO, *extra]:
        known |= read(path)
    needed = sorted(sentences())
    PO.write_bytes(written([Sentence(each) for each in needed], known, language="en"))
    return [each for each in needed if not known.get(each)]


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
