"""The bare QR code, read back by a decoder that is not ours (ZXing)."""

import re
from io import BytesIO
from xml.etree import ElementTree

import pytest
import zxingcpp
from PIL import Image
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode
from qrcode.util import MODE_8BIT_BYTE, QRData

from survey.domain.slips import new_codes
from survey.render.qr import QrTooDense, qr_png, qr_svg, qr_svgs

ADDRESS = "https://hailong.minhhoa.gov.vn/d/7K3M9QXW"
SVG = "{http://www.w3.org/2000/svg}"


def read(png: bytes) -> zxingcpp.Barcode:
    (barcode,) = zxingcpp.read_barcodes(Image.open(BytesIO(png)))
    return barcode


@pytest.mark.parametrize(
    "address",
    [
        ADDRESS,
        "http://127.0.0.1:8000/d/3F8RT",
        "HTTPS://HAILONG.MINHHOA.GOV.VN/D/7K3M9QXW",
        "https://hailong.example/d/0012345678901234567890?k=poster",
        "https://hài-lòng.vn/d/7K3M9",
    ],
)
def test_address_is_encoded_exactly_as_given(address: str) -> None:
    assert read(qr_png(address)).text == address


def test_error_correction_is_q() -> None:
    assert read(qr_png(ADDRESS)).ec_level == "Q"


@pytest.mark.parametrize("module_px", [2, 5, 16])
def test_png_has_whole_modules_and_four_of_quiet_zone(module_px: int) -> None:
    picture = Image.open(BytesIO(qr_png(ADDRESS, module_px=module_px))).convert("L")
    left, top, right, bottom = picture.point(lambda grey: 255 - grey).getbbox() or (0, 0, 0, 0)
    assert (left, top) == (4 * module_px, 4 * module_px)
    assert (picture.width - right, picture.height - bottom) == (4 * module_px, 4 * module_px)
    assert (right - left) // module_px in {17 + 4 * version for version in range(1, 41)}


def test_png_states_one_millimetre_a_module() -> None:
    dots_per_inch = Image.open(BytesIO(qr_png(ADDRESS, module_px=10))).info["dpi"]
    assert dots_per_inch == pytest.approx((254, 254), abs=0.1)


def test_png_refuses_no_pixels() -> None:
    with pytest.raises(ValueError, match="box size"):
        qr_png(ADDRESS, module_px=0)


def test_svg_is_bare_and_safe() -> None:
    root = ElementTree.fromstring(qr_svg(ADDRESS))
    assert root.tag == f"{SVG}svg"
    assert {child.tag for child in root} == {f"{SVG}path"}
    assert set(root.attrib) == {"width", "height", "viewBox", "shape-rendering"}
    assert all(set(child.attrib) <= {"d", "fill"} and len(child) == 0 for child in root)


def test_svg_shows_the_modules_of_the_png() -> None:
    root = ElementTree.fromstring(qr_svg(ADDRESS))
    side = int(root.attrib["viewBox"].split()[2])
    drawn = Image.new("1", (side, side), 1)
    for run in root[1].attrib["d"].split("z")[:-1]:
        x, y, width = int(run[1:].split()[0]), int(run.split()[1].split("h")[0]), int(run.split("h")[1].split("v")[0])
        drawn.paste(0, (x, y, x + width, y + 1))
    assert drawn.tobytes() == Image.open(BytesIO(qr_png(ADDRESS, module_px=1))).convert("1").tobytes()


def test_svg_measures_what_was_asked_and_else_a_millimetre_a_module() -> None:
    assert ElementTree.fromstring(qr_svg(ADDRESS, side_mm=60)).attrib["width"] == "60mm"
    bare = ElementTree.fromstring(qr_svg(ADDRESS)).attrib
    assert bare["viewBox"] == "0 0 {0} {0}".format(bare["width"].removesuffix("mm"))


def test_modules_under_eight_tenths_of_a_millimetre_are_refused() -> None:
    side = int(ElementTree.fromstring(qr_svg(ADDRESS)).attrib["viewBox"].split()[2])
    qr_svg(ADDRESS, side_mm=side * 0.8)
    with pytest.raises(QrTooDense) as refusal:
        qr_svg(ADDRESS, side_mm=side * 0.8 - 0.1)
    assert (refusal.value.modules, refusal.value.max_modules) == (side, side - 1)
    assert refusal.value.address == ADDRESS
    assert "tên miền ngắn hơn" in str(refusal.value.faults[0].remedy)


def test_address_longer_than_any_code_is_refused() -> None:
    with pytest.raises(QrTooDense) as refusal:
        qr_svg("https://hailong.example/d/" + "a" * 2000)
    assert refusal.value.modules > refusal.value.max_modules


# ---- many at once


def dark_modules(svg: bytes) -> set[tuple[int, int]]:
    """The dark modules of a picture, by column and row."""
    found = set()
    path = ElementTree.fromstring(svg).findall(f"{SVG}path")[1].get("d") or ""
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        found |= {(int(x) + step, int(y)) for step in range(int(width))}
    return found


def by_the_library(address: str, mask: int) -> set[tuple[int, int]]:
    code = QRCode(error_correction=ERROR_CORRECT_Q, border=4, mask_pattern=mask)
    code.add_data(QRData(address.encode(), mode=MODE_8BIT_BYTE))
    code.make(fit=True)
    return {(x + 4, y + 4) for y, row in enumerate(code.modules) for x, dark in enumerate(row) if dark}


@pytest.mark.parametrize(
    "base",
    ["https://hailong.minhhoa.gov.vn/s/", "http://127.0.0.1:8000/s/", "HTTPS://HAILONG.VN/S/", f"https://{'a' * 90}/"],
)
def test_many_are_what_the_library_makes_of_each_with_one_mask(base: str) -> None:
    addresses = [base + code for code in [*new_codes(60), "K7M2", "H4RT"]]
    made = [dark_modules(svg) for svg in qr_svgs(addresses, side_mm=60, smallest_mm=0.4)]
    for start, end in ((0, 60), (60, 62)):
        masks = [
            mask
            for mask in range(8)
            if all(
                by_the_library(address, mask) == dark
                for address, dark in zip(addresses[start:end], made[start:end], strict=True)
            )
        ]
        assert len(masks) == 1, "one for all of a length"


def test_of_many_each_is_checked_for_its_size() -> None:
    assert list(qr_svgs([], side_mm=33, smallest_mm=0.8)) == []
    short, long = "https://a.vn/s/K7M2QX4R9TBV", f"https://{'a' * 60}.vn/s/K7M2QX4R9TBV"
    with pytest.raises(QrTooDense) as refused:
        list(qr_svgs([short, long], side_mm=33, smallest_mm=0.8))
    assert refused.value.address == long
