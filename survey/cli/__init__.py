"""The `flask` commands: thin. Each parses, opens a transaction, calls a journey and prints."""

from importlib import import_module
from typing import Final

import click
from flask import Flask
from flask.cli import AppGroup

# Each command with the module that holds it.
_MODULES: Final = {
    "init": "setup",
    "distribute": "distribute",
    "questionnaires": "setup",
    "languages": "languages",
    "voice": "voice",
    "offices": "setup",
    "desks": "desks",
    "responses": "responses",
    "scores": "scores",
    "report": "report",
    "slips": "slips",
    "daily": "daily",
    "audit": "audit",
    "rounds": "rounds",
    "invitations": "rounds",
    "staff": "staff",
    "transactions": "transactions",
    "demo": "demo",
    "welcome": "welcome",
}


class _Commands(AppGroup):
    """Loads a command when it is asked for: a server, which needs none, starts in half the time without them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted({*super().list_commands(ctx), *_MODULES})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, None for an unknown one."""
        module = _MODULES.get(cmd_name)
        if module is None:
            return super().get_command(ctx, cmd_name)
        command: click.Command = getattr(import_module(f"survey.cli.{module}"), cmd_name)
        return command


def register(app: Flask) -> None:
    """Add every command."""
    app.cli = _Commands(app.name)
