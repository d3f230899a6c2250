"""What the self-test does as a citizen: write on each of the four channels, and look whether the reply arrived."""

import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from citizenservice.check.browser import Browser, Unexpected, call_json
from citizenservice.stack.installation import CITY_ADDRESS, Ports

CITIZEN = "self.test@citizens.example"


@dataclass(frozen=True)
class Written:
    """An enquiry that was sent: a word that only it contains, and how to count the replies that have arrived."""

    channel: str
    word: str
    arrivals: Callable[[str], int]


def by_form(ports: Ports, word: str) -> Written:
    """Fill in the public form as a browser does, its CSRF cookie included; the reply is on the private page."""
    browser = Browser(f"http://127.0.0.1:{ports.web}/")
    page = browser.open("/ask/")
    form = page.form_with("text")
    if form is None:
        raise Unexpected(f"{page.url} has no form to write in.")
    done = browser.submit(page, form, text=f"The lamp on Mill Lane is out. ({word})", name="Self Test")
    link = next((link for link in done.links if "/follow/" in link), "")
    if not link:
        raise Unexpected(f"{done.url} names no private page: {done.text[:300]}")
    private = urljoin(done.url, link)
    return Written("web form", word, lambda reply: browser.open(private).text.count(reply))


def by_mail(ports: Ports, word: str) -> Written:
    """Hand a mail to the city's mail server, in SMTP."""
    lines = [
        f"From: Self Test <{CITIZEN}>",
        f"To: {CITY_ADDRESS}",
        f"Subject: A lamp is out ({word})",
        f"Message-ID: <{word}@citizens.example>",
        "Content-Type: text/plain; charset=utf-8",
        "",
        f"The lamp on Castle Street is out. {word}",
    ]
    send_mail(ports.mailbox_smtp, sender=CITIZEN, recipient=CITY_ADDRESS, lines=lines)

    def arrivals(reply: str) -> int:
        mails = call_json(f"http://127.0.0.1:{ports.mailbox}/_sim/ledger")["mails"]
        return sum(reply in mail["text"] and CITIZEN in mail["target"] for mail in mails)

    return Written("e-mail", word, arrivals)


def send_mail(port: int, *, sender: str, recipient: str, lines: list[str]) -> None:
    """Hand over one mail by the least of SMTP. Lines must not begin with a dot. Raises Unexpected on a refusal."""
    message = "\r\n".join([*lines, "."])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        answers = connection.makefile("r", encoding="utf-8", newline="\r\n")
        _expect(answers, "220")
        for said, code in (
            ("HELO citizens.example", "250"),
            (f"MAIL FROM:<{sender}>", "250"),
            (f"RCPT TO:<{recipient}>", "250"),
            ("DATA", "354"),
            (message, "250"),
            ("QUIT", "221"),
        ):
            connection.sendall(f"{said}\r\n".encode())
            _expect(answers, code)


def _expect(answers: Any, code: str) -> None:
    line = answers.readline()
    if not re.match(rf"{code}\b", line):
        raise Unexpected(f"The mail server answered “{line.strip()}” instead of {code}.")


def by_x(ports: Ports, word: str) -> Written:
    """Mention the city on X."""
    address = f"http://127.0.0.1:{ports.x}"
    fields = {"author_handle": "selftest_nw", "author_name": "Self Test", "text": f"@northwell a lamp is out {word}"}
    call_json(f"{address}/_sim/write", fields)

    def arrivals(reply: str) -> int:
        posts = call_json(f"{address}/_sim/ledger")["posts"]
        return sum(reply in post["full_text"] and post["by_api"] and not post["deleted"] for post in posts)

    return Written("X", word, arrivals)


def by_facebook(ports: Ports, word: str) -> Written:
    """Comment on the city's page on Facebook."""
    address = f"http://127.0.0.1:{ports.facebook}"
    call_json(f"{address}/_sim/write", {"kind": "comment", "author_name": "Self Test", "text": f"A lamp is out {word}"})

    def arrivals(reply: str) -> int:
        comments = call_json(f"{address}/_sim/ledger")["comments"]
        return sum(reply in comment["text"] and comment["by_api"] and not comment["deleted"] for comment in comments)

    return Written("Facebook", word, arrivals)


WAYS = (by_form, by_mail, by_x, by_facebook)
