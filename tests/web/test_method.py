"""The method page: every rule with the threshold in force, whose choice it is and why; and the program to recompute."""

import re
from pathlib import Path

import brotli
import pytest
from flask import Flask

from survey.domain.estimation import BaseRules
from survey.domain.method_note import rules
from survey.installation import Installation
from tests.citizen import DESK, assert_anonymous, set_up_both
from tests.pages import PageClient
from tests.staff import OWN, Answers, full_answers, set_up_province, set_up_staff, signed_in

ROOT = Path(__file__).resolve().parents[2]


def words(html: str) -> str:
    return re.sub(r"\s+", " ", html.replace("&#34;", '"').replace("&#39;", "'"))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_rule_is_there_with_its_threshold_and_its_reason(client: PageClient, language: str) -> None:
    page = client.get("/phuong-phap", query_string={"lang": language})
    assert_anonymous(page)
    text = words(page.text)
    for each in rules(BaseRules()):
        assert f'id="{each.number}"' in text
        for said in (each.title, each.text, each.why):
            assert said[language] in text
    assert re.findall(r'<h3 id="(\w+)"', text) == [each.number for each in rules()]


def test_whose_choice_a_rule_is_stands_beside_its_number(client: PageClient) -> None:
    text = words(client.get("/phuong-phap").text)
    whose = dict(re.findall(r'<span class="step">(\w+) · ([^<]+?) ?</span>', text))
    assert whose["M2"] == "Theo thiết kế SIPAS của Bộ Nội vụ"
    assert whose["M16"] == "Theo chế độ báo cáo hành chính"
    assert {number for number, source in whose.items() if source == "Lựa chọn của nền tảng"} == (
        {each.number for each in rules()} - {"M2", "M16"}
    )


def test_nothing_runs_on_it_and_it_is_small(client: PageClient) -> None:
    page = client.get("/phuong-phap")
    assert "<script" not in page.text
    assert len(brotli.compress(page.data)) < 14 * 1024


def test_the_program_is_served_as_it_is(client: PageClient) -> None:
    assert 'href="/phuong-phap/recompute.py"' in client.get("/phuong-phap").text
    answer = client.get("/phuong-phap/recompute.py")
    assert answer.mimetype == "text/plain"
    assert answer.text == (ROOT / "docs" / "recompute.py").read_text(encoding="utf-8")


def test_citizens_find_it_under_every_page(client: PageClient, installation: Installation) -> None:
    set_up_both(installation)
    for address in ("/", f"/d/{DESK}", "/rieng-tu"):
        assert 'href="/phuong-phap' in client.get(address).text.partition("<footer>")[2]
    assert f'href="/d/{DESK}"' in client.get(f"/phuong-phap?d={DESK}").text


def test_the_head_of_an_office_finds_it_and_the_counts(app: Flask, installation: Installation) -> None:
    set_up_province(installation)
    set_up_staff(installation)
    Answers(installation).add(full_answers(40, seed=1))
    head = signed_in(app, "head")
    page = head.get(f"/staff/offices/{OWN}?period=2026-10").text
    assert 'href="/phuong-phap"' in page
    assert f'href="/staff/offices/{OWN}/counts.csv?period=2026-10"' in page
    counts = head.get(f"/staff/offices/{OWN}/counts.csv?period=2026-10")
    assert counts.mimetype == "text/csv"
    assert counts.text.count("\n") == 1 + 2 + 5 + 22
    assert head.get("/staff/offices/99002/counts.csv?period=2026-10").status_code == 404
    assert head.get(f"/staff/offices/{OWN}/counts.csv?period=nonsense").status_code == 422
