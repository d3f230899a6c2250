"""Taking care of enquiries: a view for each act of the table, and the notes among colleagues."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api import acts as table
from api.description import acts, reads
from api.keys import Answered
from api.models import Scope
from api.shapes import acts as shapes
from api.views.door import Door
from enquiries.models import Note
from enquiries.queries.family import of_family
from enquiries.services import triage

TRIAGE, NOTES = frozenset([Scope.TRIAGE.value]), frozenset([Scope.NOTES.value])


def view_of(name: str) -> type[Door]:
    """Make the view of one act."""
    act = table.ACTS[name]

    class ActView(Door):
        """One act on one enquiry."""

        scopes = {"POST": TRIAGE}

        @acts(
            f"{name.replace('-', '_')}_enquiry",
            act.summary,
            scopes=TRIAGE,
            about=act.about,
            body=act.shape,
            answers={int(act.status): shapes.Done},
            may=[404],
        )
        def post(self, request: Request, reference: str) -> Response:
            """Do it, once for each key."""
            caller, sent = self.caller_of(request), self.sent(request, act.shape)
            return self.once(
                request, lambda: table.do(act, caller=caller, reference=reference, sent=sent, now=timezone.now())
            )

    return ActView


class Notes(Door):
    """Words among colleagues. They never leave the building."""

    scopes = {"GET": NOTES, "POST": NOTES}

    @reads(
        "list_notes",
        "Read the notes",
        scopes=NOTES,
        about="Of the enquiry and those merged into it, oldest first. Reading marks nothing as read.",
        answer=shapes.NotePage,
        may=[404],
    )
    def get(self, request: Request, reference: str) -> Response:
        """List the notes of an enquiry."""
        enquiry = self.caller_of(request).enquiry(reference)
        notes = Note.objects.filter(of_family(enquiry)).select_related("author").order_by("pk")
        return Response({"results": shapes.ReadNote(notes, many=True).data})

    @acts(
        "add_note",
        "Keep a note",
        scopes=NOTES,
        body=shapes.Note,
        answers={201: shapes.KeptNote},
        may=[404],
    )
    def post(self, request: Request, reference: str) -> Response:
        """Keep a note, and tell those it mentions."""
        sent, caller = self.sent(request, shapes.Note), self.caller_of(request)

        def keep() -> Answered:
            enquiry = caller.enquiry(reference)
            kept = triage.add_note(enquiry_id=enquiry.pk, text=sent["text"], by_id=caller.by_id, now=timezone.now())
            body: dict[str, Any] = {"id": kept.note.pk, "told": kept.told, "unknown": kept.unknown}
            return Answered(status=HTTPStatus.CREATED, body=body)

        return self.once(request, keep)
