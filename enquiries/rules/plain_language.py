"""House-style hints: what would make an answer easier to read. They never stop anything."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from urllib.parse import urlsplit


class HintKind(StrEnum):
    """What a hint is about; the caller has a translated sentence for each."""

    LONG_SENTENCE = "LONG_SENTENCE"
    JARGON = "JARGON"
    BROKEN_LINK = "BROKEN_LINK"
    INSECURE_LINK = "INSECURE_LINK"
    SHORT_LINK = "SHORT_LINK"
    VAGUE_LINK = "VAGUE_LINK"
    NO_GREETING = "NO_GREETING"
    NO_SIGN_OFF = "NO_SIGN_OFF"
    SHOUTING = "SHOUTING"
    EXCLAMATION = "EXCLAMATION"


@dataclass(frozen=True, kw_only=True)
class HouseStyle:
    """How an organisation wants to sound on one side of one channel; the caller picks the one that applies.

    longest_sentence: words; 0 asks for nothing. jargon: word or phrase -> what to write instead ("" when there is nothing).
    greetings: how a reply may begin, after any @mentions; sign_offs: what may stand at its end. Any one will do, none asks
    for none; case and accents do not matter.
    short_links: hosts that hide where a link goes. capitals: words that are written in capitals (BSN, IBAN).
    """

    longest_sentence: int = 20
    jargon: Mapping[str, str] = field(default_factory=dict)
    greetings: tuple[str, ...] = ()
    sign_offs: tuple[str, ...] = ()
    short_links: tuple[str, ...] = (
        "bit.ly",
        "goo.gl",
        "tinyurl.com",
        "ow.ly",
        "t.ly",
        "is.gd",
        "buff.ly",
        "rebrand.ly",
    )
    capitals: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Hint:
    """One place that could be plainer. `start` and `end` count code points; NO_GREETING and NO_SIGN_OFF have no width.

    `suggestion` is what to write instead, or the number of words of a long sentence; empty when there is nothing to say.
    """

    kind: HintKind
    start: int
    end: int
    shown: str
    suggestion: str = ""


LINK = re.compile(
    r"(?<![^\W_])(?:(?:h?ttps?|htps?|htttps?|ftp)(?::/{0,3}|;/{1,3}|/{2})|www[.,])[^\s<>\"«»“”]{1,2000}", re.IGNORECASE
)
_TAIL = ".,;:!?)]}'’…؟،"
# Titles and the like end in a full stop without ending a sentence.
SHORTENED = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|st|no|nr|art|artt|lid|tel|incl|excl|max|min|ca|bijv|bv|evt|etc|jl|jr|sr|dhr|mevr|mw|dvd|resp"
    r"|vs|approx|para|bzw|ggf|usw|str|jan|feb|mrt|apr|aug|sep|sept|okt|oct|nov|dec|dez)|\b(?:[^\W\d_]\.)*[^\W\d_])\Z",
    re.IGNORECASE,
)
END = re.compile(r"[.!?…؟。۔]{1,10}[\"'”’)\]]{0,3}(?=\s|\Z)|\n[ \t]*(?=\n|[-*•–]|\d{1,2}[.)] )|\n{2,}|[:;]\n")
# Arabic vowel signs and combining accents belong to their word.
WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f\u064b-\u065f\u0670\u200c\u200d]|['’.,:/@&-](?=[^\W_]))*")
VAGUE = re.compile(
    r"\b(?:click here|click this link|press here|follow this link|klik hier|klik op deze link|via deze link|deze link"
    r"|hier klicken|klicken sie hier)\b|(?:اضغط|انقر) هنا",
    re.IGNORECASE,
)
MANY_MARKS = re.compile(r"[!！]{2,}|[!?]{3,}|[؟?]{2,}")
HOST = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}(?:[^\W\d_]{2,24}|xn--[a-z\d-]{2,50})", re.IGNORECASE)
LONGEST_HOST = 253
MENTIONS = re.compile(r"\A(?:@[\w.]{1,50}[ ,:]{0,3}){1,10}")
MOST_READ = 2_000  # characters that tell the script of a text
LAST_WORDS = 160  # characters at the end in which a sign-off is looked for
# One word of so many capitals is loud; so are this many capital words in a row when one of them has that many letters.
LOUD_WORD, LOUD_ROW, LOUD_LONGEST = 6, 3, 4


def hints(text: str, *, style: HouseStyle) -> list[Hint]:
    """List what could be plainer, in order of place. Takes time in proportion to the length; never raises."""
    links = [_trimmed(match) for match in LINK.finditer(text)]
    plain = _without(text, links)
    found = [
        *_long_sentences(text, plain, style),
        *_jargon(text, plain, style),
        *_links(text, links, style),
        *_matches(text, VAGUE, HintKind.VAGUE_LINK),
        *_matches(text, MANY_MARKS, HintKind.EXCLAMATION),
        *_shouting(text, plain, style),
        *_edges(text, style),
    ]
    return sorted(found, key=lambda hint: (hint.start, hint.end, hint.kind))


def _hint(text: str, kind: HintKind, start: int, end: int, suggestion: str = "") -> Hint:
    return Hint(kind=kind, start=start, end=end, shown=text[start:end], suggestion=suggestion)


def _matches(text: str, pattern: re.Pattern[str], kind: HintKind) -> Iterator[Hint]:
    for match in pattern.finditer(text):
        yield _hint(text, kind, *match.span())


def _trimmed(match: re.Match[str]) -> tuple[int, int]:
    return match.start(), match.start() + len(match[0].rstrip(_TAIL))


def _without(text: str, links: list[tuple[int, int]]) -> str:
    """Blank the links, so that nothing inside them is read as words; every place stays where it is."""
    pieces, at = [], 0
    for start, end in links:
        pieces += [text[at:start], "x" * (end - start)]
        at = end
    return "".join([*pieces, text[at:]])


def _long_sentences(text: str, plain: str, style: HouseStyle) -> Iterator[Hint]:
    if style.longest_sentence < 1:
        return
    for start, end in _sentences(plain):
        words = sum(1 for _ in WORD.finditer(plain, start, end))
        if words > style.longest_sentence:
            yield _hint(text, HintKind.LONG_SENTENCE, start, end, str(words))


def _sentences(plain: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in END.finditer(plain):
        if match[0] == "." and SHORTENED.search(plain, max(start, match.start() - 12), match.start()):
            continue
        yield from _stripped(plain, start, match.end())
        start = match.end()
    yield from _stripped(plain, start, len(plain))


def _stripped(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    sentence = plain[start:end]
    if sentence.strip():
        yield start + len(sentence) - len(sentence.lstrip()), start + len(sentence.rstrip())


def _jargon(text: str, plain: str, style: HouseStyle) -> Iterator[Hint]:
    instead = {" ".join(word.casefold().split()): better for word, better in style.jargon.items() if word.strip()}
    if not instead:
        return
    for match in _any_of(tuple(sorted(instead, key=lambda word: (-len(word), word)))).finditer(plain):
        better = instead.get(" ".join(match[0].casefold().split()), "")
        yield _hint(text, HintKind.JARGON, *match.span(), better)


@lru_cache(maxsize=64)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    said = "|".join(r"\s{1,3}".join(map(re.escape, word.split())) for word in words)
    return re.compile(rf"(?<!\w)(?:{said})(?!\w)", re.IGNORECASE)


def _links(text: str, links: list[tuple[int, int]], style: HouseStyle) -> Iterator[Hint]:
    for start, end in links:
        written = text[start:end]
        host = _host(written)
        if not host:
            yield _hint(text, HintKind.BROKEN_LINK, start, end)
        elif host.removeprefix("www.") in style.short_links:
            yield _hint(text, HintKind.SHORT_LINK, start, end)
        elif written.lower().startswith("http:"):
            yield _hint(text, HintKind.INSECURE_LINK, start, end, "https" + written[4:])


def _host(written: str) -> str:
    """Read where a link leads; empty when it leads nowhere."""
    whole = f"https://{written}" if written.lower().startswith("www.") else written
    if not re.match(r"https?://[^/]", whole, re.IGNORECASE):
        return ""
    try:
        host = (urlsplit(whole).hostname or "").rstrip(".")
    except ValueError:  # a port or a bracket that is none
        return ""
    return host if len(host) <= LONGEST_HOST and HOST.fullmatch(host) else ""


def _shouting(text: str, plain: str, style: HouseStyle) -> Iterator[Hint]:
    row: list[re.Match[str]] = []
    for match in WORD.finditer(plain):
        loud = match[0].isupper() and len(match[0]) > 1 and match[0] not in style.capitals
        if loud and not any(character.isdigit() for character in match[0]):
            row.append(match)
            continue
        yield from _loud(text, row)
        row = []
    yield from _loud(text, row)


def _loud(text: str, row: list[re.Match[str]]) -> Iterator[Hint]:
    longest = max((len(match[0]) for match in row), default=0)
    if longest >= LOUD_WORD or (len(row) >= LOUD_ROW and longest >= LOUD_LONGEST):
        yield _hint(text, HintKind.SHOUTING, row[0].start(), row[-1].end())


def _edges(text: str, style: HouseStyle) -> Iterator[Hint]:
    body = _folded(text)
    if not body:
        return
    opening = MENTIONS.sub("", body)
    greetings, sign_offs = (_in_script_of(opening, some) for some in (style.greetings, style.sign_offs))
    if greetings and not any(opening.startswith(_folded(greeting)) for greeting in greetings):
        yield Hint(kind=HintKind.NO_GREETING, start=0, end=0, shown="", suggestion=greetings[0])
    if sign_offs and not any(_folded(sign_off) in body[-LAST_WORDS:] for sign_off in sign_offs):
        place = len(text.rstrip())
        yield Hint(kind=HintKind.NO_SIGN_OFF, start=place, end=place, shown="", suggestion=sign_offs[0])


def _in_script_of(text: str, phrases: tuple[str, ...]) -> list[str]:
    """Keep the phrases written as the text is: nobody wants "Beste" above an answer in Arabic."""
    scripts = Counter(map(_script, text[:MOST_READ]))
    scripts.pop("", None)
    if not scripts:
        return []
    main = scripts.most_common(1)[0][0]
    return [phrase for phrase in phrases if any(_script(character) in (main, "") for character in phrase[:1])]


@lru_cache(maxsize=2048)
def _script(character: str) -> str:
    return unicodedata.name(character, "").partition(" ")[0] if character.isalpha() else ""


def _folded(text: str) -> str:
    bare = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return " ".join(bare.casefold().split())
