"""Every line of the result: its id, its unit, what it says, and the goal it is held against."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

Sign = Literal["<=", ">="]
ENGINES: Final = ("sqlite", "postgresql")
NO_ENGINE: Final = ("-",)
SIZES: Final = {10**5: "1e5", 10**6: "1e6", 10**7: "1e7"}
LARGEST: Final = 10**7
FIRST_WINDOW: Final = 14 * 1024  # ten packets: what arrives before the phone has answered once


@dataclass(frozen=True, slots=True)
class Goal:
    """A limit. Where a line has a reference it is for the ratio, elsewhere for the figure itself."""

    sign: Sign
    limit: float

    def holds(self, value: float) -> bool:
        """Whether a value is on the right side; the limit itself is."""
        return value <= self.limit if self.sign == "<=" else value >= self.limit

    def __str__(self) -> str:
        return f"{self.sign} {self.limit:g}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table, measured once per engine."""

    id: str
    unit: str
    says: str
    goal: Goal | None = None
    engines: tuple[str, ...] = ENGINES
    quick: bool = True  # whether the short form measures it
    goal_on: tuple[str, ...] = ENGINES + NO_ENGINE  # elsewhere it is told without a goal

    def goal_for(self, engine: str) -> Goal | None:
        """The goal on that engine, if it has one there."""
        return self.goal if engine in self.goal_on else None


def at_most(limit: float) -> Goal:
    """The goal not to exceed a limit."""
    return Goal("<=", limit)


def at_least(limit: float) -> Goal:
    """The goal to reach a limit."""
    return Goal(">=", limit)


OF_RAW, OF_BARE = at_least(0.15), at_least(0.50)

_WRITING = (
    *(
        Line(
            f"submissions-{clients}",
            "1/s",
            f"durable submissions over HTTP, {clients} clients; reference: raw durable inserts",
            OF_RAW,
        )
        for clients in (8, 32)
    ),
    *(
        line
        for name, says in (
            ("spread", "spread over 500 offices"),
            ("one-office", "all on one office"),
            ("drawing", "while pages with charts and reports of 500 offices are drawn"),
        )
        for line in (
            Line(f"p99-{name}", "ms", f"99 of 100 submissions wait at most this, 32 clients, {says}", at_most(150)),
            Line(f"max-{name}", "ms", f"the longest wait, 32 clients, {says}", at_most(1000)),
        )
    ),
    Line("fresh-answer", "s", "from a citizen's thanks until the office's score has the answer", at_most(1)),
    Line("crash-exact", "differences", "acknowledged answers lost and figures wrong after SIGKILL", at_most(0)),
    Line("stress-exact", "differences", "kept tallies against a recount after a concurrent stress", at_most(0)),
)

_PAGES = (
    Line("page-tap", "1/s", "first page of a desk; reference: a bare Flask page of the same size", OF_BARE),
    Line("page-criteria", "1/s", "its page of 22 questions; reference: a bare Flask page of the same size", OF_BARE),
    Line("page-tap-spread", "1/s", "first pages of 500 desks; reference: a bare Flask page of the same size"),
    Line("page-criteria-spread", "1/s", "their 22 questions; reference: a bare Flask page of the same size"),
    *(
        Line(f"page-bytes-{page}", "bytes", f"{page} page, head and compressed body", goal, NO_ENGINE)
        for page, goal in (
            ("tap", at_most(FIRST_WINDOW)),
            ("criteria", at_most(FIRST_WINDOW)),
            ("thanks", at_most(FIRST_WINDOW)),
            ("privacy", at_most(FIRST_WINDOW)),
            ("office", None),
            ("province", None),
        )
    ),
    Line(
        "first-screen",
        "ms",
        "from the address to five buttons on the screen: first visit, slow 3G, a processor four times slower",
        at_most(1500),
        NO_ENGINE,
    ),
    Line("first-screen-requests", "requests", "requests answered by then", at_most(1), NO_ENGINE),
    Line("first-screen-bytes", "bytes", "that had come over the wire by then", at_most(FIRST_WINDOW), NO_ENGINE),
)


def _reading() -> Iterator[Line]:
    for size, name in SIZES.items():
        quick = size < LARGEST
        for period in ("month", "year"):
            yield Line(
                f"score-office-{period}-{name}",
                "ms",
                f"one office, a {period}, 22 criteria with intervals, at {size:,} responses",
                at_most(10),
                quick=quick,
            )
        month = f"500 offices, a month, five dimensions with intervals and ranking, at {size:,} responses"
        yield Line(f"score-500-month-{name}", "ms", month, at_most(100), quick=quick)
        year = f"500 offices, a year with trend, at {size:,} responses"
        yield Line(f"score-500-year-{name}", "ms", year, at_most(300), quick=quick)
        page = f"the page of 500 offices for a month with a trend of twelve, at {size:,} responses"
        yield Line(f"dashboard-{name}", "ms", page, quick=quick)
    for name, says, limit in (
        ("score-office-month", "one office, a month: 10⁷ responses against 10⁶", 1.2),
        ("score-office-year", "one office, a year: 10⁷ responses against 10⁶", 1.2),
        ("score-500-month", "500 offices, a month: 10⁷ responses against 10⁵", 1.5),
        ("score-500-year", "500 offices, a year: 10⁷ responses against 10⁵", 1.5),
        ("dashboard", "page of 500 offices: 10⁷ responses against 10⁵", 1.5),
    ):
        yield Line(f"growth-{name}", "ms", says, at_most(limit), quick=False)
    yield Line("rebuild-1e6", "s", "`flask scores rebuild` of 1,000,000 responses", at_most(30))


_PROCESS = (
    Line("reports-per-second", "1/s", "report.pdf of one office over HTTP, 2 clients"),
    Line("charts-per-second", "1/s", "trend.svg of one office over HTTP, 2 clients"),
    Line(
        "memory-service",
        "MB",
        "resident, all processes but the drawing one, while loaded and drawing",
        at_most(160),
        goal_on=("sqlite",),
    ),
    Line("memory-worker", "MB", "resident, the largest process that serves"),
    Line("import-time", "s", "`python -c 'import wsgi'`, the citizen process", engines=NO_ENGINE),
    Line("start-to-first-answer", "s", "from the server's command to a citizen's first page", at_most(1.5)),
)

LINES: Final = (*_WRITING, *_PAGES, *_reading(), *_PROCESS)
BY_ID: Final = {line.id: line for line in LINES}
