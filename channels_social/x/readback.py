"""Finds our own reply among what the account posted, by its words, because X carries no mark of ours."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from channels_social.reading import bare, list_of, mapping_of, name_of
from channels_social.x.mapping import full_text, reference_of

LEADING_HANDLES = re.compile(r"^(?:\s*@\w{1,50})+\s+")
SCHEME = re.compile(r"\bhttps?://", re.IGNORECASE)
TRAILING_SLASH = re.compile(r"/(?=\s|$)")


def comparable(text: str) -> str:
    """Return `text` without what X changes: leading handles, schemes it adds to addresses, spaces, composition."""
    plain = LEADING_HANDLES.sub("", bare(text) + " ")
    return bare(TRAILING_SLASH.sub("", SCHEME.sub("", plain)))


def matches(pages: Iterable[dict[str, Any]], *, text: str, targets: set[str], kind: str = "replied_to") -> list[str]:
    """Return the ids of own posts that answer (or, by `kind`, quote) one of `targets` in the words `text`."""
    wanted = comparable(text)
    posts = (mapping_of(each) for page in pages for each in list_of(page.get("data")))
    return [
        name_of(post.get("id"))
        for post in posts
        if reference_of(post, kind) in targets and comparable(full_text(post, with_media=False) or "") == wanted
    ]
