"""`flask languages`: which languages there are, what is missing in them, and the files to translate."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import click

from survey.cli.console import Failed, console_command, installation, print_faults, say, tell
from survey.cli.files import write_file
from survey.cli.grammar import Command, Group
from survey.cli.sentences import for_citizens, sentences
from survey.config import ROOT
from survey.domain import questionnaire_walk as walk
from survey.domain.languages import SOURCE, Language, Promise, is_language_code, language_of, spoken_name
from survey.domain.message import Fault, Message, Refused, message
from survey.domain.questionnaire_yaml import Path as Position
from survey.domain.questionnaire_yaml import Sheet, read
from survey.domain.recordings import Recordings
from survey.domain.translation_file import Sentence, shown, words_in, written
from survey.installation import QUESTIONNAIRES, RECORDINGS, TRANSLATIONS, catalogue_of
from survey.journeys.recordings import find_recordings

_PROMISES: dict[Promise, Message] = {
    "": message("chưa khai là đủ; câu nào thiếu thì hiện tiếng Việt"),
    "citizen": message("khai là đủ các trang của người dân"),
    "all": message("khai là đủ mọi trang"),
}
_NOT_SHOWN = ("title", "basis")  # of a questionnaire; citizens never read them


@click.group("languages", cls=Group)
def languages() -> None:
    """Languages of the pages: list, check, add."""


# ---- list


@languages.command("list", cls=Command)
@console_command
def list_languages() -> None:
    """Every language there is, with what it says of itself."""
    known = installation().languages
    for code, each in known.items():
        if each.written:
            click.echo(f"{code}\t{each.name}\t{say(_state(each))}")
    for code in recordings().languages():
        if code not in known or not known[code].written:
            name = known[code].name if code in known else spoken_name(code)
            click.echo(f"{code}\t{name}\t{say(message('chỉ có ghi âm'))}")


def _state(language: Language) -> Message:
    return message("ngôn ngữ gốc") if language.code == SOURCE else _PROMISES[language.promise]


def recordings() -> Recordings:
    """The recordings of the installation, as a server that starts now would find them."""
    found = installation()
    return find_recordings((RECORDINGS, found.config.instance / "audio"), found.catalogue)


# ---- check


class Missing(NamedTuple):
    """A text without a translation: where it stands, and the text."""

    file: str
    line: int
    text: str


@languages.command("check", cls=Command)
@click.argument("codes", nargs=-1, metavar="[LANG]...")
@console_command
def check_languages(codes: tuple[str, ...]) -> None:
    """What is missing in these languages, in all of them without one; exit 1 if a language lacks what it promises."""
    known = {code: each for code, each in installation().languages.items() if each.written and code != SOURCE}
    for code in codes:
        if code not in known:
            raise Failed(message("Không có bản dịch nào cho ngôn ngữ “%(code)s”. Các ngôn ngữ: %(known)s.",
                                 code=code, known=", ".join(known)))  # fmt: skip
    unkept = [code for code in codes or known if not _keeps_promise(known[code], listed=code in codes)]
    if unkept:
        raise Failed(message("Chưa đạt: %(codes)s.", codes=", ".join(unkept)))


def _keeps_promise(language: Language, *, listed: bool) -> bool:
    """Print how far a language is, and all that is missing if it promised it or ``listed`` asks for it."""
    words, faults = _interface_words(language.code)
    wanted = sentences() if language.promise == "all" else for_citizens(sentences())
    missing = [Missing(*places[0], text) for text, places in wanted.items() if text not in words]
    tell(_count(language.code, message("giao diện"), len(wanted), len(missing)))
    for path in sorted(QUESTIONNAIRES.glob("*.yaml")):
        texts = list(_texts(path, everything=language.promise == "all"))
        lacking = list(_lacking(path, texts, language.code))
        tell(_count(language.code, Message(path.stem), len(texts), len(lacking)))
        missing += lacking
    for file, found in {**faults, **_faults_of_settings(language.code), **_faults_beside(language.code)}.items():
        print_faults(found, file=file)
        missing += [Missing(file, 0, "")] * len(found)
    if language.promise or listed:
        print_faults(_fault(each, language.code) for each in missing if each.text)
    return not (missing and (language.promise or any(not each.text for each in missing)))


def _count(code: str, what: Message, texts: int, missing: int) -> Message:
    return message(
        "%(code)s: %(what)s, có %(number)s/%(all)s câu.", code=code, what=what, number=texts - missing, all=texts
    )


def _fault(each: Missing, code: str) -> Fault:
    place = message("%(file)s, dòng %(line)s", file=each.file, line=each.line)
    return Fault(place, message("%(code)s chưa có “%(text)s”", code=code, text=shown(each.text)))


Faults = Mapping[str, tuple[Fault, ...]]


def _interface_words(code: str) -> tuple[dict[str, str], Faults]:
    path = catalogue_of(code)
    words, faults = words_in(path.read_text(encoding="utf-8"))
    return words, {_short(path): faults}


def _faults_of_settings(code: str) -> Faults:
    path = TRANSLATIONS / code / "language.toml"
    try:
        language_of(code, path.read_text(encoding="utf-8") if path.exists() else "")
    except Refused as refused:
        return {_short(path): refused.faults}
    return {}


def _faults_beside(code: str) -> Faults:
    """The faults of a language's files beside the questionnaires."""
    faulty = installation().faulty_questionnaires
    return {f"questionnaires/{name}": found for name, found in faulty.items() if name.endswith(f".{code}.po")}


