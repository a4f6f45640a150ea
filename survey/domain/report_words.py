"""Sentences of the official report, each computed from figures; nothing here decides what is clear or hidden."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from survey.domain.estimation import BaseRules
from survey.domain.questionnaire import Method
from survey.domain.report import Basis, Compared, Figure, Instrument, Month, Movement, PeriodNames
from survey.domain.vietnamese import NBSP, day, decimal, listing, percent, signed, whole

METHOD_ANNEX: Final = "Cách tính và giới hạn của số liệu"

KIND_NAMES: Final = {
    "province": "tỉnh, thành phố",
    "department": "sở, ban, ngành",
    "commune": "xã, phường, đặc khu",
    "district": "cấp huyện trước đây",
    "unit": "đơn vị khác",
}

_METHODS: Final = {
    "share": "tỷ lệ phần trăm câu trả lời %(satisfied)s trong số câu trả lời hợp lệ",
    "all": "tỷ lệ phần trăm người trả lời mà mọi câu trả lời hợp lệ đều là %(satisfied)s",
    "net": "tỷ lệ phần trăm câu trả lời %(satisfied)s trừ đi tỷ lệ phần trăm câu trả lời không hài lòng",
    "mean_of_criteria": "trung bình cộng chỉ số của các tiêu chí",
}


def method_in_words(method: Method, satisfied_labels: Sequence[str]) -> str:
    """What the index is under a method: "tỷ lệ phần trăm câu trả lời “Hài lòng” và “Rất hài lòng” …"."""
    satisfied = listing([f"“{each}”" for each in satisfied_labels])
    if method.kind != "mean":
        return _METHODS[method.kind] % {"satisfied": satisfied}
    if method.multiply is None and method.add is None:
        return "điểm trung bình của các câu trả lời, quy về thang từ 0 đến 100"
    multiply, add = Fraction(method.multiply or 1), Fraction(method.add or 0)
    shift = f" rồi {'cộng' if add > 0 else 'trừ'} {_plain(abs(add))}" if add else ""
    return f"điểm trung bình của các câu trả lời nhân với {_plain(multiply)}{shift}"


def _plain(number: Fraction) -> str:
    """25 as 25, 12.5 as 12,50."""
    return decimal(number, 0 if number == int(number) else 2)


def opening(office: str, period: PeriodNames) -> str:
    """The first sentence: who reports what, over which days."""
    calendar = "kỳ báo cáo hành chính, " if period.calendar == "administrative" else ""
    return (
        f"{office} báo cáo kết quả khảo sát sự hài lòng của người dân, tổ chức đối với sự phục vụ hành chính "
        f"{period.name} ({calendar}{period.days}) như sau:"
    )


def closing(office: str, period: PeriodNames) -> str:
    """The sentence that ends the body, with the sign that ends an official document."""
    return f"Trên đây là báo cáo kết quả khảo sát sự hài lòng {period.name} của {office}./."


def scope(instrument: Instrument, design: str) -> tuple[str, ...]:
    """How the survey was made and what its index is."""
    interval = f"Khoảng tin cậy được tính ở mức 95{NBSP}%. " if instrument.with_interval else ""
    return (
        f"Phiếu khảo sát là “{instrument.title}” (mã {instrument.key}). Phiếu được trả lời ẩn danh, tự nguyện, qua "
        "mã QR đặt tại quầy và các kênh nêu trong báo cáo này.",
        f"Chỉ số là {instrument.method_in_words} (phương pháp {instrument.method}). {interval}Cách tính nêu tại "
        f"phụ lục “{METHOD_ANNEX}”.",
        design,
    )


def basis_sentences(basis: Basis, index: Figure, period: PeriodNames) -> tuple[str, ...]:
    """How many responses there are, and which stand apart."""
    return tuple(_basis_sentences(basis, index, period))


def _basis_sentences(basis: Basis, index: Figure, period: PeriodNames) -> list[str]:
    said = []
    if period.up_to is not None:
        said.append(f"Kỳ báo cáo chưa kết thúc; số liệu tính đến hết ngày {day(period.up_to)}.")
    if basis.responses:
        said.append(f"Kết quả chính dựa trên {whole(basis.responses)} phiếu trả lời{_with_criteria(basis, index)}.")
    else:
        said.append("Trong kỳ chưa có phiếu trả lời nào được tính vào kết quả chính.")
    if basis.set_aside:
        said.append(
            f"Ngoài ra có {whole(basis.set_aside)} phiếu được để riêng theo quy tắc công khai: các phiếu này được lưu "
            "giữ nhưng không tính vào kết quả."
        )
    if basis.verified:
        said.append(_verified(basis))
    said += [
        f"{each.name}: {whole(each.responses)} phiếu{_beside(each.index)}, không tính vào kết quả chính."
        for each in basis.beside
    ]
    if basis.other_versions:
        others = listing([f"{each.channel} ({whole(each.responses)} phiếu)" for each in basis.other_versions])
        said.append(f"Phiếu trả lời theo phiếu khảo sát khác không tính trong báo cáo này: {others}.")
    return said


def _with_criteria(basis: Basis, index: Figure) -> str:
    """Many tap the overall question only; the index rests on the others."""
    if index.respondents is None or index.respondents == basis.responses:
        return ""
    return f", trong đó {whole(index.respondents)} phiếu có trả lời các tiêu chí"


def _verified(basis: Basis) -> str:
    head = f"Trong kết quả chính, {whole(basis.verified)} phiếu được xác thực bằng mã phiếu hẹn của một giao dịch thật"
    if basis.verified_index.withheld:
        return f"{head}; kết quả riêng được ẩn để không suy ra được kết quả của các phiếu còn lại (quy tắc M12)."
    if basis.verified_index.percent is None:
        return f"{head}; chưa đủ số phiếu để nêu kết quả riêng."
    return f"{head}; chỉ số hài lòng chung của riêng các phiếu này là {with_interval(basis.verified_index)}."


def _beside(index: Figure | None) -> str:
    if index is None or index.percent is None:
        return ", chưa đủ để nêu chỉ số"
    return f", chỉ số {with_interval(index)}"


def with_interval(figure: Figure) -> str:
    """ "85,60 % (khoảng tin cậy từ 83,10 % đến 87,80 %)"; the figure alone where the method has no interval."""
    if figure.percent is None:
        raise ValueError("a hidden figure has no words but its status")
    if figure.low is None or figure.high is None:
        return percent(figure.percent)
    return f"{percent(figure.percent)} (khoảng tin cậy từ {percent(figure.low)} đến {percent(figure.high)})"


def headline(*, office: str, index: Figure, overall: Figure, question: str, rules: BaseRules) -> tuple[str, ...]:
    """The office's index and, beside it, what the overall question says (M4)."""
    if index.status == overall.status == "no_data":
        return (
            "Trong kỳ chưa có câu trả lời nào, nên chưa có dữ liệu để nêu chỉ số hài lòng chung và kết quả của câu "
            "hỏi chung.",
        )
    return (_index_sentence(office, index, rules), _overall_sentence(overall, question, rules))


