"""Accounts and counted attempts, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from survey.domain.message import Refused
from survey.domain.offices import Office
from survey.journeys.sign_in import (
    ACCOUNT_LIMIT,
    ADDRESS_LIMIT,
    WINDOW,
    Guard,
    PasswordRefused,
    SignInRefused,
    TooManyAttempts,
    account_of,
    add_staff,
    change_password,
    list_staff,
    reset_staff,
    session_of,
    sign_in,
)
from survey.store import Database
from survey.store.models import attempt, staff
from survey.store.offices import save_office
from survey.store.staff import add_account, count_attempt, fetch_account

NOW = datetime.fromisoformat("2026-10-21T09:30")
EMAIL = "head@xa.gov.vn"


def guard(now: datetime = NOW, address: str = "192.0.2.7") -> Guard:
    return Guard(secret="s" * 32, address=address, now=now)


@pytest.fixture
def one_time(database: Database) -> str:
    """The one-time password of an account that was just added."""
    with database.transaction() as connection:
        save_office(connection, Office(0, "99001", "UBND xã Một", "commune"))
        return add_staff(connection, email="  Head@Xa.gov.vn ", role="head", office="99001")


def fails(database: Database, email: str = EMAIL, *, now: datetime = NOW, address: str = "192.0.2.7") -> None:
    with pytest.raises(SignInRefused):
        sign_in(database, email=email, password="sai mật khẩu", guard=guard(now, address))


def test_a_one_time_password_signs_in_and_says_that_it_is_one(database: Database, one_time: str) -> None:
    account = sign_in(database, email="HEAD@xa.gov.vn", password=one_time, guard=guard())
    assert (account.staff.email, account.staff.role, account.staff.one_time) == (EMAIL, "head", True)
    assert not set(one_time) & set("01iloOILU")


def test_no_password_is_stored_in_clear(database: Database, one_time: str) -> None:
    with database.reading() as connection:
        account = fetch_account(connection, EMAIL)
    assert account
    assert account.password_hash.startswith("$argon2id$")
    assert one_time not in account.password_hash


def test_changing_the_password_ends_the_other_sessions(database: Database, one_time: str) -> None:
    account = sign_in(database, email=EMAIL, password=one_time, guard=guard())
    elsewhere = session_of(account)
    changed = change_password(database, account.staff, current=one_time, new="một câu dễ nhớ", guard=guard())
    assert account_of(database, elsewhere) is None
    now = account_of(database, session_of(changed))
    assert now
    assert not now.staff.one_time
    with pytest.raises(SignInRefused):
        sign_in(database, email=EMAIL, password=one_time, guard=guard())


@pytest.mark.parametrize("new", ["ngắn quá", EMAIL, "HEAD@xa.gov.vn", "x" * 201])
def test_a_poor_password_is_refused_with_a_sentence(database: Database, one_time: str, new: str) -> None:
    account = sign_in(database, email=EMAIL, password=one_time, guard=guard())
    with pytest.raises(PasswordRefused, match="Mật khẩu mới"):
        change_password(database, account.staff, current=one_time, new=new, guard=guard())


def test_the_one_time_password_cannot_be_kept(database: Database, one_time: str) -> None:
    account = sign_in(database, email=EMAIL, password=one_time, guard=guard())
    with pytest.raises(PasswordRefused, match="phải khác"):
        change_password(database, account.staff, current=one_time, new=one_time, guard=guard())


def test_composed_and_decomposed_letters_are_the_same_password(database: Database, one_time: str) -> None:
    account = sign_in(database, email=EMAIL, password=one_time, guard=guard())
    change_password(database, account.staff, current=one_time, new="Hòa Bình yên", guard=guard())
    assert sign_in(database, email=EMAIL, password="Ho\u0300a Bi\u0300nh ye\u0302n", guard=guard())


def test_an_account_is_throttled_and_freed_after_the_window(database: Database, one_time: str) -> None:
    for _ in range(ACCOUNT_LIMIT):
        fails(database)
    with pytest.raises(TooManyAttempts):
        sign_in(database, email=EMAIL, password=one_time, guard=guard(address="198.51.100.9"))
    later = NOW + WINDOW + timedelta(minutes=1)
    assert sign_in(database, email=EMAIL, password=one_time, guard=guard(later))


def test_a_refused_attempt_does_not_prolong_the_wait(database: Database, one_time: str) -> None:
    for _ in range(ACCOUNT_LIMIT):
        fails(database)
    for minutes in range(1, 15):
        with pytest.raises(TooManyAttempts):
            sign_in(database, email=EMAIL, password=one_time, guard=guard(NOW + timedelta(minutes=minutes)))
    assert sign_in(database, email=EMAIL, password=one_time, guard=guard(NOW + WINDOW + timedelta(minutes=1)))


def test_success_forgives_earlier_failures(database: Database, one_time: str) -> None:
    for _ in range(3):
        for _ in range(ACCOUNT_LIMIT - 1):
            fails(database)
        sign_in(database, email=EMAIL, password=one_time, guard=guard())


def test_an_unknown_account_is_throttled_like_a_known_one(database: Database) -> None:
    for _ in range(ACCOUNT_LIMIT):
        fails(database, "nobody@xa.gov.vn")
    with pytest.raises(TooManyAttempts):
        sign_in(database, email="nobody@xa.gov.vn", password="sai", guard=guard())


def test_an_address_is_throttled_over_all_accounts(database: Database, one_time: str) -> None:
    fails(database, "somebody@xa.gov.vn")
    with database.transaction() as connection:  # as many more failures of other accounts, without their hashing
        for _ in range(ADDRESS_LIMIT - 1):
            count_attempt(connection, guard().subject("address", "192.0.2.7"), now=NOW, since=NOW - WINDOW)
    with pytest.raises(TooManyAttempts):
        sign_in(database, email=EMAIL, password=one_time, guard=guard())
    assert sign_in(database, email=EMAIL, password=one_time, guard=guard(address="198.51.100.9"))


def test_parallel_guesses_are_counted_one_by_one(database: Database, one_time: str) -> None:
    def guess(_: int) -> str:
        try:
            sign_in(database, email=EMAIL, password="sai", guard=guard())
        except TooManyAttempts:
            return "throttled"
        except SignInRefused:
            return "judged"
        return "in"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(guess, range(16)))
    assert outcomes.count("judged") == ACCOUNT_LIMIT


def test_neither_account_nor_address_stands_in_the_attempts(database: Database, one_time: str) -> None:
    fails(database)
    with database.reading() as connection:
        subjects = connection.execute(select(attempt.c.subject)).scalars().all()
    assert len(subjects) == 2
    assert all(len(each) == 64 and int(each, 16) >= 0 for each in subjects)


def test_a_hash_of_older_parameters_is_replaced_at_sign_in(database: Database, one_time: str) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(one_time)
    with database.transaction() as connection:
        connection.execute(update(staff).values(password_hash=weak))
    account = sign_in(database, email=EMAIL, password=one_time, guard=guard())
    with database.reading() as connection:
        after = fetch_account(connection, EMAIL)
    assert after
    assert after.password_hash != weak
    assert not PasswordHasher().check_needs_rehash(after.password_hash)
    assert account_of(database, session_of(account)), "the session goes on"


def test_a_reset_ends_every_session_and_gives_a_new_one_time_password(database: Database, one_time: str) -> None:
    before = sign_in(database, email=EMAIL, password=one_time, guard=guard())
    with database.transaction() as connection:
        again = reset_staff(connection, "HEAD@xa.gov.vn")
    assert account_of(database, session_of(before)) is None
    assert sign_in(database, email=EMAIL, password=again, guard=guard()).staff.one_time


def test_a_made_up_session_belongs_to_nobody(database: Database, one_time: str) -> None:
    account = sign_in(database, email=EMAIL, password=one_time, guard=guard())
    for session in ("", "1", f"{account.staff.id}.", f"{account.staff.id}.wrong", "x.y", "999.token", "²."):
        assert account_of(database, session) is None


@pytest.mark.parametrize(
    ("account", "said"),
    [
        (("no address", "head", "99001"), "e-mail"),
        ((EMAIL, "head", "99001"), "đã có tài khoản"),
        (("a@b.vn", "king", "99001"), "vai trò"),
        (("a@b.vn", "head", None), "chưa ghi cơ quan"),
        (("a@b.vn", "analyst", "12345"), "không có cơ quan"),
    ],
)
def test_a_faulty_account_is_refused(
    database: Database, one_time: str, account: tuple[str, str, str | None], said: str
) -> None:
    email, role, office = account
    with pytest.raises(Refused, match=said), database.transaction() as connection:
        add_staff(connection, email=email, role=role, office=office)
    with database.reading() as connection:
        assert len(list_staff(connection)) == 1


def test_an_unknown_account_cannot_be_reset(database: Database) -> None:
    with pytest.raises(Refused, match="chưa có tài khoản"), database.transaction() as connection:
        reset_staff(connection, "nobody@xa.gov.vn")


def test_accounts_are_listed_with_their_office(database: Database, one_time: str) -> None:
    with database.transaction() as connection:
        add_staff(connection, email="admin@tinh.gov.vn", role="admin", office=None)
    with database.reading() as connection:
        found = [(each.email, office and office.code) for each, office in list_staff(connection)]
    assert found == [("admin@tinh.gov.vn", None), (EMAIL, "99001")]


def test_the_database_itself_holds_roles_offices_and_addresses_right(database: Database, one_time: str) -> None:
    for values in ({"email": EMAIL}, {"email": "A@b.vn"}, {"role": "king"}, {"office_id": None}):
        columns = {"email": "a@b.vn", "role": "head", "office_id": 1, **values}
        with pytest.raises(IntegrityError), database.transaction() as connection:
            add_account(connection, **columns, password_hash="x", session_token="t")  # type: ignore[arg-type]
