"""`flask staff`: accounts, their one-time passwords, and what is said when one cannot be made."""

import re

import pytest

from survey.installation import Installation
from survey.journeys.sign_in import Guard, SignInRefused, sign_in
from tests.cli.commands import OFFICE, OFFICES, Commands
from tests.conftest import Clock

EMAIL = "chu.tich@hoabinh.gov.vn"
ONE_TIME = re.compile(r"([2-9a-hj-km-np-tv-z]{4}-){2}[2-9a-hj-km-np-tv-z]{4}\n")


@pytest.fixture(autouse=True)
def offices(flask: Commands) -> None:
    flask("offices", "import", flask.file("offices.csv", OFFICES))


def works(installation: Installation, clock: Clock, password: str, email: str = EMAIL) -> bool:
    guard = Guard(secret="s" * 40, address="192.0.2.1", now=clock())
    try:
        return sign_in(installation.database, email=email, password=password, guard=guard).staff.one_time
    except SignInRefused:
        return False


def test_add_prints_a_one_time_password_that_works(flask: Commands, installation: Installation, clock: Clock) -> None:
    result = flask("staff", "add", f" {EMAIL.upper()} ", "--role", "head", "--office", OFFICE)
    assert ONE_TIME.fullmatch(result.stdout)  # nothing else, so that a script can hand it on
    assert "Mật khẩu dùng một lần" in result.stderr
    assert works(installation, clock, result.stdout.strip())


def test_list_shows_who_sees_what(flask: Commands) -> None:
    flask("staff", "add", EMAIL, "--role", "officer", "--office", "00102")
    flask("staff", "add", "admin@tinh.gov.vn", "--role", "admin")
    assert flask("staff", "list").stdout == f"admin@tinh.gov.vn\tadmin\t-\n{EMAIL}\tofficer\t00102\n"


def test_reset_gives_a_new_password_and_the_old_one_ends(
    flask: Commands, installation: Installation, clock: Clock
) -> None:
    old = flask("staff", "add", EMAIL, "--role", "analyst", "--office", "01").stdout.strip()
    new = flask("staff", "reset", EMAIL).stdout.strip()
    assert new != old
    assert not works(installation, clock, old)
    assert works(installation, clock, new)


@pytest.mark.parametrize(
    ("arguments", "faults"),
    [
        (("add", "chu tich", "--role", "head", "--office", OFFICE), ["không phải địa chỉ e-mail → Xin ghi theo dạng"]),
        (("add", "a@b.vn", "--role", "head"), ["chưa ghi cơ quan → Xin thêm mã cơ quan: --office MÃ"]),
        (("add", "a@b.vn", "--role", "head", "--office", "00999"), ["không có cơ quan mang mã “00999” → Xin xem"]),
        (
            ("add", "a", "--role", "officer", "--office", "9"),
            ["không phải địa chỉ e-mail", "không có cơ quan mang mã “9”"],
        ),
        (("add", EMAIL, "--role", "admin"), ["đã có tài khoản này → Xin cấp lại mật khẩu bằng lệnh"]),
        (("reset", "nobody@b.vn"), ["chưa có tài khoản này → Xin xem các tài khoản bằng lệnh: flask staff list"]),
    ],
)
def test_every_fault_is_said_and_nothing_is_changed(
    flask: Commands, arguments: tuple[str, ...], faults: list[str]
) -> None:
    flask("staff", "add", EMAIL, "--role", "head", "--office", OFFICE)
    before = flask("staff", "list").stdout
    *said, last = flask.faults("staff", *arguments)
    assert len(said) == len(faults)
    for line, fault in zip(said, faults, strict=True):
        assert line.startswith(f"tài khoản {arguments[1]}: {fault}")
    assert last == f"Có {len(faults)} lỗi. Chưa có gì được thay đổi."
    assert flask("staff", "list").stdout == before
