"""Finds our own reply among what the account posted: under the same post, in the words that the server took."""

from __future__ import annotations

from datetime import datetime, timedelta

from channels_social.mastodon.client import MastodonClient, Status
from channels_social.mastodon.mapping import address_of, side_of
from channels_social.mastodon.posting import LEADING
from channels_social.reading import bare, moment_of, name_of
from enquiries.contract import Account, CannotTell, NotThere, OutboundReply, Receipt, Side

CLOCKS = timedelta(minutes=2)
MOST_PAGES = 5
MOST_CANDIDATES = 10


def find(account: Account, reply: OutboundReply, *, since: datetime) -> Receipt | NotThere | CannotTell:
    """Look through the account's posts since then. Raises ChannelError."""
    client = MastodonClient(account)
    fresh, is_complete = _since(client, since - CLOCKS)
    targets = {reply.target_id.partition(":")[0], reply.follows.partition(":")[0]} - {""}
    candidates = [each for each in fresh if _may_be(each, reply, targets)]
    if len(candidates) > MOST_CANDIDATES:
        return CannotTell(reason="The account has answered this post too often to compare all answers.")
    same = [each for each in candidates if _says(client, each, reply.text)]
    if len(same) > 1:
        return CannotTell(reason=f"There are {len(same)} posts with these words under the citizen's post.")
    if same and not name_of(same[0].get("in_reply_to_id")):
        return CannotTell(reason="There is a post with these words, but the post that it answered is gone.")
    if same:
        link = address_of(same[0]) if reply.side is Side.PUBLIC else ""
        return Receipt(external_id=name_of(same[0].get("id")), permalink=link, usage=client.usage)
    return NotThere() if is_complete else CannotTell(reason="The account posted more since than can be looked through.")


def _since(client: MastodonClient, oldest: datetime) -> tuple[list[Status], bool]:
    fresh: list[Status] = []
    for number, page in enumerate(client.own_posts(), start=1):
        young = [each for each in page if (moment_of(each.get("created_at")) or oldest) >= oldest]
        fresh += young
        if not page or len(young) < len(page):
            return fresh, True
        if number >= MOST_PAGES:
            return fresh, False
    return fresh, True


def _may_be(post: Status, reply: OutboundReply, targets: set[str]) -> bool:
    """A post whose target was deleted answers nobody any more, so it cannot be ruled out."""
    parent = name_of(post.get("in_reply_to_id"))
    return (not parent or parent in targets) and side_of(post) is reply.side


def _says(client: MastodonClient, post: Status, text: str) -> bool:
    was = client.source(name_of(post.get("id")))
    return bare(LEADING.sub("", was, count=1)) == bare(LEADING.sub("", f"@x {text}", count=1))