def _index_sentence(office: str, index: Figure, rules: BaseRules) -> str:
    subject = f"Chỉ số hài lòng chung của {office}"
    if index.status == "no_data":
        return f"{subject} chưa có dữ liệu: trong kỳ chưa có ai trả lời các tiêu chí."
    if index.withheld:
        return f"{subject} được ẩn để không suy ra được kết quả của nơi có ít người trả lời (quy tắc M12)."
    if index.status == "suppressed":
        return (
            f"{subject} chưa đủ số phiếu để công bố: số người trả lời các tiêu chí dưới {rules.suppressed_below}, "
            "nên báo cáo không nêu con số."
        )
    said = f"{subject} là {with_interval(index)}, {_rests_on(index)}."
    if index.status == "indicative":
        return f"{said} Số người trả lời dưới {rules.rated_from} nên kết quả chỉ để tham khảo."
    return said


def _rests_on(figure: Figure) -> str:
    return (
        f"tính trên {whole(figure.base or 0)} câu trả lời hợp lệ của {whole(figure.respondents or 0)} người"
        if figure.base != figure.respondents
        else f"tính trên câu trả lời của {whole(figure.respondents or 0)} người"
    )


def _overall_sentence(overall: Figure, question: str, rules: BaseRules) -> str:
    subject = f"Với câu hỏi chung “{question}”"
    if overall.status == "no_data":
        return f"{subject}, chưa có câu trả lời nào."
    if overall.withheld:
        return f"{subject}, kết quả được ẩn để không suy ra được số khác (quy tắc M12)."
    if overall.status == "suppressed":
        return f"{subject}, chưa đủ số phiếu (dưới {rules.suppressed_below} người trả lời)."
    hint = "; kết quả chỉ để tham khảo" if overall.status == "indicative" else ""
    return f"{subject}, chỉ số là {with_interval(overall)}, {_rests_on(overall)}{hint}."


