"""What the composer stands on: the message it answers and its side, the text so far, where it goes, and what stands against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from agents.approving.changes import Run, changes
from agents.writing.sheets import Chosen
from enquiries.contract import Side
from enquiries.models import ChannelAccount, DraftText, Enquiry, Message, Reply, ReplyVersion
from enquiries.queries.approvals import Route
from enquiries.queries.thread import UnderWay
from enquiries.registry import channel
from enquiries.rules.may_reply import Standing
from enquiries.services.files.reply_files import Chosen as FileChosen
from enquiries.services.replies import drafts
from enquiries.services.replies.drafting import DraftRefused, parts_of
from enquiries.services.replies.reach import standing_as_quote, standing_in_private, standing_of


@dataclass(frozen=True, kw_only=True)
class Measure:
    """How long a text is for the place it goes to, in that place's own counting."""

    length: int
    most: int

    @property
    def is_over(self) -> bool:
        """Whether the place would not take it."""
        return self.length > self.most

    @property
    def words(self) -> str:
        """The measure as people read it."""
        counted = {"length": _grouped(self.length), "most": _grouped(self.most)}
        if not self.is_over:
            return _("%(length)s of %(most)s") % counted
        counted["over"] = _grouped(self.length - self.most)
        return _("%(over)s too long: %(length)s of %(most)s") % counted


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A text as it would be posted in parts; `refusal` says why it cannot be cut."""

    parts: list[str] = field(default_factory=list)
    refusal: str = ""

    @property
    def is_several(self) -> bool:
        """Whether it would be more than one post."""
        return len(self.parts) > 1


@dataclass(frozen=True, kw_only=True)
class Composer:
    """The open composer. What a template needs is here, so that it asks the database nothing.

    `other` is a newer wording of somebody else that the person has not seen yet; `switched` is set when the message has
    another side than the reply that is under way (or than the citizen's newest words), so that the change is made on purpose.
    """

    answers: Message
    text: str
    reply: Reply | None
    versions: list[ReplyVersion]
    measure: Measure
    cut: Cut
    routes: list[Route]
    standing: Standing
    chosen: Chosen
    send_at: datetime | None = None
    in_parts: bool = False
    may_quote: bool = False
    as_quote: bool = False
    due_at: datetime | None = None
    other: ReplyVersion | None = None
    error: str = ""
    switched: str = ""
    confirmed: bool = False
    carried: bool = False
    restored: DraftText | None = None
    kept: DraftText | None = None
    draft_id: int | None = None
    others: list[DraftText] = field(default_factory=list)

    @property
    def is_public(self) -> bool:
        """Whether everybody will be able to read it."""
        return self.side == Side.PUBLIC

    @property
    def side(self) -> str:
        """Who will be able to read it."""
        return self.chosen.side

    @property
    def newest_id(self) -> int | None:
        """The version that the next save builds on."""
        return self.versions[0].pk if self.versions else None

    @property
    def is_submitted(self) -> bool:
        """Whether it waits for approval, so that saving takes it back."""
        return self.reply is not None and self.reply.state == Reply.State.SUBMITTED

    @property
    def breaks_promise(self) -> bool:
        """Whether it would leave later than we promised."""
        return self.send_at is not None and self.due_at is not None and self.send_at > self.due_at

    @property
    def differences(self) -> list[Run]:
        """The newer wording against what is in the box, word by word: "gone" is theirs only, "added" is ours only."""
        return changes(self.other.text, self.text) if self.other else []


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What came with a form that is shown again."""

    text: str
    send_at: datetime | None = None
    in_parts: bool = False
    as_quote: bool = False
    confirmed: bool = False
    draft_id: int | None = None
    files: Sequence[FileChosen] | None = None


def _grouped(number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)


def measure(message: Message, text: str, *, purpose: str = Reply.Purpose.ANSWER) -> Measure:
    """Count `text` as the channel of `message` counts it. Needs `account` loaded."""
    speaks = channel(message.account.kind)
    limits = speaks.limits(message.account.in_the_open(), Side(Reply.Purpose(purpose).side_of(message.side)))
    return Measure(length=speaks.length(text.replace("\r\n", "\n").strip()), most=limits.max_length)


def cut_of(message: Message, text: str, *, purpose: str = Reply.Purpose.ANSWER) -> Cut:
    """Cut `text` as the channel of `message` would get it. What may leave only once is not cut."""
    if purpose == Reply.Purpose.PRIVATELY:
        return Cut(refusal=_("It leaves once, as one message. Shorten it."))
    try:
        return Cut(parts=parts_of(message, text.replace("\r\n", "\n").strip()))
    except DraftRefused as refusal:
        return Cut(refusal=str(refusal))


def why_shut(enquiry: Enquiry, reply: Reply | None) -> str:
    """Say why nothing can be written now; empty when something can."""
    if reply and reply.state == Reply.State.APPROVED:
        return _("The reply is approved and on its way. The next one can be written when it has arrived.")
    if enquiry.merged_into_id:
        return _("This enquiry was merged into another one. Answer there.")
    if enquiry.state == Enquiry.State.CLOSED:
        return _("This enquiry is closed. Open it again to answer.")
    return ""


def compose(
    enquiry: Enquiry,
    *,
    inbound: list[Message],
    writing: UnderWay,
    chosen: Chosen,
    texts: list[DraftText],
    by_id: int,
    now: datetime,
    typed: Typed | None = None,
    other: ReplyVersion | None = None,
    error: str = "",
) -> Composer:
    """Open the composer on what `agents.writing.sheets.choose` chose. `texts` are those of `drafts.newest`."""
    answers = chosen.answers
    mine = drafts.of_sheet(texts, _sheet(enquiry, chosen, by_id))
    reply = writing.reply
    versions = list(writing.versions) if reply and chosen.is_of(reply) else []
    found = _found_text(chosen, versions, writing, mine)
    words = typed.text if typed else found.text
    content: dict[str, Any] = versions[0].content if versions else {}
    in_parts = typed.in_parts if typed else any("part" in route for route in content.get("routes", []))
    counted = measure(answers, words, purpose=chosen.purpose)
    return Composer(
        answers=answers,
        text=words,
        reply=reply,
        versions=versions,
        measure=counted,
        cut=cut_of(answers, words, purpose=chosen.purpose) if counted.is_over else Cut(),
        routes=_places(enquiry, answers),
        standing=_standing(chosen, inbound, now),
        chosen=chosen,
        send_at=typed.send_at if typed else _moment(content.get("not_before"), now),
        in_parts=in_parts,
        may_quote=chosen.purpose == Reply.Purpose.ANSWER and standing_as_quote(answers, at=now).may,
        as_quote=typed.as_quote if typed else bool(content.get("quote")),
        due_at=enquiry.due_at,
        other=other,
        error=error,
        switched=_switched(chosen, writing, inbound),
        confirmed=typed.confirmed if typed else False,
        carried=not typed and found.carried,
        restored=None if typed else found.restored,
        kept=None if typed else found.kept,
        draft_id=typed.draft_id if typed else (mine.pk if mine else None),
        others=drafts.others_writing(texts, but=by_id, now=now),
    )


def _standing(chosen: Chosen, inbound: list[Message], now: datetime) -> Standing:
    if chosen.purpose == Reply.Purpose.PRIVATELY:
        return standing_in_private(chosen.answers, at=now, is_used=False)
    return standing_of(chosen.answers, at=now, heard=inbound)


def _sheet(enquiry: Enquiry, chosen: Chosen, by_id: int) -> drafts.Sheet:
    return drafts.Sheet(
        enquiry_id=enquiry.pk,
        author_id=by_id,
        answers_id=chosen.answers.pk,
        purpose=chosen.purpose,
        corrects_id=chosen.corrects.pk if chosen.corrects else None,
    )


@dataclass(frozen=True, kw_only=True)
class _Found:
    text: str = ""
    restored: DraftText | None = None
    kept: DraftText | None = None
    carried: bool = False


def _found_text(chosen: Chosen, versions: list[ReplyVersion], writing: UnderWay, mine: DraftText | None) -> _Found:
    """Choose what stands in the box: an own text that was typed last, else the newest version, else a proposal.

    A text never goes from one side to the other by itself.
    """
    if chosen.taken_back:
        return _Found(text=chosen.taken_back.text, restored=chosen.taken_back)
    newest = versions[0] if versions else None
    if mine and chosen.purpose != Reply.Purpose.REMOVE and (newest is None or newest.text != mine.text):
        if newest and newest.created_at > mine.saved_at:
            return _Found(text=newest.text, kept=mine)
        return _Found(text=mine.text, restored=mine)
    if newest:
        return _Found(text=newest.text)
    if chosen.proposal:
        return _Found(text=chosen.proposal)
    before = writing.versions[0] if writing.versions and chosen.purpose == Reply.Purpose.ANSWER else None
    if before and writing.reply and writing.reply.purpose == Reply.Purpose.ANSWER:
        same_side = before.content["side"] == chosen.side
        return _Found(text=before.text, carried=True) if same_side else _Found()
    return _Found()


def side_before(writing: UnderWay, inbound: list[Message]) -> str:
    """Say on which side somebody would expect to write: that of the reply under way, else that of the newest words."""
    if writing.versions:
        return str(writing.versions[0].content["side"])
    return next((message.side for message in inbound if not (message.automatic or message.outdated)), inbound[0].side)


def _switched(chosen: Chosen, writing: UnderWay, inbound: list[Message]) -> str:
    before = side_before(writing, inbound)
    is_meant = bool(chosen.corrects) or chosen.purpose == Reply.Purpose.PRIVATELY
    return before if before != chosen.side and not is_meant else ""


def _places(enquiry: Enquiry, answers: Message) -> list[Route]:
    """Name the places it goes to: where the message came from, and for a form with an address also by mail."""
    places = [Route(account=answers.account, recipient=answers.reply_to)]
    if answers.account.kind == "web" and answers.reply_to:
        mailbox = ChannelAccount.objects.active("email").filter(organisation_id=enquiry.organisation_id).first()
        places += [Route(account=mailbox, recipient=answers.reply_to)] if mailbox else []
    return places


def _moment(told: str | None, now: datetime) -> datetime | None:
    """Read the moment a version is to leave; one that is over counts no more."""
    moment = datetime.fromisoformat(told) if told else None
    return moment if moment and moment > now else None


def as_typed(moment: datetime | None, zone: ZoneInfo) -> str:
    """Write a moment as a field for local time takes it."""
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if moment else ""
