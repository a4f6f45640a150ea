"""The office page: its figures are those of the scoring, its words honest where there is no figure."""

import csv
import io
import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import event

from survey.domain.periods import parse
from survey.domain.scoring import round_half_up, score
from survey.domain.tally import CountedResponse, count, layout_of, total
from survey.domain.transactions import Transactions
from survey.installation import Installation
from survey.store.offices import fetch_tree
from survey.store.transactions import save_transactions
from tests.conftest import CATALOGUE, Clock
from tests.pages import PageClient
from tests.staff import (
    DESK,
    DESKS,
    FOREIGN,
    FOREIGN_DESK,
    OWN,
    PROVINCE,
    SECOND_DESK,
    UNIT,
    UNIT_DESK,
    Answers,
    full_answers,
    set_up_province,
    set_up_staff,
    signed_in,
)

SIPAS = CATALOGUE.get("sipas-2017")
SEPTEMBER, OCTOBER = date(2026, 9, 8), date(2026, 10, 5)
PAGE = f"/staff/offices/{OWN}"


@pytest.fixture
def answers(installation: Installation) -> Answers:
    set_up_province(installation)
    set_up_staff(installation)
    return Answers(installation)


@pytest.fixture
def head(app: Flask, answers: Answers) -> PageClient:
    return signed_in(app, "head")


@pytest.fixture
def analyst(app: Flask, answers: Answers) -> PageClient:
    return signed_in(app, "analyst")


def expected(*groups: list[dict[str, object]]):  # type: ignore[no-untyped-def]
    """The score of these answers, counted and scored by the domain alone."""
    responses = [CountedResponse("poster", "open", each) for group in groups for each in group]
    return score(total(layout_of(SIPAS), count(SIPAS, responses).values()), SIPAS)


def shown(value: object) -> str:
    return f"{round_half_up(value)}".replace(".", ",") + "\u00a0%"  # type: ignore[arg-type]


def words(html: str) -> str:
    """The text of a page as it is read, without tags and double blanks."""
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", html))


def section(html: str, name: str) -> str:
    found = re.search(rf'<section [^>]*aria-labelledby="{name}".*?</section>', html, re.DOTALL)
    assert found, name
    return found[0]


def test_the_page_shows_the_score_of_its_answers(head: PageClient, answers: Answers) -> None:
    first, second = full_answers(60, seed=1), full_answers(25, seed=2, good=0.5)
    answers.add(first)
    answers.add(second, desk=SECOND_DESK)
    page, known = head.get(PAGE).text, expected(first, second)
    headline = words(section(page, "headline"))
    assert shown(known.index.percent).removesuffix("\u00a0%") in headline
    assert f"từ {shown(known.index.low)} đến {shown(known.index.high)}" in headline
    assert "85 người trả lời" in headline
    assert shown(known.overall.percent) in headline
    for dimension in known.dimensions:
        assert shown(dimension.index.percent) in section(page, "dimensions")
        for criterion in dimension.criteria:
            assert shown(criterion.index.percent) in section(page, "criteria")
    desks = section(page, "desks")
    assert shown(expected(first).index.percent) in desks
    assert shown(expected(second).index.percent) in desks


def test_page_json_and_csv_say_the_same(head: PageClient, answers: Answers) -> None:
    some = full_answers(60, seed=1)
    answers.add(some)
    known = expected(some)
    found = head.get(f"{PAGE}/scores.json?period=2026-10").json
    assert found
    assert found["office"] == {"code": OWN, "name": "UBND xã Một"}
    assert found["index"]["percent"] == float(round_half_up(known.index.percent))
    assert found["dimensions"][0]["criteria"][0]["counts"] == {
        str(value): number for value, number in known.dimensions[0].criteria[0].counts.items()
    }
    text = head.get(f"{PAGE}/scores.csv?period=2026-10").data.decode("utf-8-sig")
    rows = {row["level"] + row["id"]: row for row in csv.DictReader(io.StringIO(text))}
    assert float(rows["index"]["percent"]) == found["index"]["percent"]
    assert rows["criterionA1"]["count_5"] == str(found["dimensions"][0]["criteria"][0]["counts"]["5"])
    assert sum(row["level"] in ("overall", "index", "dimension", "criterion") for row in rows.values()) == 2 + 5 + 22
    assert rows["standingopen"]["percent"] == rows["channelposter"]["percent"] == rows["index"]["percent"]


