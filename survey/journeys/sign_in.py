"""Staff sign in: the password is proven, guessing is throttled, and the first thing they do is choose their own."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from survey.domain.message import Fault, Message, Refused, message
from survey.domain.offices import Office
from survey.domain.staff import (
    ROLES,
    Role,
    Staff,
    is_email,
    new_one_time_password,
    new_session_token,
    password_problem,
    tidy_email,
    tidy_password,
)
from survey.store import Connection, Database
from survey.store.offices import fetch_tree
from survey.store.staff import (
    Account,
    add_account,
    count_attempt,
    erase_attempts,
    fetch_account,
    fetch_account_by_id,
    fetch_every_staff,
    forgive_attempts,
    set_password,
    strengthen_hash,
    take_back_attempt,
)

WINDOW: Final = timedelta(minutes=15)
ACCOUNT_LIMIT: Final = 5
# A whole office may sit behind one address (Q4), and everybody there mistypes now and then.
ADDRESS_LIMIT: Final = 50
_HASHER: Final = PasswordHasher()  # the library's defaults follow RFC 9106 (64 MiB); rehashed when they grow


class SignInRefused(Exception):
    """E-mail and password do not belong together; deliberately silent about which of them is wrong."""

    def __init__(self) -> None:
        self.message = message("E-mail hoặc mật khẩu không đúng. Xin kiểm tra lại, kể cả phím Caps Lock và bộ gõ.")
        super().__init__(str(self.message))


class TooManyAttempts(Exception):
    """This account or this address has failed too often; carries how long to wait."""

    def __init__(self) -> None:
        self.wait = WINDOW
        self.message = message(
            "Đã nhập sai quá nhiều lần. Xin chờ %(minutes)s phút rồi thử lại, hoặc nhờ quản trị cấp lại mật khẩu.",
            minutes=int(WINDOW.total_seconds() // 60),
        )
        super().__init__(str(self.message))


class PasswordRefused(Exception):
    """The new password cannot be taken; carries the sentence that says why."""

    def __init__(self, problem: Message) -> None:
        super().__init__(str(problem))
        self.message = problem


@dataclass(frozen=True, slots=True)
class Guard:
    """What attempts are counted by: subjects are stored as hashes under the installation's secret (promise 3)."""

    secret: str
    address: str
    now: datetime

    def subject(self, kind: str, name: str) -> str:
        """The stored name of an account or address."""
        return hmac.digest(self.secret.encode(), f"attempt:{kind}:{name}".encode(), "sha256").hex()


# --- signing in -------------------------------------------------------------------------------------------


def sign_in(database: Database, *, email: str, password: str, guard: Guard) -> Account:
    """The account that the e-mail and password prove. Raises SignInRefused or TooManyAttempts.

    Opens its own transactions: a failure must be counted although nothing else is stored, and the hash, which
    takes a twentieth of a second, must not be computed while SQLite's write lock is held.
    """
    known = tidy_email(email)
    _count(database, known, guard)
    with database.reading() as connection:
        account = fetch_account(connection, known)
    if not _proves(account, password) or account is None:
        raise SignInRefused
    _forgive(database, account, password, guard)
    return account


def _count(database: Database, email: str, guard: Guard) -> None:
    """Count the attempt before it is judged, so that parallel guesses cannot slip through together."""
    since = guard.now - WINDOW
    limits = {guard.subject("account", email): ACCOUNT_LIMIT, guard.subject("address", guard.address): ADDRESS_LIMIT}
    with database.transaction() as connection:
        for subject, limit in limits.items():
            if count_attempt(connection, subject, now=guard.now, since=since) > limit:
                # Rolls the count back: a refused attempt must not keep the owner out for longer.
                raise TooManyAttempts


def _proves(account: Account | None, password: str) -> bool:
    if account is None:
        # As much work as for an existing account, so that the time does not tell which accounts exist.
        _HASHER.hash(tidy_password(password))
        return False
    try:
        return _HASHER.verify(account.password_hash, tidy_password(password))
    except (VerificationError, InvalidHashError):
        return False


def _forgive(database: Database, account: Account, password: str, guard: Guard) -> None:
    stale = _HASHER.check_needs_rehash(account.password_hash)
    stronger = _HASHER.hash(tidy_password(password)) if stale else None
    with database.transaction() as connection:
        forgive_attempts(connection, guard.subject("account", account.staff.email))
        take_back_attempt(connection, guard.subject("address", guard.address), now=guard.now)
        erase_attempts(connection, before=guard.now - WINDOW)
        if stronger:
            strengthen_hash(connection, account.staff.id, known=account.password_hash, stronger=stronger)


