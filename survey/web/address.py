"""Which address a request came from, when proxies stand in front (interface.md, SURVEY_TRUSTED_PROXIES)."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

from flask import request

from survey.web.context import installation

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Networks = Sequence[IPv4Network | IPv6Network]


def client_address(peer: str, forwarded_for: str, trusted: Networks) -> str:
    """The rightmost address that is not one of the trusted proxies.

    ``forwarded_for`` counts only as far as trusted proxies wrote it: everything left of the first untrusted address
    may be invented by the client. A peer without an address (a Unix socket) gives "".
    """
    chain = [part.strip() for part in forwarded_for.split(",") if part.strip()]
    address = peer
    while chain and _is_trusted(address, trusted):
        address = chain.pop()
    return _written_once(address)


def client_address_of_request() -> str:
    """The address of the person behind the current request."""
    forwarded_for = ",".join(request.headers.getlist("X-Forwarded-For"))
    return client_address(request.remote_addr or "", forwarded_for, installation().config.trusted_proxies)


class TrustedScheme:
    """WSGI middleware: ``X-Forwarded-Proto`` is believed from trusted proxies, and from nobody else."""

    def __init__(self, application: "WSGIApplication", trusted: Networks) -> None:
        self._application, self._trusted = application, trusted

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer the request under the scheme the citizen's browser used."""
        scheme = environ.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip().lower()
        if scheme in ("http", "https") and _is_trusted(environ.get("REMOTE_ADDR", ""), self._trusted):
            environ["wsgi.url_scheme"] = scheme
        return self._application(environ, start_response)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    return (parsed.ipv4_mapped or parsed) if isinstance(parsed, IPv6Address) else parsed


def _is_trusted(address: str, trusted: Networks) -> bool:
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in trusted)


def _written_once(address: str) -> str:
    """One spelling per address, so that ::ffff:10.0.0.1 and 10.0.0.1 are counted together."""
    parsed = _parsed(address)
    return address[:64] if parsed is None else str(parsed)
