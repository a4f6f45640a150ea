"""A wrong option or argument is told like every other bad input: in a sentence, in the console's language, exit 1."""

import pytest

from tests.cli.commands import Commands

WRONG = [
    (("scores", "--channel", "sms"), "--channel chỉ nhận: poster, slip, kiosk, link, paper, invitation."),
    (("scores", "--minimum-base", "0"), "--minimum-base phải là số nguyên từ 1 trở lên."),
    (("scores", "--minimum-base", "ten"), "--minimum-base phải là số nguyên từ 1 trở lên."),
    (("scores", "--from", "2026-10-aa"), "--from phải là một ngày viết dạng 2026-10-31."),
    (("scores", "--nope"), "Không có tùy chọn --nope."),
    (("demo", "load", "--offices", "3"), "--offices phải là số nguyên từ 10 đến 1000."),
    (("desks", "poster", "--paper", "a3"), "--paper chỉ nhận: a4, a5, label."),
    (("staff", "add", "a@b.vn", "--role", "king"), "--role chỉ nhận: head, analyst, officer, admin."),
    (("responses", "import", "f.csv"), "Còn thiếu --questionnaire."),
    (("offices", "import"), "Còn thiếu PATH."),
    (("report", "--out", "x"), "Còn thiếu --period."),
]


@pytest.mark.parametrize(("arguments", "sentence"), WRONG)
def test_a_mistake_in_the_command_line_is_a_sentence(
    flask: Commands, arguments: tuple[str, ...], sentence: str
) -> None:
    said = flask(*arguments, exit_code=1).stderr.strip()
    assert said.startswith(sentence)
    assert "Xem cách dùng:" in said
    assert said.endswith("--help")


def test_an_unknown_command_of_a_group_is_a_sentence(flask: Commands) -> None:
    assert flask("offices", "bar", exit_code=1).stderr.startswith("Dòng lệnh chưa đúng:")
    assert flask("scores", "rebuild", "extra", exit_code=1).stderr.startswith("Dòng lệnh chưa đúng:")


def test_it_is_said_in_english_where_the_console_speaks_it(flask: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    assert flask("scores", "--nope", exit_code=1).stderr.startswith("There is no option --nope.")
