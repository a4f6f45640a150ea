"""Questionnaires as data: what the delivered files hold, and how they are found again."""

import json
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import pytest

from survey.domain.questionnaire import (
    BUILTIN_METHODS,
    SCHEMA,
    Catalogue,
    Method,
    Questionnaire,
    QuestionnaireFaults,
    UnknownQuestionnaire,
    load,
    text_in,
)

ROOT = Path(__file__).parents[2]
REFERENCE = Path(__file__).parent / "reference"
DELIVERED = sorted((ROOT / "questionnaires").glob("*.yaml"))
FACTORS = {
    "A": "Tiếp cận dịch vụ",
    "B": "Thủ tục hành chính",
    "C": "Công chức trực tiếp giải quyết công việc",
    "D": "Kết quả cung ứng dịch vụ",
    "E": "Tiếp nhận, giải quyết góp ý, phản ánh, kiến nghị",
}


def loaded(path: Path) -> Questionnaire:
    return load(path.read_text(encoding="utf-8"), name=path.name)


@pytest.fixture(scope="module")
def sipas() -> Questionnaire:
    return loaded(ROOT / "questionnaires" / "sipas-2017.v1.yaml")


@pytest.fixture(scope="module")
def desk() -> Questionnaire:
    return loaded(ROOT / "questionnaires" / "sipas-desk.v1.yaml")


def test_the_published_schema_is_the_one_the_program_checks_with() -> None:
    """Made anew with: python -c "import json; from survey.domain.questionnaire import SCHEMA;
    print(json.dumps(SCHEMA, ensure_ascii=False, indent=2))" > questionnaires/schema.json
    """
    published = json.loads((ROOT / "questionnaires" / "schema.json").read_text(encoding="utf-8"))
    assert published == SCHEMA


