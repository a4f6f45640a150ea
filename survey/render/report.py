"""The official report as a PDF; report.typ and official.typ beside this file are its layout."""

from dataclasses import asdict
from decimal import Decimal
from math import ceil, floor
from typing import Final

from survey.domain.report import Issue, ReportContent
from survey.domain.vietnamese import day
from survey.palette import LEVELS
from survey.render.report_blocks import Bar, Block, Grid, Stacks, Trend
from survey.render.report_outline import outline
from survey.render.typesetting import compile_pdf

ABOUT: Final = "Kết quả khảo sát sự hài lòng của người dân, tổ chức đối với sự phục vụ hành chính"
Data = dict[str, object]


def report_pdf(content: ReportContent, issue: Issue | None) -> bytes:
    """The report in the layout of NĐ 30/2020/NĐ-CP, A4, tagged, in Vietnamese; a draft, marked so, without an issue.

    The same content and issue give the same bytes.
    """
    return compile_pdf("report.typ", _data(content, issue))


def _data(content: ReportContent, issue: Issue | None) -> Data:
    office, period = content.office, content.period
    return {
        "title": f"Báo cáo {ABOUT[0].lower()}{ABOUT[1:]} {period.name} – {office.name}",
        "about": f"{ABOUT} {period.name}",
        "parent": _superior(content),
        "issuer": _full_name(office.name),
        "symbol": "BC-UBND" if _is_committee(office.name) else "BC",
        "draft": issue is None,
        "demonstration": content.demonstration,
        "footer": ", ".join(dict.fromkeys((content.authority, office.name, period.name))),
        "correction": _correction(issue),
        "blocks": [_block(each) for each in outline(content, issue)],
    }


def _is_committee(office: str) -> bool:
    return office.casefold().startswith(("ubnd", "ủy ban nhân dân", "uỷ ban nhân dân"))


def _full_name(office: str) -> str:
    """The letterhead spells the committee's name out, as NĐ 30/2020 has it."""
    return f"Ủy ban nhân dân {office[5:]}" if office.startswith("UBND ") else office


def _superior(content: ReportContent) -> str | None:
    """The line above the issuer: its direct superior; a People's Committee stands alone (NĐ 30/2020)."""
    office = content.office
    superior = office.parent or content.authority
    if _is_committee(office.name) or superior.casefold() in office.name.casefold():
        return None
    return _full_name(superior)


def _correction(issue: Issue | None) -> str | None:
    if issue is None or issue.replaces is None or issue.replaced_on is None:
        return None
    replaced = f"bản phát hành số {issue.replaces} ngày {day(issue.replaced_on)}"
    return f"(Bản phát hành số {issue.number}, thay thế {replaced})"


def _block(block: Block) -> Data:
    kind = {"kind": type(block).__name__.lower()}
    if isinstance(block, Grid):
        return kind | _grid(block)
    if isinstance(block, Stacks):
        return kind | _stacks(block)
    if isinstance(block, Trend):
        return kind | _trend(block)
    return kind | asdict(block)


def _grid(grid: Grid) -> Data:
    rows = [[_bar(cell) if isinstance(cell, Bar) else asdict(cell) for cell in row] for row in grid.rows]
    columns = [asdict(column) for column in grid.columns]
    return {"caption": grid.caption, "columns": columns, "rows": rows, "remark": grid.remark}


def _bar(bar: Bar) -> Data:
    return {"bar": True, "percent": float(bar.percent), "low": _float(bar.low), "high": _float(bar.high)}


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _stacks(stacks: Stacks) -> Data:
    """The bars with a colour for each level; instruments of two to five levels use the outer colours first."""
    colours = _colours(len(stacks.levels))
    levels = [asdict(level) | {"colour": colour} for level, colour in zip(stacks.levels, colours, strict=True)]
    return asdict(stacks) | {"levels": levels}


_CHOSEN: Final = {1: (5,), 2: (5, 1), 3: (5, 3, 1), 4: (5, 4, 2, 1)}


def _colours(levels: int) -> list[str]:
    best_first = sorted(LEVELS, reverse=True)
    chosen = _CHOSEN.get(levels) or [best_first[at * 5 // levels] for at in range(levels)]
    return [LEVELS[level] for level in chosen]


def _trend(trend: Trend) -> Data:
    points = [
        {"label": each.label, "status": each.status}
        | {"percent": _float(each.percent), "low": _float(each.low), "high": _float(each.high)}
        for each in trend.points
    ]
    ends = [value for each in trend.points for value in (each.low, each.percent, each.high) if value is not None]
    bottom, top = 10 * floor(min(ends) / 10), 10 * ceil(max(ends) / 10)
    top = max(top, bottom + 20) if bottom <= 80 else 100
    bottom = min(bottom, top - 20)
    step = 10 if top - bottom <= 50 else 20
    return {
        "caption": trend.caption,
        "alternative": trend.alternative,
        "points": points,
        "bottom": bottom,
        "top": top,
        "ticks": list(range(bottom, top + 1, step)),
    }
