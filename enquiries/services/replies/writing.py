"""Drafts as versions: nothing anybody wrote is overwritten, and a correction names the post it corrects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from enquiries.models import Enquiry, Message, Reply, ReplyVersion
from enquiries.registry import channel
from enquiries.rules.text import clean
from enquiries.services.drafting import DraftRefused, NewerVersion, content_for
from enquiries.services.families import hold_to_write
from enquiries.services.moves import move
from enquiries.services.replies.reading import UNDER_WAY, inbound_of_family, newest_inbound, note
from enquiries.services.replies.stopping import withdraw
from enquiries.services.triage.hands import take

ANY_VERSION, NO_VERSION = -1, 0


@dataclass(frozen=True, kw_only=True)
class Aim:
    """What a reply is for, and what of its sending its author chose. `corrects_id` is our message that it corrects."""

    purpose: str = Reply.Purpose.ANSWER
    corrects_id: int | None = None
    not_before: datetime | None = None
    in_parts: bool = False


@transaction.atomic
def save_draft(
    *,
    enquiry_id: int,
    answers_id: int,
    author_id: int,
    text: str,
    now: datetime,
    seen_id: int = ANY_VERSION,
    aim: Aim | None = None,
) -> ReplyVersion:
    """Keep a wording as a new version, unless it is the newest one already. Nothing anybody wrote is overwritten.

    `seen_id` is the version on the author's screen, NO_VERSION where there was none: if another one is the newest by now,
    NewerVersion is raised and nothing changes. Programs that show nobody anything leave it out.
    Saving takes a submitted reply back to draft. Raises DraftRefused when the reply is approved or on its way, when
    there are no words, or when the message is not of this enquiry.
    """
    aim = aim or Aim()
    enquiry = hold_to_write(enquiry_id)
    answers = _answered(enquiry, answers_id)
    words = clean(text).strip()
    if not words:
        raise DraftRefused(_("Write something first: an empty reply cannot be kept."))
    corrected = _corrected(enquiry, answers, aim)
    reply = _editable_reply(enquiry, answers, aim, now)
    content = _content(enquiry, answers, words, aim, corrected)
    newest = reply.versions.order_by("-n").first()
    last_inbound = newest_inbound(enquiry)
    is_same = newest and newest.content == content and newest.last_inbound_id == last_inbound.pk
    if newest and is_same and not newest.endorsements.exists():  # one person's word of an earlier round counts no more
        return newest
    if newest and seen_id not in (ANY_VERSION, newest.pk) and newest.text != content["text"]:
        raise NewerVersion(newest)
    version = ReplyVersion.objects.create(
        reply=reply,
        n=(newest.n if newest else 0) + 1,
        author_id=author_id,
        content=content,
        last_inbound=last_inbound,
        created_at=now,
    )
    version.refresh_from_db(fields=["content_sha256"])
    take(enquiry, author_id, now)
    note("reply.version_saved", version.reply, now, author_id, {"n": version.n})
    return version


def _content(enquiry: Enquiry, answers: Message, words: str, aim: Aim, corrected: Message | None) -> dict[str, Any]:
    """Put together what leaves; a removal is of the words that stand there."""
    return content_for(
        enquiry,
        answers,
        corrected.text if corrected and aim.purpose == Reply.Purpose.REMOVE else words,
        purpose=aim.purpose,
        of=corrected.external_id if corrected else None,
        not_before=aim.not_before,
        in_parts=aim.in_parts,
    )


def _answered(enquiry: Enquiry, answers_id: int) -> Message:
    inbound = inbound_of_family(enquiry).filter(pk=answers_id)
    answers = inbound.select_related("account", "author", "enquiry").first()
    if answers is None:
        raise DraftRefused(_("That message is not part of this enquiry any more. Load the page again."))
    return answers


def _corrected(enquiry: Enquiry, answers: Message, aim: Aim) -> Message | None:
    """Find our own post that is to be corrected. Raises DraftRefused when there is none, or its place cannot do that."""
    if aim.purpose not in (Reply.Purpose.REPLACE, Reply.Purpose.REMOVE):
        return None
    own = Message.objects.filter(
        pk=aim.corrects_id or 0,
        enquiry_id=answers.enquiry_id,
        account_id=answers.account_id,
        direction=Message.Direction.OUT,
        posting__isnull=False,
    ).first()
    if own is None:
        raise DraftRefused(_("That reply of ours is not here any more. Load the page again."))
    if own.changes.filter(kind="REMOVED").exists():
        raise DraftRefused(_("That reply of ours was removed already."))
    speaks = channel(answers.account.kind)
    able = speaks.replaces if aim.purpose == Reply.Purpose.REPLACE else speaks.removes
    if own.side not in able:
        raise DraftRefused(
            _("%(channel)s does not let us do that. Write a further reply that corrects it.")
            % {"channel": answers.account.get_kind_display()}
        )
    return own


def _editable_reply(enquiry: Enquiry, answers: Message, aim: Aim, now: datetime) -> Reply:
    reply = Reply.objects.select_for_update(of=("self",)).filter(enquiry=enquiry, state__in=UNDER_WAY).first()
    if reply and reply.state == Reply.State.APPROVED:
        raise DraftRefused(_("This reply is approved and on its way. Call it back before you change it."))
    if reply and (reply.answers_id, reply.purpose, reply.corrects_id) != (answers.pk, aim.purpose, aim.corrects_id):
        withdraw(enquiry, reply, now)
        reply = None
    if reply is None:
        return Reply.objects.create(
            enquiry=enquiry, answers=answers, purpose=aim.purpose, corrects_id=aim.corrects_id, created_at=now
        )
    if reply.state == Reply.State.SUBMITTED:
        move(enquiry, "return")
    if reply.state != Reply.State.DRAFT:
        move(reply, "edit", submitted_at=None, escalate_at=None, escalated_at=None)
    return reply
