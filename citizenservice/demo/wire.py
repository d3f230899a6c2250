"""The bytes in which each channel would have brought a citizen's words, so that the demo is read like the real thing."""

from __future__ import annotations

import json
import re
import unicodedata
import zlib
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import Any

from citizens.submission import Submission
from enquiries.models import ChannelAccount
from simulators.x.snowflake import floor_id

FOLLOW_UP = 5000
"""What is added to the serial of an enquiry for its citizen's second message."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """What somebody writes. `serial` makes it one of its kind; `first` is the platform's name of what it continues.

    `token` is our secret in the address that a further mail is sent to.
    """

    account: ChannelAccount
    name: str
    subject: str
    text: str
    language: str
    topic: str
    at: datetime
    serial: int
    first: str = ""
    token: str = ""


@dataclass(frozen=True)
class Written:
    """The bytes, where they came from, and the platform's name of them. `first` is what a later message refers to."""

    source: str
    external_id: str
    raw: bytes
    first: str


def write(words: Words, *, privately: bool = False) -> Written:
    """Put words into the shape of their account's channel; `privately` is Messenger instead of a comment."""
    match words.account.kind:
        case "x":
            return _post(words)
        case "facebook":
            return _message(words) if privately else _comment(words)
        case "email":
            return _mail(words)
    return _form(words)


def handle_of(name: str) -> str:
    """Make the @handle of a citizen: Latin letters only, as X allows."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(str.maketrans("łı", "li")))
    letters = re.sub(r"[^a-z]+", "_", plain.encode("ascii", "ignore").decode()).strip("_")
    return f"{letters[:10].strip('_') or f'citizen{_number(name) % 1000}'}_nw"


def address_of(name: str) -> str:
    """Make the mail address of a citizen; the simulated mail server keeps a mailbox for everybody at .example."""
    return f"{handle_of(name).removesuffix('_nw').replace('_', '.')}@citizens.example"


def _number(name: str) -> int:
    return zlib.crc32(name.lower().encode())


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


def remark(words: Words) -> Written:
    """Put words into the shape of a post on X that names nobody."""
    return _tweet(words, words.text)


def _post(words: Words) -> Written:
    return _tweet(words, f"@{words.account.handle} {words.text}")


def _tweet(words: Words, text: str) -> Written:
    number = str(floor_id(words.at) + words.serial)
    handle = handle_of(words.name)
    # The simulated X numbers people in the same way, so that who writes again there is the same person here.
    author = str(3_000_000_000 + _number(handle))
    post: dict[str, Any] = {
        "id": number,
        "author_id": author,
        "conversation_id": words.first or number,
        "created_at": words.at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "text": text,
        "lang": words.language,
        "edit_history_tweet_ids": [number],
    }
    if words.first:
        post["referenced_tweets"] = [{"type": "replied_to", "id": words.first}]
    users = [{"id": author, "username": handle, "name": words.name}]
    return Written("POLL", number, _json({"data": post, "includes": {"users": users}}), words.first or number)


def _comment(words: Words) -> Written:
    post = f"{words.account.external_id}_1221000002"
    number = f"1221000002_{int(words.at.timestamp())}{words.serial:04}"
    node: dict[str, Any] = {
        "id": number,
        "created_time": words.at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
        "from": {"id": str(7_000_000_000_000 + _number(words.name)), "name": words.name},
        "message": words.text,
    }
    if words.first:
        node["parent"] = {"id": words.first}
    return Written("POLL", number, _json({"polled": "comment", "post_id": post, "node": node}), words.first or number)


def _message(words: Words) -> Written:
    number = f"m_northwell{words.serial:06}"
    # All that one person writes in Messenger is one thread: here, namesakes are different people.
    person = str(7_000_000_000_000 + _number(words.name) + words.serial % FOLLOW_UP)
    node = {
        "id": number,
        "created_time": words.at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
        "from": {"id": person, "name": words.name},
        "message": words.text,
    }
    return Written("POLL", number, _json({"polled": "message", "person": person, "node": node}), number)


def _mail(words: Words) -> Written:
    mail = EmailMessage()
    mail["From"] = formataddr((words.name, address_of(words.name)))
    local, _, domain = words.account.external_id.partition("@")
    mail["To"] = f"{local}+{words.token}@{domain}" if words.token else words.account.external_id
    mail["Subject"] = f"Re: {words.subject}" if words.first else words.subject
    mail["Date"] = format_datetime(words.at)
    name = mail["Message-ID"] = f"<{int(words.at.timestamp())}.{words.serial}@citizens.example>"
    mail["Content-Language"] = words.language
    if words.first:
        mail["In-Reply-To"] = words.first
        mail["References"] = words.first
    mail.set_content(f"{words.text}\n\n{words.name}\n")
    return Written("POLL", f"demo:{words.serial}", mail.as_bytes(), words.first or str(name))


def _form(words: Words) -> Written:
    form = Submission(
        nonce=f"northwell-demo-{words.serial:06}",
        topic=words.topic,
        text=words.text,
        name=words.name,
        email=address_of(words.name) if words.serial % 4 else "",
        language=words.language,
        submitted_at=words.at,
    )
    return Written("FORM", form.external_id, form.pack(), "")
