"""The public form and its confirmation: an enquiry of a citizen who has nothing but a browser."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from citizens import caps, files, sending
from citizens.doors import SeeOther, form_account, is_private, is_proven, show, takes_forms
from citizens.forms import AskForm, WordsForm, chosen_topic, proof_of_opening
from citizens.promises import mailbox_of, notices, promise_for
from citizens.submission import Submission
from enquiries.models import ChannelAccount, EnquiryToken, Topic
from enquiries.services.incoming import identity

log = logging.getLogger(__name__)
FIELDS = ("text", "files", "name", "email")
"""In the order of the page."""


@takes_forms
@is_private
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Show the form, or take it in."""
    account = form_account()
    if account is None:
        return show(request, "not_set_up", status=503)
    if request.method != "POST":
        return _page(request, account, AskForm())
    form = AskForm(request.POST, uploads=request.FILES.getlist("files"))
    refusal = refuse(request, form)
    return _page(request, account, form, status=refusal) if refusal else _send(request, account, form)


def refuse(request: HttpRequest, form: WordsForm) -> int:
    """Look whether a form can be taken in. Returns 0, or the HTTP status to answer with; the form then says why."""
    if not form.is_valid():
        return 422
    if not is_proven(request):
        form.add_error(None, _("Send the form once more. If this comes back, allow cookies for this site."))
        return 403
    return 429 if _is_one_too_many(request, form) else 0


def _is_one_too_many(request: HttpRequest, form: WordsForm) -> bool:
    over = caps.is_over(address=caps.address_of(request), suspicious=form.is_suspicious(), now=timezone.now())
    if over:
        log.warning("A form was over the cap.")
        form.add_error(None, _("Very many forms are coming in just now. Wait ten minutes, then send yours again."))
    return over


def submission_of(form: WordsForm) -> Submission:
    """Make a submission out of a valid form's words and files."""
    return Submission(
        nonce=form.number,
        text=form.cleaned_data["text"],
        submitted_at=timezone.now(),
        language=get_language() or "",
        files=form.taken,
    )


def form_context(form: WordsForm) -> dict[str, Any]:
    """Put together what every form of ours needs to be shown: its number, its proof, and what is wrong with it."""
    number = form.number
    errors = {name: list(form.errors.get(name, [])) for name in (*FIELDS, NON_FIELD_ERRORS)}
    return {
        "nonce": number,
        "opened": (form.data.get("opened") if form.is_bound else "") or proof_of_opening(number),
        "typed": {name: form.data.get(name, "") for name in FIELDS},
        "errors": errors,
        "wrong": [(name, message) for name, messages in errors.items() for message in messages],
        "lost_files": bool(form.uploads),
        "accept": files.ACCEPT,
        "kinds": files.KINDS_IN_WORDS,
        "most_files": files.MOST_FILES,
    }


def _page(request: HttpRequest, account: ChannelAccount, form: AskForm, *, status: int = 200) -> HttpResponse:
    topics = list(Topic.objects.filter(organisation=account.organisation, on_form=True).order_by("position", "name"))
    offered = {str(topic.pk) for topic in topics}
    typed = str(form.data.get("topic", "")) if form.is_bound else ""
    told = notices(account.organisation, now=timezone.now())
    context = form_context(form) | {
        "topics": topics,
        "topic": typed if typed in offered else "",
        "promise": promise_for(account.organisation, "web"),
        "notices": (*told.everywhere, *told.beside(account)),
        "mailbox": mailbox_of(account.organisation),
    }
    response = show(request, "ask", context, status=status)
    if status == 429:
        response["Retry-After"] = str(int(caps.WINDOW.total_seconds()))
    return response


def _send(request: HttpRequest, account: ChannelAccount, form: AskForm) -> HttpResponse:
    topic = chosen_topic(account.organisation, form.cleaned_data["topic"] or "")
    words = submission_of(form)
    submission = Submission(
        **{name: getattr(words, name) for name in ("nonce", "text", "submitted_at", "language", "files")},
        topic=topic.name if topic else "",
        name=form.cleaned_data["name"],
        email=form.cleaned_data["email"],
    )
    try:
        message = sending.send(account=account, submission=submission, now=timezone.now())
    except sending.KeptUnread as kept:
        return show(request, "kept", {"receipt": kept.receipt}, status=202)
    return SeeOther(reverse("citizens:asked", args=[sending.follow_secret(message.enquiry)]))


@login_not_required
@is_private
@require_safe
def asked(request: HttpRequest, secret: str) -> HttpResponse:
    """Confirm an enquiry: its reference, and the private link."""
    enquiry = identity.enquiry_by_secret(secret, EnquiryToken.Purpose.FOLLOW)
    if enquiry is None:
        return show(request, "not_found", status=404)
    link = reverse("citizens:follow", args=[secret])
    first = enquiry.messages.order_by("pk").first()
    context = {
        "enquiry": enquiry,
        "path": link,
        "link": request.build_absolute_uri(link),
        "email": first.reply_to if first else "",
        "clock": enquiry.clocks.order_by("pk").last(),
    }
    return show(request, "asked", context)
