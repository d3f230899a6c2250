"""One look at X for what is new: mentions, what lies in gaps, answers and quotes without our name, direct messages.

Mentions are the backbone: when they fail, the look fails. The others are looked for less often; when one of them fails,
what the rest brought is kept all the same, its own mark stays, and a sentence says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import Any

from channels_social.reading import list_of, mapping_of, moment_of, name_of
from channels_social.x import gaps
from channels_social.x.client import XClient
from channels_social.x.dms import incoming_messages
from channels_social.x.gaps import number_of
from channels_social.x.mapping import floor_id, incoming_posts, moment_of_id
from channels_social.x.queries import AROUND, fitting
from enquiries.contract import Account, ChannelError, Incoming, Polled, Throttled

OVERLAP = timedelta(minutes=10)
"""Numbers of posts are ordered only roughly and the index lags: what came within this time is looked at again."""
INDEXED_WITHIN = timedelta(minutes=2)
FIRST_LOOK_DAYS = 7
SEARCH_EVERY = timedelta(minutes=5)
MESSAGES_EVERY = timedelta(minutes=2)
"""X lets messages be read 15 times in a quarter of an hour, and read-backs need some of them."""
MESSAGE_PAGES = 6
LATER = timedelta(minutes=15)
MOST_WATCHED = 60


@dataclass
class Look:
    """One look under way: what it brought, the mark it leaves and what a person has to know."""

    account: Account
    client: XClient
    cursor: Mapping[str, Any]
    now: datetime
    incoming: list[Incoming] = field(default_factory=list)
    mark: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    more: bool = False

    def first_day(self) -> datetime:
        """Return how far back a look without a mark goes."""
        return self.now - timedelta(days=float(self.account.settings.get("first_look_days", FIRST_LOOK_DAYS)))


def look(account: Account, cursor: Mapping[str, Any], *, watch: Sequence[str], now: datetime) -> Polled:
    """Fetch what is new since the mark, with overlap. Raises ChannelError when the mentions cannot be read.

    `cursor` is {} at first, then {"since_id": the newest mention seen, "gaps" and "lost": see `gaps`, "around" and
    "messages": each {"newest": number, "at": when it is looked for next, and for messages "rest": pages still to walk}}.
    """
    under_way = Look(account=account, client=XClient(account), cursor=cursor, now=now)
    _mentions(under_way)
    _around(under_way, watch)
    if not account.settings.get("leave_direct_messages"):
        _messages(under_way)
    return Polled(
        incoming=tuple({each.external_id: each for each in under_way.incoming}.values()),
        cursor=under_way.mark,
        more=under_way.more,
        warning=" ".join(under_way.warnings),
        usage=under_way.client.wire.meter.usage(),
    )


def _mentions(under_way: Look) -> None:
    mark = name_of(under_way.cursor.get("since_id"))
    seen_at = moment_of_id(mark)
    # X refuses `since_id` and `start_time` together.
    after = floor_id(seen_at - OVERLAP if seen_at else under_way.first_day())
    bounds: dict[str, Any] = {"since_id": str(after)} if seen_at else {"start_time": under_way.first_day()}
    pages = list(under_way.client.mentions(**bounds))
    under_way.incoming += [each for page in pages for each in incoming_posts(page)]
    newest = max((number_of(each) for page in pages for each in list_of(page.get("data"))), default=0)
    until = max(newest, int(mark) if mark.isdecimal() else 0)
    if until:
        under_way.mark["since_id"] = str(until)
    if any(page.get("errors") and "data" not in page for page in pages):
        # X reports some failures as a success without data.
        under_way.warnings.append("X does not show the mentions of this account. Check the account's number and keys.")
    # What lies well below the mark was seen by an earlier look, or stands among the gaps it knew of.
    unseen = max(after, floor_id(seen_at - INDEXED_WITHIN)) if seen_at else after
    _gaps(under_way, gaps.seen_in(pages, after=unseen))


def _gaps(under_way: Look, new: Sequence[gaps.Gap]) -> None:
    filling = gaps.fill(under_way.account, under_way.client, under_way.cursor, new, now=under_way.now)
    under_way.incoming += filling.incoming
    under_way.mark |= gaps.mark_of(filling)
    under_way.more = under_way.more or filling.more
    if filling.warning():
        under_way.warnings.append(filling.warning())


def _around(under_way: Look, watch: Sequence[str]) -> None:
    """Search for answers to us that leave our name out, quotes of our posts, and what is said in threads that we watch."""
    handle, state = under_way.account.handle.lstrip("@"), mapping_of(under_way.cursor.get("around"))
    if not handle or not _is_due(state, under_way.now):
        under_way.mark |= {"around": state} if state else {}
        return
    newest = name_of(state.get("newest"))
    seen_at = moment_of_id(newest)
    start = max(seen_at - OVERLAP if seen_at else under_way.first_day(), under_way.now - gaps.REACH)
    threads = [f"conversation_id:{each}" for each in watch if each.isdecimal()][:MOST_WATCHED]
    questions = fitting([*(each.format(handle=handle) for each in AROUND), *threads], handle=handle)
    numbers = [int(newest) if newest.isdecimal() else 0]
    try:
        for page in chain.from_iterable(
            under_way.client.search(question, since_id=str(floor_id(start))) for question in questions
        ):
            under_way.incoming += incoming_posts(page)
            numbers += _numbers(page)
    except ChannelError as error:
        _failed(under_way, "around", state, "X's search could not be asked for answers and quotes", error)
        return
    under_way.mark["around"] = _state(max(numbers), under_way.now + SEARCH_EVERY)


def _messages(under_way: Look) -> None:
    """Read direct messages down to what is known; X has no mark for them, so pages that are left over are remembered."""
    state = mapping_of(under_way.cursor.get("messages"))
    if not _is_due(state, under_way.now):
        under_way.mark["messages"] = state
        return
    newest = name_of(state.get("newest"))
    seen_at = moment_of_id(newest)
    walk = Walk(after=floor_id(seen_at - OVERLAP if seen_at else under_way.first_day()))
    numbers = [int(newest) if newest.isdecimal() else 0]
    left = [one for each in list_of(state.get("rest")) if (one := Walk.kept(mapping_of(each)))]
    try:
        numbers += _walk(under_way, walk, MESSAGE_PAGES)
        left = [walk, *left]
        for one in left[1:2]:
            _walk(under_way, one, MESSAGE_PAGES)
    except ChannelError as error:
        _failed(under_way, "messages", state, "Direct messages on X could not be read", error)
        return
    rest = [one.as_kept() for one in left if not one.ended]
    under_way.mark["messages"] = _state(max(numbers), under_way.now + MESSAGES_EVERY) | ({"rest": rest} if rest else {})
    if rest:
        under_way.warnings.append(
            "More direct messages came on X than can be read at once; older ones are being fetched."
        )


@dataclass
class Walk:
    """A walk through direct messages, down to `after`: where it goes on, and whether it has come to its end."""

    after: int
    token: str = ""
    ended: bool = False

    @classmethod
    def kept(cls, value: Mapping[str, Any]) -> Walk | None:
        """Read what `as_kept` wrote, None when that is no walk."""
        after, token = name_of(value.get("after")), name_of(value.get("token"))
        return cls(after=int(after), token=token) if after.isdecimal() and token else None

    def as_kept(self) -> dict[str, str]:
        """Write it for the mark."""
        return {"after": str(self.after), "token": self.token}


def _walk(under_way: Look, walk: Walk, most: int) -> list[int]:
    """Walk on for at most so many pages. Returns the numbers of what was found."""
    found: list[int] = []
    for page in islice(under_way.client.direct_messages(start=walk.token), most):
        under_way.incoming += incoming_messages(page)
        numbers = _numbers(page)
        found += numbers
        walk.token = name_of(mapping_of(page.get("meta")).get("next_token"))
        walk.ended = not walk.token or not numbers or min(numbers) <= walk.after
        if walk.ended:
            break
    return found


def _numbers(page: dict[str, Any]) -> list[int]:
    return [number_of(each) for each in list_of(page.get("data"))]


def _state(newest: int, due: datetime) -> dict[str, Any]:
    return {**({"newest": str(newest)} if newest else {}), "at": due.isoformat()}


def _is_due(state: Mapping[str, Any], now: datetime) -> bool:
    at = moment_of(state.get("at"))
    return at is None or at <= now


def _failed(under_way: Look, name: str, state: Mapping[str, Any], says: str, error: ChannelError) -> None:
    """Keep the mark of one source where it was, and try it again later: the other sources must not wait for it."""
    after = error.after if isinstance(error, Throttled) else LATER
    under_way.mark[name] = {**state, "at": (under_way.now + after).isoformat()}
    under_way.warnings.append(f"{says}: {error.safe_message}.")
