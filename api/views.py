"""The door for programs: each view checks, calls one function, and answers."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import reading, shapes
from api.limits import BoundedJSON, TokenThrottle
from api.models import ApiToken, Scope
from api.problems import MEDIA_TYPE
from api.status import status_of
from api.submitting import submit

KEY_HEADER = "Idempotency-Key"


def refusals(*statuses: int) -> dict[Any, OpenApiResponse]:
    """Describe the problems that a call may be answered with."""
    return {
        (status, MEDIA_TYPE): OpenApiResponse(shapes.Problem, description="What went wrong.") for status in statuses
    }


class Door(APIView):
    """What all views share: bounded bodies, and a limit per token."""

    parser_classes = (BoundedJSON,)
    throttle_classes = (TokenThrottle,)
    scopes: dict[str, str] = {}

    @staticmethod
    def token_of(request: Request) -> ApiToken:
        """Give the token, which the permission has checked."""
        if not isinstance(request.auth, ApiToken):
            raise TypeError("A view was reached without a token.")
        return request.auth


class Enquiries(Door):
    """All enquiries: create one, or list them."""

    scopes = {"POST": Scope.SUBMIT, "GET": Scope.READ}

    @extend_schema(
        operation_id="create_enquiry",
        summary="Create an enquiry",
        description="Scope enquiries:submit. The same key with the same body gets the same answer, and makes one enquiry.",
        request=shapes.NewEnquiry,
        parameters=[
            OpenApiParameter(KEY_HEADER, str, OpenApiParameter.HEADER, required=True, description="New each time.")
        ],
        responses={201: shapes.Submitted, 202: shapes.Kept, **refusals(400, 401, 403, 409, 413, 415, 422, 429, 503)},
    )
    def post(self, request: Request) -> Response:
        """Take an enquiry in as the public form would."""
        form = shapes.NewEnquiry(data=request.data)
        form.is_valid(raise_exception=True)
        key = request.headers.get(KEY_HEADER, "")
        answer = submit(token=self.token_of(request), key=key, content=form.validated_data, now=timezone.now())
        return Response(answer.body, status=answer.status)

    @extend_schema(
        operation_id="list_enquiries",
        summary="List enquiries",
        description="Scope enquiries:read. What the token's person may see, the newest first.",
        parameters=[shapes.Filters],
        responses={200: shapes.EnquiryPage, **refusals(400, 401, 403, 429)},
    )
    def get(self, request: Request) -> Response:
        """List what the token's person may see."""
        filters = shapes.Filters(data=request.query_params.dict())
        filters.is_valid(raise_exception=True)
        page = reading.page_of(self.token_of(request), filters.validated_data)
        return Response(shapes.EnquiryPage(page).data)


class OneEnquiry(Door):
    """One enquiry."""

    scopes = {"GET": Scope.READ}

    @extend_schema(
        operation_id="read_enquiry",
        summary="Read an enquiry",
        description="Scope enquiries:read. With all messages in and out; drafts are neither.",
        responses={200: shapes.WholeEnquiry, **refusals(401, 403, 404, 429)},
    )
    def get(self, request: Request, reference: str) -> Response:
        """Read one enquiry with its messages."""
        return Response(shapes.WholeEnquiry(reading.whole(self.token_of(request), reference)).data)


class EnquiryStatus(Door):
    """The public status of one enquiry."""

    scopes = {"GET": Scope.SUBMIT}

    @extend_schema(
        operation_id="read_status",
        summary="Read the public status",
        description="Scope enquiries:submit. Where it stands and by when we promised an answer; nobody's words.",
        responses={200: shapes.PublicStatus, **refusals(401, 403, 404, 429)},
    )
    def get(self, request: Request, reference: str) -> Response:
        """Read where an enquiry of the token's organisation stands."""
        enquiry = reading.public(self.token_of(request), reference)
        return Response(status_of(enquiry, now=timezone.now()))


class Nowhere(APIView):
    """Every other address: a problem like all others, and not a page."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(exclude=True)
    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer 404, whatever the method."""
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Stop before anything else happens."""
        raise NotFound
