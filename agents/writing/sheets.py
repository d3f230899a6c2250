"""Which text is on the screen: the message it answers and what it is for, as an address asks or a reply under way tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import formats
from django.utils.translation import gettext as _

from enquiries.contract import Side
from enquiries.models import DraftText, Enquiry, Message, Reply
from enquiries.queries.thread import Answered, Entry, UnderWay
from enquiries.registry import channel
from enquiries.rules.may_reply import Standing, Why
from enquiries.services.replies import drafts, offline
from enquiries.services.replies.reach import hindrance_in_words

CORRECTIONS = (Reply.Purpose.REPLACE, Reply.Purpose.REMOVE)


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """The message that is answered, the purpose, our own post that is corrected, and what the box starts with.

    `refusal` says why what the address asked for cannot be; then an ordinary answer is opened instead.
    """

    answers: Message
    purpose: str = Reply.Purpose.ANSWER
    corrects: Message | None = None
    proposal: str = ""
    taken_back: DraftText | None = None
    refusal: str = ""

    @property
    def side(self) -> str:
        """Who will be able to read it."""
        return Reply.Purpose(self.purpose).side_of(self.answers.side)

    def is_of(self, reply: Reply) -> bool:
        """Whether this is the sheet of that reply."""
        corrects_id = self.corrects.pk if self.corrects else None
        return (reply.answers_id, reply.purpose, reply.corrects_id) == (self.answers.pk, self.purpose, corrects_id)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What an address or a form asks for: ids as they came, 0 for nothing."""

    answers_id: int = 0
    purpose: str = ""
    corrects_id: int = 0
    draft_id: int = 0


def wish_of(address: Mapping[str, str]) -> Wish:
    """Read an address: ?answers=, ?purpose=, ?corrects=, ?draft=. What is not understood asks for nothing."""
    purpose = address.get("purpose", "")
    return Wish(
        answers_id=_number(address.get("answers", "")),
        purpose=purpose if purpose in Reply.Purpose.values else "",
        corrects_id=_number(address.get("corrects", "")),
        draft_id=_number(address.get("draft", "")),
    )


def choose(
    enquiry: Enquiry,
    wish: Wish,
    *,
    inbound: list[Message],
    thread: list[Entry],
    writing: UnderWay,
    by_id: int,
    now: datetime,
    ways: Mapping[int, Standing],
) -> Chosen:
    """Decide what the composer opens on: what was asked for, else the reply under way, else the citizen's newest words.

    `ways` are those of `agents.writing.privately`.
    """
    taken_back = _own_draft(enquiry, wish.draft_id, by_id)
    if taken_back and not _by_id(inbound, taken_back.answers_id):
        taken_back = None  # it answers what went to another enquiry since; it is found there
    if taken_back:
        wish = Wish(
            answers_id=taken_back.answers_id, purpose=taken_back.purpose, corrects_id=taken_back.corrects_id or 0
        )
    reply = writing.reply
    if not wish.purpose and reply and wish.answers_id in (0, reply.answers_id):
        wish = Wish(answers_id=reply.answers_id, purpose=reply.purpose, corrects_id=reply.corrects_id or 0)
    if wish.purpose in CORRECTIONS:
        found = _correction(wish, inbound, thread, taken_back)
    else:
        answers = _by_id(inbound, wish.answers_id) or _newest(inbound)
        found = Chosen(answers=answers, taken_back=taken_back)
        if wish.purpose == Reply.Purpose.POINTER:
            found = _pointer(enquiry, answers, taken_back, now)
        elif wish.purpose == Reply.Purpose.PRIVATELY:
            found = _privately(answers, taken_back, ways)
    return found


def may_change(message: Message) -> tuple[bool, bool]:
    """Say whether a post of ours can get other words, and whether it can be taken down. Needs `account` loaded."""
    speaks = channel(message.account.kind)
    return message.side in speaks.replaces, message.side in speaks.removes


def _correction(wish: Wish, inbound: list[Message], thread: list[Entry], taken_back: DraftText | None) -> Chosen:
    for entry in thread:
        if isinstance(entry, Answered) and (own := entry.posted) and own.pk == wish.corrects_id:
            answers = _by_id(inbound, entry.approval.reply.answers_id)
            own.account = entry.postings[0].account
            able = dict(zip(CORRECTIONS, may_change(own), strict=True))
            if answers and able[Reply.Purpose(wish.purpose)]:
                return Chosen(
                    answers=answers,
                    purpose=wish.purpose,
                    corrects=own,
                    proposal=entry.stands_as,
                    taken_back=taken_back,
                )
    return Chosen(
        answers=_newest(inbound), refusal=_("That post of ours cannot be changed here. Write a further reply instead.")
    )


def _pointer(enquiry: Enquiry, answers: Message, taken_back: DraftText | None, now: datetime) -> Chosen:
    invitation = offline.invitation_of(answers.enquiry, now=now) if answers.side == Side.PUBLIC else None
    if invitation is None:
        return Chosen(answers=answers, refusal=_("There is no live invitation. Press “Take offline” for a new one."))
    until = formats.date_format(invitation.until, "j F")
    return Chosen(
        answers=answers,
        purpose=Reply.Purpose.POINTER,
        proposal=offline.pointer_text(answers.enquiry, invitation, until=until),
        taken_back=taken_back,
    )


def _privately(answers: Message, taken_back: DraftText | None, ways: Mapping[int, Standing]) -> Chosen:
    way = ways.get(answers.pk, Standing(may=False, why=Why.NO_SUCH_WAY))
    if not way.may:
        return Chosen(answers=answers, refusal=hindrance_in_words(way))
    return Chosen(answers=answers, purpose=Reply.Purpose.PRIVATELY, taken_back=taken_back)


def _own_draft(enquiry: Enquiry, draft_id: int, by_id: int) -> DraftText | None:
    if not draft_id:
        return None
    return drafts.own_one(enquiry_id=enquiry.pk, author_id=by_id, draft_id=draft_id)


def _by_id(inbound: list[Message], wanted: int) -> Message | None:
    return next((message for message in inbound if message.pk == wanted), None)


def _newest(inbound: list[Message]) -> Message:
    said = [message for message in inbound if not (message.automatic or message.outdated)] or inbound
    return next((message for message in said if not message.blanked_at), said[0])


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 19 else 0
