"""What the personal-data guard has to know before it reads a text that everybody will see, and what it found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.db.models import Q

from enquiries.contract import Side
from enquiries.models import (
    ChannelAccount,
    Enquiry,
    HouseStyle,
    Link,
    Message,
    Note,
    Reply,
    ReplyVersion,
    StandardInsertion,
)
from enquiries.models.masks import masks_in
from enquiries.rules.personal_data import Context, Find, find
from enquiries.services.families import family_of

MOST_TEXTS = 200
"""How many of the newest messages and notes are compared: beyond, nobody copies by hand."""
COUNTRIES = ("GB", "NL")


def finds_for(version: ReplyVersion) -> list[Find]:
    """List what has to be looked at before this version may go out in public; nothing for what only the citizen reads."""
    if version.content["side"] != Side.PUBLIC or version.reply.purpose == Reply.Purpose.REMOVE:
        return []
    reply = version.reply
    return finds_in(version.text, enquiry=reply.enquiry, answers=reply.answers, reply_id=reply.pk)


def finds_in(text: str, *, enquiry: Enquiry, answers: Message, reply_id: int | None = None) -> list[Find]:
    """List what the guard marks in an answer to `answers`; nothing where that answer stays private."""
    if answers.side != Side.PUBLIC or not text.strip():
        return []
    return find(text, context=context_of(enquiry, answers, salt=_salt(enquiry, reply_id)))


def context_of(enquiry: Enquiry, answers: Message, *, salt: str) -> Context:
    """Gather what may stand in public here and what may not: eight statements, however long the enquiry."""
    family = list(family_of(enquiry.pk).select_related("citizen"))
    said = list(
        Message.objects.filter(enquiry__in=family)
        .select_related("author__citizen")
        .defer("html", "subject")
        .order_by("-pk")[:MOST_TEXTS]
    )
    notes = Note.objects.filter(enquiry__in=family).order_by("-pk").values_list("text", flat=True)[:MOST_TEXTS]
    inserted = StandardInsertion.objects.filter(enquiry__in=family).values_list("text", flat=True)
    own_names = _names(answers)
    house = HouseStyle.objects.filter(organisation_id=enquiry.organisation_id).first()
    return Context(
        regions=tuple((house.countries if house else "").split()) or COUNTRIES,
        own_references=tuple(one.reference for one in family),
        addressed_names=tuple(own_names),
        addressed_public_names=_public_names(answers),
        other_names=tuple(sorted(_others(family, said, answers) - own_names)),
        staff_names=_staff(enquiry),
        public_contacts=(*_lines(house.public_contacts if house else ""), *_mailboxes(enquiry)),
        case_masks=masks_in(house.case_masks if house else ""),
        public_masks=masks_in(house.public_masks if house else ""),
        private_texts=(*(one.text for one in said if one.side == Side.PRIVATE and one.text), *notes),
        public_texts=(*(one.text for one in said if one.side == Side.PUBLIC and one.text), *inserted),
        salt=salt,
    )


def _salt(enquiry: Enquiry, reply_id: int | None) -> str:
    """Make what keeps a find's key from being tried out: only the installation knows the seed."""
    return hashlib.sha256(f"{enquiry.organisation.sampling_seed}:{enquiry.pk}:{reply_id or ''}".encode()).hexdigest()


def _names(message: Message) -> set[str]:
    if message.author is None:
        return set()
    return {message.author.name, message.author.citizen.name} - {""}


def _public_names(message: Message) -> tuple[str, ...]:
    """Give what everybody sees beside a public message: the handle and the name that its author shows there."""
    if message.author is None or message.side != Side.PUBLIC:
        return ()
    return tuple(name for name in (message.author.handle, message.author.name) if name)


def _others(family: list[Enquiry], said: Iterable[Message], answers: Message) -> set[str]:
    """Name every other citizen of this enquiry, of those merged into it and of those linked with it."""
    linked = Link.objects.filter(Q(first__in=family) | Q(second__in=family))
    pairs = linked.values_list("first__citizen__name", "second__citizen__name")
    names = {name for pair in pairs for name in pair} | {one.citizen.name for one in family}
    for message in said:
        if message.author_id != answers.author_id:
            names |= _names(message)
    return names - {""}


def _staff(enquiry: Enquiry) -> tuple[str, ...]:
    """Name the people who write here: with these names we sign."""
    wrote = ReplyVersion.objects.filter(reply__enquiry=enquiry).values_list("author__name", flat=True)
    return tuple({*wrote, enquiry.assignee.name if enquiry.assignee else ""} - {""})


def _mailboxes(enquiry: Enquiry) -> list[str]:
    ours = ChannelAccount.objects.filter(organisation=enquiry.organisation_id, kind="email")
    return list(ours.values_list("external_id", flat=True))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
