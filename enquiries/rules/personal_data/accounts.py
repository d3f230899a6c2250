"""Bank account numbers (IBAN), with whatever people put between the characters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import iban

from enquiries.rules.personal_data.cues import Said, said
from enquiries.rules.personal_data.folding import Folded
from enquiries.rules.personal_data.values import Candidate, Kind

# Lengths by country: SWIFT IBAN registry, release 99 (read 2026-11-22), the countries of SEPA and a few neighbours.
LENGTHS = {
    **dict.fromkeys(("NO",), 15),
    **dict.fromkeys(("BE",), 16),
    **dict.fromkeys(("DK", "FI", "NL"), 18),
    **dict.fromkeys(("MK", "SI"), 19),
    **dict.fromkeys(("AT", "BA", "EE", "LT", "LU", "XK"), 20),
    **dict.fromkeys(("CH", "HR", "LI", "LV"), 21),
    **dict.fromkeys(("BG", "DE", "GB", "GE", "IE", "ME", "RS"), 22),
    **dict.fromkeys(("AE", "GI", "IL"), 23),
    **dict.fromkeys(("AD", "CZ", "ES", "MD", "PK", "RO", "SA", "SE", "SK", "TN"), 24),
    **dict.fromkeys(("PT",), 25),
    **dict.fromkeys(("IS", "TR"), 26),
    **dict.fromkeys(("FR", "GR", "IT", "MC", "SM"), 27),
    **dict.fromkeys(("AL", "CY", "HU", "LB", "MA", "PL"), 28),
    **dict.fromkeys(("MT",), 31),
}
START = re.compile(r"(?<![a-z0-9])[a-z][ .-]?[a-z][ .-]?[\do][ .-]?[\do]")
SEPARATORS = " .-"
MOST_BETWEEN = 2


def accounts(folded: Folded) -> Iterator[Candidate]:
    """Find IBANs by country, length and remainder 97; one that was named but mistyped counts too."""
    for match in START.finditer(folded.lower):
        country = re.sub(r"[ .-]", "", match[0])[:2].upper()
        if country not in LENGTHS:
            continue
        compact, end = _collect(folded.lower, match.start(), LENGTHS[country])
        if compact is None:
            continue
        strength = _strength(folded, match.start(), compact)
        if strength:
            yield Candidate(kind=Kind.IBAN, start=match.start(), end=end, value=compact, strength=strength)


def _collect(lower: str, start: int, length: int) -> tuple[str | None, int]:
    kept, between, place = "", 0, start
    while place < len(lower) and len(kept) < length:
        character = lower[place]
        if character.isascii() and character.isalnum():
            kept, between = kept + character, 0
        elif character not in SEPARATORS or (between := between + 1) > MOST_BETWEEN:
            return None, start
        place += 1
    complete = len(kept) == length and not (place < len(lower) and lower[place].isascii() and lower[place].isalnum())
    return (kept.upper() if complete else None), place


def _strength(folded: Folded, start: int, compact: str) -> int:
    tail = compact[-10:].replace("O", "0") if compact[:2] == "NL" else compact[-10:]
    for written in (compact, compact[:2] + compact[2:4].replace("O", "0") + compact[4:-10] + tail):
        if iban.is_valid(written):
            return 3
    named = said(folded.lower, start, Kind.IBAN) is Said.YES
    return 2 if named and sum(character.isdigit() for character in compact) >= 12 else 0
