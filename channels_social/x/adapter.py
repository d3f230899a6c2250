"""X as the service sees it: joins wire, mapping and proof into one channel."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from channels_social.reading import digest_of, json_of, mapping_of, name_of, text_of
from channels_social.x import mapping, readback, signature
from channels_social.x.client import XClient
from channels_social.x.traits import X
from enquiries.contract import (
    Account,
    CannotTell,
    Challenge,
    ChannelError,
    Forged,
    Genuine,
    Incoming,
    Limits,
    Misdirected,
    NotThere,
    OutboundReply,
    Parsed,
    Polled,
    Receipt,
    Refused,
    Side,
    WebhookRequest,
)

with warnings.catch_warnings():
    # It looks for its own data through pkg_resources; requirements.txt keeps the setuptools that still has it.
    warnings.simplefilter("ignore", UserWarning)
    from twitter_text import parse_tweet

OVERLAP = timedelta(minutes=10)
"""Numbers of posts are ordered only roughly and the index lags: what came within this time is looked at again."""
LOOK_BACK = timedelta(minutes=2)
FIRST_LOOK_DAYS = 7
MENTIONS_SHOWN = 800
MANY_DOTS = re.compile(r"[^\s/.]*(?:\.[^\s/.]*){9,}")
"""No address has so many dots, and twitter-text-parser 3.0 takes seconds to find that out, growing with the square."""
READBACK_PAGES = 5
NUMBER = re.compile(r"[0-9]{1,19}")


class XChannel:
    """Mentions of one X account in, replies in the same thread out."""

    kind = "x"
    label = "X"
    traits = X
    polls = True
    replaces = frozenset[Side]()
    removes = frozenset({Side.PUBLIC})

    def limits(self, account: Account, side: Side) -> Limits:
        """Say how long a post may be: 280 as X weighs, or what the account has paid for (`max_length`)."""
        settle = timedelta(seconds=float(account.settings.get("settle_seconds", 30)))
        return Limits(max_length=int(account.settings.get("max_length", 280)), settle=settle)

    def length(self, text: str) -> int:
        """Weigh `text` as X does: links 23, emoji 2, most scripts 1, Chinese, Japanese and Korean 2 a character."""
        return int(parse_tweet(MANY_DOTS.sub(_without_dots, text_of(text))).weightedLength)

    def verify(self, account: Account, request: WebhookRequest) -> Genuine | Challenge:
        """Answer X's challenge, or prove a webhook by its signature. Raises Forged or Misdirected."""
        key = account.secrets.get("consumer_secret", "")
        if request.method == "GET":
            return _challenge(key, request.query.get("crc_token", ""))
        if not signature.is_genuine(key, request.body, request.headers.get(signature.HEADER, "")):
            raise Forged("The signature is missing or wrong")
        event = _event(request.body)
        meant_for = name_of(mapping_of(event.get("filter")).get("user_id"))
        if meant_for and meant_for != account.external_id:
            raise Misdirected("The event is for another account of the same app")
        number = name_of(
            event.get("event_uuid")
        )  # posts have bare numbers: a push and a poll must not pass for each other
        external_id = f"event:{number}" if number else digest_of(request.body)
        return Genuine(incoming=Incoming(external_id=external_id, raw=request.body))

    def parse(self, account: Account, raw: bytes) -> Sequence[Parsed]:
        """Read a polled post or a webhook. See `mapping.parse`."""
        return mapping.parse(account, raw)

    def poll(self, account: Account, cursor: Mapping[str, Any], *, watch: tuple[str, ...] = ()) -> Polled:
        """Fetch the mentions since the mark, ten minutes of overlap included, all pages before anything is kept.

        `cursor` is {"since_id": number of the newest post fully seen} or {}. Raises ChannelError.
        """
        mark = name_of(cursor.get("since_id"))
        pages = list(XClient(account).mentions(**_bounds(account, mark)))
        incoming = tuple(each for page in pages for each in mapping.incoming_posts(page))
        newest = max((_number(each) for page in pages for each in page.get("data") or []), default=0)
        until = max(newest, int(mark) if mark.isdecimal() else 0)
        return Polled(
            incoming=incoming,
            cursor={"since_id": str(until)} if until else {},
            warning=_warning(pages, len(incoming), is_first=not mark),
        )

    def settle(self, account: Account, polled: Polled) -> None:
        """Do nothing: X keeps no mark for us."""

    def send(self, account: Account, reply: OutboundReply) -> Receipt:
        """Post `reply` under the citizen's post. Raises a ChannelError that says what is known."""
        if reply.side is Side.PRIVATE:
            raise Refused("Private messages on X are not connected", fix="Answer in public, or by hand on x.com.")
        if not _targets(reply):
            raise Refused("The reply names no post to answer", fix="Answer by hand on x.com.")
        posted = XClient(account).reply(text=reply.text, to=_targets(reply)[-1])
        return Receipt(external_id=posted, permalink=mapping.permalink(account.handle, posted))

    def replace(self, account: Account, reply: OutboundReply) -> Receipt:
        """Refuse: X has no way to change a post for programs."""
        raise Refused("X does not let a post be changed", fix="Remove the post, then answer anew.")

    def remove(self, account: Account, reply: OutboundReply) -> Receipt:
        """Take our post down; one that is not there any more is success. Raises a ChannelError that says what is known."""
        if not NUMBER.fullmatch(reply.of):
            raise Refused("The removal names no post of ours", fix="Remove the post by hand on x.com.")
        XClient(account).remove(reply.of)
        return Receipt(external_id=reply.of)

    def find_sent(self, account: Account, reply: OutboundReply, *, since: datetime) -> Receipt | NotThere | CannotTell:
        """Look for `reply` on the account's own timeline: same target, same words."""
        targets = _targets(reply)
        start = max(mapping.floor_id(since - LOOK_BACK), *(int(each) for each in targets if each.isdecimal()), 0)
        try:
            pages = list(islice(XClient(account).own_posts(since_id=str(start)), READBACK_PAGES))
        except ChannelError as error:
            return CannotTell(reason=error.safe_message)
        found = readback.matches(pages, text=reply.text, targets=set(targets))
        if len(found) == 1:
            return Receipt(external_id=found[0], permalink=mapping.permalink(account.handle, found[0]))
        if found:
            return CannotTell(reason=f"There are {len(found)} posts with these words under the citizen's post.")
        if len(pages) == READBACK_PAGES and mapping_of(pages[-1].get("meta")).get("next_token"):
            return CannotTell(reason="The account has posted more since than can be looked through.")
        return NotThere()


