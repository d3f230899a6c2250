"""Finds the words of a mail: the plain text if there is one, else the text of its HTML, and what is no text at all."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from html import unescape
from typing import cast

from inscriptis import get_text

from channels_email.parsing.charsets import clean_text, decode
from channels_email.parsing.structure import content_of, parameter

MAX_TEXT = 1024 * 1024
"""Characters of text or HTML that are read as words. The rest is in the stored mail."""
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)?[^<>]*>")
_HIDDEN = frozenset(["script", "style", "head", "title", "template"])


@dataclass(frozen=True, kw_only=True)
class Words:
    """One run of the mail's own words, as plain text, as HTML, or as both where they say the same."""

    plain: str = ""
    html: str = ""

    @property
    def text(self) -> str:
        """The words without markup."""
        return self.plain if self.plain.strip() else html_to_text(self.html)


@dataclass(frozen=True, kw_only=True)
class Body:
    """What a mail says and what is attached to it. `text` and `html` are cut at MAX_TEXT; `cut` says that they were."""

    text: str
    html: str
    attached: tuple[Message, ...]
    cut: bool


def read_body(*, part: Message) -> Body:
    """Return the words and the attached parts of a mail."""
    words: list[Words] = []
    attached: list[Message] = []
    for found in _walk(part):
        if isinstance(found, Words):
            words.append(found)
        else:
            attached.append(found)
    text = "\n\n".join(run for run in (word.text.strip("\n") for word in words) if run.strip())
    html = "\n".join(word.html for word in words if word.html)
    cut = len(text) > MAX_TEXT or len(html) > MAX_TEXT
    return Body(text=text[:MAX_TEXT], html=html[:MAX_TEXT], attached=tuple(attached), cut=cut)


def _walk(part: Message) -> Iterator[Words | Message]:
    kind = part.get_content_type()
    if part.get_content_maintype() == "multipart" and part.is_multipart():
        children = [found for child in cast("list[Message]", part.get_payload()) for found in _walk(child)]
        yield from _one_of(children) if kind == "multipart/alternative" else children
    elif _is_body(part):
        text = _leaf_text(part)
        yield Words(html=text) if kind == "text/html" else Words(plain=text)
    else:
        yield part


def _one_of(children: list[Words | Message]) -> Iterator[Words | Message]:
    """Join alternatives to one run of words: they say the same thing in different forms."""
    words = [child for child in children if isinstance(child, Words)]
    if words:
        plain = next((word.plain for word in words if word.plain.strip()), "")
        yield Words(plain=plain, html="\n".join(word.html for word in words if word.html))
    yield from (child for child in children if not isinstance(child, Words))


def _is_body(part: Message) -> bool:
    kind = part.get_content_type()
    if part.get_content_maintype() == "multipart":
        return True  # declared as several parts, but it could not be split: read it as text
    disposition = str(part.get("content-disposition", "")).strip().lower()
    named = bool(
        parameter(part=part, name="filename", header="content-disposition") or parameter(part=part, name="name")
    )
    if disposition.startswith("attachment") or (named and kind != "text/html"):
        return False
    return kind in ("text/plain", "text/html", "text/enriched", "text/markdown")


def _leaf_text(part: Message) -> str:
    data = content_of(part=part)
    declared = parameter(part=part, name="charset")
    is_html = part.get_content_type() == "text/html"
    if is_html and not declared:
        match = _META_CHARSET.search(data[:2048])
        declared = match[1].decode("ascii") if match else ""
    text = clean_text(decode(data, declared=declared))
    if not is_html and parameter(part=part, name="format").lower() == "flowed":
        return _unflow(text, joined="" if parameter(part=part, name="delsp").lower() == "yes" else " ")
    return text


def _unflow(text: str, *, joined: str) -> str:
    """Undo format=flowed (RFC 3676): a line that ends in a space goes on in the next. Quoted lines stay as they are."""
    paragraphs: list[list[str]] = []
    goes_on = False
    for source in text.split("\n"):
        line = source[1:] if source.startswith(" ") else source
        quoted = source.startswith(">")
        if goes_on and not quoted:
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
        goes_on = line.endswith(" ") and not quoted and line != "-- "
    return "\n".join(_join_flowed(lines, joined=joined) for lines in paragraphs)


def _join_flowed(lines: list[str], *, joined: str) -> str:
    return joined.join([*(line.removesuffix(" ") for line in lines[:-1]), lines[-1]])


def html_to_text(html: str) -> str:
    """Return the words of `html`. Where the parser finds none or fails, tags are cut out, so that no word is lost."""
    if not html.strip():
        return ""
    try:
        text = get_text(html[:MAX_TEXT])
    except Exception:  # noqa: BLE001 - a foreign parser on hostile bytes; its errors are its own classes and undocumented
        text = ""
    text = text if text.strip() else _without_tags(html[:MAX_TEXT])
    return re.sub(r"\n{3,}", "\n\n", clean_text(text)).strip()


def _without_tags(html: str) -> str:
    """Cut out tags in one pass. The parser drops what is nested more than 256 deep."""
    pieces: list[str] = []
    is_hidden, end = False, 0
    for tag in _TAG.finditer(html):
        if not is_hidden:
            pieces.append(html[end : tag.start()])
        if (tag[2] or "").lower() in _HIDDEN:
            is_hidden = not tag[1]
        end = tag.end()
    if not is_hidden:
        pieces.append(html[end:])
    return " ".join(" ".join(unescape(piece) for piece in pieces).split())
