"""Putting a standard answer into a reply: the right text for channel, side and language, its gaps filled, its use recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import formats, translation
from django.utils.translation import gettext as _

from audit.ledger import record
from enquiries.contract import Side
from enquiries.models import (
    Enquiry,
    Message,
    ReplyVersion,
    StandardAnswerUse,
    StandardAnswerVersion,
    StandardInsertion,
)
from enquiries.queries.prepared import PreparedTogether
from enquiries.queries.standards import Standing, standing_of
from enquiries.queries.together import Asked
from enquiries.rules import placeholders
from enquiries.rules.rewriting import share_changed
from enquiries.rules.text import one_line
from enquiries.services.replies.drafting import DraftRefused
from enquiries.services.standard_answers.standard_texts import ANY, Fit, Texts, fit_on, languages_of

LATEST_INSERTIONS = 50
"""So many of the newest insertions into an enquiry are compared with what is submitted."""


class Because(StrEnum):
    """Why a language was chosen."""

    ASKED = "ASKED"
    ENQUIRY = "ENQUIRY"
    ORGANISATION = "ORGANISATION"
    ONLY = "ONLY"


class InsertionRefused(Exception):
    """These words cannot be inserted. The message tells the author why and what to do."""


class ExpiredWords(InsertionRefused):
    """The words are past their day: inserting them takes a second, deliberate step."""


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A standard answer as it would stand in the reply. `refusal` says why it cannot; then `text` is only for reading.

    `gaps` are placeholders whose value nobody knows: they stand in the text and have to be written by hand.
    """

    version: StandardAnswerVersion
    standing: Standing
    today: date
    kind: str
    language: str
    because: Because
    languages: tuple[str, ...]
    text: str
    gaps: tuple[str, ...]
    fit: Fit
    refusal: str = ""

    @property
    def is_expired(self) -> bool:
        """Whether the author has to confirm it."""
        return self.standing is Standing.EXPIRED


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the words go: the enquiry, the message that is answered, and who writes. Read once for a whole list."""

    enquiry: Enquiry
    answers: Message
    values: Mapping[str, Mapping[str, str]]
    """The values of the placeholders, for each language."""

    @property
    def side(self) -> Side:
        """Who will be able to read it."""
        return Side(self.answers.side)

    @property
    def kind(self) -> str:
        """The channel it goes to."""
        return self.answers.account.kind


def place_of(enquiry: Enquiry, answers: Message, *, author_name: str, now: datetime) -> Place:
    """Collect what fills the gaps. `enquiry` needs organisation, topic, team, citizen; `answers` account and author."""
    values = {
        language: _values(enquiry, answers, author_name, language, now)
        for language in languages_of(enquiry.organisation)
    }
    return Place(enquiry=enquiry, answers=answers, values=values)


def _values(enquiry: Enquiry, answers: Message, author_name: str, language: str, now: datetime) -> dict[str, str]:
    zone = ZoneInfo(enquiry.organisation.time_zone)
    in_public = answers.side == Side.PUBLIC
    citizen = (answers.author.name if answers.author else "") or enquiry.citizen.name
    with translation.override(language):
        today = formats.date_format(now.astimezone(zone), "l j F Y")
        # A promised day that has passed is no promise any more: it stays a gap.
        ahead = enquiry.due_at if enquiry.due_at and enquiry.due_at > now else None
        due = formats.date_format(ahead.astimezone(zone), "l j F Y") if ahead else ""
    values = {
        # In public a first name is enough to see that a person answers.
        "agent_name": author_name.split()[0] if in_public and author_name.split() else author_name,
        "team": enquiry.team.name if enquiry.team else "",
        "organisation": enquiry.organisation.name,
        "topic": enquiry.topic.name if enquiry.topic else "",
        "due": due,
        "today": today,
        "link": f"{settings.PUBLIC_URL}/",
    }
    if not in_public:
        values |= {"citizen_name": citizen, "reference": enquiry.reference}
    return {name: one_line(value, most=200) for name, value in values.items()}


def ready(version: StandardAnswerVersion, place: Place, *, now: datetime, language: str = "") -> Ready:
    """Choose the text of a version for a place, and fill it. Reads nothing but the limit of the channel.

    The language asked for comes first, then the enquiry's, then the organisation's in their order.
    """
    answer, enquiry = version.answer, place.enquiry
    today = now.astimezone(ZoneInfo(enquiry.organisation.time_zone)).date()
    kind, chosen, because = _choose(version.texts, place, language)
    filled, refusal = _fill(version.texts[kind][chosen], place, chosen)
    if kind not in (place.kind, ANY):
        refusal = _("This answer has no text for %(channel)s.") % {"channel": place.answers.account.get_kind_display()}
    fit = fit_on(place.answers.account.in_the_open(), filled.text, sides=[place.side])
    return Ready(
        version=version,
        standing=standing_of(answer, is_approved=version.approved_at is not None, today=today),
        today=today,
        kind=kind,
        language=chosen,
        because=because,
        languages=_languages_in(version.texts, place.kind),
        text=filled.text,
        gaps=filled.gaps,
        fit=fit,
        refusal=refusal,
    )


def _fill(raw: str, place: Place, language: str) -> tuple[placeholders.Filled, str]:
    """Fill a text, or say why it cannot go where it would go."""
    try:
        return placeholders.fill(raw, place.values.get(language, {}), in_public=place.side is Side.PUBLIC), ""
    except placeholders.NotInPublic as private:
        return placeholders.Filled(text=raw, gaps=private.names), _not_in_public(private.names)


def _choose(texts: Texts, place: Place, asked: str) -> tuple[str, str, Because]:
    """Find kind and language: the channel's own text before the one for any, in the first language that there is."""
    spoken = place.enquiry.language[:2].lower()
    ours = languages_of(place.enquiry.organisation)
    wanted = [(asked, Because.ASKED), (spoken, Because.ENQUIRY), *((one, Because.ORGANISATION) for one in ours)]
    for language, because in wanted:
        for kind in (place.kind, ANY):
            if language and texts.get(kind, {}).get(language):
                return kind, language, because
    kind = next((one for one in (place.kind, ANY) if one in texts), next(iter(texts)))
    return kind, next(iter(texts[kind])), Because.ONLY


