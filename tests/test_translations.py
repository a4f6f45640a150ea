"""No Vietnamese sentence without English beside it (product.md: Vietnamese first, English by a switch)."""

from survey.cli.sentences import sentences
from tests.translations import PO, read


def test_every_sentence_has_english() -> None:
    assert sorted(sentences().keys() - read(PO).keys()) == []


def test_no_translation_is_left_over() -> None:
    assert sorted(read(PO).keys() - sentences().keys()) == []
