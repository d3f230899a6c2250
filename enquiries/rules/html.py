"""A mail written as HTML, made safe to look at: its shape and words, and nothing that acts, asks, hides or is fetched.

The cleaning is the second wall. The first is where the result is shown: a document of its own in a sandbox, without
scripts, forms, frames or any address that a browser would fetch.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape
from urllib.parse import unquote

import nh3

MOST_HTML = 1_000_000
"""Characters; what is longer is cut, and says so."""
MOST_PICTURES = 8_000_000
"""Characters of pictures in one document: a mail may name each of its own again and again, and each time it stands there."""
SHAPES = (
    "a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details "
    "dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q s "
    "samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr"
)
TAGS = frozenset(SHAPES.split())
GONE_WITH_CONTENT = frozenset({"script", "style", "title", "template", "noscript", "iframe", "object", "svg", "math"})
ATTRIBUTES = {
    "*": {"dir", "lang"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
    "img": {"src", "alt"},
}
CLEAN_TAG = re.compile(r'<[^<>"]*(?:"[^"]*"[^<>"]*)*>')
"""A tag as the cleaning writes it, whole: outside of tags it leaves no "<", and values stand in quotes, with none inside."""
CLEAN_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
CID = re.compile(r"^\s*cid:(.+)$", re.IGNORECASE | re.DOTALL)


def safe(html: str, *, pictures: Mapping[str, str]) -> str:
    """Give HTML that shows what a mail says. `pictures` gives for a content id the data: address that stands in its place.

    Links lose their targets, because where they lead cannot be seen; pictures from elsewhere lose theirs, because fetching
    one tells its sender who reads. Their words stay, as text: an empty picture would look as if something were broken.
    """
    left = MOST_PICTURES

    def address(tag: str, name: str, value: str) -> str | None:
        nonlocal left
        if (tag, name) != ("img", "src"):
            return value
        found = CID.match(value)
        picture = pictures.get(content_id(unquote(found[1]))) if found else None
        if picture is None or len(picture) > left:
            return None
        left -= len(picture)
        return picture

    clean = nh3.clean(
        html[:MOST_HTML],
        tags=set(TAGS),
        clean_content_tags=set(GONE_WITH_CONTENT),
        attributes=ATTRIBUTES,
        attribute_filter=address,
        url_schemes={"cid"},
        link_rel=None,
        strip_comments=True,
    )
    return CLEAN_TAG.sub(lambda tag: _shown(tag[0]), clean)


def _shown(tag: str) -> str:
    """Put words in the place of a picture that is not shown; what its sender says is for the eye alone goes."""
    written = dict(CLEAN_ATTRIBUTE.findall(tag))
    if not tag.startswith("<img") or "src" in written:
        return tag
    words = unescape(written.get("alt", "")).strip()
    return f'<span class="left-out" dir="auto">{escape(words)}</span>' if words or "alt" not in written else ""


def content_id(written: str) -> str:
    """Write the name of a part as it is compared: without angle brackets and spaces."""
    return written.strip().strip("<>").strip()
