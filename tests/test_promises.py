"""The promises of the product, one test each at least, by number; the details have tests of their own elsewhere."""

import json
import re
import time
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from survey.domain.masking import EMAIL, NAME, NUMBER
from survey.domain.message import Refused
from survey.domain.response import new_key
from survey.installation import Installation, local_now
from survey.journeys.setup import prepare
from survey.store import Database
from survey.store.models import evidence, metadata, report, response, tally
from tests.citizen import DESK, DESK_FULL, hidden_fields, set_up_both, stored
from tests.cli.commands import Commands, answered, import_rows, many, responses_csv
from tests.conftest import CATALOGUE, Clock
from tests.faults.test_kill import survive_kills
from tests.pages import PageClient
from tests.served import Served, environment_of, serving, set_up_desk
from tests.staff import (
    FOREIGN,
    FOREIGN_DESK,
    OWN,
    UNIT,
    Answers,
    full_answers,
    set_up_province,
    set_up_staff,
    signed_in,
)
from tests.store.place import rows_of

KEY = "a-key-made-on-the-phone"


@pytest.fixture
def flask(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commands:
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")
    return Commands(app, tmp_path)


# ---- 1. An answer acknowledged to the citizen is on disk


def test_promise_1_an_acknowledged_answer_survives_kills(tmp_path: Path) -> None:
    """Twice here; twenty times in tests/faults/test_kill.py."""
    survive_kills(tmp_path, rounds=2)


def test_promise_1_the_database_waits_for_the_disk(installation: Installation) -> None:
    with installation.database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2, "FULL: a commit has reached the disk"


# ---- 2. The same send twice is stored once


def test_promise_2_the_same_send_twice_is_stored_once(client: PageClient, installation: Installation) -> None:
    place = set_up_both(installation)
    form = {"key": KEY, "overall": "4", "A1": "2", "comment": "Chờ lâu"}
    for _ in range(3):
        sent = client.post(f"/d/{DESK}", data=form)
        assert sent.status_code == 303
        assert client.get(sent.location).status_code == 200
    (only,) = stored(installation, place)
    assert (only.key, only.answers) == (KEY, {"overall": 4, "A1": 2})


def test_promise_2_the_database_itself_refuses_a_second(client: PageClient, installation: Installation) -> None:
    set_up_both(installation)
    client.post(f"/d/{DESK}", data={"key": KEY, "overall": "4"})
    with installation.database.transaction() as connection:
        row = dict(connection.execute(select(response)).mappings().one())
    with pytest.raises(IntegrityError), installation.database.transaction() as connection:
        connection.execute(insert(response).values(row))


# ---- 3. Nobody can be found in what is stored

ADDRESS, PHONE_MODEL, PHONE, IDENTITY = "203.0.113.77", "TellingPhone/7.7", "0912345678", "001085012345"
TELLING_NAME, MAIL = "Nguyễn Thị Hoa", "hoa.nguyen@example.vn"
TELLING = (
    ADDRESS,
    PHONE_MODEL,
    PHONE,
    "0912 345 678",
    IDENTITY,
    TELLING_NAME,
    "Hoa",
    MAIL,
    "hoa.nguyen",
    "a-cookie-of-hers",
)
HEADERS = {
    "X_Forwarded_For": ADDRESS,
    "User_Agent": PHONE_MODEL,
    "Cookie": "id=a-cookie-of-hers",
    "Referer": f"http://127.0.0.1/?from={ADDRESS}",
}
COMMENT = f"Tôi là {TELLING_NAME}, {PHONE}, gọi 0912 345 678, CCCD {IDENTITY}, {MAIL}. Chị Hoa chờ lâu."


def answer_with_everything_telling(served: Served) -> None:
    """A whole journey, with faults on the way that a server might want to write down."""
    first = served.ask("GET", f"/d/{DESK}", **HEADERS)
    hidden = hidden_fields(first.body.decode())
    tapped = served.ask("POST", f"/d/{DESK}", {**hidden, "overall": "1"}, **HEADERS)
    assert tapped.status == 303
    page = served.ask("GET", tapped.location, **HEADERS).body.decode()
    form = {**hidden_fields(page), "A1": "1", "comment": COMMENT}
    assert served.ask("POST", f"/d/{DESK}", {**form, "A1": "9"}, **HEADERS).status == 422
    assert served.ask("POST", f"/d/{DESK}", form, **HEADERS).status == 303
    assert served.ask("GET", f"/d/{DESK}/cam-on", **HEADERS).status == 200
    assert served.ask("GET", "/no/such/page", **HEADERS).status == 404
    assert served.ask("PUT", f"/d/{DESK}", {}, **HEADERS).status == 405
    assert served.ask("POST", f"/d/{DESK}", {"overall": "x" * 3_000_000}, **HEADERS).status in (413, 422)


def test_promise_3_nothing_of_a_person_is_in_any_table_file_or_log(tmp_path: Path) -> None:
    environment = environment_of(tmp_path, SURVEY_TRUSTED_PROXIES="127.0.0.1")
    database = Database(environment["SURVEY_DATABASE_URL"])
    set_up_desk(database, CATALOGUE)
    with serving(environment, "--log-level", "debug") as served:
        answer_with_everything_telling(served)
        everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert NUMBER.encode() in everything, "or else this test would prove nothing"
    assert [each for each in TELLING if each.encode() in everything] == []
    with database.reading() as connection:
        rows = [str(row) for table in metadata.sorted_tables for row in connection.execute(select(table))]
    assert [each for each in TELLING if any(each in row for row in rows)] == []
    ((comment,),) = [row for row in query(database, "SELECT text FROM comment")]
    assert comment == f"Tôi là {NAME}, {NUMBER}, gọi {NUMBER}, CCCD {NUMBER}, {EMAIL}. Chị {NAME} chờ lâu."
    database.close()


def query(database: Database, sql: str) -> list[tuple[object, ...]]:
    with database.reading() as connection:
        return [tuple(row) for row in connection.execute(text(sql))]


def test_promise_3_the_stored_time_is_a_day_and_an_hour(
    client: PageClient, installation: Installation, clock: Clock
) -> None:
    set_up_both(installation)
    clock.now = clock.now.replace(minute=47, second=53)
    client.post(f"/d/{DESK}", data={"key": KEY, "overall": "4", "comment": "Tốt"})
    for table in metadata.sorted_tables:
        with installation.database.reading() as connection:
            shown = str([dict(row) for row in connection.execute(select(table)).mappings()])
        assert ":53" not in shown, table.name
        assert "53)" not in shown, table.name
        assert (", 47)" in shown) is (table is evidence), (
            f"the minute is in the evidence and nowhere else: {table.name}"
        )


def test_promise_3_a_running_server_empties_the_evidence_within_48_hours(tmp_path: Path) -> None:
    environment = environment_of(tmp_path)
    database = Database(environment["SURVEY_DATABASE_URL"])
    set_up_desk(database, CATALOGUE)
    now = local_now()
    ages = {"old-enough-to-be-erased": timedelta(hours=46, minutes=2), "young-enough-to-be-kept": timedelta(hours=45)}
    with database.transaction() as connection:
        where = {"office_id": 1, "desk_id": 1, "questionnaire": "sipas-desk@1", "channel": "poster", "answers": "{}"}
        for key, age in ages.items():
            day = (now - age).date()
            values = {"key": key, "received_on": day, "completed": False, "verified": False}
            connection.execute(insert(response).values(**where, **values))
            connection.execute(insert(evidence).values(office_id=1, key=key, received_at=now - age))
    with serving(environment):
        ends = time.monotonic() + 20
        while rows_of(database, evidence) == 2 and time.monotonic() < ends:
            time.sleep(0.1)
    assert query(database, "SELECT key FROM evidence") == [("young-enough-to-be-kept",)]
    assert rows_of(database, response) == 2
    database.close()


# ---- 4. A version never changes once answered; a score never mixes versions


def test_promise_4_an_answered_version_never_changes(client: PageClient, installation: Installation) -> None:
    set_up_both(installation)
    client.post(f"/d/{DESK}", data={"key": KEY, "overall": "4"})
    with installation.database.transaction() as connection:
        connection.execute(text("UPDATE questionnaire SET digest = 'of another file' WHERE key = 'sipas-desk@1'"))
    with pytest.raises(Refused, match=r"sipas-desk@1.*đã có người trả lời"):
        prepare(installation.database, CATALOGUE)


def test_promise_4_every_response_names_its_version(client: PageClient, installation: Installation) -> None:
    place = set_up_both(installation)
    for desk in (DESK, DESK_FULL):
        client.post(f"/d/{desk}", data={"overall": "4"})
    assert {each.questionnaire for each in stored(installation, place)} == {"sipas-desk@1", "sipas-2017@1"}
    with pytest.raises(IntegrityError), installation.database.transaction() as connection:
        connection.execute(update(response).values(questionnaire="sipas-desk@2"))


def test_promise_4_a_score_says_which_versions_it_leaves_out(flask: Commands) -> None:
    flask.set_up()
    import_rows(flask, [answered(4, key=f"long-{row}") for row in range(30)])
    short = [{"key": f"short-{row}", "desk": "H4RT5N", "received_on": "2026-10-05", "overall": 1} for row in range(7)]
    flask("responses", "import", flask.file("short.csv", responses_csv(short)), "--questionnaire", "sipas-desk")
    result = flask("scores", "--office", "00101", "--period", "2026-10", "--channel", "poster", "--format", "json")
    score = json.loads(result.stdout)
    assert (score["questionnaire"], score["responses"], score["index"]["percent"]) == ("sipas-2017@1", 30, 100)
    assert "7" in result.stderr
    assert "sipas-desk@1" in result.stderr


# ---- 5. Scores are derived


def test_promise_5_the_same_answers_give_the_same_scores(flask: Commands) -> None:
    flask.set_up()
    rows = many(120)
    import_rows(flask, rows)
    first = flask.score()
    Random(1).shuffle(rows)
    again = [
        {**row, "key": f"again-{row['key']}", "received_on": f"2026-09-{str(row['received_on'])[-2:]}"} for row in rows
    ]
    import_rows(flask, again)
    second = flask.score(period="2026-09")
    assert first["index"]["percent"] is not None
    assert {**first, "period": None} == {**second, "period": None}


def test_promise_5_a_stored_aggregate_can_be_rebuilt_and_equals(flask: Commands, installation: Installation) -> None:
    flask.set_up()
    import_rows(flask, many(120))
    score, kept = flask.score(), tallies(installation)
    with installation.database.transaction() as connection:
        connection.execute(update(tally).values(responses=1, counts=b"\1\0\0\0"))
    flask("scores", "rebuild")
    assert tallies(installation) == kept
    assert flask.score() == score


def tallies(installation: Installation) -> list[tuple[object, ...]]:
    with installation.database.reading() as connection:
        return sorted(tuple(row) for row in connection.execute(select(tally)))


# ---- 6. "No data" is a word, never 0


@pytest.fixture
def province(installation: Installation) -> Answers:
    """Two communes, a unit, their desks and staff; nobody has answered yet."""
    set_up_province(installation)
    set_up_staff(installation)
    return Answers(installation)


def test_promise_6_no_data_is_a_word_and_never_zero(app: Flask, province: Answers, flask: Commands) -> None:
    score = flask.score(office=OWN)
    for each in (score["overall"], score["index"], *(dimension["index"] for dimension in score["dimensions"])):
        assert each["status"] == "no_data"
        assert [each[name] for name in ("percent", "low", "high", "base", "satisfied")] == [None] * 5
    table = flask("scores", "--office", OWN, "--period", "2026-10").stdout
    page = signed_in(app, "head").get(f"/staff/offices/{OWN}").text
    csv = signed_in(app, "head").get(f"/staff/offices/{OWN}/scores.csv").text
    for shown in (table, page, csv):
        assert not re.search(
            r"\b0[.,]0+\b|\b0\s*%", re.sub(r"<(style|svg|script).*?</\1>", "", shown, flags=re.DOTALL)
        ), shown
    for shown in (table, page):
        assert "chưa có" in shown.lower()


# ---- 7. An issued report never changes


def test_promise_7_an_issued_report_never_changes_and_a_correction_names_it(
    province: Answers, flask: Commands, installation: Installation, clock: Clock, tmp_path: Path
) -> None:
    province.add(full_answers(40, seed=1))
    clock.advance(days=20)
    out = tmp_path / "reports"
    arguments = ("report", "--office", OWN, "--period", "2026-10", "--out", out)
    flask(*arguments, "--issue")
    (first,) = issues(installation)
    before = rendered(flask, arguments, out)
    province.add(full_answers(60, seed=2, good=0.1))
    assert rendered(flask, arguments, out) == before, "later answers leave it as it is"
    assert issues(installation) == [first]

    flask(*arguments, "--issue")
    kept, second = issues(installation)
    assert kept == first
    assert (second["issue"], second["replaces"]) == (2, 1)
    assert second["content"] != first["content"]
    with installation.database.transaction() as connection:
        connection.execute(update(report).where(report.c.issue == 2).values(content=first["content"]))
    assert "không còn đúng như khi phát hành" in flask(*arguments, exit_code=1).stderr


def rendered(flask: Commands, arguments: tuple[object, ...], out: Path) -> str:
    """What the PDF says; its bytes hold the time of their making."""
    flask(*arguments)
    (path,) = out.glob("*.pdf")
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def issues(installation: Installation) -> list[dict[str, object]]:
    with installation.database.reading() as connection:
        return [dict(row) for row in connection.execute(select(report).order_by(report.c.issue)).mappings()]


# ---- 8. A head sees their own office and what is below it, and nothing else


def test_promise_8_a_head_reaches_no_address_of_another_office(app: Flask, province: Answers) -> None:
    province.add(full_answers(40, seed=1), desk=FOREIGN_DESK)
    head = signed_in(app, "head")
    tried = 0
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/staff") or "GET" not in (rule.methods or ()) or not rule.arguments:
            continue
        for code in (FOREIGN, FOREIGN_DESK, "99", "00000"):
            values = dict.fromkeys(rule.arguments, code)
            address = re.sub(r"<(?:\w+:)?(\w+)>", lambda found, values=values: values[found[1]], rule.rule)
            if rule.endpoint == "account.accent" or "static" in rule.endpoint:
                continue
            answer = head.get(address)
            assert answer.status_code == 404, address
            assert "Xã Hai" not in answer.text
            tried += 1
    assert tried >= 12
    for code in (OWN, UNIT):
        assert head.get(f"/staff/offices/{code}").status_code == 200


# ---- 10. Nothing is fetched from outside

FETCHED = re.compile(
    r"""(?:\b(?:src|srcset|href|action|poster|data|xlink:href)\s*=\s*["']?|url\(\s*["']?|@import\s+["']?|fetch\(\s*["'`])"""
    r"""\s*((?:[a-z]+:)?//[^"'`)\s]+)""",
    re.IGNORECASE,
)
OWN_ADDRESS = "https://hailong.example.vn"


def test_promise_10_no_page_style_script_or_poster_names_a_foreign_address(app: Flask, province: Answers) -> None:
    province.add(full_answers(40, seed=1))
    clients = (PageClient(app, use_cookies=False), signed_in(app, "admin"))
    seen = 0
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        for address in addresses(rule.rule, rule.arguments):
            for client in clients:
                answer = client.get(address)
                assert answer.status_code < 500, address
                assert foreign(answer.data) == [], address
                policy = answer.headers["Content-Security-Policy"]
                assert "default-src 'none'" in policy
                assert "http" not in policy
                seen += answer.status_code == 200
    assert seen >= 15
    static = [
        path for path in Path(str(app.static_folder)).rglob("*") if path.suffix in (".css", ".js", ".svg", ".html")
    ]
    assert len(static) >= 3
    for path in static:
        assert foreign(path.read_bytes()) == [], path


@pytest.mark.parametrize(
    "content",
    [
        "<script src=//cdn.vn/x>",
        '<a href="https://zalo.me/1">',
        "a{background:url(http://x.vn/y)}",
        "@import 'https://fonts.vn'",
    ],
)
def test_promise_10_the_look_for_foreign_addresses_finds_them(content: str) -> None:
    assert len(foreign(content.encode())) == 1


def addresses(rule: str, arguments: set[str]) -> list[str]:
    """The addresses of a route in this province."""
    filled = {rule}
    for name in arguments:
        values = {"key": [KEY], "code": ["K7M2QX", OWN, "NQQQQN"]}.get(name, ["K7M2QX", OWN])
        filled = {re.sub(rf"<(?:\w+:)?{name}>", value, each) for each in filled for value in values}
    return sorted(filled)


def foreign(content: bytes) -> list[str]:
    """Addresses outside that a browser would fetch or lead to."""
    found = FETCHED.findall(content.decode("utf-8", errors="replace"))
    return [each for each in found if not each.startswith((OWN_ADDRESS, "http://www.w3.org/"))]


def test_promise_10_a_poster_leads_to_nothing_but_its_own_address(
    flask: Commands, province: Answers, tmp_path: Path
) -> None:
    flask("desks", "poster", "--office", OWN, "--out", tmp_path / "poster.pdf")
    for page in PdfReader(tmp_path / "poster.pdf").pages:
        links = [note.get_object().get("/A", {}).get("/URI", "") for note in page.get("/Annots", [])]
        assert [link for link in links if not str(link).startswith(OWN_ADDRESS)] == []
        fonts = list(page["/Resources"].get("/Font", {}).values())
        assert fonts
        assert all("FontFile" in str(embedded(font.get_object())) for font in fonts), "fonts are within the file"


def embedded(font: dict[str, object]) -> list[str]:
    """The keys of a font's descriptor, its descendants' included."""
    parts = [font, *(each.get_object() for each in font.get("/DescendantFonts", []))]  # type: ignore[attr-defined]
    return [
        name
        for part in parts
        for name in dict(part.get("/FontDescriptor", {}).get_object() if part.get("/FontDescriptor") else {})
    ]


# ---- 11. Without JavaScript and without cookies


@pytest.mark.parametrize("desk", [DESK, DESK_FULL])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_promise_11_a_citizen_answers_without_javascript_and_cookies(
    app: Flask, installation: Installation, desk: str, language: str
) -> None:
    """The client refuses faulty HTML and unlabelled fields; 320 px, keyboard and axe are in tests/browser."""
    place = set_up_both(installation)
    phone = PageClient(app, use_cookies=False)
    first = phone.get(f"/d/{desk}?lang={language}")
    tapped = phone.post(address_of_form(first.text), data={**hidden_fields(first.text), "overall": "2"})
    criteria = phone.get(tapped.location)
    form = {**hidden_fields(criteria.text), "A1": "1", "B1": "NA", "comment": "Chờ lâu"}
    wrong = phone.post(address_of_form(criteria.text), data={**form, "B1": "7"})
    assert wrong.status_code == 422
    assert "Chờ lâu" in wrong.text, "nothing that was entered is lost"
    sent = phone.post(address_of_form(wrong.text), data={**form, **hidden_fields(wrong.text)})
    thanks = phone.get(sent.location)
    assert [each.status_code for each in (first, tapped, criteria, sent, thanks)] == [200, 303, 200, 303, 200]
    for page in (first, criteria, wrong, thanks):
        assert "Set-Cookie" not in page.headers
        without_scripts = re.sub(r"<script[^>]*></script>", "", page.text)
        assert "<script" not in without_scripts
        assert f'<html lang="{language}"' in page.text
    (only,) = stored(installation, place)
    assert (only.answers, only.completed) == ({"overall": 2, "A1": 1, "B1": "NA"}, True)
    assert only.texts == {"comment": "Chờ lâu"}


def address_of_form(html: str) -> str:
    found = re.search(r'<form[^>]* method="post" action="([^"]+)"', html)
    assert found
    return found[1]


def test_promise_11_every_control_of_the_citizens_pages_works_without_a_script(
    app: Flask, installation: Installation
) -> None:
    set_up_both(installation)
    phone = PageClient(app, use_cookies=False)
    for address in (f"/d/{DESK}", f"/d/{DESK_FULL}/phieu/{new_key()}"):
        html = phone.get(address).text
        assert html.count("<form") >= 1
        for button in re.findall(r"<button[^>]*>", html):
            assert 'type="button"' not in button or "hidden" in button, (
                f"a button that only a script can hear: {button}"
            )
