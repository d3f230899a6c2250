"""Drafts as versions: nothing anybody wrote is overwritten, and a correction names the post it corrects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Subquery
from django.utils.translation import gettext as _

from audit.ledger import written_together
from enquiries.models import Enquiry, Message, Reply, ReplyVersion
from enquiries.queries.family import family_of
from enquiries.queries.prepared import Prepared
from enquiries.queries.wording import Wording, newest_inbound_in, wording_of
from enquiries.registry import channel
from enquiries.rules.text import clean
from enquiries.services.families import hold_to_write
from enquiries.services.files import reply_files
from enquiries.services.moves import move
from enquiries.services.replies.drafting import DraftRefused, NewerVersion, content_for
from enquiries.services.replies.reach import check_once
from enquiries.services.replies.reading import hold_under_way, note
from enquiries.services.replies.stopping import withdraw
from enquiries.services.triage.hands import take

ANY_VERSION, NO_VERSION = -1, 0


@dataclass(frozen=True, kw_only=True)
class Aim:
    """What a reply is for, and what of its sending its author chose. `corrects_id` is our message that it corrects.

    `as_quote` makes it a post of our own that quotes the citizen's, where the account may do that.
    """

    purpose: str = Reply.Purpose.ANSWER
    corrects_id: int | None = None
    not_before: datetime | None = None
    in_parts: bool = False
    as_quote: bool = False


@dataclass(frozen=True, kw_only=True)
class Badge:
    """What its author's page said about who can read it, and the side they said yes to after a change; empty if nothing."""

    said: str = ""
    confirmed: str = ""


@dataclass(frozen=True, kw_only=True)
class Writing:
    """What an author hands in. `seen_id` is the version on their screen, NO_VERSION where there was none.

    Programs that show nobody anything leave it at ANY_VERSION, and have no `badge`: they are not held to a side.
    `files` are those that go with it; None leaves those of the wording before.
    """

    answers_id: int
    author_id: int
    text: str
    seen_id: int = ANY_VERSION
    aim: Aim = field(default_factory=Aim)
    badge: Badge | None = None
    files: Sequence[reply_files.Chosen] | None = None


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
    """Keep a wording as `save_text` does."""
    writing = Writing(answers_id=answers_id, author_id=author_id, text=text, seen_id=seen_id, aim=aim or Aim())
    return save_text(enquiry_id=enquiry_id, writing=writing, now=now)


@transaction.atomic
def save_text(*, enquiry_id: int, writing: Writing, now: datetime) -> ReplyVersion:
    """Keep a wording as a new version, unless it is the newest one already. Nothing anybody wrote is overwritten.

    If another version than the one on the author's screen is the newest by now, NewerVersion is raised and nothing changes.
    Saving other words takes a submitted reply back to draft; the same words leave it as it is. Raises DraftRefused when the
    reply is approved or on its way, when there are no words, or when the message is not of this enquiry or not of the side
    that the page told.
    """
    with written_together():
        return keep(hold_to_write(enquiry_id), writing, now)


def keep(enquiry: Enquiry, writing: Writing, now: datetime) -> ReplyVersion:
    """Keep a wording as `save_draft` does; call with the enquiry held. Of the reply, `answers` is loaded, too."""
    aim, answers = writing.aim, _answered(enquiry, writing.answers_id)
    reply = hold_under_way(enquiry)
    if aim.corrects_id and aim.purpose not in (Reply.Purpose.REPLACE, Reply.Purpose.REMOVE):
        raise DraftRefused(_("This page asked for two things at once. Load it again; your text is still there."))
    if writing.badge and not aim.corrects_id:
        _check_side(writing.badge, answers, reply, aim.purpose)
    words = clean(writing.text).strip()
    if not words:
        raise DraftRefused(_("Write something first: an empty reply cannot be kept."))
    corrected = _corrected(enquiry, answers, aim)
    reply, wording = _written_to(enquiry, reply, answers, aim, now)
    newest = wording.version if wording else None
    before = newest.content.get("attachments") or [] if newest else []
    files = reply_files.named(enquiry, answers, writing.files, purpose=aim.purpose, before=before)
    content = _content(enquiry, answers, words, aim, corrected) | {"attachments": files}
    last_inbound_id = answers.newest_inbound_id  # type: ignore[attr-defined]
    is_same = newest and newest.content == content and newest.last_inbound_id == last_inbound_id
    # One person's word of an earlier round counts no more: then the same words are a new version. While they wait, it counts.
    waits = reply.state == Reply.State.SUBMITTED
    if newest and is_same and wording and (waits or not wording.endorsed_by):
        return newest
    is_other = newest and (newest.text != content["text"] or before != files)
    if newest and is_other and writing.seen_id not in (ANY_VERSION, newest.pk):
        raise NewerVersion(newest)
    _open_again(enquiry, reply)
    version = ReplyVersion.objects.create(
        reply=reply,
        n=(newest.n if newest else 0) + 1,
        author_id=writing.author_id,
        content=content,
        last_inbound_id=last_inbound_id,
        created_at=now,
    )
    take(enquiry, writing.author_id, now)
    note("reply.version_saved", reply, now, writing.author_id, {"n": version.n})
    return version