@pytest.mark.parametrize("path", DELIVERED, ids=lambda path: path.name)
def test_a_delivered_file_names_the_schema_for_editors(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=schema.json\n")


def test_sipas_has_the_22_criteria_in_their_factors(sipas: Questionnaire) -> None:
    sizes = {"A": 4, "B": 5, "C": 6, "D": 3, "E": 4}
    assert [(each.id, each.title["vi"]) for each in sipas.dimensions] == list(FACTORS.items())
    assert [each.id for each in sipas.criteria] == [f"{d}{i}" for d, n in sizes.items() for i in range(1, n + 1)]
    assert sipas.scored == (sipas.overall, *sipas.criteria)
    assert sipas.key == "sipas-2017@1"
    assert sipas.method == BUILTIN_METHODS["share45"]
    assert sipas.method.key == "share45@1"


def test_the_scale_stores_values_and_shows_them_from_the_best_down(sipas: Questionnaire) -> None:
    scale = sipas.overall.scale
    assert scale is not None
    assert [(option.value, option.label["vi"]) for option in scale.options] == [
        (5, "Rất hài lòng"),
        (4, "Hài lòng"),
        (3, "Bình thường"),
        (2, "Không hài lòng"),
        (1, "Rất không hài lòng"),
    ]
    assert scale.values == (1, 2, 3, 4, 5)
    assert (scale.satisfied, scale.dissatisfied) == ({4, 5}, {1, 2})
    assert scale.not_applicable is not None
    assert scale.not_applicable["vi"] == "Không có ý kiến / không phát sinh"


def test_every_criterion_of_sipas_asks_why_once_for_all_in_the_file(sipas: Questionnaire) -> None:
    for criterion in sipas.criteria:
        assert criterion.follow_up is not None
        assert criterion.follow_up.id == f"{criterion.id}_why"
        assert criterion.follow_up.text["vi"] == "Vì sao Ông/Bà chưa hài lòng?"
        assert (criterion.follow_up.type, criterion.follow_up.longest) == ("text", 500)
    assert sipas.overall.follow_up is None
    assert sipas.question("B2_why") is sipas.question("B2").follow_up


def test_the_facts_about_the_respondent_are_bands_that_leave_nobody_between_two(sipas: Questionnaire) -> None:
    assert [each.id for each in sipas.respondent] == ["sex", "age", "education", "occupation", "applicant", "area"]
    ages = sipas.question("age").options
    assert [each.value for each in ages] == ["18-24", "25-34", "35-49", "50-60", "over-60"]
    for age in range(18, 120):
        of_age = [
            each
            for each in ages
            if each.lowest is not None and each.lowest <= age and (each.highest is None or age <= each.highest)
        ]
        assert len(of_age) == 1


def test_the_desk_form_asks_once_per_factor_and_offers_reasons(desk: Questionnaire) -> None:
    assert [(each.id, each.title["vi"]) for each in desk.dimensions] == list(FACTORS.items())
    assert [each.id for each in desk.criteria] == ["A1", "B1", "C1", "D1", "E1"]
    assert desk.respondent == ()
    for criterion in desk.criteria:
        reasons = criterion.follow_up
        assert reasons is not None
        assert reasons.type == "choices"
        assert 4 <= len(reasons.options) <= 6
        assert reasons.options[-1].label["vi"] == "Lý do khác"


@pytest.mark.parametrize("path", DELIVERED, ids=lambda path: path.name)
def test_delivered_questions_are_full_courteous_sentences(path: Path) -> None:
    questionnaire = loaded(path)
    assert questionnaire.languages == ("vi", "en")
    for question in questionnaire.questions:
        asked = question.text["vi"]
        assert "Ông/Bà" in asked
        assert asked.endswith("?") or "? " in asked
        assert len(asked) <= 120
        assert question.name["vi"]
        assert "TTHC" not in asked + question.name["vi"]
        assert "PAKN" not in asked + question.name["vi"]


@pytest.mark.parametrize("path", DELIVERED, ids=lambda path: path.name)
def test_the_basis_says_whose_design_and_whose_words(path: Path) -> None:
    basis = " ".join(loaded(path).basis["vi"].split())
    assert "2640/QĐ-BNV ngày 10/10/2017" in basis
    assert "không phải nguyên văn của Bộ" in basis


def test_the_comment_may_be_long_and_the_questions_come_in_order(sipas: Questionnaire) -> None:
    assert sipas.comment is not None
    assert (sipas.comment.id, sipas.comment.longest) == ("comment", 2000)
    ids = [each.id for each in sipas.questions]
    assert ids[:4] == ["overall", "A1", "A1_why", "A2"]
    assert len(ids) == len(set(ids)) == 1 + 2 * 22 + 1 + 6


def test_an_instrument_of_another_country_is_only_another_file() -> None:
    """Indonesia's IKM: four levels, index = mean x 25."""
    ikm = loaded(REFERENCE / "ikm.v1.yaml")
    assert {each.id: len(each.questions) for each in ikm.dimensions} == {
        "reliability": 3,
        "responsiveness": 2,
        "assurance": 2,
        "empathy": 2,
    }
    assert ikm.method == Method("ikm25", 1, "mean", multiply=Fraction(25), add=Fraction(0))
    assert ikm.criteria[0].scale is not None
    assert ikm.criteria[0].scale.values == (1, 2, 3, 4)
    assert ikm.criteria[0].scale.not_applicable is None
    assert ikm.comment is None


ARTA = """
id: arta
version: 2
languages: [vi]
title: {vi: Phiếu ARTA}
basis: {vi: Theo phiếu CSM của Philippines; câu chữ do chúng tôi viết.}
method: {id: agree, version: 1, kind: share}
scales:
  agree:
    options:
      - {value: 5, satisfied: true, label: {vi: Hoàn toàn đồng ý}}
      - {value: 4, satisfied: true, label: {vi: Đồng ý}}
      - {value: 3, label: {vi: Không rõ}}
      - {value: 2, dissatisfied: true, label: {vi: Không đồng ý}}
      - {value: 1, dissatisfied: true, label: {vi: Hoàn toàn không đồng ý}}
sections:
  - id: overall
    kind: overall
    title: {vi: Chung}
    questions:
      - {id: overall, text: {vi: Tôi hài lòng với dịch vụ đã nhận.}, name: {vi: SQD0}}
  - id: quality
    kind: dimension
    title: {vi: Chất lượng dịch vụ}
    questions:
      - {id: SQD1, text: {vi: Tôi mất thời gian hợp lý.}, name: {vi: SQD1}}
"""


def test_an_agree_share_is_a_method_of_its_own_name() -> None:
    arta = load(ARTA, name="arta.v2.yaml")
    assert arta.method == Method("agree", 1, "share")
    assert arta.criteria[0].follow_up is None


def test_fractions_of_a_method_are_exact() -> None:
    text = ARTA.replace("kind: share", 'kind: mean, multiply: "100/3", add: -0.1')
    method = load(text, name="arta.v2.yaml").method
    assert (method.multiply, method.add) == (Fraction(100, 3), Fraction(-1, 10))


def test_a_method_named_after_4_and_5_fits_only_five_levels(sipas: Questionnaire) -> None:
    four = loaded(REFERENCE / "ikm.v1.yaml").overall.scale
    five = sipas.overall.scale
    assert four is not None
    assert five is not None
    assert [key for key, method in BUILTIN_METHODS.items() if method.fits(four)] == [
        "mean100",
        "net",
        "mean_of_criteria",
    ]
    assert all(method.fits(five) for method in BUILTIN_METHODS.values())


def test_the_digest_follows_the_content_and_not_the_layout() -> None:
    same = "# a remark\n" + ARTA.replace("languages: [vi]", 'languages:\n  - "vi"')
    changed = ARTA.replace("Tôi mất thời gian hợp lý.", "Tôi chờ không lâu.")
    digest = load(ARTA, name="arta.v2.yaml").digest
    assert load(same, name="arta.v2.yaml").digest == digest
    assert load(changed, name="arta.v2.yaml").digest != digest
    assert len(digest) == len(sha256(b"").hexdigest())


def test_text_comes_in_the_language_asked_else_in_vietnamese() -> None:
    text = {"en": "desk", "vi": "quầy"}
    assert (text_in(text, "en"), text_in(text, "ede")) == ("desk", "quầy")
    assert text_in({"en": "desk"}, "fr") == "desk"
    assert text_in({}, "vi") == ""


def test_a_catalogue_finds_the_newest_version_or_the_one_named() -> None:
    older = load(ARTA.replace("version: 2", "version: 1"), name="arta.v1.yaml")
    newer = load(ARTA, name="arta.v2.yaml")
    tenth = load(ARTA.replace("version: 2", "version: 10"), name="arta.v10.yaml")
    catalogue = Catalogue([tenth, older, newer])
    assert catalogue.get("arta") is tenth
    assert catalogue.get("arta@1") is older
    assert list(catalogue) == [older, newer, tenth]
    with pytest.raises(UnknownQuestionnaire) as raised:
        catalogue.get("arta@3")
    assert (raised.value.ref, raised.value.known) == ("arta@3", ("arta@1", "arta@2", "arta@10"))
    assert "arta@3" in str(raised.value.message)
    with pytest.raises(ValueError, match="share"):
        Catalogue([older, older])


def test_a_faulty_file_is_refused_with_its_name_and_all_its_faults() -> None:
    with pytest.raises(QuestionnaireFaults) as raised:
        load(ARTA.replace("kind: share", "kind: shares").replace("id: SQD1", "id: overall"), name="x/arta.v2.yaml")
    assert raised.value.name == "x/arta.v2.yaml"
    assert len(raised.value.faults) >= 2
