"""The state of the desk in one short word, by which a page left open learns that something has changed."""

from __future__ import annotations

import hashlib

from enquiries.queries.queue import Counts
from enquiries.queries.trouble import TroubleCounts


def stamp_of(counts: Counts, trouble: TroubleCounts) -> str:
    """Make the stamp: the newest enquiry's number, then a digest of all counts and of the last word that arrived."""
    digest = hashlib.sha256(repr((counts, trouble)).encode()).hexdigest()[:16]
    return f"{counts.newest_id}-{digest}"


def newest_in(stamp: str) -> int | None:
    """Read the newest enquiry's number back. None for what is no stamp of ours."""
    number, _, digest = stamp.partition("-")
    return int(number) if digest and number.isascii() and number.isdigit() and len(number) < 19 else None
