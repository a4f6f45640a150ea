"""The QR code of a desk's address: error correction Q, four modules of quiet zone (interface.md)."""

from io import BytesIO
from itertools import groupby
from typing import Any

from survey.domain.message import Fault, Refused, message

QUIET_ZONE = 4
SMALLEST_MODULE_MM = 0.8
_LARGEST_CODE = 177


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
    rows = _modules(address)
    side = len(rows) + 2 * QUIET_ZONE
    if side_mm is not None and side * SMALLEST_MODULE_MM > side_mm:
        raise QrTooDense(side, int(side_mm / SMALLEST_MODULE_MM), address)
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
    # With Pillow some 60 ms and 15 MB that a citizen's process never needs.
    from qrcode.constants import ERROR_CORRECT_Q
    from qrcode.exceptions import DataOverflowError
    from qrcode.image.pil import PilImage
    from qrcode.main import QRCode

    code = QRCode(error_correction=ERROR_CORRECT_Q, border=QUIET_ZONE, box_size=module_px, image_factory=PilImage)
    code.add_data(address.encode("utf-8"))
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError) as overflow:
        largest = _LARGEST_CODE + 2 * QUIET_ZONE
        raise QrTooDense(largest + 4, largest, address) from overflow
    return code


def _modules(address: str) -> list[list[bool | None]]:
    modules: list[list[bool | None]] = _code(address).modules
    return modules


def _runs(row: list[bool | None], y: int) -> str:
    """Path commands for the dark runs of one row: far fewer shapes than a square for each module, and no
    hairlines between neighbours when a printer smooths edges."""
    commands, x = [], QUIET_ZONE
    for dark, run in groupby(row, key=bool):
        width = len(list(run))
        if dark:
            commands.append(f"M{x} {y}h{width}v1h-{width}z")
        x += width
    return "".join(commands)
