"""Pictures and films on X: named in what comes in, fetched from X's own two hosts, and put there before a reply leaves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import requests

from channels_social.reading import list_of, mapping_of, name_of, text_of
from channels_social.transport import Answer, TooLong, get_file
from enquiries.contract import Account, InboundFile, InboundPicture, NotSent, Refused

HOSTS = ("pbs.twimg.com", "video.twimg.com")
MOST_BITS = 2_500_000
"""Of the sizes in which X has a film, the largest that does not need more than so many bits a second."""
SAFE_NAME = re.compile(r"[^\w.-]")
SIGNS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
)


def pictures_of(source: dict[str, Any], includes: dict[str, Any]) -> tuple[InboundPicture, ...]:
    """Return the pictures and films of a post or message that came beside it."""
    found = (_picture(each) for each in belonging_to([source], includes))
    return tuple(each for each in found if each)


def belonging_to(sources: Iterable[dict[str, Any]], includes: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the media objects that `sources` name."""
    attached = (mapping_of(each.get("attachments")) for each in sources)
    keys = [name_of(key) for each in attached for key in list_of(each.get("media_keys"))]
    by_key = {name_of(each.get("media_key")): each for each in map(mapping_of, list_of(includes.get("media")))}
    return [by_key[key] for key in keys if key in by_key]


def older_pictures(medium: dict[str, Any]) -> tuple[InboundPicture, ...]:
    """Return the picture of a message in the shape of version 1.1."""
    film = _best_variant(list_of(mapping_of(medium.get("video_info")).get("variants")), bits="bitrate")
    url = film or text_of(medium.get("media_url_https"))
    if not url:
        return ()
    return (InboundPicture(url=url, media_type="video/mp4" if film else "", alt=text_of(medium.get("ext_alt_text"))),)


def _picture(medium: dict[str, Any]) -> InboundPicture | None:
    alt = text_of(medium.get("alt_text"))
    film = _best_variant(list_of(medium.get("variants")), bits="bit_rate")
    if film:
        return InboundPicture(url=film, media_type="video/mp4", alt=alt)
    url = text_of(medium.get("url")) or text_of(medium.get("preview_image_url"))
    return InboundPicture(url=url, alt=alt) if url else None


def _best_variant(variants: Sequence[object], *, bits: str) -> str:
    """Return the address of the best size that is light enough, or of the lightest."""
    films = [each for each in map(mapping_of, variants) if each.get("content_type") == "video/mp4" and each.get("url")]
    ordered = sorted((_weight(each, bits), text_of(each["url"])) for each in films)
    light = [url for weight, url in ordered if weight <= MOST_BITS]
    return light[-1] if light else next((url for _, url in ordered), "")


def _weight(film: dict[str, Any], bits: str) -> int:
    weight = film.get(bits)
    return weight if isinstance(weight, int) else 0


def fetch(account: Account, url: str) -> InboundFile:
    """Fetch one picture or film. Raises Refused for an address that is not X's own, or when it is gone."""
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.hostname not in HOSTS or parts.port not in (None, 443) or parts.username:
        raise Refused("The picture does not lie with X", fix="Look at it on x.com.")
    answer = _get(account, url, host=str(parts.hostname))
    if answer.status in (401, 403, 404, 410):
        raise Refused("The picture is not on X any more", fix="Ask the citizen for it.", code=str(answer.status))
    if answer.status != 200 or not answer.body:
        raise NotSent("The picture could not be fetched from X", code=str(answer.status))
    media_type = _sniffed(answer.body)
    if not media_type:
        raise Refused(
            "What lies on X under this address is no picture or film that is known", fix="Look at it on x.com."
        )
    name = SAFE_NAME.sub("_", PurePosixPath(parts.path).name)[-100:] or "picture"
    return InboundFile(name=name, media_type=media_type, content=answer.body)


def _get(account: Account, url: str, *, host: str) -> Answer:
    public = f"https://{host}/"
    elsewhere = str(account.settings.get("api_url") or "").rstrip("/")
    try:
        return get_file(account, url, public=public, base=f"{elsewhere}/{host}" if elsewhere else public)
    except TooLong:
        raise Refused("The picture or film has more than 25 MB", fix="Look at it on x.com.") from None
    except requests.RequestException as error:
        raise NotSent("The picture could not be fetched from X", code=type(error).__name__) from None


def _sniffed(content: bytes) -> str:
    """Say what the bytes are, whatever X or the address says; "" for what is no picture or film."""
    for sign, media_type in SIGNS:
        if content.startswith(sign):
            return media_type
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return "video/mp4" if content[4:8] == b"ftyp" else ""
