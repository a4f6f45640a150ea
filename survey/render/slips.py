"""Sheets of slips to cut up and hand out; slips.typ beside this file is their layout."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from survey.domain.offices import Desk, Office
from survey.domain.slips import grouped, slip_address
from survey.render.poster import CIVIC_TEAL, one_line
from survey.render.qr import qr_svgs
from survey.render.typesetting import compile_pdf

SHEET: Final = 24
QR_SIDE_MM: Final = 33.0
# A slip is held in the hand: half of what a poster's module must measure. With 33 mm an address of up to 46 signs still
# has modules of 0.8 mm.
SMALLEST_MODULE_MM: Final = 0.4


def slip_sheets(codes: Iterable[str], desk: Desk, office: Office, *, base_url: str, accent: str = CIVIC_TEAL) -> bytes:
    """A PDF of A4 sheets with 24 slips each, of 70 × 37.125 mm with lines to cut along, in the order given.

    A slip has the QR code of its address, the office, the desk and the code itself. 10 000 take some 16 s of one core
    and 2 GB.
    Raises QrTooDense where the address is too long for modules of 0.4 mm.
    """
    every = list(codes)
    addresses = (slip_address(base_url, code) for code in every)
    pictures = qr_svgs(addresses, side_mm=QR_SIDE_MM, smallest_mm=SMALLEST_MODULE_MM)
    slips = [
        {"code": grouped(code), "qr": picture.decode("ascii")} for code, picture in zip(every, pictures, strict=True)
    ]
    parts = urlsplit(base_url)
    data = {
        "accent": accent,
        "qr_mm": QR_SIDE_MM,
        "office": one_line(office.name),
        "desk": one_line(desk.name),
        "demonstration": office.demonstration,
        "address": slip_address(base_url, ""),
        "home": parts.netloc + parts.path,
        "slips": slips,
    }
    return compile_pdf("slips.typ", data)
