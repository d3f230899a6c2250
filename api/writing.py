"""Replies by programs: kept in versions, looked at, handed over, taken back; by the services that the desk calls."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Min
from django.utils import formats
from django.utils.translation import gettext as _

from agents.finds import hint_in_words, hints_for
from agents.writing.composing import cut_of, measure
from api.callers import Caller
from api.keys import Answered
from api.problems import Unprocessable
from api.refusals import find_members, version_members
from enquiries.contract import Side
from enquiries.models import Enquiry, HouseStyle, Message, Posting, Reply, ReplyReturn, ReplyVersion
from enquiries.queries.thread import under_way
from enquiries.services import replies
from enquiries.services.approving.policy_reasons import decision_in_words
from enquiries.services.files.reply_files import Chosen
from enquiries.services.replies import guarding, offline
from enquiries.services.replies.drafting import DraftRefused, NewerVersion, check_private_way

FURTHEST = timedelta(days=90)
"""Nobody remembers a reply that was scheduled further ahead."""
MOST_READ = 20_000
"""How much of a text is looked over: nothing public is longer, and looking would take seconds."""


def answered_in(enquiry: Enquiry, message_id: int) -> Message:
    """Find the citizen's message that is answered, in the enquiry or in one behind it. Raises Unprocessable."""
    said = replies.inbound_of_family(enquiry).filter(pk=message_id)
    found: Message | None = said.select_related("account", "author__citizen", "enquiry").first()
    if found is None:
        raise Unprocessable({"answers": [_("There is no such message of the citizen in this enquiry.")]})
    return found


def save(caller: Caller, enquiry: Enquiry, sent: Mapping[str, Any], *, now: datetime) -> Answered:
    """Keep a wording as a new version. Raises Unprocessable, NewerVersion, DraftRefused."""
    answers = answered_in(enquiry, sent["answers"])
    _check(sent, answers, now)
    files = sent["files"]
    writing = replies.Writing(
        answers_id=answers.pk,
        author_id=caller.by_id,
        text=sent["text"],
        files=None if files is None else [Chosen(token=one["token"], alt=one["alt"]) for one in files],
        seen_id=sent["version"] or replies.NO_VERSION,
        aim=replies.Aim(
            purpose=sent["purpose"],
            corrects_id=sent["corrects"],
            not_before=sent["not_before"],
            in_parts=sent["in_parts"],
            as_quote=sent["as_quote"],
        ),
    )
    version = replies.save_text(enquiry_id=enquiry.pk, writing=writing, now=now)
    body = {"reply": version.reply_id, "version": version.pk, "n": version.n}
    return Answered(status=HTTPStatus.CREATED, body=body | {"sha256": bytes(version.content_sha256).hex()})


def _check(sent: Mapping[str, Any], answers: Message, now: datetime) -> None:
    """Refuse what the fields allow one by one and not together. Raises Unprocessable."""
    is_correction = sent["purpose"] in (Reply.Purpose.REPLACE, Reply.Purpose.REMOVE)
    moment = sent["not_before"]
    if sent["purpose"] == Reply.Purpose.PRIVATELY:
        check_private_way(answers)
    if sent["side"] != Reply.Purpose(sent["purpose"]).side_of(answers.side):
        raise Unprocessable({"side": [_("That message is on the other side. Look who would read this, then say so.")]})
    if is_correction != (sent["corrects"] is not None):
        raise Unprocessable({"corrects": [_("Name our own message with REPLACE and REMOVE, and only with them.")]})
    if moment is not None and not now < moment <= now + FURTHEST:
        raise Unprocessable({"not_before": [_("Choose a moment that lies ahead, within 90 days.")]})


def submit(caller: Caller, enquiry: Enquiry, version_id: int, *, now: datetime) -> Answered:
    """Hand a version over, and tell what the policy asked for. Raises NewerVersion, DraftRefused, HeldBySomebody."""
    try:
        reply = replies.submit(enquiry_id=enquiry.pk, by_id=caller.by_id, version_id=version_id, now=now)
    except DraftRefused as refusal:
        newest = _newest_of(enquiry)
        if newest and newest.pk != version_id:
            raise NewerVersion(newest) from refusal
        raise
    return Answered(status=HTTPStatus.OK, body=submitted(reply, replies.newest_version(reply)))


