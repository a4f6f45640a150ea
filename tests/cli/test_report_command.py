"""`flask report` as an analyst at the console meets it: files, exit codes, sentences."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import insert, select

from survey.domain.response import Response
from survey.installation import Installation
from survey.store.models import desk, report
from survey.store.offices import fetch_tree
from survey.store.responses import record_responses
from tests.conftest import Clock
from tests.reports import CATALOGUE, SIPAS, people, set_up_province

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`flask …` in an installation with a province, two communes and 60 responses in October 2026."""
    monkeypatch.setenv("LANG", "vi_VN.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    with installation.database.transaction() as connection:
        set_up_province(connection)
    answer(installation, 60)
    return lambda *arguments: app.test_cli_runner().invoke(args=arguments)


def answer(
    installation: Installation, number: int, *, seed: int = 1, code: str = "99001", questionnaire: str = SIPAS.key
) -> None:
    with installation.database.transaction() as connection:
        office = fetch_tree(connection).by_code[code]
        desk_id = connection.execute(select(desk.c.id).where(desk.c.office_id == office.id)).scalar_one()
        record_responses(
            connection,
            [
                Response(
                    office.id,
                    f"key-{questionnaire}-{seed}-{i:05}",
                    desk_id,
                    questionnaire,
                    "poster",
                    date(2026, 10, 12),
                    9,
                    each.answers,
                )
                for i, each in enumerate(people(number, seed=seed, questionnaire=CATALOGUE.get(questionnaire)))
            ],
        )


def text_of(path: Path) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(path).pages)


@pytest.fixture
def november(clock: Clock) -> None:
    clock.advance(days=15)


def test_a_draft_is_written_into_a_folder_that_need_not_exist(run: Run, tmp_path: Path) -> None:
    result = run("report", "--office", "99001", "--period", "2026-10", "--out", str(tmp_path / "a" / "b"))
    path = tmp_path / "a" / "b" / "bao-cao-99001-2026-10.pdf"
    assert (result.exit_code, result.stdout) == (0, f"{path}: bản dự thảo\n")
    assert "DỰ THẢO" in text_of(path)
    assert "số liệu tính đến hết ngày 21/10/2026" in text_of(path)


def test_the_figures_are_those_of_flask_scores(run: Run, tmp_path: Path) -> None:
    run("report", "--office", "99001", "--period", "2026-10", "--out", str(tmp_path))
    scores = run("scores", "--office", "99001", "--period", "2026-10", "--format", "json")
    score = json.loads(scores.stdout)
    text = text_of(tmp_path / "bao-cao-99001-2026-10.pdf")
    estimates = [score["overall"], score["index"]]
    for dimension in score["dimensions"]:
        estimates += [dimension["index"], *(each["index"] for each in dimension["criteria"])]
    for each in estimates:
        for figure in (each["percent"], each["low"], each["high"]):
            assert f"{figure:.2f}".replace(".", ",") in text


@pytest.mark.usefixtures("november")
def test_issuing_freezes_and_a_correction_names_what_it_replaces(
    run: Run, tmp_path: Path, installation: Installation
) -> None:
    path = tmp_path / "bao-cao-99001-2026-10.pdf"
    asked = ("report", "--office", "99001", "--period", "2026-10", "--out", str(tmp_path))
    assert run(*asked, "--issue").stdout == f"{path}: bản phát hành số 1\n"
    first = path.read_bytes()
    answer(installation, 30, seed=2)
    assert run(*asked).stdout == f"{path}: bản phát hành số 1\n"
    assert path.read_bytes() == first, "the issued report is written, whatever came later"
    assert run(*asked, "--issue").stdout == f"{path}: bản phát hành số 2, thay thế bản số 1\n"
    assert "thay thế bản phát hành số 1 ngày 05/11/2026" in text_of(path)
    again = path.read_bytes()
    assert run(*asked, "--issue").stdout == f"{path}: bản phát hành số 2, thay thế bản số 1\n"
    assert path.read_bytes() == again


