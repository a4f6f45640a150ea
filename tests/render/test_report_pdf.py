"""The report as its reader holds it: every figure there, in the layout of NĐ 30/2020, drafts and issues told apart."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any

import numpy
import pypdfium2
import pytest
from numpy.typing import NDArray
from pypdf import PdfReader

from survey.domain.offices import Office
from survey.domain.report import ReportContent
from survey.render.report import report_pdf
from tests.domain.instruments import levels
from tests.reports import (
    CATALOGUE,
    ISSUED,
    OCTOBER,
    PROVINCE,
    SIPAS,
    alike,
    content,
    material,
    people,
    rich_content,
)

MM = 72 / 25.4
RICH = rich_content()
CORRECTION = replace(ISSUED, number=2, issued_on=date(2026, 11, 20), replaces=1, replaced_on=date(2026, 11, 5))


@pytest.fixture(scope="module")
def issued() -> bytes:
    return report_pdf(RICH, ISSUED)


@pytest.fixture(scope="module")
def draft() -> bytes:
    return report_pdf(RICH, None)


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf))


@cache
def pages(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in reader(pdf).pages]


def whole(pdf: bytes) -> str:
    return " ".join(pages(pdf))


def shown(value: object) -> str:
    return f"{value:.2f}".replace(".", ",")


def ink(pdf: bytes) -> Iterator[NDArray[Any]]:
    """Each page as dark pixels, one a point of paper."""
    for page in pypdfium2.PdfDocument(pdf):
        yield numpy.asarray(page.render(scale=1).to_pil().convert("L")) < 140


# --- figures and words --------------------------------------------------------------------------------------


def test_every_figure_of_the_report_is_in_the_pdf(issued: bytes) -> None:
    text = whole(issued)
    figures = [RICH.index, RICH.overall.index, *(each.index for each in RICH.dimensions)]
    figures += [criterion.index for each in RICH.dimensions for criterion in each.criteria]
    for each in figures:
        assert each.now.percent is not None
        for value in (each.now.percent, each.now.low, each.now.high, each.change.points):
            assert value is not None
            assert shown(abs(value)) in text


def test_the_annex_holds_all_counts_in_rows(issued: bytes) -> None:
    (annex,) = [page for page in pages(issued) if "Phụ lục I SỐ LIỆU CHI TIẾT" in page]
    for dimension in RICH.dimensions:
        for each in dimension.criteria:
            assert each.counts is not None
            best_first = [str(count.number) for count in reversed(each.counts)]
            row = [*best_first, str(each.index.now.base), str(each.not_applicable), str(each.unanswered)]
            assert f"{' '.join(row)} {shown(each.mean)}" in annex


def test_every_name_is_there_with_its_accents(issued: bytes) -> None:
    text = whole(issued)
    for section in SIPAS.dimensions:
        assert section.title["vi"] in text
        for question in section.questions:
            assert question.name["vi"] in text
    for words in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "UBND xã Hòa Bình", "BÁO CÁO"):
        assert words in text


def test_every_vietnamese_letter_survives_in_a_name() -> None:
    letters = "ắằẳẵặấầẩẫậếềểễệốồổỗộớờởỡợứừửữựíìỉĩịýỳỷỹỵđĐ"
    office = Office(id=3, code="99-X", name=f"Trung tâm {letters}", kind="unit", parent_id=9)
    assert letters in whole(report_pdf(content(people(40), office=office), ISSUED))


def test_the_method_note_and_the_limits_are_in_the_report(issued: bytes) -> None:
    text = whole(issued)
    for rule in RICH.note:
        assert f"{rule.number}. {rule.title}:" in text
    assert "không được so sánh với số liệu toàn quốc từ năm 2022 trở đi" in text
    assert "năm yếu tố, 22 tiêu chí, thang năm mức" in text


@pytest.mark.parametrize("made", [RICH, content([]), content(people(5)), content(people(15))])
def test_nothing_unfinished_is_printed(made: ReportContent) -> None:
    text = whole(report_pdf(made, None))
    assert not re.search(r"None|TODO|%\(|\{|\}|XXX|nan|Fraction|Decimal", text)
    assert len(pages(report_pdf(made, None))) >= 3


# --- layout -------------------------------------------------------------------------------------------------


def test_it_is_a4_in_the_margins_of_the_decree(issued: bytes) -> None:
    for page in reader(issued).pages:
        assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx((595.28, 841.89), abs=0.1)
    for dark in ink(issued):
        assert not dark[:, : int(30 * MM) - 1].any(), "left margin of 30 mm"
        assert not dark[:, int((210 - 15) * MM) + 1 :].any(), "right margin of 15 mm at least"


def test_pages_are_numbered_in_the_middle_of_the_top_margin_from_the_second_on(issued: bytes) -> None:
    for number, page in enumerate(reader(issued).pages, start=1):
        found = list(top_margin(page))
        if number == 1:
            assert found == []
            continue
        ((text, x, size),) = found
        assert text == str(number)
        centre = (30 + (210 - 30 - 18) / 2) * MM
        assert abs(x - centre) < 12
        assert 13 <= size <= 14


def top_margin(page: Any) -> Iterator[tuple[str, float, float]]:
    found: list[tuple[str, float, float]] = []

    def visit(text: str, cm: list[float], tm: list[float], _font: Mapping[str, Any], size: float) -> None:
        y = tm[5] * cm[3] + cm[5]
        if text.strip() and 0 < 841.89 - y < 19 * MM:
            found.append((text.strip(), tm[4] * cm[0] + cm[4], abs(tm[0] * cm[0]) * size))

    page.extract_text(visitor_text=visit)
    return iter(found)


def test_the_body_is_set_in_the_metric_twin_of_times_new_roman_and_embedded(issued: bytes) -> None:
    names = set()
    for page in reader(issued).pages:
        for font in page["/Resources"]["/Font"].get_object().values():
            (descendant,) = font.get_object()["/DescendantFonts"]
            descriptor = descendant.get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)
            names.add(str(descriptor["/FontName"]).split("+")[-1])
    assert names
    assert all(name.startswith("Tinos") for name in names)


def test_it_is_tagged_titled_and_vietnamese(issued: bytes) -> None:
    catalogue = reader(issued).trailer["/Root"].get_object()
    assert str(catalogue["/Lang"]).startswith("vi")
    assert catalogue["/MarkInfo"]["/Marked"]
    title = str(reader(issued).metadata.title)  # type: ignore[union-attr]
    assert title.startswith("Báo cáo kết quả khảo sát sự hài lòng")
    assert "tháng 10 năm 2026" in title


def test_number_date_and_signature_stay_blank_for_people(issued: bytes) -> None:
    first = pages(issued)[0]
    assert re.search(r"Số: /BC-UBND", first)
    assert re.search(r"…+, ngày tháng năm 20\b", first)
    assert "Nơi nhận:" in whole(issued)
    (signed,) = [page for page in pages(issued) if "Nơi nhận:" in page]
    assert "Trên đây là báo cáo" in signed, "a signature never stands on a page of its own"


@pytest.mark.parametrize(
    ("office", "letterhead"),
    [
        (None, "ỦY BAN NHÂN DÂN XÃ HÒA BÌNH"),
        (Office(id=4, code="99-STP", name="Sở Tư pháp", kind="department", parent_id=9), "TỈNH MINH HỌA SỞ TƯ PHÁP"),
        (PROVINCE, "TỈNH MINH HỌA CỘNG HÒA"),
    ],
)
def test_the_letterhead_names_the_issuer_and_its_superior(office: Office | None, letterhead: str) -> None:
    made = content(people(40), **({"office": office} if office else {}))
    first = pages(report_pdf(made, ISSUED))[0]
    for words in letterhead.split(" CỘNG"):
        assert words.removeprefix(" HÒA") in first.replace("  ", " ")


# --- drafts, issues, demonstration --------------------------------------------------------------------------


def test_a_draft_says_so_on_every_page_and_an_issue_nowhere(draft: bytes, issued: bytes) -> None:
    assert all("DỰ THẢO" in page for page in pages(draft))
    assert "DỰ THẢO" not in whole(issued)


def test_promise_7_a_correction_names_the_issue_it_replaces() -> None:
    first = pages(report_pdf(RICH, CORRECTION))[0]
    assert "(Bản phát hành số 2, thay thế bản phát hành số 1 ngày 05/11/2026)" in first
    assert "thay thế bản phát hành" not in whole(report_pdf(RICH, ISSUED))


def test_an_issue_carries_the_digest_anyone_can_check(issued: bytes) -> None:
    assert ISSUED.digest in "".join(whole(issued).split())


def test_demonstration_data_is_marked_on_every_page(issued: bytes) -> None:
    marked = pages(report_pdf(rich_content(demonstration=True), ISSUED))
    assert all("Dữ liệu minh họa" in page for page in marked)
    assert "minh họa" not in whole(issued).replace("Tỉnh Minh Họa", "")


def test_the_same_content_gives_the_same_bytes(issued: bytes) -> None:
    assert report_pdf(rich_content(), ISSUED) == issued


# --- contents that are hard to set --------------------------------------------------------------------------


def test_without_data_no_chapter_is_empty_and_no_number_is_made_up() -> None:
    text = whole(report_pdf(content([], desks={"Quầy 1": []}), None))
    for left_out in ("Kết quả theo yếu tố", "Diễn biến", "SO SÁNH VỚI", "ĐÁNH GIÁ", "SỐ LIỆU CHI TIẾT"):
        assert left_out not in text
    body = text.split("CÁCH TÍNH VÀ GIỚI HẠN")[0]
    assert "chưa có dữ liệu" in body
    assert not re.search(r"\d,\d\d", body)


def test_promise_6_suppressed_figures_are_words_in_the_pdf_too() -> None:
    body = whole(report_pdf(content(people(9), desks={"Quầy 1": people(9)}), None)).split("CÁCH TÍNH VÀ GIỚI HẠN")[0]
    assert "chưa đủ số phiếu" in body
    assert not re.search(r"\d,\d\d", body.replace("100,00", ""))


def test_twelve_offices_and_very_long_names_stay_on_the_paper() -> None:
    name = "Trung tâm Phục vụ hành chính công phường Nguyễn Thị Minh Khai và các xã vùng cao biên giới Đường Thượng"
    below = {
        Office(id=100 + i, code=f"{i:05}", name=f"{name} {'X' * 60 if i == 0 else i}", kind="commune"): alike(
            60 + i, 99
        )
        for i in range(12)
    }
    office = replace(PROVINCE, name=name)
    pdf = report_pdf(content(people(200), office=office, below=below), ISSUED)
    for dark in ink(pdf):
        assert not dark[:, int((210 - 15) * MM) + 1 :].any()
    assert all(each.name.split()[-1] in whole(pdf).replace(" ", "") for each in below)


def test_another_scale_and_the_short_form_are_set_too() -> None:
    short = CATALOGUE.get("sipas-desk@1")
    text = whole(report_pdf(content(people(60, questionnaire=short), questionnaire=short), ISSUED))
    assert "Nơi chờ và trang thiết bị" in text
    four = replace(material(alike(40, 60)).questionnaire, id="four", sections=_on_scale(levels(values=range(1, 5))))
    responses = [
        replace(each, answers={q: min(int(str(v)), 4) for q, v in each.answers.items()}) for each in alike(40, 60)
    ]
    assert "Mức 4" in whole(report_pdf(content(responses, questionnaire=four), ISSUED))


def _on_scale(scale: Any) -> Any:
    return tuple(
        replace(section, questions=tuple(replace(q, scale=scale) for q in section.questions))
        for section in SIPAS.sections
        if section.kind in ("overall", "dimension")
    )


def test_the_period_in_the_title_is_the_one_of_the_report(issued: bytes) -> None:
    assert f"từ ngày {OCTOBER.first:%d/%m/%Y} đến ngày {OCTOBER.last:%d/%m/%Y}" in pages(issued)[0]
