"""Words that somebody wrote in private and that are about to stand in public."""

from __future__ import annotations

import re
from collections.abc import Iterator

from enquiries.rules.personal_data.folding import Folded, fold
from enquiries.rules.personal_data.values import Candidate, Context, Kind
from enquiries.rules.personal_data.words import SMALL

WORD = re.compile(r"\w+")
WORDS_IN_A_ROW, CHARACTERS_IN_A_ROW, FEWEST_CONTENT_WORDS = 6, 40, 2


def copied(folded: Folded, context: Context) -> Iterator[Candidate]:
    """Find six words or forty characters in a row from a private text, unless they stand in a public one as well."""
    if not context.private_texts:
        return
    shingles, stretches = _pieces(context.private_texts)
    open_shingles, open_stretches = _pieces(context.public_texts)
    words = [(match[0], match.start(), match.end()) for match in WORD.finditer(folded.lower)]
    marked = _marked([word for word, _, _ in words], shingles - open_shingles, stretches - open_stretches)
    for first, last in _rows(marked):
        taken = [word for word, _, _ in words[first : last + 1]]
        if sum(word not in SMALL for word in set(taken)) >= FEWEST_CONTENT_WORDS:
            yield Candidate(
                kind=Kind.PRIVATE_WORDS, start=words[first][1], end=words[last][2], value=" ".join(taken), strength=3
            )


def _pieces(texts: tuple[str, ...]) -> tuple[set[tuple[str, ...]], set[str]]:
    shingles: set[tuple[str, ...]] = set()
    stretches: set[str] = set()
    for text in texts:
        words = WORD.findall(fold(text).lower)
        shingles.update(
            tuple(words[place : place + WORDS_IN_A_ROW]) for place in range(len(words) - WORDS_IN_A_ROW + 1)
        )
        stretches.update(stretch for stretch, _ in _stretches(words))
    return shingles, stretches


def _stretches(words: list[str]) -> Iterator[tuple[str, int]]:
    """From each word on: the fewest whole words that make forty characters, and how many they are."""
    for place in range(len(words)):
        taken, length = 0, -1
        for word in words[place : place + CHARACTERS_IN_A_ROW]:
            taken, length = taken + 1, length + 1 + len(word)
            if length >= CHARACTERS_IN_A_ROW:
                yield " ".join(words[place : place + taken]), taken
                break


def _marked(words: list[str], shingles: set[tuple[str, ...]], stretches: set[str]) -> bytearray:
    marked = bytearray(len(words))
    for place in range(len(words) - WORDS_IN_A_ROW + 1):
        if tuple(words[place : place + WORDS_IN_A_ROW]) in shingles:
            marked[place : place + WORDS_IN_A_ROW] = b"\x01" * WORDS_IN_A_ROW
    places = iter(range(len(words)))
    for stretch, taken in _stretches(words):
        place = next(places)
        if stretch in stretches:
            marked[place : place + taken] = b"\x01" * taken
    return marked


def _rows(marked: bytearray) -> Iterator[tuple[int, int]]:
    for match in re.finditer(rb"\x01+", marked):
        yield match.start(), match.end() - 1
