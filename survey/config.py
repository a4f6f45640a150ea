"""Every setting of the program, read once from the environment."""

import os
import secrets
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from tempfile import mkstemp

from survey.palette import contrast_with_white

DEMONSTRATION_AUTHORITY = "Tỉnh Minh Họa"
CALENDARS = ("civil", "administrative")
LEAST_CONTRAST = 7.0  # WCAG 2.2, level AAA: what text on the citizen's pages has
ROOT = Path(__file__).resolve().parent.parent


class BadSettings(Exception):
    """The program refuses to start; carries one sentence per wrong or missing setting."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Config:
    """The installation's settings; documented name by name in the README."""

    instance: Path
    database_url: str
    secret_key: str
    base_url: str
    authority: str
    calendar: str
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    retention_months: int
    hotline: str
    accent: str

    @property
    def secure(self) -> bool:
        """Whether cookies may insist on https (true wherever the public address does)."""
        return self.base_url.startswith("https://")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Config":
        """Settings in force.

        Raises BadSettings naming everything that is missing or wrong, so that one start shows all of it.
        """
        return _Reader(environment).config()


class _Reader:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.problems: list[str] = []

    def get(self, name: str, default: str = "") -> str:
        return self.environment.get(name, "").strip() or default

    def config(self) -> Config:
        instance = Path(self.get("SURVEY_INSTANCE", str(ROOT / "instance"))).absolute()
        sqlite = f"sqlite:///{instance / 'survey.sqlite3'}"
        database_url = self.get("SURVEY_DATABASE_URL", sqlite)
        config = Config(
            instance=instance,
            database_url=self.database_url(database_url),
            secret_key=self.secret_key(on_sqlite=database_url.startswith("sqlite")),
            base_url=self.base_url(f"http://127.0.0.1:{self.port()}"),
            authority=_composed(self.get("SURVEY_AUTHORITY", DEMONSTRATION_AUTHORITY)),
            calendar=self.calendar(),
            trusted_proxies=self.trusted_proxies(),
            retention_months=self.retention_months(),
            hotline=_composed(self.get("SURVEY_HOTLINE")),
            accent=self.accent(),
        )
        if self.problems:
            raise BadSettings(tuple(self.problems))
        return config if config.secret_key else replace(config, secret_key=_kept_secret(instance))

    def database_url(self, url: str) -> str:
        if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            self.problems.append(
                "SURVEY_DATABASE_URL: phải bắt đầu bằng sqlite:/// hoặc postgresql+psycopg:// "
                "(must begin with sqlite:/// or postgresql+psycopg://)."
            )
        return url

    def secret_key(self, *, on_sqlite: bool) -> str:
        """The key that was given; empty when one is to be generated."""
        given = self.get("SURVEY_SECRET_KEY")
        if given and len(given) < 32:
            self.problems.append("SURVEY_SECRET_KEY: cần ít nhất 32 ký tự (needs 32 characters or more).")
        if given or on_sqlite:
            return given
        # Several hosts share one PostgreSQL; a key generated on each would break every signed stamp.
        self.problems.append(
            "SURVEY_SECRET_KEY: bắt buộc khi dùng PostgreSQL, mọi máy chủ dùng chung một khóa "
            "(required with PostgreSQL, the same on every host)."
        )
        return ""

    def port(self) -> str:
        port = self.get("PORT", "8000")
        if not (port.isascii() and port.isdecimal() and 1 <= int(port) <= 65535):
            self.problems.append("PORT: phải là số cổng từ 1 đến 65535 (a port number from 1 to 65535).")
        return port

    def base_url(self, default: str) -> str:
        url = self.get("SURVEY_BASE_URL", default).rstrip("/")
        if not url.startswith(("http://", "https://")):
            self.problems.append("SURVEY_BASE_URL: phải là địa chỉ http(s) (must be an http(s) address).")
        return url

    def calendar(self) -> str:
        calendar = self.get("SURVEY_CALENDAR", "civil")
        if calendar not in CALENDARS:
            self.problems.append("SURVEY_CALENDAR: chỉ nhận civil hoặc administrative (only civil or administrative).")
        return calendar

    def trusted_proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        try:
            parts = self.get("SURVEY_TRUSTED_PROXIES").replace(",", " ").split()
            return tuple(ip_network(part) for part in parts)
        except ValueError as error:
            self.problems.append(
                "SURVEY_TRUSTED_PROXIES: ghi địa chỉ IP hoặc dải mạng như 10.0.0.0/8, cách nhau bằng dấu cách "
                f"(IP addresses or networks, separated by blanks): {error}."
            )
            return ()

    def retention_months(self) -> int:
        text = self.get("SURVEY_RETENTION_MONTHS", "24")
        if not text.isdecimal() or int(text) < 1:
            self.problems.append("SURVEY_RETENTION_MONTHS: phải là số tháng, từ 1 trở lên (a number from 1).")
            return 24
        return int(text)

    def accent(self) -> str:
        colour = self.get("SURVEY_ACCENT", "#0b5563")
        if len(colour) != 7 or colour[0] != "#" or not all(c in "0123456789abcdefABCDEF" for c in colour[1:]):
            self.problems.append("SURVEY_ACCENT: phải là màu dạng #0b5563 (a colour such as #0b5563).")
        elif contrast_with_white(colour) < LEAST_CONTRAST:
            self.problems.append(
                f"SURVEY_ACCENT: màu {colour} quá nhạt, chữ trắng trên nền này khó đọc; xin chọn màu đậm hơn, độ tương "
                "phản ít nhất 7:1 (too light for white letters; choose a darker colour, contrast at least 7:1)."
            )
        return colour


def _composed(shown: str) -> str:
    """What people read, in NFC: some keyboards write a Vietnamese letter as several signs."""
    return unicodedata.normalize("NFC", shown)


def _kept_secret(instance: Path) -> str:
    try:
        return _generated_secret(instance / "secret_key")
    except OSError as error:
        raise BadSettings(
            (f"SURVEY_INSTANCE: không dùng được thư mục {instance} (cannot use this folder): {error.strerror}.",)
        ) from None


def _generated_secret(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, unfinished = mkstemp(dir=path.parent)  # readable by its owner alone
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(48))
            # Two processes may start at once: a link appears whole and only once, so both read the same key.
            with suppress(FileExistsError):
                os.link(unfinished, path)
        finally:
            Path(unfinished).unlink()
    return path.read_text(encoding="ascii").strip()
