"""The page of set-aside responses: analysts alone, every look and judgement in the trail, nothing that tells who."""

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import insert, select, update
from werkzeug.test import TestResponse

from survey.domain.audit import LOOKED, PUT_BACK, SET_ASIDE, Entry, verified
from survey.domain.judging import BY_HAND, LONGEST_NOTE
from survey.domain.response import Response
from survey.installation import Installation
from survey.journeys.judging import A_PAGE
from survey.journeys.score import bring_up_to_date
from survey.store.audit import stream_audit
from survey.store.models import comment, evidence, response
from tests.citizen import stored
from tests.conftest import CATALOGUE
from tests.pages import PageClient
from tests.staff import (
    EMAILS,
    FOREIGN,
    FOREIGN_DESK,
    OWN,
    PROVINCE,
    Answers,
    add_account,
    csrf_of,
    full_answers,
    set_up_province,
    set_up_staff,
    signed_in,
)
from tests.store.place import marks

PAGE = f"/staff/offices/{OWN}/set-aside"
OCTOBER = f"{PAGE}?period=2026-10"
COUNTED = f"{OCTOBER}&show=counted"


@pytest.fixture
def answers(installation: Installation) -> Answers:
    set_up_province(installation)
    set_up_staff(installation)
    return Answers(installation)


@pytest.fixture
def analyst(app: Flask, answers: Answers) -> PageClient:
    return signed_in(app, "analyst")


def all_stored(installation: Installation) -> list[Response]:
    with installation.database.reading() as connection:
        found = connection.execute(select(response.c.office_id).distinct()).scalars().all()
    return stored(installation, *(type("Of", (), {"id": each})() for each in found))  # type: ignore[arg-type]


def trail(installation: Installation) -> list[Entry]:
    with installation.database.reading() as connection:
        return list(stream_audit(connection))


def judge(client: PageClient, address: str, **form: str) -> TestResponse:
    page = client.get(address)
    return client.post(address, data={"csrf_token": csrf_of(page), **form})


# ---- who sees it


@pytest.mark.parametrize("role", ["head", "officer", "admin"])
def test_whoever_is_no_analyst_finds_nothing_there(app: Flask, answers: Answers, role: str) -> None:
    client = signed_in(app, role)
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, data={"key": "x", "decision": "put-back", "note": "vì"}).status_code == 404
    if role != "officer":
        assert "set-aside" not in client.get(f"/staff/offices/{OWN}").text


def test_an_analyst_is_held_to_a_branch(app: Flask, answers: Answers, installation: Installation) -> None:
    add_account(installation, "hai@xa.gov.vn", "analyst", OWN)
    client = signed_in(app, "hai@xa.gov.vn")
    answers.add(full_answers(1, seed=1), desk=FOREIGN_DESK, set_aside=("burst",))
    (foreign,) = all_stored(installation)
    for office in (FOREIGN, PROVINCE, "00000"):
        address = f"/staff/offices/{office}/set-aside"
        assert client.get(address).status_code == 404
        token = csrf_of(client.get(PAGE))
        form = {"csrf_token": token, "key": foreign.key, "decision": "put-back", "note": "vì"}
        assert client.post(address, data=form).status_code == 404
    refused = judge(client, PAGE, key=foreign.key, decision="put-back", note="vì")
    assert refused.status_code == 422, "another office's key is not known here"
    assert all_stored(installation) == [foreign]
    assert trail(installation) == []


# ---- what it shows


def test_it_shows_each_response_in_short_with_its_reasons_in_words_and_no_hash(
    analyst: PageClient, answers: Answers, installation: Installation
) -> None:
    said = {"overall": 2, "A1": 5, "A2": 5, "B1": 1, "E1": "NA"}
    answers.add([said], set_aside=("one-device", "repeated-text"))
    answers.add(full_answers(5, seed=1))
    (aside,) = [each for each in all_stored(installation) if each.set_aside]
    where = {"office_id": aside.office_id, "key": aside.key}
    with installation.database.transaction() as connection:
        connection.execute(insert(comment).values(**where, question="comment", text="Chờ <b>lâu</b> quá"))
        hashes = {"sender": "5" * 32, "device": "d" * 32, "own_network": True, "duration": 17}
        connection.execute(insert(evidence).values(**where, **hashes, received_at=installation.clock()))
    page = analyst.get(OCTOBER).text
    for expected in ("05/10/2026, 9 giờ", "Quầy 1", "Mã QR tại quầy", "Không hài lòng", "mức 5 × 2, mức 1 × 1",
                     "không ý kiến × 1", "Chờ &lt;b&gt;lâu&lt;/b&gt; quá", aside.key):  # fmt: skip
        assert expected in page, expected
    assert page.count("nhiều phiếu nối tiếp nhau từ một thiết bị") == 2, "in the list of reasons and at the response"
    assert page.count("ý kiến chép lại của nhau") == 2
    assert "5" * 32 not in page
    assert "d" * 32 not in page
    assert "one-device</" not in page


