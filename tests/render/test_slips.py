"""Sheets of slips as a printer and a citizen's phone meet them."""

from io import BytesIO
from random import Random

import numpy
import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from survey.domain.offices import Desk, Office
from survey.domain.slips import grouped, new_codes
from survey.render.qr import QrTooDense
from survey.render.slips import slip_sheets

BASE = "https://hailong.minhhoa.gov.vn"
LONG_BASE = "https://hailong.ubnd.phuong-nguyen-thi-minh-khai.minhhoa.gov.vn/khao-sat"
OFFICE = Office(1, "00101", "UBND xã Hòa Bình", "commune")
DESK = Desk(1, "K7M2QX", 1, "Quầy 2 – Hộ tịch, chứng thực", "sipas-desk")
LONG_OFFICE = Office(
    2,
    "00102",
    "Trung tâm Phục vụ hành chính công phường Nguyễn Thị Minh Khai và các xã Đường Thượng, Lũng Cú vùng cao",
    "commune",
    demonstration=True,
)
LONG_DESK = Desk(
    2,
    "H4RT5N",
    2,
    "Quầy số 12 – Tiếp nhận hồ sơ đất đai, xây dựng, đăng ký kinh doanh, bảo trợ xã hội, hộ tịch và chứng thực",
    "sipas-desk",
)
MANY = 240
MM = 150 / 25.4


@pytest.fixture(scope="module")
def codes() -> list[str]:
    return new_codes(MANY)


@pytest.fixture(scope="module")
def sheets(codes: list[str]) -> bytes:
    return slip_sheets(codes, DESK, OFFICE, base_url=BASE)


def pictures(pdf: bytes) -> list[Image.Image]:
    return [page.render(scale=150 / 72).to_pil().convert("L") for page in pypdfium2.PdfDocument(pdf)]


def cut(page: Image.Image, place: int) -> Image.Image:
    """One slip of a sheet, as scissors leave it."""
    left, top = place % 3 * 70, place // 3 * 37.125
    return page.crop((round(left * MM), round(top * MM), round((left + 70) * MM), round((top + 37.125) * MM)))


def read(picture: Image.Image) -> list[str]:
    return [barcode.text for barcode in zxingcpp.read_barcodes(picture)]


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages)


def test_ten_slips_cut_from_the_rendered_pages_are_read_and_say_exactly_their_address(
    sheets: bytes, codes: list[str]
) -> None:
    rendered = pictures(sheets)
    assert len(rendered) == MANY / 24
    for number in Random(5).sample(range(MANY), 10):
        (said,) = read(cut(rendered[number // 24], number % 24))
        assert said == f"{BASE}/s/{codes[number]}"


def test_a_whole_sheet_is_read_in_the_order_given(sheets: bytes, codes: list[str]) -> None:
    page = pictures(sheets)[3]
    assert [read(cut(page, place)) for place in range(24)] == [[f"{BASE}/s/{code}"] for code in codes[72:96]]


@pytest.mark.parametrize("base", [BASE, LONG_BASE])
@pytest.mark.parametrize("angle", [4, -7])
def test_a_slip_held_askew_with_a_thumb_on_it_is_read(base: str, angle: int) -> None:
    (code,) = new_codes(1)
    slip = cut(pictures(slip_sheets([code], LONG_DESK, LONG_OFFICE, base_url=base))[0], 0)
    thumb = numpy.asarray(slip).copy()
    thumb[round(27 * MM) :, round(24 * MM) : round(34 * MM)] = 150
    turned = Image.fromarray(thumb).rotate(angle, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    assert read(turned) == [f"{base}/s/{code}"]


def test_a_slip_says_where_what_to_do_and_its_code_in_groups(codes: list[str]) -> None:
    said = words(slip_sheets(codes[:1], DESK, OFFICE, base_url=BASE))
    for part in ("UBND xã Hòa Bình", "Quầy 2 – Hộ tịch, chứng thực", "mời Ông/Bà quét mã này để đánh giá"):
        assert part in said
    assert "Nhập mã này tại hailong.minhhoa.gov.vn" in said
    assert grouped(codes[0]).replace("-", "") in said.replace(" ", "")
    assert "minh họa" not in said
    assert "Dữ liệu minh họa" in words(slip_sheets(codes[:1], LONG_DESK, LONG_OFFICE, base_url=BASE))


def ink(page: Image.Image, *, left: float, top: float, right: float, bottom: float) -> bool:
    area = numpy.asarray(page)[round(top * MM) : round(bottom * MM), round(left * MM) : round(right * MM)]
    return bool((area < 140).any())


@pytest.mark.parametrize("desk", [DESK, LONG_DESK])
def test_nothing_reaches_a_cut_or_the_border_that_printers_leave_white(desk: Desk) -> None:
    """The widest code, the longest names and address; 4.9 mm at the sheet's edge, 1.5 mm at a cut."""
    office = OFFICE if desk is DESK else LONG_OFFICE
    base = BASE if desk is DESK else LONG_BASE
    (page,) = pictures(slip_sheets(["MWMWMWMWMWMW", *new_codes(23)], desk, office, base_url=base))
    grey = page.point(lambda shade: 255 if shade > 140 else shade)  # without the lines to cut along
    for column in range(1, 3):
        assert not ink(grey, left=column * 70 - 1.5, top=0, right=column * 70 + 1.5, bottom=297)
    for row in range(1, 8):
        assert not ink(grey, left=0, top=row * 37.125 - 1.5, right=210, bottom=row * 37.125 + 1.5)
    assert not ink(grey, left=0, top=0, right=3.9, bottom=297)
    assert not ink(grey, left=207, top=0, right=210, bottom=297)
    assert not ink(grey, left=0, top=0, right=210, bottom=3.9)
    assert not ink(grey, left=0, top=293, right=210, bottom=297)


def test_modules_are_08_mm_where_the_address_is_an_ordinary_one(sheets: bytes) -> None:
    slip = cut(pictures(sheets)[0], 0)
    corners = zxingcpp.read_barcodes(slip)[0].position
    width = (corners.top_right.x - corners.top_left.x) / MM
    assert width / 33 >= 0.795, "33 modules a side without the quiet zone"


def test_an_address_too_long_to_be_read_from_paper_is_refused() -> None:
    with pytest.raises(QrTooDense, match="quá dài"):
        slip_sheets(new_codes(1), DESK, OFFICE, base_url=f"https://{'a' * 300}.vn")


def test_the_same_codes_give_the_same_bytes(codes: list[str]) -> None:
    assert len({slip_sheets(codes[:5], DESK, OFFICE, base_url=BASE) for _ in range(2)}) == 1
