"""Files named on the command line: read whole, written whole or not at all, their faults told with their name."""

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import click

from survey.cli.console import Failed, print_faults, said_of_refusal, tell
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
        except OSError as error:
            raise _unreadable(self._path, error) from None
        yield from _lines_of(self._path, self._file)


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


@contextmanager
def open_once(path: Path) -> Iterator[Iterator[bytes]]:
    """The lines of a file, read one by one and kept nowhere; of one longer than LONGEST_LINE the beginning.

    Raises Failed.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise _unreadable(path, error) from None
    with file:
        yield _lines_of(path, file)


def _lines_of(path: Path, file: IO[bytes]) -> Iterator[bytes]:
    try:
        yield from iter(partial(file.readline, LONGEST_LINE + 1), b"")
    except OSError as error:
        raise _unreadable(path, error) from None


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


@contextmanager
def new_file(path: Path) -> Iterator[Callable[[Iterable[str]], None]]:
    """A file that must agree with what the database says, and holds the only copy of it: gives what writes it.

    Write last in a transaction inside the block: the file is whole and on the disk before the commit, gets its name
    after it, and goes if anything failed before. Where the commit itself failed, nobody knows whether it counts, so it
    stays. It is its owner's alone, and never in the place of another. Raises Failed with the reason.
    """
    unfinished = path.with_name(path.name + ".part")
    for each in (path, unfinished):
        if each.exists():
            raise Failed(message("Đã có tệp %(path)s. Xin chọn tên khác: tệp này không được ghi đè.", path=each))
    try:
        yield partial(_write_new, unfinished)
    except BaseException:
        if unfinished.exists():
            tell(
                message("Tệp %(path)s được giữ lại: những gì trong đó có thể đã có hiệu lực.", path=unfinished),
                err=True,
            )
        raise
    try:
        unfinished.rename(path)
    except OSError as error:
        raise Failed(
            message(
                "Đã ghi xong vào %(unfinished)s, nhưng không đổi được tên thành %(path)s: %(reason)s",
                unfinished=unfinished,
                path=path,
                reason=reason_of(error),
            )
        ) from None


def _write_new(path: Path, lines: Iterable[str]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.writelines(line.encode() for line in lines)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        with suppress(OSError):
            path.unlink()
        raise Failed(message("Không ghi được tệp %(path)s: %(reason)s", path=path, reason=reason_of(error))) from None


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
