"""What the browser hands to a screen reader: Chromium's accessibility tree, as nodes that can be asked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page


@dataclass
class Heard:
    """One element as a screen reader gets it; ``said`` is all text within, in the order of reading."""

    role: str
    name: str
    description: str
    states: dict[str, Any]
    children: "list[Heard]" = field(default_factory=list)

    def walk(self) -> "Iterator[Heard]":
        """The element and everything within."""
        yield self
        for child in self.children:
            yield from child.walk()

    def all(self, role: str, name: str | None = None) -> "list[Heard]":
        """Everything within of that role (and name)."""
        return [each for each in self.walk() if each.role == role and name in (None, each.name)]

    def one(self, role: str, name: str | None = None) -> "Heard":
        """The only one of that role (and name)."""
        found = self.all(role, name)
        assert len(found) == 1, f"{len(found)} of {role} {name!r}"
        return found[0]

    @property
    def said(self) -> list[str]:
        """The texts within."""
        return [each.name.strip() for each in self.walk() if each.role == "StaticText"]


def heard(page: Page) -> Heard:
    """The whole page."""
    session = page.context.new_cdp_session(page)
    nodes = {node["nodeId"]: node for node in session.send("Accessibility.getFullAXTree")["nodes"]}
    root = next(node for node in nodes.values() if "parentId" not in node)
    (page_heard,) = _heard(root, nodes)
    return page_heard


def _heard(node: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> list[Heard]:
    """The node, or where it is passed over what lies within it."""
    within = [each for child in node.get("childIds", []) if child in nodes for each in _heard(nodes[child], nodes)]
    if node.get("ignored") or node["role"]["value"] == "InlineTextBox":
        return within
    states = {each["name"]: each["value"].get("value") for each in node.get("properties", [])}
    name, description = (str(node.get(key, {}).get("value", "")) for key in ("name", "description"))
    return [Heard(node["role"]["value"], name, description, states, within)]
