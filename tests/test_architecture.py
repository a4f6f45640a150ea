"""The arrows between the rooms, held by walking every import (CONTRIBUTING.md; "The house")."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median, quantiles

import pytest

from survey.config import ROOT
from survey.store import Database
from tests.conftest import CATALOGUE
from tests.served import environment_of, set_up_desk

PACKAGE = ROOT / "survey"
FILES = sorted(PACKAGE.rglob("*.py"))
WRITTEN = [path for path in FILES if "versions" not in path.parts]  # migrations are made by Alembic
EVERY = pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef

# Who may import whom among our rooms; config, installation and palette stand beside them.
MAY_IMPORT = {
    "domain": {"domain"},
    "store": {"domain", "store"},
    "journeys": {"domain", "store", "journeys"},
    "render": {"domain", "render", "palette"},
    "web": {"domain", "store", "journeys", "render", "web", "config", "installation", "palette"},
    "cli": {"domain", "store", "journeys", "render", "cli", "config", "installation"},
    "config": {"palette"},
    "palette": set(),
    "installation": {"domain", "store", "config"},
    "__init__": {"cli", "web", "config", "installation", "store"},
}
# Which room alone may know a technology.
ONLY_IN = {
    "sqlalchemy": ("store",),
    "alembic": ("store",),
    "psycopg": ("store",),
    "sqlite3": ("store",),
    "flask": ("__init__", "web", "cli"),
    "flask_babel": ("web", "cli"),
    "flask_login": ("web",),
    "flask_wtf": ("web",),
    "wtforms": ("web",),
    "werkzeug": ("web",),
    "jinja2": ("web",),
    "markupsafe": ("web",),
    "itsdangerous": ("web",),
    "click": ("cli",),
    "tqdm": ("cli",),
    "matplotlib": ("render",),
    "qrcode": ("render",),
    "typst": ("render",),
    "PIL": ("render",),
    "numpy": ("render",),
    "gunicorn": (),
    "requests": (),
    "urllib3": (),
}
HEAVY = ("matplotlib", "typst", "qrcode", "numpy", "PIL")
NO_FILES_CLOCK_OR_NETWORK = {
    "http", "io.open", "os", "pathlib.Path", "shutil", "socket", "subprocess", "tempfile", "time", "urllib.request"
}  # fmt: skip


@dataclass(frozen=True)
class Import:
    """One imported module, and whether a function imports it."""

    module: str
    line: int
    inside: bool


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports_of(path: Path) -> Iterator[Import]:
    """The imports of a file; those for the type checker alone are never run and do not count."""
    inside = {id(node) for each in functions_of(path) for node in ast.walk(each)}
    unseen = {id(node) for each in ast.walk(tree_of(path)) if is_for_types(each) for node in ast.walk(each)}
    for node in ast.walk(tree_of(path)):
        if id(node) in unseen:
            continue
        if isinstance(node, ast.Import):
            yield from (Import(each.name, node.lineno, id(node) in inside) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are written in full"
            yield Import(str(node.module), node.lineno, id(node) in inside)
            names = (f"{node.module}.{each.name}" for each in node.names)
            yield from (Import(name, node.lineno, id(node) in inside) for name in names)


def is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def functions_of(path: Path) -> list[FUNCTION]:
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, FUNCTION)]


def room_of(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def calls_of(path: Path) -> Iterator[tuple[str, int]]:
    """Every call as it is written, ``datetime.now`` for instance."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


@EVERY
def test_arrows_point_one_way(path: Path) -> None:
    room = room_of(path)
    for each in imports_of(path):
        names = each.module.split(".")
        if names[0] == "survey" and len(names) > 1:
            assert names[1] in MAY_IMPORT[room], (
                f"{path}:{each.line}: {room} imports {each.module}. "
                "Arrows: web, cli -> journeys -> store -> domain; render -> domain. Domain imports nothing of ours."
            )


@EVERY
def test_each_technology_has_one_room(path: Path) -> None:
    for each in imports_of(path):
        rooms = ONLY_IN.get(each.module.split(".")[0])
        assert rooms is None or room_of(path) in rooms, (
            f"{path}:{each.line}: {each.module} is imported. Only __init__, web and cli know Flask; only store knows "
            "SQLAlchemy; only render knows matplotlib, qrcode and the document libraries."
        )


@EVERY
def test_nothing_is_imported_inside_a_function_but_heavy_libraries_in_render(path: Path) -> None:
    for each in imports_of(path):
        if each.inside:
            assert room_of(path) == "render", f"{path}:{each.line}: no import inside a function"
            start = max(function.lineno for function in functions_of(path) if function.lineno <= each.line)
            beside = path.read_text(encoding="utf-8").splitlines()[start : each.line]
            assert any("# " in line for line in beside), f"{path}:{each.line}: the reason stands beside such an import"


