"""What tests of the citizen's pages stand on: desks to answer at, and what became of the answers."""

import re
from datetime import date
from html import unescape

from werkzeug.test import TestResponse

from survey.domain.offices import Desk, Office
from survey.domain.response import Response
from survey.installation import Installation
from survey.store.offices import link_office, save_desk, save_office
from survey.store.responses import stream_responses
from tests.pages import PageClient

DESK, DESK_FULL = "K7M2QX", "H4RT5N"
OFFICE = "UBND xã Hòa Bình"


def set_up_office(installation: Installation, code: str = "00101", name: str = OFFICE, **values: object) -> Office:
    """An office, a commune unless said otherwise."""
    office = Office(0, code, name, str(values.pop("kind", "commune")), **values)  # type: ignore[arg-type]
    with installation.database.transaction() as connection:
        return save_office(connection, office)


def set_up_desk(
    installation: Installation,
    office: Office,
    code: str = DESK,
    *,
    name: str = "Quầy 2 – Hộ tịch, chứng thực",
    questionnaire: str = "sipas-desk",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> None:
    """A desk of the office."""
    with installation.database.transaction() as connection:
        save_desk(connection, Desk(0, code, office.id, name, questionnaire, valid_from, valid_to))


def set_up_both(installation: Installation) -> Office:
    """One office with a desk for each questionnaire: DESK asks the short one, DESK_FULL all 22 criteria."""
    office = set_up_office(installation)
    set_up_desk(installation, office)
    set_up_desk(installation, office, DESK_FULL, name="Quầy 1 – Đất đai", questionnaire="sipas-2017")
    return office


def merge(installation: Installation, closed: Office, into: Office, *, last_day: date) -> None:
    """Close an office on a day and have another take it over."""
    with installation.database.transaction() as connection:
        save_office(connection, Office(0, closed.code, closed.name, closed.kind, valid_to=last_day))
        link_office(connection, closed.id, parent_id=None, successor_id=into.id)


def stored(installation: Installation, *offices: Office) -> list[Response]:
    """Every response these offices hold."""
    with installation.database.reading() as connection:
        ids = [office.id for office in offices]
        found = stream_responses(connection, office_ids=ids, first=date(2000, 1, 1), last=date(2100, 1, 1))
        return list(found)


def hidden_fields(html: str) -> dict[str, str]:
    """What a page puts into its form by itself; every HTTP client that keeps these may answer."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html)
    return {name: unescape(value) for name, value in found}


def tap(phone: PageClient, desk: str = DESK, *, level: str = "4", query: str = "") -> TestResponse:
    """Opens the desk's page and taps; gives the criteria page."""
    page = phone.get(f"/d/{desk}{query}")
    return phone.post(f"/d/{desk}", data={**hidden_fields(page.text), "overall": level}, follow_redirects=True)


def send(phone: PageClient, page: TestResponse, answers: dict[str, str | list[str]]) -> TestResponse:
    """Sends the form of a criteria page; gives the redirect or the page that came back."""
    action = re.search(r'<form method="post" action="([^"]+)"', page.text)
    assert action
    return phone.post(action[1], data={**hidden_fields(page.text), **answers})


def title_of(page: TestResponse) -> str:
    """The title of a page."""
    found = re.search(r"<title>(.*?)</title>", page.text)
    assert found
    return found[1]


def assert_anonymous(response: TestResponse) -> None:
    """No cookie is set, and none is looked at."""
    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.headers.get("Vary", "")
