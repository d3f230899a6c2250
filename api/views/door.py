"""What all views share: who asks, bounded bodies, a limit for each, and acts that are done once per key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from api.callers import Caller
from api.keys import HEADER, Answered, digest_of_request, once
from api.limits import BoundedJSON, PerMinute
from api.problems import Unprocessable
from api.tokens import DeskSession, TokenAuthentication

Found = TypeVar("Found")


class Door(APIView):
    """A view for programs."""

    authentication_classes = (TokenAuthentication, DeskSession)
    parser_classes = (BoundedJSON,)
    throttle_classes = (PerMinute,)
    scopes: dict[str, frozenset[str]] = {}

    @staticmethod
    def caller_of(request: Request) -> Caller:
        """Give who asks, which the permission has checked."""
        if not isinstance(request.auth, Caller):
            raise TypeError("A view was reached without anybody asking.")
        return request.auth

    @staticmethod
    def sent(request: Request, shape: type[Serializer[Any]]) -> dict[str, Any]:
        """Read the body as `shape` describes it. Raises ValidationError."""
        form = shape(data=request.data)
        form.is_valid(raise_exception=True)
        return dict(form.validated_data)

    def once(self, request: Request, act: Callable[[], Answered]) -> Response:
        """Do an act, once for each Idempotency-Key, and answer."""
        asked = digest_of_request(request.method, request.path, request.data)
        key, now = request.headers.get(HEADER), timezone.now()
        answer = once(caller=self.caller_of(request), key=key, asked=asked, now=now, act=act)
        return Response(answer.body, status=answer.status)


def given(found: Found | None, field: str, said: str) -> Found:
    """Let pass what was found by a number in the body. Raises Unprocessable where there was nothing, or it is foreign."""
    if found is None:
        raise Unprocessable({field: [said]})
    return found


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