def movement(subject: str, found: Compared, period: PeriodNames) -> str:
    """One sentence on how a figure moved since the period before (M10)."""
    change, now, before = found.change, found.now, found.before
    if change.points is None or now.percent is None or before.percent is None:
        return f"{subject}: {not_comparable(found, period)}."
    then = f"so với {period.before_name} ({percent(before.percent)})"
    if change.points == 0:
        return f"{subject} là {percent(now.percent)}, không thay đổi {then}."
    way = "tăng" if change.points > 0 else "giảm"
    head = f"{subject} là {percent(now.percent)}, {way} {decimal(abs(change.points))} điểm phần trăm {then}."
    return f"{head} {_how_sure(change, way)}"


def _how_sure(change: Movement, way: str) -> str:
    if change.low is None or change.high is None:
        return f"Phương pháp này không có khoảng tin cậy nên chưa kết luận được mức {way} có rõ rệt hay không."
    span = f"từ {signed(change.low)} đến {signed(change.high)} điểm phần trăm"
    if change.clear:
        return f"Mức {way} này rõ rệt: khoảng tin cậy của mức thay đổi là {span}."
    return f"Mức {way} này chưa rõ: khoảng tin cậy của mức thay đổi là {span}, còn chứa số 0."


def not_comparable(found: Compared, period: PeriodNames) -> str:
    """Why there is no change, naming the side that lacks a figure."""
    if found.now.percent is None:
        return f"không so sánh được với {period.before_name}, vì kỳ này {_lack(found.now)}"
    if found.before.percent is None and found.change.words.endswith(("số phiếu", "có phiếu")):
        return f"không so sánh được với {period.before_name}, vì kỳ đó {_lack(found.before)}"
    return f"{found.change.words} ở {period.before_name}"


def _lack(figure: Figure) -> str:
    return "không nêu số liệu để không lộ nhóm nhỏ" if figure.withheld else hidden(figure)


def hidden(figure: Figure) -> str:
    """The words that stand in place of a figure (M11, M12)."""
    if figure.withheld:
        return "không nêu, để không lộ nhóm nhỏ"
    return "chưa có dữ liệu" if figure.status == "no_data" else "chưa đủ số phiếu"


def trend(months: Sequence[Month], rules: BaseRules) -> tuple[str, ...]:
    """The highest and lowest month, and the months that cannot be shown; () when there is nothing to compare."""
    shown = [(each.index.percent, each.key) for each in months if each.index.percent is not None]
    if len(shown) < 2:
        return ()
    highest, lowest = max(shown), min(shown)
    if highest[0] == lowest[0]:
        first = f"Trong {len(shown)} tháng có kết quả, chỉ số hài lòng chung đều là {percent(highest[0])}."
    else:
        first = (
            f"Trong {len(shown)} tháng có kết quả, chỉ số hài lòng chung cao nhất là {percent(highest[0])} "
            f"({_months_at(shown, highest[0])}), thấp nhất là {percent(lowest[0])} ({_months_at(shown, lowest[0])})."
        )
    small = [_month(each.key) for each in months if each.index.status == "suppressed" and not each.index.withheld]
    withheld = [_month(each.key) for each in months if each.index.withheld]
    said = [first]
    if small:
        said.append(f"Chưa đủ số phiếu (dưới {rules.suppressed_below} người trả lời): {listing(small)}.")
    if withheld:
        said.append(f"Ẩn để không suy ra được số của tháng khác (quy tắc M12): {listing(withheld)}.")
    return tuple(said)


def _months_at(shown: Sequence[tuple[object, str]], value: object) -> str:
    return listing([_month(key) for percent_then, key in shown if percent_then == value])


def _month(key: str) -> str:
    return f"tháng {short_month(key)}"


def short_month(key: str) -> str:
    """2026-10 as 10/2026."""
    year, number = key.split("-")
    return f"{int(number)}/{year}"
