"""The page set-up of official documents (NĐ 30/2020/NĐ-CP), measured on a typeset sample."""

from functools import cache
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
import typst
from pypdf import PdfReader

from survey.palette import LEVELS

TEMPLATES = Path(__file__).parents[2] / "survey" / "render"
SAMPLE = """
#import "/official.typ": *
#let marked = sys.inputs.marked == "yes"
#show: official.with(title: "Báo cáo tháng 10", draft: marked, demonstration: marked)
#letterhead(parent: "Ủy ban nhân dân tỉnh Minh Họa", issuer: "Ủy ban nhân dân xã Hòa Bình", symbol: "BC-UBND",
  place: "Hòa Bình", draft: marked)
#subject("Báo cáo", "Kết quả khảo sát sự hài lòng của người dân tháng 10 năm 2026")
= Kết quả
== Theo yếu tố
#(("Chỉ số hài lòng đạt 85,88 % trong kỳ này. " * 12 + "\\n\\n") * 12)
=== Chi tiết
#official-table(columns: (1fr, 20mm, 40mm, 40mm), caption: [Tiêu chí],
  header: ("Tiêu chí", "Chỉ số", "Khoảng", "Phân bố"),
  ..for n in range(40) { ([Tiêu chí #n], [85,88 %], interval-bar(85.88, low: 83.1, high: 88.3),
    distribution-bar((0, 1, 9, 200, 180))) })
#distribution-bar((0, 0, 0, 0, 0))
#closing()
"""


@cache
def sample(*, marked: bool) -> bytes:
    pdf, remarks = typst.compile_with_warnings(
        SAMPLE.encode("utf-8"),
        root=TEMPLATES,
        font_paths=[TEMPLATES / "fonts"],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"marked": "yes" if marked else "no"},
        pdf_standards=["ua-1"],
        timestamp=0,
    )
    assert not remarks
    return pdf


def page_texts(*, marked: bool) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(sample(marked=marked))).pages]


def test_first_page_has_the_header_block_of_the_decree() -> None:
    first = page_texts(marked=False)[0]
    for words in (
        "ỦY BAN NHÂN DÂN TỈNH MINH HỌA",
        "ỦY BAN NHÂN DÂN XÃ HÒA BÌNH",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "/BC-UBND",
        "BÁO CÁO",
        "I. KẾT QUẢ",
        "1. Theo yếu tố",
    ):
        assert words in first


def test_number_date_and_signature_are_left_for_people() -> None:
    pages = page_texts(marked=False)
    assert "Số: /BC-UBND" in pages[0]
    assert "Hòa Bình, ngày tháng năm 20 " in pages[0]
    assert "Nơi nhận: - …" in pages[-1]


def test_page_number_stands_centred_in_the_top_margin_from_page_two() -> None:
    document = pypdfium2.PdfDocument(sample(marked=False))
    assert len(document) >= 3
    top_margins = [page.get_textpage().get_text_bounded(0, 842 - 20 / 25.4 * 72, 595, 842) for page in document]
    assert [margin.strip() for margin in top_margins] == ["", *(str(n) for n in range(2, len(document) + 1))]


def test_text_keeps_the_margins() -> None:
    """Left 30–35 mm, right 15–20 mm, bottom 20–25 mm; the top is held by the page number's test."""
    for page in pypdfium2.PdfDocument(sample(marked=False)):
        text = page.get_textpage()
        visible = [n for n in range(text.count_chars()) if not text.get_text_range(n, 1).isspace()]
        boxes = [text.get_charbox(n) for n in visible]
        assert min(box[0] for box in boxes) >= 30 / 25.4 * 72 - 0.5
        assert max(box[2] for box in boxes) <= (210 - 15) / 25.4 * 72
        assert min(box[1] for box in boxes) >= 20 / 25.4 * 72 - 4


@pytest.mark.parametrize("marked", [True, False])
def test_drafts_and_demonstrations_are_marked_on_every_page(marked: bool) -> None:
    for text in page_texts(marked=marked):
        assert ("Dữ liệu minh họa" in text) is marked
        assert ("DỰ THẢO" in text) is marked


def test_table_header_repeats_on_the_next_page() -> None:
    assert sum("Tiêu chí Chỉ số Khoảng Phân bố" in text for text in page_texts(marked=False)) >= 2


def test_only_the_metric_equivalent_of_times_is_embedded() -> None:
    fonts = set()
    for page in PdfReader(BytesIO(sample(marked=True))).pages:
        fonts |= {str(font.get_object()["/BaseFont"]).split("+")[-1] for font in page["/Resources"]["/Font"].values()}
    assert all(font.startswith("Tinos") for font in fonts)


@pytest.mark.parametrize("template", ["official.typ", "poster.typ"])
def test_paper_shows_the_levels_in_the_one_palette(template: str) -> None:
    source = (TEMPLATES / template).read_text(encoding="utf-8")
    assert [colour for colour in LEVELS.values() if colour not in source] == []
