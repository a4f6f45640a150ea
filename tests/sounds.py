"""Short silent sounds, byte by byte: enough for a browser to play, made by nobody's voice."""

import struct
from pathlib import Path

# MPEG-1, layer III, 32 kbit/s, 44.1 kHz, mono; with no main data a frame decodes to 1152 silent samples.
_MPEG_FRAME = bytes.fromhex("fffb10c0") + bytes(100)
_OPUS_SILENCE = bytes.fromhex("f8fffe")  # 20 ms of CELT, full band, mono
_PER_PAGE = 50


def mp3(seconds: float) -> bytes:
    """An MP3 file without a tag."""
    return _MPEG_FRAME * max(1, round(seconds * 44_100 / 1152))


def ogg(seconds: float) -> bytes:
    """An Opus stream in Ogg (RFC 7845)."""
    head = b"OpusHead" + struct.pack("<BBHIHB", 1, 1, 0, 48_000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 4) + b"none" + struct.pack("<I", 0)
    pages = [_page([head], 0, granule=0, kind=2), _page([tags], 1, granule=0)]
    packets = max(1, round(seconds * 50))
    for first in range(0, packets, _PER_PAGE):
        number = min(_PER_PAGE, packets - first)
        last = first + number == packets
        pages.append(_page([_OPUS_SILENCE] * number, len(pages), granule=(first + number) * 960, kind=4 if last else 0))
    return b"".join(pages)


def _page(packets: list[bytes], number: int, *, granule: int, kind: int = 0) -> bytes:
    lacing = bytes(len(each) for each in packets)
    head = struct.pack("<4sBBqIII B", b"OggS", 0, kind, granule, 1, number, 0, len(packets))
    page = head + lacing + b"".join(packets)
    return page[:22] + struct.pack("<I", _crc(page)) + page[26:]


def _crc(data: bytes) -> int:
    value = 0
    for byte in data:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1) ^ 0x04C11DB7 if value & 0x80000000 else value << 1
    return value & 0xFFFFFFFF


def record(folder: Path, name: str, sound: bytes) -> Path:
    """A recording such as ``sipas-desk.v1/hmn/A1.mp3`` in a folder of them."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sound)
    return path
