"""A text that is too long for its place, cut into numbered parts: where people would cut it, and never inside a word."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from itertools import pairwise

import regex

MOST_PARTS = 25
"""More than so many posts under one another nobody reads: then another way of answering is the better one."""
WELL_FILLED = 0.5
"""A paragraph or a sentence ends a part only when the part holds at least this share of what it could."""

# No break at spaces that are written to keep things together (no-break, figure, narrow, word joiner).
BREAKS = regex.compile(r"[^\S\u00a0\u2007\u202f]+")
SENTENCE = regex.compile(r"[.!?…؟۔。！？][\p{Pe}\p{Pf}\"'’”]*$")
LINK = regex.compile(r"(?:https?://|www\.)\S+", regex.IGNORECASE)
# Chinese, Japanese, Thai, Lao, Khmer and Burmese are written without blanks, and so are rows of emoji: between two of
# their characters a part may end.
CLUSTER = regex.compile(r"\X")
SOLID = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
    r"\p{Extended_Pictographic}\p{Regional_Indicator}\u3001-\u303f\uff01-\uff60]"
)
NEVER_FIRST = regex.compile(r"[\p{Pe}\p{Pf}\p{Mn}\p{Lm}、。，．！？：；…・ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ]")


class CannotCut(Exception):
    """It cannot be sent in parts. The message is for the person who writes."""


class TooManyParts(CannotCut):
    """It would be more posts than anybody reads."""


class WordTooLong(CannotCut):
    """One word or link alone is longer than a part may be."""


def marker(number: int, of: int) -> str:
    """Give what stands at the end of a part: " (1/3)"."""
    return f" ({number}/{of})"


def cut(text: str, *, most: int, length: Callable[[str], int]) -> list[str]:
    """Cut `text` into parts of at most `most`, as `length` counts, each with its number at its end.

    A text that fits stays one part without a number. Words, links, emoji and what is one character to a reader stay whole;
    a part ends with a paragraph or a sentence where that does not leave it half empty. The same text is always cut the
    same way. Raises TooManyParts or WordTooLong.
    """
    words = text.strip()
    if length(words) <= most:
        return [words]
    places = _places(words)
    for digits in range(1, len(str(MOST_PARTS)) + 1):
        # A number of so many digits weighs the same whatever it is, so that the total may be filled in afterwards.
        bodies = _bodies(words, places, most=most, length=length, total=10**digits - 1)
        if bodies is not None:
            return [body + marker(number, len(bodies)) for number, body in enumerate(bodies, start=1)]
    raise TooManyParts(f"It would be more than {MOST_PARTS} posts. Shorten it, or answer another way.")


def _bodies(text: str, places: list[int], *, most: int, length: Callable[[str], int], total: int) -> list[str] | None:
    """Cut with room for numbers up to `total`. None when there are more parts than that."""
    bodies: list[str] = []
    start = 0
    while start < len(text):
        number = len(bodies) + 1
        if number > min(total, MOST_PARTS):
            return None
        end = _end(text, places, start, fits=_fitting(most, length, marker(number, total)))
        bodies.append(text[start:end].rstrip())
        start = end + len(text[end:]) - len(text[end:].lstrip())
    return bodies


def _fitting(most: int, length: Callable[[str], int], number: str) -> Callable[[str], bool]:
    return lambda body: length(body.rstrip() + number) <= most


def _end(text: str, places: list[int], start: int, *, fits: Callable[[str], bool]) -> int:
    """Say where the part that begins at `start` ends: at the last place where it fits, or at a better one before."""
    first = bisect_right(places, start)
    low, high = first, len(places)
    while low < high:  # longer is heavier, but for a link that gets its last letters: hence the look back below
        middle = (low + high) // 2
        low, high = (middle + 1, high) if fits(text[start : places[middle]]) else (low, middle)
    last = low - 1
    while last >= first and not fits(text[start : places[last]]):
        last -= 1
    if last < first:
        raise WordTooLong("One word or link is too long for a single post. Shorten it, or answer another way.")
    return places[last] if places[last] == len(text) else _better(text, places[first : last + 1], start)


def _better(text: str, places: list[int], start: int) -> int:
    least = start + (places[-1] - start) * WELL_FILLED
    good = [place for place in places if place >= least]
    paragraphs = [place for place in good if (blank := BREAKS.match(text, place)) and "\n" in blank.group()]
    sentences = [place for place in good if SENTENCE.search(text[start:place].rstrip())]
    return (paragraphs or sentences or good)[-1]


def _places(text: str) -> list[int]:
    """List where a part may end: before blanks, between characters of scripts without blanks, at the end of the text."""
    places = {found.start() for found in BREAKS.finditer(text)} | {len(text)}
    links = [found.span() for found in LINK.finditer(text)]
    clusters = list(CLUSTER.finditer(text))
    for one, next_one in pairwise(clusters):
        at = next_one.start()
        if _is_between_words(one.group(), next_one.group()) and not any(begin < at < end for begin, end in links):
            places.add(at)
    return sorted(places - {0})


def _is_between_words(before: str, after: str) -> bool:
    return bool(SOLID.match(before) and SOLID.match(after) and not NEVER_FIRST.match(after))
