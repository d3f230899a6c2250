"""An IMAP server that says yes to everything but what a test wants to go otherwise."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

USUAL = {
    "CAPABILITY": ["* CAPABILITY IMAP4rev1 IDLE MOVE AUTH=XOAUTH2", "{tag} OK done"],
    "EXAMINE": ["* 0 EXISTS", "* OK [UIDVALIDITY 7] valid", "{tag} OK [READ-ONLY] ok"],
    "LOGOUT": ["* BYE", "{tag} OK done"],
}


@contextmanager
def scripted_imap(answers: Mapping[str, list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Serve one connection after the other. Gives port and the lines heard. An empty answer breaks the line.

    `answers` are by verb, lines with {tag}; a last line "<close>" breaks the line after them.
    """
    heard: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_serve, args=(listener, USUAL | dict(answers), heard), daemon=True).start()
        yield listener.getsockname()[1], heard


def _serve(listener: socket.socket, answers: Mapping[str, list[str]], heard: list[str]) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection, connection.makefile("rwb") as line:
            try:
                _converse(line, answers, heard)
            except OSError:
                continue


def _converse(line, answers, heard) -> None:
    line.write(b"* OK ready\r\n")
    line.flush()
    tag = ""
    while said := line.readline().decode().strip():
        heard.append(said)
        words = said.split()
        tag, verb = (words[0], words[1].upper()) if len(words) > 1 else (tag, "MORE")
        for answer in answers.get(verb, ["{tag} OK done"]) or ["<close>"]:
            if answer == "<close>":
                line.flush()
                return
            line.write(answer.format(tag=tag).encode() + b"\r\n")
        line.flush()
