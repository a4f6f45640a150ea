"""The documents and the program say the same: settings, commands, options, links, pictures, tables, requirements."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click import Command, Context, Group, Option
from flask import Flask

from survey.config import ROOT
from survey.store import models

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted(
    path for path in ROOT.rglob("*.md") if not any(part.startswith(".") or part in {"instance", "build"} for part in
                                                   path.relative_to(ROOT).parts)
)  # fmt: skip
LINK = re.compile(r"\]\(([^)\s]+)\)")
NOT_YET = "## What is not there yet"


def section(title: str) -> str:
    """The README's text under a heading."""
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def rows(title: str) -> list[str]:
    """The lines of the table under a heading."""
    return [line for line in section(title).splitlines() if line.startswith("| `")]


def test_every_setting_is_in_the_readme_and_no_other() -> None:
    read = set(re.findall(r'get\("(\w+)"', (ROOT / "survey" / "config.py").read_text(encoding="utf-8")))
    assert "SURVEY_BASE_URL" in read
    assert {row.split("`")[1] for row in rows("Settings")} == read


def test_no_setting_is_read_anywhere_else() -> None:
    for path in (*(ROOT / "survey").rglob("*.py"), ROOT / "wsgi.py"):
        if path.name != "config.py":
            assert not re.search(r"environ\W+(get\W+)?SURVEY_", path.read_text(encoding="utf-8")), path


def commands(group: Group, above: str = "flask") -> Iterator[tuple[str, Command]]:
    context = Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command
        if isinstance(command, Group):
            yield from commands(command, f"{above} {name}")
        if not isinstance(command, Group) or command.invoke_without_command:
            yield f"{above} {name}", command


def test_every_command_with_every_option_is_in_the_readme(app: Flask) -> None:
    documented = rows("Commands")
    for name, command in commands(app.cli):
        described = [row for row in documented if re.match(rf"\| `{name}( [^a-z]|`)", row)]
        assert len(described) == 1, name
        for option in (each for each in command.params if isinstance(each, Option)):
            assert max(option.opts, key=len) in described[0], f"{name} {option.opts}"


def test_every_choice_of_an_option_is_in_the_readme(app: Flask) -> None:
    text = section("Commands")
    for _, command in commands(app.cli):
        for choice in (choice for each in command.params for choice in getattr(each.type, "choices", ())):
            assert choice in text


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_a_document_names_exists(app: Flask, path: Path) -> None:
    text = path.read_text(encoding="utf-8").partition(NOT_YET)[0]
    known = {name for name, _ in commands(app.cli)}
    known |= {name.rpartition(" ")[0] for name in known if name.count(" ") > 2}  # groups within a group
    for found in re.findall(r"(?:`|\.venv/bin/)(flask [a-z]+(?: [a-z]+)?)", text):
        assert found in known or found.rpartition(" ")[0] in known, found


def test_options_in_the_examples_exist(app: Flask) -> None:
    known = {name: command for name, command in commands(app.cli)}
    for example in re.findall(r"\.venv/bin/(flask [a-z][^\n`#>]+)", README):
        words = example.split()
        name = " ".join(words[:3]) if " ".join(words[:3]) in known else " ".join(words[:2])
        options = {opt for each in known[name].params for opt in each.opts}
        assert {word for word in words if word.startswith("--")} <= options, example


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_and_picture_of_a_document_is_there(path: Path) -> None:
    for target in LINK.findall(_without_code(path.read_text(encoding="utf-8"))):
        file, _, heading = target.partition("#")
        assert "://" not in file, f"{target}: a document must be readable without a network"
        linked = (path.parent / file) if file else path
        assert linked.exists(), target
        if heading:
            assert heading in _headings(linked), target


def _without_code(text: str) -> str:
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


def _headings(path: Path) -> set[str]:
    found = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def test_every_table_has_its_kind_in_the_scaling_document() -> None:
    text = (ROOT / "docs" / "scaling.md").read_text(encoding="utf-8")
    kinds = {line.split("|")[1].split()[0]: set(re.findall(r"`(\w+)`", line.split("|")[2]))
             for line in text.splitlines() if line.startswith(("| reference", "| distributed", "| local"))}  # fmt: skip
    assert kinds["reference"] == {table.name for table in models.REFERENCE_TABLES}
    assert kinds["distributed"] == {table.name for table in models.DISTRIBUTED_TABLES}
    assert kinds["local"] == {table.name for table in models.LOCAL_TABLES} | {"alembic_version"}
    listed = (*models.REFERENCE_TABLES, *models.DISTRIBUTED_TABLES, *models.LOCAL_TABLES)
    assert {table.name for table in listed} == set(models.metadata.tables)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned_with_hashes_and_name_no_host(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    pinned = re.compile(
        r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==\S+( ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?|\s*#.*|"
    )
    assert [line for line in lines if not pinned.fullmatch(line)] == []
    assert not any("://" in line for line in lines)
    assert sum("==" in line for line in lines) > 20


def test_what_is_asked_for_is_pinned() -> None:
    for name in ("requirements", "requirements-dev"):
        pinned = set(re.findall(r"^([\w.-]+)(?:\[\w+\])?==", (ROOT / f"{name}.txt").read_text("utf-8"), re.MULTILINE))
        tidy = {re.sub(r"[-_.]+", "-", each).lower() for each in pinned}
        asked = re.findall(r"^([A-Za-z][\w.-]*)", (ROOT / f"{name}.in").read_text("utf-8"), re.MULTILINE)
        assert {re.sub(r"[-_.]+", "-", each).lower() for each in asked} <= tidy


def test_licence_version_and_changelog_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["license"] == "EUPL-1.2"
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\n")
    assert f"## [{project['version']}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_make_target_a_document_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for path in DOCUMENTS:
        named = set(re.findall(r"(?:^|`|=\S+ )make ([a-z]+)", path.read_text(encoding="utf-8"), re.MULTILINE))
        assert named <= targets, path