@EVERY
def test_heavy_libraries_are_not_imported_with_a_module(path: Path) -> None:
    for each in imports_of(path):
        assert each.inside or each.module.split(".")[0] not in HEAVY, (
            f"{path}:{each.line}: a citizen's request never imports {each.module}: import it where it is used"
        )


@pytest.mark.parametrize("path", [each for each in WRITTEN if room_of(each) == "domain"], ids=lambda path: path.name)
def test_domain_is_pure(path: Path) -> None:
    for each in imports_of(path):
        assert each.module not in NO_FILES_CLOCK_OR_NETWORK, (
            f"{path}:{each.line}: domain is pure: no files, no clock, no network ({each.module})"
        )
    for call, line in calls_of(path):
        last = call.split(".")[-1]
        assert last not in ("now", "today", "utcnow", "open", "print"), (
            f"{path}:{line}: domain has no clock and no files: {call}"
        )


# transaction() itself, and how it commits several at once on SQLite.
COMMITTING = {PACKAGE / "store" / "__init__.py", PACKAGE / "store" / "group_commit.py"}


@pytest.mark.parametrize("path", [each for each in FILES if each not in COMMITTING], ids=lambda path: path.name)
def test_only_transaction_commits(path: Path) -> None:
    for call, line in calls_of(path):
        assert call.split(".")[-1] not in ("commit", "begin", "begin_nested", "rollback"), (
            f"{path}:{line}: {call}(): store.transaction() is the only commit in the code"
        )


@pytest.mark.parametrize(
    "path", [each for each in WRITTEN if room_of(each) not in ("store", "installation")], ids=lambda path: path.name
)
def test_the_clock_is_read_in_one_place(path: Path) -> None:
    """Everywhere else the time is given, so that tests and imports can say when it is."""
    for call, line in calls_of(path):
        assert call not in ("datetime.now", "date.today", "datetime.today", "time.time"), (
            f"{path}:{line}: {call}(): take the time from installation().clock()"
        )


# ---- sizes


@EVERY
def test_files_and_functions_stay_small(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= 400, f"{path}: {lines} lines; a file has at most 400: which concept is hiding?"
    for each in functions_of(path):
        assert length_of(each) <= 60, f"{path}:{each.lineno}: {each.name} has {length_of(each)} lines, at most 60"


def length_of(function: FUNCTION) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_most_functions_are_shorter_still() -> None:
    lengths = [length_of(each) for path in WRITTEN for each in functions_of(path)]
    assert median(lengths) <= 9
    assert quantiles(lengths, n=10)[-1] <= 28


@EVERY
def test_public_functions_say_what_comes_back(path: Path) -> None:
    nested = {id(inner) for each in functions_of(path) for inner in ast.walk(each) if inner is not each}
    methods_of_private = {
        id(inner)
        for each in ast.walk(tree_of(path))
        if isinstance(each, ast.ClassDef) and each.name.startswith("_")
        for inner in ast.walk(each)
    }
    for each in functions_of(path):
        if each.name.startswith("_") or id(each) in nested or id(each) in methods_of_private:
            continue
        assert ast.get_docstring(each), f"{path}:{each.lineno}: {each.name} has no docstring"


# ---- what a citizen's request loads

JOURNEY = """
import json, re, sys, html
import wsgi
client = wsgi.app.test_client(use_cookies=False)
desk = sys.argv[1]
page = client.get(f"/d/{desk}")
hidden = dict(re.findall(r'<input type="hidden" name="(\\w+)" value="([^"]*)"', html.unescape(page.text)))
tapped = client.post(f"/d/{desk}", data={**hidden, "overall": "2"})
criteria = client.get(tapped.location)
hidden = dict(re.findall(r'<input type="hidden" name="(\\w+)" value="([^"]*)"', html.unescape(criteria.text)))
sent = client.post(f"/d/{desk}", data={**hidden, "A1": "1", "comment": "Tốt"})
thanks = client.get(sent.location)
others = [client.get(path).status_code for path in ("/", "/rieng-tu", "/d/NQQQQN", "/healthz", "/readyz")]
print(json.dumps({
    "status": [each.status_code for each in (page, tapped, criteria, sent, thanks)] + others,
    "modules": sorted({name.split(".")[0] for name in sys.modules}),
}))
"""


def test_a_citizen_never_loads_charts_documents_or_qr_codes(tmp_path: Path) -> None:
    environment = environment_of(tmp_path)
    database = Database(environment["SURVEY_DATABASE_URL"])
    desk = set_up_desk(database, CATALOGUE)
    database.close()
    done = subprocess.run(
        [sys.executable, "-c", JOURNEY, desk], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    assert found["status"] == [200, 303, 200, 303, 200, 200, 200, 404, 200, 200], done.stderr
    assert not set(HEAVY) & set(found["modules"])
