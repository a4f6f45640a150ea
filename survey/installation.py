"""What one running installation is made of; built by create_app, handed to web/ and cli/."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from survey.config import ROOT, Config
from survey.domain.message import Fault, Refused
from survey.domain.questionnaire import Catalogue, Questionnaire
from survey.domain.questionnaire_file import load
from survey.domain.table import decode
from survey.store import Database

TIMEZONE = ZoneInfo("Asia/Ho_Chi_Minh")  # M16
QUESTIONNAIRES = ROOT / "questionnaires"


def local_now() -> datetime:
    """The time on the wall of a Vietnamese office, without zone: what days and hours are counted by (M16)."""
    return datetime.now(TIMEZONE).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Installation:
    """Settings, database, known questionnaires and the clock."""

    config: Config
    database: Database
    catalogue: Catalogue
    clock: Callable[[], datetime] = local_now
    faulty_questionnaires: Mapping[str, tuple[Fault, ...]] = field(default_factory=dict)
    moment: float = 0.0  # seconds for which a desk's page may show it as it was


def load_catalogue(folder: Path = QUESTIONNAIRES) -> tuple[Catalogue, dict[str, tuple[Fault, ...]]]:
    """The sound questionnaire files of the folder, and the faults of the others by file name.

    A faulty file must not keep `flask questionnaires check` from listing its faults; serving with one is refused.
    """
    sound: list[Questionnaire] = []
    faulty: dict[str, tuple[Fault, ...]] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            sound.append(load(decode(path.read_bytes()), name=path.name))
        except Refused as refused:
            faulty[path.name] = refused.faults
    return Catalogue(sound), faulty
