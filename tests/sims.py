"""Starts the simulated platforms for tests: each a program of its own on a free port, with handles on its ledger.

with x_simulator() as x:
    post = x.write(author_handle="dana", author_name="Dana", text="@northwell hello")
    x.fault("create_post", "commit_then_drop")
    ...
    assert x.ours() == ["Hello Dana"]
"""

import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parent.parent
TIMEOUT = 10


@dataclass(frozen=True)
class Simulator:
    """A running simulator; `url` has no slash at its end, `ports` names further ports of the program."""

    url: str
    process: subprocess.Popen[str]
    ports: dict[str, int] = field(default_factory=dict)

    def ledger(self) -> dict[str, Any]:
        """The platform's truth: everything written, calls seen, faults pending."""
        return dict(requests.get(f"{self.url}/_sim/ledger", timeout=TIMEOUT).json())

    def write(self, **fields: Any) -> dict[str, Any]:
        """Write as a citizen; answers the new id."""
        return dict(self.act("write", fields))

    def fault(self, operation: str, kind: str, *, times: int = 1, seconds: float | None = None) -> None:
        """Order a fault for the next calls of an operation ("create_post", "read", "write", "any", …)."""
        wait = {} if seconds is None else {"seconds": seconds}
        self.act("faults", [{"operation": operation, "fault": kind, "times": times, **wait}])

    def reset(self) -> None:
        """Forget everything."""
        self.act("reset", {})

    def act(self, name: str, fields: Any) -> Any:
        """Use any other handle under `/_sim/`; fails on a refusal."""
        answer = requests.post(f"{self.url}/_sim/{name}", json=fields, timeout=TIMEOUT)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def calls(self, operation: str) -> int:
        """How often an operation was called."""
        return int(self.ledger()["calls"].get(operation, 0))

    def wait_for(self, test: Callable[[dict[str, Any]], bool], *, seconds: float = 10) -> dict[str, Any]:
        """Read the ledger until a test of it holds."""
        end = time.monotonic() + seconds
        while not test(ledger := self.ledger()):
            assert time.monotonic() < end, "the simulator's ledger did not become what was awaited"
            time.sleep(0.05)
        return ledger


def free_port() -> int:
    """A port below the range from which the system takes outgoing ports, free a moment ago."""
    while True:
        port = random.randint(20_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


@contextmanager
def x_simulator(*options: str) -> Iterator[Simulator]:
    """The simulated X; options as on its command line, for example "--webhook", url."""
    with _running("simulators.x", {"port": free_port()}, "port", options) as simulator:
        yield simulator


@contextmanager
def facebook_simulator(*options: str) -> Iterator[Simulator]:
    """The simulated Facebook."""
    with _running("simulators.facebook", {"port": free_port()}, "port", options) as simulator:
        yield simulator


@contextmanager
def mastodon_simulator(*options: str) -> Iterator[Simulator]:
    """The simulated Mastodon."""
    with _running("simulators.mastodon", {"port": free_port()}, "port", options) as simulator:
        yield simulator


@contextmanager
def mailbox_simulator(
    *options: str, city: str = "info@northwell.example", password: str = "demo"
) -> Iterator[Simulator]:
    """The simulated mail server; `ports` has smtp-port, imap-port and web-port."""
    ports = {name: free_port() for name in ("smtp-port", "imap-port", "web-port")}
    account = ("--city", city, "--city-password", password)
    with _running("simulators.mailbox", ports, "web-port", (*account, *options)) as simulator:
        yield simulator


@contextmanager
def oidc_simulator(*options: str) -> Iterator[Simulator]:
    """The simulated identity provider."""
    with _running("simulators.oidc", {"port": free_port()}, "port", options) as simulator:
        yield simulator


def _started(module: str, ports: dict[str, int], options: tuple[str, ...]) -> subprocess.Popen[str]:
    """Start a simulator. A port that was free a moment ago may be somebody's by now: then `ports` are chosen anew."""
    for _ in range(3):
        command = [sys.executable, "-m", module]
        for name, port in ports.items():
            command += [f"--{name}", str(port)]
        process = subprocess.Popen([*command, *options], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        if process.stdout and process.stdout.readline() == "ready\n":
            return process
        process.kill()
        process.wait()
        ports.update({name: free_port() for name in ports})
    raise AssertionError(f"{module} did not start")


@contextmanager
def _running(module: str, ports: dict[str, int], web: str, options: tuple[str, ...]) -> Iterator[Simulator]:
    process = _started(module, ports, options)
    try:
        yield Simulator(f"http://127.0.0.1:{ports[web]}", process, ports)
    finally:
        process.terminate()
        process.wait(timeout=5)
        if process.stdout:
            process.stdout.close()
