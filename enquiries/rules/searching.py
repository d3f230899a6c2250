"""What somebody typed into a search: words, "quoted phrases", -words that must not occur, and the beginning of the last one."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_TERMS = 12
QUOTES = str.maketrans(dict.fromkeys("“”„«»″", '"'))
TERM = re.compile(r'(-?)"([^"]*)"?|(-?)([^\s"]+)')
LETTER = re.compile(r"\w")


@dataclass(frozen=True, kw_only=True)
class Term:
    """One thing looked for. Of `is_beginning` the word may go on; `is_without` keeps out what has it."""

    words: str
    is_phrase: bool = False
    is_beginning: bool = False
    is_without: bool = False


def terms_of(text: str) -> tuple[Term, ...]:
    """Take a search apart; what has no letter or digit is left out. The last plain word may be a beginning."""
    found: list[Term] = []
    last_end = 0
    for match in TERM.finditer(text.translate(QUOTES)):
        minus, phrase, bare_minus, word = match.groups()
        words, is_phrase = (phrase, True) if word is None else (word, False)
        if LETTER.search(words):
            found.append(Term(words=words.strip(), is_phrase=is_phrase, is_without=bool(minus or bare_minus)))
            last_end = match.end()
    found = found[:MOST_TERMS]
    if found and not found[-1].is_phrase and not found[-1].is_without and last_end == len(text.rstrip()):
        found[-1] = Term(words=found[-1].words, is_beginning=True)
    return tuple(found)
