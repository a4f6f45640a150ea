"""Numbers side by side: what is held against what, what is hidden, and what the sentences say (Q2, Q5, M10–M12)."""

from decimal import Decimal
from fractions import Fraction

import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from survey.domain.comparison import NotComparable
from survey.domain.credibility import Credibility, WeighedPart, weigh
from survey.domain.estimation import Change
from survey.domain.periods import parse
from survey.domain.questionnaire import BUILTIN_METHODS, Method
from survey.domain.scoring import OfficeScore, office_score
from survey.domain.standing_words import (
    comparison,
    proof,
    response_rate,
    set_aside,
    short_flag,
    weighted,
    worth_telling,
)
from survey.domain.standings import Comparison, Standings, standings_of
from survey.domain.tally import CountedResponse, Standing, count
from survey.domain.vietnamese import Amount
from survey.domain.weighting import ResponseRate, Weighted
from tests.domain.instruments import instrument

ONE = instrument({"A": 1})
NBSP = "\u00a0"


def some(satisfied: int, number: int, channel: str = "poster", standing: Standing = "open") -> list[CountedResponse]:
    """So many satisfied of a number of people who answered the one criterion."""
    values = [5] * satisfied + [2] * (number - satisfied)
    return [CountedResponse(channel, standing, {"overall": value, "A1": value}) for value in values]


def slips(satisfied: int, number: int) -> list[CountedResponse]:
    return some(satisfied, number, "slip", "verified")


def standings(*groups: list[CountedResponse], method: str = "share45") -> Standings:
    responses = [each for group in groups for each in group]
    return standings_of(count(ONE, responses), ONE, method=BUILTIN_METHODS[method])


def scored(*groups: list[CountedResponse]) -> OfficeScore:
    tallies = count(ONE, [each for group in groups for each in group])
    return office_score(tallies, office_code="1", office_name="Một", questionnaire=ONE, period=parse("2026-10"))


def pair(found: Standings, name: str, channel: str = "") -> Comparison:
    (only,) = (each for each in found.comparisons if each.pair == name and each.channel == channel)
    return only


def said(found: Standings, name: str, channel: str = "") -> str:
    return str(comparison(pair(found, name, channel))).replace(NBSP, " ")


# ---- open and verified


def test_open_and_verified_make_the_headline() -> None:
    found = standings(some(80, 100), slips(30, 60), some(9, 9, "paper"), some(5, 5, standing="set_aside"))
    assert [each.responses for each in (found.open, found.verified, found.headline)] == [100, 60, 160]
    assert found.headline.index.percent == Fraction(100 * 110, 160)
    assert found.verified_share == Fraction(100 * 60, 160)


def test_a_clear_difference_has_newcombes_interval_and_a_sentence() -> None:
    found = standings(some(90, 100), slips(36, 60))
    index = pair(found, "verified").index
    low, high = confint_proportions_2indep(36, 60, 90, 100, method="newcomb", compare="diff")
    assert isinstance(index, Change)
    assert index.points == -30
    # The interval of one answer a person is Wilson's but for Student's t and n* on k−1: a little wider, never narrower.
    assert (index.low, index.high) == pytest.approx((100 * low, 100 * high), abs=0.6)
    assert index.low is not None
    assert index.low < 100 * low
    assert index.clear
    words = said(found, "verified")
    assert words.startswith(
        "Chỉ số của các phiếu được xác thực bằng mã phiếu hẹn là 60,00 %, thấp hơn rõ rệt so với các phiếu mở "
        "(90,00 %): chênh lệch 30,00 điểm phần trăm, khoảng tin cậy 95 % từ 16,"
    )
    assert "−" not in words, "how far below stands there, not a negative number"
    assert str(short_flag(found)) == "Phiếu được xác thực thấp hơn phiếu mở rõ rệt: 30,00 điểm phần trăm."


def test_verified_ones_may_be_clearly_better() -> None:
    found = standings(some(60, 100), slips(58, 60))
    assert "cao hơn rõ rệt so với các phiếu mở (60,00 %)" in said(found, "verified")
    assert "cao hơn" in str(short_flag(found))


def test_an_unclear_difference_is_called_so_and_never_a_finding() -> None:
    found = standings(some(80, 100), slips(45, 60))
    words = said(found, "verified")
    assert "chưa khác nhau rõ rệt: chênh lệch −5,00 điểm phần trăm" in words
    assert "còn chứa số 0" in words
    assert short_flag(found) is None


def test_below_thirty_a_difference_is_indicative() -> None:
    assert said(standings(some(95, 100), slips(3, 20)), "verified").endswith(
        "Có nhóm dưới 30 người trả lời, nên chỉ để tham khảo."
    )


