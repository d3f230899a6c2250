"""The desk's sentences: how a posting stands and what to do, and what the ledger tells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enquiries.models import ChannelIdentity, Posting, PostingNotice

ANSWERING = re.compile(r"^(\s*(re|fw|fwd|aw|antw|sv|odp|ynt|رد)\s*:)+", re.IGNORECASE)
"""What mail programs of several languages put before the subject of an answer."""
HANDLES = re.compile(r"\s*(@\w+\s+)+")

EVENTS = {
    "enquiry.opened": gettext_lazy("Arrived"),
    "enquiry.claimed": gettext_lazy("Taken"),
    "enquiry.released": gettext_lazy("Given back to the team"),
    "enquiry.sorted": gettext_lazy("Topic or team changed"),
    "enquiry.invited": gettext_lazy("Invited to write in private"),
    "enquiry.invitation_used": gettext_lazy("Somebody used the private page"),
    "enquiry.assigned": gettext_lazy("Assigned"),
    "enquiry.taken_over": gettext_lazy("Taken over"),
    "enquiry.transferred": gettext_lazy("Moved to another team"),
    "enquiry.topic_set": gettext_lazy("Topic set"),
    "enquiry.priority_set": gettext_lazy("Priority set"),
    "enquiry.continued": gettext_lazy("The citizen wrote again"),
    "enquiry.noted": gettext_lazy("Note written"),
    "enquiry.waits": gettext_lazy("Waits for the citizen"),
    "enquiry.woken": gettext_lazy("Woken, the clock started"),
    "enquiry.merged": gettext_lazy("Merged into another enquiry"),
    "enquiry.unmerged": gettext_lazy("Taken out of the other enquiry again"),
    "enquiry.took_in": gettext_lazy("Another enquiry was merged into this one"),
    "enquiry.let_out": gettext_lazy("A merged enquiry was taken out again"),
    "enquiry.split": gettext_lazy("Messages went to an enquiry of their own"),
    "enquiry.split_off": gettext_lazy("Split off from another enquiry"),
    "enquiry.linked": gettext_lazy("Linked with another enquiry"),
    "enquiry.not_joined": gettext_lazy("It says to continue another enquiry; nothing proves that, so it stays apart"),
    "enquiry.unlinked": gettext_lazy("A link was taken away"),
    "reply.version_saved": gettext_lazy("Reply saved"),
    "reply.submitted": gettext_lazy("Reply submitted for approval"),
    "reply.went_along": gettext_lazy("A reply that waited for approval went along to the other team"),
    "reply.approved": gettext_lazy("Reply approved"),
    "reply.returned": gettext_lazy("Reply returned"),
    "reply.posted": gettext_lazy("Reply posted"),
    "reply.released": gettext_lazy("Reply let go by the policy"),
    "reply.endorsed": gettext_lazy("Reply read by the first of two people"),
    "reply.escalated": gettext_lazy("Approval was slow: substitutes were asked"),
    "review.done": gettext_lazy("Reply looked over afterwards"),
    "posting.refused": gettext_lazy("The platform did not take the reply"),
    "posting.needs_person": gettext_lazy("Nobody knows whether the reply arrived: a person has to look"),
    "posting.looked_at": gettext_lazy("Somebody had the platform asked whether the reply is there"),
    "posting.decided": gettext_lazy("A supervisor decided about a reply nobody knew the fate of"),
    "enquiry.closed": gettext_lazy("Closed"),
    "enquiry.reopened": gettext_lazy("Opened again, the clock started"),
    "clock.warned": gettext_lazy("Most of the promised time is used"),
    "clock.breached": gettext_lazy("The promised time ran out"),
    "reply.withdrawn": gettext_lazy("A draft was put aside: the next one answers another message"),
    "answer.helped": gettext_lazy("The citizen says: the answer helped"),
    "answer.helped_partly": gettext_lazy("The citizen says: the answer helped in part"),
    "answer.not_helped": gettext_lazy("The citizen says: the answer did not help"),
    "enquiry.submitted_by_program": gettext_lazy("Handed in by another program of the city"),
    "standard.inserted_expired": gettext_lazy("A standard answer was used although it had expired"),
    "standard.added": gettext_lazy("Standard answer begun"),
    "standard.written": gettext_lazy("Standard answer: a new version was written"),
    "standard.changed": gettext_lazy("Standard answer: owner, topic or title changed"),
    "standard.approved": gettext_lazy("Standard answer approved"),
    "standard.renewed": gettext_lazy("Standard answer holds longer"),
    "standard.retired": gettext_lazy("Standard answer taken out of use"),
    "policy.saved": gettext_lazy("The rules of approval were changed"),
    "incident.begun": gettext_lazy("An incident was declared for a topic"),
    "incident.ended": gettext_lazy("The incident of a topic is over"),
    "freeze.set": gettext_lazy("Sending was frozen"),
    "privacy.erased": gettext_lazy("What a person wrote was deleted, as they asked"),
    "privacy.kept": gettext_lazy("What a person wrote is kept, because a law says so"),
    "freeze.notice_confirmed": gettext_lazy("Citizens may read the notice"),
    "freeze.lifted": gettext_lazy("Sending goes on"),
    "substitution.begun": gettext_lazy("A substitute was named"),
    "substitution.ended": gettext_lazy("A substitute was taken back"),
    "trust.decided": gettext_lazy("The level of trust was decided"),
    "trust.taken_back": gettext_lazy("Trust was taken back after a serious return"),
    "buddy.set": gettext_lazy("Who reads along was changed"),
    "payload.unreadable": gettext_lazy("Something arrived that could not be read"),
    "payload.retried": gettext_lazy("What could not be read was tried again"),
    "pickup.failed": gettext_lazy("New messages could not be fetched"),
    "message.by_hand": gettext_lazy("An answer that somebody wrote on the platform itself was kept"),
    "account.halted": gettext_lazy("Sending on the account was halted until somebody mends it"),
    "account.copy_failed": gettext_lazy("The archive mailbox sent a copy back"),
    "payload.taken_up": gettext_lazy("A mail that was set aside became an enquiry"),
    "pickup.missed": gettext_lazy("Something had been missed and was fetched"),
    "pickup.gap": gettext_lazy("Something between two looks may be missing: a person should look on the platform"),
    "pickup.gap_closed": gettext_lazy("What was missing between two looks was fetched"),
    "notice.seen": gettext_lazy("Somebody has seen to a mail that came back"),
    "posting.bounced": gettext_lazy("A mail of ours came back: it did not reach the citizen"),
    "account.in_order": gettext_lazy("The account is in order again"),
    "account.not_in_order": gettext_lazy("A check found the account not in order"),
    "account.silent": gettext_lazy("The account is quieter than it ever is"),
    "account.heard_again": gettext_lazy("Messages arrive on the account again"),
    "account.renewed": gettext_lazy("The account's tokens were renewed"),
    "account.not_renewed": gettext_lazy("The account's tokens could not be renewed: a person has to sign it in again"),
    "account.checked": gettext_lazy("An account was checked"),
    "account.test_begun": gettext_lazy("A test message to ourselves was begun"),
    "account.tested": gettext_lazy("A test message to ourselves has left"),
    "account.test_failed": gettext_lazy("A test message to ourselves did not leave for certain"),
    "message.vanished": gettext_lazy(
        "A reply of ours is not on its platform any more, and nobody took it down from here"
    ),
    "enquiry.same_mail": gettext_lazy("The same mail came to another mailbox, too: one answer is enough"),
    "file.withheld": gettext_lazy(
        "Something dangerous was found in a file: nobody gets it any more, and it is not sent"
    ),
    "message.blanked": gettext_lazy("The citizen's words were emptied: they are gone from the platform"),
    "overheard.joined": gettext_lazy("A public post that a monitor found was joined"),
    "overheard.left": gettext_lazy("A public post that a monitor found was left alone"),
    "monitor.begun": gettext_lazy("A monitor was begun"),
    "monitor.changed": gettext_lazy("A monitor listens for something else, or at other times"),
    "monitor.paused": gettext_lazy("A monitor was paused"),
    "monitor.resumed": gettext_lazy("A monitor listens again"),
    "moderation.asked": gettext_lazy("Somebody asked that a citizen’s words be hidden, shown again or taken down"),
    "moderation.agreed": gettext_lazy("A second person agreed to what was asked about a citizen’s words"),
    "moderation.declined": gettext_lazy("A second person declined what was asked about a citizen’s words"),
    "moderation.withdrawn": gettext_lazy("What was asked about a citizen’s words was taken back"),
    "moderation.done": gettext_lazy("What two people decided about a citizen's words was done on the platform"),
    "moderation.failed": gettext_lazy("The platform did not do what two people decided about a citizen's words"),
    "privacy.deletion_asked": gettext_lazy("A person asked through a platform that their data be deleted"),
    "account.deauthorised": gettext_lazy("Somebody removed our app from the platform: the account is checked"),
    "security.webhook_forged": gettext_lazy("A delivery without proof of its sender was refused"),
    "token.made": gettext_lazy("An access token for a program was made"),
    "configuration.added": gettext_lazy("Something was added to the settings"),
    "configuration.changed": gettext_lazy("The settings were changed"),
    "configuration.deleted": gettext_lazy("Something was deleted from the settings"),
    "single_sign_on.linked": gettext_lazy("Sign-in by the organisation was linked"),
    "single_sign_on.user_made": gettext_lazy("Somebody was let in by the organisation’s sign-in for the first time"),
    "second_factor.added": gettext_lazy("A second step of signing in was set up"),
    "second_factor.removed": gettext_lazy("A second step of signing in was taken away"),
    "second_factor.codes_made": gettext_lazy("New recovery codes were made"),
}
"""Every verb that the code records, in a sentence."""
ARRIVED = {
    False: gettext_lazy("Arrived, the clock started"),
    True: gettext_lazy("Arrived from what looks like a machine: no clock started"),
}
"""What the arrival of an enquiry means, by whether a machine wrote it, where that is known."""

OUTCOMES = {
    "": gettext_lazy("has not come back yet"),
    "POSTED": gettext_lazy("posted"),
    "NOT_SENT": gettext_lazy("did not leave"),
    "UNCERTAIN": gettext_lazy("nobody knows whether it arrived"),
    "LOST": gettext_lazy("the process ended in the middle"),
    "REFUSED": gettext_lazy("not accepted"),
}


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """How a posting stands: `tone` is "good", "wait" or "bad"; `known`, `safe` and `todo` are sentences, maybe empty."""

    tone: str
    icon: str
    words: str
    known: str = ""
    safe: str = ""
    todo: str = ""


def event_in_words(verb: str, *, by_machine: bool | None = None) -> str:
    """Say what an event means. `by_machine` tells of an arrival who wrote what arrived, None where that is not known."""
    if verb == "enquiry.opened" and by_machine is not None:
        return str(ARRIVED[by_machine])
    return str(EVENTS.get(verb, verb))


def split_handles(text: str) -> tuple[list[str], str]:
    """Part the @handles that a post begins with from what it says. A post of nothing but handles says them."""
    leading = HANDLES.match(text)
    rest = text[leading.end() :] if leading else text
    return (leading[0].split() if leading else [], rest) if rest.strip() else ([], text)


def identity_in_words(identity: ChannelIdentity) -> str:
    """Say how a channel knows a citizen: by handle or address, or not at all."""
    if identity.external_id.startswith(("unknown:", "form:")):
        return _("not told")
    if identity.handle and identity.kind in ("x", "facebook"):
        return f"@{identity.handle}"
    return identity.external_id


def reached_by(kind: str) -> str:
    """Say how a private reply reaches the citizen on a kind of channel."""
    ways = {
        "web": _("on the private page"),
        "email": _("by e-mail"),
        "facebook": _("in Messenger"),
        "x": _("in a direct message"),
    }
    return ways.get(kind, kind)


def outcome_in_words(code: str) -> str:
    """Say how a try at a posting ended."""
    return str(OUTCOMES.get(code, code))


def delivery_of(posting: Posting, *, now: datetime) -> Delivery:
    """Say how a posting stands, what is known, what is safe, and what a person can do. Needs `account` loaded."""
    channel = {"channel": posting.account.get_kind_display()}
    match posting.state:
        case Posting.State.POSTED:
            return _posted(getattr(posting, "told", None) or {})
        case Posting.State.QUEUED:
            return _on_its_way(posting, now)
        case Posting.State.SENDING:
            return Delivery(tone="wait", icon="again", words=_("Being sent"))
        case Posting.State.UNKNOWN:
            return Delivery(
                tone="wait",
                icon="again",
                words=_("Checking with %(channel)s") % channel,
                known=posting.last_error,
                safe=_("We look whether it arrived before anything else. It will not be sent twice."),
                todo=_("Nothing yet. If it cannot be told within half an hour, a supervisor decides."),
            )
        case Posting.State.NEEDS_PERSON:
            return Delivery(
                tone="bad",
                icon="warn",
                words=_("A person has to look"),
                known=posting.last_error,
                safe=_("It is not sent again until a supervisor has decided."),
                todo=posting.fix,
            )
        case Posting.State.FAILED:
            return Delivery(
                tone="bad",
                icon="warn",
                words=_("Not delivered: %(channel)s did not accept it") % channel,
                known=posting.last_error,
                safe=_("Nothing was published. The text is kept, and the citizen’s clock goes on."),
                todo=posting.fix or _("Change the reply or answer another way, then submit it again."),
            )
    return Delivery(tone="wait", icon="x", words=_("Called back before it left"), known=posting.last_error)


def _posted(told: Mapping[str, str]) -> Delivery:
    """Say how far it came. `told` is what says most of it: kind, code and detail of a notice, or nothing."""
    detail = " ".join(part for part in (told.get("code", ""), told.get("detail", "")) if part)
    match told.get("kind"):
        case PostingNotice.Kind.BOUNCED:
            return Delivery(
                tone="bad",
                icon="warn",
                words=_("Came back: the citizen has not got it"),
                known=detail,
                safe=_("The text is kept."),
                todo=_("Correct the address or reach the citizen another way, and answer again."),
            )
        case PostingNotice.Kind.DELAYED:
            return Delivery(
                tone="wait",
                icon="wait",
                words=_("Sent, and delayed on its way"),
                known=detail,
                safe=_("The citizen’s mail server goes on trying. Nothing has to be sent again."),
            )
        case PostingNotice.Kind.READ:
            return Delivery(tone="good", icon="eye", words=_("Read"))
        case PostingNotice.Kind.DELIVERED:
            return Delivery(tone="good", icon="ok", words=_("Delivered"))
    return Delivery(tone="good", icon="ok", words=_("Posted"))


def _on_its_way(posting: Posting, now: datetime) -> Delivery:
    account = posting.account
    if not account.is_active:
        return Delivery(
            tone="bad",
            icon="warn",
            words=_("Waits: the account is out of use"),
            safe=_("The reply and its approval are kept."),
            todo=_("Call it back, or tell an administrator."),
        )
    if account.halted_reason:
        return Delivery(
            tone="bad",
            icon="warn",
            words=_("Waits: sending is halted"),
            known=account.halted_reason,
            safe=_("The reply and its approval are kept. It leaves by itself once the account is mended."),
            todo=_("Tell an administrator."),
        )
    if account.paused_until and account.paused_until > now:
        return Delivery(tone="wait", icon="wait", words=_("Waits: the platform asked for a pause"))
    if posting.attempts:
        return Delivery(tone="wait", icon="again", words=_("Is tried again soon"), known=posting.last_error)
    return Delivery(tone="wait", icon="wait", words=_("Leaves soon"))
