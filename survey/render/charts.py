"""Full charts as SVG by matplotlib: the same figures give the same bytes, and nothing in them needs a style sheet."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree

from survey.domain.office_page import TrendPoint
from survey.domain.scoring import Estimate, round_half_up
from survey.palette import INK, LINE, QUIET

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FONT: Final = Path(__file__).parent / "fonts" / "BeVietnamPro-Regular.ttf"
_SVG: Final = "http://www.w3.org/2000/svg"
_XLINK: Final = "http://www.w3.org/1999/xlink"
# matplotlib keeps fonts and settings in one place for the whole process.
_ONE_AT_A_TIME: Final = Lock()
# A chart zoomed further than this would make noise look like news.
_SMALLEST_SPAN: Final = 30


@dataclass(frozen=True, slots=True)
class TrendWords:
    """What the trend chart says, in the reader's language."""

    title: str
    suppressed: str
    withheld: str
    no_data: str
    indicative: str

    def instead_of(self, hidden: Estimate) -> str:
        """What stands where a figure would."""
        if hidden.status != "suppressed":
            return self.no_data
        return self.withheld if hidden.withheld else self.suppressed


@dataclass(frozen=True, slots=True)
class _Look:
    """Colours and measures of one rendering; sizes in points."""

    accent: str
    ink: str
    quiet: str
    line: str
    gap: str
    narrow: bool

    @property
    def size(self) -> tuple[float, float]:
        return (4.4, 3.5) if self.narrow else (8.6, 4.4)

    @property
    def text(self) -> float:
        return 12


def trend_svg(
    points: Sequence[TrendPoint],
    *,
    words: TrendWords,
    language: str = "vi",
    accent: str = "#0b5563",
    dark: bool = False,
    narrow: bool = False,
) -> bytes:
    """The index month by month between its 95 % limits, oldest first, as an SVG picture.

    A suppressed month, and one without data, is a gap that says so; an indicative one has a hollow point (M11).
    Letters are drawn as outlines, so the picture looks the same everywhere. ``narrow`` is for a phone. Without any
    month that may be shown only the gaps are drawn.
    """
    look = _look(accent, dark=dark, narrow=narrow)
    with _ONE_AT_A_TIME:
        svg = _draw(points, words, language, look)
    return _tidied(svg, title=words.title, description=_in_words(points, words, language))


def _look(accent: str, *, dark: bool, narrow: bool) -> _Look:
    if dark:
        return _Look(_lighter(accent), "#e8edf2", "#aab6c2", "#34414d", "#212b35", narrow)
    return _Look(accent, INK, QUIET, LINE, "#f1f3f5", narrow)


