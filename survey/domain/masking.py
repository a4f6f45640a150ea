"""What a comment must not carry into the database: numbers and addresses of people, and names as well as can be.

Numbers and e-mails are found by their shape. Names are found after a form of address, after "tên" or by a common
family name, so some slip through; the privacy notice says so (promise 3). Sums of money, dates, times and names of
places stay: they are what most comments are about.
"""

import re
from typing import Final

from survey.domain.masking_words import (
    ADDRESS,
    FAMILY,
    FAMILY_OR_WORD,
    FAMILY_PLAIN,
    GIVEN,
    MIDDLE,
    NO_NAMES,
    PLACES,
    WELL_KNOWN,
)

NUMBER, EMAIL, NAME = "[số đã che]", "[thư điện tử đã che]", "[tên đã che]"

# --- e-mails ----------------------------------------------------------------------------------------------

_EMAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]+ ?(?:@|[(\[]at[)\]]) ?[\w-]+(?:\.[\w-]+)*", re.IGNORECASE)

# --- numbers ----------------------------------------------------------------------------------------------

_GAP: Final = r"[^\S\n]|[.\-‐-―()/·_]"  # what people write between the groups of a number
_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d\d"
_DATE: Final = rf"(?:{_DAY}\.{_MONTH}\.{_YEAR}|{_DAY}-{_MONTH}-{_YEAR}|{_DAY}/{_MONTH}/{_YEAR}|{_YEAR}-{_MONTH}-{_DAY})"
_END: Final = r"(?![.\-/:]?\d)"
_WHEN: Final = rf"(?:{_DATE}|{_DAY}/{_MONTH}|{_MONTH}/{_YEAR}|{_YEAR}|[0-2]?\d[.:h][0-5]\d)"
_KEPT_DATE: Final = rf"(?:{_WHEN}[^\S\n]?[-‐-―][^\S\n]?{_WHEN}|{_DATE}){_END}"
_CURRENCY: Final = r"[^\S\n]?(?:đồng(?! chí)|vnđ|vnd|nghìn|ngàn|triệu|tỷ|tỉ|[đd](?![\w/]))"
# 15.000.000 is money; 912.345.678 may be a telephone number, unless a currency follows or it is round.
_MONEY: Final = (
    rf"[1-9]\d{{0,2}}(?:[.,]\d{{3}})+(?![.,]?\d)(?:(?={_CURRENCY})|(?<=000)|(?<!\d.\d{{3}}.\d{{3}}))"
    rf"|[1-9]\d{{0,2}}(?: \d{{3}})+(?={_CURRENCY})|[1-9]\d{{3,8}}(?={_CURRENCY})"
)
# Eight digits or more, as in telephone (10), identity (9 or 12) and account numbers, however they are grouped.
_LONG: Final = rf"\(?\+?\(?\d(?:(?!(?:{_GAP})+{_DATE}{_END})(?:{_GAP}){{0,3}}\d){{7,}}"
_NAMED: Final = (
    r"(?:stk|tài khoản|tk|cmnd|cmt|cccd|căn cước|định danh|hộ chiếu|passport|sđt|sdt|đt|điện thoại|zalo|bhxh|bhyt)"
    r"(?: (?:số|của|tôi|là|công dân))*[ :.]{0,3}"
)
_NUMBER: Final = re.compile(
    rf"(?P<called>\b{_NAMED})[A-Z]{{0,2}}\d(?:(?:{_GAP})?\d){{4,}}"
    rf"|(?<![\d.,/\-])(?P<kept>{_KEPT_DATE}|{_MONEY})"
    rf"|\b[A-Z]\d{{7}}\b|{_LONG}",
    re.IGNORECASE,
)

# --- names ------------------------------------------------------------------------------------------------

_CAPITALS: Final = "A-ZÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬĐÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"
_PART: Final = rf"(?!(?i:{NO_NAMES})\b)[{_CAPITALS}](?:['’][{_CAPITALS}])?[^\W\d_]*"
_KEPT: Final = rf"\b(?:(?i:{PLACES}) [{_CAPITALS}][^\W\d_]*(?: [{_CAPITALS}][^\W\d_]*){{0,4}}|{WELL_KNOWN})\b"
_CALLED: Final = (
    rf"\b(?P<called>(?i:{ADDRESS})(?:,? (?:tên là|tên|là))?|(?i:họ tên|họ và tên|ký tên|tên)(?: là| em| tôi)?:?) "
)
_NAME: Final = re.compile(
    rf"(?P<kept>{_KEPT})|{_CALLED}{_PART}(?:[ -]{_PART}){{0,3}}"
    rf"|\b(?:{FAMILY}|{FAMILY.upper()})(?:[ -]{_PART}){{1,4}}|\b(?:{FAMILY_OR_WORD})(?:[ -]{_PART}){{2,3}}"
    rf"|\bH['’ʼ] ?{_PART}(?: {_PART}){{0,2}}"
)
# Written without capitals, in capitals only or without marks: what nearly always is a name and nothing else.
_UNCAPITAL: Final = re.compile(
    rf"(?P<kept>(?-i:{_KEPT}))|\b(?:{FAMILY}|{FAMILY_OR_WORD}) (?:văn|thị)(?: (?:{MIDDLE}))? [^\W\d_]+"
    rf"|\b(?:{FAMILY_PLAIN}) (?:van|thi)(?: [^\W\d_]+){{1,2}}|\b(?P<called>{ADDRESS}) (?:tên )?(?:{GIVEN})\b",
    re.IGNORECASE,
)


def masked(text: str) -> str:
    """The comment with e-mails, long numbers and likely names replaced by a word that says so; "" stays ""."""
    text = _NUMBER.sub(lambda found: _with(found, NUMBER), _EMAIL.sub(EMAIL, text))
    if not text.isupper():  # where everything is in capitals they tell no names
        text = _NAME.sub(lambda found: _with(found, NAME), text)
    return _UNCAPITAL.sub(lambda found: _with(found, NAME), text)


def _with(found: re.Match[str], mark: str) -> str:
    """The mark for what was found, behind the word that announced it; what must stay stays."""
    groups = found.groupdict()
    if groups.get("kept") is not None:
        return found[0]
    called = (groups.get("called") or "").rstrip()
    return f"{called} {mark}" if called else mark
