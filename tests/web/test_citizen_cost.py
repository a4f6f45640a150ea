"""What a citizen's request costs: the number of queries is fixed here, and a page is rendered once, not per visit."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from time import sleep

import pytest
from flask import Flask, template_rendered
from sqlalchemy import event
from werkzeug.test import TestResponse

from survey import create_app
from survey.installation import Installation
from tests.citizen import DESK, DESK_FULL, hidden_fields, set_up_desk, set_up_office, tap
from tests.conftest import Clock
from tests.pages import PageClient, opened

NAME = "Quầy \"1\" <b>&amp; & 'một cửa' qzkeyzq"


@contextmanager
def queries(installation: Installation) -> Iterator[list[str]]:
    """The kinds of statements that reach SQLite meanwhile; what begins and ends a transaction is not among them."""
    if not installation.database.on_sqlite:
        pytest.skip("SQLite tells every statement; that PostgreSQL gets the same ones is in tests/store")
    seen: list[str] = []

    def note(statement: str) -> None:
        kind = statement.split(maxsplit=1)[0]
        if kind in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            seen.append(kind)

    def watch(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_trace_callback(note)

    def leave(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_trace_callback(None)

    engine = installation.database.engine
    with installation.database.transaction() as connection:
        writing = connection.connection.driver_connection
    assert isinstance(writing, sqlite3.Connection)
    watch(writing)
    event.listen(engine, "checkout", watch)
    event.listen(engine, "checkin", leave)
    try:
        yield seen
    finally:
        event.remove(engine, "checkout", watch)
        event.remove(engine, "checkin", leave)
        leave(writing)


@pytest.fixture(autouse=True)
def desks(installation: Installation) -> None:
    office = set_up_office(installation, name="UBND xã <Hòa & Bình>")
    set_up_desk(installation, office, name=NAME)
    set_up_desk(installation, office, "ABCDEF", name="Quầy 2")
    set_up_desk(installation, office, DESK_FULL, name="Quầy 3", questionnaire="sipas-2017")


def test_a_scan_asks_the_database_one_question(client: PageClient, installation: Installation) -> None:
    with queries(installation) as seen:
        client.get(f"/d/{DESK}")
    assert len(seen) == 1, seen


def test_a_tap_asks_for_the_desk_stores_response_mark_and_evidence_and_counts_its_sender(
    client: PageClient, installation: Installation
) -> None:
    tap(client)  # the first of the day makes the key with which senders are hashed
    form = {**hidden_fields(client.get(f"/d/{DESK}").text), "overall": "4"}
    with queries(installation) as seen:
        answer = client.post(f"/d/{DESK}", data=form)
    assert answer.status_code == 303
    assert seen == ["SELECT", "INSERT", "INSERT", "INSERT", "SELECT"]


def test_the_criteria_page_and_the_thanks_ask_for_the_desk_only(client: PageClient, installation: Installation) -> None:
    page = tap(client)
    with queries(installation) as seen:
        client.get(page.request.full_path)
        client.get(f"/d/{DESK}/cam-on")
    assert len(seen) == 2, seen


def test_completing_reads_the_response_under_a_lock_and_replaces_what_changed(
    client: PageClient, installation: Installation
) -> None:
    page = tap(client, DESK_FULL)
    form = {**hidden_fields(page.text), "A1": "4", "comment": "Nhanh"}
    with queries(installation) as seen:
        answer = client.post(f"/d/{DESK_FULL}", data=form)
    assert answer.status_code == 303
    # desk; the insert that meets the key; response, texts, minute; update, comment out and in, minute, mark
    assert len(seen) == 10, seen


# ---- prepared pages


def shown(page: TestResponse) -> str:
    """The page without what is random: its key, wherever it stands."""
    return page.text.replace(hidden_fields(page.text)["key"], "KEY")


@pytest.fixture
def fresh(installation: Installation) -> PageClient:
    """The same installation in another process that has rendered nothing yet."""
    return PageClient(create_app(installation))


@pytest.mark.parametrize("query", ["", "?k=kiosk", "?lang=en", "?k=link&lang=en"])
def test_a_filled_page_is_the_page_that_would_have_been_rendered(
    client: PageClient, fresh: PageClient, query: str
) -> None:
    client.get(f"/d/ABCDEF{query}")
    assert shown(client.get(f"/d/{DESK}{query}")) == shown(fresh.get(f"/d/{DESK}{query}"))
    tap(client, "ABCDEF", query=query)
    assert shown(tap(client, DESK, query=query)) == shown(tap(fresh, DESK, query=query))


def test_names_are_escaped_and_may_look_like_a_blank(client: PageClient) -> None:
    page = client.get(f"/d/{DESK}").text
    assert "Quầy &#34;1&#34; &lt;b&gt;&amp;amp; &amp; &#39;một cửa&#39; qzkeyzq" in page
    assert "UBND xã &lt;Hòa &amp; Bình&gt;" in page
    assert not re.search("qz(?!key)[a-z]+zq", page)


def test_a_page_is_rendered_once_and_has_a_key_of_its_own_each_time(client: PageClient, app: Flask) -> None:
    rendered: list[str] = []
    with template_rendered.connected_to(lambda _app, template, **_: rendered.append(template.name), app):
        keys = {hidden_fields(client.get(f"/d/{code}").text)["key"] for code in (DESK, "ABCDEF") for _ in range(3)}
    assert len(keys) == 6
    assert rendered == ["citizen/tap.html"]


def test_an_address_with_anything_else_in_it_is_rendered_by_itself(client: PageClient) -> None:
    plain = shown(client.get(f"/d/{DESK}"))
    odd = shown(client.get(f"/d/{DESK}?k=nonsense&d=%22%3E&code=x&lang=fr"))
    assert "%22%3E" in odd
    assert shown(client.get(f"/d/{DESK}")) == plain


def test_the_version_a_visit_began_with_stays_on_its_page(client: PageClient, installation: Installation) -> None:
    page = tap(client, DESK)
    set_up_desk(installation, set_up_office(installation), DESK, name="Quầy 2", questionnaire="sipas-2017")
    again = client.get(page.request.full_path)
    assert 'name="E2"' not in again.text or 'name="E2"' in page.text
    assert hidden_fields(again.text)["stamp"] == hidden_fields(page.text)["stamp"]


# ---- what was asked for a moment ago


@pytest.fixture
def busy(installation: Installation) -> PageClient:
    """The application as it is served: a desk's page may be answered again for a moment, here a long one."""
    return PageClient(create_app(replace(installation, moment=600.0)))


