"""The wire to X: tweepy, kept from waiting, resending and talking, with every failure put in our own words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests
import tweepy

from channels_social.transport import certainly_not_sent, leaving_by, open_session, secret
from channels_social.x.answers import TABLE, Row, meaning, says_gone
from channels_social.x.usage import Meter
from enquiries.contract import Account, ChannelError, NotSent, Uncertain

PUBLIC = "https://api.twitter.com/"
"""The host that tweepy has written into its code, and over which every call is signed."""
OAUTH2 = "oauth2"


@dataclass(frozen=True, kw_only=True)
class Call:
    """How one call is counted and read: `what` it makes or fetches, the `bucket` of X's allowance, the `table` of refusals."""

    bucket: str
    what: str = ""
    writing: bool = False
    table: Sequence[Row] = TABLE
    price: int | None = None


def by_oauth2(account: Account) -> bool:
    """Tell whether the account signs in with OAuth 2.0: where it says so, or has no other tokens."""
    chosen = account.settings.get("sign_in") == OAUTH2
    return chosen or (bool(account.secrets.get("oauth2_access_token")) and not account.secrets.get("access_token"))


class Wire:
    """X for one account. Made for one job and thrown away: a session survives neither forks nor threads."""

    def __init__(self, account: Account, *, send_by: float | None = None) -> None:
        """Raises AccountUnusable when a key is missing. After `send_by` (monotonic) no call begins any more."""
        self.as_user = not by_oauth2(account)
        """What tweepy's `user_auth` wants: True signs with OAuth 1.0a, False shows the account's OAuth 2.0 token."""
        self.tweepy = tweepy.Client(
            return_type=requests.Response,
            wait_on_rate_limit=False,  # True sends a POST again and again when a 429 names no moment
            **_tokens(account),
        )
        self.tweepy.session, self._adapter = open_session(account, public=PUBLIC)
        self.meter = Meter()
        self._send_by = send_by

    def ask(self, call: Callable[[], object], how: Call) -> dict[str, Any]:
        """Return what X answered, or raise what it means. No exception of tweepy or requests stays attached."""
        try:
            return self._ask(call, how)
        except ChannelError as error:
            error.usage = self.meter.usage()
            raise

    def _ask(self, call: Callable[[], object], how: Call) -> dict[str, Any]:
        self._adapter.forget()
        fault: BaseException | None = None
        try:
            with leaving_by(self._send_by):
                call()
        except (tweepy.TweepyException, requests.RequestException, ValueError) as error:
            fault = error  # ValueError: tweepy reads a header of a 429 as a number, whatever it is
        answer = self._adapter.answer
        self.meter.note(answer, what=how.what, bucket=how.bucket, price=how.price)
        if answer is None:
            raise no_answer(fault, writing=how.writing)
        if not 200 <= answer.status < 300:
            raise meaning(answer, writing=how.writing, now=datetime.now(UTC), table=how.table)
        content = answer.json()
        if not content:
            says = "X answered with something that cannot be read"
            raise Uncertain(says, code=self.status()) if how.writing else NotSent(says, code=self.status())
        return content

    def status(self) -> str:
        """Return the status of the last answer, "" when there was none."""
        return str(self._adapter.answer.status) if self._adapter.answer else ""

    def header(self, name: str) -> str:
        """Return a header (lower case) of the last answer, "" when there was none."""
        return self._adapter.answer.headers.get(name, "") if self._adapter.answer else ""

    def says_gone(self) -> bool:
        """Tell whether the last answer names what was asked for as not there."""
        return self._adapter.answer is not None and says_gone(self._adapter.answer)


def _tokens(account: Account) -> dict[str, str]:
    if by_oauth2(account):
        return {"bearer_token": secret(account, "oauth2_access_token")}
    names = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
    return {name: secret(account, name) for name in names}


def no_answer(fault: BaseException | None, *, writing: bool) -> ChannelError:
    """Return the error for a call that got no answer."""
    name = type(fault).__name__
    if fault is not None and certainly_not_sent(fault):
        return NotSent("X could not be reached", code=name)
    if writing:
        return Uncertain("The connection to X broke before it answered", code=name)
    return NotSent("The connection to X broke before it answered", code=name)
