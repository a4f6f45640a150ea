"""What the citizen's pages are written in: nothing that a browser of 2017 would need and not have.

Style sheets may use newer things where an older browser passes over them and nothing is missed: each stands here with
what happens then.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import tinycss2
from calmjs.parse import es5
from calmjs.parse.asttypes import Identifier
from calmjs.parse.walkers import Walker

from survey.config import ROOT

STATIC = ROOT / "static"
STYLE = STATIC / "citizen.css"
SCRIPTS = [each for each in sorted(STATIC.glob("*.js")) if "staff" not in each.name]
TEMPLATES = [*(ROOT / "templates" / "citizen").glob("*.html"), ROOT / "templates" / "components" / "citizen.html"]


def set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


# ---- scripts

# Came with 2018 or later to one of Chrome, Safari, Firefox or Samsung Internet.
NEWER_NAMES = set_of(
    "AbortController BroadcastChannel FinalizationRegistry IntersectionObserver ResizeObserver WeakRef allSettled any "
    "asyncIterator checkVisibility cookieStore databases description findLast flat flatMap fromEntries getAnimations "
    "globalThis groupBy hasOwn inert locks matchAll popover queueMicrotask randomUUID replaceAll replaceChildren "
    "requestIdleCallback requestSubmit scheduler showModal structuredClone submitter toReversed toSorted "
    "toggleAttribute trimEnd trimStart visualViewport wakeLock withResolvers"
)
# Asked for before they are used; what happens where they are missing.
GUARDED_NAMES = {
    "AbortController": "after the same patience an answer counts as not sent; only the request itself is not ended",
    "WeakRef": "only tells how old a browser is: a send then ends when the page is closed, and is taken up later",
    "locks": "a lease in the outbox stands in",
}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_written_in_the_language_of_2009(path: Path) -> None:
    """ECMAScript 5 throughout: an older browser would drop a whole file over one newer sign."""
    es5(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "newer", ["let a = 1;", "f(() => 1);", "`text`;", "a?.b;", "class A {}", "async function f() {}"]
)
def test_the_parser_refuses_what_is_newer(newer: str) -> None:
    with pytest.raises(Exception, match=r"Mismatched|[Uu]nexpected|Illegal"):
        es5(newer)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_call_nothing_that_came_after_2017(path: Path) -> None:
    used = {each.value for each in Walker().filter(es5(path.read_text(encoding="utf-8")), is_name)}
    assert used & NEWER_NAMES == used & GUARDED_NAMES.keys()


def is_name(node: object) -> bool:
    return isinstance(node, Identifier)  # names of properties are of a kind of it


# ---- style

# Known to every browser of 2017. A name that is not here must be an enhancement, or be found to be old and added.
OLD_PROPERTIES = set_of(
    "align-items align-self background border border-color border-left border-radius border-top bottom box-shadow "
    "box-sizing clip color content cursor direction display fill flex flex-direction flex-wrap font font-size "
    "font-weight height justify-content left letter-spacing line-height margin margin-bottom margin-left margin-right "
    "margin-top "
    "min-height min-width max-width opacity outline outline-offset overflow padding padding-bottom padding-left "
    "padding-right padding-top page-break-after "
    "pointer-events position resize right stroke stroke-linecap stroke-linejoin stroke-width "
    "text-align text-decoration text-transform top transition white-space width word-wrap z-index"
)
NEWER_PROPERTIES = {
    "accent-color": "boxes to tick keep the browser's own colour",
    "appearance": "-webkit- and -moz- stand beside it",
    "-webkit-appearance": "with -moz-appearance it is what browsers of 2017 know",
    "-moz-appearance": "see above",
    "color-scheme": "scroll bars and lists stay light in the dark theme",
    "scroll-padding": "a fault that a link leads to stands at the very edge",
    "forced-color-adjust": "a choice keeps its tick",
    "overflow-wrap": "word-wrap stands beside it",
    "print-color-adjust": "-webkit- stands beside it; else colours are not printed, words are",
    "-webkit-print-color-adjust": "see above",
    "-webkit-text-size-adjust": "Safari alone needs it",
}
OLD_PSEUDO_CLASSES = set_of("root hover active focus checked not after before empty last-child first-child nth-of-type")
NEWER_PSEUDO_CLASSES = {"focus-visible": "only takes an outline away: passed over, the outline shows on a press, too"}
OLD_FUNCTIONS = set_of("var calc rgba rect")
OLD_MEDIA = set_of("min-width max-width print screen")
NEWER_MEDIA = {
    "prefers-color-scheme": "the page is light",
    "prefers-reduced-motion": "nothing moves",
    "forced-colors": "a choice keeps its tick",
}
# What declares the same property twice, the older way first.
TEXT_FOR_EARS = re.compile(r'content:("[^"]*");content:\1/""')


def rules(nodes: list[tinycss2.ast.Node]) -> Iterator[tinycss2.ast.QualifiedRule]:
    """Every rule, those within @media too."""
    for node in nodes:
        if node.type == "at-rule" and node.content is not None:
            yield from rules(tinycss2.parse_blocks_contents(node.content, skip_whitespace=True, skip_comments=True))
        elif node.type == "qualified-rule":
            yield node


@pytest.fixture(scope="module")
def sheet() -> list[tinycss2.ast.Node]:
    text = STYLE.read_text(encoding="utf-8")
    nodes = tinycss2.parse_stylesheet(text, skip_whitespace=True, skip_comments=True)
    assert not [node for node in nodes if node.type == "error"]
    return list(nodes)


def declarations(rule: tinycss2.ast.QualifiedRule) -> list[tinycss2.ast.Declaration]:
    found = tinycss2.parse_blocks_contents(rule.content, skip_whitespace=True, skip_comments=True)
    others = [each for each in found if each.type != "declaration"]
    assert not others, f"nested rules or errors in {tinycss2.serialize(rule.prelude)}"
    return list(found)


def deep(tokens: list[tinycss2.ast.Node]) -> Iterator[tinycss2.ast.Node]:
    """The tokens and all within functions and brackets."""
    for token in tokens:
        yield token
        inner = getattr(token, "arguments", None) or getattr(token, "content", None)
        if isinstance(inner, list):
            yield from deep(inner)


def test_style_needs_no_property_newer_than_2017(sheet: list[tinycss2.ast.Node]) -> None:
    used = {each.lower_name for rule in rules(sheet) for each in declarations(rule)}
    assert {name for name in used if not name.startswith("--")} - OLD_PROPERTIES <= NEWER_PROPERTIES.keys()


def test_style_needs_no_value_newer_than_2017(sheet: list[tinycss2.ast.Node]) -> None:
    """No newer function or unit; flex boxes have no gap, which only grids had in 2017; no grid at all."""
    tokens = [token for rule in rules(sheet) for each in declarations(rule) for token in deep(each.value)]
    assert {token.lower_name for token in tokens if token.type == "function"} <= OLD_FUNCTIONS
    assert {token.lower_unit for token in tokens if token.type == "dimension"} <= {"px", "rem", "em", "s"}
    words = {token.lower_value for token in tokens if token.type == "ident"}
    assert words & {"grid", "inline-grid", "sticky", "revert", "contents", "fit-content", "clip", "anywhere"} == set()


def test_style_needs_no_selector_newer_than_2017(sheet: list[tinycss2.ast.Node]) -> None:
    for rule in rules(sheet):
        prelude = list(deep(rule.prelude))
        used = {
            (after.lower_name if after.type == "function" else after.lower_value)
            for before, after in pairwise(prelude)
            if before.type == "literal" and before.value == ":" and after.type in ("ident", "function")
        }
        assert used - OLD_PSEUDO_CLASSES <= NEWER_PSEUDO_CLASSES.keys(), tinycss2.serialize(rule.prelude)
        # A browser drops a whole rule over one selector that it does not know.
        alone = "," not in tinycss2.serialize(rule.prelude)
        assert alone or not used & NEWER_PSEUDO_CLASSES.keys(), tinycss2.serialize(rule.prelude)


def test_style_asks_no_newer_question_of_the_screen(sheet: list[tinycss2.ast.Node]) -> None:
    at_rules = [node for node in sheet if node.type == "at-rule"]
    assert {node.lower_at_keyword for node in at_rules} == {"media"}, "no @supports, @layer, @container"
    asked = {token.lower_value for node in at_rules for token in deep(node.prelude) if token.type == "ident"}
    answers = {"and", "all", "dark", "light", "active", "no-preference", "reduce"}
    assert asked - answers - OLD_MEDIA <= NEWER_MEDIA.keys()


def test_signs_that_are_seen_and_not_heard_are_there_in_older_browsers_too() -> None:
    """`content:"✓"/""` is newer: where it is not known, the declaration before it holds."""
    text = STYLE.read_text(encoding="utf-8")
    assert text.count('/""') == len(TEXT_FOR_EARS.findall(text)) > 0


# ---- pages

NEWER_ELEMENTS = ("dialog", "search", "template", "slot", "picture")
NEWER_ATTRIBUTES = ("inert", "popover", "loading", "enterkeyhint", "fetchpriority", "commandfor", "is")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_pages_use_no_element_newer_than_2017(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for element in NEWER_ELEMENTS:
        assert f"<{element}" not in text
    for attribute in NEWER_ATTRIBUTES:
        assert not re.search(rf"<[^>]*\s{attribute}[\s=>]", text), attribute
    assert "<use href" not in text, "Safari of 2017 knows xlink:href only"
    assert not re.search(r"\starget=|\sdownload[\s=>]|type=[\"']module", text)
