"""What stands beside the composer: standard answers to choose from, the words to insert, and what was answered before."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agents.access import enquiry_for, message_for, visible_to
from agents.forms.standards import InsertForm, PickForm
from agents.frame import frame
from agents.writing.standards import kind_name, language_name, mark_of, pieces_of, why_language
from enquiries.contract import Side
from enquiries.models import Enquiry, Message
from enquiries.queries.precedents import precedents_of
from enquiries.queries.standards import offered
from enquiries.services.standard_answers import inserting
from enquiries.services.standard_answers.standard_texts import languages_of


@require_safe
def standards_for(request: HttpRequest, reference: str) -> HttpResponse:
    """Offer the standard answers that fit an enquiry, filled in as they would stand in the reply."""
    enquiry = enquiry_for(request.user, reference)
    form = PickForm(request.GET)
    sent = form.cleaned_data if form.is_valid() else {}
    answers = _message(request, enquiry, sent.get("answers"))
    return _offer(request, enquiry, answers, words=sent.get("q", ""), language=sent.get("language", ""))


def _offer(
    request: HttpRequest,
    enquiry: Enquiry,
    answers: Message,
    *,
    words: str = "",
    language: str = "",
    taken: inserting.Ready | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    place = inserting.place_of(enquiry, answers, author_name=str(request.user), now=now)
    versions = offered(organisation_id=enquiry.organisation_id, topic_id=enquiry.topic_id, words=words)
    spoken = languages_of(enquiry.organisation)
    context: dict[str, Any] = {
        "enquiry": enquiry,
        "answers": answers,
        "found": [_shown(inserting.ready(one, place, now=now, language=language), enquiry) for one in versions],
        "words": words,
        "language": language if language in spoken else "",
        "languages": [(code, language_name(code)) for code in spoken],
        "taken": taken,
        "refused": refused,
    }
    if _is_fragment(request):
        narrow = request.headers.get("HX-Target") == "standards-found"
        template = "desk/_standards_found.html" if narrow else "desk/_standards_picker.html"
        return render(request, template, context, status=status)
    context = frame(request, current="", now=now) | context
    return render(request, "desk/standards_for.html", context, status=status)


def _shown(words: inserting.Ready, enquiry: Enquiry) -> dict[str, Any]:
    """Put a filled answer into the words of the picker."""
    answer = words.version.answer
    return {
        "ready": words,
        "answer": answer,
        "mark": mark_of(words.standing, answer.expires_on, today=words.today),
        "for_channel": kind_name(words.kind),
        "language": why_language(words, enquiry.language),
        "pieces": pieces_of(words.text),
    }


@require_POST
def insert_standard(request: HttpRequest, reference: str) -> HttpResponse:
    """Give the words for the reply, and keep that they were given."""
    enquiry = enquiry_for(request.user, reference)
    form = InsertForm(request.POST)
    if not form.is_valid():
        return _refuse(request, enquiry, None, _("This form was not complete. Open the list again."), status=422)
    sent, now = form.cleaned_data, timezone.now()
    answers = _message(request, enquiry, sent["answers"])
    try:
        words = inserting.insert(
            version_id=sent["version"],
            place=inserting.place_of(enquiry, answers, author_name=str(request.user), now=now),
            by_id=request.user.pk or 0,
            now=now,
            language=sent["language"],
            despite_expiry=sent["despite_expiry"],
        )
    except inserting.InsertionRefused as refusal:
        return _refuse(request, enquiry, answers, str(refusal), status=409)
    if not _is_script(request):
        return _offer(request, enquiry, answers, language=sent["language"], taken=words)
    return JsonResponse({"text": words.text, "gaps": [f"{{{name}}}" for name in words.gaps], "said": _said(words)})


def _said(words: inserting.Ready) -> str:
    said = _("Inserted: %(title)s.") % {"title": words.version.answer.title}
    if words.gaps:
        gaps = ", ".join(f"{{{name}}}" for name in words.gaps)
        said += " " + _("Still to be filled in: %(gaps)s.") % {"gaps": gaps}
    return said


def _refuse(
    request: HttpRequest, enquiry: Enquiry, answers: Message | None, sentence: str, *, status: int
) -> HttpResponse:
    if _is_script(request):
        return JsonResponse({"said": sentence}, status=status)
    return _offer(request, enquiry, answers or _message(request, enquiry, None), refused=sentence, status=status)


@require_safe
def precedents_for(request: HttpRequest, reference: str) -> HttpResponse:
    """Show enquiries like this one that were answered already; beside a public reply, only public answers."""
    enquiry = enquiry_for(request.user, reference)
    form = PickForm(request.GET)
    answers = _message(request, enquiry, form.cleaned_data["answers"] if form.is_valid() else None)
    found = precedents_of(enquiry, visible_to(request.user), text=answers.text, side=Side(answers.side))
    now = timezone.now()
    context = {"enquiry": enquiry, "answers": answers, "precedents": found}
    if _is_fragment(request):
        return render(
            request, "desk/_precedents.html", context | {"now": now, "zone": ZoneInfo(enquiry.organisation.time_zone)}
        )
    return render(request, "desk/precedents_for.html", frame(request, current="", now=now) | context)


def _message(request: HttpRequest, enquiry: Enquiry, message_id: int | None) -> Message:
    """Find the message that is answered, in the enquiry or in one merged into it; the newest when none is named."""
    if message_id:
        message = message_for(request.user, message_id)
        if enquiry.pk not in (message.enquiry_id, message.enquiry.merged_into_id):
            raise Http404
        return message
    said = Message.objects.filter(enquiry=enquiry, direction=Message.Direction.IN)
    newest = said.select_related("account", "author").order_by("automatic", "-pk").first()
    if newest is None:
        raise Http404
    return newest


def _is_fragment(request: HttpRequest) -> bool:
    """Whether a part of a page is asked for, not a page to look at by itself."""
    return request.headers.get("HX-Request") == "true"


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")
