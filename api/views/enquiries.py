"""Enquiries: taken in from an organisation's own site, listed, read."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from agents.history import Line, history_of
from agents.queue.filters import EnquiryFilters
from api import reading
from api.description import acts, reads
from api.keys import HEADER
from api.models import Scope
from api.shapes import enquiries as shapes
from api.shapes.messages import SaidMessage
from api.status import status_of
from api.submitting import submit
from api.views.door import Door
from enquiries.queries.queue import Order, View

SUBMIT, READ = frozenset([Scope.SUBMIT.value]), frozenset([Scope.READ.value])


def _filters() -> list[OpenApiParameter]:
    """Describe the desk's filters as they stand in an address. A value that none of them knows narrows nothing."""
    said = "May be repeated: one of the values is enough. What is unknown is left out and named in `ignored`."
    several = [name for name in EnquiryFilters.base_filters if name not in ("q", "age")]
    return [
        OpenApiParameter("q", str, description="A reference, a name, or words of what was said."),
        *(OpenApiParameter(name, str, many=True, description=said) for name in several),
        OpenApiParameter("age", str, description="Opened more than so many days ago: 1, 3, 7 or 30."),
        OpenApiParameter("view", str, description=f"One of the desk's lists: {', '.join(View)}."),
        OpenApiParameter(
            "saved", str, description="The number of a kept filter; what the address says itself comes first."
        ),
        OpenApiParameter("sort", str, description=f"One of: {', '.join(Order)}."),
        OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": reading.MOST, "default": reading.USUAL}),
        OpenApiParameter("cursor", {"type": "string", "pattern": r"^[0-9]{0,17}_[0-9]{1,18}$"}),
    ]


class Enquiries(Door):
    """All enquiries: create one, or list them."""

    scopes = {"POST": SUBMIT, "GET": READ}

    @acts(
        "create_enquiry",
        "Create an enquiry",
        scopes=SUBMIT,
        about="As the public form would. The same key with the same body gets the same answer, and makes one enquiry.",
        body=shapes.NewEnquiry,
        answers={201: shapes.Submitted, 202: shapes.Kept},
        is_key_needed=True,
    )
    def post(self, request: Request) -> Response:
        """Take an enquiry in as the public form would."""
        content = self.sent(request, shapes.NewEnquiry)
        key = request.headers.get(HEADER, "")
        answer = submit(caller=self.caller_of(request), key=key, content=content, now=timezone.now())
        return Response(answer.body, status=answer.status)

    @reads(
        "list_enquiries",
        "List, filter and search enquiries",
        scopes=READ,
        about="What the token's person may see. Without `view` these are all, the newest first; with one, as at the desk.",
        answer=shapes.EnquiryPage,
        parameters=_filters(),
        may=[400],
    )
    def get(self, request: Request) -> Response:
        """List what the caller may see."""
        page = reading.page_for(self.caller_of(request), request.query_params, now=timezone.now())
        return Response(shapes.EnquiryPage(page).data)


class OneEnquiry(Door):
    """One enquiry."""

    scopes = {"GET": READ}

    @reads(
        "read_enquiry",
        "Read an enquiry",
        scopes=READ,
        about="With all messages in and out, of those merged into it too; drafts are neither.",
        answer=shapes.WholeEnquiry,
        may=[404],
    )
    def get(self, request: Request, reference: str) -> Response:
        """Read one enquiry with its messages."""
        found = reading.whole(self.caller_of(request), reference)
        row: dict[str, Any] = dict(shapes.EnquiryRow(found["enquiry"]).data)
        said = SaidMessage(found["said"], many=True).data
        return Response(row | {name: found[name] for name in RELATIONS} | {"messages": said})


RELATIONS = ("stamp", "merged_into", "merged", "linked")


class History(Door):
    """What happened to one enquiry."""

    scopes = {"GET": READ}

    @reads(
        "read_history",
        "Read what happened",
        scopes=READ,
        about="The newest first, at most 300. Other enquiries are named only to who may see them.",
        answer=shapes.HistoryPage,
        may=[404],
    )
    def get(self, request: Request, reference: str) -> Response:
        """Tell what happened to an enquiry."""
        caller = self.caller_of(request)
        lines: list[Line] = history_of(caller.enquiry(reference), by=caller.who)
        return Response({"results": shapes.Happened(lines, many=True).data})


class EnquiryStatus(Door):
    """The public status of one enquiry."""

    scopes = {"GET": SUBMIT}

    @reads(
        "read_status",
        "Read the public status",
        scopes=SUBMIT,
        about="Where it stands and by when we promised an answer; nobody's words.",
        answer=shapes.PublicStatus,
        may=[404],
    )
    def get(self, request: Request, reference: str) -> Response:
        """Read where an enquiry of the token's organisation stands."""
        enquiry = reading.public(self.caller_of(request), reference)
        return Response(status_of(enquiry, now=timezone.now()))
