"""What goes wrong on the other side, each with what the service may do next."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from enquiries.contract.account import Usage


class Forged(Exception):
    """The request does not prove that it comes from the platform. Nothing of it is stored."""


class Misdirected(Forged):
    """Proven to come from the platform, but meant for another account: no attack, and nothing for this account."""


class ChannelError(Exception):
    """What a platform did to us. `safe_message` is fit for an operator: no secret, no citizen's word.

    `code` is the platform's own code or the HTTP status, `trace_id` what its support asks for, `usage` what the call
    used although it failed.
    """

    def __init__(self, safe_message: str, *, code: str = "", trace_id: str = "", usage: Usage | None = None) -> None:
        super().__init__(safe_message)
        self.safe_message = safe_message
        self.code = code
        self.trace_id = trace_id
        self.usage = usage


class NotSent(ChannelError):
    """It certainly did not happen (no connection, throttled): try again after `after`."""

    def __init__(
        self,
        safe_message: str,
        *,
        after: timedelta = timedelta(seconds=30),
        code: str = "",
        trace_id: str = "",
        usage: Usage | None = None,
    ) -> None:
        super().__init__(safe_message, code=code, trace_id=trace_id, usage=usage)
        self.after = after


class Throttled(NotSent):
    """Refused for now because the account asked too much; the whole account pauses until `after` is over."""


class Uncertain(ChannelError):
    """It may have happened. Nothing is sent again before the platform has been read back."""


class Duplicate(Uncertain):
    """The platform says that the very same text is there already: most likely ours."""


class Refused(ChannelError):
    """It certainly did not happen and never will as it is. `fix` is a sentence for the person who has to change it."""

    def __init__(
        self, safe_message: str, *, fix: str, code: str = "", trace_id: str = "", usage: Usage | None = None
    ) -> None:
        super().__init__(safe_message, code=code, trace_id=trace_id, usage=usage)
        self.fix = fix


class Halt(StrEnum):
    """Why an account stands still."""

    AUTH = "AUTH"
    BILLING = "BILLING"
    BLOCKED = "BLOCKED"
    CONFIG = "CONFIG"
    UNCERTAIN = "UNCERTAIN"
    """Nobody knew of several postings in a row whether they arrived: the service itself stops here."""


class AccountUnusable(ChannelError):
    """The account itself cannot be used (token dead, blocked, bill not paid, scope missing): it certainly did not happen.

    Postings of this account wait and burn no attempt until a person mends the account. `fix` says what to mend.
    """

    def __init__(
        self,
        safe_message: str,
        *,
        fix: str,
        kind: Halt = Halt.CONFIG,
        code: str = "",
        trace_id: str = "",
        usage: Usage | None = None,
    ) -> None:
        super().__init__(safe_message, code=code, trace_id=trace_id, usage=usage)
        self.fix = fix
        self.kind = kind
