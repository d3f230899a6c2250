"""The citizen's private page: what became of one enquiry, for whoever holds its link, and a way to add to it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from citizens import sending
from citizens.ask import form_context, refuse, submission_of
from citizens.doors import SeeOther, is_private, show, takes_forms
from citizens.forms import WordsForm
from citizens.helped import take_in
from citizens.story import story_of
from enquiries.models import Enquiry, EnquiryToken
from enquiries.services.incoming import identity


@takes_forms
@is_private
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, secret: str) -> HttpResponse:
    """Show one enquiry, or take in what its citizen adds. Every wrong link gets the same answer."""
    enquiry = identity.enquiry_by_secret(secret, EnquiryToken.Purpose.FOLLOW)
    if enquiry is None:
        return show(request, "not_found", status=404)
    if request.method != "POST" or enquiry.kind != "web":
        return _page(request, enquiry, WordsForm())
    form = WordsForm(request.POST, uploads=request.FILES.getlist("files"))
    refusal = refuse(request, form)
    return _page(request, enquiry, form, status=refusal) if refusal else _add(request, enquiry, form, secret)


@takes_forms
@is_private
@require_http_methods(["GET", "HEAD", "POST"])
def helped(request: HttpRequest, secret: str) -> HttpResponse:
    """Take in whether our answer helped. Looking at this address, as mail scanners do, changes nothing."""
    enquiry = identity.enquiry_by_secret(secret, EnquiryToken.Purpose.FOLLOW)
    if enquiry is None:
        return show(request, "not_found", status=404)
    page = reverse("citizens:follow", args=[secret])
    return take_in(request, enquiry, page=page, story=story_of(enquiry, now=timezone.now()))


def _page(request: HttpRequest, enquiry: Enquiry, form: WordsForm, *, status: int = 200) -> HttpResponse:
    context = form_context(form) | {
        "story": story_of(enquiry, now=timezone.now()),
        "zone": enquiry.organisation.time_zone,
        "here": request.path,
        "is_added": "added" in request.GET and not form.is_bound,
        "is_thanked": "thanks" in request.GET and not form.is_bound,
    }
    return show(request, "follow", context, status=status)


def _add(request: HttpRequest, enquiry: Enquiry, form: WordsForm, secret: str) -> HttpResponse:
    submission = sending.addition_to(enquiry, submission_of(form))
    try:
        message = sending.send(account=enquiry.account, submission=submission, now=timezone.now())
    except sending.KeptUnread as kept:
        return show(request, "kept", {"receipt": kept.receipt}, status=202)
    if message.enquiry_id != enquiry.pk:
        # It had been closed for so long that this is a new question, with a reference of its own.
        return SeeOther(reverse("citizens:asked", args=[sending.follow_secret(message.enquiry)]))
    return SeeOther(reverse("citizens:follow", args=[secret]) + "?added")
