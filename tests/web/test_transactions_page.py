"""The page where transactions are typed: it keeps what was typed, says what is wrong, writes down who changed it."""

import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from survey.installation import Installation
from survey.store.audit import stream_audit
from survey.store.transactions import stream_transactions
from tests.pages import PageClient
from tests.staff import (
    DESK,
    EMAILS,
    FOREIGN,
    FOREIGN_DESK,
    OWN,
    PROVINCE,
    SECOND_DESK,
    UNIT_DESK,
    Answers,
    csrf_of,
    full_answers,
    set_up_province,
    set_up_staff,
    signed_in,
)

PAGE = f"/staff/offices/{OWN}/transactions"
OFFICE_PAGE = f"/staff/offices/{OWN}"


@pytest.fixture
def answers(installation: Installation) -> Answers:
    set_up_province(installation)
    set_up_staff(installation)
    return Answers(installation)


@pytest.fixture
def head(app: Flask, answers: Answers) -> PageClient:
    return signed_in(app, "head")


def send(client: PageClient, *, address: str = f"{PAGE}?period=2026-09", **counts: str) -> TestResponse:
    fields = {f"count-{'' if desk == 'office' else desk}": text for desk, text in counts.items()}
    return client.post(address, data={"csrf_token": csrf_of(client.get(address)), **fields})


def field(page: TestResponse, desk: str) -> str:
    found = re.search(rf'name="count-{desk}" value="([^"]*)"', page.text)
    assert found, desk
    return found[1]


def stored(installation: Installation) -> dict[tuple[str, str], int]:
    with installation.database.reading() as connection:
        return {(each.desk, str(each.first)): each.count for each in stream_transactions(connection)}


def test_the_last_month_that_is_over_is_offered(head: PageClient) -> None:
    page = head.get(PAGE)
    assert "Tháng 9 năm 2026" in page.text
    assert [field(page, each) for each in (DESK, SECOND_DESK, "")] == ["", "", ""]
    assert UNIT_DESK not in page.text, "the unit below has a page of its own"


def test_what_is_typed_is_kept_and_shown_again(head: PageClient, installation: Installation) -> None:
    saved = send(head, **{DESK: "1.234", SECOND_DESK: "0", "office": ""})
    assert saved.status_code == 303
    assert "Đã lưu." in head.get(saved.location).text
    assert stored(installation) == {(DESK, "2026-09-01"): 1234, (SECOND_DESK, "2026-09-01"): 0}
    page = head.get(f"{PAGE}?period=2026-09")
    assert [field(page, each) for each in (DESK, SECOND_DESK, "")] == ["1234", "0", ""]


def test_an_emptied_field_takes_the_number_back(head: PageClient, installation: Installation) -> None:
    send(head, **{DESK: "12", "office": "40"})
    send(head, **{DESK: "", "office": "40"})
    assert stored(installation) == {("", "2026-09-01"): 40}
    again = send(head, **{DESK: "", "office": "40"})
    assert "Không có số nào thay đổi." in head.get(again.location).text


def test_a_fault_keeps_everything_that_was_typed_and_changes_nothing(
    head: PageClient, installation: Installation
) -> None:
    refused = send(head, **{DESK: "khoảng 100", SECOND_DESK: "55"})
    assert refused.status_code == 422
    assert [field(refused, each) for each in (DESK, SECOND_DESK)] == ["khoảng 100", "55"]
    assert 'role="alert"' in refused.text
    assert f'aria-describedby="count-{DESK}-problem"' in refused.text
    assert "“khoảng 100” không phải số lượt" in refused.text
    assert stored(installation) == {}


def test_a_page_without_its_token_keeps_what_was_typed(head: PageClient, installation: Installation) -> None:
    refused = head.post(f"{PAGE}?period=2026-09", data={f"count-{DESK}": "7", "csrf_token": "wrong"})
    assert refused.status_code == 422
    assert field(refused, DESK) == "7"
    assert stored(installation) == {}


def test_who_changed_what_stands_in_the_trail(head: PageClient, installation: Installation) -> None:
    send(head, **{DESK: "12"})
    send(head, **{DESK: "13"})
    with installation.database.reading() as connection:
        deeds = [each.deed for each in stream_audit(connection)]
    assert [(each.who, each.office, each.subject, each.note) for each in deeds] == [
        (EMAILS["head"], OWN, "2026-09", f"2026-09: {DESK} – → 12"),
        (EMAILS["head"], OWN, "2026-09", f"2026-09: {DESK} 12 → 13"),
    ]


def test_desks_that_are_not_the_offices_are_left_alone(head: PageClient, installation: Installation) -> None:
    send(head, **{FOREIGN_DESK: "99", DESK: "1"})
    assert stored(installation) == {(DESK, "2026-09-01"): 1}


@pytest.mark.parametrize("period", ["2026-13", "2026-Q3", "2026-11", "hôm-nay"])
def test_what_is_no_month_that_has_begun_gets_a_sentence(head: PageClient, period: str) -> None:
    page = head.get(f"{PAGE}?period={period}")
    assert page.status_code == 422
    assert "Xin chọn một tháng đã bắt đầu" in page.text


def test_a_running_month_may_be_told_and_says_that_it_runs(head: PageClient) -> None:
    assert "chưa kết thúc" in head.get(f"{PAGE}?period=2026-10").text
    assert send(head, address=f"{PAGE}?period=2026-10", **{DESK: "5"}).status_code == 303


