"""`flask transactions`, and what `flask scores` and `flask demo` make of it (M13)."""

from tests.cli.commands import DESK, DESK_2, OFFICE, OTHER_DESK, Commands, answered, import_rows

HEADER = "office,desk,period,count\n"


def told(flask: Commands, lines: str) -> str:
    return flask("transactions", "import", flask.file("luot.csv", HEADER + lines)).stdout


def test_import_and_export(flask: Commands) -> None:
    flask.set_up()
    assert told(flask, f"{OFFICE},{DESK},2026-09,120\n{OFFICE},,2026-Q3,900\n") == "Đã nhập 2 số lượt giao dịch.\n"
    assert told(flask, f"{OFFICE},{DESK},2026-09,130\n") == "Đã nhập 1 số lượt giao dịch.\n"
    exported = flask("transactions", "export").stdout
    assert exported == f"\ufeff{HEADER}{OFFICE},,2026-Q3,900\n{OFFICE},{DESK},2026-09,130\n"
    flask("transactions", "import", flask.file("lai.csv", exported))
    assert flask("transactions", "export").stdout == exported


def test_all_faults_at_once_and_nothing_changed(flask: Commands) -> None:
    flask.set_up()
    path = flask.file("luot.csv", f"{HEADER}{OFFICE},,2026-09,1\n{OFFICE},{OTHER_DESK},2026-09,2\n00999,,2027,x\n")
    first, *_, last = faults = flask.faults("transactions", "import", path)
    assert first == (
        f"{path}, dòng 3, cột desk: quầy {OTHER_DESK} không thuộc cơ quan {OFFICE} → sửa lại mã quầy hoặc mã cơ quan"
    )
    assert len(faults) == 5
    assert last == "Có 4 lỗi. Chưa có gì được thay đổi."
    assert flask("transactions", "export").stdout == f"\ufeff{HEADER}"


def answer(flask: Commands, number: int, value: object = 4, **other: object) -> None:
    import_rows(flask, [answered(value, **other)] * number, name=f"{number}-{value}.csv")


def test_the_score_has_a_response_rate_and_a_weighted_index_beside_it(flask: Commands) -> None:
    flask.set_up()
    answer(flask, 60, 5)
    answer(flask, 40, 2, desk=DESK_2)
    assert flask.score()["response_rate"] is None
    told(flask, f"{OFFICE},{DESK},2026-10,100\n{OFFICE},{DESK_2},2026-10,300\n")
    found = flask.score()
    assert (found["transactions"], found["response_rate"]) == (400, 25.0)
    assert found["index"]["percent"] == 60.0
    assert found["weighted"]["percent"] == 25.0
    assert found["weighted"]["low"] < 25 < found["weighted"]["high"]
    assert [(each["code"], each["transactions"], each["percent"]) for each in found["weighted"]["strata"]] == [
        (DESK_2, 300, 0.0),
        (DESK, 100, 100.0),
    ]
    assert flask.score("--desk", DESK)["response_rate"] == 60.0
    above = flask.score(office="01")
    assert above["transactions"] is None, "the other commune told nothing"
    assert above["weighted"]["lack"] == "transactions"


def test_a_period_that_is_not_wholly_told_has_no_rate(flask: Commands) -> None:
    flask.set_up()
    answer(flask, 40)
    told(flask, f"{OFFICE},,2026-10,100\n")
    assert flask.score()["response_rate"] == 40.0
    assert flask.score(period="2026-Q4")["response_rate"] is None
    assert flask.score("--from", "2026-10-01", "--to", "2026-10-31")["response_rate"] == 40.0
    assert flask.score("--from", "2026-10-01", "--to", "2026-10-20")["response_rate"] is None


def test_more_responses_than_transactions_are_said_as_such(flask: Commands) -> None:
    flask.set_up()
    answer(flask, 40)
    told(flask, f"{OFFICE},,2026-10,30\n")
    found = flask.score()
    assert found["more_responses_than_transactions"] is True
    assert found["response_rate"] == 133.33
    table = flask("scores", "--office", OFFICE, "--period", "2026-10").stdout
    assert "Nhiều phiếu hơn lượt giao dịch: nhận 40 phiếu, trong đó 0 phiếu để riêng, mà chỉ có 30 lượt." in table


def test_the_demonstration_has_transactions_and_takes_them_away_again(flask: Commands) -> None:
    flask("demo", "load", "--responses", "400", "--months", "3", "--offices", "10")
    lines = flask("transactions", "export").stdout.splitlines()[1:]
    assert len(lines) > 20
    assert {line.split(",")[2] for line in lines} == {"2026-08", "2026-09"}, "the running month is not over"
    flask("demo", "clear")
    assert flask("transactions", "export").stdout == f"\ufeff{HEADER}"