def test_reasons_are_counted_and_lead_to_their_responses(analyst: PageClient, answers: Answers) -> None:
    answers.add(full_answers(3, seed=1), set_aside=("burst",))
    answers.add(full_answers(2, seed=2), set_aside=("burst", "too-fast"))
    answers.add(full_answers(4, seed=3), set_aside=("burst-when-closed",), on=date(2026, 9, 20))
    page = analyst.get(OCTOBER).text
    numbers = re.findall(r"</a> <span class=\"quiet\">(\d+) phiếu", page)
    assert numbers == ["5", "5", "2"], "all, burst, too-fast; September is not shown"
    assert analyst.get(f"{OCTOBER}&reason=too-fast").text.count('class="key"') == 2
    assert analyst.get(f"{OCTOBER}&reason=burst").text.count('class="key"') == 5
    assert analyst.get(f"{PAGE}?period=2026-Q3").text.count('class="key"') == 4
    assert analyst.get(f"{OCTOBER}&reason=%25").text.count('class="key"') == 0


def test_many_are_paged_the_latest_first(analyst: PageClient, answers: Answers) -> None:
    for day in (3, 1, 2):
        answers.add(full_answers(A_PAGE, seed=day), set_aside=("burst",), on=date(2026, 10, day))
    days = [set(re.findall(r"0\d/10/2026, ", analyst.get(f"{OCTOBER}&page={page}").text)) for page in (1, 2, 3)]
    assert days == [{"03/10/2026, "}, {"02/10/2026, "}, {"01/10/2026, "}]
    assert "trang 3 trên 3" in analyst.get(f"{OCTOBER}&page=99").text
    for odd in ("0", "-5", "x", "9" * 30):
        assert "trang" in analyst.get(f"{OCTOBER}&page={odd}").text


def test_those_that_count_are_listed_to_be_set_aside(analyst: PageClient, answers: Answers) -> None:
    answers.add(full_answers(3, seed=1))
    answers.add(full_answers(2, seed=2), set_aside=("burst",))
    page = analyst.get(COUNTED).text
    assert page.count('class="key"') == 3
    assert "Đưa lại" not in page


def test_a_version_that_no_file_has_any_more_is_listed_by_what_is_known(
    analyst: PageClient, answers: Answers, installation: Installation
) -> None:
    answers.add(full_answers(1, seed=1), set_aside=("a-reason-from-elsewhere",))
    with installation.database.transaction() as connection:
        connection.exec_driver_sql("INSERT INTO questionnaire VALUES ('gone@1', 'x')")
        connection.execute(update(response).values(questionnaire="gone@1"))
    assert "a-reason-from-elsewhere" in analyst.get(OCTOBER).text


@pytest.mark.parametrize("period", ["2026-13", "2026-10-01..2026-10-02", "nonsense"])
def test_a_period_that_cannot_be_read_falls_back_to_this_month_with_a_sentence(
    analyst: PageClient, period: str
) -> None:
    answer = analyst.get(f"{PAGE}?period={period}")
    assert answer.status_code == 422
    assert "tháng 10 năm 2026" in answer.text.lower()


# ---- judging


