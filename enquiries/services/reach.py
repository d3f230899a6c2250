"""Whether a citizen can be answered where they wrote, as it stands now: the platform's rule, asked with what we know."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from enquiries.models import Message
from enquiries.queries.prepared import Prepared
from enquiries.registry import traits_of
from enquiries.rules import may_reply
from enquiries.rules.may_reply import Standing, Why
from enquiries.services.drafting import DraftRefused


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
        ),
        at=at,
    )


def check_reach(message: Message, *, at: datetime) -> None:
    """Refuse what the platform would refuse. `at` is when it would leave. Raises DraftRefused with what to do."""
    standing = standing_of(message, at=at)
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
            return _("The platform lets us write once in private to a comment, and that has been done.")
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
