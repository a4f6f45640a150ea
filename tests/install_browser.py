"""Makes sure that the browser tests find a Chromium: Playwright's own, else the system's package manager's."""

import shutil
import subprocess
import sys

from playwright.sync_api import Error, sync_playwright

INSTALLERS = (
    ("apt-get", ["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]),
    ("dnf", [], ["dnf", "install", "-y", "chromium"]),
    ("apk", [], ["apk", "add", "chromium"]),
    ("pacman", [], ["pacman", "-S", "--noconfirm", "chromium"]),
    ("brew", [], ["brew", "install", "--cask", "chromium"]),
)
SYSTEM_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")


def found() -> bool:
    """Whether some Chromium is there already."""
    if any(map(shutil.which, SYSTEM_CHROMIUMS)):
        return True
    try:
        with sync_playwright() as playwright:
            playwright.chromium.launch().close()
    except Error:
        return False
    return True


def install() -> None:
    """Install one: Playwright's own build, else the package manager's."""
    own = [sys.executable, "-m", "playwright", "install", "chromium"]
    if subprocess.run(own, check=False, capture_output=True).returncode == 0 and found():
        return
    for name, prepare, command in INSTALLERS:
        if shutil.which(name):
            if prepare:
                subprocess.run(prepare, check=False)
            subprocess.run(command, check=False)
            return


if __name__ == "__main__":
    if not found():
        install()
    sys.exit(0 if found() else "No Chromium found and none could be installed; install one and run again.")
