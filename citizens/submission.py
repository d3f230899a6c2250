"""What a citizen sent by the form, as the bytes that are kept: one JSON object, written and read here and nowhere else."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from citizens.files import kind_of, true_name
from enquiries.contract import InboundFile

NONCE = re.compile(r"[0-9A-Za-z._:-]{1,100}")
_NOT_IN_ADDRESSES = r"\s@<>,;:\"()\[\]\\\x00-\x1f\x7f\ud800-\udfff"
ADDRESS = re.compile(rf"[^{_NOT_IN_ADDRESSES}]{{1,64}}@[^{_NOT_IN_ADDRESSES}]{{1,250}}")
"""An address that the e-mail channel can write to: what it would refuse after the approval is told at once."""
UNKNOWN_KIND = "application/octet-stream"


class NotASubmission(Exception):
    """These bytes are not what `Submission.pack` writes. The message says what is wrong, without the citizen's words."""


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One form as it was sent. `topic` is the topic's name, empty for "something else".

    `nonce` is the form's own number: sent twice, it is one message. `thread` is the nonce of the first form when this one
    adds to it, and `author` then repeats who that was; both are empty on a first form.
    """

    nonce: str
    text: str
    submitted_at: datetime
    topic: str = ""
    name: str = ""
    email: str = ""
    language: str = ""
    thread: str = ""
    author: str = ""
    files: tuple[InboundFile, ...] = field(default=(), repr=False)

    @property
    def external_id(self) -> str:
        """The identity of this very form."""
        return f"form:{self.nonce}"

    @property
    def thread_key(self) -> str:
        """The nonce that all forms of one enquiry share."""
        return self.thread or self.nonce

    @property
    def author_id(self) -> str:
        """Who wrote: the address where one was given, else only "whoever sent that form"."""
        return self.author or self.email.lower() or f"form:{self.thread_key}"

    def digest(self) -> str:
        """Sum up what the citizen said, to tell a form that was sent twice from one that was changed in between."""
        said = [
            self.topic,
            self.text,
            self.name,
            self.email,
            *(hashlib.sha256(f.content).hexdigest() for f in self.files),
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    def pack(self) -> bytes:
        """Write the bytes to keep."""
        files = [{"name": each.name, "base64": base64.b64encode(each.content).decode()} for each in self.files]
        words = {key: getattr(self, key) for key in WORDS if getattr(self, key)}
        content = {"nonce": self.nonce, "submitted_at": self.submitted_at.isoformat(), **words, "files": files}
        return json.dumps(content).encode()


WORDS = ("topic", "text", "name", "email", "language", "thread", "author")


def unpack(raw: bytes) -> Submission:
    """Read what `pack` wrote. Raises NotASubmission for anything else, whatever the bytes are."""
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError):
        raise NotASubmission("It is not JSON.") from None
    if not isinstance(content, dict):
        raise NotASubmission("It is not a JSON object.")
    words = {key: _word(content, key) for key in WORDS}
    for key in ("nonce", "thread"):
        if (value := content.get(key)) and not (isinstance(value, str) and NONCE.fullmatch(value)):
            raise NotASubmission(f"Its {key} is damaged.")
    if not content.get("nonce"):
        raise NotASubmission("It has no nonce.")
    if words["email"] and not ADDRESS.fullmatch(words["email"]):
        raise NotASubmission("Its e-mail address is damaged.")
    return Submission(nonce=content["nonce"], submitted_at=_moment(content), files=_files(content), **words)


def _word(content: dict[str, Any], key: str) -> str:
    value = content.get(key, "")
    if not isinstance(value, str):
        raise NotASubmission(f"Its {key} is not a text.")
    if key == "author" and re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", value):
        raise NotASubmission("Its author is damaged.")
    return value


def _moment(content: dict[str, Any]) -> datetime:
    try:
        moment = datetime.fromisoformat(content.get("submitted_at", ""))
    except (ValueError, TypeError):
        raise NotASubmission("It does not say when it was sent.") from None
    if moment.tzinfo is None or not 2000 <= moment.year < 3000:
        raise NotASubmission("It does not say truly when it was sent.")
    return moment


def _files(content: dict[str, Any]) -> tuple[InboundFile, ...]:
    files = content.get("files", [])
    if not isinstance(files, list):
        raise NotASubmission("Its files are damaged.")
    return tuple(_file(each) for each in files)


def _file(each: object) -> InboundFile:
    if not isinstance(each, dict) or not isinstance(each.get("name"), str) or not isinstance(each.get("base64"), str):
        raise NotASubmission("One of its files is damaged.")
    try:
        content = base64.b64decode(each["base64"], validate=True)
    except (binascii.Error, ValueError):
        raise NotASubmission("One of its files is damaged.") from None
    kind = kind_of(content)
    name = true_name(each["name"], kind=kind) if kind else f"{each['name'][:100]}.bin"
    return InboundFile(name=name, media_type=kind or UNKNOWN_KIND, content=content)