# ---- texts of a questionnaire's file


class _Text(NamedTuple):
    vietnamese: str
    languages: frozenset[str]
    line: int
    remark: str


def _texts(path: Path, *, everything: bool) -> Iterator[_Text]:
    """The texts in a questionnaire's file; () for one that cannot be read, which has a check of its own."""
    try:
        sheet, _ = read(path.read_text(encoding="utf-8"))
    except Refused:
        return
    for position, text in walk.texts(sheet.data):
        if (everything or position[0] not in _NOT_SHOWN) and isinstance(text.get(SOURCE), str):
            line, _ = sheet.at(position)
            yield _Text(text[SOURCE].strip(), frozenset(text), line, _remark(sheet, position))


def _remark(sheet: Sheet, position: Position) -> str:
    """Whose text it is: the ids and values on the way to it."""
    part, owners = sheet.data, []
    for step in position:
        owners += [str(part[key]) for key in ("id", "value") if isinstance(part, dict) and key in part]
        part = part[step]
    return " ".join([*owners[1:], str(position[-1])])


def _lacking(path: Path, texts: list[_Text], code: str) -> Iterator[Missing]:
    words = _words_beside(path, code)
    for each in texts:
        if code not in each.languages and each.vietnamese not in words:
            yield Missing(_short(path), each.line, each.vietnamese)


def _words_beside(path: Path, code: str) -> dict[str, str]:
    beside = _beside(path, code)
    return words_in(beside.read_text(encoding="utf-8"))[0] if beside.exists() else {}


def _beside(path: Path, code: str) -> Path:
    return path.with_name(f"{path.stem}.{code}.po")


def _short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# ---- add


@languages.command("add", cls=Command)
@click.argument("code", metavar="LANG")
@click.option("--all", "everything", is_flag=True, help="The pages of staff and the commands as well.")
@console_command
def add_language(code: str, everything: bool) -> None:
    """Write the files to translate, for a new language or after an upgrade; what is translated stays."""
    if not is_language_code(code) or code == SOURCE:
        raise Failed(message("“%(code)s” không phải mã ngôn ngữ để dịch sang. Dùng mã như km, rad.", code=code))
    known = sentences()
    path = catalogue_of(code)
    words = _interface_words(code)[0] if path.exists() else {}
    wanted = known if everything else for_citizens(known)
    kept = {text: places for text, places in known.items() if text in wanted or text in words}
    _write(path, [Sentence(text, places) for text, places in kept.items()], words)
    for form in sorted(QUESTIONNAIRES.glob("*.yaml")):
        texts = [each for each in _texts(form, everything=True) if code not in each.languages]
        if texts:
            asked = [Sentence(each.vietnamese, ((_short(form), each.line),), each.remark) for each in texts]
            _write(_beside(form, code), asked, _words_beside(form, code))


def _write(path: Path, wanted: list[Sentence], words: Mapping[str, str]) -> None:
    write_file(path, written(wanted, words))
    empty = len({each.vietnamese for each in wanted} - words.keys())
    tell(message("%(path)s: còn %(number)s câu cần dịch.", path=_short(path), number=empty))
