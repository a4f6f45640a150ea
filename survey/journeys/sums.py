"""Kept tallies summed by whatever they are asked for: what every score is read from (journey 2)."""

from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import Generic, TypeVar

from survey.domain.packing import RunningTotal
from survey.domain.questionnaire import Questionnaire
from survey.domain.scoring import HEADLINE_CHANNELS
from survey.domain.tally import Standing, Tally, layout_of, total
from survey.store.tallies import KeptTally, most_first

Key = TypeVar("Key", bound=Hashable)
Kind = tuple[str, str, Standing]  # questionnaire version, channel, standing
Tallies = Mapping[tuple[str, Standing], Tally]


class Sums(Generic[Key]):
    """Packed tallies summed by a key, such as a half-month or a desk, and under it by kind."""

    def __init__(self, questionnaires: Iterable[Questionnaire]) -> None:
        self._layouts = {each.key: layout_of(each) for each in questionnaires}
        self._totals: dict[Key, dict[Kind, RunningTotal]] = {}
        self._uncounted: dict[Key, dict[Kind, int]] = {}

    def add(self, key: Key, row: KeptTally, lanes: int | None = None) -> None:
        """Add a row; ``lanes`` are those of its counts, where it is added to several sums."""
        _, _, questionnaire, channel, standing, responses, counts = row
        kind = questionnaire, channel, standing
        if counts is None or questionnaire not in self._layouts:
            found = self._uncounted.setdefault(key, {})
            found[kind] = found.get(kind, 0) + responses
            return
        totals = self._totals.setdefault(key, {})
        running = totals.get(kind)
        if running is None:
            running = totals[kind] = RunningTotal(self._layouts[questionnaire])
        running.add(responses, counts, lanes)

    def add_all(self, key: Key, rows: Iterable[KeptTally]) -> "Sums[Key]":
        """Add rows under one key; the sums themselves come back."""
        for row in rows:
            self.add(key, row)
        return self

    def keys(self) -> set[Key]:
        """Under what anything was added."""
        return self._totals.keys() | self._uncounted.keys()

    def tallies(self, keys: Collection[Key], questionnaire: Questionnaire) -> Tallies:
        """The sum under these keys by channel and standing; {} where nobody answered this version."""
        found: dict[tuple[str, Standing], list[Tally]] = {}
        for key in keys:
            for (version, channel, standing), running in self._totals.get(key, {}).items():
                if version == questionnaire.key:
                    found.setdefault((channel, standing), []).append(running.tally())
            for (version, channel, standing), responses in self._uncounted.get(key, {}).items():
                if version == questionnaire.key:
                    found.setdefault((channel, standing), []).append(Tally.uncounted(responses))
        layout = layout_of(questionnaire)
        return {kind: total(layout, tallies) for kind, tallies in found.items()}

    def versions(self, keys: Collection[Key], channels: Collection[str] = HEADLINE_CHANNELS) -> dict[str, int]:
        """How many responses each questionnaire version has under these keys, as ``most_first`` orders them."""
        found: dict[tuple[str, str], int] = {}
        for key in keys:
            for (version, channel, _), running in self._totals.get(key, {}).items():
                found[version, channel] = found.get((version, channel), 0) + running.responses
            for (version, channel, _), responses in self._uncounted.get(key, {}).items():
                found[version, channel] = found.get((version, channel), 0) + responses
        return most_first(found, channels)