def test_put_back_it_counts_again_for_good_and_the_trail_says_who_and_why(
    analyst: PageClient, answers: Answers, installation: Installation
) -> None:
    answers.add(full_answers(2, seed=1), set_aside=("burst", "too-fast"))
    bring_up_to_date(installation.database, CATALOGUE)
    key = all_stored(installation)[0].key
    answer = judge(analyst, f"{OCTOBER}&reason=burst", key=key, decision="put-back", note=" Đã hỏi quầy. ")
    assert answer.status_code == 303
    assert "reason=burst" in answer.location
    assert "Đã đưa phiếu trở lại" in analyst.get(answer.location).text
    (after,) = [each for each in all_stored(installation) if each.key == key]
    assert (after.set_aside, after.judged, after.standing) == ((), True, "open")
    assert marks(installation.database) == 1, "its desk-day is counted anew"
    (deed,) = [each.deed for each in trail(installation) if each.deed.action == PUT_BACK]
    assert (deed.who, deed.office, deed.subject) == (EMAILS["analyst"], OWN, key)
    assert deed.note == "burst|too-fast → –. Đã hỏi quầy."
    assert verified(trail(installation)).broken is None


def test_set_aside_by_hand_from_the_list_or_by_key(
    analyst: PageClient, answers: Answers, installation: Installation
) -> None:
    answers.add(full_answers(3, seed=1))
    first, second, third = (each.key for each in all_stored(installation))
    assert judge(analyst, COUNTED, key=first, decision="set-aside", note="Trùng").status_code == 303
    assert judge(analyst, OCTOBER, key=f" {second} ", decision="set-aside", note="Trùng").status_code == 303
    reasons = {each.key: (each.set_aside, each.judged) for each in all_stored(installation)}
    assert reasons == {first: ((BY_HAND,), True), second: ((BY_HAND,), True), third: ((), False)}
    assert [each.deed.action for each in trail(installation)].count(SET_ASIDE) == 2
    assert "do chuyên viên để riêng" in analyst.get(OCTOBER).text


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"note": "  "}, "Xin ghi lý do"),
        ({"note": "x" * (LONGEST_NOTE + 1)}, "Lý do dài quá"),
        ({"decision": "set-aside"}, "đã được để riêng rồi"),
        ({"key": "no-such-response"}, "không có phiếu nào mang mã ấy"),
        ({"key": ""}, "không có phiếu nào mang mã ấy"),
        ({"csrf_token": "stale"}, "mở quá lâu"),
    ],
)
def test_what_cannot_be_taken_comes_back_with_all_that_was_typed(
    analyst: PageClient, answers: Answers, installation: Installation, form: dict[str, str], sentence: str
) -> None:
    answers.add(full_answers(1, seed=1), set_aside=("burst",))
    (before,) = all_stored(installation)
    typed = {"key": before.key, "decision": "put-back", "note": "Đã kiểm tra kỹ", **form}
    answer = judge(analyst, OCTOBER, **typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert typed["note"].strip() in answer.text
    assert all_stored(installation) == [before]
    assert {each.deed.action for each in trail(installation)} <= {LOOKED}


def test_what_counts_already_is_not_put_back(analyst: PageClient, answers: Answers, installation: Installation) -> None:
    answers.add(full_answers(1, seed=1))
    (only,) = all_stored(installation)
    answer = judge(analyst, COUNTED, key=only.key, decision="put-back", note="vì")
    assert "đang được tính" in answer.text
    assert judge(analyst, COUNTED, key=only.key, decision="erase", note="vì").status_code == 400


# ---- looks


def test_each_look_at_single_responses_is_written_down(
    analyst: PageClient, answers: Answers, installation: Installation
) -> None:
    analyst.get(OCTOBER)
    assert trail(installation) == [], "nothing was there to see"
    answers.add(full_answers(2, seed=1), set_aside=("burst",))
    analyst.get(f"{OCTOBER}&reason=burst")
    analyst.get(COUNTED)
    (entry,) = trail(installation)
    assert (entry.deed.action, entry.deed.who, entry.deed.office) == (LOOKED, EMAILS["analyst"], OWN)
    assert (entry.deed.subject, entry.deed.note) == ("2026-10, set aside, 1/1", "burst")


def test_the_page_speaks_english(analyst: PageClient, answers: Answers) -> None:
    answers.add(full_answers(1, seed=1), set_aside=("burst",))
    page = analyst.get(f"{OCTOBER}&lang=en").text
    assert "Set-aside responses" in page
    assert "phiếu" not in re.sub(r"<a [^>]*lang=\"vi\".*?</a>|UBND[^<]*|Quầy[^<]*", "", page, flags=re.DOTALL)
