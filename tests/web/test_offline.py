"""What makes a desk's page work without a network, as the server sends it."""

import json
import re
from datetime import date

import pytest
from flask import Flask

from survey import create_app
from survey.domain.offices import Office
from survey.installation import Installation
from survey.web import offline
from tests.citizen import DESK, hidden_fields, set_up_both, set_up_desk, stored, tap
from tests.pages import PageClient, opened

KEY = "k" * 22


@pytest.fixture(autouse=True)
def office(installation: Installation) -> Office:
    return set_up_both(installation)


# ---- acknowledgements


def test_an_outbox_is_told_yes_under_its_key_and_where_to_go_on(client: PageClient, installation: Installation) -> None:
    plain = client.post(f"/d/{DESK}", data={"overall": "5", "key": "p" * 22})
    fields = {**hidden_fields(client.get(f"/d/{DESK}").text), "key": KEY, "overall": "4"}
    told = client.post(f"/d/{DESK}?gui", data=fields, headers={"X-Outbox": KEY})
    assert (plain.status_code, told.status_code) == (303, 204)
    assert told.headers["X-Outbox"] == KEY
    assert told.headers["X-Next"].startswith(f"/d/{DESK}/phieu/{KEY}?stamp=")
    assert "Location" not in told.headers
    assert "X-Outbox" not in plain.headers
    assert told.data == b""


def test_the_same_send_again_is_told_the_same(client: PageClient, installation: Installation, office: Office) -> None:
    fields = {"key": KEY, "overall": "4", "A1": "5"}
    told = [client.post(f"/d/{DESK}?gui", data=fields, headers={"X-Outbox": KEY}) for _ in range(2)]
    assert [each.status_code for each in told] == [204, 204]
    assert [each.headers["X-Next"] for each in told] == [f"/d/{DESK}/cam-on"] * 2
    assert len(stored(installation, office)) == 1


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        (f"/d/{DESK}?gui", {"overall": "9"}, 422),
        (f"/d/{DESK}?gui", {}, 422),
        ("/d/ZZZZZZ?gui", {"overall": "4"}, 404),
        (f"/d/{DESK}?gui", {"overall": "4", "comment": "x" * 300_000}, 413),
    ],
)
def test_a_refusal_is_ours_too_and_no_yes(client: PageClient, path: str, fields: dict[str, str], status: int) -> None:
    told = client.post(path, data={"key": KEY, **fields}, headers={"X-Outbox": KEY})
    assert told.status_code == status
    assert told.headers["X-Outbox"] == KEY
    assert "X-Next" not in told.headers


def test_only_a_send_is_acknowledged_and_only_a_key_repeated(client: PageClient) -> None:
    assert "X-Outbox" not in client.get(f"/d/{DESK}", headers={"X-Outbox": KEY}).headers
    told = client.post(f"/d/{DESK}?gui", data={"overall": "4"}, headers={"X-Outbox": "no key"})
    assert told.status_code == 303
    assert "X-Outbox" not in told.headers


def test_the_language_switch_is_no_send(client: PageClient) -> None:
    page = client.post(f"/d/{DESK}?gui", data={"key": KEY, "switch": "en"}, headers={"X-Outbox": KEY})
    assert page.status_code == 200


# ---- the worker


def test_the_worker_is_asked_for_each_time_and_names_everything_it_needs(client: PageClient) -> None:
    worker = client.get("/sw.js")
    assert worker.mimetype == "text/javascript"
    assert worker.headers["Cache-Control"] == "no-cache"
    given = {name: json.loads(value) for name, value in re.findall(r"^self\.(\w+) = (.*);$", worker.text, re.MULTILINE)}
    assert given["languages"][0] == "vi"
    assert [client.get(each).status_code for each in given["notices"]] == [200] * len(given["languages"])
    scripts = json.loads(f"[{re.findall(r'importScripts.(.*).;', worker.text)[0]}]")
    assert [each.partition("?")[0] for each in scripts] == ["/static/citizen.js", "/static/worker.js"]
    assert [client.get(each).status_code for each in scripts] == [200, 200]


