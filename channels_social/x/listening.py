"""Searches X for posts that nobody addressed to us; most of them may be read but not answered by its interface."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from channels_social.reading import list_of, mapping_of, name_of
from channels_social.x import gaps
from channels_social.x.client import XClient
from channels_social.x.gaps import number_of
from channels_social.x.mapping import floor_id, incoming_posts, moment_of_id
from channels_social.x.queries import TooLong, alternatives, fitting
from enquiries.contract import Account, Incoming, Polled, Refused

OVERLAP = timedelta(minutes=10)
FIRST_LOOK = timedelta(days=1)
PAGES = 5


def listen(account: Account, query: str, cursor: Mapping[str, Any], *, now: datetime) -> Polled:
    """Search for `query` since the mark; too long a one is asked in pieces. `cursor` is {"newest": number} or {}.

    Raises Refused for a question that X cannot be asked, ChannelError otherwise.
    """
    client, questions = XClient(account), _questions(account, query)
    newest = name_of(cursor.get("newest"))
    seen_at = moment_of_id(newest)
    start = max(seen_at - OVERLAP if seen_at else now - FIRST_LOOK, now - gaps.REACH)
    incoming: dict[str, Incoming] = {}
    latest, is_cut = int(newest) if newest.isdecimal() else 0, False
    for question in questions:
        page: dict[str, Any] = {}
        for page in islice(client.search(question, since_id=str(floor_id(start))), PAGES):
            incoming |= {each.external_id: each for each in incoming_posts(page)}
            latest = max([latest, *(number_of(each) for each in list_of(page.get("data")))])
        is_cut = is_cut or bool(mapping_of(page.get("meta")).get("next_token"))
    return Polled(
        incoming=tuple(incoming.values()),
        cursor={"newest": str(latest)} if latest else {},
        warning=f"More was written than is fetched at once ({PAGES * 100} posts); make the search narrower."
        if is_cut
        else "",
        usage=client.wire.meter.usage(),
    )


def _questions(account: Account, query: str) -> list[str]:
    parts = alternatives(query)
    if not parts:
        raise Refused("The search is empty", fix="Write at least one word to listen for.")
    try:
        return fitting(parts, handle=account.handle.lstrip("@"))
    except TooLong as error:
        raise Refused(
            f"One part of the search is longer than X takes: {error}", fix="Cut it into shorter parts with OR."
        ) from None
