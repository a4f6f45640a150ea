"""Any host may answer any request: two servers on one PostgreSQL, each request goes to the other one than the last.

What one of them kept in its process or its folder, the other would miss (docs/scaling.md).
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from itertools import cycle
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, OpenerDirector, Request, build_opener

import pytest
from sqlalchemy import func, select

from survey.installation import local_now
from survey.journeys.sign_in import ACCOUNT_LIMIT, add_staff
from survey.store import Database
from survey.store.models import attempt, comment, evidence, response
from tests.citizen import hidden_fields
from tests.conftest import CATALOGUE
from tests.served import DESK, Served, environment_of, serving, set_up_desk

EMAIL, OWN_PASSWORD = "head@xa.gov.vn", "một câu rất dễ nhớ"
OFFICE = "/staff/offices/00101"


class Stay(HTTPRedirectHandler):
    """Redirects are followed by hand, to the other server."""

    def redirect_request(self, *_: object) -> None:
        return None


@dataclass
class Page:
    """What came back."""

    status: int
    location: str
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Browser:
    """Someone's browser before a proxy that takes turns; cookies belong to the one name both hosts have."""

    hosts: Iterator[Served]
    jar: CookieJar = field(default_factory=CookieJar)
    opener: OpenerDirector = field(init=False)

    def __post_init__(self) -> None:
        self.opener = build_opener(HTTPCookieProcessor(self.jar), Stay)

    def get(self, path: str, form: dict[str, str] | None = None) -> Page:
        body = urlencode(form).encode() if form is not None else None
        request = Request(f"http://127.0.0.1:{next(self.hosts).port}{path}", body)
        try:
            with self.opener.open(request, timeout=60) as answer:
                return Page(answer.status, "", answer.read())
        except HTTPError as other:
            with closing(other):
                return Page(other.code, other.headers.get("Location", ""), other.read())

    def follow(self, page: Page) -> Page:
        assert page.status in (302, 303), page.text
        return self.get(page.location)

    def fill(self, path: str, **fields: str) -> Page:
        """Fetch a form from one host and send it to the other."""
        return self.get(path, {**hidden_fields(self.get(path).text), **fields})


@dataclass(frozen=True)
class Place:
    """The hosts, and the database that they share."""

    database: Database
    hosts: tuple[Served, ...]

    def browser(self) -> Browser:
        return Browser(cycle(self.hosts))

    def scalar(self, query: object) -> object:
        with self.database.reading() as connection:
            return connection.execute(query).scalar_one()  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def place(postgres_template: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Two hosts; whatever tests have them do, nothing but the log is in their folders afterwards."""
    url = postgres_template()
    folders = [tmp_path_factory.mktemp(f"host-{number}") for number in "12"]
    with closing(Database(url)) as database, ExitStack() as running:
        set_up_desk(database, CATALOGUE, "sipas-2017")
        hosts = [running.enter_context(serving(environment_of(folder, url=url))) for folder in folders]
        yield Place(database, tuple(hosts))
    assert [path.name for folder in folders for path in folder.rglob("*")] == ["server.log", "server.log"]


def test_one_visit_over_two_hosts_is_one_response(place: Place) -> None:
    phone = place.browser()
    page = phone.get(f"/d/{DESK}")
    tapped = {**hidden_fields(page.text), "overall": "4"}
    criteria = phone.follow(phone.get(f"/d/{DESK}", tapped))
    filled = {**hidden_fields(criteria.text), "A1": "5", "comment": "Cần thêm ghế chờ"}
    thanks = phone.follow(phone.get(f"/d/{DESK}", filled))
    assert (page.status, criteria.status, thanks.status) == (200, 200, 200)
    assert "Cảm ơn" in thanks.text
    for repeated in (tapped, filled, filled):
        assert phone.get(f"/d/{DESK}", repeated).status == 303
    assert place.scalar(select(func.count()).select_from(response).where(response.c.completed)) == 1
    assert place.scalar(select(comment.c.text)) == "Cần thêm ghế chờ"
    # The stamp that one host signed was read by the other.
    assert place.scalar(select(evidence.c.page_issued_at)) is not None


def test_a_member_of_staff_goes_to_and_fro(place: Place) -> None:
    with place.database.transaction() as connection:
        one_time = add_staff(connection, email=EMAIL, role="head", office="00101")
    office = place.browser()
    signed_in = office.fill("/staff/sign-in", email=EMAIL, password=one_time)
    assert office.follow(signed_in).location == "/staff/password", "first they choose their own"
    stolen = Browser(cycle(place.hosts), jar=_copy(office.jar))
    chosen = {"current": one_time, "new": OWN_PASSWORD, "again": OWN_PASSWORD}
    assert office.fill("/staff/password", **chosen).status == 302
    for _ in range(2):
        assert stolen.get(OFFICE).location.startswith("/staff/sign-in"), "a new password ends older sessions everywhere"
    month = f"{local_now():%Y-%m}"
    for path in (OFFICE, f"{OFFICE}?period={month}", f"{OFFICE}?lang=en", OFFICE):
        shown = office.get(path)
        assert shown.status == 200
    assert '<html lang="en"' in shown.text, "the language that one host was told"
    for _ in place.hosts:
        score = json.loads(office.get(f"{OFFICE}/scores.json?period={month}").text)
        assert score["responses"] == place.scalar(select(func.count()).select_from(response))
        assert office.get(f"{OFFICE}/trend.svg?period={month}").body.startswith(b"<?xml")
        assert office.get(f"{OFFICE}/report.pdf?period={month}").body.startswith(b"%PDF-")
        assert office.get(f"{OFFICE}/desks/poster.pdf").body.startswith(b"%PDF-")
    office.get("/staff/sign-out", {"csrf_token": _token(office.get(OFFICE))})
    for _ in place.hosts:
        assert office.get(OFFICE).location.startswith("/staff/sign-in")


def _copy(jar: CookieJar) -> CookieJar:
    copied = CookieJar()
    for cookie in jar:
        copied.set_cookie(cookie)
    return copied


def _token(page: Page) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found
    return found[1]


def test_guesses_on_all_hosts_are_counted_together(place: Place) -> None:
    with place.database.transaction() as connection:
        add_staff(connection, email="second@xa.gov.vn", role="head", office="00101")
    thief = place.browser()
    tried = [
        thief.fill("/staff/sign-in", email="second@xa.gov.vn", password=f"guess number {number}").status
        for number in range(ACCOUNT_LIMIT + 2)
    ]
    assert tried == [422] * ACCOUNT_LIMIT + [429] * 2
    assert place.scalar(select(func.count()).select_from(attempt)) != 0
