"""Numbers under which something is filed: of this service, of the organisation's other systems, of anybody's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from enquiries.rules import references
from enquiries.rules.personal_data.folding import Folded
from enquiries.rules.personal_data.masks import FEWEST_PLACES
from enquiries.rules.personal_data.values import Candidate, Context, Kind

TOKEN = re.compile(r"(?<![\w./-])[a-z0-9]{1,20}(?:[-/._][a-z0-9]{1,20}){0,5}(?![a-z0-9])")
SPACED = re.compile(r"(?<![\w./-])\d{2,8}(?: \d{2,8}){1,4}(?![\w-])")
REACH = 44
_THINGS = (
    r"zaak|dossier|melding(?:s)?|klant(?:en)?|factuur|aanvraag|afspraak|bezwaar|aanslag|beschikkings?|client(?:en)?|clienten"
    r"|case|claim|complaint|ref(?:erence)?|invoice|account|file|incident|enquiry|appeal|pcn|penalty charge|customer|tenancy"
    r"|referentie|kenmerk|aktenzeichen|az|vorgang(?:s)?|kunden|bescheid|rechnungs?|geschaftszeichen|pass(?:port)?|paspoort"
    r"|رقم المعامله|رقم المعاملة|رقم الملف|رقم الطلب|رقم القضيه"
)
_FILLERS = r"nummer|number|nr|no|num|id|notice|reference|ref|met|with|under|onder|is|was|kenmerk|zum|het|the"
CUE = re.compile(
    rf"(?<![^\W\d_])(?:{_THINGS})(?:-?(?:nummer|number|nr|kenmerk))?s?(?:[ .,:#-]{{1,3}}(?:{_FILLERS})){{0,3}}[ .,:#]{{0,4}}\Z"
)
# Further away, yet in the same sentence, only what looks like nothing else: letters and five digits in one word.
FAR = re.compile(
    r"(?<![^\W\d_])(?:zaak|dossier|melding|aanvraag|bezwaar|klacht|case|claim|complaint|incident|enquiry|appeal)\b[^.!?]*\Z"
)
MIXED = re.compile(r"(?=[^a-z]*[a-z])(?:[a-z/_-]*\d){5}[a-z\d/_-]*")
NOT_FILED = re.compile(
    r"[a-z/-]+(?:19|20)\d\d|(?:19|20)\d\d(?:[-/](?:19|20)?\d\d)?|\d{1,2}([-./])\d{1,2}\1\d{2,4}|(?:19|20)\d\d([-./])\d\d\2\d\d|\d{1,3}(?:[.]\d{3})+"
)
OURS = re.compile(r"(?<![A-Z\d])([A-Z]{2,4})[ -]?([2-9A-HJKMNP-Z]{4})[ -]?([2-9A-HJKMNP-Z]{4})(?![A-Z\d])", re.I)
FEWEST_DIGITS, FEWEST_SPACED = 4, 7
NOTHING = re.compile(r"(?!)")


def filed(folded: Folded, context: Context) -> Iterator[Candidate]:
    """Find numbers things are filed under, but for this enquiry's own and those of public registers."""
    for candidate in _all(folded, context):
        written = folded.text[candidate.start : candidate.end]
        if not is_allowed(written, context):
            yield candidate


def is_allowed(written: str, context: Context) -> bool:
    """Tell whether a number may be shown: a reference of this enquiry, or one that is public anyway."""
    own = {references.normalise(reference) or reference.upper() for reference in context.own_references}
    if references.normalise(written) in own or written.upper() in own:
        return True
    return any(mask_pattern(mask).fullmatch(written) for mask in context.public_masks)


def _all(folded: Folded, context: Context) -> Iterator[Candidate]:
    for match in OURS.finditer(folded.text):
        reference = references.normalise(match[0])
        # Thirteen letters without a digit or dash are a word; one in 31 of those would pass the check.
        if reference and (re.search(r"\d", match[0]) or "-" in match[0]):
            yield _candidate(match, reference, strength=3)
    for mask in context.case_masks:
        for match in mask_pattern(mask).finditer(folded.text):
            yield _candidate(match, match[0], strength=4)
    for match in (*SPACED.finditer(folded.lower), *TOKEN.finditer(folded.lower)):
        before = _line_before(folded.lower, match.start())
        if _is_number(match[0]) and (CUE.search(before) or (MIXED.fullmatch(match[0]) and FAR.search(before))):
            yield _candidate(match, match[0], strength=3)


def _line_before(lower: str, start: int) -> str:
    return lower[max(0, start - REACH) : start].rpartition("\n")[2]


def _is_number(token: str) -> bool:
    digits = sum(character.isdigit() for character in token)
    fewest = FEWEST_SPACED if " " in token else FEWEST_DIGITS
    return digits >= fewest and len(token) >= 5 and not NOT_FILED.fullmatch(token)


@lru_cache(maxsize=256)
def mask_pattern(mask: str) -> re.Pattern[str]:
    """Read a mask: 9 is a digit, A a letter, every other character itself. No mask can make the search slow.

    A mask with fewer than four places for digits and letters fits too much: it finds nothing.
    """
    if sum(character in "9A" for character in mask) < FEWEST_PLACES:
        return NOTHING
    pieces = {"9": r"\d", "A": "[A-Z]"}
    body = "".join(pieces.get(character, re.escape(character)) for character in mask)
    return re.compile(rf"(?<![A-Za-z\d]){body}(?![A-Za-z\d])", re.IGNORECASE)


def _candidate(match: re.Match[str], value: str, *, strength: int) -> Candidate:
    compact = re.sub(r"[^a-z0-9]", "", value.lower())
    return Candidate(kind=Kind.CASE_NUMBER, start=match.start(), end=match.end(), value=compact, strength=strength)
