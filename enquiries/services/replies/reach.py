"""Whether a citizen can be answered where they wrote, as it stands now: the platform's rule, asked with what we know."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from enquiries.contract import Side
from enquiries.models import Message, Reply
from enquiries.queries.prepared import Prepared
from enquiries.registry import traits_of
from enquiries.rules import may_reply
from enquiries.rules.approval import ApprovalRefused
from enquiries.rules.may_reply import Standing, Why
from enquiries.services.replies.drafting import DraftRefused

ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))"
GOES_OUT = (Reply.State.APPROVED, Reply.State.POSTED)
CORRECTIONS = (Reply.Purpose.REPLACE, Reply.Purpose.REMOVE)
"""What only changes a post of ours may always leave: also where the citizen's own words are gone."""


class AnsweredInPrivate(ApprovalRefused):
    """The one private answer that a platform takes to a post is another reply's."""


def standing_of(message: Message, *, at: datetime, heard: Iterable[Message] | None = None) -> Standing:
    """Say whether an answer to `message` may leave at the moment `at`. Needs `account` loaded.

    `heard` are the citizen's messages, where the caller has them; otherwise they are looked up.
    """
    said = _said_there(message) if heard is None else [one.occurred_at for one in heard if _is_there(one, message)]
    return may_reply.check(
        may_reply.Asked(
            ways=traits_of(message.account.kind).ways,
            way=may_reply.way_of(message.side),
            last_heard=max([message.occurred_at, *said]),
            answerable=message.answerable,
            hindrance=message.hindrance,
            answer_by=message.answer_by,
            settings=message.account.settings,
            is_gone=message.blanked_at is not None,
        ),
        at=at,
    )


def standing_in_private(message: Message, *, at: datetime, is_used: bool) -> Standing:
    """Say whether public words may be answered in private. The time for it runs from the post, whoever wrote since.

    `is_used` says that this was done before; see `private_answers_to`.
    """
    return may_reply.check(
        may_reply.Asked(
            ways=traits_of(message.account.kind).ways,
            way=may_reply.way_of(message.side, privately=True),
            last_heard=message.occurred_at,
            answerable=message.answerable,
            hindrance=message.hindrance,
            settings=message.account.settings,
            answered_so=int(is_used),
            is_gone=message.blanked_at is not None,
        ),
        at=at,
    )


def standing_as_quote(message: Message, *, at: datetime) -> Standing:
    """Say whether a post of our own may quote a public message, on this account's plan."""
    return may_reply.check(
        may_reply.Asked(
            ways=traits_of(message.account.kind).ways if message.side == Side.PUBLIC else (),
            way=may_reply.Way.AS_QUOTE,
            last_heard=message.occurred_at,
            settings=message.account.settings,
            is_gone=message.blanked_at is not None,
        ),
        at=at,
    )


def private_answers_to(message: Message, *, but: int | None = None) -> QuerySet[Reply]:
    """List the private answers to a post, in whichever of its wordings, that count; `but` is a reply left out."""
    post = _post_of(message)
    same = Q(answers=message) | Q(answers__account=message.account_id, answers__root_id=post)
    same |= Q(answers__account=message.account_id, answers__root_id="", answers__external_id=post)
    ours = Reply.objects.filter(same, purpose=Reply.Purpose.PRIVATELY)
    return ours.exclude(state__in=[Reply.State.WITHDRAWN, Reply.State.FAILED]).exclude(pk=but or 0)


def _post_of(message: Message) -> str:
    return message.root_id or message.external_id


def hold_private_way(message: Message) -> None:
    """Let one at a time decide about the one private answer to a post: its wordings may lie in several enquiries.

    Call inside a transaction, with the enquiry held.
    """
    with connection.cursor() as cursor:
        cursor.execute(ALONE, [f"privately {_post_of(message)}", message.account_id])


def check_once(message: Message, *, but: int | None = None) -> None:
    """Refuse a second private answer to a post. Call with the enquiry held. Raises DraftRefused."""
    hold_private_way(message)
    if private_answers_to(message, but=but).exists():
        raise DraftRefused(hindrance_in_words(Standing(may=False, why=Why.ONCE_ONLY)))


def check_unused(reply: Reply) -> None:
    """Refuse to approve a private answer where another one is approved or posted. Raises AnsweredInPrivate."""
    if reply.purpose != Reply.Purpose.PRIVATELY:
        return
    hold_private_way(reply.answers)
    if private_answers_to(reply.answers, but=reply.pk).filter(state__in=GOES_OUT).exists():
        raise AnsweredInPrivate(
            _(
                "Another private answer to this very post is approved already, and the platform takes only one. "
                "Return this one, or answer in public."
            )
        )


def check_reach(reply: Reply, *, at: datetime, as_quote: bool = False) -> None:
    """Refuse what the platform would refuse. `at` is when it would leave. Raises DraftRefused with what to do."""
    if reply.purpose in CORRECTIONS:
        return
    if reply.purpose == Reply.Purpose.PRIVATELY:
        is_used = private_answers_to(reply.answers, but=reply.pk).exists()
        standing = standing_in_private(reply.answers, at=at, is_used=is_used)
    elif as_quote:
        standing = standing_as_quote(reply.answers, at=at)
    else:
        standing = standing_of(reply.answers, at=at)
    if not standing.may:
        raise DraftRefused(hindrance_in_words(standing))


def hindrance_in_words(standing: Standing) -> str:
    """Say why an answer may not go, and what to do instead."""
    match standing.why:
        case Why.TOO_LATE:
            return _(
                "The platform lets us answer no longer. Answer another way, or wait until the citizen writes again."
            )
        case Why.NOT_SUMMONED:
            return standing.told or _("The platform lets us answer only who names us. Answer by hand there.")
        case Why.ONCE_ONLY:
            return _(
                "The platform lets us write once in private to a comment, and that is used. Answer in public, or wait "
                "until the citizen writes to us in private."
            )
        case Why.GONE:
            return _(
                "The citizen’s post is not on the platform any more, so nothing can be answered there. Answer another of "
                "their messages, or close the enquiry."
            )
        case Why.NOT_ON_THIS_PLAN:
            return _(
                "The platform lets programs quote a post only on a plan that this account does not have. Answer under the "
                "post instead, or quote it by hand there."
            )
        case Why.NO_SUCH_WAY:
            return _("There is no such way to answer here. Answer another message, or by hand.")
        case _:
            return standing.told or _("The platform does not let us answer this message.")


def _said_there(message: Message) -> list[datetime]:
    """List when the same person wrote to the same account; only where that matters (a private way back)."""
    if not message.reply_to:
        return []
    there = _newest_there(enquiry_id=message.enquiry_id, account_id=message.account_id, reply_to=message.reply_to)
    return [one.occurred_at for one in there]


@Prepared
def _newest_there(*, enquiry_id: int, account_id: int, reply_to: str) -> QuerySet[Message]:
    there = Message.objects.filter(enquiry=enquiry_id, account=account_id, reply_to=reply_to)
    return there.filter(direction=Message.Direction.IN).order_by("-occurred_at").only("occurred_at")[:1]


def _is_there(one: Message, message: Message) -> bool:
    return (
        one.direction == Message.Direction.IN
        and one.account_id == message.account_id
        and bool(message.reply_to)
        and one.reply_to == message.reply_to
    )
