"""Whether an account on X is in order: whose keys these are, what they may do, and whether X pushes to us."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from channels_social.reading import list_of, mapping_of, name_of, text_of
from channels_social.x import activity, oauth2
from channels_social.x.client import XClient
from channels_social.x.wire import by_oauth2
from enquiries.contract import Account, AccountUnusable, ChannelError, Checked, Checkup, Refused, Verdict

ENTER_KEYS = "Enter the keys and tokens of this very account."


def check(account: Account, *, now: datetime) -> Checkup:
    """Look at the account. Costs a few reads; posts nothing."""
    lines: list[Checked] = []
    try:
        client = XClient(account)
    except AccountUnusable as error:
        return Checkup(lines=(_bad("token", error),))
    lines += _attempt("token", lambda: _identity(account, client))
    if lines[-1].verdict is not Verdict.BAD:
        lines += _rights(client)
        lines += _attempt("reading", lambda: _reading(account, client))
        if not account.settings.get("leave_direct_messages"):
            lines += _attempt("messages", lambda: _messages(client), is_vital=False)
    found, subscribed = activity.state(account)
    return Checkup(
        lines=(*lines, *found),
        token_expires_at=oauth2.expires_at(account, now=now) if by_oauth2(account) else None,
        subscribed=subscribed,
        usage=client.wire.meter.usage(),
    )


def _identity(account: Account, client: XClient) -> Checked:
    me = client.me()
    number, handle = name_of(me.get("id")), text_of(me.get("username"))
    if number != account.external_id:
        says = f"The keys belong to @{handle}, which has another number than this account"
        return Checked(name="token", verdict=Verdict.BAD, says=says, fix=ENTER_KEYS)
    if handle.casefold() != account.handle.lstrip("@").casefold():
        fix = f"Change the handle of this account to {handle}: what mentions it would be missed."
        return Checked(name="token", verdict=Verdict.WARNING, says=f"The account is called @{handle} on X", fix=fix)
    return Checked(name="token", verdict=Verdict.GOOD, says=f"X knows the account as @{handle}.")


def _rights(client: XClient) -> list[Checked]:
    """Read what the keys may do out of the answer before; X tells it for keys of OAuth 1.0a."""
    level = client.wire.header("x-access-level")
    if not level:
        return []
    if level == "read":
        fix = "In X's developer console, give the app permission to read and write, then enter new keys."
        return [Checked(name="rights", verdict=Verdict.BAD, says="The keys may only read.", fix=fix)]
    if "directmessages" not in level:
        fix = "Give the app permission for direct messages and enter new keys, or leave direct messages alone."
        return [Checked(name="rights", verdict=Verdict.WARNING, says="The keys may not read direct messages.", fix=fix)]
    return [Checked(name="rights", verdict=Verdict.GOOD, says="The keys may read, write and exchange direct messages.")]


def _reading(account: Account, client: XClient) -> Checked:
    page = next(iter(client.mentions(max_results=5)), {})
    if page.get("errors") and "data" not in page:
        return Checked(
            name="reading", verdict=Verdict.BAD, says="X does not show the account's mentions.", fix=ENTER_KEYS
        )
    return Checked(name="reading", verdict=Verdict.GOOD, says="Mentions can be read.")


def _messages(client: XClient) -> Checked:
    list(islice(client.direct_messages(), 1))
    return Checked(name="messages", verdict=Verdict.GOOD, says="Direct messages can be read.")


def _attempt(name: str, look: Callable[[], Checked], *, is_vital: bool = True) -> Sequence[Checked]:
    try:
        return [look()]
    except ChannelError as error:
        return [_bad(name, error, Verdict.BAD if is_vital else Verdict.WARNING)]


def _bad(name: str, error: ChannelError, verdict: Verdict = Verdict.BAD) -> Checked:
    fix = error.fix if isinstance(error, (AccountUnusable, Refused)) else "Try again later."
    return Checked(name=name, verdict=verdict, says=f"{error.safe_message}.", fix=fix)


def first(page: dict[str, Any]) -> dict[str, Any]:
    """Return the first thing of a page, {} when there is none."""
    return mapping_of(next(iter(list_of(page.get("data"))), None))
