"""A Flask page that does nothing: what the server and the framework cost before the program begins.

It carries the program's installation along, because a serving process looks after one.
"""

from functools import cache

from flask import Flask, Response

from survey.web.starting import begin_serving
from wsgi import app as program

app = Flask(__name__, static_folder=None)
app.extensions["survey"] = program.extensions["survey"]
app.extensions["workspace"] = program.extensions["workspace"]


def served() -> Flask:
    """The application of a process that serves, begun as the program is."""
    begin_serving(app)
    return app


@cache
def _text(length: int) -> str:
    return "x" * length


@app.get("/<int:length>")
def page(length: int) -> Response:
    """The same text of that length for everybody."""
    return Response(_text(length), mimetype="text/html")
