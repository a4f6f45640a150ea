"""What tests of the workspace stand on: a small province, its accounts, and answers that came in."""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from argon2 import PasswordHasher
from flask import Flask
from werkzeug.test import TestResponse

from survey.domain.offices import Desk, Office
from survey.domain.response import Response, new_key
from survey.domain.staff import Role, new_session_token, tidy_password
from survey.installation import Installation
from survey.store import Connection
from survey.store import staff as store
from survey.store.offices import fetch_desk, fetch_tree, link_office, save_desk, save_office
from survey.store.responses import record_responses
from tests.pages import PageClient

PASSWORD = "một câu dễ nhớ"
PROVINCE, OWN, UNIT, FOREIGN = "99", "99001", "99001-01", "99002"
DESK, SECOND_DESK, UNIT_DESK, FOREIGN_DESK = "K7M2QX", "H4RT5N", "N8PW3Z", "B6VD9C"
EMAILS = {
    "admin": "admin@tinh.gov.vn",
    "analyst": "analyst@tinh.gov.vn",
    "head": "head@xa.gov.vn",
    "officer": "officer@xa.gov.vn",
}
OFFICES = {
    PROVINCE: ("Tỉnh Thử", "province", None),
    OWN: ("UBND xã Một", "commune", PROVINCE),
    UNIT: ("Trạm Một", "unit", OWN),
    FOREIGN: ("UBND xã Hai", "commune", PROVINCE),
}
DESKS = {
    DESK: ("Quầy 1", OWN),
    SECOND_DESK: ("Quầy 2", OWN),
    UNIT_DESK: ("Quầy trạm", UNIT),
    FOREIGN_DESK: ("Quầy xã khác", FOREIGN),
}


def set_up_province(installation: Installation, *, demonstration: bool = False) -> None:
    """A province with two communes, a unit below the first, and desks in all three."""
    with installation.database.transaction() as connection:
        ids: dict[str, int] = {}
        for code, (name, kind, parent) in OFFICES.items():
            office = save_office(connection, Office(0, code, name, kind, demonstration=demonstration))
            ids[code] = office.id
            link_office(connection, office.id, parent_id=ids.get(parent or ""), successor_id=None)
        for code, (name, office_code) in DESKS.items():
            save_desk(connection, Desk(0, code, ids[office_code], name, "sipas-2017"))


def set_up_staff(installation: Installation) -> None:
    """One account of each role, its one-time password already changed; the analyst's office is the province."""
    offices: dict[Role, str | None] = {"admin": None, "analyst": PROVINCE, "head": OWN, "officer": OWN}
    for role, office in offices.items():
        add_account(installation, EMAILS[role], role, office)


def add_account(installation: Installation, email: str, role: Role, office: str | None) -> None:
    """An account that has chosen PASSWORD; hashed once for all tests, because hashing is slow on purpose."""
    with installation.database.transaction() as connection:
        office_id = fetch_tree(connection).by_code[office].id if office else None
        secrets = {"password_hash": _hashed(), "session_token": new_session_token()}
        account = store.add_account(connection, email=email, role=role, office_id=office_id, **secrets)
        store.set_password(connection, account.id, one_time=False, **secrets)


@cache
def _hashed() -> str:
    return PasswordHasher().hash(tidy_password(PASSWORD))


def csrf_of(page: TestResponse) -> str:
    """The token of a page's form."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found
    return found[1]


def try_to_sign_in(client: PageClient, email: str, password: str, **fields: str) -> TestResponse:
    """Fill and send the sign-in form."""
    form = client.get("/staff/sign-in")
    return client.post(
        "/staff/sign-in", data={"csrf_token": csrf_of(form), "email": email, "password": password, **fields}
    )


def signed_in(app: Flask, who: str) -> PageClient:
    """A browser in which the account of a role (or an e-mail) has signed in."""
    client = PageClient(app)
    answer = try_to_sign_in(client, EMAILS.get(who, who), PASSWORD)
    assert answer.status_code == 302, answer.text
    return client


@dataclass
class Answers:
    """Puts responses on the disk, as they would have come from a desk."""

    installation: Installation

    def add(
        self,
        answers: Sequence[Mapping[str, object]],
        *,
        desk: str = DESK,
        on: date = date(2026, 10, 5),
        channel: str = "poster",
        questionnaire: str = "sipas-2017@1",
        office: str | None = None,
        verified: bool = False,
        set_aside: tuple[str, ...] = (),
    ) -> None:
        """One response per mapping of answers."""
        with self.installation.database.transaction() as connection:
            desk_id, office_id = self._place(connection, desk, office)
            responses = [
                Response(
                    office_id=office_id,
                    key=new_key(),
                    desk_id=desk_id,
                    questionnaire=questionnaire,
                    channel=channel,
                    received_on=on,
                    received_hour=9,
                    answers=each,
                    completed=True,
                    verified=verified,
                    set_aside=set_aside,
                )
                for each in answers
            ]
            assert record_responses(connection, responses) == len(responses)

    def _place(self, connection: Connection, desk: str, office: str | None) -> tuple[int, int]:
        found = fetch_desk(connection, desk)
        assert found
        served = fetch_tree(connection).by_code[office] if office else found[1]
        return found[0].id, served.id


def full_answers(number: int, *, seed: int, good: float = 0.8) -> list[dict[str, object]]:
    """That many filled 22-criteria questionnaires; ``good`` is the chance of a satisfied answer."""
    dice = random.Random(seed)
    criteria = [f"{letter}{i + 1}" for letter, size in zip("ABCDE", (4, 5, 6, 3, 4), strict=True) for i in range(size)]

    def one() -> object:
        if dice.random() < 0.05:
            return "NA"
        return dice.choice((4, 5)) if dice.random() < good else dice.choice((1, 2, 3))

    return [{name: one() for name in ("overall", *criteria)} for _ in range(number)]
