"""`/m/LINK`: an invited person answers once, on the citizen's own pages, and nothing tells who it was."""

import logging
import re
from html import unescape

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from survey.domain.offices import Office
from survey.domain.response import Response, new_key
from survey.domain.slips import new_code
from survey.installation import Installation
from survey.store.rounds import fetch_progress
from tests.citizen import assert_anonymous, hidden_fields, send, set_up_both, stored, title_of
from tests.conftest import Clock
from tests.pages import PageClient
from tests.store.rounds import ROUND, Invited

Phone = PageClient
SENT = "Câu trả lời đã được lưu."


@pytest.fixture
def office(installation: Installation) -> Office:
    return set_up_both(installation)


@pytest.fixture
def invited(installation: Installation, office: Office) -> Invited:
    return Invited.set_up(installation.database, office)


def answer(page: TestResponse, client: Phone, **fields: str) -> TestResponse:
    """Sends the form of a page as it is, with these answers; what came back."""
    found = re.search(r'<form[^>]* method="post" action="([^"]+)"', page.text)
    assert found
    return client.post(unescape(found[1]), data={**hidden_fields(page.text), **fields})


def samples(installation: Installation, office: Office) -> list[Response]:
    return [each for each in stored(installation, office) if each.channel == "invitation"]


def heading(page: TestResponse) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page.text)
    assert found
    return unescape(found[1])


def test_an_invited_person_goes_through_the_citizens_pages(
    client: Phone, installation: Installation, office: Office, invited: Invited
) -> None:
    page = client.get(f"/m/{invited.links[0].code}")
    assert page.status_code == 200
    assert ROUND.name in title_of(page)
    assert "Mỗi đường dẫn nhận một phiếu" in page.text
    tapped = answer(page, client, overall="4")
    assert tapped.status_code == 303
    criteria = client.get(tapped.location)
    assert heading(criteria) == "Đã ghi nhận. Cảm ơn Ông/Bà!"
    done = send(client, criteria, {"A1": "5", "comment": "Cần thêm ghế"})
    assert done.status_code == 303
    assert SENT in client.get(done.location).text
    (response,) = samples(installation, office)
    assert (response.answers, response.texts, response.completed) == (
        {"overall": 4, "A1": 5},
        {"comment": "Cần thêm ghế"},
        True,
    )
    for each in (page, tapped, criteria, done):
        assert_anonymous(each)


def test_tap_and_criteria_may_come_together(
    client: Phone, installation: Installation, office: Office, invited: Invited
) -> None:
    page = client.get(f"/m/{invited.links[0].code}")
    assert "/cam-on" in answer(page, client, overall="2", A1="1").location
    assert samples(installation, office)[0].answers == {"overall": 2, "A1": 1}


def test_a_used_link_thanks_and_takes_no_second_answer(
    client: Phone, installation: Installation, office: Office, invited: Invited
) -> None:
    link = f"/m/{invited.links[0].code}"
    page, other = client.get(link), client.get(link)
    answer(page, client, overall="4")
    again = client.get(link)
    assert (again.status_code, heading(again)) == (410, "Đã nhận được câu trả lời từ đường dẫn này")
    assert "60 phút" in again.text
    refused = answer(other, client, overall="1")
    assert (refused.status_code, heading(refused)) == (409, "Đã nhận được câu trả lời từ đường dẫn này")
    assert "không được ghi thêm" in refused.text
    assert len(samples(installation, office)) == 1
    assert answer(page, client, overall="2").status_code == 303, "the same page corrects"
    assert [each.answers for each in samples(installation, office)] == [{"overall": 2}]


@pytest.mark.parametrize("code", ["K7M2QX", "AAAAAAAAAAAA", "x", "%20"])
def test_an_unknown_link_asks_to_look_again(client: Phone, invited: Invited, code: str) -> None:
    page = client.get(f"/m/{code}")
    assert (page.status_code, heading(page)) == (404, "Chưa nhận ra đường dẫn này")
    assert "mở lại đúng đường dẫn" in page.text


def test_a_sound_code_that_was_never_issued_is_unknown_too(client: Phone, invited: Invited) -> None:
    assert client.get(f"/m/{new_code()}").status_code == 404


def test_a_link_typed_in_small_letters_leads_to_its_own_address(client: Phone, invited: Invited) -> None:
    code = invited.links[0].code
    typed = f"{code[:4]}-{code[4:8]}-{code[8:]}".lower()
    assert client.get(f"/m/{typed}?lang=en").location == f"/m/{code}?lang=en"


def test_before_and_after_its_days_a_round_says_so(client: Phone, invited: Invited, clock: Clock) -> None:
    link = f"/m/{invited.links[0].code}"
    page = client.get(link)
    clock.now = clock.now.replace(month=9)
    early = client.get(link)
    assert (early.status_code, heading(early)) == (404, "Đợt khảo sát chưa bắt đầu")
    assert "01/10/2026" in early.text
    clock.now = clock.now.replace(month=11, day=3)
    over = client.get(link)
    assert (over.status_code, heading(over)) == (410, "Đợt khảo sát đã kết thúc")
    assert "31/10/2026" in over.text
    assert answer(page, client, overall="4").status_code == 303, "a page that was open still sends"
    clock.now = clock.now.replace(month=12)
    too_late = answer(page, client, overall="4")
    assert too_late.status_code == 410
    assert "không được ghi thêm" in too_late.text


