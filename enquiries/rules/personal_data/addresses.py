"""A postcode together with a house number: in most streets that is one household."""

from __future__ import annotations

import re
from collections.abc import Iterator

from enquiries.rules.personal_data.folding import Folded
from enquiries.rules.personal_data.values import Candidate, Kind

BEFORE, AFTER = 70, 30
DUTCH = re.compile(r"(?<![\dA-Za-z.,-])[1-9]\d{3} ?[A-Za-z]{2}(?![A-Za-z\d])")
DUTCH_NEVER = frozenset(("SA", "SD", "SS"))
BRITISH = re.compile(r"(?<![A-Za-z\d])[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2}(?![A-Za-z\d])")
_NUMBER = r"(?P<number>\d{1,5}(?: ?[A-Za-z](?![A-Za-z])|-[IVX]{1,4}|-\d{1,4}|-[a-z])?)"
NAMED_BEFORE = re.compile(rf"\b(?:nummer|number|huisnummer|nr\.?|no\.?|flat) ?{_NUMBER},? (?:in |te |at |,)? ?\Z", re.I)
_FLOOR = r"(?: (?:rood|zwart|bis|hs|huis|boven|beneden|[a-z]|i{1,3}|iv))?"  # what Dutch cities add to a number
STREET_BEFORE = re.compile(rf"[^\W\d][\w'.)-]{{1,40}},? (?:nr\.? |nummer )?{_NUMBER}{_FLOOR}[,;]? {{0,2}}\(?\Z")
BRITISH_BEFORE = re.compile(rf"(?<![\d.,/:-]){_NUMBER},? (?:[A-Z][\w'.-]{{0,30}}[, ]{{1,3}}){{1,7}}\(?\Z")
BOX = re.compile(
    r"\b(?:postbus|po box|p\.o\. box|antwoordnummer|freepost|postfach) ?\d{1,6}[,;]? {0,2}\Z", re.IGNORECASE
)
AFTERWARDS = re.compile(
    rf"[,;:]? {{0,2}}(?:-|/)? ?\(?(?:(?:postcode|huis|house|hs)?[ -]?(?:nummer|number|nr\.?|no\.?)|hs\.?|huis)? ?:? ?{_NUMBER}"
    r"(?![\d:/]|[.,]\d| ?(?:uur|u\b|jan|feb|ma[ary]|apr|jun|jul|aug|sep|o[ck]t|nov|dec|euro|%|m2|to\b|tot\b))",
    re.IGNORECASE,
)
_STREET = r"(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|ring|ufer|damm|laan|straat|plein|lei|steenweg|hof)"
# German and Belgian postcodes are digits only: they count behind a street with its number. 1900 to 2099 may be a year.
CONTINENTAL = re.compile(
    rf"[A-ZÄÖÜ][\w-]{{1,40}}?(?: [A-Z][\w-]{{1,30}})?{_STREET} (?P<number>\d{{1,4}} ?[a-z]?),? (?:[DBA]-)?"
    r"(?P<code>\d{5}|(?!19\d\d|20\d\d)[1-9]\d{3}(?= [A-Z][a-z])|20\d\d(?= Antwerpen))(?! ?[A-Z]{2}\b)(?!\d)"
)


def addresses(folded: Folded) -> Iterator[Candidate]:
    """Find postcodes with a house number beside them: Dutch, British, German and Belgian ways of writing."""
    for match in DUTCH.finditer(folded.text):
        letters = match[0][-2:]
        if letters.upper() not in DUTCH_NEVER:
            yield from _beside(folded.text, match, by_street=STREET_BEFORE if letters.isupper() else None)
    for match in BRITISH.finditer(folded.text):
        yield from _beside(folded.text, match, by_street=BRITISH_BEFORE)
    for match in CONTINENTAL.finditer(folded.text):
        yield _candidate(match.start(), match.end(), match["code"], match["number"])


def _beside(text: str, code: re.Match[str], *, by_street: re.Pattern[str] | None) -> Iterator[Candidate]:
    low = max(0, code.start() - BEFORE)
    before = text[low : code.start()]
    ahead = NAMED_BEFORE.search(before) or (by_street.search(before) if by_street else None)
    if ahead and BOX.search(before):
        ahead = None
    behind = AFTERWARDS.match(text[code.end() : code.end() + AFTER])
    if ahead:
        yield _candidate(low + ahead.start(), code.end(), code[0], ahead["number"])
    elif behind and (by_street or code[0][-2:].isupper() or behind[0].strip() == behind["number"]):
        yield _candidate(code.start(), code.end() + behind.end(), code[0], behind["number"])


def _candidate(start: int, end: int, code: str, number: str) -> Candidate:
    value = f"{code} {number}".upper().replace(" ", "")
    return Candidate(kind=Kind.POSTCODE_AND_HOUSE_NUMBER, start=start, end=end, value=value, strength=3)
