"""Whatever is sent to the citizen's addresses, a sound page answers."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey import create_app
from survey.domain.offices import DESK_CODE_SIGNS
from survey.installation import Installation
from survey.store import Database
from tests.citizen import (
    DESK,
    DESK_FULL,
    set_up_both,
)
from tests.conftest import CATALOGUE, Clock, config_of
from tests.pages import PageClient

DESKS = (DESK, DESK_FULL)


ids = st.sampled_from(
    [question.id for each in CATALOGUE for question in each.questions] + ["key", "stamp", "k", "lang", "switch", "x"]
)
values = st.one_of(
    st.sampled_from(["1", "5", "9", "NA", "", "no-seats", "vi", "en", "kiosk", "25-34"]), st.text(max_size=40)
)


@pytest.fixture(scope="module")
def garbage_app(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[PageClient, Installation]]:
    folder = tmp_path_factory.mktemp("garbage")
    url = f"sqlite:///{folder / 'survey.sqlite3'}"
    (folder / "survey.sqlite3").write_bytes(sqlite_template.read_bytes())
    config = config_of(url, folder)
    installation = Installation(config, Database(config.database_url), CATALOGUE, Clock())
    set_up_both(installation)
    app = create_app(installation)
    app.testing = True
    yield PageClient(app, use_cookies=False), installation
    installation.database.close()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    desk=st.sampled_from(DESKS),
    form=st.lists(st.tuples(ids, values), max_size=8),
    query=st.dictionaries(st.sampled_from(["k", "lang", "stamp", "code", "d"]), values, max_size=3),
)
def test_garbage_is_answered_by_a_sound_page(
    garbage_app: tuple[PageClient, Installation], desk: str, form: list[tuple[str, str]], query: dict[str, str]
) -> None:
    phone, _ = garbage_app
    fields: dict[str, list[str]] = {}
    for name, value in form:
        fields.setdefault(name, []).append(value)
    sent = phone.post(f"/d/{desk}", data=fields, query_string=query)
    assert sent.status_code in (200, 303, 422)
    if sent.status_code == 303:
        assert phone.get(sent.location).status_code == 200


@settings(max_examples=60, deadline=None)
@given(code=st.one_of(st.text(min_size=1, max_size=12), st.text(DESK_CODE_SIGNS, min_size=5, max_size=8)), typed=values)
def test_garbage_codes_are_answered_by_a_sound_page(
    garbage_app: tuple[PageClient, Installation], code: str, typed: str
) -> None:
    phone, _ = garbage_app
    for page in (phone.get("/", query_string={"code": code, "lang": typed}), phone.get(f"/rieng-tu?d={DESK}")):
        assert page.status_code in (200, 302, 422)
    if "/" not in code and code not in (".", ".."):
        page = phone.get(f"/d/{quote(code)}", query_string={"k": typed})
        assert page.status_code in (200, 302, 404)


@settings(max_examples=100, deadline=None)
@given(
    body=st.binary(max_size=400),
    kind=st.sampled_from(
        ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "application/json"]
    ),
)
def test_garbage_bodies_are_answered_by_a_sound_page(
    garbage_app: tuple[PageClient, Installation], body: bytes, kind: str
) -> None:
    phone, _ = garbage_app
    assert phone.post(f"/d/{DESK}", data=body, content_type=kind).status_code < 500
