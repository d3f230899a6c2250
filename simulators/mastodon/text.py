"""How Mastodon counts a text and what HTML it makes of it."""

import html
import re
from collections.abc import Callable
from typing import Final

LIMIT: Final = 500
LINK: Final = re.compile(r"https?://[^\s<>\"]+")
MENTION: Final = re.compile(r"(?<![=/\w])@(\w[\w.-]*\w|\w)(?:@([\w.-]+\w))?", re.ASCII)
HASHTAG: Final = re.compile(r"(?<![&/\w])#(\w*[^\W\d]\w*)")
SHOWN_OF_A_LINK: Final = 30
PIECES: Final = re.compile(f"{LINK.pattern}|{MENTION.pattern}|{HASHTAG.pattern}", re.ASCII)


def counted(text: str) -> int:
    """Length as the server counts it: a link 23, of a far name only the first part."""
    short = LINK.sub("x" * 23, text)
    return len(MENTION.sub(lambda found: f"@{found[1]}", short))


def mentioned(text: str) -> list[str]:
    """The names in a text, in order, without @ and with the server of far ones."""
    without_links = LINK.sub("", text)
    return [f"{name}@{server}" if server else name for name, server in MENTION.findall(without_links)]


def content(text: str, *, address: Callable[[str], str]) -> str:
    """The HTML of a text; `address` gives the page of a person by name."""
    paragraphs = [part for part in re.split(r"\n{2,}", text) if part]
    return "".join(f"<p>{_lines(part, address)}</p>" for part in paragraphs)


def _lines(text: str, address: Callable[[str], str]) -> str:
    return "<br />".join(_words(line, address) for line in text.split("\n"))


def _words(line: str, address: Callable[[str], str]) -> str:
    shown, position = "", 0
    for found in PIECES.finditer(line):
        shown += html.escape(line[position : found.start()]) + _piece(found[0], address)
        position = found.end()
    return shown + html.escape(line[position:])


def _piece(piece: str, address: Callable[[str], str]) -> str:
    if piece.startswith("http"):
        return _link(piece)
    safe = html.escape(piece[1:])
    if piece.startswith("#"):
        return f'<a href="/tags/{safe}" class="mention hashtag" rel="tag">#<span>{safe}</span></a>'
    href, name = html.escape(address(piece[1:])), html.escape(piece[1:].partition("@")[0])
    return f'<span class="h-card" translate="no"><a href="{href}" class="u-url mention">@<span>{name}</span></a></span>'


def _link(url: str) -> str:
    """The scheme and the end of a long address are there but not seen."""
    scheme, rest = url.split("://", 1)
    seen, more = rest[:SHOWN_OF_A_LINK], rest[SHOWN_OF_A_LINK:]
    style = ' class="ellipsis"' if more else ""
    return (
        f'<a href="{html.escape(url)}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{scheme}://</span><span{style}>{html.escape(seen)}</span>'
        f'<span class="invisible">{html.escape(more)}</span></a>'
    )