def test_below_ten_nothing_is_said_and_the_rest_does_not_tell_it() -> None:
    """Open is the headline less verified: shown, it would give away what five people said (M12)."""
    found = standings(some(80, 100), slips(1, 5))
    assert found.headline.index.percent is not None
    assert (found.verified.index.status, found.verified.index.withheld) == ("suppressed", False)
    assert (found.open.index.status, found.open.index.withheld) == ("suppressed", True)
    assert pair(found, "verified").index == NotComparable("base")
    assert not any(sign.isdigit() for sign in said(found, "verified").replace("M12", ""))


def test_few_open_ones_hide_the_verified_ones_too() -> None:
    found = standings(some(1, 5), slips(80, 100))
    assert found.verified.index.percent is found.open.index.percent is None


def test_without_any_slip_the_page_says_that_nothing_is_proven() -> None:
    found = standings(some(80, 100))
    assert found.verified_share == 0
    assert str(proof(found)).startswith("Không phiếu nào trong 100 phiếu của kết quả chính được xác thực")
    assert "không có phiếu nào của các phiếu được xác thực" in said(found, "verified")
    assert found.open.index == found.headline.index


def test_how_much_is_proven_is_said_without_a_verdict() -> None:
    words = str(proof(standings(some(80, 100), slips(2, 3)))).replace(NBSP, " ")
    assert words.startswith("3 trong 103 phiếu của kết quả chính (2,91 %) được xác thực bằng mã phiếu hẹn")


def test_without_any_response_there_is_nothing_to_prove() -> None:
    found = standings()
    assert found.verified_share is None
    assert str(proof(found)) == "Trong kỳ chưa có phiếu nào được tính vào kết quả chính."
    assert [each for each in found.comparisons if worth_telling(each)] == []


# ---- set aside


def test_with_and_without_set_aside_have_a_plain_difference_and_no_interval() -> None:
    found = standings(some(80, 100), some(50, 50, standing="set_aside"))
    assert found.with_set_aside.index.percent == Fraction(100 * 130, 150)
    assert found.moved_by_set_aside == Fraction(100 * 130, 150) - 80
    assert str(set_aside(found)).replace(NBSP, " ") == (
        "Nếu tính cả 50 phiếu để riêng, chỉ số là 86,67 % (+6,67 điểm phần trăm so với kết quả chính)."
    )


def test_set_aside_ones_are_held_against_those_that_count() -> None:
    """Two groups without a common respondent: only there M10's interval holds."""
    found = standings(some(80, 100), some(50, 50, standing="set_aside"))
    held = pair(found, "set_aside")
    assert (held.one.responses, held.other.responses) == (50, 100)
    assert "các phiếu để riêng là 100,00 %, cao hơn rõ rệt so với các phiếu tính vào kết quả (80,00 %)" in said(
        found, "set_aside"
    )


def test_a_few_set_aside_are_not_told_by_the_index_with_them() -> None:
    found = standings(some(80, 100), some(1, 4, standing="set_aside"))
    assert found.with_set_aside.index.percent is None
    assert found.with_set_aside.index.withheld
    assert found.moved_by_set_aside is None
    assert str(set_aside(found)).startswith("Có 4 phiếu để riêng; không nêu chỉ số khi tính cả các phiếu này")


def test_nothing_set_aside_changes_nothing() -> None:
    found = standings(some(80, 100))
    assert found.with_set_aside == found.headline
    assert found.moved_by_set_aside == 0


# ---- channels


def test_staff_entered_paper_is_held_against_independent_invitations() -> None:
    found = standings(some(80, 100), some(49, 50, "paper"), some(28, 50, "invitation"))
    assert found.headline.responses == 100
    assert "phiếu giấy do cán bộ nhập là 98,00 %, cao hơn rõ rệt so với đợt mời độc lập (56,00 %)" in said(
        found, "staff_entered"
    )
    assert "đợt mời độc lập là 56,00 %, thấp hơn rõ rệt so với kết quả thu tại cơ quan (80,00 %)" in said(
        found, "independent"
    )


def test_a_channel_is_held_against_the_other_open_ones_and_told_only_when_clear() -> None:
    found = standings(some(60, 100), some(98, 100, "kiosk"), slips(1, 40))
    kiosk = pair(found, "channel", "kiosk")
    assert kiosk.other.responses == 100, "slips are proven and stand apart"
    assert worth_telling(kiosk)
    assert "kênh “Máy khảo sát tại chỗ” là 98,00 %, cao hơn rõ rệt so với các kênh mở khác (60,00 %)" in said(
        found, "channel", "kiosk"
    )
    alike = standings(some(60, 100), some(61, 100, "kiosk"))
    assert not worth_telling(pair(alike, "channel", "kiosk"))