def change_password(database: Database, staff: Staff, *, current: str, new: str, guard: Guard) -> Account:
    """The account under its new password; every other session of it ends.

    Raises PasswordRefused, and SignInRefused or TooManyAttempts where ``current`` is not the password.
    """
    sign_in(database, email=staff.email, password=current, guard=guard)
    problem = password_problem(tidy_password(new), email=staff.email, current=tidy_password(current))
    if problem is not None:
        raise PasswordRefused(problem)
    password_hash, token = _HASHER.hash(tidy_password(new)), new_session_token()
    changed = Staff(staff.id, staff.email, staff.role, staff.office_id, one_time=False)
    with database.transaction() as connection:
        set_password(connection, staff.id, password_hash=password_hash, session_token=token, one_time=False)
    return Account(changed, password_hash, token)


# --- sessions ---------------------------------------------------------------------------------------------


def session_of(account: Account) -> str:
    """What a session keeps of an account."""
    return f"{account.staff.id}.{account.session_token}"


def account_of(database: Database, session: str) -> Account | None:
    """The account a session belongs to; None when its password was changed since, or the account is gone."""
    number, _, token = session.partition(".")
    if not number.isdecimal():
        return None
    with database.reading() as connection:
        account = fetch_account_by_id(connection, int(number))
    if account is None or not hmac.compare_digest(account.session_token.encode(), token.encode()):
        return None
    return account


# --- accounts ---------------------------------------------------------------------------------------------


def add_staff(connection: Connection, *, email: str, role: str, office: str | None) -> str:
    """A new account of a role in the office of that code; its one-time password. Refused with every fault."""
    address, found = tidy_email(email), _office(connection, office)
    faults = [*_email_faults(connection, address), *_role_faults(role, office), *_office_faults(office, found)]
    if faults:
        raise Refused(tuple(Fault(message("tài khoản %(email)s", email=email), *each) for each in faults))
    password = new_one_time_password()
    add_account(
        connection,
        email=address,
        role=_role(role),
        office_id=found.id if found else None,
        password_hash=_HASHER.hash(password),
        session_token=new_session_token(),
    )
    return password


def reset_staff(connection: Connection, email: str) -> str:
    """A new one-time password for an account; its sessions end. Refused where no account has this e-mail."""
    account = fetch_account(connection, tidy_email(email))
    if account is None:
        fault = (message("chưa có tài khoản này"), message("Xin xem các tài khoản bằng lệnh: flask staff list"))
        raise Refused((Fault(message("tài khoản %(email)s", email=email), *fault),))
    password = new_one_time_password()
    set_password(
        connection,
        account.staff.id,
        password_hash=_HASHER.hash(password),
        session_token=new_session_token(),
        one_time=True,
    )
    return password


def list_staff(connection: Connection) -> tuple[tuple[Staff, Office | None], ...]:
    """Every account with its office, by e-mail; None for an administrator of the whole installation."""
    offices = fetch_tree(connection).by_id
    found = fetch_every_staff(connection)
    return tuple((each, None if each.office_id is None else offices[each.office_id]) for each in found)


_Problem = tuple[Message, Message]


def _office(connection: Connection, code: str | None) -> Office | None:
    return fetch_tree(connection).by_code.get(code) if code else None


def _role(role: str) -> Role:
    return next(each for each in ROLES if each == role)


def _email_faults(connection: Connection, address: str) -> list[_Problem]:
    if not is_email(address):
        return [(message("không phải địa chỉ e-mail"), message("Xin ghi theo dạng ten@coquan.gov.vn."))]
    if fetch_account(connection, address) is not None:
        return [(message("đã có tài khoản này"), message("Xin cấp lại mật khẩu bằng lệnh: flask staff reset"))]
    return []


def _role_faults(role: str, office: str | None) -> list[_Problem]:
    if role not in ROLES:
        return [
            (
                message("không có vai trò “%(role)s”", role=role),
                message("Xin chọn một trong: %(known)s.", known=", ".join(ROLES)),
            )
        ]
    if role != "admin" and not office:
        return [(message("chưa ghi cơ quan"), message("Xin thêm mã cơ quan: --office MÃ"))]
    return []


def _office_faults(code: str | None, found: Office | None) -> list[_Problem]:
    if code and found is None:
        return [
            (
                message("không có cơ quan mang mã “%(code)s”", code=code),
                message("Xin xem các mã bằng lệnh: flask offices export"),
            )
        ]
    return []
