"""The numbered rules of the method in words: the one source of the note in reports and of the public method page."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from survey.domain.estimation import RATED_FLOOR, BaseRules
from survey.domain.method_rule import Rule
from survey.domain.method_rules import FIGURE_RULES
from survey.domain.method_rules_trust import TRUST_RULES
from survey.domain.questionnaire import Text, text_in

_RULES: Final = (*FIGURE_RULES, *TRUST_RULES)


def rules(base: BaseRules | None = None) -> tuple[Rule, ...]:
    """M1–M14, M16 and Q1–Q5 in order, with the thresholds in force (M11)."""
    given = base or BaseRules()
    places = {
        "hidden": given.suppressed_below,
        "rated": given.rated_from,
        "last": given.rated_from - 1,
        "stratum": RATED_FLOOR,
    }
    return tuple(_filled(each, places) for each in _RULES)


def _filled(rule: Rule, places: Mapping[str, int]) -> Rule:
    text = {language: words % places if "%(" in words else words for language, words in rule.text.items()}
    return replace(rule, text=text)


def design(language: str) -> str:
    """What kind of survey this is, and with which figures it must not be compared; stands in every report."""
    return text_in(_DESIGN, language)


def sources(language: str) -> str:
    """Which of the rules come from the Ministry's design or the law; the others are choices of this platform."""
    return text_in(_SOURCES, language) % {
        name: ", ".join(rule.number for rule in _RULES if rule.source == name) for name in ("ministry", "law")
    }


_DESIGN: Final[Text] = {
    "vi": "Đây là khảo sát tại quầy bằng mã QR, theo thiết kế SIPAS đầu tiên, áp dụng cho giai đoạn 2017–2020 (Quyết "
    "định số 2640/QĐ-BNV ngày 10/10/2017). Người trả lời là người đến làm thủ tục và tự nguyện trả lời, không phải "
    "mẫu chọn ngẫu nhiên. Kết quả không phải là chỉ số SIPAS do Bộ Nội vụ công bố và không được so sánh với số liệu "
    "toàn quốc từ năm 2022 trở đi, vì số liệu đó được thu thập theo thiết kế khác.",
    "en": "This is a survey at the desk by QR code, in the first design of SIPAS, used for 2017–2020 (Decision "
    "2640/QĐ-BNV of 10 October 2017). Those who answer came for a procedure and chose to answer; they are not a random "
    "sample. The result is not the SIPAS index that the Ministry of Home Affairs publishes and must not be compared "
    "with national figures from 2022 on, which were collected under another design.",
}

_SOURCES: Final[Text] = {
    "vi": "Quy tắc %(ministry)s theo thiết kế SIPAS giai đoạn 2017–2020; quy tắc %(law)s theo chế độ báo cáo hành "
    "chính; các quy tắc còn lại là lựa chọn của nền tảng khảo sát, không phải quy định của Bộ Nội vụ.",
    "en": "Rule %(ministry)s follows the SIPAS design of 2017–2020; rule %(law)s follows the administrative reporting "
    "regime; the others are choices of this survey platform, not of the Ministry of Home Affairs.",
}
