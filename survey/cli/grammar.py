"""Commands whose mistakes are told like every other bad input: in the console's language, with exit 1."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask.cli import ScriptInfo
from flask_babel import force_locale

from survey.cli.console import Failed, console_language
from survey.domain.message import Message, message


class Command(click.Command):
    """A command that tells a wrong option or argument in a sentence."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line."""
        with _told(ctx):
            return super().parse_args(ctx, args)


class Group(click.Group):
    """Commands under one name; an unknown one among them is told in a sentence."""

    command_class = Command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line."""
        with _told(ctx):
            return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was named."""
        with _told(ctx):
            return super().resolve_command(ctx, args)


@contextmanager
def _told(ctx: click.Context) -> Iterator[None]:
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        # The command line is read before any application exists, but sentences are translated by one.
        app = ctx.ensure_object(ScriptInfo).load_app()
        with app.app_context(), force_locale(console_language()):
            raise Failed(_with_help(_sentence(error), ctx)) from None


def _with_help(sentence: Message, ctx: click.Context) -> Message:
    return message("%(sentence)s Xem cách dùng: %(command)s --help", sentence=sentence, command=ctx.command_path)


def _sentence(error: click.UsageError) -> Message:
    if isinstance(error, click.NoSuchOption):
        return message("Không có tùy chọn %(name)s.", name=error.option_name)
    if isinstance(error, click.MissingParameter):
        return message("Còn thiếu %(name)s.", name=_name(error))
    if isinstance(error, click.BadParameter):
        return _bad_value(error)
    return message("Dòng lệnh chưa đúng: %(problem)s", problem=error.format_message())


def _bad_value(error: click.BadParameter) -> Message:
    kind: Any = error.param.type if error.param else None
    if isinstance(kind, click.Choice):
        return message("%(name)s chỉ nhận: %(choices)s.", name=_name(error), choices=", ".join(kind.choices))
    if isinstance(kind, click.IntRange):
        least, most = kind.min, kind.max
        if most is None:
            return message("%(name)s phải là số nguyên từ %(least)s trở lên.", name=_name(error), least=least)
        return message(
            "%(name)s phải là số nguyên từ %(least)s đến %(most)s.", name=_name(error), least=least, most=most
        )
    if isinstance(kind, click.DateTime):
        return message("%(name)s phải là một ngày viết dạng 2026-10-31.", name=_name(error))
    return message("%(name)s chưa đúng: %(problem)s", name=_name(error), problem=error.message)


def _name(error: click.BadParameter) -> str:
    if error.param is None:
        return str(error.param_hint or "")
    return error.param.opts[0] if isinstance(error.param, click.Option) else (error.param.name or "").upper()
