"""A mail as its sender laid it out: in a frame that can do nothing, and that fetches nothing from anywhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from agents.access import mail_for
from agents.frame import frame
from enquiries.models import Attachment, Message
from enquiries.rules.html import MOST_HTML, content_id, safe
from enquiries.rules.pictures import RASTER
from enquiries.services.files import scanning

MOST_PICTURE_BYTES = 2_000_000
"""Of all pictures in one mail: each becomes a third larger inside the document."""
DOCUMENT = (
    '<!DOCTYPE html>\n<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title></title><style>{style}</style></head>"
    '<body dir="auto">{body}</body></html>'
)


@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # its types know no arguments of addresses
def mail(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show a mail in its frame, with what was left out in words."""
    message = mail_for(request.user, message_id)
    context = frame(request, current="", now=timezone.now())
    context |= {"message": message, "enquiry": message.enquiry, "is_cut": len(message.html) > MOST_HTML}
    return render(request, "desk/mail.html", context)


@require_safe
@xframe_options_sameorigin
def mail_view(request: HttpRequest, message_id: int) -> HttpResponse:
    """Give the mail itself: a document without scripts, forms, links and anything that is fetched.

    The frame around it is closed as well; the header holds where somebody opens the address alone.
    """
    message = mail_for(request.user, message_id)
    style, its_hash = _style()
    body = safe(message.html, pictures=_pictures(message))
    answer = HttpResponse(DOCUMENT.format(style=style, body=body), content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = (
        f"sandbox; default-src 'none'; img-src data:; style-src 'sha256-{its_hash}'; frame-ancestors 'self'; "
        "base-uri 'none'; form-action 'none'"
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@cache
def _style() -> tuple[str, str]:
    """Read the few lines of style and their hash: the document is allowed those and no others."""
    found = str(finders.find("css/mail-view.css"))
    style = Path(found).read_text(encoding="utf-8")
    return style, base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def _pictures(message: Message) -> Mapping[str, str]:
    """Write the mail's own pictures as data: addresses, by content id; those that are held or too large stay out."""
    shown: dict[str, str] = {}
    left = MOST_PICTURE_BYTES
    named = Attachment.objects.filter(message=message, scan__in=scanning.free_states(), media_type__in=RASTER).exclude(
        content_id=""
    )
    for file in named.order_by("pk"):
        if file.size > left:
            continue
        left -= file.size
        with file.stored.open("rb") as stored:
            content = base64.b64encode(stored.read()).decode("ascii")
        shown[content_id(file.content_id)] = f"data:{file.media_type};base64,{content}"
    return shown
