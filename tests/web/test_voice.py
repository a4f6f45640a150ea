"""Recorded questions: which buttons a page has, which file each plays, and how languages are chosen that only speak."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask

from survey import create_app
from survey.domain.offices import Office
from survey.installation import Installation
from tests.citizen import DESK, DESK_FULL, hidden_fields, send, set_up_both, stored, tap
from tests.pages import PageClient
from tests.sounds import mp3, ogg, record

Phone = Callable[..., PageClient]
BUTTON = re.compile(r'<button class="hear" type="button" hidden [^>]*data-hear="([^"]+)"')


@pytest.fixture
def office(installation: Installation) -> Office:
    return set_up_both(installation)


@pytest.fixture
def phone(installation: Installation, office: Office) -> Phone:
    """A phone at an office whose instance folder holds these recordings."""

    def opened(*names: str) -> PageClient:
        for name in names:
            record(installation.config.instance / "audio", name, ogg(0.2) if name.endswith("ogg") else mp3(0.2))
        app: Flask = create_app(installation)
        app.testing = True
        return PageClient(app, use_cookies=False)

    return opened


def heard(html: str) -> list[str]:
    """The files behind the play buttons, in the order of the page, without their versions."""
    return [unescape(address).split("?")[0] for each in BUTTON.findall(html) for address in each.split(" ")]


def test_without_recordings_no_page_says_anything_of_sound(phone: Phone) -> None:
    visitor = phone()
    for page in (visitor.get(f"/d/{DESK}"), tap(visitor)):
        assert "hear" not in re.sub(r"<style>.*?</style>", "", page.text, flags=re.DOTALL)
        assert "audio" not in re.sub(r"<style>.*?</style>", "", page.text, flags=re.DOTALL)


def test_a_button_stands_where_a_question_was_recorded_in_the_language_of_the_page(phone: Phone) -> None:
    visitor = phone("sipas-desk.v1/vi/overall.mp3", "sipas-desk.v1/vi/overall.ogg", "sipas-desk.v1/en/A1.mp3")
    first = visitor.get(f"/d/{DESK}").text
    assert heard(first) == ["/nghe/sipas-desk.v1/vi/overall.ogg", "/nghe/sipas-desk.v1/vi/overall.mp3"]
    assert 'aria-label="Nghe câu hỏi: Hài lòng chung"' in first
    assert heard(tap(visitor).text) == []
    assert heard(visitor.get(f"/d/{DESK}?lang=en").text) == []
    assert heard(tap(visitor, query="?lang=en").text) == ["/nghe/sipas-desk.v1/en/A1.mp3"]
    assert heard(visitor.get(f"/d/{DESK_FULL}").text) == []  # another version, other words


def test_nothing_of_a_sound_is_named_where_a_browser_would_load_it_by_itself(phone: Phone) -> None:
    page = phone("sipas-desk.v1/vi/overall.mp3").get(f"/d/{DESK}").text
    outside = re.sub(r"<noscript>.*?</noscript>", "", page, flags=re.DOTALL)
    assert "<audio" not in outside
    (player,) = re.findall(r"<noscript><audio ([^>]*)>", page)
    assert player.startswith('controls preload="none"')


def test_every_kind_of_question_has_its_button(phone: Phone) -> None:
    ids = ("A1", "A1_why", "comment", "sex")
    visitor = phone(*(f"sipas-2017.v1/vi/{each}.mp3" for each in ids))
    assert heard(tap(visitor, DESK_FULL).text) == [f"/nghe/sipas-2017.v1/vi/{each}.mp3" for each in ids]


def address_of(page: str) -> str:
    return unescape(BUTTON.findall(page)[0])


def test_the_file_comes_whole_or_in_parts_and_may_be_kept_for_ever(phone: Phone) -> None:
    visitor = phone("sipas-desk.v1/vi/overall.mp3")
    address = address_of(visitor.get(f"/d/{DESK}").text)
    whole = visitor.get(address)
    assert (whole.status_code, whole.mimetype, whole.data) == (200, "audio/mpeg", mp3(0.2))
    assert whole.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert whole.headers["Accept-Ranges"] == "bytes"
    # Safari asks for two bytes first and plays nothing if it gets more.
    part = visitor.get(address, headers={"Range": "bytes=0-1", "Accept-Encoding": "gzip, br"})
    assert (part.status_code, part.data) == (206, mp3(0.2)[:2])
    assert part.headers["Content-Range"] == f"bytes 0-1/{len(mp3(0.2))}"
    assert visitor.get(address, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304
    assert visitor.get(address.split("?")[0]).headers["Cache-Control"] == "no-cache"
    assert visitor.get(address.split("?")[0] + "?v=older").headers["Cache-Control"] == "no-cache"


def test_a_file_changed_or_gone_since_the_start(phone: Phone, installation: Installation) -> None:
    visitor = phone("sipas-desk.v1/vi/overall.mp3")
    address = address_of(visitor.get(f"/d/{DESK}").text)
    path = record(installation.config.instance / "audio", "sipas-desk.v1/vi/overall.mp3", mp3(0.5))
    changed = visitor.get(address)
    assert (changed.data, changed.headers["Cache-Control"]) == (mp3(0.5), "no-cache")
    path.unlink()
    assert visitor.get(address).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/nghe/sipas-desk.v1/vi/A1.mp3",
        "/nghe/sipas-desk.v1/vi/overall.ogg",
        "/nghe/sipas-desk.v1/vi/overall",
        "/nghe/sipas-desk.v1/vi/..%2foverall.mp3",
        "/nghe/sipas-desk.v1/../sipas-desk.v1/vi/secret.mp3",
        "/nghe/sipas-desk.v1/vi/%2e%2e%2f%2e%2e%2f%2e%2e%2fsecret_key",
        "/nghe/..%2f..%2fsurvey.sqlite3/vi/overall.mp3",
        "/nghe/sipas-desk/vi/overall.mp3",
        "/nghe/sipas-desk.v1/hmn/overall.mp3",
    ],
)
def test_no_other_address_leads_to_a_file(phone: Phone, installation: Installation, address: str) -> None:
    record(installation.config.instance / "audio", "sipas-desk.v1/vi/secret.mp3", mp3(0.2))  # no question of that name
    assert phone("sipas-desk.v1/vi/overall.mp3").get(address).status_code == 404


def test_the_instance_has_the_last_word_over_what_comes_with_the_program(
    phone: Phone, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = installation.config.instance / "shipped"
    record(shipped, "sipas-desk.v1/vi/overall.ogg", ogg(0.4))
    record(shipped, "sipas-desk.v1/vi/A1.ogg", ogg(0.4))
    monkeypatch.setattr("survey.web.voice.RECORDINGS", shipped)
    visitor = phone("sipas-desk.v1/vi/overall.mp3")
    first = visitor.get(f"/d/{DESK}").text
    assert heard(first) == ["/nghe/sipas-desk.v1/vi/overall.mp3"]  # never half of one recording and half of another
    assert heard(tap(visitor).text) == ["/nghe/sipas-desk.v1/vi/A1.ogg"]


# ---- languages that only speak

SPOKEN = ("sipas-desk.v1/hmn/overall.mp3", "sipas-desk.v1/hmn/A1.mp3", "sipas-desk.v1/vi/overall.mp3")


def chosen(page: str) -> list[str]:
    """The languages to listen in that a page offers, the present one in brackets."""
    found = re.search(r'<div class="voices".*?</div>', page, flags=re.DOTALL)
    names = re.findall(r'<(a|b|button) class="quiet"[^>]*>([^<]+)<', found[0]) if found else []
    return [f"[{name}]" if kind == "b" else name for kind, name in names]


def test_a_language_that_only_speaks_goes_through_the_whole_visit_without_a_cookie(
    phone: Phone, installation: Installation, office: Office
) -> None:
    visitor = phone(*SPOKEN)
    first = visitor.get(f"/d/{DESK}?k=kiosk").text
    assert chosen(first) == ["[Tiếng Việt]", "Tiếng Mông"]
    (link,) = re.findall(r'<a class="quiet" href="([^"]+)"', first)
    spoken = visitor.get(f"/d/{DESK}" + unescape(link))
    assert '<html lang="vi"' in spoken.text
    assert chosen(spoken.text) == ["Tiếng Việt", "[Tiếng Mông]"]
    assert heard(spoken.text) == ["/nghe/sipas-desk.v1/hmn/overall.mp3"]
    assert "Nghe câu hỏi (Tiếng Mông)" in spoken.text

    criteria = visitor.post(f"/d/{DESK}", data={**hidden_fields(spoken.text), "overall": "4"}, follow_redirects=True)
    assert heard(criteria.text) == ["/nghe/sipas-desk.v1/hmn/A1.mp3"]
    faulty = send(visitor, criteria, {"A1": "9"})
    assert faulty.status_code == 422
    assert heard(faulty.text) == ["/nghe/sipas-desk.v1/hmn/A1.mp3"]
    done = send(visitor, faulty, {"A1": "5"})
    assert "lang=hmn" in done.location
    thanks = visitor.get(done.location)
    assert "k=kiosk" in thanks.text
    assert "lang=hmn" in thanks.text
    (response,) = stored(installation, office)
    assert response.answers == {"overall": 4, "A1": 5}


def test_switching_the_voice_on_the_criteria_page_keeps_what_was_entered(phone: Phone) -> None:
    visitor = phone(*SPOKEN)
    criteria = tap(visitor)
    assert '<button class="quiet" name="switch" value="hmn" lang="vi">Tiếng Mông</button>' in criteria.text
    switched = send(visitor, criteria, {"switch": "hmn", "A1": "2", "comment": "Chờ lâu"})
    assert heard(switched.text) == ["/nghe/sipas-desk.v1/hmn/A1.mp3"]
    assert 'value="2" class="low" checked' in switched.text
    assert "Chờ lâu" in switched.text


def test_a_voice_is_offered_only_where_it_speaks(phone: Phone) -> None:
    visitor = phone(*SPOKEN)
    assert chosen(visitor.get(f"/d/{DESK_FULL}").text) == []
    assert heard(visitor.get(f"/d/{DESK_FULL}?lang=hmn").text) == []
    assert chosen(visitor.get(f"/d/{DESK}?lang=qqq").text) == ["[Tiếng Việt]", "Tiếng Mông"]
    assert "lang=qqq" not in visitor.get(f"/d/{DESK}?lang=qqq").text


def test_the_pages_of_staff_know_no_language_that_only_speaks(phone: Phone) -> None:
    page = phone(*SPOKEN).get("/staff/sign-in?lang=hmn")
    assert '<html lang="vi">' in page.text
    assert "hmn" not in page.text
