"""Fetches what citizens sent from Facebook's own stores, and from nowhere else."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import requests

from channels_social.facebook.pictures import is_kept_by_facebook
from channels_social.transport import TooLong, get_file
from enquiries.contract import Account, InboundFile, NotSent, Refused

UNKNOWN = "application/octet-stream"
SIGNS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
)
SAFE_NAME = re.compile(r"[^\w.-]")
OPEN_THERE = "Open it on Facebook, or ask the citizen to send it again."


def fetch(account: Account, url: str) -> InboundFile:
    """Return the file at `url`. Raises Refused for an address elsewhere or one that has expired, NotSent for now."""
    if not is_kept_by_facebook(url):
        raise Refused("What was sent does not lie with Facebook", fix=OPEN_THERE)
    parts = urlsplit(url)
    says = "What was sent could not be fetched from Facebook"
    try:
        answer = get_file(account, url, public=f"https://{parts.netloc}/")
    except TooLong:
        raise Refused("What was sent has more than 25 MB", fix="Open it on Facebook.") from None
    except requests.RequestException as error:
        raise NotSent(says, code=type(error).__name__) from None
    if answer.status >= 500 or answer.status == 429 or (answer.status == 200 and not answer.body):
        raise NotSent(says, code=str(answer.status))
    if answer.status != 200:  # a redirect leads off the stores, anything else means that the address has run out
        raise Refused("Facebook does not give out any more what was sent", fix=OPEN_THERE, code=str(answer.status))
    name = SAFE_NAME.sub("_", PurePosixPath(parts.path).name)[-100:] or "file"
    return InboundFile(name=name, media_type=sniffed(answer.body), content=answer.body)


def sniffed(content: bytes) -> str:
    """Say what the bytes are, whatever Facebook, the sender or the address says."""
    for sign, media_type in SIGNS:
        if content.startswith(sign):
            return media_type
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return "video/mp4" if content[4:8] == b"ftyp" else UNKNOWN