@pytest.mark.usefixtures("november")
def test_all_writes_every_office_and_no_progress_bar_into_a_pipe(run: Run, tmp_path: Path) -> None:
    result = run("report", "--all", "--period", "2026-10", "--out", str(tmp_path), "--issue")
    assert result.exit_code == 0
    names = sorted(path.name for path in tmp_path.glob("*.pdf"))
    assert names == [f"bao-cao-{code}-2026-10.pdf" for code in ("99", "99001", "99002")]
    assert result.stderr == ""
    assert all("DỰ THẢO" not in text_of(path) for path in tmp_path.glob("*.pdf"))


def test_a_running_period_is_not_issued_and_nothing_is_written(
    run: Run, tmp_path: Path, installation: Installation
) -> None:
    folder = tmp_path / "out"
    result = run("report", "--all", "--period", "2026-10", "--out", str(folder), "--issue")
    assert result.exit_code == 1
    assert "Kỳ 2026-10 kết thúc ngày 31/10/2026 nên chưa thể phát hành báo cáo" in result.stderr
    assert not folder.exists()
    with installation.database.reading() as connection:
        assert connection.execute(select(report.c.issue)).all() == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--office", "00000", "--period", "2026-10"), "Không có cơ quan nào mang mã “00000”"),
        (("--office", "99001", "--period", "2026-13"), "Kỳ “2026-13” không hợp lệ"),
        (("--office", "99001", "--period", "2026-10-01..2026-10-09"), "không hợp lệ"),
        (("--period", "2026-10"), "Xin nêu một cơ quan bằng --office MÃ, hoặc tất cả bằng --all."),
        (("--all", "--office", "99001", "--period", "2026-10"), "hoặc tất cả bằng --all"),
        (("--office", "99001", "--period", "2026-10", "--format", "pdf,docx"), "DOCX và XLSX sẽ có ở phiên bản sau"),
        (("--office", "99001", "--period", "2026-10", "--format", "odt"), "Không có định dạng “odt”"),
    ],
)
def test_bad_input_gets_a_sentence_and_nothing_is_written(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    folder = tmp_path / "out"
    result = run("report", *arguments, "--out", str(folder))
    assert result.exit_code == 1
    assert sentence in result.stderr
    assert "Traceback" not in result.output
    assert not folder.exists()


def test_a_folder_that_cannot_be_made_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    result = run("report", "--office", "99001", "--period", "2026-10", "--out", str(tmp_path / "file" / "out"))
    assert result.exit_code == 1
    assert "Không ghi được" in result.stderr


def test_a_changed_issue_is_not_written_out(run: Run, tmp_path: Path, installation: Installation) -> None:
    values = {"period": "2026-10", "calendar": "civil", "issue": 1, "issued_on": date(2026, 11, 5)}
    with installation.database.transaction() as connection:
        office_id = fetch_tree(connection).by_code["99001"].id
        connection.execute(insert(report).values(office_id=office_id, content="{}", digest="0" * 64, **values))
    result = run("report", "--office", "99001", "--period", "2026-10", "--out", str(tmp_path))
    assert result.exit_code == 1
    assert "không còn đúng như khi phát hành" in result.stderr
    assert list(tmp_path.glob("*.pdf")) == []


def test_the_version_with_most_responses_is_reported_and_the_others_are_named(
    run: Run, tmp_path: Path, installation: Installation
) -> None:
    answer(installation, 12, questionnaire="sipas-desk@1")
    result = run("report", "--office", "99001", "--period", "2026-10", "--out", str(tmp_path))
    assert result.exit_code == 0
    assert "sipas-desk@1 (12)" in result.stderr
    assert "sipas-desk@1 (12 phiếu)" in text_of(tmp_path / "bao-cao-99001-2026-10.pdf")


@pytest.mark.parametrize("period", ["2026-10", "2026-Q3", "2026-H2", "2026"])
@pytest.mark.parametrize("calendar", ["civil", "administrative"])
def test_every_kind_of_period_on_both_calendars(run: Run, tmp_path: Path, period: str, calendar: str) -> None:
    arguments = ("--office", "99001", "--period", period, "--calendar", calendar)
    result = run("report", *arguments, "--out", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert ("kỳ báo cáo hành chính" in text_of(tmp_path / f"bao-cao-99001-{period}.pdf")) is (
        calendar == "administrative"
    )
