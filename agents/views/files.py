"""Files for people on the desk: those that came, those that leave, and putting one into a reply."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from agents.access import attachment_for, reply_file_for
from agents.files import serving
from agents.forms.files import NewFileForm
from enquiries.models import Enquiry
from enquiries.services.files import reply_files
from enquiries.services.files.reply_files import Chosen
from enquiries.services.replies.drafting import DraftRefused


@require_safe
def download(request: HttpRequest, token: str) -> HttpResponseBase:
    """Hand out a citizen's file to be saved, or say why it is held."""
    attachment = attachment_for(request.user, token)
    if why := serving.why_held(attachment):
        return serving.held(request, attachment, why)
    return serving.as_download(attachment.stored, attachment.name)


@require_safe
def picture(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show a citizen's picture, or say why it is held."""
    attachment = attachment_for(request.user, token)
    if why := serving.why_held(attachment):
        return serving.held(request, attachment, why)
    return serving.as_picture(attachment.stored, attachment.name, attachment.media_type)


@require_safe
def reply_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show a file that leaves, or waits to leave, with a reply: exactly the bytes that are sent."""
    file = reply_file_for(request.user, token)
    if why := serving.why_withheld(file):
        return serving.held(request, file, why)
    return serving.as_picture(file.stored, file.name, file.media_type)


def put_in(request: HttpRequest, found: Enquiry, *, answers_id: int) -> tuple[list[Chosen], str]:
    """Take in the new file of a composer. Returns it as chosen, or nothing and the words that say why not."""
    form = NewFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return [], str(next(iter(form.errors.values()))[0])
    sent = form.cleaned_data
    try:
        file = reply_files.put_in(
            enquiry_id=found.pk,
            answers_id=answers_id,
            by_id=request.user.pk or 0,
            name=sent["new_file"].name,
            content=sent["new_file"].read(),
            alt_text=sent["new_alt"],
            now=timezone.now(),
        )
    except DraftRefused as refusal:
        return [], str(refusal)
    return [Chosen(token=file.token)], ""
