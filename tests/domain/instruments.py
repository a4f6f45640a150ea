"""Small instruments, reference files and responses for the tests of the pure middle."""

import csv
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path

from survey.domain.questionnaire import BUILTIN_METHODS, Method, Option, Question, Questionnaire, Scale, Section
from survey.domain.tally import CountedResponse, Standing, Tally, count, layout_of, total

REFERENCE = Path(__file__).parent / "reference"
SIPAS_SHAPE = {"A": 4, "B": 5, "C": 6, "D": 3, "E": 4}


def reference(name: str) -> list[dict[str, str]]:
    """Rows of a reference file; its source stands in the lines that begin with #."""
    lines = (REFERENCE / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def levels(*, values: Iterable[int] = range(1, 6), satisfied: frozenset[int] = frozenset({4, 5})) -> Scale:
    """A scale shown from its highest value down, so that position and value differ."""
    options = (
        Option(value, {"vi": f"mức {value}"}, satisfied=value in satisfied, dissatisfied=value <= 2)
        for value in sorted(values, reverse=True)
    )
    return Scale("levels", tuple(options), {"vi": "Không có ý kiến"})


def question(question_id: str, scale: Scale | None) -> Question:
    name = {"vi": f"Tiêu chí {question_id}", "en": f"Criterion {question_id}"}
    return Question(question_id, "scale", text=name, name=name, scale=scale)


def instrument(
    shape: Mapping[str, int],
    *,
    scale: Scale | None = None,
    method: Method = BUILTIN_METHODS["share45"],
    version: int = 1,
) -> Questionnaire:
    """A questionnaire with so many criteria per dimension: {"A": 2} has A1 and A2, and the question "overall"."""
    scale = scale or levels()
    dimensions = (
        Section(
            name,
            "dimension",
            {"vi": f"Yếu tố {name}", "en": f"Dimension {name}"},
            tuple(question(f"{name}{i}", scale) for i in range(1, size + 1)),
        )
        for name, size in shape.items()
    )
    overall = Section("overall", "overall", {"vi": "Chung"}, (question("overall", scale),))
    return Questionnaire(
        id="small",
        version=version,
        languages=("vi", "en"),
        title={"vi": "Phiếu nhỏ"},
        basis={"vi": "Kiểm thử"},
        method=method,
        sections=(overall, *dimensions),
        digest="-".join(f"{name}{size}" for name, size in shape.items()),
    )


SMALL = instrument({"A": 2, "B": 1})
SIPAS = instrument(SIPAS_SHAPE)
MEAN25 = Method("ikm25", 1, "mean", multiply=Fraction(25), add=Fraction(0))


def answered(
    *answers: Mapping[str, object], channel: str = "poster", standing: Standing = "open"
) -> list[CountedResponse]:
    return [CountedResponse(channel, standing, each) for each in answers]


def tally_of(questionnaire: Questionnaire, responses: Iterable[CountedResponse]) -> Tally:
    """All responses in one tally, whatever their channel and standing."""
    return total(layout_of(questionnaire), count(questionnaire, responses).values())


def column(question_id: str, answers: Mapping[int | str, int]) -> list[tuple[str, int | str]]:
    """{5: 2, "NA": 1} as the answers 5, 5, "NA" to one question."""
    return [(question_id, value) for value, number in answers.items() for _ in range(number)]


def respondents(columns: Mapping[str, Mapping[int | str, int]]) -> list[CountedResponse]:
    """Responses whose answers add up to these counts per question; later respondents leave questions out."""
    lists = [column(question_id, answers) for question_id, answers in columns.items()]
    longest = max(map(len, lists))
    return answered(*(dict(each[i] for each in lists if i < len(each)) for i in range(longest)))
