"""Fetches pictures that citizens posted, from the account's own server and its host of pictures alone."""

from __future__ import annotations

from urllib.parse import urlsplit

import requests

from channels_social.mastodon.client import server_of
from channels_social.transport import TooLong, get_file
from enquiries.contract import Account, InboundFile, NotSent, Refused

OPEN_BY_HAND = "Open the picture on Mastodon."


def fetch(account: Account, url: str) -> InboundFile:
    """Return the file at `url`. Raises Refused for an address elsewhere, NotSent where it cannot be had now."""
    public = _own_host(account, url)
    base = "" if account.settings.get("api_url") else public
    try:
        answer = get_file(account, url, public=public, base=base)
    except TooLong:
        raise Refused("The picture is too large", fix=OPEN_BY_HAND) from None
    except requests.RequestException as error:
        raise NotSent("A picture could not be fetched from Mastodon", code=type(error).__name__) from None
    if answer.status in (403, 404, 410):
        raise Refused("The picture is gone from Mastodon", fix=OPEN_BY_HAND, code=str(answer.status))
    if answer.status != 200:
        raise NotSent("A picture could not be fetched from Mastodon", code=str(answer.status))
    name = urlsplit(url).path.rpartition("/")[2][:100] or "picture"
    return InboundFile(name=name, media_type=answer.headers.get("content-type", "")[:100], content=answer.body)


def _own_host(account: Account, url: str) -> str:
    """Return scheme and host of `url` with a slash. Raises Refused unless it is one of the account's own."""
    server = server_of(account)
    hosts = {server.partition("://")[2].lower(), str(account.settings.get("media_host") or "").strip().lower()} - {""}
    try:
        parts = urlsplit(url)
        known = parts.scheme == "https" and parts.netloc.lower() in hosts
    except ValueError:
        known = False
    if not known:
        raise Refused("The picture lies on a server that is not the account's own", fix=OPEN_BY_HAND)
    return f"https://{parts.netloc}/"
