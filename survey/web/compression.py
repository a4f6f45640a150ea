"""What the citizen's phone receives is compressed; the workspace's pages are not.

A page that holds a secret beside what its address says must not be compressed (its length would tell the secret bit by
bit): the workspace's forms carry one, the citizen's pages none.
"""

import zlib
from functools import lru_cache
from struct import pack
from typing import Final

import brotli
from flask import Flask, Response, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

_WORTH_IT: Final = 500  # bytes; below, the headers weigh more than what is saved
_TEXT: Final = frozenset({"text/html", "text/css", "text/javascript", "image/svg+xml", "application/manifest+json"})


def register(app: Flask) -> None:
    """Compress what the citizen's pages and their assets answer."""
    app.after_request(_compressed)


def accepts_gzip() -> bool:
    """Whether the browser takes gzip."""
    return _accepts_gzip(request.headers.get("Accept-Encoding", ""))


@lru_cache(maxsize=64)  # there are only so many kinds of browsers
def _accepts_gzip(accepted: str) -> bool:
    return parse_accept_header(accepted, Accept)["gzip"] > 0


def _compressed(response: Response) -> Response:
    if "Content-Encoding" in response.headers or not _may_be_compressed(response):
        return response
    response.vary.add("Accept-Encoding")
    coding = request.accept_encodings.best_match(["br", "gzip"])
    if coding is None:
        return response
    response.direct_passthrough = False
    data = response.get_data()
    if len(data) >= _WORTH_IT:
        pack_bytes = _kept if request.endpoint == "static" else _packed
        response.set_data(pack_bytes(data, coding))
        response.headers["Content-Encoding"] = coding
        _mark_etag(response, coding)
    return response


def _may_be_compressed(response: Response) -> bool:
    asked_by_citizen = request.blueprint in ("citizen", "notices", "offline") or request.endpoint in ("static", None)
    return (
        asked_by_citizen
        and response.mimetype in _TEXT
        and not (300 <= response.status_code < 400 or response.status_code in (204, 206))
    )


def _mark_etag(response: Response, coding: str) -> None:
    """Another coding is another representation: a cache must not take one for the other."""
    etag, weak = response.get_etag()
    if etag is not None:
        response.set_etag(f"{etag}-{coding}", weak=bool(weak))


def _packed(data: bytes, coding: str) -> bytes:
    if coding == "br":
        packed: bytes = brotli.compress(data, quality=5)
        return packed
    return zlib.compress(data, level=6, wbits=31)


@lru_cache(maxsize=64)
def _kept(data: bytes, coding: str) -> bytes:
    """An asset, packed as small as it gets: once per process."""
    if coding == "br":
        packed: bytes = brotli.compress(data, quality=11)
        return packed
    return zlib.compress(data, level=9, wbits=31)


# ---- gzip out of parts that were compressed before


def deflated(data: bytes) -> bytes:
    """Blocks of a deflate stream that refer to nothing outside and do not end it."""
    packing = zlib.compressobj(level=9, wbits=-15)
    return packing.compress(data) + packing.flush(zlib.Z_FULL_FLUSH)


def gzip_of(blocks: list[bytes], data: bytes) -> bytes:
    """The gzip file of ``data`` (RFC 1952), whose deflate blocks are known already."""
    head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
    end = b"\x03\x00" + pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)
    return head + b"".join(blocks) + end


def stored(data: bytes) -> bytes:
    """A deflate block that holds up to 65 535 bytes as they are."""
    return pack("<BHH", 0, len(data), len(data) ^ 0xFFFF) + data
