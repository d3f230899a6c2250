"""Files of replies: put in, listed and taken out by programs, with the services that the desk calls."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from api.callers import Caller
from api.description import acts, reads
from api.keys import Answered
from api.limits import BoundedUpload
from api.models import Scope
from api.problems import Unprocessable
from api.shapes import reply_files as shapes
from api.views.door import Door
from api.writing import answered_in
from enquiries.models import Enquiry, ReplyFile
from enquiries.queries.family import family_of
from enquiries.queries.file_rows import waiting
from enquiries.services.files import reply_files

WRITE = frozenset([Scope.WRITE.value])


class ReplyFiles(Door):
    """The caller's files on an enquiry that no wording names yet."""

    scopes = {"GET": WRITE, "POST": WRITE}
    parser_classes = (BoundedUpload,)

    @reads(
        "list_reply_files",
        "List the files that wait for a wording",
        scopes=WRITE,
        about="Those that the caller has put in. They are thrown away after a week in which no wording names them.",
        answer=shapes.FilesToGo,
        may=[404],
    )
    def get(self, request: Request, reference: str) -> Response:
        """List them."""
        caller = self.caller_of(request)
        own = waiting(tuple(family_of(caller.enquiry(reference)))).filter(uploaded_by_id=caller.by_id)
        return Response(shapes.FilesToGo({"files": [members(file) for file in own]}).data)

    @acts(
        "put_in_reply_file",
        "Put in a file for a reply",
        scopes=WRITE,
        about="Of pictures, what a camera wrote beside them is taken out. Name its token when the wording is kept.",
        body=shapes.NewFile,
        answers={201: shapes.FileToGo},
        may=[404],
    )
    def post(self, request: Request, reference: str) -> Response:
        """Take one in, once for each key."""
        caller, sent = self.caller_of(request), self.sent(request, shapes.NewFile)
        return self.once(request, lambda: _put_in(caller, caller.enquiry(reference), sent, now=timezone.now()))


class RemoveReplyFile(Door):
    """Taking a file out again."""

    scopes = {"POST": WRITE}

    @acts(
        "remove_reply_file",
        "Take out a file that no wording names",
        scopes=WRITE,
        about="Only its own author can; of a file that a wording names, keep a wording without it.",
        body=None,
        answers={200: shapes.TakenOut},
        may=[404],
    )
    def post(self, request: Request, reference: str, token: str) -> Response:
        """Take it out, once for each key."""
        caller = self.caller_of(request)

        def take_out() -> Answered:
            ours = ReplyFile.objects.filter(token=token, answers__enquiry__in=family_of(caller.enquiry(reference)))
            removed = ours.exists() and reply_files.take_out(token=token, by_id=caller.by_id)
            return Answered(status=HTTPStatus.OK, body={"removed": removed})

        return self.once(request, take_out)


def _put_in(caller: Caller, enquiry: Enquiry, sent: Mapping[str, Any], *, now: datetime) -> Answered:
    answers = answered_in(enquiry, sent["answers"])
    try:
        content = base64.b64decode(sent["content"], validate=True)
    except (binascii.Error, ValueError):
        raise Unprocessable({"content": [_("This is no base64.")]}) from None
    file = reply_files.put_in(
        enquiry_id=enquiry.pk,
        answers_id=answers.pk,
        by_id=caller.by_id,
        name=sent["name"],
        content=content,
        alt_text=sent["alt"],
        now=now,
    )
    return Answered(status=HTTPStatus.CREATED, body=members(file))


def members(file: ReplyFile) -> dict[str, Any]:
    """Tell a file as `shapes.reply_files.FileToGo` describes it."""
    return {
        "token": file.token,
        "answers": file.answers_id,
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "sha256": bytes(file.sha256).hex(),
        "alt": file.alt_text,
    }
