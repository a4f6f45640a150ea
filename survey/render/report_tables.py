"""The report's tables and figures: which columns, which rows, and the words that stand for a hidden figure."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from survey.domain.report import Compared, CriterionResult, Figure, Part, ReportContent, SourceLine, Trust
from survey.domain.report_words import KIND_NAMES, hidden, short_month
from survey.domain.vietnamese import decimal, listing, percent, sentence, signed, whole
from survey.render.report_blocks import Bar, Cell, Column, Grid, LevelKey, Stack, Stacks, Trend, TrendPoint

NONE: Final = "–"


def channel_table(content: ReportContent) -> Grid:
    """Responses by channel with their share, and those that were set aside."""
    total = content.basis.responses
    rows = [
        (Cell(each.name), Cell(whole(each.responses)), Cell(decimal(100 * Decimal(each.responses) / total)))
        for each in content.basis.channels
    ]
    together = tuple(Cell(text, strong=True) for text in ("Tổng số", whole(total), decimal(100)))
    columns = (Column("Kênh", align="left"), Column("Số phiếu", 30), Column("Tỷ lệ (%)", 30))
    return Grid("Phiếu trả lời trong kết quả chính, theo kênh", columns, (*rows, together))


def source_table(content: ReportContent, trust: Trust) -> Grid:
    """The index by where the responses come from, side by side; the weighted one below where there is one."""
    columns = (
        Column("Nguồn phiếu", align="left"),
        Column("Số phiếu", 17),
        Column("Chỉ số (%)", 17),
        Column("0 đến 100 %", 34, "left"),
        Column("Khoảng tin cậy 95 %", 27, "center"),
    )
    rows = [_source_row(each) for each in trust.sources]
    if trust.weighted is not None:
        weighted = Figure("rated", percent=trust.weighted, low=trust.weighted_low, high=trust.weighted_high)
        rows.append((Cell("Có trọng số theo lượt giao dịch"), Cell(NONE), *_source_figures(weighted)))
    remark = _remark([each.index for each in trust.sources], content, bars=content.instrument.with_interval)
    return Grid("Chỉ số hài lòng theo nguồn phiếu", columns, tuple(rows), remark)


def _source_row(each: SourceLine) -> tuple[Cell | Bar, ...]:
    named = (Cell(each.name, strong=each.source == "headline"), Cell(whole(each.responses)))
    if each.index.percent is not None:
        return (*named, *_source_figures(each.index))
    return (*named, _hidden(each.index, 3))


def _source_figures(index: Figure) -> tuple[Cell | Bar, ...]:
    return (Cell(_figure(index)), Bar(index.percent or Decimal(), index.low, index.high), Cell(_span(index)))


def criteria(content: ReportContent) -> Iterator[CriterionResult]:
    """The criteria of all dimensions, in the order of the questionnaire."""
    for dimension in content.dimensions:
        yield from dimension.criteria


def dimension_table(content: ReportContent) -> Grid:
    """One row a dimension: its index with base and interval."""
    columns = (
        Column("Yếu tố", align="left"),
        Column("Chỉ số (%)", 17),
        Column("0 đến 100 %", 38, "left"),
        Column("Khoảng tin cậy 95 %", 27, "center"),
        Column("Số câu trả lời hợp lệ", 20),
    )
    named = [(each.name, each.index.now, False) for each in content.dimensions]
    rows = [
        *named,
        ("Chỉ số hài lòng chung", content.index.now, True),
        ("Câu hỏi chung (nêu bên cạnh)", content.overall.index.now, False),
    ]
    caption = "Chỉ số hài lòng theo yếu tố và chỉ số chung"
    remark = _remark([each for _, each, _ in rows], content, bars=content.instrument.with_interval)
    return Grid(caption, columns, tuple(_dimension_row(*each) for each in rows), remark)


def _dimension_row(name: str, index: Figure, strong: bool) -> tuple[Cell | Bar, ...]:
    if index.percent is None:
        return (Cell(name, strong=strong), _hidden(index, 4))
    return (
        Cell(name, strong=strong),
        Cell(_figure(index), strong=strong),
        Bar(index.percent, index.low, index.high),
        Cell(_span(index)),
        Cell(whole(index.base or 0)),
    )


def _hidden(index: Figure, span: int) -> Cell:
    return Cell(hidden(index), span=span, align="center")


def _figure(index: Figure) -> str:
    if index.percent is None:
        return NONE
    return f"{decimal(index.percent)}{'*' if index.status == 'indicative' else ''}"


def _span(index: Figure) -> str:
    if index.low is None or index.high is None:
        return NONE
    return f"{decimal(index.low)} – {decimal(index.high)}"


def _remark(figures: Sequence[Figure], content: ReportContent, *, bars: bool = False, clear: bool = False) -> str:
    said = []
    if bars:
        said.append("Vạch ngang trên thanh là khoảng tin cậy.")
    if clear:
        said.append("Mức thay đổi không ghi “rõ rệt” là chưa rõ.")
    if any(each.status == "indicative" for each in figures):
        said.append(f"* Kết quả tham khảo: từ {content.suppressed_below} đến {content.rated_from - 1} người trả lời.")
    return " ".join(said)


def criterion_table(content: ReportContent) -> Grid:
    """One row a criterion below its dimension: index, base, interval, and the change where one can be told."""
    compared = any(each.index.change.points is not None for each in criteria(content))
    columns = (
        Column("Mã", 10, "center"),
        Column("Tiêu chí", align="left"),
        Column("Chỉ số (%)", 17),
        Column("Khoảng tin cậy 95 %", 27, "center"),
        Column("Số câu trả lời hợp lệ", 19),
        *((Column(f"Thay đổi so với {content.period.before_name}", 27),) if compared else ()),
    )
    grouped = any(len(each.criteria) > 1 for each in content.dimensions)
    rows: list[tuple[Cell | Bar, ...]] = []
    for dimension in content.dimensions:
        if grouped:
            rows.append((Cell(dimension.name, span=len(columns), strong=True, align="left"),))
        rows += [_criterion_row(each, compared=compared) for each in dimension.criteria]
    figures = [each.index.now for each in criteria(content)]
    remark = _remark(figures, content, clear=compared)
    return Grid("Chỉ số hài lòng theo tiêu chí", columns, tuple(rows), remark)


def _criterion_row(each: CriterionResult, *, compared: bool) -> tuple[Cell | Bar, ...]:
    named, index = (Cell(each.id), Cell(each.name)), each.index.now
    if index.percent is None:
        return (*named, _hidden(index, 4 if compared else 3))
    figures = (Cell(_figure(index)), Cell(_span(index)), Cell(whole(index.base or 0)))
    return (*named, *figures, *((_change(each.index),) if compared else ()))


def _change(found: Compared) -> Cell:
    change = found.change
    if change.points is None:
        return Cell(NONE, align="center")
    return Cell(f"{signed(change.points)}{' rõ rệt' if change.clear else ''}", strong=change.clear)


def comparison_table(content: ReportContent) -> Grid:
    """The indices beside those of the period before (M10)."""
    columns = (
        Column("Chỉ số", align="left"),
        Column(sentence(content.period.name), 22),
        Column(sentence(content.period.before_name), 22),
        Column("Thay đổi (điểm phần trăm)", 23),
        Column("Khoảng tin cậy của thay đổi", 34, "center"),
        Column("Nhận định", 18, "center"),
    )
    rows = [
        ("Chỉ số hài lòng chung", content.index),
        ("Câu hỏi chung", content.overall.index),
        *((each.name, each.index) for each in content.dimensions),
    ]
    figures = [figure for _, each in rows for figure in (each.now, each.before)]
    caption = f"Chỉ số {content.period.name} và {content.period.before_name} (%)"
    return Grid(caption, columns, tuple(_comparison_row(*each) for each in rows), _remark(figures, content))


def _comparison_row(name: str, found: Compared) -> tuple[Cell, ...]:
    change = found.change
    both = (Cell(name), Cell(_figure(found.now)), Cell(_figure(found.before)))
    if change.points is None:
        return (*both, Cell("không so sánh được", span=3, align="center"))
    span = NONE if change.low is None or change.high is None else f"{signed(change.low)} đến {signed(change.high)}"
    return (
        *both,
        Cell(signed(change.points), strong=change.clear),
        Cell(span),
        Cell(change.words, strong=change.clear),
    )


def desk_table(content: ReportContent) -> Grid:
    """One row a desk of the office."""
    columns = (
        Column("Quầy", align="left"),
        Column("Số phiếu", 18),
        Column("Câu hỏi chung (%)", 24),
        Column("Chỉ số (%)", 20),
        Column("Khoảng tin cậy 95 %", 30, "center"),
    )
    rows = tuple(_part_row(each) for each in content.desks)
    figures = [figure for each in content.desks for figure in (each.overall, each.index)]
    return Grid("Kết quả theo quầy", columns, rows, _remark(figures, content))


def _part_row(part: Part) -> tuple[Cell, ...]:
    named = (Cell(part.name), Cell(whole(part.responses)))
    if part.otherwise:
        return (*named, Cell("dùng phiếu khảo sát khác", span=3, align="center"))
    if part.index.percent is None and part.overall.percent is None:
        return (*named, _hidden(part.index if part.index.status == "suppressed" else part.overall, 3))
    index = (
        (_hidden(part.index, 2),)
        if part.index.percent is None
        else (Cell(_figure(part.index)), Cell(_span(part.index)))
    )
    return (*named, Cell(_figure(part.overall)), *index)


def below_table(content: ReportContent) -> Grid:
    """One row an office directly below, with everything below it."""
    columns = (
        Column("Đơn vị", align="left"),
        Column("Số phiếu", 17),
        Column("Câu hỏi chung (%)", 19),
        Column("Chỉ số (%)", 17),
        Column("Khoảng tin cậy 95 %", 27, "center"),
        Column("Nhóm", 14, "center"),
        Column("Khoảng hạng", 18, "center"),
    )
    rows: list[tuple[Cell, ...]] = []
    kinds = list(dict.fromkeys(each.kind for each in content.below))
    for kind in kinds:
        if len(kinds) > 1:
            title = sentence(KIND_NAMES.get(kind, kind))
            rows.append((Cell(title, span=len(columns), strong=True, align="left"),))
        rows += [(*_part_row(each), *_tier(each)) for each in content.below if each.kind == kind]
    figures = [figure for each in content.below for figure in (each.overall, each.index)]
    return Grid("Kết quả của các đơn vị trực thuộc", columns, tuple(rows), _remark(figures, content))


def _tier(part: Part) -> tuple[Cell, Cell]:
    if part.tier is None:
        return (Cell(NONE), Cell(NONE))
    ranks = f"{part.best}" if part.best == part.worst else f"{part.best} – {part.worst}"
    return (Cell(str(part.tier)), Cell(ranks))


def _best_first(content: ReportContent) -> list[LevelKey]:
    levels = sorted(content.instrument.levels, key=lambda each: -each.value)
    return [LevelKey(each.value, each.label) for each in levels]


def distributions(content: ReportContent) -> Stacks:
    """The shares of the levels, one bar a criterion that is not suppressed."""
    levels = _best_first(content)
    bars = tuple(
        Stack(f"{each.id}. {each.name}", _numbers(each, levels))
        for each in criteria(content)
        if each.counts is not None
    )
    return Stacks(
        caption="Tỷ lệ các mức trả lời theo tiêu chí (%); số bên phải là số câu trả lời hợp lệ",
        alternative="Thanh xếp chồng cho từng tiêu chí; số đếm của mọi mức có trong bảng ở trên.",
        levels=tuple(levels),
        bars=bars,
    )


def _numbers(each: CriterionResult, levels: Sequence[LevelKey]) -> tuple[int, ...]:
    found = {count.value: count.number for count in each.counts or ()}
    return tuple(found.get(level.value, 0) for level in levels)


def trend(content: ReportContent) -> Trend:
    """The index month by month; a month without a figure is a gap."""
    points = tuple(
        TrendPoint(short_month(each.key), each.index.status, each.index.percent, each.index.low, each.index.high)
        for each in content.trend
    )
    shown = [f"{each.label}: {percent(each.percent)}" for each in points if each.percent is not None]
    hollow = any(each.status == "indicative" for each in points)
    return Trend(
        caption="Chỉ số hài lòng chung theo tháng (%)"
        + ("; vạch đứng là khoảng tin cậy 95 %" if content.instrument.with_interval else "")
        + ("; chấm rỗng là kết quả tham khảo" if hollow else ""),
        alternative=f"Chỉ số hài lòng chung theo tháng: {listing(shown)}.",
        points=points,
    )


def counts_table(content: ReportContent) -> Grid:
    """The annex: every count, one row a question."""
    levels = _best_first(content)
    columns = (
        Column("Mã", 11, "center"),
        Column("Câu hỏi", align="left"),
        *(Column(f"Mức {each.value}", 11) for each in levels),
        Column("Hợp lệ", 11),
        Column("Không phát sinh", 13),
        Column("Bỏ trống", 12),
        Column("Điểm trung bình", 12),
    )
    asked = [("Chung", content.overall), *((each.id, each) for each in criteria(content))]
    rows = tuple(_counts_row(code, each, levels) for code, each in asked)
    meanings = "; ".join(f"mức {each.value}: {each.label}" for each in levels)
    remark = f"{sentence(meanings)}. “Không phát sinh” gồm cả “Không có ý kiến”."
    return Grid("Số câu trả lời theo mức", columns, rows, remark)


def _counts_row(code: str, each: CriterionResult, levels: Sequence[LevelKey]) -> tuple[Cell, ...]:
    named = (Cell(code), Cell(each.name))
    if each.counts is None or each.mean is None:
        return (*named, _hidden(each.index.now, len(levels) + 4))
    numbers = (*_numbers(each, levels), each.index.now.base or 0, each.not_applicable or 0, each.unanswered or 0)
    return (*named, *(Cell(whole(number)) for number in numbers), Cell(decimal(each.mean)))


def trend_table(content: ReportContent) -> Grid:
    """One column a month, so that it stands under the figure and the whole year is read across."""
    months = [short_month(each.key).replace("/", "/ ") for each in content.trend]
    figures = [each.index for each in content.trend]
    rows: list[tuple[Cell, ...]] = [(Cell("Chỉ số (%)"), *(Cell(_figure(each), strong=True) for each in figures))]
    if any(each.low is not None for each in figures):
        rows.append((Cell("Từ"), *(Cell(_limit(each.low)) for each in figures)))
        rows.append((Cell("Đến"), *(Cell(_limit(each.high)) for each in figures)))
    people = map(_people, figures)
    rows.append((Cell("Số người"), *map(Cell, people)))
    gaps = f"{NONE} không nêu kết quả." if any(each.percent is None for each in figures) else ""
    columns = (Column("Tháng", align="left"), *(Column(month, 11) for month in months))
    remark = " ".join(filter(None, (gaps, _remark(figures, content))))
    return Grid("Chỉ số hài lòng chung theo tháng, khoảng tin cậy và số người trả lời", columns, tuple(rows), remark)


def _people(figure: Figure) -> str:
    if figure.status == "suppressed":
        return "ẩn" if figure.withheld else "chưa đủ"
    return whole(figure.respondents or 0)


def _limit(value: Decimal | None) -> str:
    return NONE if value is None else decimal(value)
