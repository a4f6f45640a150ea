"""Hài lòng: how satisfied people are with a public office, measured so that the score is believed."""

from flask import Flask

from survey import cli, web
from survey.config import ROOT, Config
from survey.installation import Installation, load_catalogue
from survey.store import Database


def create_app(installation: Installation | None = None) -> Flask:
    """The application: wiring only. Raises BadSettings when the environment is incomplete."""
    if installation is None:
        config = Config.from_environment()
        catalogue, faulty = load_catalogue()
        database = Database(config.database_url)
        installation = Installation(config, database, catalogue, faulty_questionnaires=faulty, moment=1.0)
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.extensions["survey"] = installation
    web.register(app, installation)
    cli.register(app)
    return app
