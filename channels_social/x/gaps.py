"""What X did not show us and we know of: remembered in the mark until search has brought it, or said aloud for good.

X shows only the latest 800 mentions. When that many came since the last look, what lies between was never seen; the mark
passes it only because the gap itself is written beside it. Search reaches back seven days; what is older, only a person
can look at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from channels_social.reading import list_of, mapping_of, moment_of, name_of
from channels_social.x.client import XClient
from channels_social.x.mapping import floor_id, incoming_posts, moment_of_id
from enquiries.contract import Account, ChannelError, Incoming

SHOWN = 800
PAGES_OF_IT = 8
REACH = timedelta(days=7) - timedelta(minutes=10)
LAG = timedelta(seconds=90)
"""How long after a post X's search may not know it yet."""
PAGES_A_LOOK = 10
TELL_FOR = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Gap:
    """The posts with numbers above `after` and below `before`, none of which was seen."""

    after: int
    before: int

    def in_words(self) -> str:
        """Return from when to when, in UTC."""
        start, end = moment_of_id(str(self.after)), moment_of_id(str(self.before))
        return f"{start:%Y-%m-%d %H:%M} and {end:%Y-%m-%d %H:%M} UTC" if start and end else "two moments"


@dataclass
class Filling:
    """What a try to fill gaps brought: posts, what is `open` still, what is `lost` (with when that was found out)."""

    incoming: list[Incoming] = field(default_factory=list)
    open: list[Gap] = field(default_factory=list)
    lost: list[tuple[Gap, datetime]] = field(default_factory=list)
    trouble: str = ""
    more: bool = False

    def warning(self) -> str:
        """Return what a person has to know, "" when nothing is missing."""
        if self.lost:
            return (
                f"Mentions on X between {self.lost[-1][0].in_words()} could not be read: X no longer shows them to "
                "programs. Look for them on x.com."
            )
        if not self.open:
            return ""
        says = f"X shows only the latest {SHOWN} mentions; those between {self.open[0].in_words()} are being fetched by search."
        return f"{says} The last try failed: {self.trouble}" if self.trouble else says


def seen_in(pages: Sequence[dict[str, Any]], *, after: int) -> list[Gap]:
    """Return the gap below what X showed, if it showed as much as it ever does. `after` is where the look began."""
    numbers = [number_of(post) for page in pages for post in list_of(page.get("data"))]
    numbers = [number for number in numbers if number]
    if len(numbers) < SHOWN and len(pages) < PAGES_OF_IT:
        return []
    oldest = min(numbers, default=0)
    return [Gap(after=after, before=oldest)] if oldest > after + 1 else []


def kept_in(cursor: Mapping[str, Any]) -> tuple[list[Gap], list[tuple[Gap, datetime]]]:
    """Read the open and the lost gaps out of a mark."""
    lost = [
        (gap, found)
        for each in map(mapping_of, list_of(cursor.get("lost")))
        if (gap := _gap(each)) and (found := moment_of(each.get("found_at")))
    ]
    gaps = (_gap(mapping_of(each)) for each in list_of(cursor.get("gaps")))
    return [gap for gap in gaps if gap], lost


def mark_of(filling: Filling) -> dict[str, Any]:
    """Write what is open and lost for the mark; {} when nothing is."""
    gaps = [{"after": str(gap.after), "before": str(gap.before)} for gap in filling.open]
    lost = [
        {"after": str(gap.after), "before": str(gap.before), "found_at": found.isoformat()}
        for gap, found in filling.lost
    ]
    return {**({"gaps": gaps} if gaps else {}), **({"lost": lost} if lost else {})}


def fill(account: Account, client: XClient, cursor: Mapping[str, Any], new: Sequence[Gap], *, now: datetime) -> Filling:
    """Search for what lies in the gaps, newest first; what a failure leaves stays open."""
    known, lost = kept_in(cursor)
    filling = Filling(lost=[(gap, found) for gap, found in lost if now - found < TELL_FOR])
    for gap in [*known, *new]:
        if filling.trouble or filling.more:
            filling.open.append(gap)
        else:
            _fill(account, client, gap, filling, now)
    return filling


def _fill(account: Account, client: XClient, gap: Gap, filling: Filling, now: datetime) -> None:
    horizon = floor_id(now - REACH)
    if gap.after < horizon:
        filling.lost.append((Gap(after=gap.after, before=min(gap.before, horizon)), now))
        gap = Gap(after=horizon, before=max(gap.before, horizon))
    newest = moment_of_id(str(gap.before))
    if gap.before <= gap.after + 1:
        return
    if newest and now - newest < LAG:
        filling.open.append(gap)
        return
    _search(account, client, gap, filling)


def _search(account: Account, client: XClient, gap: Gap, filling: Filling) -> None:
    before, ended = gap.before, False
    if not account.handle:
        filling.trouble, filling.open = "the account has no handle to search for", [*filling.open, gap]
        return
    handle = account.handle.lstrip("@")
    pages = client.search(f"@{handle} -from:{handle} -is:retweet", since_id=str(gap.after), until_id=str(gap.before))
    try:
        for page in islice(pages, PAGES_A_LOOK):
            filling.incoming += incoming_posts(page)
            before = min([before, *(number_of(post) for post in list_of(page.get("data")) if number_of(post))])
            ended = not name_of(mapping_of(page.get("meta")).get("next_token"))
    except ChannelError as error:
        filling.trouble = error.safe_message
    if not ended:
        filling.open.append(Gap(after=gap.after, before=before))
        filling.more = not filling.trouble


def number_of(post: object) -> int:
    """Return the number of a post, 0 when it has none."""
    number = name_of(mapping_of(post).get("id"))
    return int(number) if number.isdecimal() else 0


def _gap(value: dict[str, Any]) -> Gap | None:
    after, before = name_of(value.get("after")), name_of(value.get("before"))
    return Gap(after=int(after), before=int(before)) if after.isdecimal() and before.isdecimal() else None
