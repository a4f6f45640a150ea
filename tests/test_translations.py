"""No Vietnamese sentence without English beside it (product.md: Vietnamese first, English by a switch)."""

import re

from tests.translations import MO, PO, compiled, read, sentences

PLACE = re.compile(r"%\((\w+)\)s")


def test_every_sentence_has_english() -> None:
    assert sentences() - set(read(PO)) == set()


def test_no_translation_is_left_over() -> None:
    assert set(read(PO)) - sentences() == set()


def test_translations_keep_the_places_of_values() -> None:
    different = [each for each, english in read(PO).items() if set(PLACE.findall(each)) != set(PLACE.findall(english))]
    assert different == []


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    assert MO.read_bytes() == compiled(read(PO))
