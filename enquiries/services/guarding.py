"""What the personal-data guard has to know before it reads a text that everybody will see, and what it found."""

from __future__ import annotations

from django.db.models import Q

from enquiries.contract import Side
from enquiries.models import ChannelIdentity, Enquiry, HouseStyle, Message, Reply, ReplyVersion
from enquiries.rules.personal_data import Context, Find, find

MOST_MESSAGES = 200
"""How many of the newest messages of each side are compared: beyond, nobody copies by hand."""


def finds_for(version: ReplyVersion) -> list[Find]:
    """List what has to be looked at before this version may go out in public; nothing for what only the citizen reads."""
    if version.content["side"] != Side.PUBLIC or version.reply.purpose == Reply.Purpose.REMOVE:
        return []
    return finds_in(
        version.text, enquiry=version.reply.enquiry, answers=version.reply.answers, reply_id=version.reply_id
    )


def finds_in(text: str, *, enquiry: Enquiry, answers: Message, reply_id: int | None = None) -> list[Find]:
    """List what the guard marks in a public answer to `answers`."""
    return find(text, context=context_of(enquiry, answers, salt=f"{enquiry.pk}:{reply_id or ''}"))


def context_of(enquiry: Enquiry, answers: Message, *, salt: str) -> Context:
    """Gather what may stand in public here and what may not: four queries, however long the enquiry."""
    style = HouseStyle.objects.filter(organisation_id=enquiry.organisation_id).first()
    family = Q(enquiry_id=enquiry.pk) | Q(enquiry__merged_into_id=enquiry.pk)
    said = list(
        Message.objects.filter(family)
        .order_by("-pk")
        .values_list("side", "text", "author_id", "enquiry__reference")[:MOST_MESSAGES]
    )
    writers = {author for _side, _text, author, _reference in said if author}
    people = list(ChannelIdentity.objects.filter(Q(pk__in=writers) | Q(citizen_id=enquiry.citizen_id)))
    addressed_id = next((one.citizen_id for one in people if one.pk == answers.author_id), enquiry.citizen_id)
    ours = [one for one in people if one.citizen_id == addressed_id]
    return Context(
        regions=tuple((style.countries if style else "GB NL").split()),
        own_references=tuple({enquiry.reference, *(reference for *_rest, reference in said)}),
        addressed_names=tuple({one.name for one in ours if one.name}),
        addressed_public_names=tuple({one.handle for one in ours if one.handle}),
        other_names=tuple({one.name for one in people if one.name and one.citizen_id != addressed_id}),
        public_contacts=tuple(line for line in (style.public_contacts if style else "").splitlines() if line.strip()),
        private_texts=tuple(text for side, text, *_rest in said if side == Side.PRIVATE and text),
        public_texts=tuple(text for side, text, *_rest in said if side == Side.PUBLIC and text),
        salt=salt,
    )
