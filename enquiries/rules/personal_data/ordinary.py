"""Numbers that are nobody's: dates, times, amounts, measures, coordinates and addresses of pages."""

from __future__ import annotations

import re

from enquiries.rules.personal_data.folding import Folded

_AMOUNT = r"\d{1,3}(?:[.,' ]\d{3}){1,4}(?:[.,]\d{1,2})?(?!\d)|\d{1,12}(?:[.,]\d{1,2})?(?!\d)"
_UNIT = (
    r"euros?|eur|pounds?|pond|gbp|usd|dollars?|%|procent|percent|prozent|inwoners|residents|inhabitants|einwohner|people"
    r"|households|huishoudens|m2|m3|km|kwh|kg|kilo|ton(?:ne[sn]?)?|mm|cm|liter|litres?|يورو"
)
_DAY, _MONTH = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
ORDINARY = (
    # A date is one only when the same separator does not go on: 06-12-34-56-78 is a telephone number.
    re.compile(rf"(?<!\d)(?<!\d[-./]){_DAY}([-./]){_MONTH}\1(?:19|20)\d\d(?![-./]?\d)"),
    re.compile(rf"(?<!\d)(?<!\d[-./ ]){_DAY}([-./]){_MONTH}\1\d\d(?![-./ ]?\d)"),
    re.compile(r"(?<!\d)(?<!\d[-./])(?:19|20)\d\d([-./])(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?![-./]?\d)"),
    re.compile(r"(?<!\d)(?<!\d[.:])(?:[01]?\d|2[0-4])[.:][0-5]\d(?![.:]?\d)"),
    re.compile(r"(?<!\d)(?<!\d[- .])(?:[01]\d|2[0-4])[0-5]\d ?- ?(?:[01]\d|2[0-4])[0-5]\d(?![- .]?\d)"),
    re.compile(rf"[€£$] ?(?:{_AMOUNT})"),
    re.compile(rf"(?<![\d.,+])(?<!\d[- ])(?:{_AMOUNT}) ?(?:{_UNIT})(?![\w])"),
    re.compile(r"-?\b(?:0|[1-9]\d{0,2})\.\d{4,10}[, ]{1,3}(?:\w{3,9} )?-?(?:0|[1-9]\d{0,2})\.\d{4,10}(?!\d)"),
)
# wa.me carries a telephone number in its path, so that it is read like any other text.
PAGE = re.compile(r"https?://(?!wa\.me|api\.whatsapp)[^\s<>\"]{1,2000}|\bwww\.[^\s<>\"]{1,2000}")


def ordinary(folded: Folded) -> bytearray:
    """Mark each character: 1 inside an ordinary number, 2 inside the address of a page, else 0."""
    marks = bytearray(len(folded.lower))
    for match in PAGE.finditer(folded.lower):
        marks[match.start() : match.end()] = b"\x02" * (match.end() - match.start())
    for pattern in ORDINARY:
        for match in pattern.finditer(folded.lower):
            marks[match.start() : match.end()] = b"\x01" * (match.end() - match.start())
    return marks
