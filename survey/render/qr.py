"""The QR code of a desk's address: error correction Q, four modules of quiet zone (interface.md)."""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any, cast

from survey.domain.message import Fault, Refused, message

QUIET_ZONE = 4
SMALLEST_MODULE_MM = 0.8
_LARGEST_CODE = 177
_RUN = re.compile("1+")
_Modules = list[str]  # a row in a string: 1 is dark


class QrTooDense(Refused):
    """The address is too long: the code would need ``modules`` a side (quiet zone included) where
    ``max_modules`` fit."""

    def __init__(self, modules: int, max_modules: int, address: str) -> None:
        fault = Fault(
            message("địa chỉ %(address)s", address=address),
            message(
                "quá dài: mã QR cần %(modules)s ô mỗi cạnh, mà khổ in này chỉ đủ chỗ cho %(max_modules)s ô",
                modules=modules,
                max_modules=max_modules,
            ),
            message("Xin dùng tên miền ngắn hơn (SURVEY_BASE_URL) hoặc chọn khổ giấy lớn hơn."),
        )
        super().__init__((fault,))
        self.modules = modules
        self.max_modules = max_modules
        self.address = address


def qr_svg(address: str, *, side_mm: float | None = None) -> bytes:
    """An SVG picture of the code: a white square and one black path, one unit a module, quiet zone included.

    It measures ``side_mm`` a side, or one millimetre a module without it. Raises QrTooDense where a module would
    be smaller than 0.8 mm, and for an address longer than any QR code holds (about 1 600 characters).
    """
    rows = _modules(_code(address))
    if side_mm is not None:
        _check_density(rows, address, side_mm=side_mm, smallest_mm=SMALLEST_MODULE_MM)
    return _svg(rows, side_mm)


def qr_svgs(addresses: Iterable[str], *, side_mm: float, smallest_mm: float) -> Iterator[bytes]:
    """The pictures of many addresses that differ in a few signs only, as ``qr_svg`` makes them, ten times as fast.

    All of one length have the mask that suits the first of them; a reader takes any. Raises QrTooDense where a module
    would be smaller than ``smallest_mm``.
    """
    families: dict[int, _Family] = {}
    for address in addresses:
        content = address.encode()
        family = families.get(len(content))
        if family is None:
            family = families[len(content)] = _Family(address)
            _check_density(family.modules(content), address, side_mm=side_mm, smallest_mm=smallest_mm)
        yield _svg(family.modules(content), side_mm)


class _Family:
    """The codes of addresses of one length, each made out of the first by exclusive or.

    But for its mask a code is linear over GF(2), the Reed-Solomon signs included: what one changed sign changes is the
    same whatever the others are. So each pair of a place and a sign is made once by the library, a slip never.
    """

    def __init__(self, first: str) -> None:
        self._first = first.encode()
        code = _made(self._first, plain=True)
        self._mask: int = code.best_mask_pattern()
        self._side = len(code.modules)
        self._bits = self._bits_of(self._first)
        self._changes: dict[tuple[int, int], int] = {}

    def modules(self, content: bytes) -> _Modules:
        """The code of an address of that length."""
        bits = self._bits
        for place, (sign, first) in enumerate(zip(content, self._first, strict=True)):
            if sign != first:
                bits ^= self._change(place, sign)
        side = self._side
        signs = f"{bits:0{side * side}b}"
        return [signs[start : start + side] for start in range(0, side * side, side)]

    def _change(self, place: int, sign: int) -> int:
        change = self._changes.get((place, sign))
        if change is None:
            content = bytearray(self._first)
            content[place] = sign
            change = self._changes[place, sign] = self._bits_of(bytes(content)) ^ self._bits
        return change

    def _bits_of(self, content: bytes) -> int:
        return int("".join(_modules(_made(content, mask=self._mask, plain=True))), 2)


def _check_density(rows: _Modules, address: str, *, side_mm: float, smallest_mm: float) -> None:
    side = len(rows) + 2 * QUIET_ZONE
    if side * smallest_mm > side_mm:
        raise QrTooDense(side, int(side_mm / smallest_mm), address)


def _svg(rows: _Modules, side_mm: float | None) -> bytes:
    side = len(rows) + 2 * QUIET_ZONE
    path = "".join(_runs(row, y) for y, row in enumerate(rows, start=QUIET_ZONE))
    size = side if side_mm is None else side_mm
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}mm" height="{size}mm" viewBox="0 0 {side} {side}" '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>\n'
    ).encode("ascii")


def qr_png(address: str, *, module_px: int = 16) -> bytes:
    """A black and white PNG of the code, ``module_px`` pixels a module, quiet zone included; its stated resolution
    makes a module one millimetre on paper. Raises QrTooDense as qr_svg does, ValueError for ``module_px`` < 1."""
    picture = _code(address, module_px=module_px).make_image()
    png = BytesIO()
    dots_per_inch = module_px * 25.4
    picture.save(png, format="PNG", dpi=(dots_per_inch, dots_per_inch))
    return png.getvalue()


def _code(address: str, *, module_px: int = 1) -> Any:
    return _made(address.encode(), module_px=module_px)


def _made(content: bytes, *, module_px: int = 1, mask: int | None = None, plain: bool = False) -> Any:
    """The library's code; with ``plain``, digits and capitals are not put in fewer bits where there are many."""
    # With Pillow some 60 ms and 15 MB that a citizen's process never needs.
    from qrcode.constants import ERROR_CORRECT_Q
    from qrcode.exceptions import DataOverflowError
    from qrcode.image.pil import PilImage
    from qrcode.main import QRCode
    from qrcode.util import MODE_8BIT_BYTE, QRData

    code = QRCode(
        error_correction=ERROR_CORRECT_Q,
        border=QUIET_ZONE,
        box_size=module_px,
        image_factory=PilImage,
        mask_pattern=mask,
    )
    code.add_data(QRData(content, mode=cast(Any, MODE_8BIT_BYTE)) if plain else content)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError) as overflow:
        largest = _LARGEST_CODE + 2 * QUIET_ZONE
        raise QrTooDense(largest + 4, largest, content.decode()) from overflow
    return code


def _modules(code: Any) -> _Modules:
    return ["".join("1" if dark else "0" for dark in row) for row in code.modules]


def _runs(row: str, y: int) -> str:
    """Path commands for the dark runs of one row: far fewer shapes than a square for each module, and no
    hairlines between neighbours when a printer smooths edges."""
    runs = ((run.start() + QUIET_ZONE, run.end() - run.start()) for run in _RUN.finditer(row))
    return "".join(f"M{x} {y}h{width}v1h-{width}z" for x, width in runs)