def _challenge(key: str, token: str) -> Challenge:
    signed = signature.answer(key, token)
    if not signed:
        raise Forged("A challenge without a token, or with one that X would not send")
    return Challenge(body=f'{{"response_token":"{signed}"}}', content_type="application/json")


def _event(body: bytes) -> dict[str, Any]:
    try:
        return mapping_of(mapping_of(json_of(body)).get("data"))
    except ValueError:
        return {}  # signed, so it is kept all the same; reading it comes later


def _bounds(account: Account, mark: str) -> dict[str, Any]:
    """X refuses `since_id` and `start_time` together."""
    seen_at = mapping.moment_of_id(mark)
    if seen_at:
        return {"since_id": str(mapping.floor_id(seen_at - OVERLAP))}
    days = float(account.settings.get("first_look_days", FIRST_LOOK_DAYS))
    return {"start_time": datetime.now(UTC) - timedelta(days=days)}


def _number(post: object) -> int:
    number = name_of(mapping_of(post).get("id"))
    return int(number) if number.isdecimal() else 0


def _warning(pages: Sequence[dict[str, Any]], count: int, *, is_first: bool) -> str:
    """X reports some failures as a success without data; and it never shows more than 800 mentions."""
    if any(page.get("errors") and "data" not in page for page in pages):
        return "X does not show the mentions of this account. Check the account's number and keys."
    if count >= MENTIONS_SHOWN and not is_first:
        return f"X shows only the latest {MENTIONS_SHOWN} mentions; of those since the last look some are missing."
    return ""


def _without_dots(match: re.Match[str]) -> str:
    """Weigh the same, look like no address."""
    return match[0].replace(".", "·")


def _targets(reply: OutboundReply) -> list[str]:
    """The numbers of the post that is answered: of an edited one its first and its own, which alone can be answered."""
    return [part for part in reply.target_id.split(":") if part]
