"""Makes plain words of the HTML in which Mastodon sends a post; total, for other servers send what they like."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from channels_social.reading import text_of

BREAKING = frozenset({"br", "li", "ul", "ol", "blockquote", "pre", "tr"})
SPACES = re.compile(r"[ \t]*\n[ \t]*")
MANY_LINES = re.compile(r"\n{3,}")


class _Words(HTMLParser):
    """Collects the words; of a link that hides where it leads, the address too."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._link: tuple[str, int] | None = None
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self._silent += 1
        elif tag == "p":
            self.pieces.append("\n\n" if self.pieces else "")
        elif tag in BREAKING:
            self.pieces.append("\n")
        elif tag == "a":
            given = dict(attrs)
            is_name = {"mention", "hashtag"} & set((given.get("class") or "").split())
            self._link = None if is_name else (given.get("href") or "", len(self.pieces))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._silent = max(0, self._silent - 1)
        elif tag == "a" and self._link:
            address, start = self._link
            shown = "".join(self.pieces[start:]).strip()
            if address.startswith(("http://", "https://")) and shown not in address:
                self.pieces.append(f" ({address})")
            self._link = None

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(data)


def words_of(content: object) -> str:
    """Return the words of a post's `content`; "" when it is no text."""
    reader = _Words()
    source = text_of(content)
    try:
        reader.feed(source)
        reader.close()
    except AssertionError:  # the parser's own word for markup that it has never seen
        return source
    return MANY_LINES.sub("\n\n", SPACES.sub("\n", text_of("".join(reader.pieces)))).strip()
