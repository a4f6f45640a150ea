"""Which recordings there are: what comes with the program, and what was put into the instance's folder."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from survey.domain.message import Fault
from survey.domain.questionnaire import Catalogue
from survey.domain.recordings import HEAD_BYTES, FoundFile, Recording, Recordings, examine


def find_recordings(folders: Sequence[Path], catalogue: Catalogue) -> Recordings:
    """The recordings below these folders; where two have the same question, the later folder has it alone.

    A folder that is not there holds none.
    """
    kept: dict[tuple[str, str, str], list[Recording]] = {}
    strays: list[Fault] = []
    for folder in folders:
        here: dict[tuple[str, str, str], list[Recording]] = {}
        for file in _files(folder):
            match examine(file, catalogue):
                case Recording() as found:
                    here.setdefault((found.version, found.language, found.question), []).append(found)
                case Fault() as stray:
                    strays.append(stray)
        kept |= here
    return Recordings((each for found in kept.values() for each in found), strays)


def _files(folder: Path) -> Iterator[FoundFile]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith((".", "README")):
            found = path.stat()
            yield FoundFile(path, path.relative_to(folder).parts, found.st_size, _head(path), _stamp(found))


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def stamp_of(path: Path) -> str:
    """A word that changes with the file. Raises OSError when it is gone.

    Time and size, not the content: a province's recordings are a hundred megabytes, and every command starts here.
    """
    return _stamp(path.stat())


def _stamp(found: os.stat_result) -> str:
    return hashlib.sha256(f"{found.st_mtime_ns} {found.st_size}".encode()).hexdigest()[:12]
