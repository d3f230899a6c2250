"""What the service has to know of a kind of channel that is no act: told once by the channel, kept nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from enquiries.rules.may_reply import Row, Way

Words = object
"""What `str` makes words of, in the language of whoever asks: a text, or one that is translated when it is shown."""


@dataclass(frozen=True, kw_only=True)
class Secret:
    """A secret of an account: the name by which the channel looks it up, and what a form calls it.

    `replaces` names the secret whose former value this one keeps, so that both count while it is being changed.
    """

    name: str
    label: Words
    replaces: str = ""


class SettingKind(StrEnum):
    """What a setting holds."""

    TEXT = "TEXT"
    NUMBER = "NUMBER"
    SWITCH = "SWITCH"
    ADDRESS = "ADDRESS"


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A setting of an account that a form asks for, by the name under which it stands in `Account.settings`."""

    name: str
    label: Words
    kind: SettingKind = SettingKind.TEXT
    help: Words = ""
    is_needed: bool = False
    choices: tuple[tuple[str, Words], ...] = ()


EITHER_WAY = (Row(way=Way.IN_PUBLIC), Row(way=Way.IN_PRIVATE))


@dataclass(frozen=True, kw_only=True)
class Traits:
    """A kind of channel. Every field has a value that is right for one that nobody has heard of yet.

    `icon` is a name in static/icons.svg. `ways` are the platform's rules on answering. `working_minutes` is how soon a
    first answer is promised where the organisation promises nothing else. `every_seconds` is how often an account is
    looked at, `checked_every_seconds` how often it is checked up.
    `people_per_account`: the platform's numbers of people count on one account only. `tells_true_times`: when
    a message was written is the platform's word, not the sender's. `is_mail`: messages name one another, an answer
    carries those names and a reply address of its own. `is_public`: what citizens write there is read by everybody.
    `moderates_own_threads`: others' words are hidden only where a post of ours began the talk.
    """

    icon: str = "note"
    secrets: tuple[Secret, ...] = ()
    settings: tuple[Setting, ...] = ()
    ways: tuple[Row, ...] = EITHER_WAY
    working_minutes: int = 960
    every_seconds: int = 60
    checked_every_seconds: int = 86_400
    people_per_account: bool = False
    tells_true_times: bool = False
    is_mail: bool = False
    is_public: bool = False
    moderates_own_threads: bool = False
