"""`flask slips`: one-time codes to hand out with the appointment slip."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import click

from survey.cli.console import Failed, console_command, ready, tell, with_progress
from survey.cli.files import FILE, reason_of, require_ending
from survey.cli.grammar import Group
from survey.config import Config
from survey.domain.message import message
from survey.domain.offices import Desk, Office
from survey.domain.slips import hashed, new_codes, slip_address, slip_key
from survey.domain.table import write_table
from survey.journeys.slips import NoSlipsFor, issue_slips, slip_desk
from survey.render.slips import slip_sheets

# A PDF of this many takes 2 GB of memory.
MOST: Final = 10_000
COLUMNS: Final = ("code", "address")


@click.group("slips", cls=Group)
def slips() -> None:
    """Slips: one-time codes that prove a transaction, and not whose it was."""


@slips.command("issue")
@click.option("--desk", "desk_code", required=True)
@click.option("--count", type=click.IntRange(1, MOST), required=True)
@click.option("--out", "path", type=FILE, required=True)
@console_command
def issue(desk_code: str, count: int, path: Path) -> None:
    """Issue slips for a desk and write them as label sheets (.pdf) or as a list (.csv); the only copy of the codes."""
    ending = require_ending(path, ".pdf", ".csv")
    found = ready()
    today = found.clock().date()
    try:
        with found.database.reading() as connection:
            desk, office = slip_desk(connection, desk_code, today=today)
    except NoSlipsFor as refused:
        raise Failed(refused.message) from None
    _must_be_new(path)
    codes = new_codes(count)
    key = slip_key(found.config.secret_key)
    unfinished = _unfinished(path)
    _write(path, _content(ending, codes, desk, office, found.config))
    with _kept_if_issued(unfinished) as issued, found.database.transaction() as connection:
        issue_slips(connection, [hashed(code, key) for code in codes], desk, office, today=today)
        issued.append(True)
    _rename(unfinished, path)
    told = {"number": count, "desk": desk.code, "path": path}
    tell(message("Đã phát hành %(number)s mã phiếu hẹn cho quầy %(desk)s, ghi vào %(path)s.", **told))


def _content(ending: str, codes: Sequence[str], desk: Desk, office: Office, config: Config) -> bytes:
    if ending == ".pdf":
        shown = with_progress(codes, "PDF")
        return slip_sheets(shown, desk, office, base_url=config.base_url, accent=config.accent)
    rows = ((code, slip_address(config.base_url, code)) for code in codes)
    return "".join(write_table(COLUMNS, rows)).encode()


def _unfinished(path: Path) -> Path:
    return path.with_name(path.name + ".part")


def _must_be_new(path: Path) -> None:
    """The codes stand in their file and nowhere else: none is written over."""
    for each in (path, _unfinished(path)):
        if each.exists():
            raise Failed(
                message(
                    "Tệp %(path)s đã có, có thể chứa mã đã phát hành. Xin chọn tên khác, "
                    "hoặc cất tệp ấy đi rồi chạy lại.",
                    path=each,
                )
            )


def _write(path: Path, content: bytes) -> None:
    """Write the unfinished file, for its owner alone: whoever has the codes can answer with them."""
    unfinished = _unfinished(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.touch(mode=0o600, exist_ok=False)
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # before the codes count
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        raise Failed(message("Không ghi được tệp %(path)s: %(reason)s", path=path, reason=reason_of(error))) from None


@contextmanager
def _kept_if_issued(unfinished: Path) -> Iterator[list[bool]]:
    """Throw the file away where its codes surely do not count: before the commit, and not where that one failed."""
    issued: list[bool] = []
    try:
        yield issued
    except BaseException:
        if issued:
            tell(message("Tệp %(path)s được giữ lại: mã trong đó có thể đã phát hành.", path=unfinished), err=True)
        else:
            unfinished.unlink()
        raise


def _rename(unfinished: Path, path: Path) -> None:
    try:
        unfinished.rename(path)
    except OSError as error:
        raise Failed(
            message(
                "Mã đã phát hành và nằm trong tệp %(unfinished)s, nhưng không đổi được tên thành %(path)s: %(reason)s",
                unfinished=unfinished,
                path=path,
                reason=reason_of(error),
            )
        ) from None
