"""Citizens' mails: makes them, delivers them to the receiver over some connections, or only parses them."""

from __future__ import annotations

import argparse
import email
import json
import smtplib
import threading
import time
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, localtime

MAILBOX = "info@northwell.example"
HOST_NAME = "mail.citizens.example"  # given, or smtplib asks the network for ours
CONNECTIONS = 4
WORDS = "The street light at the corner of Mill Lane has been out for a week, and it is very dark there at night."


def mail(number: int) -> bytes:
    """Make one mail: of twenty, twelve are plain, five have an HTML side, three carry a picture of 30 kB."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = f"Dana Müller <citizen{number // 2}@citizens.example>"
    message["To"] = MAILBOX
    message["Subject"] = f"Straßenlaterne in Mill Lane, No {number}"
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = f"<{number}.{time.time_ns()}@citizens.example>"
    message.set_content("\n\n".join([f"Dear city, this is mail {number}.", *[WORDS] * 4, "Grüße\nDana"]))
    if number % 20 >= 12:
        message.add_alternative(_html(number), subtype="html")
    if number % 20 >= 17:
        picture = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 117
        message.add_attachment(picture, maintype="image", subtype="png", filename="lamp.png")
    return message.as_bytes()


def _html(number: int) -> str:
    paragraphs = "".join(f"<p style='margin:0'>{WORDS} <b>{n}</b></p>\n" for n in range(20))
    return f"<html><head><style>p {{color: #222}}</style></head><body><h1>Mail {number}</h1>{paragraphs}</body></html>"


def delivered(*, port: int, mails: list[bytes]) -> float:
    """Deliver all mails on a few connections; return the seconds until the last was accepted."""
    begun = time.perf_counter()
    failures: list[Exception] = []
    shares = [mails[place::CONNECTIONS] for place in range(CONNECTIONS)]
    threads = [threading.Thread(target=_deliver, args=(port, share, failures)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return time.perf_counter() - begun


def paced(*, port: int, first: int, rate: float, seconds: float) -> int:
    """Deliver mails at a steady rate on one connection, late ones at once; return how many were accepted."""
    begun, accepted = time.monotonic(), 0
    with smtplib.SMTP("127.0.0.1", port, local_hostname=HOST_NAME, timeout=60) as server:
        for place in range(round(rate * seconds)):
            time.sleep(max(0.0, begun + place / rate - time.monotonic()))
            server.sendmail("dana@citizens.example", [MAILBOX], mail(first + place))
            accepted += 1
    return accepted


def _deliver(port: int, mails: list[bytes], failures: list[Exception]) -> None:
    try:
        with smtplib.SMTP("127.0.0.1", port, local_hostname=HOST_NAME, timeout=60) as server:
            for content in mails:
                server.sendmail("dana@citizens.example", [MAILBOX], content)
    except (smtplib.SMTPException, OSError) as error:
        failures.append(error)


def parsed(*, mails: list[bytes]) -> float:
    """Parse each mail with Python's parser and read its words; return the seconds."""
    begun = time.perf_counter()
    for content in mails:
        message = email.message_from_bytes(content, policy=policy.default)
        for part in message.walk():
            if part.get_content_maintype() == "text":
                part.get_content()
        str(message["subject"]), str(message["from"])
    return time.perf_counter() - begun


def main() -> None:
    """Deliver or parse, and print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["deliver", "parse"])
    parser.add_argument("--mails", type=int, required=True)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    mails = [mail(number) for number in range(options.mails)]
    seconds = delivered(port=options.port, mails=mails) if options.what == "deliver" else parsed(mails=mails)
    print(json.dumps({"mails": len(mails), "seconds": round(seconds, 3), "per_second": round(len(mails) / seconds, 1)}))


if __name__ == "__main__":
    main()
