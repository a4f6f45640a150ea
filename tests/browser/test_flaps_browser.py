"""Five hundred flaps of the network under people who answer, reload and close pages: every answer once, none lost."""

import random
from contextlib import suppress
from pathlib import Path
from time import monotonic

from playwright.sync_api import Browser, BrowserContext, Error

from tests.browser.conftest import Server
from tests.browser.line import Line, flapping, line_to
from tests.browser.outbox import answers_of, open_and_keep, open_desk, until_empty
from tests.citizen import set_up_both

FLAPS, SEED = 500, 20261031
QUICK = 15_000


class People:
    """One after the other at one telephone; each says which level they chose, in words too."""

    def __init__(self, context: BrowserContext, line: Line, dice: random.Random) -> None:
        self.context, self.line, self.dice = context, line, dice
        self.page = context.new_page()
        self.said: dict[str, int] = {}

    def answer(self) -> None:
        """Somebody opens the page and answers everything; what happens on the way is thrown."""
        level, words = self.dice.randint(1, 5), f"người thứ {len(self.said) + 1}"
        open_desk(self.page, self.line)
        self.page.locator(f".taps button[value='{level}']").click()
        self.page.wait_for_url("**/phieu/**", timeout=QUICK)
        self.said[words] = level
        self.page.locator("#q-comment").fill(words)
        if self.dice.random() < 0.2:
            self.page.reload()
        if self.dice.random() < 0.2:
            self.reopen(self.page.url)
        self.page.locator(".send button").click(no_wait_after=True)
        if self.dice.random() < 0.3:
            self.wait_until_marked()
            self.reopen()
        else:
            self.page.locator("h1", has_text="Cảm ơn Ông/Bà!").and_(self.page.locator("h1:not(.done)")).wait_for(
                timeout=QUICK
            )

    def wait_until_marked(self) -> None:
        """Until the press is over for the person: the draft has become an answer."""
        ends = monotonic() + 10
        while monotonic() < ends:
            with suppress(Error):  # the page may go on by itself
                if not self.page.evaluate("localStorage.length"):
                    return

    def reopen(self, address: str = "") -> None:
        """Close the page, and open another, perhaps at the same address."""
        self.page.close()
        self.page = self.context.new_page()
        if address:
            self.page.goto(address)


def test_every_answer_once_and_none_lost(browser: Browser, server: Server, tmp_path: Path) -> None:
    office = set_up_both(server.installation)
    dice = random.Random(SEED)
    context = browser.new_context(reduced_motion="reduce")
    with line_to(server.url) as line:
        people = People(context, line, dice)
        open_and_keep(people.page, line)
        with flapping(line, flaps=FLAPS, seed=SEED, pause=lambda own: own.uniform(0.005, 0.12)) as over:
            while not over.is_set():
                people.answer()
        open_desk(people.page, line)
        until_empty(people.page)
        context.close()
        found = answers_of(server, office)
        assert len(people.said) >= 8
        assert {each.texts["comment"]: each.answers["overall"] for each in found if each.texts} == people.said
        assert len(found) == len(people.said)
