"""What a comment must not carry into the database: numbers and addresses of people, and names as well as can be.

Numbers and e-mails are found by their shape. Names are found only after a form of address or a common family name,
so some slip through; the privacy notice says so (promise 3).
"""

import re

NUMBER, EMAIL, NAME = "[số đã che]", "[thư điện tử đã che]", "[tên đã che]"

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# Eight digits or more, as in telephone (10), identity (9 or 12) and account numbers, however they are grouped.
_NUMBER = re.compile(r"(?<![\d/.])\+?\(?\d(?:[ .\-()]{0,2}\d){7,}(?![\d/])")
# 15.000.000 is money, not a telephone number.
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")

_UPPER = "A-ZÀ-ỸĂÂĐÊÔƠƯ"
_WORD = f"[{_UPPER}][^\\W\\d_]*"
_FAMILY = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Đoàn|Trịnh|Mai|Trương|Lâm|Tạ|Quách|"
    "Lò|Cầm|Vàng|Giàng|Sùng|Thào|Hạng|Lường|Quàng|Y|H'|Rơ|Siu|Thạch|Kim|Sơn|Nông|Hà|Lương|Chu|Cao"
)
_ADDRESS = "[Aa]nh|[Cc]hị|[Ôô]ng|[Bb]à|[Cc]ô|[Cc]hú|[Bb]ác|[Ee]m|[Tt]hầy|[Đđ]ồng chí|[Cc]án bộ|[Cc]ông chức"
_FULL_NAME = re.compile(f"\\b(?:{_FAMILY})(?: {_WORD}){{1,4}}")
_ADDRESSED = re.compile(f"\\b({_ADDRESS})((?: (?:tên|tên là|là))?) {_WORD}(?: {_WORD}){{0,4}}")


def masked(text: str) -> str:
    """The comment with e-mails, long numbers and likely names replaced by a word that says so."""
    text = _EMAIL.sub(EMAIL, text)
    text = _NUMBER.sub(lambda found: found[0] if _THOUSANDS.fullmatch(found[0]) else NUMBER, text)
    text = _FULL_NAME.sub(NAME, text)
    return _ADDRESSED.sub(lambda found: f"{found[1]}{found[2]} {NAME}", text)
