"""An SMTP server that says what a test wants it to say at one step, or breaks the line there."""

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


class _Gone(Exception):
    """The script wants the line broken."""


class Script(dict[str, str | None]):
    """The answers by step, and how long each takes."""

    def __init__(self, answers: Mapping[str, str | None], slow: dict[str, float]) -> None:
        super().__init__(answers)
        self.slow = slow


@contextmanager
def scripted_server(
    answers: Mapping[str, str | None], *, slow: dict[str, float] | None = None
) -> Iterator[tuple[int, list[str]]]:
    """Serve one connection. Steps: greet, the SMTP verbs, and dot; None breaks the line. Gives port and what was heard.

    `slow` tells how many seconds a step takes.
    """
    heard: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        server = threading.Thread(target=_serve, args=(listener, Script(answers, slow or {}), heard), daemon=True)
        server.start()
        yield listener.getsockname()[1], heard
        server.join(timeout=10)


def _serve(listener: socket.socket, answers: Script, heard: list[str]) -> None:
    connection, _ = listener.accept()
    connection.settimeout(10)
    with connection, connection.makefile("rwb") as line:
        try:
            _converse(line, answers, heard)
        except (_Gone, OSError):
            return


def _converse(line, answers, heard) -> None:
    _say(line, answers, "greet")
    while command := line.readline().decode("utf-8", "replace").strip():
        heard.append(command)
        verb = command.split(":")[0].split()[0].upper()
        _say(line, answers, verb)
        if verb == "DATA" and (answers["DATA"] or "").startswith("354"):
            while line.readline() != b".\r\n":
                pass
            heard.append("dot")
            _say(line, answers, "dot")


def _say(line, answers, step) -> None:
    answer = answers.get(step, "250 ok")
    if answer is None:
        raise _Gone
    time.sleep(answers.slow.get(step, 0))
    line.write(answer.encode() + b"\r\n")
    line.flush()
