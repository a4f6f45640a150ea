"""Posters and labels as a citizen's phone and a reader of the PDF meet them."""

import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import numpy
import pypdfium2
import pytest
import zxingcpp
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from pypdf import PdfReader

from survey.domain.message import Refused
from survey.render.poster import Paper, Poster, poster_pdf
from survey.render.qr import QrTooDense

AUTHORITY = "Ủy ban nhân dân tỉnh Minh Họa"
ONE = Poster(
    AUTHORITY,
    "UBND xã Hòa Bình",
    "Quầy 2 – Hộ tịch, chứng thực",
    "https://hailong.minhhoa.gov.vn/d/7K3M9QXW",
    "7K3M9QXW",
)
LONG_OFFICE = "Trung tâm Phục vụ hành chính công phường Nguyễn Thị Minh Khai và các xã Đường Thượng, Lũng Cú vùng cao"
LONG_DESK = "Quầy số 12 – Tiếp nhận hồ sơ đất đai, xây dựng, đăng ký kinh doanh, bảo trợ xã hội, hộ tịch và chứng thực"
CODES = ["3F8RT", "4G9SV2", "5H2TW3X", "6J3VX4YZ", "7K4WY5Z2", "8M5XZ6A3", "9N6YA7B4", "2P7ZB8C5", "3Q8AC9D6"]
PAPERS: list[Paper] = ["a4", "a5", "label"]


def poster(code: str, *, office: str = "UBND xã Hòa Bình", desk: str = "Quầy 1", demonstration: bool = False) -> Poster:
    return Poster(AUTHORITY, office, desk, f"https://hailong.minhhoa.gov.vn/d/{code}", code, demonstration)


def pages(pdf: bytes, dots_per_inch: int) -> list[Image.Image]:
    opened = pypdfium2.PdfDocument(pdf)
    return [page.render(scale=dots_per_inch / 72).to_pil().convert("L") for page in opened]


