"""What a citizen says of our newest answer, from the private page: one form, one question, and no words lost."""

from __future__ import annotations

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from citizens import caps
from citizens.ask import form_context
from citizens.doors import SeeOther, is_proven, show
from citizens.forms import HelpedForm, WordsForm
from citizens.story import Story
from enquiries.models import Enquiry
from enquiries.services import satisfaction

log = logging.getLogger(__name__)


def take_in(request: HttpRequest, enquiry: Enquiry, *, page: str, story: Story) -> HttpResponse:
    """Keep what was said of an answer that `story` shows, and go back to its page. Anything but a POST only goes back."""
    if request.method != "POST":
        return SeeOther(page)
    form = HelpedForm(request.POST)
    refusal = _refuse(request, form)
    if refusal:
        return _again(request, enquiry, form, page=page, story=story, status=refusal)
    said, shown = form.cleaned_data, {step.reply.pk for step in story.steps if step.reply and not step.removed_at}
    try:
        if said["reply"] not in shown:
            raise satisfaction.NotAsked
        satisfaction.say(
            enquiry_id=enquiry.pk,
            reply_id=said["reply"],
            score=said["score"],
            words=said["words"],
            now=timezone.now(),
        )
    except satisfaction.NotAsked:
        return _too_late(request, enquiry, form, page=page, story=story)
    return SeeOther(f"{page}?thanks")


def _refuse(request: HttpRequest, form: HelpedForm) -> int:
    """Look whether it can be taken in. Returns 0, or the HTTP status to answer with; the form then says why."""
    form.is_valid()
    if form.wrong:
        return 422
    if not is_proven(request):
        form.add_error("score", _("Send the form once more. If this comes back, allow cookies for this site."))
        return 403
    if caps.is_over(address=caps.address_of(request), suspicious=False, now=timezone.now()):
        log.warning("A form was over the cap.")
        form.add_error("score", _("Very many forms are coming in just now. Wait ten minutes, then send yours again."))
        return 429
    form.cleaned_data.setdefault("reply", None)
    return 0


def _too_late(request: HttpRequest, enquiry: Enquiry, form: HelpedForm, *, page: str, story: Story) -> HttpResponse:
    """Give the words back in the form below, where they still reach somebody."""
    words = form.cleaned_data["words"]
    why = _("We ask about this answer no longer. What you wrote stands under “Add information”: send it from there.")
    if not (words and story.takes_additions):
        why = _("We ask about this answer no longer.")
    typed = WordsForm({"text": words}) if words else WordsForm()
    context = form_context(typed) | {"wrong": [("text", why)], "errors": {"text": [why]}}
    return _show(request, enquiry, context, page=page, story=story, status=409)


def _again(
    request: HttpRequest, enquiry: Enquiry, form: HelpedForm, *, page: str, story: Story, status: int
) -> HttpResponse:
    if story.asked is None:
        form.cleaned_data.setdefault("words", str(form.data.get("words", "")))
        return _too_late(request, enquiry, form, page=page, story=story)
    context = form_context(WordsForm()) | {"helped": form, "wrong": form.wrong}
    return _show(request, enquiry, context, page=page, story=story, status=status)


def _show(
    request: HttpRequest, enquiry: Enquiry, context: dict[str, Any], *, page: str, story: Story, status: int
) -> HttpResponse:
    whole = context | {"story": story, "here": page, "zone": enquiry.organisation.time_zone}
    return show(request, "follow", whole, status=status)
