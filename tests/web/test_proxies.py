"""What a proxy says is believed from trusted proxies, and from nobody else (SURVEY_TRUSTED_PROXIES)."""

from pathlib import Path

import pytest

from survey import create_app
from survey.installation import Installation
from tests.conftest import CATALOGUE, config_of


@pytest.mark.parametrize(
    ("peer", "said", "secure"),
    [
        ("10.0.0.7", "https", True),
        ("10.0.0.7", "http, https", True),
        ("10.0.0.7", "ftp", False),
        ("8.8.8.8", "https", False),
    ],
)
def test_the_scheme_of_a_trusted_proxy_is_believed(
    installation: Installation, tmp_path: Path, *, peer: str, said: str, secure: bool
) -> None:
    settings = {"SURVEY_TRUSTED_PROXIES": "10.0.0.0/8", "SURVEY_BASE_URL": "http://hailong.example.vn"}
    config = config_of(installation.config.database_url, tmp_path / "instance", **settings)
    client = create_app(Installation(config, installation.database, CATALOGUE)).test_client()
    page = client.get("/", headers={"X-Forwarded-Proto": said}, environ_base={"REMOTE_ADDR": peer})
    assert ("Strict-Transport-Security" in page.headers) is secure
