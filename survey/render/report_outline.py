"""A report as a sequence of blocks: which chapters there are and in which order.

Every form of the report (PDF now, DOCX and XLSX later) is made from these blocks, so none can leave out what another
says. A chapter without anything to say is not begun.
"""

from collections.abc import Iterable, Iterator

from survey.domain.report import Finding, Issue, ReportContent, Texts
from survey.domain.report_words import METHOD_ANNEX
from survey.domain.vietnamese import day
from survey.render.report_blocks import Annex, Block, Bullets, Definition, Heading, Paragraph, Signature
from survey.render.report_tables import (
    below_table,
    channel_table,
    comparison_table,
    counts_table,
    criteria,
    criterion_table,
    desk_table,
    dimension_table,
    distributions,
    source_table,
    trend,
    trend_table,
)


def outline(content: ReportContent, issue: Issue | None) -> tuple[Block, ...]:
    """The report's blocks in order, from the opening sentence to the last annex."""
    texts = content.texts
    if texts is None:
        raise ValueError("a report without its sentences cannot be rendered")
    return (
        *_demonstration(content),
        Paragraph(texts.opening),
        *_basis(content, texts),
        *_results(content, texts),
        *_comparison(content, texts),
        *_assessment(texts),
        *_parts(content, texts),
        Signature(texts.closing),
        *_annexes(content, issue),
    )


def _demonstration(content: ReportContent) -> Iterator[Block]:
    if content.demonstration:
        yield Paragraph(
            "Số liệu trong báo cáo này là dữ liệu minh họa để giới thiệu phần mềm, không phải kết quả của cơ quan có "
            "thật."
        )


def _said(findings: Iterable[Finding]) -> Iterator[Block]:
    for each in findings:
        yield Paragraph(each.intro)
        if each.items:
            yield Bullets(each.items)


# --- chapters ---------------------------------------------------------------------------------------------


def _basis(content: ReportContent, texts: Texts) -> Iterator[Block]:
    yield Heading(1, "Cơ sở của báo cáo")
    yield Heading(2, "Phạm vi và cách tính")
    yield from map(Paragraph, texts.scope)
    yield Heading(2, "Số phiếu trả lời")
    yield from map(Paragraph, texts.basis)
    if content.basis.channels:
        yield channel_table(content)
    if texts.missing:
        yield Heading(2, "Đơn vị chưa có kết quả")
        yield from _said(texts.missing)


def _results(content: ReportContent, texts: Texts) -> Iterator[Block]:
    yield Heading(1, "Kết quả")
    yield Heading(2, "Kết quả chung")
    yield from map(Paragraph, texts.headline)
    yield from _trust(content, texts)
    if any(each.index.now.percent is not None for each in content.dimensions):
        yield Heading(2, "Kết quả theo yếu tố")
        yield from map(Paragraph, texts.dimensions)
        yield dimension_table(content)
    if any(each.counts for each in criteria(content)):
        yield Heading(2, "Kết quả theo tiêu chí")
        yield criterion_table(content)
        yield Paragraph("Số câu trả lời và tỷ lệ của từng mức được trình bày tại Phụ lục I.")
    if texts.trend:
        yield Heading(2, "Diễn biến 12 tháng")
        yield from map(Paragraph, texts.trend)
        yield trend(content)
        yield trend_table(content)


def _trust(content: ReportContent, texts: Texts) -> Iterator[Block]:
    """Reports issued before this was known have neither."""
    if content.trust is None or not texts.trust:
        return
    yield Heading(2, "Mức độ tin cậy của chỉ số")
    yield from map(Paragraph, texts.trust)
    yield source_table(content, content.trust)


def _comparison(content: ReportContent, texts: Texts) -> Iterator[Block]:
    if not texts.comparison:
        return
    yield Heading(1, f"So sánh với {content.period.before_name}")
    yield from _said(texts.comparison)
    if any(each.index.change.points is not None for each in content.dimensions):
        yield comparison_table(content)


def _assessment(texts: Texts) -> Iterator[Block]:
    if not (texts.strengths or texts.weaknesses or texts.assessment):
        return
    yield Heading(1, "Đánh giá")
    yield from map(Paragraph, texts.assessment)
    if texts.strengths:
        yield Heading(2, "Điểm mạnh")
        yield from _said(texts.strengths)
    if texts.weaknesses:
        yield Heading(2, "Hạn chế")
        yield from _said(texts.weaknesses)


def _parts(content: ReportContent, texts: Texts) -> Iterator[Block]:
    if not (content.desks or content.below):
        return
    both = bool(content.desks and content.below)
    titles = ("Kết quả theo quầy", "Kết quả của các đơn vị trực thuộc")
    yield Heading(1, "Kết quả theo quầy và đơn vị trực thuộc" if both else titles[0 if content.desks else 1])
    if content.desks:
        if both:
            yield Heading(2, "Theo quầy")
        yield from map(Paragraph, texts.desks)
        yield desk_table(content)
    if content.below:
        if both:
            yield Heading(2, "Đơn vị trực thuộc")
        yield from map(Paragraph, texts.below)
        yield below_table(content)


# --- annexes ----------------------------------------------------------------------------------------------


def _annexes(content: ReportContent, issue: Issue | None) -> Iterator[Block]:
    """The counts, where any may be shown, and the method."""
    asked = (content.overall, *criteria(content))
    if any(each.counts for each in asked):
        yield Annex("Phụ lục I", "Số liệu chi tiết")
        yield counts_table(content)
        if any(each.counts for each in criteria(content)):
            yield distributions(content)
        yield Annex("Phụ lục II", METHOD_ANNEX)
    else:
        yield Annex("Phụ lục", METHOD_ANNEX)
    yield from _method(content, issue)


def _method(content: ReportContent, issue: Issue | None) -> Iterator[Block]:
    yield Paragraph(content.instrument.basis)
    yield Paragraph(content.sources)
    for rule in content.note:
        yield Definition(f"{rule.number}. {rule.title}", rule.text)
    if issue is not None:
        groups = " ".join(issue.digest[at : at + 8] for at in range(0, len(issue.digest), 8))
        yield Definition(
            f"Bản phát hành số {issue.number}, ngày {day(issue.issued_on)}", f"mã kiểm tra nội dung (SHA-256) {groups}."
        )
