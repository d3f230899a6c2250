"""Standard answers and precedents: read them, and take their words for a reply."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from agents.access import standards_visible_to
from api.callers import Caller
from api.description import acts, reads
from api.models import Scope
from api.shapes import around as shapes
from api.shapes.fields import BIGGEST_ID
from api.views.door import Door
from api.writing import answered_in
from enquiries.contract import Side
from enquiries.models import Enquiry, StandardAnswer
from enquiries.queries.precedents import precedents_of
from enquiries.queries.standards import Line, lines_of, offered
from enquiries.services import replies
from enquiries.services.standard_answers import inserting

READ = frozenset([Scope.READ.value])
WRITE = frozenset([Scope.WRITE.value])
READ_OR_WRITE = READ | WRITE
ANSWERS = OpenApiParameter(
    "answers",
    {"type": "integer", "minimum": 1, "maximum": BIGGEST_ID},
    description="The number of the citizen's message that is answered; the newest where it is left out.",
)


class Standards(Door):
    """All standard answers of the organisation."""

    scopes = {"GET": READ_OR_WRITE}

    @reads(
        "list_standards",
        "List the standard answers",
        scopes=READ_OR_WRITE,
        about="With how each stands; what needs somebody comes first.",
        answer=shapes.StandardPage,
        may=[404],
    )
    def get(self, request: Request) -> Response:
        """List the standard answers."""
        caller = self.caller_of(request)
        ours = standards_visible_to(caller.who).filter(organisation=caller.organisation)
        lines = _lines(ours, caller, timezone.now())
        return Response({"results": shapes.StandardRow(lines, many=True).data})


class OneStandard(Door):
    """One standard answer."""

    scopes = {"GET": READ_OR_WRITE}

    @reads(
        "read_standard",
        "Read a standard answer",
        scopes=READ_OR_WRITE,
        about="With its approved words for each channel and language; null where nothing is approved yet.",
        answer=shapes.WholeStandard,
        may=[404],
    )
    def get(self, request: Request, answer_id: int) -> Response:
        """Read one standard answer."""
        caller = self.caller_of(request)
        ours = standards_visible_to(caller.who).filter(organisation=caller.organisation, pk=answer_id)
        lines = _lines(ours, caller, timezone.now())
        if not lines:
            raise Http404
        return Response(shapes.WholeStandard(lines[0]).data)


def _lines(answers: Any, caller: Caller, now: datetime) -> list[Line]:
    today = now.astimezone(ZoneInfo(caller.organisation.time_zone)).date()
    found: Any = answers.filter(pk__in=StandardAnswer.objects.values("pk"))
    return lines_of(found, today=today, now=now)


class StandardsFor(Door):
    """The standard answers that fit a reply."""

    scopes = {"GET": WRITE}

    @reads(
        "offer_standards",
        "Offer the standard answers that fit",
        scopes=WRITE,
        about="Filled in as they would stand in the reply, those of the enquiry's topic first.",
        answer=shapes.OfferedPage,
        parameters=[
            ANSWERS,
            OpenApiParameter("q", str, description="Words that have to be in them."),
            OpenApiParameter("language", str, description="Two letters; the citizen's where it is left out."),
        ],
        may=[400, 404, 422],
    )
    def get(self, request: Request, reference: str) -> Response:
        """Offer standard answers for a reply."""
        caller, query = self.caller_of(request), request.query_params
        enquiry = caller.enquiry(reference)
        place = _place(caller, enquiry, _number(query.get("answers")))
        versions = offered(
            organisation_id=enquiry.organisation_id, topic_id=enquiry.topic_id, words=query.get("q", "")[:200]
        )
        now, language = timezone.now(), query.get("language", "")
        found = [_words(inserting.ready(one, place, now=now, language=language)) for one in versions]
        return Response({"results": shapes.Offered(found, many=True).data})


class InsertStandard(Door):
    """Taking the words of a standard answer."""

    scopes = {"POST": WRITE}

    @acts(
        "insert_standard",
        "Take the words of a standard answer",
        scopes=WRITE,
        about="Gives the filled text, and keeps that it was given, so that what was rewritten shows.",
        body=shapes.Insertion,
        answers={200: shapes.Offered},
        may=[404],
        has_key=False,
    )
    def post(self, request: Request, reference: str) -> Response:
        """Give the words, and keep that they were given."""
        caller, sent = self.caller_of(request), self.sent(request, shapes.Insertion)
        words = inserting.insert(
            version_id=sent["version"],
            place=_place(caller, caller.enquiry(reference), sent["answers"]),
            by_id=caller.by_id,
            now=timezone.now(),
            language=sent["language"],
            despite_expiry=sent["despite_expiry"],
        )
        return Response(shapes.Offered(_words(words)).data)


class Precedents(Door):
    """Enquiries like one that were answered already."""

    scopes = {"GET": WRITE}

    @reads(
        "list_precedents",
        "Find answered enquiries like this one",
        scopes=WRITE,
        answer=shapes.PrecedentPage,
        parameters=[ANSWERS],
        may=[400, 404, 422],
    )
    def get(self, request: Request, reference: str) -> Response:
        """Find precedents among what the caller may see."""
        caller = self.caller_of(request)
        enquiry = caller.enquiry(reference)
        answers = answered_in(enquiry, _number(request.query_params.get("answers")) or _newest(enquiry))
        found = precedents_of(enquiry, caller.visible(), text=answers.text, side=Side(answers.side))
        return Response({"results": shapes.PrecedentRow(found, many=True).data})


def _place(caller: Caller, enquiry: Enquiry, message_id: int | None) -> inserting.Place:
    answers = answered_in(enquiry, message_id or _newest(enquiry))
    return inserting.place_of(enquiry, answers, author_name=str(caller.who), now=timezone.now())


def _newest(enquiry: Enquiry) -> int:
    return replies.newest_inbound(enquiry).pk


def _number(text: str | None) -> int | None:
    """Read a message's number from a query. Raises ValidationError."""
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 20 and 0 < int(text) <= BIGGEST_ID):
        raise ValidationError({"answers": ["Send the number of a message."]})
    return int(text)


def _words(words: inserting.Ready) -> dict[str, Any]:
    return {
        "standard": words.version.answer_id,
        "version": words.version.pk,
        "title": words.version.answer.title,
        "standing": words.standing.value,
        "channel": words.kind,
        "language": words.language,
        "languages": list(words.languages),
        "text": words.text,
        "gaps": [f"{{{name}}}" for name in words.gaps],
        "refusal": words.refusal,
    }
