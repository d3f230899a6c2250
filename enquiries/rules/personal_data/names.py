"""Names of people the public has not seen here: other citizens of the enquiry, and the surname of the one we answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from enquiries.rules.personal_data.folding import Folded, fold
from enquiries.rules.personal_data.values import Candidate, Context, Kind
from enquiries.rules.personal_data.words import PARTICLES, WORDS_TOO

WORD = re.compile(r"[^\W\d_]+(?:['’](?!s\b)[^\W\d_]+)*")  # O'Brien is a name, Young's is Young
ADDRESS = re.compile(
    r"(?:\b(?:mr|mrs|ms|miss|mx|dr|prof|sir|madam|dear|hi|hello|hey|beste|geachte|dag|hoi|hallo|mevrouw|mevr|mw|meneer|mijnheer"
    r"|de heer|dhr|heer|herr|frau|familie|family|the|neighbour|buurvrouw|buurman|السيد|السيده)\.?,?"
    r"|\b(?:namens|with|to|by|and|has|had|did|en|heeft|had|hat|met|van|aan|voor|door|told|tell|asked|resident"
    r"|bewoner),?) (?:[a-z]\.? ?){0,3}\Z"
)
FORMAL = re.compile(
    r"\b(?:mr|mrs|ms|miss|mx|dr|prof|dear|hi|hello|hey|beste|geachte|dag|hoi|hallo|mevrouw|mevr|mw|meneer|mijnheer|de heer|dhr"
    r"|heer|herr|frau|familie|family|namens|neighbour|buurvrouw|buurman)\.?,? (?:[a-z]\.? ?){0,3}\Z"
)
DOES = re.compile(r" (?:has|had|told|said|asked|wrote|called|heeft|had|zei|vroeg|schreef|belde|hat|sagte|fragte)\b")
A_PLACE = re.compile(
    r" (?:street|lane|road|avenue|close|gardens|park|square|way|court|drive|house|hall|school|centre|flag|bins?|straat|laan"
    r"|plein|weg|hof|kade|park|school)\b"
)


@dataclass(frozen=True)
class _Person:
    first: str
    last: str
    whole: tuple[str, ...]


def names(folded: Folded, context: Context) -> Iterator[Candidate]:
    """Find names in any case, order and accent; single ones only with a capital, and never those of staff."""
    if not (context.other_names or context.addressed_names):
        return
    words = [(match[0], match.start(), match.end()) for match in WORD.finditer(folded.lower)]
    fine = _words_of((*context.staff_names, *context.addressed_public_names))
    addressed = [_person(name) for name in context.addressed_names]
    fine |= {person.first for person in addressed if person}
    wanted: dict[str, str] = {}
    for name in context.other_names:
        person = _person(name)
        if person:
            yield from _whole(words, person)
            wanted |= {part: " ".join(person.whole) for part in (person.first, person.last) if part not in fine}
    for person in addressed:
        if person and person.last != person.first and person.last not in fine:
            wanted.setdefault(person.last, " ".join(person.whole))
    for word, start, end in words:
        if word in wanted and len(word) > 1 and _is_name(folded, word, start, end):
            yield Candidate(kind=Kind.NAME, start=start, end=end, value=f"{wanted[word]}:{word}", strength=2)


def _person(name: str) -> _Person | None:
    parts = tuple(WORD.findall(fold(name).lower))
    said = [part for part in parts if part not in PARTICLES]
    if not said:
        return None
    return _Person(said[0], said[-1], parts)


def _words_of(texts: tuple[str, ...]) -> set[str]:
    return {word for text in texts for word in WORD.findall(fold(text).lower)}


def _whole(words: list[tuple[str, int, int]], person: _Person) -> Iterator[Candidate]:
    size = len(person.whole)
    if size < 2:
        return
    turned = (person.last, *person.whole[:-1])
    for place in range(len(words) - size + 1):
        if words[place][0] not in (person.first, person.last, person.whole[0]):
            continue
        seen = tuple(word for word, _, _ in words[place : place + size])
        if seen in (person.whole, turned):
            value = " ".join(person.whole)
            yield Candidate(
                kind=Kind.NAME, start=words[place][1], end=words[place + size - 1][2], value=value, strength=3
            )


def _is_name(folded: Folded, word: str, start: int, end: int) -> bool:
    first = folded.text[start]
    if first.islower() or A_PLACE.match(folded.lower, end):
        return False
    before = folded.lower[max(0, start - 30) : start]
    if word not in WORDS_TOO:
        return True
    if FORMAL.search(before) or DOES.match(folded.lower, end):
        return True
    sentence_start = not before.rstrip() or before.rstrip()[-1] in ".!?:\n" or before.endswith("\n")
    number_follows = bool(re.match(r" ?\d", folded.lower[end : end + 2]))
    return not sentence_start and not number_follows and bool(ADDRESS.search(before)) and not before.endswith("the ")
