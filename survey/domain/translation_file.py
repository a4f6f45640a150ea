"""Translations in gettext's .po files: the form that translators' tools read and write."""

import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

from survey.domain.message import Fault, message
from survey.domain.questionnaire_yaml import place_of

_PLACE = re.compile(r"%\(\w+\)s|\{\w+\}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Something to translate: where it stands, and a word to the translator."""

    vietnamese: str
    places: tuple[tuple[str, int], ...] = ()
    remark: str = ""


def words_in(source: str) -> tuple[dict[str, str], tuple[Fault, ...]]:
    """What is translated in a .po file, in NFC, and its faults; what is empty or marked fuzzy is not translated.

    A translation whose places for values differ from those of its sentence would break a page: it is a fault and is
    left out. A file that cannot be read gives nothing and one fault.
    """
    try:
        catalogue = read_po(io.StringIO(source.removeprefix("\ufeff")), abort_invalid=True)
    except (PoFileError, UnicodeError) as error:
        line = getattr(error, "lineno", None) or 1
        return {}, (Fault(place_of(line, 1), message("không đọc được: %(error)s", error=error)),)
    found = [each for each in catalogue if each.id and each.string and not each.fuzzy and not each.pluralizable]
    faults = tuple(
        Fault(
            place_of(each.lineno or 1, 1),
            message("bản dịch của “%(sentence)s” thiếu hoặc thừa chỗ ghi giá trị", sentence=shown(str(each.id))),
            message("giữ nguyên các chỗ trong ngoặc như trong câu gốc, ví dụ {n}"),
        )
        for each in found
        if not _keeps_places(each)
    )
    return {_composed(str(each.id)): _composed(str(each.string)) for each in found if _keeps_places(each)}, faults


def _keeps_places(each: Message) -> bool:
    return set(_PLACE.findall(str(each.id))) == set(_PLACE.findall(str(each.string)))


def compiled(words: Mapping[str, str], *, language: str | None = None) -> bytes:
    """The .mo file of these translations."""
    catalogue = _empty(language)
    for sentence in sorted(words):
        catalogue.add(sentence, words[sentence])
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def written(sentences: Iterable[Sentence], words: Mapping[str, str], *, language: str | None = None) -> bytes:
    """The .po file with these sentences in their order, translated as far as ``words`` goes."""
    catalogue = _empty(language)
    for each in sentences:
        remarks = [each.remark] if each.remark else []
        catalogue.add(each.vietnamese, words.get(each.vietnamese, ""), locations=each.places, auto_comments=remarks)
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=0)
    return buffer.getvalue()


def _empty(language: str | None) -> Catalog:
    catalogue = Catalog(locale=language, charset="utf-8", fuzzy=False)
    # No dates: the same translations make the same files.
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    return catalogue


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def shown(sentence: str) -> str:
    """The beginning of a sentence, enough to find it by."""
    return sentence if len(sentence) <= 60 else sentence[:59] + "…"