def test_numbers_of_other_spans_are_named(head: PageClient, app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "luot.csv"
    file.write_text(f"office,desk,period,count\n{OWN},,2026-Q3,900\n", encoding="utf-8")
    assert app.test_cli_runner().invoke(args=["transactions", "import", str(file)]).exit_code == 0
    page = head.get(PAGE).text
    assert "2026-Q3, cả cơ quan: 900" in page


@pytest.mark.parametrize("who", ["analyst", "admin"])
def test_analyst_and_administrator_may_type_for_every_office_below(app: Flask, answers: Answers, who: str) -> None:
    client = signed_in(app, who)
    address = f"/staff/offices/{FOREIGN}/transactions?period=2026-09"
    assert send(client, address=address, **{FOREIGN_DESK: "3"}).status_code == 303


def test_an_officer_and_another_head_may_not(app: Flask, head: PageClient) -> None:
    """The numbers decide what an officer's own desk is held against."""
    assert signed_in(app, "officer").get(PAGE).status_code == 404
    assert head.get(f"/staff/offices/{FOREIGN}/transactions").status_code == 404
    assert head.get(f"/staff/offices/{PROVINCE}/transactions").status_code == 404


# ---- what the office page makes of it


def trust(client: PageClient, query: str = "period=2026-10") -> str:
    page = client.get(f"{OFFICE_PAGE}?{query}").text
    found = re.search(r'<section [^>]*aria-labelledby="trust".*?</section>', page, re.DOTALL)
    assert found
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", found[0]))


def test_without_transactions_the_page_says_what_is_missing_and_where_to_type_it(
    head: PageClient, answers: Answers
) -> None:
    answers.add(full_answers(40, seed=1))
    said = trust(head)
    assert "chưa có số lượt giao dịch của trọn kỳ" in said
    assert "Nhập số lượt" in said
    assert "Không phiếu nào trong 40 phiếu của kết quả chính được xác thực" in said


def test_the_response_rate_and_the_weighted_index_are_on_the_page(head: PageClient, answers: Answers) -> None:
    answers.add(full_answers(60, seed=1, good=0.9))
    answers.add(full_answers(3, seed=9), set_aside=("too-fast",))
    answers.add(full_answers(40, seed=2, good=0.4), desk=SECOND_DESK)
    answers.add(full_answers(35, seed=3, good=0.6), desk=UNIT_DESK)
    month = f"{PAGE}?period=2026-10"
    send(head, address=month, **{DESK: "100", SECOND_DESK: "900"})
    assert "chưa có số lượt giao dịch của trọn kỳ" in trust(head), "the unit below told nothing yet"
    send(head, address=f"/staff/offices/{OWN}-01/transactions?period=2026-10", **{UNIT_DESK: "350"})
    said = trust(head)
    assert "10,00\u00a0% 135 phiếu, 1.350 lượt" in said
    assert "Chỉ số có trọng số theo lượt giao dịch là" in said
    desks = head.get(f"{OFFICE_PAGE}?period=2026-10").text
    assert "60,0\u00a0% của 100 lượt" in desks
    assert "10,0\u00a0% của 350 lượt" in desks


def test_more_responses_than_transactions_stand_out(head: PageClient, answers: Answers) -> None:
    answers.add(full_answers(40, seed=1))
    send(head, address=f"{PAGE}?period=2026-10", office="30")
    assert "nhiều phiếu hơn lượt giao dịch" in trust(head)
    assert (
        'class="striking">Nhiều phiếu hơn lượt giao dịch: nhận 40 phiếu, trong đó 0 phiếu để riêng, mà chỉ có 30 lượt.'
        in head.get(f"{OFFICE_PAGE}?period=2026-10").text
    )


def test_responses_to_every_questionnaire_count_in_the_rate(head: PageClient, answers: Answers) -> None:
    """A transaction knows of no questionnaire."""
    answers.add(full_answers(40, seed=1))
    answers.add([{"overall": 4, "A1": 4}] * 10, questionnaire="sipas-desk@1")
    send(head, address=f"{PAGE}?period=2026-10", office="100")
    assert "50,00\u00a0% 50 phiếu, 100 lượt" in trust(head)


def test_proven_answers_that_are_clearly_lower_are_flagged_beside_the_number(
    head: PageClient, answers: Answers
) -> None:
    answers.add(full_answers(120, seed=1, good=0.95))
    answers.add(full_answers(60, seed=2, good=0.5), channel="slip", verified=True)
    page = head.get(f"{OFFICE_PAGE}?period=2026-10").text
    headline = re.search(r'<section [^>]*aria-labelledby="headline".*?</section>', page, re.DOTALL)
    assert headline
    assert "Phiếu được xác thực thấp hơn phiếu mở rõ rệt" in headline[0]
    assert "thấp hơn rõ rệt so với các phiếu mở" in trust(head)
    found = head.get(f"{OFFICE_PAGE}/scores.json?period=2026-10").json
    assert found
    verified = next(each for each in found["comparisons"] if each["pair"] == "verified")
    assert verified["status"] == "clear"
    assert verified["points"] < -30
    assert found["open"]["index"]["percent"] - found["verified"]["index"]["percent"] == pytest.approx(
        -verified["points"], abs=0.011
    )


def test_the_page_speaks_english(head: PageClient, answers: Answers) -> None:
    answers.add(full_answers(120, seed=1, good=0.95))
    answers.add(full_answers(60, seed=2, good=0.5), channel="slip", verified=True)
    said = trust(head, "period=2026-10&lang=en")
    assert re.search(r"clearly lower than .*\d\d\.\d\d%", said)
    assert "Save" in head.get(f"{PAGE}?lang=en").text
