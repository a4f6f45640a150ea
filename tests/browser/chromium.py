"""The Chromium of tests, screenshots and measurements."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Error, sync_playwright

from tests.install_tools import SYSTEM_CHROMIUMS

# A container has no sandbox to give; the rest keeps Chromium from calling home during a test.
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Playwright's own Chromium, or the system's."""
    with sync_playwright() as playwright:
        try:
            opened = playwright.chromium.launch(args=CHROMIUM_ARGUMENTS)
        except Error:
            opened = playwright.chromium.launch(args=CHROMIUM_ARGUMENTS, executable_path=system_chromium())
        yield opened
        opened.close()


def system_chromium() -> str:
    """Where the system keeps its Chromium; CHROMIUM names another."""
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, SYSTEM_CHROMIUMS)), None)
    assert found, "no Chromium: run `make test`, which installs one"
    return found
