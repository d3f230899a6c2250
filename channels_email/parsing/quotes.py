"""Finds where a mail begins to repeat earlier mails, so that they can be folded. Nothing is ever cut, only the place is told.

It is told only where nothing of the writer's own comes after it: words between quoted lines are never folded away. Mail
programs introduce a quote in every language, but all in one of three shapes: a line that names somebody and a date and ends
in a colon, a block of header lines, or marks in front of each line.
"""

import re
from collections.abc import Sequence

MAX_LINES = 20_000
"""A longer text is not searched: what is folded in it hardly matters."""
_WRAPPED = 3
"""Lines over which programs wrap an introduction."""
_MARK = re.compile(r"[ \t]*[>|｜]")
_DELIMITER = re.compile(r"[>|\s]*_{7} .{3,150} _{7}\s*")
_RULE = re.compile(r"[ \t>]*(?:[-_=*]{2,}[ \t]?[^-_=*\n]{3,60}[ \t]?[-_=*]{2,}|_{20,}|-{20,})[ \t]*")
_ADDRESS = re.compile(r"\S@\S+\.\S")
_DAY = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2}(?!\d)")
_LABEL = re.compile(r"[ \t>*_]*([^\W\d_][\w. ]{0,24}?)[ \t*_]*[:：][ \t*_]*\S.*")
_FROM = frozenset(
    [
        *("from", "von", "van", "de", "da", "från", "fra", "frá", "lähettäjä", "saatja", "od", "από"),
        *("expéditeur", "remitente", "mittente", "remetente", "avsändare", "avsender", "afsender", "nadawca", "feladó"),
        *("от", "от кого", "від", "kimden", "gönderen", "expeditor", "de la", "odesílatel", "odosielateľ"),
        *("šalje", "pošiljatelj", "nuo", "no", "dari", "từ", "จาก", "प्रेषक", "से", "من", "מאת", "از"),
        *("发件人", "寄件者", "寄件人", "差出人", "送信者", "보낸 사람", "보낸사람", "αποστολέας", "kutoka"),
    ]
)
"""How the first line of a header block is called; the lines after it need no dictionary."""
_LABELS_AT_LEAST = 3


def quote_from(text: str) -> int | None:
    """Return the place in `text` from which on it only repeats earlier words; None where there is no such place.

    What comes before is never empty: a mail that is all quote is shown as it is.
    """
    lines = text.split("\n")
    if len(lines) > MAX_LINES:
        return None
    first = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    own_end = _last_own(lines)
    for number in range(first, len(lines)):
        start = _start(lines, number)
        if start is not None and _repeats_only(lines, start, own_end):
            return sum(len(line) + 1 for line in lines[:number]) if number > first else None
    return None


def _start(lines: Sequence[str], number: int) -> int | None:
    """Return the first quoted line of the quote that is introduced at `number`; None where none is."""
    line = lines[number]
    if _DELIMITER.fullmatch(line):
        return number
    if not line.strip():
        return None
    if _MARK.match(line):
        return number if _is_block(lines, number) or not _is_introduced(lines, number) else None
    introduced = _introduction(lines, number)
    if introduced is not None:
        return introduced
    return number if _is_block(lines, number) or _is_ruled_block(lines, number) else None


def _is_introduced(lines: Sequence[str], number: int) -> bool:
    """Say whether a marked line is the middle of a quote that is looked at from its introduction."""
    return number > 0 and _MARK.match(lines[number - 1]) is not None


def _introduction(lines: Sequence[str], number: int) -> int | None:
    """Return where the quote begins after a line that ends in a colon and either names somebody or has marks below it."""
    for last in range(number, min(number + _WRAPPED, len(lines))):
        if not lines[last].strip() or _MARK.match(lines[last]):
            return None
        if not lines[last].rstrip().endswith((":", "：")):
            continue
        words = " ".join(lines[number : last + 1])[:1000]
        below = _next_filled(lines, last + 1)
        if below is None:
            return None
        is_named = bool(_ADDRESS.search(words) and _DAY.search(words))
        has_marks = _MARK.match(lines[below]) is not None and (_DAY.search(words) or last == number)
        return below if is_named or has_marks else None
    return None


def _is_block(lines: Sequence[str], number: int) -> bool:
    """Say whether header lines begin here, as Outlook writes them above the mail that is answered."""
    label = _LABEL.fullmatch(lines[number][:1000])
    if not label or label[1].strip().lower() not in _FROM:
        return False
    block = [line for line in lines[number : number + 8] if line.strip()]
    labelled = [line for line in block[:6] if _LABEL.fullmatch(line[:1000])]
    told = " ".join(labelled)
    return len(labelled) >= _LABELS_AT_LEAST and bool(_ADDRESS.search(told) or _DAY.search(told))


def _is_ruled_block(lines: Sequence[str], number: int) -> bool:
    """Say whether this is the rule that programs draw above a header block or above a quote with an introduction."""
    if not _RULE.fullmatch(lines[number][:200]):
        return False
    below = _next_filled(lines, number + 1)
    return below is not None and (_is_block(lines, below) or _introduction(lines, below) is not None)


def _next_filled(lines: Sequence[str], number: int) -> int | None:
    return next((n for n in range(number, min(number + 3, len(lines))) if lines[n].strip()), None)


def _last_own(lines: Sequence[str]) -> int:
    """Return the number of the last line that neither is empty nor has a mark."""
    return max((n for n, line in enumerate(lines) if line.strip() and not _MARK.match(line)), default=-1)


def _repeats_only(lines: Sequence[str], start: int, own_end: int) -> bool:
    """Say whether nothing of the writer's own follows. In a quote with marks, a line without one is theirs."""
    return own_end < start if _MARK.match(lines[start]) else True
