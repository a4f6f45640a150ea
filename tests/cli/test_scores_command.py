"""`flask scores`: three forms of one score, every choice an operator has, and the rebuild."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from survey.installation import Installation
from survey.store.models import half_month, tally
from tests.cli.commands import (
    CRITERIA,
    DESK,
    DESK_2,
    OFFICE,
    OFFICES,
    OTHER_DESK,
    QUESTIONS,
    Commands,
    answered,
    responses_csv,
)

E_FIELDS = ["status", "respondents", "base", "satisfied", "percent", "low", "high"]
EMPTY = dict.fromkeys(E_FIELDS[1:])
DIMENSIONS = {"A": 4, "B": 5, "C": 6, "D": 3, "E": 4}


@pytest.fixture(autouse=True)
def offices(flask: Commands) -> None:
    flask.set_up()


def answer(flask: Commands, *rows: dict[str, object], form: str = "sipas-2017") -> None:
    path = flask.file("phieu.csv", responses_csv(rows, list(rows[0])))
    flask("responses", "import", path, "--questionnaire", form)


def times(number: int, value: object = 4, **other: object) -> list[dict[str, object]]:
    return [answered(value, **other) for _ in range(number)]


# ---- the JSON of interface.md


def test_json_has_exactly_the_shape_of_the_contract(flask: Commands) -> None:
    answer(flask, *times(30, 4), *times(10, 2), *times(2, "NA", A1=5), *times(5, channel="kiosk", E4=""))
    score = flask.score()
    assert list(score) == [
        "office",
        "questionnaire",
        "method",
        "period",
        "responses",
        "set_aside",
        "channels",
        "verified",
        "overall",
        "index",
        "dimensions",
        "open",
        "set_aside_apart",
        "with_set_aside",
        "by_channel",
        "verified_share",
        "comparisons",
        "transactions",
        "response_rate",
        "more_responses_than_transactions",
        "weighted",
        "in_words",
    ]
    assert score["office"] == {"code": OFFICE, "name": "UBND xã Hòa Bình"}
    assert (score["questionnaire"], score["method"]) == ("sipas-2017@1", "share45@1")
    assert score["period"] == {"from": "2026-10-01", "to": "2026-10-31", "calendar": "civil"}
    assert (score["responses"], score["set_aside"]) == (47, 0)
    assert score["channels"] == {"poster": 42, "kiosk": 5}
    assert score["verified"] == {
        "responses": 0,
        "overall": {"status": "no_data", **EMPTY},
        "index": {"status": "no_data", **EMPTY},
    }
    assert list(score["overall"]) == list(score["index"]) == E_FIELDS
    assert {each["id"]: len(each["criteria"]) for each in score["dimensions"]} == DIMENSIONS
    for dimension in score["dimensions"]:
        assert list(dimension) == ["id", "name", "index", "criteria"]
        assert list(dimension["index"]) == E_FIELDS
        for criterion in dimension["criteria"]:
            assert list(criterion) == ["id", "name", "index", "counts", "not_applicable", "unanswered", "mean"]
            assert list(criterion["index"]) == E_FIELDS
            assert list(criterion["counts"]) == ["1", "2", "3", "4", "5"]
    first, last = score["dimensions"][0]["criteria"][0], score["dimensions"][-1]["criteria"][-1]
    assert first["counts"] == {"1": 0, "2": 10, "3": 0, "4": 35, "5": 2}
    assert first["index"] | {"low": None, "high": None} == {
        "status": "rated",
        "respondents": 47,
        "base": 47,
        "satisfied": 37,
        "percent": 78.72,
        "low": None,
        "high": None,
    }
    assert first["mean"] == 3.62
    assert (last["not_applicable"], last["unanswered"]) == (2, 5)


def test_names_in_json_do_not_change_with_the_console(flask: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(flask, *times(30))
    vietnamese = flask.score()
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    assert flask.score() == vietnamese
    assert vietnamese["dimensions"][0]["name"] == "Tiếp cận dịch vụ"


def estimates(score: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield score["overall"]
    yield score["index"]
    for dimension in score["dimensions"]:
        yield dimension["index"]
        yield from (criterion["index"] for criterion in dimension["criteria"])


@pytest.mark.parametrize(("number", "status"), [(0, "no_data"), (1, "suppressed"), (9, "suppressed")])
def test_what_is_hidden_is_null_and_never_0(flask: Commands, number: int, status: str) -> None:
    if number:
        answer(flask, *times(number))
    score = flask.score()
    assert all(each == {"status": status, **EMPTY} for each in estimates(score))
    for criterion in (each for dimension in score["dimensions"] for each in dimension["criteria"]):
        beside = (criterion[name] for name in ("counts", "mean", "not_applicable", "unanswered"))
        assert list(beside) == [None] * 4


@pytest.mark.parametrize(("number", "status"), [(10, "indicative"), (29, "indicative"), (30, "rated")])
def test_the_status_follows_the_number_of_respondents(flask: Commands, number: int, status: str) -> None:
    answer(flask, *times(number))
    assert all(each["status"] == status and each["percent"] == 100.0 for each in estimates(flask.score()))


def test_minimum_base_1_lifts_suppression(flask: Commands) -> None:
    answer(flask, answered(4, A1=2))
    assert flask.score()["index"]["status"] == "suppressed"
    score = flask.score("--minimum-base", "1")
    assert (score["index"]["status"], score["index"]["percent"], score["index"]["base"]) == ("indicative", 95.45, 22)
    assert (score["index"]["low"], score["index"]["high"]) == (None, None)  # one respondent has no interval
    assert score["dimensions"][0]["criteria"][0]["counts"] == {"1": 0, "2": 1, "3": 0, "4": 0, "5": 0}
    answer(flask, *times(11))
    assert flask.score("--minimum-base", "13")["index"]["status"] == "suppressed"


# ---- the other two forms


def test_csv_holds_the_figures_of_the_json(flask: Commands) -> None:
    answer(flask, *times(30, 4), *times(12, 2, A2=""), *times(3, "", D1=3))
    data = flask("scores", "--office", OFFICE, "--period", "2026-10", "--format", "csv").stdout_bytes
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    score = flask.score()
    assert [row["level"] for row in rows].count("criterion") == 22
    figures = {(row["level"], row["id"]): row for row in rows}
    expected = {("overall", ""): score["overall"], ("index", ""): score["index"]}
    for dimension in score["dimensions"]:
        expected["dimension", dimension["id"]] = dimension["index"]
        expected |= {("criterion", each["id"]): each["index"] for each in dimension["criteria"]}
    for key, estimate in expected.items():
        assert [figures[key][name] for name in E_FIELDS] == ["" if v is None else str(v) for v in estimate.values()]
    first = figures["criterion", "A2"]
    assert [first[f"count_{value}"] for value in (1, 2, 3, 4, 5)] == ["0", "0", "0", "30", "0"]
    assert (first["office"], first["from"], first["to"]) == (OFFICE, "2026-10-01", "2026-10-31")


def test_the_table_says_no_data_in_words(flask: Commands) -> None:
    shown = flask("scores", "--office", OFFICE, "--period", "2026-10").stdout
    assert shown.startswith("UBND xã Hòa Bình (00101)\n")
    assert shown.count("chưa có dữ liệu") == 29 + 3, "and of the numbers beside it"
    answer(flask, *times(5))
    assert flask("scores", "--office", OFFICE, "--period", "2026-10").stdout.count("chưa đủ số phiếu") == 32


def test_the_table_shows_index_interval_and_base(flask: Commands) -> None:
    answer(flask, *times(15, 4), *times(5, 2))
    lines = flask("scores", "--office", OFFICE, "--period", "2026-10").stdout.splitlines()
    (index,) = [line for line in lines if line.startswith("Chỉ số hài lòng")]
    assert " 75,00  [" in index
    assert index.rstrip().endswith("n = 440  tham khảo")
    assert "20 phiếu trả lời, 0 phiếu để riêng" in lines
    assert any("sipas-2017@1 · share45@1" in line for line in lines)


# ---- what may be chosen


def test_one_desk_alone(flask: Commands) -> None:
    answer(flask, *times(12, 4), *times(11, 2, desk=DESK_2))
    assert flask.score("--desk", DESK.lower())["responses"] == 12
    assert flask.score("--desk", DESK_2)["index"]["percent"] == 0.0
    assert flask.score()["responses"] == 23
    message = f"Cơ quan {OFFICE} không có quầy mang mã “{OTHER_DESK}”."
    assert flask.faults("scores", "--office", OFFICE, "--period", "2026-10", "--desk", OTHER_DESK) == [message]


def test_a_desk_that_came_by_a_merger(flask: Commands) -> None:
    answer(flask, *times(12, 5, desk=OTHER_DESK, received_on="2026-09-20"))
    header = OFFICES.splitlines()[0]
    closed = f"{header}\n00102,Xã cũ,commune,01,2025-07-01,2026-09-30,{OFFICE}\n"
    flask("offices", "import", flask.file("merged.csv", closed))
    answer(flask, *times(13, 2, desk=OTHER_DESK))
    assert flask.score("--desk", OTHER_DESK)["responses"] == 13
    assert flask.score("--desk", OTHER_DESK, office="00102", period="2026-09")["responses"] == 12
    assert flask.score(period="2026-09")["responses"] == 0  # a closed office keeps its history
    assert flask.score(office="01", period="2026")["responses"] == 25


def test_a_parent_pools_the_counts_of_what_is_below_it(flask: Commands) -> None:
    answer(flask, *times(30, 4), *times(90, 2, desk=OTHER_DESK))
    assert flask.score(office="01")["index"]["percent"] == 25.0  # not 50, the mean of both (M7)


def test_channels_are_never_pooled_silently(flask: Commands) -> None:
    answer(flask, *times(20, 4), *times(12, 4, channel="kiosk"), *times(40, 2, channel="paper"))
    headline = ("scores", "--office", OFFICE, "--period", "2026-10", "--format", "json")
    result = flask(*headline)
    assert json.loads(result.stdout)["channels"] == {"poster": 20, "kiosk": 12}
    assert result.stderr == "Ngoài điểm chung: 40 phiếu của các kênh khác (xem bằng --channel).\n"
    assert flask.score("--channel", "paper")["index"]["percent"] == 0.0
    assert flask.score("--channel", "kiosk", "--channel", "paper")["channels"] == {"kiosk": 12, "paper": 40}


@pytest.mark.parametrize(
    ("method", "key", "percent", "interval"),
    [
        (None, "share45@1", 60.0, True),
        ("share45", "share45@1", 60.0, True),
        ("share45@1", "share45@1", 60.0, True),
        ("mean100", "mean100@1", 65.0, False),  # a mean of 180/50 = 3,6: 100·2,6/4
        ("net", "net@1", 40.0, False),  # (30−10)/50
        ("mean_of_criteria", "mean_of_criteria@1", 60.0, False),
        ("all45", "all45@1", 60.0, True),
    ],
)
def test_every_method_is_named(flask: Commands, method: str | None, key: str, percent: float, interval: bool) -> None:
    answer(flask, *times(20, 5), *times(10, 4), *times(10, 3), *times(10, 1))
    score = flask.score(*(("--method", method) if method else ()))
    assert score["method"] == key
    assert score["index"]["percent"] == percent
    assert (score["index"]["low"] is not None) == interval


def test_methods_differ_where_criteria_differ(flask: Commands) -> None:
    nothing = dict.fromkeys(QUESTIONS, "")
    sparse = {"desk": DESK, "received_on": "2026-10-05", "channel": "poster", **nothing}
    answer(flask, *({**sparse, "A1": 4} for _ in range(30)), *({**sparse, "A2": 2} for _ in range(10)))
    assert flask.score()["index"]["percent"] == 75.0
    assert flask.score("--method", "mean_of_criteria")["index"]["percent"] == 50.0


def test_a_span_of_days(flask: Commands) -> None:
    for day in (1, 15, 16, 20):
        answer(flask, *times(10, received_on=f"2026-10-{day:02}"))
    score = flask.score("--from", "2026-10-15", "--to", "2026-10-16")
    assert score["responses"] == 20
    assert score["period"] == {"from": "2026-10-15", "to": "2026-10-16", "calendar": "civil"}


@pytest.mark.parametrize(
    ("period", "calendar", "first", "last"),
    [
        ("2026-10", "administrative", "2026-09-15", "2026-10-14"),
        ("2026-Q3", "civil", "2026-07-01", "2026-09-30"),
        ("2026-Q3", "administrative", "2026-06-15", "2026-09-14"),
        ("2026-H1", "administrative", "2025-12-15", "2026-06-14"),
        ("2026", "civil", "2026-01-01", "2026-12-31"),
    ],
)
def test_periods_and_calendars(flask: Commands, period: str, calendar: str, first: str, last: str) -> None:
    answer(flask, *times(10, received_on=first if first < "2026-10-22" else "2026-10-21"))
    score = flask.score("--calendar", calendar, period=period)
    assert score["period"] == {"from": first, "to": last, "calendar": calendar}
    assert score["responses"] == 10


def test_the_most_answered_questionnaire_and_the_others_by_name(flask: Commands) -> None:
    answer(flask, *times(12))
    short = [{"desk": DESK, "received_on": "2026-10-05", "channel": "poster", "A1": 4}] * 20
    answer(flask, *short, form="sipas-desk")
    result = flask("scores", "--office", OFFICE, "--period", "2026-10", "--format", "json")
    assert json.loads(result.stdout)["questionnaire"] == "sipas-desk@1"
    assert result.stderr == "Chưa tính 12 phiếu theo phiếu khảo sát sipas-2017@1.\n"
    for named in ("sipas-2017", "sipas-2017@1"):
        score = flask.score("--questionnaire", named)
        assert (score["questionnaire"], score["responses"]) == ("sipas-2017@1", 12)


# ---- the rebuild


def test_a_rebuild_gives_the_same_figures_from_the_responses_alone(flask: Commands, installation: Installation) -> None:
    answer(flask, *times(20, 4), *times(15, 2, desk=DESK_2), *times(10, 5, desk=OTHER_DESK, received_on="2026-10-06"))
    before = flask.score(office="01")
    with installation.database.transaction() as connection:
        kept = sorted(connection.execute(tally.select()))
        assert len(kept) == 3
        for table in (tally, half_month):
            connection.execute(table.update().values(responses=99, counts=bytes(len(kept[0].counts))))
    assert flask.score(office="01") != before
    assert flask("scores", "rebuild").stdout == "Đã đếm lại 3 ngày làm việc của các quầy.\n"
    assert flask.score(office="01") == before
    with installation.database.reading() as connection:
        assert sorted(connection.execute(tally.select())) == kept
    flask("scores", "rebuild")
    assert flask.score(office="01") == before


# ---- what cannot be


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "Xin cho biết cơ quan: --office MÃ."),
        (("--office", OFFICE), "Xin cho biết kỳ: --period 2026-10, hoặc cả --from và --to."),
        (("--office", OFFICE, "--from", "2026-10-01"), "Xin cho biết kỳ:"),
        (("--office", OFFICE, "--period", "2026-10", "--to", "2026-10-01"), "Xin cho biết kỳ:"),
        (("--office", OFFICE, "--period", "2026-13"), "Kỳ “2026-13” không hợp lệ. Xin ghi theo một trong các dạng"),
        (("--office", OFFICE, "--period", "tháng 10"), "Kỳ “tháng 10” không hợp lệ."),
        (
            ("--office", OFFICE, "--from", "2026-10-09", "--to", "2026-10-01"),
            "Ngày kết thúc 01/10/2026 đứng trước ngày bắt đầu 09/10/2026.",
        ),
        (("--office", "00999", "--period", "2026-10"), "Không có cơ quan nào mang mã “00999”."),
        (("--office", OFFICE, "--period", "2026-10", "--method", "share"), "Phiếu khảo sát này không tính được"),
        (("--office", OFFICE, "--period", "2026-10", "--questionnaire", "papi"), "Không có phiếu khảo sát “papi”."),
        (("--office", OFFICE, "--period", "2026-10", "--desk", "xx"), f"Cơ quan {OFFICE} không có quầy"),
    ],
)
def test_what_cannot_be_scored_is_said_in_a_sentence(flask: Commands, arguments: tuple[str, ...], says: str) -> None:
    (sentence,) = flask.faults("scores", *arguments)
    assert sentence.startswith(says)


def test_the_criteria_are_those_of_the_questionnaire(flask: Commands) -> None:
    score = flask.score()
    assert [each["id"] for dimension in score["dimensions"] for each in dimension["criteria"]] == CRITERIA
