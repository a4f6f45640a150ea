"""Who sends, as hashes that tell only whether two answers at a desk came from one address, or one device, that day.

(Q2, Q4, promise 3.)
"""

from datetime import date, datetime
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address, ip_network
from secrets import token_bytes

from survey.store import Database
from survey.store.senders import fetch_daily_key


class Senders:
    """Hashes addresses and devices with the day's key, which is read once a day."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._today: tuple[date, bytes] | None = None

    def sender(self, address: str, desk_code: str, *, now: datetime) -> str:
        """32 hexadecimal signs for who sends to a desk; "" where the address is not known.

        The same address gives another hash at another desk, so that nobody can be followed through an office.
        """
        return self._hash(f"{desk_code}|{_one_household(address)}", now) if address else ""

    def device(self, address: str, desk_code: str, user_agent: str, *, now: datetime) -> str:
        """The same for an address together with what the browser says of itself.

        It is no fingerprint: most phones of one model behind one Wi-Fi say the same.
        """
        return self._hash(f"{desk_code}|{_one_household(address)}|{user_agent}", now) if address else ""

    def _hash(self, subject: str, now: datetime) -> str:
        return blake2b(subject.encode(), key=self._key_of(now.date()), digest_size=16).hexdigest()

    def _key_of(self, day: date) -> bytes:
        if self._today is None or self._today[0] != day:
            with self._database.transaction() as connection:
                self._today = day, fetch_daily_key(connection, day, proposed=token_bytes(32))
        return self._today[1]


def _one_household(address: str) -> str:
    """An IPv6 telephone changes its address at will within its network of 64 bits; that network stands for it."""
    if ":" not in address:
        return address
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((parsed, 64), strict=False)) if isinstance(parsed, IPv6Address) else address
