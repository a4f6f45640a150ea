"""`flask voice`: which questions were recorded in which language, and which were not."""

import click

from survey.cli.console import Failed, console_command, print_faults, sound, tell
from survey.cli.grammar import Command, Group
from survey.cli.languages import recordings
from survey.domain.languages import spoken_name
from survey.domain.message import message
from survey.domain.questionnaire import Questionnaire
from survey.domain.recordings import Recordings, folder_of
from survey.installation import RECORDINGS


@click.group("voice", cls=Group)
def voice() -> None:
    """Recorded questions: list."""


@voice.command("list", cls=Command)
@click.option("--questionnaire", "ref", help="sipas-desk (its newest version) or sipas-desk@1; else every version.")
@click.option("--language", "language", help="Such as vi or hmn; else every language something is recorded in.")
@console_command
def list_recordings(ref: str | None, language: str | None) -> None:
    """What is recorded and what is missing, per version and language; exit 1 if a file cannot be used."""
    found = sound()
    versions = [found.catalogue.get(ref)] if ref else list(found.catalogue)
    heard = recordings()
    for each in versions:
        _tell_version(each, heard, (language,) if language else heard.languages(each.key))
    tell(
        message(
            "Đặt tệp vào %(instance)s hoặc %(program)s, theo mẫu %(example)s, rồi khởi động lại máy chủ.",
            instance=found.config.instance / "audio",
            program=RECORDINGS,
            example=f"{folder_of(versions[0])}/vi/overall.mp3",
        )
    )
    print_faults(heard.strays)
    if heard.strays:
        raise Failed(message("%(number)s tệp không dùng được.", number=len(heard.strays)))


def _tell_version(version: Questionnaire, heard: Recordings, languages: tuple[str, ...]) -> None:
    if not languages:
        tell(message("%(version)s: chưa có bản ghi âm nào.", version=version.key))
    asked = [each.id for each in version.questions]
    for code in languages:
        missing = [each for each in asked if not heard.of(version.key, code, each)]
        tell(
            message(
                "%(version)s %(language)s (%(name)s): có %(number)s/%(all)s câu.",
                version=version.key,
                language=code,
                name=spoken_name(code),
                number=len(asked) - len(missing),
                all=len(asked),
            )
        )
        if missing:
            tell(message("  còn thiếu: %(ids)s", ids=", ".join(missing)))
