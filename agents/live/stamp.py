"""The state of the desk in one short word, by which a page left open learns that something has changed.

A page asks `GET desk:pulse` with `v` (the stamp it was drawn with, then the last `v` it got), the address of its list
(`view`, filters, words: what `trail` holds), and, beside an open enquiry, `enquiry` (its reference) and `e` (its stamp):

- 204, no body: nothing has changed. Ask again with the same words.
- 200, JSON: `v` the new stamp; `counts` name of a menu line → number; `freezes` the HTML of the banner that names what
  stands still ("" for nothing); `new` how many enquiries the list would gain,
  `arrived` the same as an offer in words ("" for none); `enquiry` is null, or {"reference", "e", "is_gone"} when the open
  enquiry has changed: fetch its panes again. `is_gone`: it may not be seen any more.
- 401, JSON {"sign_in": address}: the session is over. Stop asking, keep what was typed, offer the address.

Ask every 5 s while visible, every 15 s while hidden, with jitter, and less often after failures. A question that was
answered with 204 is answered again from Redis alone while the organisation's ledger stands still, for KEPT_SECONDS at
most: that long goes by at most until the end of a session, a lost right or a promise that ran out is noticed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from audit.models import Event
from enquiries.models import Freeze
from enquiries.queries.counts import Counts
from enquiries.queries.trouble import TroubleCounts

KEPT_SECONDS = 15


def stamp_of(counts: Counts, trouble: TroubleCounts, freezes: Iterable[Freeze]) -> str:
    """Make the stamp: the newest enquiry's number, then a digest of all counts and of what stands still."""
    seen = replace(counts, newest_id=0)  # the newest one may be nobody's business here
    still = [freeze.pk for freeze in freezes]
    digest = hashlib.sha256(repr((seen, trouble, still)).encode()).hexdigest()[:16]
    return f"{counts.newest_id}-{digest}"


def is_same(stamp: str, other: str) -> bool:
    """Whether two stamps tell of the same desk."""
    return stamp.partition("-")[2] == other.partition("-")[2]


def newest_in(stamp: str) -> int | None:
    """Read the newest enquiry's number back. None for what is no stamp of ours."""
    number, _, digest = stamp.partition("-")
    return int(number) if digest and number.isascii() and number.isdigit() and len(number) < 19 else None


def enquiry_stamp(enquiry_id: int) -> str:
    """Make the stamp of one enquiry: the number of the last thing that happened to it."""
    newest = Event.objects.filter(enquiry_id=enquiry_id).order_by("-pk").values_list("pk", flat=True)
    return str(newest.first() or 0)


def question_of(session_key: str, query: str) -> str:
    """Name what one session asks, without keeping either. `query` is the query string as sent."""
    return hashlib.sha256(f"{session_key}?{query}".encode()).hexdigest()
