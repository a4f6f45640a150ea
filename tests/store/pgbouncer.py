"""A real PgBouncer in transaction mode before the tests' PostgreSQL."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy.engine import make_url

from tests.served import free_port

SETTINGS = """[databases]
* = host={host} port={server_port} user={user}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {pool}
max_client_conn = 200
server_reset_query_always = 0
"""
PLACES = (*os.environ.get("PATH", "").split(os.pathsep), "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin")


def find() -> str | None:
    """The PgBouncer of this machine; systems put it where only administrators look."""
    return shutil.which("pgbouncer", path=os.pathsep.join(PLACES))


@contextmanager
def pooled(url: str, *, pool: int) -> Iterator[str]:
    """The same database through a PgBouncer that holds ``pool`` connections to it."""
    program = find()
    assert program, "no PgBouncer: python -m tests.install_tools"
    there, port = make_url(url), free_port()
    host = str(there.query["host"])
    folder = Path(mkdtemp(prefix="survey-pgbouncer-"))
    settings = folder / "pgbouncer.ini"
    user = there.username or "postgres"
    settings.write_text(SETTINGS.format(host=host, server_port=there.port or 5432, user=user, port=port, pool=pool))
    owner = Path(host).stat().st_uid if os.getuid() == 0 else os.getuid()  # it refuses to run as root
    shutil.chown(folder, owner)
    shutil.chown(settings, owner)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program, str(settings)], stdout=log, stderr=log, user=owner)
    try:
        _wait(port, process, folder / "log")
        yield there.set(host="127.0.0.1", port=port, query={}).render_as_string(hide_password=False)
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder)


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + 10
    while time.monotonic() < ends and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError(f"PgBouncer did not start:\n{log.read_text()}")
