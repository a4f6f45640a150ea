"""`make screenshots`: a picture of every state of the citizen's pages, in every size, theme and language.

They land in build/screenshots with an index.html that shows them side by side. ``--only PART`` takes the states whose
name contains PART.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from html import escape
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from playwright.sync_api import Browser

from survey.journeys.setup import prepare
from survey.store import Database
from tests.browser.chromium import chromium
from tests.browser.conftest import Server, serving_states
from tests.browser.states import STATES, reached
from tests.browser.visit import PHONE, SMALL, WIDE
from tests.conftest import CATALOGUE

FOLDER = Path(__file__).resolve().parent.parent / "build" / "screenshots"
LANGUAGES = ("vi", "en")
SIZES = (SMALL, PHONE, WIDE)
THEMES = ("light", "dark")
LANGUAGES = ("vi", "en")


class Picture(NamedTuple):
    """One picture: what it shows and how."""

    state: str
    language: str
    theme: str
    width: int

    @property
    def file(self) -> str:
        """Its name in the folder."""
        return f"{self.state}-{self.language}-{self.width}-{self.theme}.png"


def pictures(states: Sequence[str]) -> Iterator[Picture]:
    """All of them, those of one state together."""
    for state, language, theme, size in product(states, LANGUAGES, THEMES, SIZES):
        yield Picture(state, language, theme, size[0])


def take(browser: Browser, server: Server, state: str, language: str, folder: Path) -> None:
    """Go to a state once, then look at it in every theme and size."""
    with reached(browser, server.url, state, language) as page:
        page.mouse.move(0, 0)
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                page.evaluate("scrollTo(0, 0)")
                page.screenshot(path=folder / Picture(state, language, theme, width).file, full_page=True)


def overview(states: Sequence[str]) -> str:
    """A page with all pictures: a row for each state and language, the themes and sizes side by side."""
    rows = []
    for state, language in product(states, LANGUAGES):
        cells = "".join(
            f'<td><a href="{each.file}"><img src="{each.file}" width="{each.width // 2}" loading="lazy" '
            f'alt="{escape(f"{state}, {language}, {each.theme}, {each.width} px")}"></a></td>'
            for each in pictures([state])
            if each.language == language
        )
        rows.append(f'<tr id="{state}-{language}"><th>{state}<br>{language}</th>{cells}</tr>')
    heads = "".join(f"<th>{theme}, {size[0]} px</th>" for theme, size in product(THEMES, SIZES))
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Screenshots of the citizen's pages</title>
<style>
body{{margin:0;font:14px sans-serif;background:#ddd}}
th,td{{padding:8px;vertical-align:top;text-align:left}}
thead th{{position:sticky;top:0;background:#ddd}}
tbody th{{position:sticky;left:0;background:#ddd}}
img{{display:block}}
</style>
<table><thead><tr><th></th>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>
</html>
"""


def shoot(language: str, states: Sequence[str], folder: Path) -> None:
    """All pictures of one language, with a server and a browser of their own."""
    with TemporaryDirectory() as template, TemporaryDirectory() as instance, chromium() as browser:
        path = Path(template) / "survey.sqlite3"
        database = Database(f"sqlite:///{path}")
        prepare(database, CATALOGUE)
        database.close()
        with serving_states(path, Path(instance)) as server:
            for state in states:
                take(browser, server, state, language, folder)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", metavar="PART")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    options = parser.parse_args()
    states = [state for state in STATES if options.only in state]
    options.folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with ProcessPoolExecutor(len(LANGUAGES)) as pool:
        for done in [pool.submit(shoot, language, states, options.folder) for language in LANGUAGES]:
            done.result()
    (options.folder / "index.html").write_text(overview(states), encoding="utf-8")
    count = sum(1 for _ in pictures(states))
    sys.stdout.write(f"{count} pictures in {time.monotonic() - began:.0f} s: {options.folder / 'index.html'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
