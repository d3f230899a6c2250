"""From a public exchange to a private one: an invitation that is used once, and the page it leads to.

The link stands in public, so whoever comes first uses it. It opens nothing but an empty form; what is written there joins
the enquiry as a private message of somebody unproven, who then follows only what was written through that very page.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from audit.ledger import record
from enquiries.contract import Author, Side
from enquiries.models import ChannelAccount, Enquiry, EnquiryToken, Message, Thread
from enquiries.models.enquiry import INVITED
from enquiries.models.sealed import seal, unseal
from enquiries.services.families import family_ids, hold
from enquiries.services.incoming.identity import TOKEN_ALPHABET, TOKEN_LENGTH, identity_of
from enquiries.services.replies.drafting import DraftRefused

LASTS = timedelta(days=7)
POINTERS = {
    "en": "We would rather not discuss this in public. Please write to us in private here: {link}\n"
    "The link works once, until {until}. {reference}",
    "nl": "Wij bespreken dit liever niet in het openbaar. Schrijf ons hier besloten: {link}\n"
    "De link werkt één keer, tot {until}. {reference}",
    "ar": "نفضّل ألا نناقش هذا علنًا. يُرجى مراسلتنا هنا على انفراد: {link}\nيعمل الرابط مرة واحدة حتى {until}. {reference}",
}


class CannotInvite(DraftRefused):
    """Nobody can be invited to write in private here. The message says why."""


class InvitationOver(Exception):
    """The invitation was used by somebody, or its time is over. `why` tells which."""

    def __init__(self, why: Literal["used", "expired"]) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """A live invitation: its link, and until when it can be used."""

    secret: str
    until: datetime

    @property
    def link(self) -> str:
        """The address that stands in public."""
        return f"{settings.PUBLIC_URL}/private/{self.secret}/"


@transaction.atomic
def invite(*, enquiry_id: int, answers_id: int, by_id: int, now: datetime) -> Invitation:
    """Make an invitation for the citizen of a public message, or give the live one. Raises CannotInvite.

    It leads to the enquiry of that very message, also where that was merged: what comes of it parts with it again.
    """
    ours = Message.objects.filter(pk=answers_id, direction=Message.Direction.IN, enquiry__in=family_ids(enquiry_id))
    message = ours.filter(side=Side.PUBLIC).first()
    if message is None:
        raise CannotInvite(_("Only a public message can be taken offline."))
    enquiry = hold(message.enquiry_id)
    if page_account(enquiry.organisation_id) is None:
        raise CannotInvite(_("There is no web form in use, so there is no private page to invite to."))
    known = invitation_of(enquiry, now=now)
    if known:
        return known
    EnquiryToken.objects.filter(
        enquiry=enquiry, purpose=EnquiryToken.Purpose.OFFLINE, revoked_at__isnull=True, used_at__isnull=True
    ).update(revoked_at=now)
    secret = _make(enquiry, EnquiryToken.Purpose.OFFLINE, expires_at=now + LASTS)
    _note("enquiry.invited", enquiry, now, by_id)
    return Invitation(secret=secret, until=now + LASTS)


def invitation_of(enquiry: Enquiry, *, now: datetime) -> Invitation | None:
    """Give the invitation of an enquiry that can still be used. None when there is none."""
    token = EnquiryToken.objects.filter(
        enquiry=enquiry,
        purpose=EnquiryToken.Purpose.OFFLINE,
        revoked_at__isnull=True,
        used_at__isnull=True,
        expires_at__gt=now,
    ).first()
    return Invitation(secret=unseal(token.sealed), until=token.expires_at or now) if token else None


def renew(enquiry: Enquiry, *, now: datetime) -> None:
    """Let the seven days begin when the pointer is really there: its approval may have taken a while."""
    EnquiryToken.objects.filter(
        enquiry=enquiry, purpose=EnquiryToken.Purpose.OFFLINE, revoked_at__isnull=True, used_at__isnull=True
    ).update(expires_at=now + LASTS)


def pointer_text(enquiry: Enquiry, invitation: Invitation, *, until: str) -> str:
    """Propose the public words around the link, in the citizen's language where we have them. `until` is a day in words."""
    words = POINTERS.get(enquiry.language[:2]) or POINTERS["en"]
    return words.format(link=invitation.link, until=until, reference=enquiry.reference)


