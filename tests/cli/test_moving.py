"""Moving from SQLite to PostgreSQL with the commands that docs/scaling.md names, in its order."""

from collections.abc import Callable

import pytest

from tests.cli.commands import Commands, many, responses_csv

VERSIONS = ("sipas-2017", "sipas-desk")


@pytest.fixture
def database_url(postgres_url: str) -> str:
    """The installation that is moved to."""
    return postgres_url


def test_offices_desks_and_every_answer_arrive_and_the_scores_stay(
    flask: Commands, fresh: Callable[[], Commands]
) -> None:
    old = fresh()
    old.set_up()
    old("desks", "import", old.file("short.csv", "desk,office,name,questionnaire\nN8PW3Z,00102,Quầy 2,sipas-desk\n"))
    rows = many(60)
    old("responses", "import", old.file("a.csv", responses_csv(rows)), "--questionnaire", "sipas-2017")
    short = [{**row, "desk": "N8PW3Z", "key": f"short-{row['key']}"} for row in rows[:30] if row["overall"]]
    columns = ("key", "desk", "received_on", "channel", "overall")
    old("responses", "import", old.file("b.csv", responses_csv(short, columns)), "--questionnaire", "sipas-desk")
    for what in ("offices", "desks"):
        flask(what, "import", flask.file(f"{what}.csv", old(what, "export").stdout_bytes))
    for version in VERSIONS:
        out = flask.folder / f"{version}.csv"
        old("responses", "export", "--questionnaire", version, "--out", out)
        for _ in range(2):  # broken off and begun again
            flask("responses", "import", out, "--questionnaire", version)
    for version in VERSIONS:
        for office in ("01", "00101", "00102"):
            assert flask.score("--questionnaire", version, office=office) == old.score(
                "--questionnaire", version, office=office
            )
    assert flask.score("--questionnaire", "sipas-2017", office="01")["responses"] == 60