def _newest_of(enquiry: Enquiry) -> ReplyVersion | None:
    reply = replies.current_reply(enquiry)
    return replies.newest_version(reply) if reply else None


def submitted(reply: Reply, version: ReplyVersion) -> dict[str, Any]:
    """Tell how a version that was handed over goes on, as `shapes.replies.HandedOver` describes it, ready for JSON."""
    decision = replies.newest_decision(version)
    return {
        "reply": version.reply_id,
        "version": version.pk,
        "state": Reply.objects.values_list("state", flat=True).get(pk=reply.pk),
        "decision": decision
        and {"outcome": decision.outcome, "persons": decision.persons, "reason": decision_in_words(decision)},
        "leaves_at": leaves_at(version),
    }


def leaves_at(version: ReplyVersion) -> str | None:
    """Say when the first of an approved version is due to leave; None while nothing is."""
    waiting = Posting.objects.filter(version=version, state=Posting.State.QUEUED)
    first: datetime | None = waiting.aggregate(first=Min("due_at"))["first"]
    return first.isoformat() if first else None


def written(enquiry: Enquiry) -> dict[str, Any] | None:
    """Tell the reply that is under way, as `shapes.replies.Written` describes it. None when there is none."""
    found = under_way(enquiry)
    if found.reply is None:
        return None
    backs = ReplyReturn.objects.filter(version__reply=found.reply).select_related("returned_by").order_by("-pk")
    return {
        "id": found.reply.pk,
        "state": found.reply.state,
        "purpose": found.reply.purpose,
        "answers": found.reply.answers_id,
        "side": found.versions[0].content["side"],
        "versions": [version_members(version) for version in found.versions],
        "returns": [back_members(back) for back in backs],
    }


def back_members(back: ReplyReturn) -> dict[str, Any]:
    """Tell why a version came back."""
    by = back.returned_by
    return {
        "version": back.version_id,
        "reason": back.reason,
        "note": back.note,
        "serious": back.serious,
        "by": {"id": by.pk, "name": str(by)} if by else None,
        "at": back.returned_at,
    }


def looked_at(enquiry: Enquiry, answers: Message, text: str, *, purpose: str) -> dict[str, Any]:
    """Say what the guard marks in a text, how it could be plainer, how long it is and how it would be cut."""
    counted, side = measure(answers, text, purpose=purpose), Reply.Purpose(purpose).side_of(answers.side)
    house = HouseStyle.objects.filter(organisation_id=enquiry.organisation_id).first()
    read = text[:MOST_READ]
    hints = hints_for(read, house, is_public=side == Side.PUBLIC)
    finds = guarding.finds_in(read, enquiry=enquiry, answers=answers) if side == Side.PUBLIC else []
    return {
        "side": side,
        "length": counted.length,
        "most": counted.most,
        "parts": cut_of(answers, text, purpose=purpose).parts if counted.is_over else [],
        "finds": [find_members(one) for one in finds],
        "hints": [
            {"kind": one.kind.value, "start": one.start, "end": one.end, "said": hint_in_words(one)} for one in hints
        ],
    }


def invite(caller: Caller, enquiry: Enquiry, message_id: int, *, now: datetime) -> dict[str, Any]:
    """Make an invitation to go on in private, with the public words that are proposed. Raises DraftRefused."""
    answers = answered_in(enquiry, message_id)
    made = offline.invite(enquiry_id=enquiry.pk, answers_id=answers.pk, by_id=caller.by_id, now=now)
    until = formats.date_format(made.until.astimezone(ZoneInfo(enquiry.organisation.time_zone)), "j F")
    text = offline.pointer_text(answers.enquiry, made, until=until)
    return {"link": made.link, "until": made.until, "text": text}
