"""`flask rounds` and `flask invitations`: a sample drawn and its links written, or nothing at all."""

import csv
import io
import json
import stat
from pathlib import Path

import pytest
from sqlalchemy import event, select

from survey.domain.drawing import draw
from survey.domain.rounds import invitation_key
from survey.domain.slips import hashed, normalise_slip_code
from survey.installation import Installation
from survey.store.models_trust import audit, invitation
from tests.citizen import hidden_fields
from tests.cli.commands import OTHER_DESK, Commands, answered, import_rows
from tests.conftest import SECRET
from tests.pages import PageClient

ADDRESS = "https://hailong.example.vn/m/"
ROUND = ("rounds", "create", "2026-q4", "--name", "Khảo sát quý IV", "--questionnaire", "sipas-2017",
         "--from", "2026-10-01", "--to", "2026-10-31")  # fmt: skip
NUMBERS = [f"H01-{number:03}" for number in range(100)]
LIST = "\n".join(("file", *NUMBERS, ""))


@pytest.fixture(autouse=True)
def offices(flask: Commands) -> None:
    flask.set_up()


def issue(flask: Commands, path: Path, out: Path, *options: object, count: int = 20, exit_code: int = 0) -> str:
    draw_by = ("--round", "2026-q4", "--from", path, "--count", count, "--seed", "so-do", "--out", out)
    result = flask("invitations", "issue", *draw_by, *options, exit_code=exit_code)
    return result.stdout if exit_code == 0 else result.stderr


def links(path: Path) -> list[dict[str, str]]:
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf"), "for Excel"
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def invitations(installation: Installation) -> set[str]:
    with installation.database.reading() as connection:
        return set(connection.execute(select(invitation.c.code)).scalars())


def test_a_round_is_created_drawn_for_answered_and_shown(
    flask: Commands, installation: Installation, client: PageClient, tmp_path: Path
) -> None:
    assert "2026-q4 ở 1 cơ quan" in flask(*ROUND, "--office", "00101").stdout
    out = tmp_path / "new" / "links.csv"
    said = issue(flask, flask.file("files.csv", LIST), out)
    assert said.splitlines() == [
        f"Đã ghi 20 đường dẫn vào {out}.",
        "00101: 100 hồ sơ, mẫu cần 80 phiếu trả lời, đã mời 20.",
    ]
    rows = links(out)
    assert list(rows[0]) == ["file", "address"]
    assert [row["file"] for row in rows] == sorted(draw(NUMBERS, seed="so-do", office="00101", count=20))
    codes = [row["address"].removeprefix(ADDRESS) for row in rows]
    assert len(set(codes)) == 20
    assert all(normalise_slip_code(code) == code for code in codes)
    assert invitations(installation) == {hashed(code, invitation_key(SECRET)) for code in codes}
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert list(out.parent.iterdir()) == [out]
    assert client.get(f"/m/{codes[0]}").status_code == 200
    assert (
        "2026-q4  01/10/2026–31/10/2026  sipas-2017@1  1 cơ quan, mời 20, trả lời 0" in flask("rounds", "list").stdout
    )
    shown = flask("rounds", "show", "2026-q4").stdout
    assert "Mẫu cần 80, đã mời 20, đã trả lời 0 (tỷ lệ trả lời 0,00 %), để riêng 0" in shown
    told = json.loads(flask("rounds", "show", "2026-q4", "--format", "json").stdout)
    assert told["round"]["questionnaire"] == "sipas-2017@1"
    assert told["offices"][0]["office"] == {"code": "00101", "name": "UBND xã Hòa Bình"}
    assert told["offices"][0]["index"] == {
        "counter": told["offices"][0]["index"]["sample"],
        "sample": told["offices"][0]["index"]["counter"],
        "difference": None,
    }


def test_a_draw_is_written_into_the_trail_so_that_it_can_be_checked(
    flask: Commands, installation: Installation, tmp_path: Path
) -> None:
    flask(*ROUND, "--office", "00101")
    issue(flask, flask.file("files.csv", LIST), tmp_path / "a.csv")
    with installation.database.reading() as connection:
        row = connection.execute(select(audit)).one()
    assert (row.action, row.office, row.subject, row.who) == ("drawn", "00101", "2026-q4", "console")
    assert row.note.startswith("count=20 after=0 files=100 list=")
    assert row.note.endswith(" seed=so-do")