def test_a_form_that_comes_back_still_carries_its_link(
    client: Phone, installation: Installation, office: Office, invited: Invited
) -> None:
    page = client.get(f"/m/{invited.links[0].code}")
    empty = answer(page, client)
    assert empty.status_code == 422
    assert hidden_fields(empty.text)["m"] == invited.links[0].code
    assert f'href="/m/{invited.links[0].code}?lang=en"' in empty.text
    wrong = answer(empty, client, overall="4", A1="11")
    assert wrong.status_code == 422
    assert answer(wrong, client, overall="4", A1="5").status_code == 303
    assert [each.answers for each in samples(installation, office)] == [{"overall": 4, "A1": 5}]


def test_the_language_switches_with_what_was_entered(client: Phone, invited: Invited) -> None:
    page = client.get(f"/m/{invited.links[0].code}?lang=en")
    assert "Each link takes one response" in page.text
    criteria = client.get(answer(page, client, overall="4").location)
    switched = answer(criteria, client, switch="vi", A1="2")
    assert switched.status_code == 200
    assert '<html lang="vi"' in switched.text
    assert answer(switched, client, A1="2").status_code == 303


def test_the_desk_of_a_round_is_nowhere_but_in_the_forms_of_its_links(client: Phone, invited: Invited) -> None:
    desk = invited.desk.code
    page = client.get(f"/m/{invited.links[0].code}")
    assert re.findall(f'"[^"]*{desk}[^"]*"', page.text) == [f'"/m/dot/{desk}?gui"']
    assert client.get(f"/?code={desk}").status_code == 422
    for address in (f"/d/{desk}", f"/d/{desk}/cam-on", f"/m/dot/{desk}", f"/m/dot/{desk}/phieu/short"):
        found = client.get(address, follow_redirects=True)
        assert found.status_code == 404, address
    nobody = client.post(f"/m/dot/{desk}", data={"overall": "4", "key": new_key()})
    assert (nobody.status_code, heading(nobody)) == (404, "Chưa nhận ra đường dẫn này")
    assert client.post("/m/dot/K7M2QX", data={"overall": "4", "m": invited.links[0].code}).status_code == 404


def test_a_slip_makes_no_invited_answer_verified(
    client: Phone, installation: Installation, office: Office, invited: Invited
) -> None:
    page = client.get(f"/m/{invited.links[0].code}")
    found = answer(page, client, overall="4", slip=invited.links[1].code)
    assert found.status_code == 303
    (response,) = samples(installation, office)
    assert (response.verified, response.channel) == (False, "invitation")


def test_neither_address_nor_referrer_puts_a_link_beside_a_key(client: Phone, invited: Invited) -> None:
    """What a proxy writes down for each request must not join what the province knows by a file with a response."""
    code = invited.links[0].code
    page = client.get(f"/m/{code}")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    tapped = answer(page, client, overall="4")
    criteria = client.get(tapped.location)
    done = send(client, criteria, {"A1": "5"})
    thanks = client.get(done.location)
    for each in (tapped, criteria, done, thanks):
        assert each.headers["Referrer-Policy"] == "no-referrer"
        assert code not in (each.location or "")
        assert code not in each.text
    assert client.get("/").headers["Referrer-Policy"] == "same-origin"


def test_a_failure_writes_down_no_link(
    app: Flask, invited: Invited, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = invited.links[0].code

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr("survey.web.invitations.open_link", fail)
    app.testing = False
    with caplog.at_level(logging.DEBUG):
        assert PageClient(app).get(f"/m/{code}").status_code == 500
    assert "Exception on /m/…" in caplog.text
    assert code not in caplog.text


def test_an_outbox_is_told_what_became_of_a_send(client: Phone, invited: Invited) -> None:
    page = client.get(f"/m/{invited.links[0].code}")
    fields, key = hidden_fields(page.text), new_key()
    address = f"/m/dot/{invited.desk.code}?gui"
    for kind in ("stored", "repeated"):
        sent = client.post(address, data={**fields, "key": key, "overall": "4"}, headers={"X-Outbox": key})
        assert (sent.status_code, sent.headers["X-Outbox"]) == (204, key), kind
        assert sent.headers["X-Next"].startswith(f"/m/dot/{invited.desk.code}/phieu/{key}")
    other = new_key()
    used = client.post(address, data={**fields, "key": other, "overall": "4"}, headers={"X-Outbox": other})
    assert (used.status_code, used.headers["X-Outbox"]) == (409, other)


def test_the_notices_lead_back_to_the_link(client: Phone, invited: Invited) -> None:
    link = f"/m/{invited.links[0].code}"
    page = client.get(link)
    for notice in re.findall(r'href="(/(?:rieng-tu|tiep-can)[^"]*)"', page.text):
        assert f'href="{link}"' in client.get(unescape(notice)).text


def test_progress_counts_what_the_links_brought(client: Phone, installation: Installation, invited: Invited) -> None:
    for link in invited.links[:3]:
        answer(client.get(f"/m/{link.code}"), client, overall="4")
    with installation.database.reading() as connection:
        (progress,) = fetch_progress(connection)
    assert (progress.invited, progress.answered, progress.rate) == (10, 3, 30)
