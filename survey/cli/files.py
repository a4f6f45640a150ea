"""Files named on the command line: read whole, written whole or not at all, their faults told with their name."""

import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import click

from survey.cli.console import Failed, print_faults, said_of_refusal
from survey.domain.message import Message, Refused, message
from survey.domain.table import LONGEST_LINE, decode

FILE = click.Path(path_type=Path)


@contextmanager
def faults_of(path: Path) -> Iterator[None]:
    """Whatever refuses the file inside is told fault by fault, each with the file's name. Raises Failed."""
    try:
        yield
    except Refused as refused:
        print_faults(refused.faults, file=str(path))
        raise Failed(said_of_refusal(refused)) from None


def read_text(path: Path) -> str:
    """The text of a file named on the command line. Raises Failed or Refused."""
    try:
        return decode(path.read_bytes())
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError) -> Failed:
    return Failed(message("Không đọc được tệp %(path)s: %(reason)s", path=path, reason=reason_of(error)))


class Lines:
    """The lines of an open file, as often as they are asked for; of a line longer than LONGEST_LINE the beginning."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self._path, self._file = path, file
        self.size = file.seek(0, 2)

    def __iter__(self) -> Iterator[bytes]:
        try:
            self._file.seek(0)
            yield from iter(partial(self._file.readline, LONGEST_LINE + 1), b"")
        except OSError as error:
            raise _unreadable(self._path, error) from None


@contextmanager
def open_lines(path: Path) -> Iterator[Lines]:
    """A file too large to be read whole, or what comes through a pipe. Raises Failed."""
    with ExitStack() as opened:
        try:
            file: IO[bytes] = opened.enter_context(path.open("rb"))
            if not file.seekable():
                # Without a name, so that nobody else can open it and it goes with this process.
                pipe, file = file, opened.enter_context(TemporaryFile())
                shutil.copyfileobj(pipe, file)
        except OSError as error:
            raise _unreadable(path, error) from None
        yield Lines(path, file)


def reason_of(error: OSError) -> Message:
    """Why the operating system would not, in our words where they are known."""
    match error:
        case FileNotFoundError():
            return message("không có tệp hoặc thư mục này.")
        case IsADirectoryError():
            return message("đây là một thư mục, không phải tệp.")
        case NotADirectoryError() | FileExistsError():
            return message("một phần của đường dẫn là tệp, không phải thư mục.")
        case PermissionError():
            return message("không có quyền đọc hoặc ghi ở đây.")
        case _:
            return message("hệ điều hành báo “%(error)s”.", error=error.strerror or error)


def write_file(path: Path, data: bytes | Iterable[str]) -> None:
    """Write a file whole or not at all, making its folder. Raises Failed with the reason."""
    unfinished = path.with_name(path.name + ".part")
    chunks = [data] if isinstance(data, bytes) else (line.encode() for line in data)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            file.writelines(chunks)
        unfinished.replace(path)
    except OSError as error:
        raise Failed(message("Không ghi được tệp %(path)s: %(reason)s", path=path, reason=reason_of(error))) from None
    finally:
        if unfinished.is_file():
            unfinished.unlink()


def write_out(lines: Iterable[str]) -> None:
    """Write CSV lines to standard output, in UTF-8 whatever the terminal says."""
    for line in lines:
        sys.stdout.buffer.write(line.encode())


def require_ending(path: Path, *endings: str) -> str:
    """The ending of a file to be written, in small letters. Raises Failed unless it is one of ``endings``."""
    ending = path.suffix.lower()
    if ending not in endings:
        raise Failed(message("Tên tệp %(path)s phải kết thúc bằng %(endings)s.", path=path, endings=", ".join(endings)))
    return ending
