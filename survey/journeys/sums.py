"""Kept tallies summed by whatever they are asked for: what every score is read from (journey 2)."""

from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import Generic, TypeVar

from survey.domain.packing import RunningTotal, tallies_by
from survey.domain.questionnaire import Questionnaire
from survey.domain.scoring import HEADLINE_CHANNELS
from survey.domain.tally import Tally, layout_of
from survey.store.kinds import Kind, kinds_of
from survey.store.tallies import KeptTally

Key = TypeVar("Key", bound=Hashable)
Tallies = Mapping[Kind, Tally]
_Rows = tuple[str, str]  # questionnaire version and kinds: rows that add up as they are


class Sums(Generic[Key]):
    """Packed tallies summed by a key, such as a half-month or a desk, and under it by version, channel and standing."""

    def __init__(self, questionnaires: Iterable[Questionnaire]) -> None:
        self._layouts = {each.key: layout_of(each) for each in questionnaires}
        self._totals: dict[Key, dict[_Rows, RunningTotal]] = {}

    def add(self, key: Key, row: KeptTally, lanes: int | None = None) -> None:
        """Add a row; ``lanes`` are those of its counts, where it is added to several sums.

        A version that is not among the questionnaires is left out.
        """
        _, _, questionnaire, kinds, responses, counts = row
        try:
            running = self._totals[key][questionnaire, kinds]
        except KeyError:
            if questionnaire not in self._layouts:
                return
            running = RunningTotal(self._layouts[questionnaire], len(kinds_of(kinds)))
            self._totals.setdefault(key, {})[questionnaire, kinds] = running
        running.add(responses, counts, lanes)

    def add_all(self, key: Key, rows: Iterable[KeptTally]) -> None:
        """Add rows under one key."""
        for row in rows:
            self.add(key, row)

    def keys(self) -> Collection[Key]:
        """Under what anything was added."""
        return self._totals.keys()

    def tallies(self, keys: Collection[Key], questionnaire: Questionnaire) -> Tallies:
        """The sum under these keys by channel and standing; {} where nobody answered this version."""
        return self._by_version(keys, {questionnaire.key}).get(questionnaire.key, {})

    def responses(self, keys: Collection[Key], channels: Collection[str]) -> tuple[int, int]:
        """How many responses of these channels there are under these keys to all versions: counted ones, set aside."""
        counted = aside = 0
        for tallies in self._by_version(keys, self._layouts).values():
            for (channel, standing), tally in tallies.items():
                if channel in channels:
                    counted += tally.responses * (standing != "set_aside")
                    aside += tally.responses * (standing == "set_aside")
        return counted, aside

    def versions(self, keys: Collection[Key], channels: Collection[str] = HEADLINE_CHANNELS) -> dict[str, int]:
        """How many responses each questionnaire version has under these keys, set-aside ones included.

        Most in ``channels`` first: forty forms on paper, which are in no headline (Q5), must not decide what it is
        about.
        """
        every: dict[str, int] = {}
        chosen: dict[str, int] = {}
        for version, tallies in self._by_version(keys, self._layouts).items():
            every[version] = sum(tally.responses for tally in tallies.values())
            chosen[version] = sum(tally.responses for (channel, _), tally in tallies.items() if channel in channels)
        return {key: every[key] for key in sorted(every, key=lambda key: (-chosen[key], -every[key], key))}

    def _by_version(self, keys: Collection[Key], versions: Collection[str]) -> dict[str, Tallies]:
        found: dict[str, list[tuple[tuple[Kind, ...], RunningTotal]]] = {}
        for (version, kinds), running in self._merged(keys, versions).items():
            found.setdefault(version, []).append((kinds_of(kinds), running))
        return {version: tallies_by(self._layouts[version], sums) for version, sums in found.items()}

    def _merged(self, keys: Collection[Key], versions: Collection[str]) -> dict[_Rows, RunningTotal]:
        """Rows of the same kinds in one sum; those of a single key need none."""
        parts = [self._totals[key] for key in keys if key in self._totals]
        if len(parts) == 1:
            return {rows: running for rows, running in parts[0].items() if rows[0] in versions}
        found: dict[_Rows, RunningTotal] = {}
        for part in parts:
            for rows, running in part.items():
                if rows[0] in versions:
                    if rows not in found:
                        found[rows] = RunningTotal(self._layouts[rows[0]], len(kinds_of(rows[1])))
                    found[rows].include(running)
        return found