def test_a_new_release_is_another_worker(
    client: PageClient, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = client.get("/sw.js").text
    assert PageClient(create_app(installation)).get("/sw.js").text == before
    monkeypatch.setattr(offline, "_MADE_OF", ("templates/citizen/tap.html",))
    assert PageClient(create_app(installation)).get("/sw.js").text != before


def test_pages_tell_the_script_where_the_worker_is_and_that_it_is_for_desks_alone(client: PageClient) -> None:
    page = client.get(f"/d/{DESK}").text
    assert 'data-worker="/sw.js"' in page
    assert 'data-scope="/d/"' in page


def test_the_script_and_the_worker_are_small(client: PageClient) -> None:
    for name in ("citizen.js", "worker.js"):
        for coding in ("br", "gzip"):
            asset = client.get(f"/static/{name}", headers={"Accept-Encoding": coding})
            assert len(asset.data) <= 12 * 1024
            assert b"=>" not in opened(asset)  # browsers of 2017 and older read it


# ---- a tablet


def test_a_tablet_installs_its_desk(client: PageClient) -> None:
    page = client.get(f"/d/{DESK}?k=kiosk").text
    address = re.findall(r'<link rel="manifest" href="([^"]+)"', page)[0]
    manifest = client.get(address)
    assert manifest.mimetype == "application/manifest+json"
    described = manifest.json
    assert described
    assert described["start_url"] == described["id"] == f"/d/{DESK}?k=kiosk"
    assert client.get(described["start_url"]).status_code == 200
    assert {each["sizes"] for each in described["icons"]} == {"192x192", "512x512"}
    assert {client.get(each["src"]).mimetype for each in described["icons"]} == {"image/png"}
    assert 'rel="manifest"' not in client.get(f"/d/{DESK}").text


def test_no_manifest_for_what_is_no_desk_code(client: PageClient) -> None:
    assert client.get("/d/0/kiosk.webmanifest").status_code == 404


def test_a_tablet_goes_back_to_its_start_in_vietnamese(client: PageClient) -> None:
    for page in (tap(client, query="?k=kiosk&lang=en").text, client.get(f"/d/{DESK}/cam-on?k=kiosk&lang=en").text):
        assert f'data-start="/d/{DESK}?k=kiosk"' in page
    assert "data-start" not in client.get(f"/d/{DESK}").text


def test_under_a_prefix_everything_stays_under_it(app: Flask) -> None:
    client = app.test_client()
    worker = client.get("/sw.js", environ_overrides={"SCRIPT_NAME": "/khao-sat"}).text
    assert '"/khao-sat/static/worker.js' in worker
    page = client.get(f"/d/{DESK}", environ_overrides={"SCRIPT_NAME": "/khao-sat"}).text
    assert 'data-scope="/khao-sat/d/"' in page


@pytest.mark.parametrize("path", [f"/tiep-can?d={DESK}&k=kiosk", f"/rieng-tu?d={DESK}&k=kiosk", "/d/RET2RE?k=kiosk"])
def test_every_page_that_a_tablet_reaches_knows_its_way_back_to_the_start(
    client: PageClient, installation: Installation, office: Office, path: str
) -> None:
    set_up_desk(installation, office, "RET2RE", valid_to=date(2026, 1, 1))
    page = client.get(path)
    assert 'class="kiosk"' in page.text
    assert "citizen.js" in page.text
    desk = "RET2RE" if "RET2RE" in path else DESK
    assert f'data-start="/d/{desk}?k=kiosk"' in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_an_error_on_a_tablet_comes_with_its_script(client: PageClient) -> None:
    page = client.get(f"/d/{DESK}/nothing?k=kiosk")
    assert page.status_code == 404
    assert "citizen.js" in page.text
