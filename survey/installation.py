"""What one running installation is made of; built by create_app, handed to web/ and cli/."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from survey.config import ROOT, Config
from survey.domain.languages import SOURCE, Language, is_language_code, language_of
from survey.domain.message import Fault, Message, Refused, message
from survey.domain.questionnaire import Catalogue, Questionnaire
from survey.domain.questionnaire_file import load
from survey.domain.questionnaire_translation import translated
from survey.domain.table import decode
from survey.domain.translation_file import words_in
from survey.store import Database

TIMEZONE = ZoneInfo("Asia/Ho_Chi_Minh")  # M16
QUESTIONNAIRES = ROOT / "questionnaires"
TRANSLATIONS = ROOT / "survey" / "translations"
RECORDINGS = ROOT / "static" / "audio"


def local_now() -> datetime:
    """The time on the wall of a Vietnamese office, without zone: what days and hours are counted by (M16)."""
    return datetime.now(TIMEZONE).replace(tzinfo=None)


def load_catalogue(folder: Path = QUESTIONNAIRES) -> tuple[Catalogue, dict[str, tuple[Fault, ...]]]:
    """The sound questionnaire files of the folder, translated as far as it has translations; the faults by file name.

    A faulty file must not keep `flask questionnaires check` from listing its faults; serving with one is refused.
    """
    sound: dict[str, Questionnaire] = {}
    faulty: dict[str, tuple[Fault, ...]] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            sound[path.stem] = load(decode(path.read_bytes()), name=path.name)
        except Refused as refused:
            faulty[path.name] = refused.faults
    for path in sorted(folder.glob("*.po")):
        version, _, language = path.stem.rpartition(".")
        try:
            if f"{version}.yaml" not in faulty:
                words, faults = words_in(decode(path.read_bytes()))
                sound[version] = translated(_translatable(sound.get(version), language), language, words)
                if faults:
                    raise Refused(faults)
        except Refused as refused:
            faulty[path.name] = refused.faults
    return Catalogue(sound.values()), faulty


def _translatable(questionnaire: Questionnaire | None, language: str) -> Questionnaire:
    if questionnaire is None or not is_language_code(language):
        problem = message("tên tệp không nói đúng phiếu và ngôn ngữ")
        remedy = message("đặt tên theo tệp của phiếu và mã ngôn ngữ, ví dụ sipas-desk.v1.km.po")
    elif language in questionnaire.languages:
        problem = message("phiếu đã có ngôn ngữ %(language)s trong tệp của nó", language=language)
        remedy = message("xóa tệp này, hoặc bỏ ngôn ngữ đó khỏi tệp của phiếu nếu chưa ai trả lời")
    else:
        return questionnaire
    raise Refused((Fault(Message(""), problem, remedy),))


def load_languages(folder: Path = TRANSLATIONS) -> dict[str, Language]:
    """The languages that have a folder here, Vietnamese and English first: adding a language is adding its files.

    Settings that cannot be read are passed over; `flask languages check` tells them.
    """
    codes = {path.name for path in folder.iterdir() if path.is_dir() and is_language_code(path.name)}
    ordered = sorted(codes - {SOURCE}, key=lambda code: (code != "en", code))
    return {code: _language(folder / code) for code in (SOURCE, *ordered)}


def catalogue_of(code: str, folder: Path = TRANSLATIONS) -> Path:
    """The file with the interface's sentences in a language."""
    return folder / code / "LC_MESSAGES" / "messages.po"


def _language(folder: Path) -> Language:
    written = folder.name == SOURCE or catalogue_of(folder.name, folder.parent).exists()
    settings = folder / "language.toml"
    try:
        return language_of(folder.name, settings.read_text(encoding="utf-8"), written=written)
    except (FileNotFoundError, UnicodeError, Refused):
        return language_of(folder.name, written=written)


@dataclass(frozen=True, slots=True)
class Installation:
    """Settings, database, known questionnaires and languages, and the clock."""

    config: Config
    database: Database
    catalogue: Catalogue
    clock: Callable[[], datetime] = local_now
    faulty_questionnaires: Mapping[str, tuple[Fault, ...]] = field(default_factory=dict)
    languages: Mapping[str, Language] = field(default_factory=load_languages)
    moment: float = 0.0  # seconds for which a desk's page may show it as it was