def texts(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def dense(text: str) -> str:
    """Without any space: an address may be set in two lines."""
    return "".join(text.split())


def read(picture: Image.Image) -> list[str]:
    return [barcode.text for barcode in zxingcpp.read_barcodes(picture)]


def place(barcode: zxingcpp.Barcode) -> tuple[int, int, int, int]:
    corners = barcode.position
    points = [corners.top_left, corners.top_right, corners.bottom_left, corners.bottom_right]
    across, down = [point.x for point in points], [point.y for point in points]
    return min(across), min(down), max(across), max(down)


def smudged(picture: Image.Image, corner: tuple[int, int], *, reach: float, grey: int) -> Image.Image:
    """A blotch over one corner of the code, ``reach`` of its side wide; a light one is a finger's grease, a black one
    is marker."""
    left, top, right, bottom = place(zxingcpp.read_barcodes(picture)[0])
    radius = reach * (right - left)
    x, y = (left, right)[corner[0]], (top, bottom)[corner[1]]
    blotch = Image.new("L", picture.size, 255)
    ImageDraw.Draw(blotch).ellipse((x - radius, y - radius, x + radius, y + radius), fill=grey)
    return Image.fromarray((numpy.asarray(picture) * (numpy.asarray(blotch) / 255)).astype("uint8"))


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("dots_per_inch", [150, 300])
@pytest.mark.parametrize("angle", [0, 3, -5, 7])
def test_code_is_read_back_from_the_page_also_rotated(paper: Paper, dots_per_inch: int, angle: int) -> None:
    (page,) = pages(poster_pdf([ONE], paper), dots_per_inch)
    assert read(page.rotate(angle, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)) == [ONE.address]


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("dots_per_inch", [150, 300])
@pytest.mark.parametrize(
    ("corner", "reach", "grey"),
    [
        pytest.param((1, 1), 0.25, 0, id="marker at the corner without a finder"),
        pytest.param((0, 0), 0.30, 170, id="grease top left"),
        pytest.param((1, 0), 0.30, 170, id="grease top right"),
        pytest.param((0, 1), 0.30, 170, id="grease bottom left"),
    ],
)
def test_code_is_read_back_rotated_with_a_corner_smudged(
    paper: Paper, dots_per_inch: int, corner: tuple[int, int], reach: float, grey: int
) -> None:
    (page,) = pages(poster_pdf([ONE], paper), dots_per_inch)
    dirty = smudged(page, corner, reach=reach, grey=grey)
    assert read(dirty.rotate(4, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)) == [ONE.address]


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize(
    "address", [ONE.address, "https://hailong.ubnd.phuong-nguyen-thi-minh-khai.minhhoa.gov.vn/d/7K3M9QXW"]
)
def test_modules_are_wide_enough_and_the_quiet_zone_is_white(paper: Paper, address: str) -> None:
    """Measured on the rendered page with a ruler of pixels, not taken from our own numbers."""
    dots_per_inch = 600
    (page,) = pages(poster_pdf([Poster(AUTHORITY, "UBND", "Quầy 1", address, "7K3M9QXW")], paper), dots_per_inch)
    left, top, right, bottom = place(zxingcpp.read_barcodes(page)[0])
    dark = numpy.asarray(page) < 128
    finder_row = dark[top + (bottom - top) // 100, left - 2 : (left + right) // 2]
    start = int(numpy.argmax(finder_row))
    finder_px = int(numpy.argmin(finder_row[start:]))
    module_px = finder_px / 7
    assert module_px * 25.4 / dots_per_inch >= 0.8
    quiet = int(4 * module_px) - 3
    around = dark[top - quiet : bottom + quiet, left - quiet : right + quiet].copy()
    around[quiet - 2 : -quiet + 2, quiet - 2 : -quiet + 2] = False
    assert not around.any()


@pytest.mark.parametrize(("paper", "size"), [("a4", (210, 297)), ("a5", (148, 210)), ("label", (210, 297))])
def test_paper_size(paper: Paper, size: tuple[int, int]) -> None:
    box = PdfReader(BytesIO(poster_pdf([ONE], paper))).pages[0].mediabox
    assert (float(box.width) / 72 * 25.4, float(box.height) / 72 * 25.4) == pytest.approx(size, abs=0.2)


@pytest.mark.parametrize("paper", ["a4", "a5"])
def test_one_page_a_desk_in_the_order_given(paper: Paper) -> None:
    printed = pages(poster_pdf([poster(code) for code in CODES[:4]], paper), 150)
    assert [read(page) for page in printed] == [[f"https://hailong.minhhoa.gov.vn/d/{code}"] for code in CODES[:4]]


def test_every_label_carries_its_own_desk() -> None:
    desks = [poster(code, desk=f"Quầy {n} – Hộ tịch") for n, code in enumerate(CODES, start=1)]
    sheets = pypdfium2.PdfDocument(poster_pdf(desks, "label"))
    assert len(sheets) == 2
    for n, desk in enumerate(desks):
        sheet, (row, column) = sheets[n // 8], divmod(n % 8, 2)
        label = sheet.render(scale=150 / 72).to_pil().crop(cell(row, column, 150 / 25.4))
        assert read(label) == [desk.address]
        left, upper, right, lower = cell(row, column, 72 / 25.4)
        height = sheet.get_height()
        text = sheet.get_textpage().get_text_bounded(left, height - lower, right, height - upper)
        assert desk.desk in " ".join(text.split())
        assert desk.address in dense(text)


def cell(row: int, column: int, a_millimetre: float) -> tuple[float, float, float, float]:
    left, top = column * 105 * a_millimetre, row * 74.25 * a_millimetre
    return left, top, left + 105 * a_millimetre, top + 74.25 * a_millimetre


@pytest.mark.parametrize("paper", PAPERS)
def test_everything_a_citizen_needs_is_on_the_paper(paper: Paper) -> None:
    (text,) = texts(poster_pdf([ONE], paper))
    for words in (ONE.authority, ONE.office, ONE.desk, "Mời Ông/Bà quét mã để đánh giá sự phục vụ hôm nay"):
        assert words in text
    assert "Ẩn danh, không hỏi tên" in text
    assert "Please scan" in text
    assert ONE.address in dense(text)
    assert dense(text).count(ONE.code) == 2
    assert text == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("paper", PAPERS)
def test_demonstrations_are_marked_and_nothing_else_is(paper: Paper) -> None:
    marked = texts(poster_pdf([poster(code, demonstration=True) for code in CODES[:2]], paper))
    assert sum(page.count("Dữ liệu minh họa") for page in marked) == 2
    assert not any("minh họa" in page for page in texts(poster_pdf([ONE], paper)))


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize(
    ("office", "desk"),
    [(LONG_OFFICE + " biên giới phía Bắc", LONG_DESK + " bản sao"), ("W" * 120, "Ữ" * 120), ("Ị " * 60, "ộ " * 60)],
    ids=["words", "one word", "syllables"],
)
def test_long_names_stay_whole_on_the_paper_and_over_nothing(paper: Paper, office: str, desk: str) -> None:
    pdf = poster_pdf([Poster(AUTHORITY * 4, office, desk, ONE.address, ONE.code, demonstration=True)], paper)
    (text,) = texts(pdf)
    assert dense(office) in dense(text)
    assert dense(desk) in dense(text)
    letters = letter_boxes(pdf)
    width, height = pypdfium2.PdfDocument(pdf)[0].get_size()
    margin = 4 / 25.4 * 72
    assert (letters[:, :2] >= margin).all()
    assert (letters[:, 2] <= width - margin).all()
    assert (letters[:, 3] <= height - margin).all()
    assert overlapping(letters) == 0
    assert read(pages(pdf, 150)[0]) == [ONE.address]


def letter_boxes(pdf: bytes) -> NDArray[Any]:
    """Left, bottom, right, top of every visible letter of the first page, in points."""
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    visible = [n for n in range(page.count_chars()) if not page.get_text_range(n, 1).isspace()]
    boxes = numpy.array([page.get_charbox(n) for n in visible])
    return boxes[(boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])]


def overlapping(boxes: NDArray[Any]) -> int:
    """Pairs of letters that cover more than a quarter of the smaller one; kerning covers less."""
    wide = numpy.minimum.outer(boxes[:, 2], boxes[:, 2]) - numpy.maximum.outer(boxes[:, 0], boxes[:, 0])
    high = numpy.minimum.outer(boxes[:, 3], boxes[:, 3]) - numpy.maximum.outer(boxes[:, 1], boxes[:, 1])
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    shared = numpy.clip(wide, 0, None) * numpy.clip(high, 0, None) / numpy.minimum.outer(area, area)
    return int(numpy.count_nonzero(numpy.triu(shared, 1) > 0.25))


@pytest.mark.parametrize("paper", PAPERS)
def test_names_are_text_and_never_code(paper: Paper) -> None:
    office = 'Phòng #read("/etc/passwd") $x^2$ *A* _b_ <c> @d \\ "e" //f'
    desk = "Quầy #panic() ] } ) = Một"
    (text,) = texts(poster_pdf([poster("3F8RT", office=office, desk=desk)], paper))
    assert office in text
    assert desk in text


def test_names_from_spreadsheets_are_tidied() -> None:
    decomposed = unicodedata.normalize("NFD", "Quầy 3 – Đất đai")
    (text,) = texts(poster_pdf([poster("3F8RT", desk=f"  {decomposed}\r\n\tvà\u200b xây dựng ")]))
    assert "Quầy 3 – Đất đai và xây dựng" in text


def test_document_says_its_language_title_and_structure() -> None:
    reader = PdfReader(BytesIO(poster_pdf([ONE, poster("3F8RT")])))
    catalogue: Any = reader.trailer["/Root"]
    assert catalogue["/Lang"] == "vi-VN"
    assert catalogue["/MarkInfo"]["/Marked"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Mã QR khảo sát sự hài lòng: UBND xã Hòa Bình"
    assert [entry["/Title"] for entry in outline(reader.outline)] == [ONE.desk, "Quầy 1"]


def outline(entries: Sequence[Any]) -> list[Any]:
    return [entry for entry in entries if not isinstance(entry, list)]


@pytest.mark.parametrize("paper", PAPERS)
def test_same_posters_give_the_same_bytes_from_any_thread(paper: Paper) -> None:
    with ThreadPoolExecutor(4) as threads:
        printed = set(threads.map(lambda _: poster_pdf([ONE, poster("3F8RT")], paper), range(12)))
    assert len(printed) == 1


def test_authority_sets_the_accent() -> None:
    picture = pypdfium2.PdfDocument(poster_pdf([ONE], accent="#7a1f3d"))[0].render(scale=1).to_pil().convert("RGB")
    colours = {colour for _, colour in picture.getcolors(1_000_000) or []}
    assert (0x7A, 0x1F, 0x3D) in colours
    assert (0x0F, 0x5A, 0x66) not in colours


def test_an_address_too_long_for_a_label_fits_a_page() -> None:
    long = Poster(AUTHORITY, "UBND", "Quầy 1", "https://" + "a" * 140 + ".vn/d/3F8RT", "3F8RT")
    assert read(pages(poster_pdf([long], "a4"), 150)[0]) == [long.address]
    with pytest.raises(QrTooDense):
        poster_pdf([long], "label")


def test_nothing_to_print_is_refused_with_a_remedy() -> None:
    with pytest.raises(Refused, match="không có quầy nào"):
        poster_pdf([])


@pytest.mark.parametrize("accent", ["teal", "#0f5a6", "#0f5a66;"])
def test_malformed_accent_is_refused(accent: str) -> None:
    with pytest.raises(ValueError, match="accent"):
        poster_pdf([ONE], accent=accent)
