"""A visit with a fresh browser, as different people come: sizes of screen, with and without script or storage."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, ConsoleMessage, Page

PHONE, SMALL, WIDE = (390, 780), (320, 568), (1280, 800)
REFUSING_STORAGE = """
const refuse = () => { throw new DOMException('refused', 'SecurityError') };
Object.defineProperty(Document.prototype, 'cookie', {get: refuse, set: refuse});
for (const name of ['localStorage', 'sessionStorage', 'indexedDB'])
  Object.defineProperty(window, name, {get: refuse});
"""


def _is_fault(said: ConsoleMessage) -> bool:
    return said.type == "error" and "/error/" not in said.location["url"]


@contextmanager
def opened(
    browser: Browser, size: tuple[int, int] = PHONE, *, script: bool = True, cookies: bool = True, dark: bool = False
) -> Iterator[Page]:
    """A page of a fresh browser; without cookies, any use of them or of storage fails loudly."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        java_script_enabled=script,
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    if not cookies:
        context.add_init_script(REFUSING_STORAGE)
    complaints: list[str] = []
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    # A page that is an error was asked for.
    context.on("console", lambda said: complaints.append(said.text) if _is_fault(said) else None)
    page = context.new_page()
    yield page
    assert context.cookies() == []
    assert [each for each in complaints if "status of 4" not in each] == []  # a 422 page is no mistake of the page
    context.close()


def no_sideways_scrolling(page: Page) -> None:
    """Nothing on the page is wider than the screen."""
    widths = page.locator("html").evaluate("e => [e.scrollWidth, e.clientWidth]")
    assert widths[0] <= widths[1]
