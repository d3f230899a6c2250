"""Replies out to X, in public and in private, and the look whether one is there already."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice

from channels_social.reading import list_of, mapping_of, moment_of, name_of
from channels_social.x import dms, mapping, readback
from channels_social.x.client import XClient
from enquiries.contract import (
    Account,
    CannotTell,
    ChannelError,
    NotThere,
    OutboundReply,
    Receipt,
    Refused,
    Side,
)
from enquiries.rules.may_reply import EXEMPT_PLAN

READBACK_PAGES = 5
MOST_PICTURES = {Side.PUBLIC: 4, Side.PRIVATE: 1}
NUMBER = re.compile(r"[0-9]{1,19}")
BY_HAND = "Answer by hand on x.com."


def send(account: Account, reply: OutboundReply) -> Receipt:
    """Post `reply` under the citizen's post or our own part before it, as a quote, or as a direct message."""
    _refuse_pictures(reply)
    client = XClient(account, send_by=reply.send_by)
    if reply.side is Side.PRIVATE:
        return _write(client, reply)
    target = (targets(reply) or [""])[-1]
    if not target:
        raise Refused("The reply names no post to answer", fix=BY_HAND)
    if reply.as_quote and account.settings.get("plan") != EXEMPT_PLAN:
        raise Refused(
            "X lets programs quote a post only on the Enterprise plan",
            fix="Answer under the post instead, or quote it by hand on x.com.",
        )
    media = [client.upload(file, private=False) for file in reply.files]
    where = {"quoting": target} if reply.as_quote else {"to": target}
    posted = client.post(text=reply.text, media=media, **where)
    link = mapping.permalink(account.handle, posted)
    return Receipt(external_id=posted, permalink=link, usage=client.wire.meter.usage())


def _write(client: XClient, reply: OutboundReply) -> Receipt:
    person = reply.recipient
    if not NUMBER.fullmatch(person):
        raise Refused("The reply names nobody to write to", fix=BY_HAND)
    media = [client.upload(file, private=True) for file in reply.files]
    sent, thread = client.write_to(person, text=reply.text, media=media[0] if media else "")
    link = f"{dms.MESSAGES}/{thread}" if thread else ""
    return Receipt(external_id=dms.PREFIX + sent, permalink=link, usage=client.wire.meter.usage())


def _refuse_pictures(reply: OutboundReply) -> None:
    if len(reply.files) > MOST_PICTURES[reply.side]:
        raise Refused(
            f"X takes at most {MOST_PICTURES[reply.side]} pictures here", fix="Take some of the pictures out."
        )
    if any(not file.media_type.startswith("image/") for file in reply.files):
        raise Refused("Only pictures can be sent on X from here", fix="Take the other files out.")


def targets(reply: OutboundReply) -> list[str]:
    """Return the numbers of the post that is answered.

    Of an edited one these are its first and its own, which alone can be answered; of a part, our part before it.
    """
    return [part for part in (reply.follows or reply.target_id).split(":") if NUMBER.fullmatch(part)]


def remove(account: Account, reply: OutboundReply) -> Receipt:
    """Take our post down; one that is not there any more is success."""
    if not NUMBER.fullmatch(reply.of):
        raise Refused("The removal names no post of ours", fix="Remove the post by hand on x.com.")
    client = XClient(account, send_by=reply.send_by)
    client.remove(reply.of)
    return Receipt(external_id=reply.of, usage=client.wire.meter.usage())


def find_sent(account: Account, reply: OutboundReply, *, since: datetime) -> Receipt | NotThere | CannotTell:
    """Look for `reply` where it would be: on the account's own timeline, or in the thread of direct messages."""
    try:
        return _find_message(account, reply, since) if reply.side is Side.PRIVATE else _find_post(account, reply, since)
    except ChannelError as error:
        return CannotTell(reason=error.safe_message)


def _find_post(account: Account, reply: OutboundReply, since: datetime) -> Receipt | NotThere | CannotTell:
    wanted = targets(reply)
    start = max(mapping.floor_id(since), *(int(each) for each in wanted), 0)
    end = str(mapping.floor_id(reply.left_by)) if reply.left_by and reply.left_by < datetime.now(UTC) else None
    pages = list(islice(XClient(account).own_posts(since_id=str(start), until_id=end), READBACK_PAGES))
    kind = "quoted" if reply.as_quote else "replied_to"
    found = readback.matches(pages, text=reply.text, targets=set(wanted), kind=kind)
    more = len(pages) == READBACK_PAGES and bool(mapping_of(pages[-1].get("meta")).get("next_token"))
    return _found(found, [mapping.permalink(account.handle, each) for each in found], is_cut=more)


def _find_message(account: Account, reply: OutboundReply, since: datetime) -> Receipt | NotThere | CannotTell:
    start, pages, reached = since, [], False
    for page in islice(XClient(account).direct_messages(person=reply.recipient), READBACK_PAGES):
        pages.append(page)
        moments = [moment_of(mapping_of(each).get("created_at")) for each in list_of(page.get("data"))]
        reached = any(moment < start for moment in moments if moment) or not name_of(
            mapping_of(page.get("meta")).get("next_token")
        )
        if reached:
            break
    found = dms.matches(pages, account, text=reply.text, since=start)
    link = f"{dms.MESSAGES}/{dms.conversation_of(account.external_id, reply.recipient)}"
    return _found(found, [link] * len(found), is_cut=not reached)


def _found(found: Sequence[str], links: Sequence[str], *, is_cut: bool) -> Receipt | NotThere | CannotTell:
    if len(found) == 1:
        return Receipt(external_id=found[0], permalink=links[0])
    if found:
        return CannotTell(reason=f"There are {len(found)} posts with these words under the citizen's post.")
    if is_cut:
        return CannotTell(reason="The account has posted more since than can be looked through.")
    return NotThere()
