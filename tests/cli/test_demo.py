"""`flask demo load` and `flask demo clear`."""

import re

import pytest
from click.testing import Result
from flask import Flask

from survey.installation import Installation
from survey.store.offices import fetch_tree
from tests.pages import PageClient

SMALL = ("--offices", "10", "--responses", "150", "--months", "3")


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["demo", *arguments])


@pytest.fixture(autouse=True)
def vietnamese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def test_load_prints_what_is_there_and_an_address_that_opens(app: Flask, client: PageClient) -> None:
    result = run(app, "load", *SMALL)
    assert result.exit_code == 0, result.output
    assert "10 cơ quan" in result.stdout
    assert "150 phiếu trả lời" in result.stdout
    address = re.search(r"https://hailong\.example\.vn(/d/[2-9A-Z]{6})\n", result.stdout)
    assert address
    assert client.get(address[1]).status_code == 200


def test_load_is_quiet_in_a_pipe(app: Flask) -> None:
    result = run(app, "load", *SMALL)
    assert result.stderr == ""
    assert len(result.stdout.splitlines()) == 2


def test_a_second_load_exits_1_and_says_what_to_run_first(app: Flask, installation: Installation) -> None:
    run(app, "load", *SMALL)
    result = run(app, "load", *SMALL)
    assert result.exit_code == 1
    assert "flask demo clear" in result.stderr
    assert "Traceback" not in result.output
    with installation.database.reading() as connection:
        assert len(fetch_tree(connection).by_id) == 10


def test_clear_removes_it_and_it_can_be_loaded_again(app: Flask, installation: Installation) -> None:
    first = run(app, "load", *SMALL).stdout
    result = run(app, "clear")
    assert result.exit_code == 0
    assert "10 cơ quan" in result.stdout
    with installation.database.reading() as connection:
        assert not fetch_tree(connection).by_id
    assert run(app, "load", *SMALL).stdout == first


def test_sizes_that_make_no_province_are_refused(app: Flask, installation: Installation) -> None:
    assert run(app, "load", "--offices", "1001").stderr.startswith("--offices phải là số nguyên từ 10 đến 1000.")
    for wrong in (("--offices", "9"), ("--responses", "-1"), ("--months", "0"), ("--seed", "x")):
        assert run(app, "load", *wrong).exit_code != 0
    with installation.database.reading() as connection:
        assert not fetch_tree(connection).by_id
