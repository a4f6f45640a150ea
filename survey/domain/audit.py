"""The trail of what people did to others' answers and figures: a chain in which each entry names the one before it.

Whoever changes, removes or slips in an entry breaks the chain there. Only entries cut off at the end leave no gap:
whoever wrote down the number and digest of the last one sees that too.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from survey.domain.message import Message, message

BEGINNING: Final = "0" * 64  # what stands before the first entry

FACTS, PUT_BACK, SET_ASIDE, LOOKED = "facts", "put-back", "set-aside", "looked"
DRAWN: Final = "drawn"
TRANSACTIONS = "transactions"
ACTION_NAMES: Final = {
    FACTS: message("sửa thông tin cơ quan"),
    PUT_BACK: message("đưa phiếu trở lại kết quả"),
    SET_ASIDE: message("để riêng một phiếu"),
    LOOKED: message("xem từng phiếu"),
    DRAWN: message("rút mẫu để mời"),
    TRANSACTIONS: message("sửa số lượt giao dịch"),
}


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did: who (an e-mail, or the console), what, at which office (its code), to what, and why."""

    who: str
    action: str
    office: str
    subject: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One deed in the trail. Numbers begin at 1 and have no gap."""

    number: int
    at: datetime
    deed: Deed
    before: str
    digest: str


def digest_of(number: int, at: datetime, deed: Deed, before: str) -> str:
    """SHA-256 over everything an entry says and the digest of the one before it, as 64 hexadecimal signs."""
    said = [number, at.isoformat(timespec="seconds"), deed.who, deed.action, deed.office, deed.subject, deed.note]
    return sha256(json.dumps([*said, before], ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def next_entry(last: Entry | None, deed: Deed, *, at: datetime) -> Entry:
    """The entry that follows; the first one where there is none yet."""
    number, before = (1, BEGINNING) if last is None else (last.number + 1, last.digest)
    moment = at.replace(microsecond=0)
    return Entry(number, moment, deed, before, digest_of(number, moment, deed, before))


@dataclass(frozen=True, slots=True)
class Verified:
    """How many entries follow each other soundly, the digest of the last of them, and the number of the first broken.

    ``broken`` is the number that should have stood there, None for a sound trail.
    """

    entries: int
    digest: str
    broken: int | None = None


def verified(entries: Iterable[Entry]) -> Verified:
    """Follow a trail from its beginning."""
    number, digest = 0, BEGINNING
    for each in entries:
        sound = each.number == number + 1 and each.before == digest
        if not sound or each.digest != digest_of(each.number, each.at, each.deed, each.before):
            return Verified(number, digest, broken=number + 1)
        number, digest = each.number, each.digest
    return Verified(number, digest)


def action_name(action: str) -> Message:
    """The action in words; its own word where it is not known."""
    return ACTION_NAMES.get(action, Message(action))
