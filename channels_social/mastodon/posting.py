"""Puts our words on Mastodon, changes them and takes them down: to whom, who can read it, and never more than that."""

from __future__ import annotations

import re
import time

from channels_social.mastodon.client import MastodonClient, Status
from channels_social.mastodon.mapping import address_of, author_of, side_of
from channels_social.reading import bare, name_of
from enquiries.contract import Account, NotSent, OutboundReply, Receipt, Refused, Side

NUMBER = re.compile(r"[0-9A-Za-z]{1,40}", re.ASCII)
LEADING = re.compile(r"(?:@[\w.-]+(?:@[\w.-]+)?\s+)+")
NAMED = re.compile(r"(?<![=/\w])@\w")
MOST_FILES = 4
BY_HAND = "Answer by hand on Mastodon."
ANSWER_ANEW = "Look at the post on Mastodon. If it is gone, answer the citizen anew."


def send(account: Account, reply: OutboundReply) -> Receipt:
    """Answer the citizen's post, addressed to its author. Raises a ChannelError that says what is known."""
    target, follows = number_of(reply.target_id, BY_HAND), reply.follows.partition(":")[0]
    _refuse_bystanders(reply)
    if len(reply.files) > MOST_FILES:
        raise Refused("Mastodon takes four pictures at most", fix="Send fewer pictures.")
    client = MastodonClient(account)
    name = _addressee(client, target, reply)
    pictures = [client.upload(file) for file in reply.files]
    if reply.send_by is not None and time.monotonic() > reply.send_by:
        raise NotSent("It took too long to reach Mastodon", usage=client.usage)
    posted = client.post(
        f"@{name} {reply.text}",
        key=reply.key,
        in_reply_to_id=follows if NUMBER.fullmatch(follows) else target,
        visibility=visibility(account, reply.side),
        language=reply.language or None,
        media_ids=pictures or None,
    )
    return Receipt(external_id=name_of(posted.get("id")), permalink=_link(posted, reply), usage=client.usage)


def replace(account: Account, reply: OutboundReply) -> Receipt:
    """Give our post the words of `reply`; who it is addressed to and who can read it stays. Raises ChannelError."""
    own, client = number_of(reply.of, "Correct the post by hand on Mastodon."), MastodonClient(account)
    _refuse_bystanders(reply)
    shown = client.status(own)
    if shown is None:
        raise Refused("Our post is gone from Mastodon", fix=ANSWER_ANEW, code="404")
    if author_of(shown).external_id != account.external_id:
        raise Refused("The post is not one of the account's", fix="Correct the post by hand on Mastodon.")
    was = client.source(own)
    wanted = addressed(was) + reply.text
    if bare(was) != bare(wanted):
        shown = client.change(own, wanted)
    return Receipt(external_id=own, permalink=_link(shown, reply), usage=client.usage)


def remove(account: Account, reply: OutboundReply) -> Receipt:
    """Take our post down; one that is not there any more is success. Raises a ChannelError that says what is known."""
    own, client = number_of(reply.of, "Remove the post by hand on Mastodon."), MastodonClient(account)
    if not client.remove(own) and client.status(own) is not None:
        # It says the same of what is gone and of what is another's: only a look tells them apart.
        raise Refused("The post is not one of the account's", fix="Remove the post by hand on Mastodon.", code="404")
    return Receipt(external_id=own, usage=client.usage)


def number_of(identity: str, fix: str) -> str:
    """Return the number of a post without its version. Raises Refused for what is none."""
    number = identity.partition(":")[0]
    if not NUMBER.fullmatch(number):
        raise Refused("The reply names no post on Mastodon", fix=fix)
    return number


def visibility(account: Account, side: Side) -> str:
    """Say who may read an answer: of a private one, those whom it names alone."""
    if side is Side.PRIVATE:
        return "direct"
    return "unlisted" if account.settings.get("visibility") == "unlisted" else "public"


def addressed(text: str) -> str:
    """Return the names before the words of a post, with the space behind them."""
    leading = LEADING.match(text)
    return leading[0] if leading else ""


def _addressee(client: MastodonClient, target: str, reply: OutboundReply) -> str:
    """Look who wrote the post, just before it is answered: names move, numbers do not. Raises ChannelError."""
    answered: Status | None = client.status(target)
    if answered is None:
        says = "The post that is answered is gone, or the account may not see it"
        raise Refused(says, fix="If the citizen removed it, no answer is needed there.", code="404")
    author = author_of(answered)
    if not author.handle or (reply.recipient and reply.recipient != author.external_id):
        raise Refused("The post that is answered is by somebody else than was approved", fix=BY_HAND)
    if reply.side is Side.PUBLIC and side_of(answered) is Side.PRIVATE:
        raise Refused("The citizen wrote in private; a public answer would tell it to everybody", fix=BY_HAND)
    return author.handle


def _refuse_bystanders(reply: OutboundReply) -> None:
    """On Mastodon a private post reaches everybody whom it names."""
    if reply.side is Side.PRIVATE and NAMED.search(reply.text):
        says = "A name with @ in a private answer would send it to that account too"
        raise Refused(says, fix="Write the name without @ and submit it again.")


def _link(post: Status, reply: OutboundReply) -> str:
    return address_of(post) if reply.side is Side.PUBLIC else ""
