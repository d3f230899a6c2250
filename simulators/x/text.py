"""How X changes a text before it shows it: short links, escaped characters, entities, cut long posts."""

import hashlib
import html
import re
import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

with warnings.catch_warnings():
    # It looks for its own data through pkg_resources; requirements.txt keeps the setuptools that still has it.
    warnings.simplefilter("ignore", UserWarning)
    from twitter_text import extract_urls_with_indices, parse_tweet


LIMIT: Final = 280
MENTION: Final = re.compile(r"(?<![\w@/])@([A-Za-z0-9_]{1,15})(?![\w@])")
HASHTAG: Final = re.compile(r"(?<![\w&/])#(\w*[^\W\d_]\w*)")
SCRIPTS: Final = (("ar", re.compile(r"[\u0600-\u06ff]")), ("hi", re.compile(r"[\u0900-\u097f]")))
WORDS: Final = {
    "nl": {"de", "het", "een", "niet", "is", "en", "ik", "van", "wordt", "waar"},
    "pl": {"nie", "jest", "się", "na", "od", "czy", "dzień", "kiedy", "proszę", "przy"},
    "en": {"the", "is", "and", "my", "a", "when", "not", "of", "to", "please"},
}
TYPE_KEYS: Final = {"url": "urls", "mention": "mentions", "hashtag": "hashtags"}


@dataclass(frozen=True)
class Piece:
    """A part of a text that X treats specially; positions count characters of the typed text."""

    start: int
    end: int
    kind: str
    value: str


@lru_cache(maxsize=8192)  # a list of a hundred posts asks for each of them
def weighted_length(text: str) -> int:
    """Length as X counts it, of at most 280."""
    return int(parse_tweet(text).weightedLength) if text else 0


def mentioned(text: str) -> list[str]:
    """The handles in a text, in order, without @."""
    return MENTION.findall(text)


def language(text: str) -> str:
    """A guess at the language, good enough for the texts of the demo."""
    for code, script in SCRIPTS:
        if script.search(text):
            return code
    words = set(re.findall(r"\w+", text.lower()))
    best = max(WORDS, key=lambda code: len(WORDS[code] & words))
    return best if WORDS[best] & words else "und"


def short_link(url: str) -> str:
    """The t.co address of a link, always the same for the same link."""
    return f"https://t.co/{hashlib.sha256(url.encode()).hexdigest()[:10]}"


def cut(text: str) -> str:
    """The beginning of a long post that fits into 280, ended by an ellipsis."""
    words = text[: 2 * LIMIT].split(" ")
    while weighted_length(" ".join(words) + "…") > LIMIT and len(words) > 1:
        words.pop()
    kept = " ".join(words)
    while weighted_length(kept + "…") > LIMIT:
        kept = kept[:-10]
    return kept + "…"


def wire(text: str, *, ids: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """The text as the API shows it, with its entities; `ids` maps lower-case handles to user ids."""
    shown, position = "", 0
    entities: dict[str, list[dict[str, Any]]] = {}
    for piece in _pieces(text):
        shown += html.escape(text[position : piece.start], quote=False)
        written = short_link(piece.value) if piece.kind == "url" else text[piece.start : piece.end]
        where = {"start": len(shown), "end": len(shown) + len(written)}
        entities.setdefault(TYPE_KEYS[piece.kind], []).append({**where, **_facts(piece, ids)})
        shown, position = shown + written, piece.end
    return shown + html.escape(text[position:], quote=False), entities


def _facts(piece: Piece, ids: dict[str, str]) -> dict[str, str]:
    match piece.kind:
        case "url":
            full = piece.value if "://" in piece.value else f"http://{piece.value}"
            return {"url": short_link(piece.value), "expanded_url": full, "display_url": full.split("://", 1)[1][:30]}
        case "mention":
            known = ids.get(piece.value.lower())
            return {"username": piece.value, **({"id": known} if known else {})}
    return {"tag": piece.value}


def _pieces(text: str) -> list[Piece]:
    links = [(found["url"], found["indices"]) for found in extract_urls_with_indices(text)]
    urls = [Piece(start, end, "url", url) for url, (start, end) in links]
    found = [Piece(*match.span(), "mention", match[1]) for match in MENTION.finditer(text)]
    found += [Piece(*match.span(), "hashtag", match[1]) for match in HASHTAG.finditer(text)]
    outside = [piece for piece in found if not any(url.start <= piece.start < url.end for url in urls)]
    return sorted(urls + outside, key=lambda piece: piece.start)