def test_one_answer_more_is_on_the_page_at_once(head: PageClient, answers: Answers) -> None:
    answers.add(full_answers(40, seed=1))
    assert "40 người trả lời" in words(head.get(PAGE).text)
    answers.add(full_answers(1, seed=2))
    assert "41 người trả lời" in words(head.get(PAGE).text)


def test_below_ten_respondents_no_figure_is_shown_anywhere(head: PageClient, answers: Answers) -> None:
    answers.add(full_answers(9, seed=1))
    page = head.get(PAGE).text
    for part in ("headline", "dimensions", "criteria", "desks", "channels", "trend"):
        found = section(page, part)
        assert "chưa đủ số phiếu" in found, part
        assert not re.search(r"\d,\d\d", found), part
        assert "<svg class" not in found, "no bar either"


def test_from_ten_to_twenty_nine_figures_are_marked(head: PageClient, answers: Answers) -> None:
    answers.add(full_answers(10, seed=1))
    assert "tham khảo" in section(head.get(PAGE).text, "headline")
    answers.add(full_answers(20, seed=2))
    assert "tham khảo" not in section(head.get(PAGE).text, "headline").split("<details>")[0]


def test_without_any_answer_the_page_says_so_and_never_zero(head: PageClient, answers: Answers) -> None:
    page = head.get(PAGE).text
    assert "Chưa có phiếu trả lời nào" in page
    assert "0,00" not in page
    assert head.get(f"{PAGE}/scores.json").json["index"]["percent"] is None  # type: ignore[index]
    assert head.get(f"{PAGE}/trend.svg").status_code == 200


def test_a_clear_change_and_an_unclear_one_are_told_apart(head: PageClient, answers: Answers) -> None:
    answers.add(full_answers(150, seed=1, good=0.9), on=SEPTEMBER)
    answers.add(full_answers(150, seed=2, good=0.6), on=OCTOBER)
    fallen = words(section(head.get(f"{PAGE}?period=2026-10").text, "headline"))
    assert re.search(r"▼ −\d\d,\d\d điểm phần trăm, rõ rệt", fallen)
    assert "so với tháng 9 năm 2026" in fallen
    first = words(section(head.get(f"{PAGE}?period=2026-09").text, "headline"))
    assert "không so sánh được: có kỳ chưa có phiếu" in first


def test_an_unclear_change_is_called_so(head: PageClient, answers: Answers) -> None:
    answers.add(full_answers(40, seed=1), on=SEPTEMBER)
    answers.add(full_answers(40, seed=4), on=OCTOBER)
    assert "chưa rõ" in words(section(head.get(PAGE).text, "headline")).split("Đọc các con số")[0]


def test_another_questionnaire_before_cannot_be_compared(head: PageClient, answers: Answers) -> None:
    short = [{"overall": 4, "A1": 4, "B1": 5, "C1": 4, "D1": 3, "E1": 4}] * 40
    answers.add(short, on=SEPTEMBER, questionnaire="sipas-desk@1")
    answers.add(full_answers(40, seed=1), on=OCTOBER)
    assert "không so sánh được: khác phiếu khảo sát" in head.get(PAGE).text


def test_versions_are_never_mixed_and_each_can_be_chosen(head: PageClient, answers: Answers) -> None:
    answers.add(full_answers(40, seed=1))
    answers.add([{"overall": 4, "A1": 4}] * 12, questionnaire="sipas-desk@1")
    page = head.get(PAGE).text
    assert "40 người trả lời" in words(page)
    assert "Phiếu khảo sát ngắn tại quầy" in page
    other = head.get(f"{PAGE}?questionnaire=sipas-desk@1").text
    assert "12 người trả lời" in words(other)
    assert head.get(f"{PAGE}/scores.json?questionnaire=sipas-desk").json["questionnaire"] == "sipas-desk@1"  # type: ignore[index]


def test_paper_and_invitations_stand_beside_the_score(head: PageClient, answers: Answers) -> None:
    some = full_answers(40, seed=1)
    answers.add(some[:25])
    answers.add(some[25:], channel="link")
    answers.add(full_answers(50, seed=2, good=0.1), channel="paper")
    page = head.get(PAGE).text
    assert "40 người trả lời" in words(page)
    channels = section(page, "channels")
    assert channels.index("Mã QR tại quầy") < channels.index("Đặt cạnh") < channels.index("Phiếu giấy")


def test_what_is_set_aside_is_counted_and_verified_ones_stand_beside(head: PageClient, answers: Answers) -> None:
    answers.add(full_answers(40, seed=1))
    answers.add(full_answers(12, seed=2), channel="slip", verified=True)
    answers.add(full_answers(7, seed=3), set_aside=("too-fast",))
    headline = words(section(head.get(PAGE).text, "headline"))
    assert "52 · để riêng: 7 phiếu" in headline
    assert "12 phiếu" in headline


