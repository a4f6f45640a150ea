"""Running `flask …` as an operator does, with files as an operator has them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from click.testing import Result
from flask import Flask

from survey.domain.response import Response
from survey.installation import Installation
from survey.store.offices import fetch_tree
from survey.store.responses import stream_responses

Rows = list[dict[str, object]]
OFFICES = """code,name,kind,parent,valid_from,valid_to,successor
01,Tỉnh Hòa An,province,,,,
00101,UBND xã Hòa Bình,commune,01,2025-07-01,,
00102,UBND xã Tân Lập,commune,01,2025-07-01,,
"""
DESKS = """desk,office,name,questionnaire
K7M2QX,00101,"Quầy 2 – Hộ tịch, chứng thực",sipas-2017
H4RT5N,00101,Quầy 1 – Đất đai,sipas-2017
W8PD3C,00102,Quầy 1,sipas-2017
"""
# What twenty people in turn answer to a question; each question starts elsewhere in the row.
ANSWERS = [5, 4, 4, 3, "", 5, 4, 2, 4, "NA", 5, 5, 4, 1, 3, 4, "NA", 4, 5, 2]
OFFICE, DESK, DESK_2, OTHER_DESK = "00101", "K7M2QX", "H4RT5N", "W8PD3C"
CRITERIA = [f"{dimension}{number}" for dimension, last in zip("ABCDE", (4, 5, 6, 3, 4), strict=True)
            for number in range(1, last + 1)]  # fmt: skip
QUESTIONS = ("overall", *CRITERIA)


class Commands:
    """`flask` with an application's settings; a result that is not the expected one fails the test with its output."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.app = app
        self.folder = folder

    def __call__(self, *arguments: object, exit_code: int = 0) -> Result:
        result = self.app.test_cli_runner().invoke(args=[str(each) for each in arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == exit_code, result.output
        return result

    def file(self, name: str, content: str | bytes) -> Path:
        """A file of the operator's, in UTF-8 if it is text."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def faults(self, *arguments: object) -> list[str]:
        """What a refused command says on standard error, line by line; it exits 1 and says nothing else."""
        result = self(*arguments, exit_code=1)
        assert result.stdout == ""
        return result.stderr.splitlines()

    def set_up(self) -> None:
        """Two communes of a province, two desks in the first and one in the second."""
        self("offices", "import", self.file("offices.csv", OFFICES))
        self("desks", "import", self.file("desks.csv", DESKS))

    def score(self, *arguments: object, office: str = OFFICE, period: str = "2026-10") -> Any:
        """The score as JSON."""
        named = () if "--from" in arguments else ("--period", period)
        return json.loads(self("scores", "--office", office, *named, "--format", "json", *arguments).stdout)


def responses_csv(rows: Iterable[Mapping[str, object]], columns: Sequence[str] = ()) -> str:
    """A responses file; the columns are those of the first row unless named."""
    listed = list(rows)
    chosen = columns or list(listed[0])
    lines = [",".join(str(row.get(column, "")) for column in chosen) for row in listed]
    return "\n".join([",".join(chosen), *lines, ""])


def answered(value: object = 4, **other: object) -> dict[str, object]:
    """A row with the same answer to every scored question, but for what is named."""
    row: dict[str, object] = {"key": "", "desk": DESK, "received_on": "2026-10-05", "channel": "poster"}
    return {**row, **dict.fromkeys(QUESTIONS, value), **other}


def stored(installation: Installation) -> list[Response]:
    """Every response there is."""
    with installation.database.reading() as connection:
        ids = list(fetch_tree(connection).by_id)
        return list(stream_responses(connection, office_ids=ids, first=date(2000, 1, 1), last=date(2100, 1, 1)))


def import_rows(flask: Commands, rows: Rows, *options: str, name: str = "phieu.csv") -> str:
    """Imports rows of the long form; what the command says."""
    path = flask.file(name, responses_csv(rows))
    return flask("responses", "import", path, "--questionnaire", "sipas-2017", *options).stdout


def many(number: int) -> Rows:
    """Rows over two desks, three channels of citizens and a month, with answers of every kind."""
    return [
        {
            "key": f"phieu-{row:04}",
            "desk": (DESK, DESK_2, DESK)[row % 3],
            "received_on": f"2026-10-{row % 20 + 1:02}",
            "channel": ("poster", "kiosk", "link")[row % 3],
            **{name: ANSWERS[(row * 7 + row // 20 + place * 3) % 20] for place, name in enumerate(QUESTIONS)},
        }
        for row in range(number)
    ]
