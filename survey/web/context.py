"""The installation behind the current request."""

from typing import cast

from flask import current_app

from survey.installation import Installation


def installation() -> Installation:
    """Settings, database, questionnaires and clock of the running application."""
    return cast(Installation, current_app.extensions["survey"])