def test_a_list_of_several_offices_gives_links_by_office(flask: Commands, tmp_path: Path) -> None:
    flask(*ROUND, "--office", "00101", "--office", "00102", "--target", "30")
    text = "office,file\n" + "".join(f"{office},{number}\n" for office in ("00101", "00102") for number in NUMBERS)
    said = issue(flask, flask.file("files.csv", text), tmp_path / "links.csv")
    assert "mẫu cần 30 phiếu" in said
    rows = links(tmp_path / "links.csv")
    assert list(rows[0]) == ["office", "file", "address"]
    assert [row["office"] for row in rows] == ["00101"] * 20 + ["00102"] * 20


def test_fewer_invitations_than_the_sample_needs_are_told(flask: Commands, tmp_path: Path) -> None:
    flask(*ROUND, "--office", "00101")
    path = flask.file("files.csv", LIST)
    by = ("--round", "2026-q4", "--from", path, "--seed", "1")
    assert "còn ít hơn mẫu cần" in flask("invitations", "issue", *by, "--count", 79, "--out", tmp_path / "a.csv").stderr
    more = flask("invitations", "issue", *by, "--count", 1, "--out", tmp_path / "b.csv", "--more")
    assert more.stderr == ""


def test_nothing_counts_of_a_draw_that_was_refused(flask: Commands, installation: Installation, tmp_path: Path) -> None:
    flask(*ROUND, "--office", "00101")
    out = tmp_path / "links.csv"
    wrong = flask.file("wrong.csv", "file\nH1\nH1\nNguyễn Văn An\n")
    told = issue(flask, wrong, out, exit_code=1).splitlines()
    assert [line.partition(": ")[0] for line in told[:2]] == [
        f"{wrong}, dòng 3, cột file",
        f"{wrong}, dòng 4, cột file",
    ]
    assert told[2] == "Có 2 lỗi. Chưa có gì được thay đổi."
    names = flask.file("names.csv", "file,họ tên\nH1,Nguyễn Văn An\n")
    assert "không nhận họ tên" in issue(flask, names, out, exit_code=1)
    latin = flask.file("latin.csv", "file\nHồ sơ 1\n".encode("utf-16"))
    assert "UTF-8" in issue(flask, latin, out, exit_code=1)
    short = flask.file("short.csv", "file\nH1\n")
    assert "ít hơn 20" in issue(flask, short, out, exit_code=1)
    assert "Không đọc được tệp" in issue(flask, tmp_path / "none.csv", out, exit_code=1)
    assert "phải kết thúc bằng .csv" in issue(flask, short, tmp_path / "links.pdf", exit_code=1)
    assert invitations(installation) == set()
    assert not out.exists()
    assert not list(tmp_path.glob("*.part"))


def test_links_are_never_written_over_another_file(flask: Commands, installation: Installation, tmp_path: Path) -> None:
    flask(*ROUND, "--office", "00101")
    path = flask.file("files.csv", LIST)
    for taken in ("links.csv", "links.csv.part"):
        kept = flask.file(taken, "một tệp khác")
        assert "không được ghi đè" in issue(flask, path, tmp_path / "links.csv", exit_code=1)
        assert kept.read_text(encoding="utf-8") == "một tệp khác"
        kept.unlink()
    assert invitations(installation) == set()
    folder = tmp_path / "links.csv" / "deeper.csv"
    flask.file("links.csv", "")
    assert "Không ghi được tệp" in issue(flask, path, folder, exit_code=1)
    assert invitations(installation) == set(), "links that nobody has must not count"


def test_the_links_stay_where_nobody_knows_whether_they_count(
    flask: Commands, installation: Installation, tmp_path: Path
) -> None:
    """The database goes away in the middle of the commit."""
    flask(*ROUND, "--office", "00101")
    path = flask.file("files.csv", LIST)

    def fail(_connection: object) -> None:
        raise ConnectionError("gone")

    event.listen(installation.database.engine, "commit", fail)
    try:
        with pytest.raises(ConnectionError):
            issue(flask, path, tmp_path / "links.csv")
    finally:
        event.remove(installation.database.engine, "commit", fail)
    assert len(links(tmp_path / "links.csv.part")) == 20
    assert not (tmp_path / "links.csv").exists()


