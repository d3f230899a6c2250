"""Reads what hangs on a comment or a message: pictures and films to be fetched, and a line for each in its words.

Addresses on Facebook's own stores expire within days: they are handed on to be fetched, and never kept in the text. A
sticker or a place alone would leave a message without any word, so each gets a line of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from channels_social.reading import list_of, mapping_of, name_of, text_of
from enquiries.contract import InboundPicture

STORES = (".fbcdn.net", ".fbsbx.com")
"""Where Facebook keeps what people send; nothing else is ever fetched."""
MOST = 30
"""Of one message. What is beyond is seen on Facebook."""


@dataclass(frozen=True, kw_only=True)
class Hung:
    """One thing that hangs on a message: what to call it, and where it is."""

    kind: str
    url: str = ""
    media_type: str = ""
    alt: str = ""

    @property
    def line(self) -> str:
        """The line that stands in the words for it, with an address only where that is no store's."""
        told = "" if is_kept_by_facebook(self.url) else self.url
        return f"[{self.kind or 'attachment'}] {told}".rstrip()


def is_kept_by_facebook(url: str) -> bool:
    """Tell whether an address is one of Facebook's own stores, over TLS and on its usual port."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    host = (parts.hostname or "").lower()
    return parts.scheme == "https" and port in (None, 443) and not parts.username and host.endswith(STORES)


def words(text: str, hung: Iterable[Hung]) -> str:
    """Put the words and the lines together."""
    return "\n".join(part for part in (text, *(each.line for each in hung)) if part)


def to_fetch(hung: Iterable[Hung]) -> tuple[InboundPicture, ...]:
    """Name what lies on Facebook's stores."""
    return tuple(
        InboundPicture(url=each.url, media_type=each.media_type, alt=each.alt)
        for each in hung
        if is_kept_by_facebook(each.url)
    )


def on_change(value: dict[str, Any]) -> list[Hung]:
    """What hangs on a comment or post, as a webhook (`photo`, `photos`, `video`) or polling (`attachment`) tells it."""
    photos = [text_of(value.get("photo")), *(text_of(each) for each in list_of(value.get("photos")))]
    found = [Hung(kind="photo", url=url) for url in dict.fromkeys(photos) if url]
    if text_of(value.get("video")):
        found.append(Hung(kind="video", url=text_of(value.get("video"))))
    attachments = [value.get("attachment"), *list_of(mapping_of(value.get("attachments")).get("data"))]
    found += [_attached(mapping_of(each)) for each in attachments if isinstance(each, dict)]
    return found[:MOST]


def on_event(message: dict[str, Any]) -> list[Hung]:
    """What hangs on a message that Messenger pushed."""
    return [_pushed(mapping_of(each)) for each in list_of(message.get("attachments"))[:MOST]]


def on_node(node: dict[str, Any]) -> list[Hung]:
    """What hangs on a message that polling brought."""
    found = [_polled(mapping_of(each)) for each in list_of(mapping_of(node.get("attachments")).get("data"))[:MOST]]
    sticker = text_of(node.get("sticker"))
    return [*found, Hung(kind="sticker", url=sticker)] if sticker else found


def _attached(attachment: dict[str, Any]) -> Hung:
    media = mapping_of(attachment.get("media"))
    url = text_of(mapping_of(media.get("image")).get("src"))
    kind = name_of(attachment.get("type")).partition("_")[0]
    if kind == "share":  # the picture is a preview of somebody else's page, the address is what was said
        return Hung(kind="link", url=text_of(attachment.get("url")))
    return Hung(kind=kind[:40], url=url, alt=text_of(attachment.get("title"))[:1000])


def _pushed(attachment: dict[str, Any]) -> Hung:
    kind, payload = name_of(attachment.get("type"))[:40], mapping_of(attachment.get("payload"))
    if kind == "location":
        place = mapping_of(payload.get("coordinates"))
        return Hung(kind=kind, url=", ".join(str(place[name]) for name in ("lat", "long") if _is_number(place, name)))
    url = text_of(payload.get("url")) or text_of(attachment.get("url"))
    return Hung(kind="link" if kind == "fallback" else kind, url=url, alt=text_of(payload.get("title"))[:1000])


def _polled(attachment: dict[str, Any]) -> Hung:
    for kind, field in (("image", "image_data"), ("video", "video_data")):
        if isinstance(attachment.get(field), dict):
            media_type = name_of(attachment.get("mime_type"))[:100]
            return Hung(kind=kind, url=text_of(attachment[field].get("url")), media_type=media_type)
    named = text_of(attachment.get("name"))[:1000]
    media_type = name_of(attachment.get("mime_type"))[:100]
    return Hung(kind="file", url=text_of(attachment.get("file_url")), media_type=media_type, alt=named)


def _is_number(place: dict[str, Any], name: str) -> bool:
    return isinstance(place.get(name), (int, float)) and not isinstance(place.get(name), bool)
