"""The Nu Html Checker, W3C's own validator: a Java program that comes as an npm package."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.npm import unpacked

PACKAGE: Final = "vnu-jar@26.9.27"
SHA256: Final = "5970d3ffca91a627cf0965e5d91bb2e4242307c29292998de0b419d6a901b2b7"
JAR: Final = "package/build/dist/vnu.jar"


def find() -> Path | None:
    """The checker, where Java is here and npm can be asked for it; VNU_JAR names another."""
    if shutil.which("java") is None:
        return None
    if named := os.environ.get("VNU_JAR"):
        return Path(named)
    return unpacked(PACKAGE, SHA256, JAR)


def objections(jar: Path, pages: Sequence[Path]) -> list[str]:
    """Errors and warnings of the checker over these HTML and CSS files."""
    command = ["java", "-jar", str(jar), "--format", "json", "--exit-zero-always", "--also-check-css", *map(str, pages)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [
        f"{Path(each['url']).name}: {each['message']} {each.get('extract', '')[:120]}"
        for each in json.loads(done.stderr)["messages"]
        if each["type"] == "error" or each.get("subType") == "warning"
    ]
