"""Starts a real clamd for tests: in a folder of its own, on a free port, with one signature, that of EICAR.

with running() as address:
    settings.CLAMD = address
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.files.clamds import EICAR
from tests.sims import free_port

PROGRAM = shutil.which("clamd") or next((path for path in ("/usr/sbin/clamd",) if Path(path).exists()), "")
WHY_NOT = "" if PROGRAM else "NOT TRIED against a real clamd: it is not installed (.ci/run does it)"
"""Why the tests with a real scanner cannot run here; "" where they can."""
SIGNATURE = f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n"
"""In the extended form of a .ndb file: a name, any kind of file, at any place, these bytes."""
CONFIGURATION = """
Foreground yes
LogFile {folder}/log
DatabaseDirectory {folder}/signatures
TemporaryDirectory {folder}
TCPSocket {port}
TCPAddr 127.0.0.1
StreamMaxLength {most}
MaxThreads 2
SelfCheck 0
"""


@contextmanager
def running(*, most: str = "25M") -> Iterator[str]:
    """Start it and yield its address; `most` is the largest file that it reads. It ends with the block."""
    folder, port = Path(tempfile.mkdtemp(prefix="clamd-")), free_port()
    (folder / "signatures").mkdir()
    (folder / "signatures" / "eicar.ndb").write_text(SIGNATURE)
    (folder / "clamd.conf").write_text(CONFIGURATION.format(folder=folder, port=port, most=most))
    process = subprocess.Popen(
        [PROGRAM, "--config-file", str(folder / "clamd.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(process, folder / "log", port)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(process: subprocess.Popen[bytes], log: Path, port: int) -> None:
    until = time.monotonic() + 20
    while True:
        told = log.read_text(errors="replace") if log.exists() else ""
        assert process.poll() is None, f"clamd ended: {told}"
        assert time.monotonic() < until, f"clamd does not listen: {told}"
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
                line.sendall(b"zPING\0")
                if line.recv(16) == b"PONG\0":
                    return
        except OSError:
            pass
        time.sleep(0.05)
