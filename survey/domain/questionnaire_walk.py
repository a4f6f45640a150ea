"""Ways through the plain content of a questionnaire file, for the rules about it.

Each passes over parts of a wrong shape: those are the schema's matter, and one faulty part must not hide the
faults of another.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from survey.domain.message import Message
from survey.domain.questionnaire_yaml import Path

Part = Mapping[str, Any]
# The path concerned, the problem, the remedy.
Found = Iterator[tuple[Path, Message, Message]]
Rule = Callable[[Part], Found]

_TEXT_KEYS: Final = frozenset({"title", "basis", "text", "name", "label", "not_applicable"})


def parts(owner: Part, key: str, path: Path = ()) -> Iterator[tuple[Path, Part]]:
    """The mappings in the list under a key, each with its path."""
    listed = owner.get(key)
    if isinstance(listed, list):
        yield from (((*path, key, at), part) for at, part in enumerate(listed) if isinstance(part, dict))


def sections(data: Part, kind: str | None = None) -> Iterator[tuple[Path, Part]]:
    """The sections, of one kind or all."""
    return ((path, part) for path, part in parts(data, "sections") if kind in (None, part.get("kind")))


def questions(data: Part, kind: str | None = None) -> Iterator[tuple[Path, Part, Part]]:
    """Each question of these sections: its path, the question, its section."""
    for path, section in sections(data, kind):
        yield from ((at, question, section) for at, question in parts(section, "questions", path))


def scales(data: Part) -> dict[str, Part]:
    """The scales by id."""
    given = data.get("scales")
    named = given.items() if isinstance(given, dict) else ()
    return {key: part for key, part in named if isinstance(part, dict)}


def scale_of(data: Part, question: Part) -> Part | None:
    """The scale a question names; without a name the only one there is; None where that leads nowhere."""
    known = scales(data)
    name = question.get("scale")
    if name is None and len(known) == 1:
        return next(iter(known.values()))
    return known.get(name) if isinstance(name, str) else None


def option_owners(data: Part) -> Iterator[tuple[Path, Part]]:
    """Every part that has a list of options: scales, questions, follow-ups."""
    yield from ((("scales", key), part) for key, part in scales(data).items())
    yield from ((path, question) for path, question, _section in questions(data))
    yield from follow_ups(data)


def follow_ups(data: Part) -> Iterator[tuple[Path, Part]]:
    """The common follow-up and those of single questions."""
    owners: list[tuple[Path, Part]] = [((), data)]
    owners += ((path, question) for path, question, _section in questions(data))
    for path, owner in owners:
        if isinstance(owner.get("follow_up"), dict):
            yield (*path, "follow_up"), owner["follow_up"]


def values(scale: Part) -> list[int]:
    """The values of a scale, ascending."""
    return sorted(each["value"] for _, each in parts(scale, "options") if isinstance(each.get("value"), int))


def marked(scale: Part, mark: str) -> set[int]:
    """The values of a scale that are ``satisfied`` or ``dissatisfied``."""
    options = (each for _, each in parts(scale, "options") if each.get(mark) is True)
    return {each["value"] for each in options if isinstance(each.get("value"), int)}


def texts(part: Any, path: Path = ()) -> Iterator[tuple[Path, Part]]:
    """Every text in several languages, wherever it stands."""
    if isinstance(part, list):
        for at, each in enumerate(part):
            yield from texts(each, (*path, at))
    elif isinstance(part, dict):
        for key, each in part.items():
            # A scale may itself be called "title".
            if key in _TEXT_KEYS and isinstance(each, dict) and path != ("scales",):
                yield (*path, key), each
            else:
                yield from texts(each, (*path, key))
