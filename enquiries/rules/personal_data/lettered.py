"""Numbers with letters in them: national numbers of six countries, and licence plates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.ie import pps
from stdnum.it import codicefiscale

from enquiries.rules.personal_data.cues import POSITIVE, REACH, Said, said
from enquiries.rules.personal_data.folding import Folded
from enquiries.rules.personal_data.values import Candidate, Kind

# Between the word for it and the number: "kenteken: ", "registration number is ".
FILLED = re.compile(r"(?:nummer|number|plaat|plate|no|nr|is|was|van|of|the|het|[ :.,#])*\Z")
_B, _E = r"(?<![A-Za-z\d])", r"(?![A-Za-z\d])"
# stdnum knows no National Insurance number. Prefixes that are never given out: gov.uk NIM39110 (read 2026-11-22).
GIVEN_OUT = re.compile(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d")
_NINO = r"[A-Z]{2}([ .-]?)\d\d\1\d\d\1\d\d\1[A-D]"
NATIONAL: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    ("GB", re.compile(_B + _NINO + _E, re.I), lambda compact: bool(GIVEN_OUT.match(compact))),
    ("ES", re.compile(_B + r"\d{2}\.?\d{3}\.?\d{3}[ -]?[A-Z]" + _E, re.I), dni.is_valid),
    ("ES", re.compile(_B + r"[XYZ][ -]?\d{7}[ -]?[A-Z]" + _E, re.I), nie.is_valid),
    ("IT", re.compile(_B + r"[A-Z]{3} ?[A-Z]{3} ?\d\d[A-Z]\d\d ?[A-Z]\d{3}[A-Z]" + _E, re.I), codicefiscale.is_valid),
    ("IE", re.compile(_B + r"\d{7}[ -]?[A-W][A-IW]?" + _E, re.I), pps.is_valid),
    ("FI", re.compile(_B + r"\d{6}[-+A]\d{3}[\dA-Y]" + _E, re.I), hetu.is_valid),
)
# One letter in 23 is the right one by chance: without its word such a number counts only as people write it, capital last.
_DUTCH = "AA-99-99 99-99-AA 99-AA-99 AA-99-AA AA-AA-99 99-AA-AA 99-AAA-9 9-AAA-99 AA-999-A A-999-AA AAA-99-A A-99-AAA 9-AA-999"
_BRITISH = "AA99 AAA"
_GERMAN = r"[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} ?\d{1,4}"
MONTHS = re.compile(r"JAN|FEB|MAR|MRT|APR|MAY|MEI|JUN|JUL|AUG|SEP|OCT|OKT|NOV|DEC|DEZ")


def _plate(written: str, gap: str) -> str:
    pieces = {"9": r"\d", "A": "[A-Z]", "-": gap, " ": " ?"}
    return "".join(pieces[character] for character in written)


SURE_PLATE = re.compile(
    _B + "(?<![-/])(?:" + "|".join(_plate(one, "-") for one in [*_DUTCH.split(), _BRITISH]) + ")(?![-/])" + _E
)
NAMED_PLATE = re.compile(
    _B + "(?:" + "|".join(_plate(one, "[ -]?") for one in [*_DUTCH.split(), _BRITISH]) + "|" + _GERMAN + ")" + _E, re.I
)


def lettered(folded: Folded) -> Iterator[Candidate]:
    """Find national numbers that end in or contain letters."""
    for country, pattern, is_valid in NATIONAL:
        for match in pattern.finditer(folded.text):
            compact = re.sub(r"[ .]", "", match[0]).upper()
            compact = compact if country == "FI" else compact.replace("-", "")
            word = said(folded.lower, match.start(), country)
            # Named but mistyped is as personal as typed well; only the British shape is plain enough for that.
            if word is Said.NO or not (is_valid(compact) or (word is Said.YES and country == "GB")):
                continue
            if word is Said.YES or match[0][-1].isupper() or country in ("GB", "IT"):
                yield Candidate(
                    kind=Kind.NATIONAL_NUMBER,
                    start=match.start(),
                    end=match.end(),
                    value=compact,
                    strength=3 if word is Said.YES else 2,
                    country=country,
                )


def plates(folded: Folded) -> Iterator[Candidate]:
    """Find licence plates: Dutch and British ones as stamped, others and sloppy ones behind a word for them."""
    for match in SURE_PLATE.finditer(folded.text):
        if not MONTHS.search(match[0]) and said(folded.lower, match.start(), Kind.LICENCE_PLATE) is not Said.NO:
            yield _candidate(match)
    for match in NAMED_PLATE.finditer(folded.text):
        if any(character.isdigit() for character in match[0]) and _is_named(folded.lower, match.start()):
            yield _candidate(match)


def _is_named(lower: str, start: int) -> bool:
    words = list(POSITIVE[Kind.LICENCE_PLATE].finditer(lower, max(0, start - REACH), start))
    return bool(words) and bool(FILLED.match(lower[words[-1].end() : start]))


def _candidate(match: re.Match[str]) -> Candidate:
    value = re.sub(r"[ -]", "", match[0]).upper()
    return Candidate(kind=Kind.LICENCE_PLATE, start=match.start(), end=match.end(), value=value, strength=2)
