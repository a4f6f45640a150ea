"""The parts of a questionnaire as frozen values. Import them from ``survey.domain.questionnaire``."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, Literal

from survey.domain.message import Message, message

NOT_APPLICABLE: Final = "NA"

QuestionType = Literal["scale", "choice", "choices", "text"]
SectionKind = Literal["overall", "dimension", "comment", "respondent"]
MethodKind = Literal["share", "mean", "net", "mean_of_criteria", "all"]
Text = Mapping[str, str]


def text_in(text: Text, language: str) -> str:
    """The text in a language; else in Vietnamese; else in any language it has; "" when it has none."""
    return text.get(language_in(text, language), "")


def language_in(text: Text, language: str) -> str:
    """The language in which ``text_in`` gives the text; the one asked for when it has none."""
    return next((each for each in (language, "vi", *text) if text.get(each)), language)


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer. ``lowest`` and ``highest`` (whole years, both included) only in bands."""

    value: int | str
    label: Text = field(hash=False)
    satisfied: bool = False
    dissatisfied: bool = False
    lowest: int | None = None
    highest: int | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """Levels of an answer; ``options`` in the order shown: the value is stored, never the position."""

    id: str
    options: tuple[Option, ...]
    not_applicable: Text | None = field(default=None, hash=False)
    values: tuple[int, ...] = field(init=False, repr=False, compare=False)
    satisfied: frozenset[int] = field(init=False, repr=False, compare=False)
    dissatisfied: frozenset[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        levels = {option.value: option for option in self.options if isinstance(option.value, int)}
        _derive(
            self,
            values=tuple(sorted(levels)),
            satisfied=frozenset(value for value, option in levels.items() if option.satisfied),
            dissatisfied=frozenset(value for value, option in levels.items() if option.dissatisfied),
        )


@dataclass(frozen=True, slots=True)
class Question:
    """A question as asked (``text``) and as reported (``name``); ``longest`` counts characters of a text."""

    id: str
    type: QuestionType
    text: Text = field(hash=False)
    name: Text = field(hash=False)
    scale: Scale | None = None
    options: tuple[Option, ...] = ()
    follow_up: "Question | None" = None
    longest: int | None = None

    @property
    def with_follow_up(self) -> "tuple[Question, ...]":
        """The question, then the one it may open."""
        return (self,) if self.follow_up is None else (self, self.follow_up)


@dataclass(frozen=True, slots=True)
class Section:
    """Questions under one heading; a section of kind ``dimension`` is one of the factors of the index."""

    id: str
    kind: SectionKind
    title: Text = field(hash=False)
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Method:
    """How an index comes out of counts (M2, M5). Kind ``mean`` gives ``multiply``·mean + ``add``."""

    id: str
    version: int
    kind: MethodKind
    multiply: Fraction | None = None
    add: Fraction | None = None

    @property
    def key(self) -> str:
        """Such as ``share45@1``."""
        return f"{self.id}@{self.version}"

    def fits(self, scale: Scale) -> bool:
        """Whether the method may be used on this scale: the ones named after 4 and 5 need the levels 1…5."""
        if self.id not in FIVE_LEVEL_METHODS:
            return True
        return scale.values == (1, 2, 3, 4, 5) and scale.satisfied == {4, 5}


BUILTIN_METHODS: Final[Mapping[str, Method]] = {
    method.id: method
    for method in (
        Method("share45", 1, "share"),
        Method("mean100", 1, "mean"),
        Method("net", 1, "net"),
        Method("mean_of_criteria", 1, "mean_of_criteria"),
        Method("all45", 1, "all"),
    )
}
FIVE_LEVEL_METHODS: Final = frozenset({"share45", "all45"})


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """One version of an instrument. ``digest`` is the SHA-256 of its content, comments and layout apart."""

    id: str
    version: int
    languages: tuple[str, ...]
    title: Text = field(hash=False)
    basis: Text = field(hash=False)
    method: Method
    sections: tuple[Section, ...] = field(hash=False)
    digest: str
    overall: Question = field(init=False, repr=False, compare=False)
    dimensions: tuple[Section, ...] = field(init=False, repr=False, compare=False)
    criteria: tuple[Question, ...] = field(init=False, repr=False, compare=False)
    scored: tuple[Question, ...] = field(init=False, repr=False, compare=False)
    respondent: tuple[Question, ...] = field(init=False, repr=False, compare=False)
    comment: Question | None = field(init=False, repr=False, compare=False)
    _by_id: Mapping[str, Question] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        (overall,) = self._asked("overall")
        criteria = self._asked("dimension")
        every = (each for section in self.sections for each in section.questions)
        _derive(
            self,
            overall=overall,
            dimensions=tuple(section for section in self.sections if section.kind == "dimension"),
            criteria=criteria,
            scored=(overall, *criteria),
            respondent=self._asked("respondent"),
            comment=next(iter(self._asked("comment")), None),
            _by_id={asked.id: asked for each in every for asked in each.with_follow_up},
        )

    def _asked(self, kind: SectionKind) -> tuple[Question, ...]:
        return tuple(each for section in self.sections if section.kind == kind for each in section.questions)

    @property
    def key(self) -> str:
        """Such as ``sipas-2017@1``."""
        return f"{self.id}@{self.version}"

    @property
    def questions(self) -> Iterator[Question]:
        """Every question in the order of the file, each followed by its follow-up."""
        return iter(self._by_id.values())

    def question(self, question_id: str) -> Question:
        """The question or follow-up of that id; KeyError if there is none."""
        return self._by_id[question_id]


class UnknownQuestionnaire(LookupError):
    """No questionnaire answers to ``ref``; ``known`` are the keys there are."""

    def __init__(self, ref: str, known: tuple[str, ...]) -> None:
        super().__init__(ref)
        self.ref = ref
        self.known = known

    @property
    def message(self) -> Message:
        """A sentence for the person who named it."""
        return message(
            "Không có phiếu khảo sát “%(ref)s”. Các phiếu hiện có: %(known)s.",
            ref=self.ref,
            known=", ".join(self.known) or "–",
        )


class Catalogue:
    """The questionnaire versions an installation knows, by ``id`` (the newest version) or ``id@version``."""

    __slots__ = ("_by_key", "_newest")

    def __init__(self, questionnaires: Iterable[Questionnaire]) -> None:
        ordered = sorted(questionnaires, key=lambda each: (each.id, each.version))
        self._by_key = {each.key: each for each in ordered}
        self._newest = {each.id: each for each in ordered}
        if len(self._by_key) < len(ordered):
            raise ValueError("two questionnaires share an id and a version")

    def get(self, ref: str) -> Questionnaire:
        """The questionnaire named by ``id`` or ``id@version``; UnknownQuestionnaire if there is none."""
        found = self._by_key.get(ref) or self._newest.get(ref)
        if found is None:
            raise UnknownQuestionnaire(ref, tuple(self._by_key))
        return found

    def __iter__(self) -> Iterator[Questionnaire]:
        return iter(self._by_key.values())

    def __len__(self) -> int:
        return len(self._by_key)


def _derive(value: object, **derived: object) -> None:
    """Sets fields that follow from the others: they are read for every response, so they are kept."""
    for name, content in derived.items():
        object.__setattr__(value, name, content)