def _check_side(badge: Badge, answers: Message, reply: Reply | None, purpose: str) -> None:
    """Refuse a text that would go to another side than its author saw, or than they wrote for until now.

    A program or an older page that names no side is held to the side it would expect.
    """
    side = Reply.Purpose(purpose).side_of(answers.side)
    if badge.said and badge.said != side:
        raise DraftRefused(
            _("This message is on the other side than the page said. Look at the badge, then save again.")
        )
    before = reply.side if reply else answers.newest_inbound_side  # type: ignore[attr-defined]
    # Whoever chose to answer public words in private has said which side they mean.
    if before != side and badge.confirmed != side and purpose != Reply.Purpose.PRIVATELY:
        raise DraftRefused(_("You are changing sides. Tick the box below if you mean it."))


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
        as_quote=aim.as_quote,
    )


def _answered(enquiry: Enquiry, answers_id: int) -> Message:
    """Read the message that is answered, with `newest_inbound_id` and `_side`: of the newest words of its family."""
    found = _inbound(answers_id=answers_id, family=tuple(family_of(enquiry)))
    if not found:
        raise DraftRefused(_("That message is not part of this enquiry any more. Load the page again."))
    return found[0]


@Prepared
def _inbound(*, answers_id: int, family: tuple[int, ...]) -> QuerySet[Message]:
    newest = newest_inbound_in(family)
    return (
        Message.objects.filter(pk=answers_id, enquiry__in=family, direction=Message.Direction.IN)
        .select_related("account", "author", "enquiry")
        .annotate(
            newest_inbound_id=Subquery(newest.values("pk")[:1]), newest_inbound_side=Subquery(newest.values("side")[:1])
        )
    )


def _corrected(enquiry: Enquiry, answers: Message, aim: Aim) -> Message | None:
    """Find our own post that is to be corrected. Raises DraftRefused when there is none, or its place cannot do that."""
    if aim.purpose not in (Reply.Purpose.REPLACE, Reply.Purpose.REMOVE):
        return None
    own = Message.objects.filter(
        pk=aim.corrects_id or 0,
        enquiry_id=answers.enquiry_id,
        account_id=answers.account_id,
        side=answers.side,
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


def _written_to(
    enquiry: Enquiry, reply: Reply | None, answers: Message, aim: Aim, now: datetime
) -> tuple[Reply, Wording | None]:
    """Find the reply under way that these words are of, or begin a new one. Gives it with its newest wording, if any."""
    if reply and reply.state == Reply.State.APPROVED:
        raise DraftRefused(_("This reply is approved and on its way. Call it back before you change it."))
    if reply and (reply.answers_id, reply.purpose, reply.corrects_id) != (answers.pk, aim.purpose, aim.corrects_id):
        withdraw(enquiry, reply, now)
        reply = None
    if aim.purpose == Reply.Purpose.PRIVATELY:
        check_once(answers, but=reply.pk if reply else None)
    if reply is None:
        begun = Reply.objects.create(
            enquiry=enquiry, answers=answers, purpose=aim.purpose, corrects_id=aim.corrects_id, created_at=now
        )
        return begun, None
    return reply, wording_of(reply)


def _open_again(enquiry: Enquiry, reply: Reply) -> None:
    """Make a draft of what was submitted or returned: other words are coming."""
    if reply.state == Reply.State.SUBMITTED:
        move(enquiry, "return")
    if reply.state != Reply.State.DRAFT:
        move(reply, "edit", submitted_at=None, escalate_at=None, escalated_at=None)