def test_the_channels_somebody_chose_are_the_headline() -> None:
    tallies = count(ONE, [*some(80, 100), *some(20, 40, "paper")])
    found = standings_of(tallies, ONE, channels=("paper",))
    assert (found.headline.responses, found.open.responses) == (40, 40)
    assert pair(found, "staff_entered").one.responses == 0, "what counts in is not held beside itself"


def test_a_method_without_interval_says_that_nothing_can_be_concluded() -> None:
    found = standings(some(90, 100), slips(30, 60), method="mean100")
    assert "không có khoảng tin cậy nên chưa kết luận được" in said(found, "verified")
    assert short_flag(found) is None


# ---- all of it


def rated(responses: int, transactions: int | None) -> str:
    return str(response_rate(ResponseRate(responses, transactions))).replace(NBSP, " ")


def test_the_response_rate_in_words() -> None:
    assert rated(396, 2089) == "Tỷ lệ trả lời là 18,96 %: 396 phiếu, theo mọi bản khảo sát, trên 2.089 lượt giao dịch."
    assert rated(120, 100).startswith(
        "Nhiều phiếu hơn lượt giao dịch: nhận 120 phiếu, trong đó 0 phiếu để riêng, mà chỉ có 100 lượt."
    )
    assert rated(5, 0).startswith("Nhiều phiếu hơn lượt giao dịch: nhận 5 phiếu")
    assert rated(0, 0) == "Trong kỳ không có lượt giao dịch nào."
    assert rated(5, None) == "Chưa tính được tỷ lệ trả lời: chưa có số lượt giao dịch phủ trọn kỳ."


def parts(*given: tuple[list[CountedResponse], int | None], method: Method | None = None) -> Weighted:
    weighed = [
        WeighedPart(f"D{i}", f"Quầy {i}", count(ONE, responses), number)
        for i, (responses, number) in enumerate(given, 1)
    ]
    return weigh(weighed, ONE, method=method)


def test_the_weighted_index_stands_beside_the_unweighted_one() -> None:
    found = parts((some(90, 100), 100), (some(20, 40), 300))
    assert found.percent == Fraction(1, 4) * 90 + Fraction(3, 4) * 50
    words = str(weighted(found, index=Fraction(100 * 110, 140))).replace(NBSP, " ")
    assert words.startswith("Chỉ số có trọng số theo lượt giao dịch là 60,00 % (khoảng tin cậy 95 % từ ")
    assert words.endswith("không có trọng số là 78,57 %.")


def test_what_was_set_aside_or_entered_by_staff_is_in_no_stratum() -> None:
    plain = parts((some(30, 40), 1), (some(20, 40), 1))
    beside = [*some(0, 40, standing="set_aside"), *some(0, 40, "paper")]
    assert parts(([*some(30, 40), *beside], 1), (some(20, 40), 1)) == plain


def test_all45_is_weighted_by_respondents() -> None:
    found = parts((some(30, 40), 1), (some(20, 40), 1), method=BUILTIN_METHODS["all45"])
    assert found.percent == Fraction(125, 2)
    assert found.low is not None


def test_what_the_weighted_index_lacks_is_named() -> None:
    few = str(weighted(parts((some(30, 40), 1), (some(20, 29), 1)), index=Fraction(70)))
    assert few == "Chưa tính được chỉ số có trọng số: Quầy 2 có dưới 30 người trả lời."
    unknown = parts(*[(some(30, 40), None)] * 5)
    assert str(weighted(unknown, index=Fraction(70))).endswith(
        "chưa có đủ số lượt giao dịch của Quầy 1, Quầy 2, Quầy 3 và 2 nơi khác."
    )
    assert weighted(parts((some(30, 40), 1)), index=Fraction(70)) is None


def test_what_nobody_must_overlook_stands_first() -> None:
    groups = (some(90, 100), slips(20, 60))
    found = Credibility(standings(*groups), ResponseRate(160, 150), parts((some(30, 40), 1)))
    first, second, *others = found.findings(scored(*groups))
    assert "thấp hơn rõ rệt" in str(first.words)
    assert "Nhiều phiếu hơn lượt giao dịch" in str(second.words)
    assert first.striking
    assert second.striking
    assert not any(each.striking for each in others)


def test_numbers_are_said_as_their_reader_writes_them() -> None:

    assert Amount(Decimal("83.94"), "percent").said("vi") == f"83,94{NBSP}%"
    assert Amount(Decimal("83.94"), "percent").said("en") == "83.94%"
    assert Amount(1234, "whole").said("vi") == "1.234"
    assert Amount(1234, "whole").said("en") == "1,234"
    assert Amount(Decimal("-1.20"), "signed").said("en") == "−1.20"