def check_pointer(enquiry: Enquiry, text: str, *, now: datetime) -> None:
    """Refuse a pointer that leads nowhere. Raises CannotInvite."""
    invitation = invitation_of(enquiry, now=now)
    if invitation is None:
        raise CannotInvite(_("The invitation was used or has run out. Press “Take offline” again for a new link."))
    if invitation.link not in text:
        raise CannotInvite(_("The link to the private page is missing: %(link)s") % {"link": invitation.link})


def page_account(organisation_id: int) -> ChannelAccount | None:
    """Find the account under which private pages are answered: the organisation's web form."""
    return ChannelAccount.objects.active("web").filter(organisation_id=organisation_id).first()


def look(secret: str) -> EnquiryToken | None:
    """Find the invitation that a secret belongs to, used or not. None for anything unknown or revoked; nothing changes."""
    return _find(secret, EnquiryToken.Purpose.OFFLINE)


def standing(token: EnquiryToken, *, now: datetime) -> Literal["open", "used", "expired"]:
    """Say whether an invitation can be used."""
    if token.used_at is not None:
        return "used"
    return "open" if token.expires_at is not None and now < token.expires_at else "expired"


def thread_of_form(nonce: str) -> str:
    """Name the thread of what is written on one form."""
    return f"{INVITED}{nonce}"


def redeem(*, secret: str, nonce: str, name: str, now: datetime) -> str:
    """Use an invitation for the form `nonce`; the same form again is the same use. Returns the secret of its page.

    Call inside the transaction that keeps the words, so that neither goes without the other. Raises InvitationOver.
    """
    token = EnquiryToken.objects.select_for_update(of=("self",)).get(pk=_known(secret).pk)
    thread = thread_of_form(nonce)
    if token.used_at is not None and token.thread == thread:
        page = EnquiryToken.objects.get(enquiry=token.enquiry_id, purpose=EnquiryToken.Purpose.PAGE, thread=thread)
        return unseal(page.sealed)
    found = standing(token, now=now)
    if found != "open":
        raise InvitationOver(found)
    token.used_at, token.thread = now, thread
    token.save(update_fields=["used_at", "thread"])
    account = page_account(token.enquiry.organisation_id)
    if account is None:
        raise InvitationOver("expired")
    identity = identity_of(account=account, author=Author(external_id=author_of(thread), name=name))
    Thread.objects.create(account=account, key=f"{identity.pk}:{thread}"[:300], enquiry=token.enquiry)
    _note("enquiry.invitation_used", token.enquiry, now, None)
    return _make(token.enquiry, EnquiryToken.Purpose.PAGE, thread=thread)


def author_of(thread: str) -> str:
    """Name whoever writes in such a thread: nobody but "whoever used that invitation"."""
    return f"form:{thread}"


def page_of(secret: str) -> tuple[Enquiry, str] | None:
    """Find what a private page shows: the enquiry and the one thread of it. None for anything unknown or revoked."""
    token = _find(secret, EnquiryToken.Purpose.PAGE)
    if token is None:
        return None
    first = Message.objects.filter(thread_key=token.thread, account__organisation_id=token.enquiry.organisation_id)
    message = first.select_related("enquiry__organisation", "enquiry__topic").order_by("pk").first()
    return (message.enquiry if message else token.enquiry), token.thread


def _known(secret: str) -> EnquiryToken:
    token = look(secret)
    if token is None:
        raise InvitationOver("expired")
    return token


def _find(secret: str, purpose: EnquiryToken.Purpose) -> EnquiryToken | None:
    cleaned = secret.strip().lower()
    if len(cleaned) != TOKEN_LENGTH:
        return None
    live = EnquiryToken.objects.filter(digest=_digest(cleaned), purpose=purpose, revoked_at__isnull=True)
    return live.select_related("enquiry__organisation", "enquiry__topic").first()


def _make(
    enquiry: Enquiry, purpose: EnquiryToken.Purpose, *, thread: str = "", expires_at: datetime | None = None
) -> str:
    secret = "".join(secrets.choice(TOKEN_ALPHABET) for _ in range(TOKEN_LENGTH))
    EnquiryToken.objects.create(
        enquiry=enquiry,
        purpose=purpose,
        digest=_digest(secret),
        sealed=seal(secret),
        thread=thread,
        expires_at=expires_at,
    )
    return secret


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _note(verb: str, enquiry: Enquiry, now: datetime, by_id: int | None) -> None:
    record(
        verb=verb,
        now=now,
        actor_id=by_id,
        subject=f"enquiry:{enquiry.pk}",
        organisation_id=enquiry.organisation_id,
        enquiry_id=enquiry.pk,
    )
