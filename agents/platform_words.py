"""Sentences about a citizen's words: whether their sender is known, and what became of a post on its platform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enquiries.models import Message, PlatformChange
from enquiries.queries.said import Became
from enquiries.registry import label_of, traits_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise  # only the checks have it


@dataclass(frozen=True, kw_only=True)
class Trust:
    """Whether the sender of a mail is known, as a word with its explanation; `tone` is "good", "bad" or empty."""

    word: StrOrPromise
    says: StrOrPromise
    tone: str = ""


TRUST = {
    "PASS": Trust(
        word=gettext_lazy("sender confirmed"),
        says=gettext_lazy("Our mail gateway found that this mail comes from where its address says."),
        tone="good",
    ),
    "FAIL": Trust(
        word=gettext_lazy("sender not genuine"),
        says=gettext_lazy(
            "Our mail gateway found that this mail does not come from where its address says. Ask the citizen another way "
            "before you write anything private."
        ),
        tone="bad",
    ),
    "NONE": Trust(
        word=gettext_lazy("sender not confirmed"),
        says=gettext_lazy(
            "Our mail gateway could not tell whether this mail comes from where its address says. Anybody may have written it."
        ),
    ),
    "": Trust(
        word=gettext_lazy("sender not checked"),
        says=gettext_lazy("No mail gateway of ours has looked at it. Anybody can write any address above a mail."),
    ),
}


def trust_of(message: Message) -> Trust | None:
    """Say what is known of the sender of a citizen's mail; None for what is no mail. Needs `account`."""
    if message.direction != Message.Direction.IN or not traits_of(message.account.kind).is_mail:
        return None
    return TRUST.get(message.sender_trust, TRUST[""])


def blanked_in_words(message: Message, gone: Became | None, *, when: str) -> str:
    """Say that the words of a citizen's post are gone: when, by whom as far as anybody told, and what stays."""
    told = {"place": label_of(message.account.kind), "when": when}
    if gone is None:
        return _("The words of this message were removed on %(when)s. The record of the enquiry stays.") % told
    if gone.decided_by:
        told |= {"asked": gone.asked_by, "decided": gone.decided_by}
        return (
            _(
                "We took this post down on %(place)s on %(when)s, asked for by %(asked)s, decided by %(decided)s. Its words "
                "were removed here, too; the record of the enquiry stays."
            )
            % told
        )
    return (
        _(
            "This post was deleted on %(place)s on %(when)s, by the citizen or by %(place)s. Its words were removed here, too; "
            "the record of the enquiry stays."
        )
        % told
    )


def became_in_words(message: Message, became: Became, *, when: str) -> str:
    """Say that a post was hidden or shown again: when, and by whom as far as anybody told. Needs `account`."""
    told = {
        "place": label_of(message.account.kind),
        "when": when,
        "asked": became.asked_by,
        "decided": became.decided_by,
    }
    is_hidden = became.kind == PlatformChange.Kind.HIDDEN
    if became.decided_by and is_hidden:
        return _("Hidden on %(place)s on %(when)s: asked for by %(asked)s, decided by %(decided)s.") % told
    if became.decided_by:
        return _("Shown again on %(place)s on %(when)s: asked for by %(asked)s, decided by %(decided)s.") % told
    if is_hidden:
        return _("Hidden on %(place)s on %(when)s, not from here: the public does not see it.") % told
    return _("Shown again on %(place)s on %(when)s, not from here.") % told


def own_gone_in_words(place: str, *, when: str) -> str:
    """Say that a post of ours is not on its platform any more, and what to do."""
    return _(
        "Not on %(place)s any more, noticed %(when)s. Nobody took it down from here. Look there; if the citizen still needs "
        "the answer, answer again."
    ) % {"place": place, "when": when}
