"""Staff of an office: what an account may see, and what a password must be."""

import re
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

from survey.domain.message import Message, message
from survey.domain.offices import DESK_CODE_SIGNS, OfficeTree

Role = Literal["head", "analyst", "officer", "admin"]
ROLES: Final[tuple[Role, ...]] = ("head", "analyst", "officer", "admin")
SHORTEST_PASSWORD: Final = 10
LONGEST_PASSWORD: Final = 200
LONGEST_EMAIL: Final = 200
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")


@dataclass(frozen=True, slots=True)
class Staff:
    """One account. ``office_id`` is None only for an administrator of the whole installation.

    ``one_time`` while the password is the printed one, which must be changed before anything else.
    """

    id: int
    email: str
    role: Role
    office_id: int | None
    one_time: bool

    def sees(self, office_id: int, tree: OfficeTree) -> bool:
        """Whether an office is their own or below it (promise 8)."""
        if self.office_id is None:
            return True
        above: int | None = office_id
        while above is not None and above != self.office_id:
            above = tree.by_id[above].parent_id
        return above is not None


def tidy_email(typed: str) -> str:
    """The address as stored: without blanks around it, in small letters."""
    return unicodedata.normalize("NFC", typed).strip().lower()


def is_email(address: str) -> bool:
    """Whether a tidied address can be one."""
    return len(address) <= LONGEST_EMAIL and _EMAIL.fullmatch(address) is not None


def tidy_password(typed: str) -> str:
    """Composed letters: Vietnamese keyboards write the same word in two ways (NFC and NFD)."""
    return unicodedata.normalize("NFC", typed)


def password_problem(new: str, *, email: str, current: str) -> Message | None:
    """Why a new password cannot be taken, or None."""
    if len(new) < SHORTEST_PASSWORD:
        return message("Mật khẩu mới cần ít nhất %(least)s ký tự.", least=SHORTEST_PASSWORD)
    if len(new) > LONGEST_PASSWORD:
        return message("Mật khẩu mới dài quá %(most)s ký tự.", most=LONGEST_PASSWORD)
    if new.strip().lower() in (email, email.partition("@")[0]):
        return message("Mật khẩu mới không được là địa chỉ e-mail.")
    if new == current:
        return message("Mật khẩu mới phải khác mật khẩu đang dùng.")
    return None


def new_one_time_password() -> str:
    """Three groups of four signs that nobody confuses on paper, such as ``k7qf-9mwx-4trb`` (30¹² of them)."""
    signs = DESK_CODE_SIGNS.lower()
    return "-".join("".join(secrets.choice(signs) for _ in range(4)) for _ in range(3))


def new_session_token() -> str:
    """What the sessions of an account carry; a new one ends them all."""
    return secrets.token_urlsafe(32)