def test_the_trend_has_twelve_months_and_leaves_suppressed_ones_open(head: PageClient, answers: Answers) -> None:
    answers.add(full_answers(40, seed=1), on=OCTOBER)
    answers.add(full_answers(5, seed=2), on=date(2026, 8, 5))
    trend = section(head.get(PAGE).text, "trend")
    rows = [words(row) for row in re.findall(r"<tr>.*?</tr>", trend, re.DOTALL)[1:]]
    assert len(rows) == 12
    assert re.search(r"10/2026 \d\d,\d\d", rows[0])
    assert "8/2026 chưa đủ số phiếu" in rows[2]
    assert "7/2026 chưa có phiếu" in rows[3]
    svg = head.get(f"{PAGE}/trend.svg").text
    assert "8/2026: chưa đủ số phiếu" in svg


def test_the_picture_is_not_drawn_again_for_a_browser_that_has_it(head: PageClient, answers: Answers) -> None:
    answers.add(full_answers(40, seed=1))
    first = head.get(f"{PAGE}/trend.svg")
    again = head.get(f"{PAGE}/trend.svg", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    answers.add(full_answers(1, seed=2))
    assert head.get(f"{PAGE}/trend.svg", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_offices_below_are_ranked_among_their_kind_only_when_rated(analyst: PageClient, answers: Answers) -> None:
    answers.add(full_answers(80, seed=1, good=0.6), desk=DESK)
    answers.add(full_answers(80, seed=2, good=0.95), desk=FOREIGN_DESK)
    page = analyst.get(f"/staff/offices/{PROVINCE}").text
    below = section(page, "below")
    assert below.index("UBND xã Hai") < below.index("UBND xã Một")
    rows = re.findall(r"<tr>.*?</tr>", below, re.DOTALL)[1:]
    assert [re.findall(r"nhóm (\d)", words(row)) for row in rows] == [["1"], ["2"]]
    own = section(analyst.get(PAGE).text, "below")
    assert "Trạm Một" in own
    assert "chưa có phiếu" in own


def test_an_office_includes_what_is_below_it(head: PageClient, answers: Answers) -> None:
    mine, unit, foreign = full_answers(40, seed=1), full_answers(15, seed=2), full_answers(30, seed=3)
    answers.add(mine)
    answers.add(unit, desk=UNIT_DESK)
    answers.add(foreign, desk=FOREIGN_DESK)
    assert "55 người trả lời" in words(head.get(PAGE).text)
    assert "15 người trả lời" in words(head.get(f"/staff/offices/{UNIT}").text)


@pytest.mark.parametrize(
    ("period", "name"),
    [
        ("2026-09", "Tháng 9 năm 2026"),
        ("2026-Q3", "Quý III năm 2026"),
        ("2026-H1", "6 tháng đầu năm 2026"),
        ("2026", "Năm 2026"),
    ],
)
def test_every_kind_of_period_can_be_read(head: PageClient, answers: Answers, period: str, name: str) -> None:
    answers.add(full_answers(40, seed=1), on=date(2026, 9, 8))
    page = head.get(f"{PAGE}?period={period}")
    assert page.status_code == 200
    assert name in words(page.text)


def test_the_year_pools_its_months(head: PageClient, answers: Answers) -> None:
    first, second = full_answers(40, seed=1), full_answers(30, seed=2)
    answers.add(first, on=date(2026, 2, 2))
    answers.add(second, on=OCTOBER)
    answers.add(full_answers(20, seed=3), on=date(2025, 12, 31))
    year = head.get(f"{PAGE}/scores.json?period=2026").json
    assert year
    assert year["responses"] == 70
    assert year["index"]["percent"] == float(round_half_up(expected(first, second).index.percent))


@pytest.mark.parametrize(
    "query", ["period=2026-13", "period=hôm nay", "period=2026-10-01..2026-10-20", "questionnaire=none"]
)
def test_what_cannot_be_read_gets_a_sentence_and_the_usual_page(head: PageClient, answers: Answers, query: str) -> None:
    page = head.get(f"{PAGE}?{query}")
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert "Tháng 10 năm 2026" in words(page.text)
    for kind in ("json", "csv"):
        refused = head.get(f"{PAGE}/scores.{kind}?{query}")
        assert (refused.status_code, refused.mimetype) == (422, "text/plain")


def test_a_running_period_says_so_and_an_ended_one_does_not(head: PageClient, answers: Answers, clock: Clock) -> None:
    assert "chưa kết thúc" in head.get(PAGE).text
    assert "chưa kết thúc" not in head.get(f"{PAGE}?period=2026-09").text
    clock.advance(days=20)
    assert "Tháng 11 năm 2026" in words(head.get(PAGE).text)


def test_demonstration_figures_are_marked_on_every_page(app: Flask, installation: Installation) -> None:
    set_up_province(installation, demonstration=True)
    set_up_staff(installation)
    client = signed_in(app, "analyst")
    for address in ("/staff/", PAGE, f"{PAGE}/desks"):
        assert "Dữ liệu minh họa" in client.get(address).text


def test_real_figures_are_not_marked_as_a_demonstration(head: PageClient, answers: Answers) -> None:
    assert "minh họa" not in head.get(PAGE).text.replace("Tỉnh Minh Họa", "")


def test_the_page_speaks_english_too(head: PageClient, answers: Answers) -> None:
    answers.add(full_answers(40, seed=1))
    page = head.get(f"{PAGE}?lang=en").text
    assert "Access to the service" in page or "Access" in page
    assert re.search(r"\d\d\.\d\d%", page)


def test_the_number_of_queries_does_not_grow(app: Flask, installation: Installation, answers: Answers) -> None:
    client = signed_in(app, "analyst")
    address = f"/staff/offices/{PROVINCE}"
    answers.add(full_answers(12, seed=1))
    few = _queries(installation, client, address)
    for i, desk in enumerate((DESK, SECOND_DESK, UNIT_DESK, FOREIGN_DESK)):
        for month in range(1, 11):
            answers.add(full_answers(3, seed=10 * i + month), desk=desk, on=date(2026, month, 7))
    client.get(address)  # recounts what was marked
    assert _queries(installation, client, address) <= few


def test_transactions_cost_the_same_for_one_desk_and_for_a_province(
    app: Flask, installation: Installation, answers: Answers
) -> None:
    client = signed_in(app, "analyst")
    address = f"/staff/offices/{PROVINCE}?period=2026"
    answers.add(full_answers(12, seed=1))

    def tell(places: dict[str, str], months: int) -> int:
        with installation.database.transaction() as connection:
            ids = fetch_tree(connection).by_code
            spans = [parse(f"2026-{month:02}") for month in range(1, months + 1)]
            told = [
                Transactions(ids[code].id, desk, span.first, span.last, 30)
                for desk, code in places.items()
                for span in spans
            ]
            save_transactions(connection, told)
        return _queries(installation, client, address)

    one = tell({FOREIGN_DESK: FOREIGN}, 1)
    assert tell({desk: code for desk, (_, code) in DESKS.items()}, 10) == one


def _queries(installation: Installation, client: PageClient, address: str) -> int:
    client.get(address)
    seen: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        seen.append(statement)

    engine = installation.database.engine
    event.listen(engine, "before_cursor_execute", note)
    client.get(address)
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_posters_are_printed_for_the_office_and_for_one_desk(head: PageClient, answers: Answers) -> None:
    for query in ("", "?paper=a5", "?paper=label", f"?desk={DESK}", f"?desk={DESK.lower()}&paper=a5"):
        poster = head.get(f"{PAGE}/desks/poster.pdf{query}")
        assert (poster.status_code, poster.mimetype) == (200, "application/pdf"), query
        assert poster.data.startswith(b"%PDF")
    for query in ("?paper=a3", f"?desk={FOREIGN_DESK}", "?desk=!!"):
        assert head.get(f"{PAGE}/desks/poster.pdf{query}").status_code == 404


def test_the_qr_code_of_a_desk_can_be_had_bare(head: PageClient, answers: Answers) -> None:
    code = head.get(f"/staff/desks/{DESK}/qr.svg")
    assert (code.status_code, code.mimetype) == (200, "image/svg+xml")


def test_the_administrative_calendar_of_the_installation_is_used(installation: Installation, answers: Answers) -> None:
    from dataclasses import replace

    from survey import create_app

    answers.add(full_answers(40, seed=1), on=date(2026, 9, 20))
    config = replace(installation.config, calendar="administrative")
    client = signed_in(create_app(replace(installation, config=config)), "head")
    score_json = client.get(f"{PAGE}/scores.json?period=2026-10").json
    assert score_json
    assert score_json["period"] == {"from": "2026-09-15", "to": "2026-10-14", "calendar": "administrative"}
    assert score_json["responses"] == 40
