"""Trust and after-checks for programs of those who lead: the board's figures, a supervisor's word, the review sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import Http404
from django.utils.translation import gettext as _

from agents.access import rights_of
from agents.models import User
from agents.trust.board import Place, Row, board_of, kinds_of, people_of
from agents.trust.reviewing import MOST_WAITING, returns_of, review_for, reviews_of, reviews_to_do
from agents.trust.rung import hindrance_of, place_now, steps_of
from api.callers import Caller
from api.keys import Answered
from api.problems import Unprocessable
from api.refusals import find_members, version_members
from api.said import told
from api.shapes import trust as shapes
from api.writing import back_members
from enquiries.models import Organisation, Review
from enquiries.queries.trust import Rung
from enquiries.rules.review import SHEET
from enquiries.services.approving import reviewing, trust
from enquiries.services.replies.guarding import finds_for


def board(caller: Caller, *, now: datetime) -> dict[str, Any]:
    """Tell the board to those who lead. Raises PermissionDenied, Http404."""
    return {"people": [_person(row) for row in board_of(caller.led(), now=now).rows]}


def mine(caller: Caller, *, now: datetime) -> dict[str, Any]:
    """Tell somebody their own levels and what came back to them. Raises Http404."""
    organisation, person = caller.organisation, caller.who
    (row,) = board_of(organisation, now=now, only=person).rows
    reviews = [one for one in reviews_of(person) if one.version.reply.enquiry.organisation_id == organisation.pk]
    returns = [one for one in returns_of(person) if one.version.reply.enquiry.organisation_id == organisation.pk]
    return _person(row) | {"reviews": reviews, "returns": [back_members(one) for one in returns]}


def _person(row: Row) -> dict[str, Any]:
    return {"person": row.person, "buddy": row.buddy, "rungs": [_rung(one) for one in (*row.cells, *row.topics)]}


def _rung(place: Place) -> dict[str, Any]:
    proposal = place.proposal
    return {
        "channel": place.rung.kind,
        "topic": place.topic,
        "level": place.level.value,
        "percent": place.percent,
        "seen": place.seen_id,
        "review_on": place.review_on,
        "figures": place.evidence,
        "missing": [str(line) for line in place.missing],
        "proposed": proposal
        and {
            "level": proposal.level.value,
            "percent": proposal.percent,
            "reasons": [str(line) for line in proposal.lines],
        },
    }


@dataclass(frozen=True, kw_only=True)
class At:
    """A rung that an address names, in the organisation that the caller leads."""

    organisation: Organisation
    person: User
    rung: Rung


def at(caller: Caller, user_id: int, kind: str, topic_id: int | None) -> At:
    """Find the rung. Raises Http404 for people, channels and topics of others, PermissionDenied for who does not lead."""
    organisation = caller.led()
    person = next((one for one in people_of(organisation) if one.pk == user_id), None)
    is_topic = topic_id is None or organisation.topics.filter(pk=topic_id).exists()
    if person is None or not is_topic or kind not in dict(kinds_of(organisation)):
        raise Http404
    return At(organisation=organisation, person=person, rung=Rung(person.pk, kind, topic_id))


def whole(caller: Caller, found: At, *, now: datetime) -> dict[str, Any]:
    """Tell one rung with its figures and steps, as `shapes.trust.WholeRung` describes it."""
    topic = found.organisation.topics.filter(pk=found.rung.topic_id or 0).first()
    place = place_now(found.organisation, found.person, found.rung, topic=topic, now=now)
    return {
        "person": found.person,
        "rung": _rung(place),
        "steps": steps_of(found.organisation, found.rung),
        "hindrance": hindrance_of(caller.who, found.organisation, found.person),
    }


def _give(sent: Mapping[str, Any], **how: Any) -> None:
    trust.give_step(seen_id=sent["seen"], level=sent["level"], **how)


def _not_yet(sent: Mapping[str, Any], **how: Any) -> None:
    try:
        day = date.fromisoformat(sent["review_on"])
    except ValueError:
        raise Unprocessable({"review_on": [_("There is no such day.")]}) from None
    trust.not_yet(seen_id=sent["seen"], reason=sent["reason"], review_on=day, **how)


def _set_apart(sent: Mapping[str, Any], **how: Any) -> None:
    trust.set_apart(reason=sent["reason"], **how)


def _take_back(sent: Mapping[str, Any], **how: Any) -> None:
    trust.take_back(reason=sent["reason"], **how)


@dataclass(frozen=True, kw_only=True)
class Word:
    """A supervisor's word about a rung."""

    summary: str
    shape: Any
    run: Callable[..., None]
    about: str
    example: dict[str, Any]