@pytest.mark.parametrize("query", ["", "?k=kiosk", "?lang=en"])
@pytest.mark.parametrize("accepted", ["", "gzip, br"])
def test_a_page_answered_again_differs_in_its_key_only_and_asks_nothing(
    busy: PageClient, installation: Installation, query: str, accepted: str
) -> None:
    accepting = {"Accept-Encoding": accepted}
    first = busy.get(f"/d/{DESK}{query}", headers=accepting)
    with queries(installation) as seen:
        second = busy.get(f"/d/{DESK}{query}", headers=accepting)
    assert seen == []
    keys = [hidden_fields(opened(page).decode())["key"] for page in (first, second)]
    assert keys[0] != keys[1]
    assert opened(first).decode().replace(keys[0], "KEY") == opened(second).decode().replace(keys[1], "KEY")
    headers = [{**page.headers, "Content-Length": "-"} for page in (first, second)]
    assert headers[0] == headers[1]
    assert int(second.headers["Content-Length"]) == len(second.data)


def test_a_page_answered_again_keeps_to_its_own_address(busy: PageClient) -> None:
    pages = {query: busy.get(f"/d/{DESK}{query}").text for query in ("", "?k=kiosk", "?lang=en", "?d=x")}
    for query, page in pages.items():
        again = busy.get(f"/d/{DESK}{query}").text
        assert again.replace(hidden_fields(again)["key"], "") == page.replace(hidden_fields(page)["key"], "")
    assert len({page.replace(hidden_fields(page)["key"], "") for page in pages.values()}) == len(pages)
    assert busy.get("/d/ZZZZZZ").status_code == 404
    assert busy.post(f"/d/{DESK}", data={"overall": "9"}).status_code == 422


def criteria_of(busy: PageClient, code: str = DESK) -> str:
    """The address of somebody's criteria page."""
    return tap(busy, code).request.full_path


def test_the_criteria_of_another_visit_are_answered_again_with_its_own_key_and_stamp(
    busy: PageClient, installation: Installation
) -> None:
    first, second = criteria_of(busy), criteria_of(busy)
    expected = busy.get(first)
    with queries(installation) as seen:
        again = busy.get(second)
    assert seen == []
    fields = [hidden_fields(page.text) for page in (expected, again)]
    assert fields[0]["key"] in first
    assert fields[1]["key"] in second
    assert fields[1]["stamp"] in second
    assert again.text.replace(fields[1]["key"], "KEY").replace(fields[1]["stamp"], "STAMP") == expected.text.replace(
        fields[0]["key"], "KEY"
    ).replace(fields[0]["stamp"], "STAMP")


def test_criteria_with_a_stamp_or_key_that_is_not_ours_are_not_answered_from_a_moment_ago(
    busy: PageClient, installation: Installation, clock: Clock
) -> None:
    address = criteria_of(busy)
    assert busy.get(address).status_code == 200
    page, _, stamp = address.partition("stamp=")
    clock.now += timedelta(seconds=1)
    forged = busy.get(f"{page}stamp={stamp[:-4]}AAAA")
    assert hidden_fields(forged.text)["stamp"] not in (stamp, f"{stamp[:-4]}AAAA")
    assert busy.get(address.replace("/phieu/", "/phieu/%22%3E")).status_code == 302
    set_up_desk(installation, set_up_office(installation), "ABCDEF", questionnaire="sipas-2017")
    other = criteria_of(busy, "ABCDEF").partition("stamp=")[2]
    assert hidden_fields(busy.get(f"{page}stamp={other}").text)["stamp"] not in (stamp, other)


def test_after_a_moment_a_retired_desk_says_so_and_a_send_never_waits_for_it(installation: Installation) -> None:
    busy = PageClient(create_app(replace(installation, moment=1.0)))
    assert busy.get(f"/d/{DESK}").status_code == 200
    long_ago = installation.clock().date() - timedelta(days=30)
    set_up_desk(installation, set_up_office(installation), DESK, valid_to=long_ago)
    assert busy.post(f"/d/{DESK}", data={"overall": "4"}).status_code == 410
    sleep(1.1)
    assert busy.get(f"/d/{DESK}").status_code == 410