def test_a_second_draw_needs_more_and_the_same_list_and_seed(
    flask: Commands, installation: Installation, tmp_path: Path
) -> None:
    flask(*ROUND, "--office", "00101")
    path = flask.file("files.csv", LIST)
    issue(flask, path, tmp_path / "1.csv")
    assert "--more" in issue(flask, path, tmp_path / "2.csv", exit_code=1)
    other = flask.file("other.csv", LIST.replace("H01-007", "H01-777"))
    assert "khác lần rút trước" in issue(flask, other, tmp_path / "2.csv", "--more", exit_code=1)
    issue(flask, path, tmp_path / "2.csv", "--more", count=80)
    files = [row["file"] for name in ("1.csv", "2.csv") for row in links(tmp_path / name)]
    assert sorted(files) == NUMBERS
    assert len(invitations(installation)) == 100


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--office", "99999"), "Không có cơ quan nào mang mã “99999”"),
        ((), "Còn thiếu --office."),
        (("--office", "00101", "--target", "0"), "--target phải là số nguyên từ 1 trở lên."),
        (("--office", "00101", "--to", "2026-09-01"), "Ngày kết thúc của đợt đứng trước ngày bắt đầu."),
        (("--office", "00101", "--questionnaire", "none"), "none"),
    ],
)
def test_a_round_that_cannot_be_is_refused_in_a_sentence(flask: Commands, options: tuple[str, ...], said: str) -> None:
    assert said in flask.faults(*ROUND, *options)[0]
    assert flask("rounds", "list").stdout == ""


def test_a_round_that_is_not_there_is_told(flask: Commands, tmp_path: Path) -> None:
    assert flask.faults("rounds", "show", "x") == [
        "Không có đợt khảo sát “x”. Xin xem các đợt bằng lệnh: flask rounds list"
    ]
    assert "Không có đợt" in issue(flask, flask.file("f.csv", LIST), tmp_path / "o.csv", exit_code=1)


def test_the_desk_of_a_round_is_in_no_list_and_no_file_brings_it_answers(
    flask: Commands, installation: Installation, client: PageClient, tmp_path: Path
) -> None:
    before = flask("desks", "export").stdout
    flask(*ROUND, "--office", "00102")
    assert flask("desks", "export").stdout == before
    issue(flask, flask.file("files.csv", LIST), tmp_path / "links.csv")
    code = links(tmp_path / "links.csv")[0]["address"].removeprefix(ADDRESS)
    page = client.get(f"/m/{code}").text
    desk = desk_of(page)
    assert client.get(f"/d/{desk}").status_code == 404
    assert client.get(f"/d/{desk}/phieu/{'k' * 22}").status_code == 404
    assert client.post(f"/d/{desk}", data={"overall": "5"}).status_code == 404
    poster = ("desks", "poster", "--out", tmp_path / "a.pdf")
    assert flask.faults(*poster, "--desk", desk) == [f"Không có quầy nào mang mã “{desk}”."]
    assert "mẫu" not in flask("scores", "--office", "00102", "--period", "2026-10").stdout
    path = flask.file("in.csv", f"desk,received_on,overall\n{desk},2026-10-05,5\n")
    (fault, _) = flask.faults("responses", "import", path, "--questionnaire", "sipas-2017", "--channel", "invitation")
    assert "không có quầy nào mang mã" in fault
    row = f"desk,office,name,questionnaire\n{desk},00101,Quầy mới,sipas-2017\n"
    (fault, _) = flask.faults("desks", "import", flask.file("d.csv", row))
    assert "thuộc một đợt khảo sát độc lập" in fault


def test_invited_answers_are_exported_and_count_in_no_headline(
    flask: Commands, client: PageClient, tmp_path: Path
) -> None:
    flask(*ROUND, "--office", "00102")
    issue(flask, flask.file("files.csv", LIST), tmp_path / "links.csv")
    import_rows(flask, [answered(desk=OTHER_DESK, value=5) for _ in range(12)])
    for row in links(tmp_path / "links.csv"):
        page = client.get(row["address"].removeprefix("https://hailong.example.vn"))
        fields = {**hidden_fields(page.text), "overall": "1"}
        assert client.post(f"/m/dot/{desk_of(page.text)}", data=fields).status_code == 303
    headline = flask.score(office="00102")
    assert (headline["overall"]["percent"], headline["responses"]) == (100, 12)
    invited = flask.score("--channel", "invitation", office="00102")
    assert (invited["overall"]["percent"], invited["responses"]) == (0, 20)
    out = tmp_path / "out.csv"
    flask("responses", "export", "--out", out, "--channel", "invitation")
    assert len(links(out)) == 20
    shown = flask("rounds", "show", "2026-q4").stdout
    assert "đã trả lời 20 (tỷ lệ trả lời 100,00 %)" in shown
    assert "tại quầy 100,00" in shown


def desk_of(html: str) -> str:
    return html.partition('action="/m/dot/')[2].partition("?")[0]


def test_rounds_speak_english(flask: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert flask(*ROUND, "--office", "00101").stdout.startswith("Round 2026-q4 set up at 1 office(s).")
    assert "1 office(s), 0 invited, 0 answered" in flask("rounds", "list").stdout
