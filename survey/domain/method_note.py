"""The numbered rules of the method in words: the one source of the note in reports and of the public method page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from survey.domain.estimation import BaseRules
from survey.domain.questionnaire import Text, text_in

Source = Literal["ministry", "law", "ours"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: the number that code and tests cite, its name, what it says, and whose choice it is."""

    number: str
    title: Text
    text: Text
    source: Source


def rules(base: BaseRules | None = None) -> tuple[Rule, ...]:
    """M1–M11, M16 and Q5 in order, with the thresholds in force (M11)."""
    given = base or BaseRules()
    places = {"hidden": given.suppressed_below, "rated": given.rated_from, "last": given.rated_from - 1}
    return tuple(_filled(each, places) for each in _RULES)


def _filled(rule: Rule, places: Mapping[str, int]) -> Rule:
    text = {language: words % places if "%(" in words else words for language, words in rule.text.items()}
    return Rule(rule.number, rule.title, text, rule.source)


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

_RULES: Final = (
    Rule(
        "M1",
        {"vi": "Câu trả lời được tính", "en": "Answers that count"},
        {
            "vi": "Một câu trả lời là một mức trên thang đo, hoặc “Không có ý kiến / không phát sinh” (lựa chọn do "
            "nền tảng thêm vào), hoặc để trống. Hai trường hợp sau được đếm và nêu rõ, nhưng không nằm trong số câu "
            "trả lời hợp lệ.",
            "en": "An answer is a level of the scale, or “No opinion / does not apply” (a choice added by this "
            "platform), or left empty. The last two are counted and shown, and are in no base.",
        },
        "ours",
    ),
    Rule(
        "M2",
        {"vi": "Chỉ số của một tiêu chí", "en": "Index of a criterion"},
        {
            "vi": "Số câu trả lời “Hài lòng” và “Rất hài lòng” (mức 4 và mức 5) chia cho số câu trả lời hợp lệ của "
            "tiêu chí, nhân với 100 (phương pháp share45).",
            "en": "100 times the answers “Satisfied” and “Very satisfied” (levels 4 and 5) over all valid answers to "
            "the criterion (method share45).",
        },
        "ministry",
    ),
    Rule(
        "M3",
        {"vi": "Chỉ số của một yếu tố", "en": "Index of a dimension"},
        {
            "vi": "Gộp câu trả lời của mọi tiêu chí thuộc yếu tố: tổng số câu trả lời mức 4 và mức 5 chia cho tổng "
            "số câu trả lời hợp lệ, nhân với 100.",
            "en": "Answers to all criteria of the dimension are pooled: 100 times all answers at levels 4 and 5 over "
            "all valid answers.",
        },
        "ours",
    ),
    Rule(
        "M4",
        {"vi": "Chỉ số hài lòng chung", "en": "Index of an office"},
        {
            "vi": "Gộp câu trả lời của mọi tiêu chí thuộc mọi yếu tố. Câu hỏi đánh giá chung có chỉ số riêng, được "
            "nêu bên cạnh và không trộn vào chỉ số hài lòng chung.",
            "en": "Answers to all criteria of all dimensions are pooled. The overall question has an index of its "
            "own, shown beside it and never mixed in.",
        },
        "ours",
    ),
    Rule(
        "M5",
        {"vi": "Phương pháp khác", "en": "Other methods"},
        {
            "vi": "Phương pháp khác chỉ được dùng khi nêu rõ tên: mean100 (điểm trung bình quy về thang 100), net "
            "(tỷ lệ hài lòng trừ tỷ lệ không hài lòng), mean_of_criteria (trung bình cộng chỉ số các tiêu chí), "
            "all45 (tỷ lệ người có mọi câu trả lời ở mức 4 hoặc mức 5) hoặc phương pháp riêng của phiếu khảo sát. "
            "Trong các phương pháp có sẵn, chỉ share45 và all45 có khoảng tin cậy.",
            "en": "Another method is used only by name: mean100 (the mean on a scale of 100), net (satisfied minus "
            "dissatisfied), mean_of_criteria (plain mean of the criterion indices), all45 (people whose every answer "
            "is at level 4 or 5), or a questionnaire's own. Of the built-in methods only share45 and all45 carry an "
            "interval.",
        },
        "ours",
    ),
    Rule(
        "M6",
        {"vi": "Làm tròn", "en": "Rounding"},
        {
            "vi": "Mọi phép tính giữ giá trị chính xác và chỉ làm tròn một lần khi trình bày, đến hai chữ số thập "
            "phân: 6650/7528 là 88,34 %. Vì vậy hiệu của hai số đã làm tròn có thể lệch 0,01 so với mức thay đổi "
            "được nêu.",
            "en": "Arithmetic is exact and rounded once, when shown, half-up to two decimals: 6650/7528 is 88.34 %. "
            "The difference of two rounded figures may therefore be off by 0.01 from the change that is shown.",
        },
        "ours",
    ),
    Rule(
        "M7",
        {"vi": "Gộp số đếm, không lấy trung bình các tỷ lệ", "en": "Counts are pooled, percentages are not averaged"},
        {
            "vi": "Chỉ số của cơ quan cấp trên gộp câu trả lời của các đơn vị trực thuộc. Hai cách cho kết quả khác "
            "nhau: 3205/3628, 2518/2756 và 927/1144 gộp lại được 88,34 %, còn trung bình cộng ba tỷ lệ là 86,91 %.",
            "en": "A parent office pools the answers of the offices below it. The two ways differ: 3205/3628, "
            "2518/2756 and 927/1144 pool to 88.34 %, while the mean of the three percentages is 86.91 %.",
        },
        "ours",
    ),
    Rule(
        "M8",
        {"vi": "Khoảng tin cậy của một tiêu chí", "en": "Interval of a criterion"},
        {
            "vi": "Khoảng tin cậy 95 % tính theo Wilson (1927; xem Brown, Cai và DasGupta, 2001). Khoảng càng hẹp "
            "thì con số càng chắc chắn.",
            "en": "Wilson's score interval at 95 % (1927; see Brown, Cai and DasGupta, 2001). The narrower it is, "
            "the surer the figure.",
        },
        "ours",
    ),
    Rule(
        "M9",
        {"vi": "Khoảng tin cậy của chỉ số gộp", "en": "Interval of a pooled index"},
        {
            "vi": "Các câu trả lời của cùng một người có liên quan với nhau nên không được coi là độc lập. Khoảng "
            "tin cậy của yếu tố và của chỉ số chung vì vậy dựa trên cỡ mẫu hiệu dụng, tính từ phương sai của tỷ số "
            "giữa những người trả lời và hiệu chỉnh theo phân phối t (Kish, 1965; Korn và Graubard, 1998; Franco và "
            "cộng sự, 2019). Chỉ có một người trả lời thì không nêu khoảng tin cậy.",
            "en": "Answers of one person are correlated and must not be treated as independent. The interval of a "
            "dimension and of the office index therefore rests on an effective base, from the variance of the ratio "
            "among respondents, corrected by the t distribution (Kish, 1965; Korn and Graubard, 1998; Franco et al., "
            "2019). With one respondent there is no interval.",
        },
        "ours",
    ),
    Rule(
        "M10",
        {"vi": "So sánh hai kỳ", "en": "Comparing two periods"},
        {
            "vi": "Mức thay đổi được nêu bằng điểm phần trăm, kèm khoảng tin cậy 95 % của hiệu theo Newcombe (1998). "
            "Thay đổi là “rõ rệt” khi khoảng này không chứa số 0, ngược lại là “chưa rõ”. Chỉ so sánh khi cùng phiên "
            "bản phiếu khảo sát, cùng phương pháp và cùng kênh; nếu khác thì ghi “không so sánh được”. Điểm mạnh và "
            "hạn chế cũng được xác định bằng cách so tiêu chí với chỉ số chung như vậy. Khi so sánh nhiều tiêu chí "
            "cùng lúc, vẫn có thể có khác biệt do ngẫu nhiên.",
            "en": "A change is shown in percentage points with Newcombe's 95 % interval of the difference (1998). It "
            "is “clear” when that interval leaves 0 out, else “not clear”. Only the same questionnaire version, "
            "method and channels are compared; otherwise it says “not comparable”. Strengths and weaknesses are "
            "found by holding criteria against the office index in the same way. Where many criteria are compared at "
            "once, some differences may be chance.",
        },
        "ours",
    ),
    Rule(
        "M11",
        {"vi": "Số người trả lời tối thiểu và xếp nhóm", "en": "Smallest base, and tiers"},
        {
            "vi": "Dưới %(hidden)s người trả lời: không nêu kết quả, ghi “chưa đủ số phiếu”. Từ %(hidden)s đến "
            "%(last)s người: kết quả để tham khảo. Từ %(rated)s người: đủ để đánh giá và xếp nhóm. Chỉ xếp nhóm giữa "
            "các đơn vị cùng loại: xét chỉ số từ cao xuống thấp, đơn vị nào khác rõ rệt (M10) so với đơn vị đứng đầu "
            "nhóm thì mở nhóm mới. Thứ hạng được nêu bằng một khoảng.",
            "en": "Under %(hidden)s respondents nothing is shown: “not enough responses”. From %(hidden)s to "
            "%(last)s the figure is indicative. From %(rated)s it is rated and ranked. Only offices of one kind are "
            "ranked: in order of index, an office opens a new tier when it is clearly different (M10) from the first "
            "office of the tier. A rank is given as an interval.",
        },
        "ours",
    ),
    Rule(
        "M16",
        {"vi": "Kỳ báo cáo", "en": "Periods"},
        {
            "vi": "Theo tháng dương lịch, hoặc theo tháng báo cáo hành chính từ ngày 15 của tháng trước đến hết ngày "
            "14 (như đang áp dụng theo Nghị định số 09/2019/NĐ-CP); quý, 6 tháng và năm cũng theo cách đó, năm báo "
            "cáo hành chính từ ngày 15/12 năm trước đến ngày 14/12. Ngày được tính theo giờ Việt Nam.",
            "en": "Civil months, or administrative reporting months from the 15th of the month before to the 14th "
            "(as applied under Decree 09/2019/NĐ-CP); quarters, half-years and years likewise, the administrative "
            "year running from 15 December to 14 December. Days are those of Vietnam's time zone.",
        },
        "law",
    ),
    Rule(
        "Q5",
        {"vi": "Kênh thu thập", "en": "Channels"},
        {
            "vi": "Các kênh không được gộp mà không nói rõ. Kết quả chính chỉ gồm các kênh dành cho mọi người dân "
            "(mã QR tại quầy, phiếu hẹn, máy khảo sát, đường dẫn) và không gồm phiếu được để riêng. Phiếu giấy do "
            "cán bộ nhập và phiếu của đợt mời độc lập được nêu bên cạnh.",
            "en": "Channels are never pooled silently. The headline holds the channels open to everyone (QR code at "
            "the desk, slip, kiosk, link) and no response that was set aside. Paper forms entered by staff and "
            "independent invitations are shown beside it.",
        },
        "ours",
    ),
)
