"""Slip codes (mã phiếu hẹn): one-time proofs of a transaction that say nothing about whose it was (Q1).

Twelve signs of the desk codes' alphabet: eleven at random and one that checks them. That makes 1.7 · 10¹⁶ codes: with
a million unused slips about, somebody who tries a thousand codes a second for half a year finds one, and has one answer
more that counts as verified.
"""

import re
import secrets
from datetime import date, timedelta
from hashlib import blake2b
from typing import Final

from survey.domain.offices import DESK_CODE_SIGNS

CODE_LENGTH: Final = 12
_GROUP: Final = 4
# A prime above the number of signs: each sign counts with its place, so one wrong sign changes the sum by a product of
# two numbers below 31, and so do two that changed places, whichever they are: never by a multiple of 31. With a
# modulus of 30 no such sum would find every swap of neighbours.
_PRIME: Final = 31
_VALUES: Final = {sign: value for value, sign in enumerate(DESK_CODE_SIGNS)}
_PURPOSE: Final = b"slip codes"


def new_code() -> str:
    """A fresh code, from the system's source of randomness."""
    while True:
        drawn = "".join(secrets.choice(DESK_CODE_SIGNS) for _ in range(CODE_LENGTH - 1))
        # CODE_LENGTH · check ≡ −sum; one draw in 31 would need a thirty-first sign, and is drawn again.
        check = -_sum(drawn) * pow(CODE_LENGTH, -1, _PRIME) % _PRIME
        if check < len(DESK_CODE_SIGNS) and not _is_number(drawn + DESK_CODE_SIGNS[check]):
            return drawn + DESK_CODE_SIGNS[check]


def _is_number(code: str) -> bool:
    """Whether a spreadsheet would take the code for a number, such as 2345E6789234, and spoil it."""
    return code.replace("E", "", 1).isdigit()


def new_codes(number: int) -> list[str]:
    """So many fresh codes, all different."""
    codes: dict[str, None] = {}
    while len(codes) < number:
        codes[new_code()] = None
    return list(codes)


def normalise_slip_code(typed: str) -> str | None:
    """The code somebody typed or scanned, in capitals without blanks or hyphens.

    None where it cannot be one: another length, another sign, or a check sign that does not fit.
    """
    code = _without_gaps(typed)
    sound = len(code) == CODE_LENGTH and _VALUES.keys() >= set(code) and _sum(code) % _PRIME == 0
    return code if sound else None


def grouped(code: str) -> str:
    """The code as people read and type it: K7M2-QX4R-9TBP."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def slip_address(base_url: str, code: str) -> str:
    """The address in a slip's QR code."""
    return f"{base_url}/s/{code}"


def slip_key(secret: str) -> bytes:
    """The key under which codes are hashed, out of the installation's secret."""
    return blake2b(secret.encode(), digest_size=32, person=_PURPOSE).digest()


def hashed(code: str, key: bytes) -> str:
    """What the database knows a code by: 64 hexadecimal signs, from which without the key nobody tells the code."""
    return blake2b(code.encode(), key=key, digest_size=32).hexdigest()


def week_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def _sum(code: str) -> int:
    return sum(place * _VALUES[sign] for place, sign in enumerate(code, start=1))


def _without_gaps(typed: str) -> str:
    return re.sub(r"[\s\-.–—_]", "", typed).upper()
