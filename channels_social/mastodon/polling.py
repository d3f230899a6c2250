"""Picks up who mentioned us: forward from the mark without a gap, and back a few days when the account is new.

Source: docs.joinmastodon.org "Notifications: Get all notifications": `min_id` brings what follows the mark at once, where
`since_id` brings the newest and leaves a gap behind a full page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from channels_social.mastodon import mapping
from channels_social.mastodon.answers import GONE
from channels_social.mastodon.client import MastodonClient
from channels_social.reading import mapping_of, moment_of, name_of
from enquiries.contract import Account, Incoming, NotSent, Polled

OVERLAP = timedelta(minutes=2)
"""A notification may become visible after one with a higher number: what is younger than this is looked at again."""
FIRST_LOOK_DAYS = 7
MOST_PAGES = 3
"""Per look: each post in a thread costs a call of its own, and the server allows 300 in five minutes."""
FIRST_PAGES = 20
MOST_WATCHED = 100

Notification = dict[str, Any]


def look(account: Account, cursor: Mapping[str, Any], *, watch: tuple[str, ...], now: datetime) -> Polled:
    """Bring what came since `cursor`: {"min_id": number of a notification} or {}. Raises ChannelError."""
    client, mark = MastodonClient(account), name_of(cursor.get("min_id"))
    found, more, warning = _forward(client, mark) if mark else _back(client, account, now)
    kept = {each.external_id: each for each in _posts(client, found)}
    if not more:
        kept |= {each.external_id: each for each in _changed(client, account, watch)}
    until = _mark(found, mark, before=None if more else now - OVERLAP)
    return Polled(
        incoming=tuple(kept.values()),
        cursor={"min_id": until} if until else {},
        more=more,
        warning=warning,
        usage=client.usage,
    )


def _forward(client: MastodonClient, mark: str) -> tuple[list[Notification], bool, str]:
    found: list[Notification] = []
    for _ in range(MOST_PAGES):
        page = client.notifications(min_id=mark)
        found += page
        newest = _newest(page)
        if not newest or _order(newest) <= _order(mark):
            return found, False, ""
        mark = newest
    return found, True, ""


def _back(client: MastodonClient, account: Account, now: datetime) -> tuple[list[Notification], bool, str]:
    """The first look. Where it does not reach back as far as it should, it says so."""
    oldest = now - timedelta(days=float(account.settings.get("first_look_days", FIRST_LOOK_DAYS)))
    found: list[Notification] = []
    bounds: dict[str, str] = {}
    for _ in range(FIRST_PAGES):
        page = client.notifications(**bounds)
        fresh = [each for each in page if (moment_of(each.get("created_at")) or now) >= oldest]
        found += fresh
        last = name_of(page[-1].get("id")) if page else ""
        if not last or len(fresh) < len(page) or last == bounds.get("max_id"):
            return found, False, ""
        bounds = {"max_id": last}
    return found, False, "There are more mentions of the last days than the first look brings."


def _posts(client: MastodonClient, found: Sequence[Notification]) -> list[Incoming]:
    """One payload per post, oldest first, so that a citizen's words are read in their order."""
    statuses = [mapping_of(each.get("status")) for each in sorted(found, key=_place)]
    return [mapping.incoming(status, root=_root(client, status)) for status in statuses if status]


def _root(client: MastodonClient, status: dict[str, Any]) -> str:
    """Ask for the first post of the thread. Where it is hidden from us, what is answered stands for it."""
    own_id, parent = name_of(status.get("id")), name_of(status.get("in_reply_to_id"))
    if not parent:
        return own_id
    try:
        above, _ = client.context(own_id)
    except NotSent as error:
        if error.code not in {str(code) for code in GONE}:
            raise
        return parent
    return (name_of(above[0].get("id")) if above else "") or parent


def _changed(client: MastodonClient, account: Account, watch: tuple[str, ...]) -> list[Incoming]:
    """Bring the new words of watched posts: Mastodon tells nobody that a post which mentions them was edited."""
    ids = [root for root in dict.fromkeys(each.partition(":")[0] for each in watch) if root.isalnum()][:MOST_WATCHED]
    edited = [status for status in client.statuses(ids) if status.get("edited_at")] if ids else []
    others = [status for status in edited if mapping.author_of(status).external_id != account.external_id]
    return [mapping.incoming(status, root=_root(client, status)) for status in others]


def _mark(found: Sequence[Notification], mark: str, *, before: datetime | None) -> str:
    """The newest notification that is old enough for nothing to appear behind it; all of them where more is waiting."""
    settled = [each for each in found if before is None or (moment_of(each.get("created_at")) or before) <= before]
    newest = _newest(settled)
    return max((newest, mark), key=_order)


def _newest(page: Sequence[Notification]) -> str:
    return max((name_of(each.get("id")) for each in page), key=_order, default="")


def _place(each: Notification) -> tuple[int, str]:
    return _order(name_of(each.get("id")))


def _order(number: str) -> tuple[int, str]:
    """Numbers as text, compared as numbers."""
    return len(number), number
