"""Languages people read the pages in, and languages the questions were recorded in."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast

from babel import Locale, UnknownLocaleError

from survey.domain.message import Fault, Message, Refused, message

SOURCE: Final = "vi"  # what the program is written in: nothing can be missing in it
# How much of the interface a language says it has: nothing promised, the citizen's pages, everything.
Promise = Literal["", "citizen", "all"]

_CODE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # as in lang="…": km, rad, zh-Hant
# What is spoken in Vietnam and has no Vietnamese name, or a less usual one, in CLDR; codes of ISO 639-3.
_SPOKEN: Final = {
    "bdq": "Tiếng Ba Na",
    "blt": "Tiếng Thái Đen",
    "cjm": "Tiếng Chăm",
    "hmn": "Tiếng Mông",
    "hre": "Tiếng Hrê",
    "ium": "Tiếng Dao",
    "jra": "Tiếng Gia Rai",
    "kpm": "Tiếng Cơ Ho",
    "mtq": "Tiếng Mường",
    "nut": "Tiếng Nùng",
    "rad": "Tiếng Ê Đê",
    "sed": "Tiếng Xơ Đăng",
    "twh": "Tiếng Thái Trắng",
    "tyz": "Tiếng Tày",
    "zh": "Tiếng Hoa",
}
_OWN_NAMES: Final = {SOURCE: "Tiếng Việt"}


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its own name; ``written`` if pages can be read in it, ``rtl`` if they run from right to left."""

    code: str
    name: str
    written: bool = True
    rtl: bool = False
    promise: Promise = ""


def is_language_code(text: str) -> bool:
    """Whether a folder or file may be called so."""
    return _CODE.fullmatch(text) is not None


def language_of(code: str, settings: str = "", *, written: bool = True) -> Language:
    """The language of a code: what CLDR knows of it, and what its ``language.toml`` says, which wins.

    Raises Refused with every fault of the settings.
    """
    told = _settings(settings)
    # What CLDR knows of a language takes 20 ms to load: the two that are always there tell it themselves.
    locale = None if code == SOURCE or {"name", "direction"} <= told.keys() else locale_of(code)
    own_name = _OWN_NAMES.get(code) or (locale.get_display_name() if locale else None) or _SPOKEN.get(code, code)
    return Language(
        code,
        name=unicodedata.normalize("NFC", str(told.get("name", own_name[:1].upper() + own_name[1:]))),
        written=written,
        rtl=told.get("direction", locale.text_direction if locale else "ltr") == "rtl",
        promise=cast(Promise, told.get("complete", "")),
    )


def locale_of(code: str) -> Locale | None:
    """What CLDR knows of a language; None where it knows nothing, as of most languages of Vietnam."""
    try:
        return Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def spoken_name(code: str) -> str:
    """What people in Vietnam call a language: ``Tiếng Mông``; the code where nobody told."""
    return _SPOKEN.get(code) or Locale(SOURCE).languages.get(code, code)


_SETTINGS: Final = message('chỉ dùng: name, complete = "citizen" hoặc "all", direction = "ltr" hoặc "rtl"')
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {"complete": ("citizen", "all"), "direction": ("ltr", "rtl")}


def _settings(text: str) -> dict[str, object]:
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused((Fault(Message(""), message("không đọc được: %(error)s", error=error)),)) from None
    faults = [
        Fault(Message(key), message("không dùng được ở đây"), _SETTINGS)
        for key, value in told.items()
        if not _is_setting(key, value)
    ]
    if faults:
        raise Refused(tuple(faults))
    return told


def _is_setting(key: str, value: object) -> bool:
    return (key == "name" and isinstance(value, str) and bool(value.strip())) or value in _CHOICES.get(key, ())
