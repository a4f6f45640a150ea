"""The `flask` commands: thin. Each parses, opens a transaction, calls a journey and prints."""

from flask import Flask

from survey.cli import demo, desks, report, responses, scores, setup, staff, welcome


def register(app: Flask) -> None:
    """Add every command."""
    for command in (
        setup.init,
        setup.questionnaires,
        setup.offices,
        desks.desks,
        responses.responses,
        scores.scores,
        report.report,
        staff.staff,
        demo.demo,
        welcome.welcome,
    ):
        app.cli.add_command(command)
