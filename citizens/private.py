"""The private page that a public answer invites to: an empty form that is used once, and then a page of its writer's own."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from citizens import sending
from citizens.ask import form_context, refuse, submission_of
from citizens.doors import SeeOther, is_private, show, takes_forms
from citizens.forms import InvitedForm, WordsForm
from citizens.helped import take_in
from citizens.story import story_of
from citizens.submission import Submission
from enquiries.models import ChannelAccount, Enquiry, EnquiryToken, Message
from enquiries.services.replies import offline

GONE = 410


@takes_forms
@is_private
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, secret: str) -> HttpResponse:
    """Show the form that an invitation leads to, or take it in. Looking at it, however often, uses nothing up."""
    token = offline.look(secret)
    account = offline.page_account(token.enquiry.organisation_id) if token else None
    if token is None or account is None:
        return show(request, "not_found", status=404)
    if request.method == "POST":
        return _take_in(request, token, account, secret)
    standing = offline.standing(token, now=timezone.now())
    if standing != "open":
        return _over(request, token, standing)
    return _form(request, token, InvitedForm())


def _take_in(request: HttpRequest, token: EnquiryToken, account: ChannelAccount, secret: str) -> HttpResponse:
    form = InvitedForm(request.POST, uploads=request.FILES.getlist("files"))
    refusal = refuse(request, form)
    if refusal:
        return _form(request, token, form, status=refusal)
    words, thread = submission_of(form), offline.thread_of_form(form.number)
    submission = _in_thread(words, thread=thread, name=form.cleaned_data["name"], email=form.cleaned_data["email"])
    now = timezone.now()
    try:
        # The invitation is used and the words are kept in one commit: neither goes without the other.
        with transaction.atomic():
            page = offline.redeem(secret=secret, nonce=form.number, name=submission.name, now=now)
            sending.keep(account=account, submission=submission, now=now)
    except offline.InvitationOver as over:
        return _over(request, token, over.why, form=form)
    try:
        sending.send(account=account, submission=submission, now=now)
    except sending.KeptUnread as kept:
        return show(request, "kept", {"receipt": kept.receipt}, status=202)
    return SeeOther(reverse("citizens:private_page", args=[page]) + "?new")


def _in_thread(words: Submission, *, thread: str, name: str = "", email: str = "") -> Submission:
    """Make a form of one private thread. It is nobody's we know: an address typed here proves nothing."""
    return Submission(
        nonce=words.nonce,
        text=words.text,
        submitted_at=words.submitted_at,
        language=words.language,
        files=words.files,
        name=name,
        email=email,
        thread=thread,
        author=offline.author_of(thread),
    )


def _form(request: HttpRequest, token: EnquiryToken, form: InvitedForm, *, status: int = 200) -> HttpResponse:
    context = form_context(form) | _whose(token)
    return show(request, "private", context, status=status)


def _over(request: HttpRequest, token: EnquiryToken, why: str, *, form: InvitedForm | None = None) -> HttpResponse:
    """Say that the invitation is over; what somebody has just written comes back to them."""
    typed = str(form.data.get("text", "")) if form else ""
    return show(request, "private_over", _whose(token) | {"why": why, "typed_text": typed}, status=GONE)


def _whose(token: EnquiryToken) -> dict[str, object]:
    """Give all that the link's page may show of the enquiry: who answers, and the reference that stands in public."""
    organisation = token.enquiry.organisation
    return {
        "organisation": organisation,
        "reference": token.enquiry.reference,
        "until": token.expires_at,
        "zone": organisation.time_zone,
    }


@takes_forms
@is_private
@require_http_methods(["GET", "HEAD", "POST"])
def private_page(request: HttpRequest, secret: str) -> HttpResponse:
    """Show what was written through one invitation and our answers to it, or take in what its writer adds."""
    found = offline.page_of(secret)
    account = offline.page_account(found[0].organisation_id) if found else None
    if found is None or account is None:
        return show(request, "not_found", status=404)
    enquiry, thread = found
    if request.method != "POST":
        return _page(request, enquiry, thread, WordsForm())
    form = WordsForm(request.POST, uploads=request.FILES.getlist("files"))
    refusal = refuse(request, form)
    if refusal:
        return _page(request, enquiry, thread, form, status=refusal)
    submission = _in_thread(submission_of(form), thread=thread, email=_address_in(thread, account))
    try:
        sending.send(account=account, submission=submission, now=timezone.now())
    except sending.KeptUnread as kept:
        return show(request, "kept", {"receipt": kept.receipt}, status=202)
    return SeeOther(reverse("citizens:private_page", args=[secret]) + "?added")


@takes_forms
@is_private
@require_http_methods(["GET", "HEAD", "POST"])
def helped(request: HttpRequest, secret: str) -> HttpResponse:
    """Take in whether our answer to one private thread helped."""
    found = offline.page_of(secret)
    if found is None:
        return show(request, "not_found", status=404)
    enquiry, thread = found
    page = reverse("citizens:private_page", args=[secret])
    return take_in(request, enquiry, page=page, story=story_of(enquiry, now=timezone.now(), thread=thread))


def _address_in(thread: str, account: ChannelAccount) -> str:
    """Find the address that the writer of a thread gave with the first form."""
    said = Message.objects.filter(thread_key=thread, account=account, direction=Message.Direction.IN)
    return said.order_by("pk").values_list("reply_to", flat=True).first() or ""


def _page(request: HttpRequest, enquiry: Enquiry, thread: str, form: WordsForm, *, status: int = 200) -> HttpResponse:
    context = form_context(form) | {
        "story": story_of(enquiry, now=timezone.now(), thread=thread),
        "zone": enquiry.organisation.time_zone,
        "is_added": "added" in request.GET and not form.is_bound,
        "here": request.path,
        "is_thanked": "thanks" in request.GET and not form.is_bound,
        "is_new": "new" in request.GET and not form.is_bound,
        "link": request.build_absolute_uri(request.path),
    }
    return show(request, "follow", context, status=status)
