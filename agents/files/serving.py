"""How files are handed out: a picture made of points may be looked at, everything else is only ever saved."""

from __future__ import annotations

from urllib.parse import quote

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from agents.frame import frame
from enquiries.models import Attachment, ReplyFile
from enquiries.rules.pictures import RASTER
from enquiries.services.files import reply_scanning, scanning

LOCKED = 423
POLICY = "sandbox; default-src 'none'"


def as_download(stored: FieldFile, name: str) -> FileResponse:
    """Hand out a file to be saved: never as a page, whatever it calls itself."""
    answer = FileResponse(stored.open("rb"), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return _locked_up(answer)


def as_picture(stored: FieldFile, name: str, media_type: str) -> FileResponse:
    """Hand out a picture to be looked at, in a document of its own that may do nothing; anything else to be saved."""
    if media_type not in RASTER:
        return as_download(stored, name)
    answer = FileResponse(stored.open("rb"), content_type=media_type)
    answer.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name, safe='')}"
    return _locked_up(answer)


def _locked_up(answer: FileResponse) -> FileResponse:
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


def why_held(attachment: Attachment) -> str:
    """Say why nobody gets a file now; empty where they do."""
    if attachment.scan in scanning.free_states():
        return ""
    if attachment.scan == Attachment.Scan.INFECTED:
        return _("Something dangerous was found in this file. Nobody can open it. The message itself is safe to read.")
    if attachment.scan == Attachment.Scan.FAILED:
        return _("Nobody could look into this file for viruses, so it is held. Ask the citizen to send it again.")
    return _("This file is held until it has been looked into for viruses. That takes a minute or two; try again then.")


def why_withheld(file: ReplyFile) -> str:
    """Say why nobody gets a file of a reply now; empty where they do."""
    if reply_scanning.is_free(file):
        return ""
    if file.scan == Attachment.Scan.INFECTED:
        return _("Something dangerous was found in this file. Nobody can open it, and it is not sent any more.")
    return _("This file is held until it has been looked into for viruses. That takes a minute or two; try again then.")


def held(request: HttpRequest, file: Attachment | ReplyFile, why: str) -> HttpResponse:
    """Answer with words where a file is held."""
    context = frame(request, current="", now=timezone.now()) | {"file": file, "why": why}
    return render(request, "desk/file_held.html", context, status=LOCKED)