WORDS: Mapping[str, Word] = {
    "give": Word(
        summary="Agree to the step that is proposed",
        shape=shapes.GiveStep,
        run=_give,
        about="One step, up or down; the figures that speak for it are kept with it. 409 when they do not any more.",
        example={"seen": 41, "level": "SAMPLED"},
    ),
    "not-yet": Word(
        summary="Keep the level for now",
        shape=shapes.NotYet,
        run=_not_yet,
        about="With a reason, and a day within the next twelve months.",
        example={"seen": 41, "reason": "Too few replies on hard questions yet.", "review_on": "2027-03-01"},
    ),
    "set-apart": Word(
        summary="Give a topic a level of its own",
        shape=shapes.SetApart,
        run=_set_apart,
        about="From the bottom.",
        example={"topic": 3, "reason": "New rules on this topic since May."},
    ),
    "take-back": Word(
        summary="Take all trust back",
        shape=shapes.TakeBack,
        run=_take_back,
        about="On this channel and all its topics, at once: every reply is read from now on.",
        example={"reason": "A wrong date went out twice."},
    ),
}
"""Name, as in the address → what a supervisor says."""


def say(word: Word, caller: Caller, user_id: int, kind: str, sent: Mapping[str, Any], *, now: datetime) -> Answered:
    """Carry out a supervisor's word. Raises TrustRefused, PermissionDenied, Http404, Unprocessable."""
    organisation = supervised(caller)
    topic_id = sent.get("topic")
    if topic_id is not None and not organisation.topics.filter(pk=topic_id).exists():
        raise Unprocessable({"topic": [_("There is no such topic.")]})
    found = at(caller, user_id, kind, topic_id)
    word.run(sent, rung=found.rung, organisation_id=organisation.pk, by_id=caller.by_id, now=now)
    return Answered(status=HTTPStatus.OK, body=dict(shapes.WholeRung(whole(caller, found, now=now)).data))


def supervised(caller: Caller) -> Organisation:
    """Give the organisation to its supervisors. Raises PermissionDenied for all others, administrators too."""
    organisation = caller.led()
    if organisation.pk not in rights_of(caller.who).supervises:
        raise PermissionDenied(_("Only a supervisor decides about trust."))
    return organisation


def reviews(caller: Caller) -> list[Review]:
    """List what waits for the caller's look."""
    here = reviews_to_do(caller.who).filter(version__reply__enquiry__organisation__in=caller.organisations)
    return list(here[:MOST_WAITING])


def review(caller: Caller, review_id: int) -> Review:
    """Fetch a review. Raises Http404, PermissionDenied."""
    found = review_for(caller.who, review_id)
    if found.version.reply.enquiry.organisation_id not in caller.organisations:
        raise Http404
    return found


def whole_review(caller: Caller, review_id: int) -> dict[str, Any]:
    """Tell a review with question, answer, finds and sheet, as `shapes.trust.WholeReview` describes it."""
    found = review(caller, review_id)
    reply = found.version.reply
    prefetch_related_objects([reply.answers], "attachments", "enquiry", "account")
    return {
        "id": found.pk,
        "enquiry": reply.enquiry.reference,
        "kind": found.kind,
        "author": {"id": found.author_id, "name": str(found.author)},
        "asked_at": found.asked_at,
        "answers": told([reply.answers])[0],
        "version": version_members(found.version),
        "finds": [find_members(find) for find in finds_for(found.version)],
        "sheet": [{"name": point.name, "question": _(point.question)} for point in SHEET],
        "verdict": found.verdict,
        "marks": found.marks,
        "note": found.note,
        "done_at": found.done_at,
    }


def finish(caller: Caller, review_id: int, sent: Mapping[str, Any], *, now: datetime) -> Answered:
    """Keep what came of a look. Raises ReviewRefused, Http404, PermissionDenied, Unprocessable."""
    found = review(caller, review_id)
    if sent["verdict"] != Review.Verdict.GOOD and not sent["note"].strip():
        raise Unprocessable({"note": [_("Write what the author can learn from it.")]})
    done = reviewing.finish(
        review_id=found.pk,
        by_id=caller.by_id,
        verdict=sent["verdict"],
        marks=sent["marks"],
        note=sent["note"],
        now=now,
    )
    return _kept(done)


def mark_read(caller: Caller, review_id: int, *, now: datetime) -> Answered:
    """Note that the author has read what came of a look. Raises Http404 for anybody else."""
    own = Review.objects.filter(author=caller.who, done_at__isnull=False, pk=review_id)
    here = own.filter(version__reply__enquiry__organisation__in=caller.organisations)
    if not here.exists():
        raise Http404
    reviewing.mark_read(review_id=review_id, by_id=caller.by_id, now=now)
    return _kept(here.get())


def _kept(found: Review) -> Answered:
    return Answered(status=HTTPStatus.OK, body=dict(shapes.Reviewed(found).data))