def _lighter(colour: str) -> str:
    """Half way to white: readable on a dark page."""
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{(part + 255) // 2:02x}" for part in parts)


# --- drawing ----------------------------------------------------------------------------------------------


def _draw(points: Sequence[TrendPoint], words: TrendWords, language: str, look: _Look) -> bytes:
    # Loaded here because it costs half a second and 60 MB, which a worker that serves citizens never pays.
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties, fontManager

    fontManager.addfont(_FONT)
    settings: dict[Any, Any] = {
        "font.family": FontProperties(fname=_FONT).get_name(),
        "font.size": look.text,
        "svg.fonttype": "path",
        "svg.hashsalt": "hai-long",
        "text.color": look.ink,
    }
    with rc_context(settings):
        figure = Figure(figsize=look.size, layout="constrained")
        axes = figure.add_subplot()
        _draw_frame(axes, points, language, look)
        _draw_gaps(axes, points, words, look)
        for run in _runs(points):
            _draw_run(axes, points, run, look)
        _name_last(axes, points, language, look)
        written = BytesIO()
        no_stamp = {"Date": None, "Creator": None, "Format": None, "Type": None}
        figure.savefig(written, format="svg", transparent=True, metadata=no_stamp)
    return written.getvalue()


def _draw_frame(axes: "Axes", points: Sequence[TrendPoint], language: str, look: _Look) -> None:
    low, high = _limits(points)
    axes.set_xlim(-0.5, max(len(points), 1) - 0.5 + (2.7 if look.narrow else 1.15))
    axes.set_ylim(low, high)
    ticks = range(low, high + 1, 10)
    axes.set_yticks(list(ticks), [f"{tick}\u00a0%" if language == "vi" else f"{tick}%" for tick in ticks])
    every = [i for i in range(len(points)) if not look.narrow or (len(points) - 1 - i) % 3 == 0]
    axes.set_xticks(every, [_month(points[i], first=i == every[0]) for i in every])
    axes.grid(axis="y", color=look.line, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, colors=look.quiet, pad=6)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(look.line)


def _limits(points: Sequence[TrendPoint]) -> tuple[int, int]:
    """Tens that hold every whisker, at least 30 points apart, within 0 and 100 where the figures are."""
    lows = [each.index.low if each.index.low is not None else float(each.index.percent or 0) for each in _shown(points)]
    highs = [
        each.index.high if each.index.high is not None else float(each.index.percent or 0) for each in _shown(points)
    ]
    if not lows:
        return 0, 100
    high = min(max(10 * int(-(-max(highs) // 10)), 10), 100) if max(highs) <= 100 else 10 * int(-(-max(highs) // 10))
    low = min(10 * int(min(lows) // 10), high - _SMALLEST_SPAN)
    return (low, high) if low >= 0 or min(lows) < 0 else (0, max(high, _SMALLEST_SPAN))


def _shown(points: Sequence[TrendPoint]) -> list[TrendPoint]:
    return [each for each in points if each.index.percent is not None]


def _month(point: TrendPoint, *, first: bool) -> str:
    """The month's number, with the year under the first one and under each January."""
    month = point.month.last
    return f"{month.month}\n{month.year}" if first or month.month == 1 else f"{month.month}"


def _draw_gaps(axes: "Axes", points: Sequence[TrendPoint], words: TrendWords, look: _Look) -> None:
    low, high = axes.get_ylim()
    for i, point in enumerate(points):
        if point.index.percent is not None:
            continue
        said = words.instead_of(point.index)
        axes.axvspan(i - 0.42, i + 0.42, color=look.gap, linewidth=0, zorder=0.5)
        style: dict[str, Any] = {"ha": "center", "va": "center", "rotation": 90, "color": look.quiet}
        axes.text(i, (low + high) / 2, said, fontsize=look.text - 1.5, **style)


def _runs(points: Sequence[TrendPoint]) -> Iterator[list[int]]:
    """Neighbouring months that may be shown: a line never crosses a gap."""
    run: list[int] = []
    for i, point in enumerate(points):
        if point.index.percent is not None:
            run.append(i)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _draw_run(axes: "Axes", points: Sequence[TrendPoint], run: list[int], look: _Look) -> None:
    values = [float(points[i].index.percent or 0) for i in run]
    axes.plot(run, values, color=look.accent, linewidth=2.2, zorder=3)
    _draw_intervals(axes, points, run, look)
    for i, value in zip(run, values, strict=True):
        hollow = points[i].index.status == "indicative"
        inside = ("#151c23" if look.ink != INK else "#ffffff") if hollow else look.accent
        axes.plot([i], [value], "o", markersize=7, mfc=inside, mec=look.accent, mew=1.8, zorder=4)


def _draw_intervals(axes: "Axes", points: Sequence[TrendPoint], run: list[int], look: _Look) -> None:
    limits = [(i, points[i].index.low, points[i].index.high) for i in run]
    known = [(i, low, high) for i, low, high in limits if low is not None and high is not None]
    if not known:
        return
    places, lows, highs = ([each[n] for each in known] for n in range(3))
    axes.fill_between(places, lows, highs, color=look.accent, alpha=0.13, linewidth=0, zorder=1)
    axes.vlines(places, lows, highs, color=look.accent, linewidth=1.1, zorder=2)
    for ends in (lows, highs):
        axes.plot(places, ends, "_", color=look.accent, markersize=8, mew=1.1, zorder=2)


def _name_last(axes: "Axes", points: Sequence[TrendPoint], language: str, look: _Look) -> None:
    """The newest figure, beside its point: it is the one people look for."""
    if points and (percent := points[-1].index.percent) is not None:
        axes.annotate(
            _percent(float(percent), language),
            (len(points) - 1, float(percent)),
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            fontsize=look.text + 1.5,
            color=look.ink,
            annotation_clip=False,
        )


# --- words ------------------------------------------------------------------------------------------------


def _percent(value: float, language: str) -> str:
    shown = f"{round_half_up(value)}"
    return f"{shown}%" if language == "en" else f"{shown.replace('.', ',')}\u00a0%"


def _in_words(points: Sequence[TrendPoint], words: TrendWords, language: str) -> str:
    return "; ".join(f"{_full_month(each)}: {_figure(each, words, language)}" for each in points)


def _full_month(point: TrendPoint) -> str:
    return f"{point.month.last.month}/{point.month.last.year}"


def _figure(point: TrendPoint, words: TrendWords, language: str) -> str:
    index = point.index
    if index.percent is None:
        return words.instead_of(index)
    shown = _percent(float(index.percent), language)
    if index.low is not None and index.high is not None:
        shown += f" ({_percent(index.low, language)} – {_percent(index.high, language)})"
    return f"{shown}, {words.indicative}" if index.status == "indicative" else shown


# --- SVG --------------------------------------------------------------------------------------------------


def _tidied(svg: bytes, *, title: str, description: str) -> bytes:
    """matplotlib's picture without style sheet and metadata, with a title and a description for those who listen.

    Our pages forbid inline styles (Content-Security-Policy), so each becomes attributes of its element.
    """
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    root = ElementTree.fromstring(svg)  # noqa: S314 - written by matplotlib a moment ago
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag.endswith(("}style", "}metadata")):
                parent.remove(child)
    for element in root.iter():
        for name, value in re.findall(r"([\w-]+):\s*([^;]+)", element.attrib.pop("style", "")):
            element.set(name, value.strip())
    root.set("role", "img")
    root.set("stroke-linejoin", "round")
    named = ElementTree.Element(f"{{{_SVG}}}title"), ElementTree.Element(f"{{{_SVG}}}desc")
    named[0].text, named[1].text = title, description
    root[:0] = named
    tidied: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return tidied
