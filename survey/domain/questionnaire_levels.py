"""Rules of a questionnaire file about numbers: scales, bands, and the method that reads them."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final

from survey.domain import questionnaire_walk as walk
from survey.domain.message import message
from survey.domain.questionnaire_model import BUILTIN_METHODS, FIVE_LEVEL_METHODS
from survey.domain.questionnaire_walk import Found, Part, Rule
from survey.domain.questionnaire_yaml import Path

_BUILTIN: Final = ", ".join(BUILTIN_METHODS)

# ---- scales


def _scales_known(data: Part) -> Found:
    known = ", ".join(walk.scales(data))
    for path, question, _section in walk.questions(data):
        if question.get("type", "scale") != "scale" or walk.scale_of(data, question) is not None or not known:
            continue
        yield (
            (*path, "scale"),
            message("Không có thang đo “%(scale)s”.", scale=question["scale"])
            if "scale" in question
            else message("Tệp có nhiều thang đo nên câu hỏi này phải gọi tên một thang đo."),
            message("Chọn một thang đo trong scales: %(known)s.", known=known),
        )


def _scales_sound(data: Part) -> Found:
    for key, scale in walk.scales(data).items():
        satisfied, dissatisfied = walk.marked(scale, "satisfied"), walk.marked(scale, "dissatisfied")
        path: Path = ("scales", key, "options")
        if not satisfied or not dissatisfied:
            yield (
                path,
                message("Thang đo phải có mức hài lòng và mức không hài lòng."),
                message("Đánh dấu satisfied: true và dissatisfied: true ở các mức tương ứng."),
            )
        elif satisfied & dissatisfied:
            yield (
                path,
                message("Một mức không thể vừa hài lòng vừa không hài lòng."),
                message("Bỏ satisfied hoặc dissatisfied ở mức đó."),
            )
        elif min(satisfied) < max(dissatisfied):
            yield (
                path,
                message("Số của mức hài lòng phải lớn hơn số của mức không hài lòng."),
                message("Đánh số lại: số càng lớn là càng hài lòng. Thứ tự hiện trên trang là thứ tự trong tệp."),
            )


# ---- bands


def _bands_apart(data: Part) -> Found:
    for path, owner in walk.option_owners(data):
        bands = [band for at, part in walk.parts(owner, "options", path) if (band := _band(at, part))]
        yield from _upside_down(bands)
        yield from _neighbours(sorted((band for band in bands if band[1] <= band[2]), key=lambda band: band[1:]))


Band = tuple[Path, float, float]


def _band(path: Path, option: Part) -> Band | None:
    lowest, highest = option.get("lowest"), option.get("highest")
    if not isinstance(lowest, int) and not isinstance(highest, int):
        return None
    return (
        path,
        lowest if isinstance(lowest, int) else float("-inf"),
        highest if isinstance(highest, int) else float("inf"),
    )


def _upside_down(bands: Sequence[Band]) -> Found:
    for path, lowest, highest in bands:
        if lowest > highest:
            yield path, message("Nhóm này có lowest lớn hơn highest."), message("Đổi chỗ hai số.")


def _neighbours(bands: Sequence[Band]) -> Found:
    """Overlaps and gaps among bands in the order of their lowest."""
    covered = bands[0][2] if bands else 0
    for path, lowest, highest in bands[1:]:
        if lowest <= covered:
            yield (
                path,
                message("Nhóm này chồng lên nhóm khác: có người thuộc cả hai."),
                message("Sửa lowest, highest để mỗi người chỉ thuộc một nhóm, ví dụ 18–24 rồi 25–34."),
            )
        elif lowest > covered + 1:
            yield (
                path,
                message("Giữa nhóm này và nhóm trước có khoảng trống: có người không thuộc nhóm nào."),
                message("Nhóm này bắt đầu từ %(next)s.", next=int(covered) + 1),
            )
        covered = max(covered, highest)


# ---- method


def _method_known(data: Part) -> Found:
    method = data.get("method")
    name = method.get("id") if isinstance(method, dict) else method
    if not isinstance(name, str) or (name in BUILTIN_METHODS) is isinstance(method, str):
        return
    if isinstance(method, dict):
        yield (
            ("method", "id"),
            message("“%(method)s” là tên của một cách tính có sẵn.", method=name),
            message("Viết gọn method: %(method)s, hoặc đặt tên khác cho cách tính riêng.", method=name),
        )
        return
    close = get_close_matches(name, BUILTIN_METHODS, n=1)
    yield (
        ("method",),
        message("Không có cách tính “%(method)s”.", method=name),
        message("Có phải là %(close)s? Các cách có sẵn: %(known)s.", close=close[0], known=_BUILTIN)
        if close
        else message("Chọn một cách có sẵn (%(known)s) hoặc viết một nhóm id, version, kind.", known=_BUILTIN),
    )


def _method_fits(data: Part) -> Found:
    method = data.get("method")
    if isinstance(method, str) and method in FIVE_LEVEL_METHODS:
        used = [*_scales_used(data, "overall"), *_scales_used(data, "dimension")]
        if any(walk.values(scale) != [1, 2, 3, 4, 5] or walk.marked(scale, "satisfied") != {4, 5} for scale in used):
            yield (
                ("method",),
                message("%(method)s chỉ dùng cho thang từ 1 đến 5, hài lòng là 4 và 5.", method=method),
                message("Viết một cách tính riêng, ví dụ {id: agree, version: 1, kind: share}."),
            )
    elif isinstance(method, dict):
        yield from (_mean_fits if method.get("kind") == "mean" else _no_formula)(data, method)


def _mean_fits(data: Part, _method: Mapping[str, Any]) -> Found:
    if len({tuple(walk.values(scale)) for scale in _scales_used(data, "dimension")}) > 1:
        yield (
            ("method",),
            message("Điểm trung bình chỉ có nghĩa khi mọi tiêu chí dùng chung các mức."),
            message("Dùng một thang đo cho mọi tiêu chí, hoặc chọn kind: share."),
        )


def _no_formula(_data: Part, method: Mapping[str, Any]) -> Found:
    for key in ("multiply", "add"):
        if key in method:
            yield (
                ("method", key),
                message("%(key)s chỉ dùng với kind: mean.", key=key),
                message("Bỏ khóa này đi."),
            )


def _scales_used(data: Part, kind: str) -> Iterator[Part]:
    for _path, question, _section in walk.questions(data, kind):
        scale = walk.scale_of(data, question)
        if scale is not None:
            yield scale


LEVEL_RULES: Final[Sequence[Rule]] = (_scales_known, _scales_sound, _bands_apart, _method_known, _method_fits)
