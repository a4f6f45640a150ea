"""What every command shares: the language of messages, faults, progress, and the exit codes."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sized
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast
from unicodedata import normalize

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import force_locale, gettext
from tqdm import tqdm

from survey.domain.message import Fault, Message, Refused, message
from survey.domain.periods import BadPeriod, Calendar
from survey.domain.questionnaire import UnknownQuestionnaire
from survey.domain.scoring import UnknownMethod
from survey.domain.vietnamese import Amount
from survey.installation import Installation
from survey.journeys.readiness import check_prepared
from survey.journeys.score import OfficeUnknown
from survey.store import DatabaseUnavailable
from survey.store.schema import NotPrepared

WHOLE_TREE = "*"  # what journeys.score calls an installation without offices
Params = ParamSpec("Params")
Result = TypeVar("Result")
Item = TypeVar("Item")


class Failed(click.ClickException):
    """Ends a command with exit 1 after one sentence on standard error."""

    def __init__(self, sentence: Message) -> None:
        super().__init__(say(sentence))

    def show(self, file: object = None) -> None:  # noqa: ARG002 (click calls it so)
        """Print the sentence alone, without click's English prefix."""
        click.echo(self.message, err=True)


def installation() -> Installation:
    """Settings, database, questionnaires and clock of the program."""
    return cast(Installation, current_app.extensions["survey"])


def say(sentence: Message) -> str:
    """A sentence in the language of the console."""
    params = {name: _spoken(value) for name, value in sentence.params.items()}
    return str(gettext(sentence.template, **params))


def _spoken(value: object) -> object:
    if isinstance(value, Amount):
        return value.said(console_language())
    return say(value) if isinstance(value, Message) else value


def console_language() -> str:
    """``vi`` or ``en`` after LC_ALL, LC_MESSAGES or LANG; Vietnamese when nothing is said."""
    chosen = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "vi")
    return "en" if chosen.lower().startswith("en") else "vi"


def calendar_of(found: Installation) -> Calendar:
    """The installation's calendar (M16)."""
    return "administrative" if found.config.calendar == "administrative" else "civil"


def console_command(command: Callable[Params, Result]) -> Callable[Params, Result]:
    """A command in the application's context that speaks the console's language and tells faults in sentences."""

    @wraps(command)
    def run(*args: Params.args, **kwargs: Params.kwargs) -> Result:
        with force_locale(console_language()):
            try:
                return command(*args, **_composed(kwargs))
            except Refused as refused:
                print_faults(refused.faults)
                raise Failed(said_of_refusal(refused)) from None
            except NotPrepared:
                raise Failed(message("Cơ sở dữ liệu chưa sẵn sàng. Xin chạy: flask init")) from None
            except DatabaseUnavailable as error:
                raise Failed(message("Không dùng được cơ sở dữ liệu: %(error)s", error=error.orig)) from None
            except OfficeUnknown as unknown:
                raise Failed(_no_office(unknown.code)) from None
            except (BadPeriod, UnknownQuestionnaire, UnknownMethod) as wrong:
                raise Failed(wrong.message) from None

    return cast(Callable[Params, Result], with_appcontext(run))


def _composed(typed: dict[str, Any]) -> Any:
    """What was typed, in NFC like all that is stored: a Mac may write “Sở” in more signs. Paths stay as they are."""
    return {name: normalize("NFC", value) if isinstance(value, str) else value for name, value in typed.items()}


def _no_office(code: str) -> Message:
    if code == WHOLE_TREE:
        return message("Chưa có cơ quan nào. Xin nhập trước bằng lệnh: flask offices import")
    remedy = message("Xin xem các mã bằng lệnh: flask offices export")
    return message("Không có cơ quan nào mang mã “%(code)s”. %(remedy)s", code=code, remedy=remedy)


def said_of_refusal(refused: Refused) -> Message:
    """The last line after all the faults."""
    shown = len(refused.faults)
    if refused.more:
        return message(
            "Có %(number)s lỗi, trên đây là %(shown)s lỗi đầu. Chưa có gì được thay đổi.",
            number=shown + refused.more,
            shown=shown,
        )
    return message("Có %(number)s lỗi. Chưa có gì được thay đổi.", number=len(refused.faults))


def sound() -> Installation:
    """The installation, once all its questionnaire files are known to be sound. Raises Failed."""
    found = installation()
    for name, faults in found.faulty_questionnaires.items():
        print_faults(faults, file=name)
    if found.faulty_questionnaires:
        raise Failed(message("Có phiếu khảo sát còn lỗi. Xin sửa rồi chạy: flask questionnaires check"))
    return found


def ready() -> Installation:
    """The installation, once its database is known to fit this program. Raises NotPrepared or Refused."""
    found = sound()
    with found.database.reading() as connection:
        check_prepared(connection, found.catalogue)
    return found


def print_faults(faults: Iterable[Fault], *, file: str = "") -> None:
    """One line a fault on standard error: file, place, what is wrong, what to do."""
    for fault in faults:
        parts = [part for part in (file, say(fault.place)) if part]
        remedy = f" → {say(fault.remedy)}" if fault.remedy else ""
        click.echo(f"{', '.join(parts)}: {say(fault.problem)}{remedy}", err=True)


def with_progress(items: Iterable[Item], label: str, *, total: int | None = None) -> Iterable[Item]:
    """The items, with a progress bar on a terminal and nothing in a pipe; no bar either where there is nothing."""
    length = total if total is not None else len(items) if isinstance(items, Sized) else None
    if length == 0:
        return items
    return cast(Iterable[Item], tqdm(items, desc=label, total=length, file=sys.stderr, disable=None))


def bytes_with_progress(lines: Iterable[bytes], label: str, *, total: int) -> Iterator[bytes]:
    """The lines of a file of that many bytes, with a progress bar as above."""
    with tqdm(desc=label, total=total, unit="B", unit_scale=True, file=sys.stderr, disable=None) as bar:
        for line in lines:
            yield line
            bar.update(len(line))


def tell(sentence: Message, *, err: bool = False) -> None:
    """Print a sentence."""
    click.echo(say(sentence), err=err)