def _languages_in(texts: Texts, kind: str) -> tuple[str, ...]:
    return tuple(sorted({*texts.get(kind, {}), *texts.get(ANY, {})}))


def _not_in_public(names: tuple[str, ...]) -> str:
    return _("Everybody can read this reply, and %(names)s is private. Give this answer a text for the channel.") % {
        "names": ", ".join(f"{{{name}}}" for name in names)
    }


@transaction.atomic
def insert(
    *,
    version_id: int,
    place: Place,
    by_id: int,
    now: datetime,
    language: str = "",
    despite_expiry: bool = False,
) -> Ready:
    """Give the filled text for a reply and remember that it was given. Raises InsertionRefused; nothing is kept then.

    Only the newest approved version is given. Expired words raise ExpiredWords unless the author insists, and that
    is written down.
    """
    held = StandardAnswerVersion.objects.select_related("answer__organisation", "answer__topic")
    version = held.filter(pk=version_id, answer__organisation_id=place.enquiry.organisation_id).first()
    if version is None or version.approved_at is None or version.answer.retired_at is not None:
        raise InsertionRefused(_("These words are not approved, or out of use. Choose another standard answer."))
    if version.answer.versions.filter(approved_at__isnull=False, n__gt=version.n).exists():
        raise InsertionRefused(_("There is a newer version of this answer. Open the list again and read it first."))
    words = ready(version, place, now=now, language=language)
    if words.refusal:
        raise InsertionRefused(words.refusal)
    if words.is_expired and not despite_expiry:
        raise ExpiredWords(_("This answer has expired. Check that it is still right and say so, then insert it."))
    StandardInsertion.objects.create(
        enquiry=place.enquiry,
        author_id=by_id,
        standard=version,
        text=words.text,
        despite_expiry=words.is_expired,
        inserted_at=now,
    )
    if words.is_expired:
        _note_despite_expiry(version, place.enquiry, by_id, now)
    return words


def _note_despite_expiry(version: StandardAnswerVersion, enquiry: Enquiry, by_id: int, now: datetime) -> None:
    record(
        verb="standard.inserted_expired",
        now=now,
        actor_id=by_id,
        subject=f"standard:{version.answer_id}",
        organisation_id=enquiry.organisation_id,
        enquiry_id=enquiry.pk,
        data={"n": version.n, "expired_on": version.answer.expires_on.isoformat()},
    )


def record_uses(version: ReplyVersion, now: datetime) -> int:
    """Write down which standard answers a submitted version holds and how much of each was rewritten. Gives how many.

    What was inserted and taken out again is no use of it. Call in the transaction of the submission.
    """
    changed: dict[int, int] = {}
    for inserted in _insertions(reply_id=version.reply_id, enquiry_id=version.reply.enquiry_id)[0]:
        share = share_changed(inserted["text"], version.text)
        if share is not None:
            changed[inserted["standard_id"]] = min(share, changed.get(inserted["standard_id"], 100))
    uses = [
        StandardAnswerUse(standard_id=standard, version=version, changed=share, used_at=now)
        for standard, share in changed.items()
    ]
    StandardAnswerUse.objects.bulk_create(uses, ignore_conflicts=True)
    return len(uses)


@PreparedTogether
def _insertions(*, reply_id: int, enquiry_id: int) -> list[Asked]:
    authors = ReplyVersion.objects.filter(reply=reply_id).values("author_id")
    ours = StandardInsertion.objects.filter(enquiry=enquiry_id, author__in=authors)
    return [(ours.order_by("-pk")[:LATEST_INSERTIONS], ("standard_id", "text"))]


def refuse_gaps(version: ReplyVersion) -> None:
    """Keep a reply from being submitted with an unfilled placeholder in it. Raises DraftRefused."""
    left = placeholders.names_in(version.text)
    if left:
        gap = f"{{{left[0]}}}"
        raise DraftRefused(_("%(gap)s is still to be filled in. Write what belongs there, then submit.") % {"gap": gap})
