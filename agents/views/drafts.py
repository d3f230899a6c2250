"""The small answers behind the composer: what is typed is kept, what colleagues type is shown, a text is looked over."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agents import finds
from agents.access import enquiry_for
from agents.forms.writing import DraftForm, LookForm
from agents.frame import frame
from agents.writing import composing
from enquiries.contract import Side
from enquiries.models import Enquiry, HouseStyle, Message, Reply
from enquiries.services import replies, triage
from enquiries.services.replies import drafts, guarding
from enquiries.services.replies.drafting import DraftRefused

MOST_READ = 20_000
"""Beyond that nothing is public on any channel, and looking would take seconds."""


@require_POST
def keep_draft(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep what is being typed. JSON: `draft`, the row to go on from, and `words`, when it was saved; or `error`.

    Saving by itself is working on it, so that one's own claim goes on.
    """
    found = enquiry_for(request.user, reference)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": _("This text cannot be kept as it is.")}, status=422)
    sent, now, by_id = form.cleaned_data, timezone.now(), request.user.pk or 0
    sheet = drafts.Sheet(
        enquiry_id=found.pk,
        author_id=by_id,
        answers_id=sent["answers"],
        purpose=sent["purpose"],
        corrects_id=sent["corrects"],
    )
    try:
        row = drafts.keep(sheet, text=sent["text"], now=now, onto=sent["draft"])
    except DraftRefused as refusal:
        return JsonResponse({"error": str(refusal)}, status=409)
    triage.renew(enquiry_id=found.pk, by_id=by_id, now=now)
    at = formats.time_format(row.saved_at.astimezone(ZoneInfo(found.organisation.time_zone)), "H:i")
    return JsonResponse({"draft": row.pk, "words": _("Draft saved %(time)s") % {"time": at}})


@require_safe
def writing(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what colleagues are writing on this enquiry just now; 204 where nobody is."""
    found = enquiry_for(request.user, reference)
    now = timezone.now()
    others = drafts.others_writing(drafts.newest(enquiry_id=found.pk), but=request.user.pk or 0, now=now)
    if not others:
        return HttpResponse(status=204)
    context = {"others": others, "now": now, "zone": ZoneInfo(found.organisation.time_zone), "enquiry": found}
    return render(request, "desk/_writing.html", context)


@require_safe
def own_drafts(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a person's own texts on an enquiry, to take one of them back."""
    found = enquiry_for(request.user, reference)
    context = frame(request, current="", now=timezone.now())
    texts = drafts.history(enquiry_id=found.pk, author_id=request.user.pk or 0)
    return render(request, "desk/drafts.html", context | {"enquiry": found, "texts": texts})


@require_POST
def check(request: HttpRequest, reference: str) -> HttpResponse:
    """Look at a text that is being written: what the guard marks, how it could be plainer, and how it would be cut.

    A fragment. Nothing is saved, and nothing here keeps anybody from saving.
    """
    found = enquiry_for(request.user, reference)
    form = LookForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    answers = _answered(found, form.cleaned_data["answers"])
    if answers is None:
        return HttpResponse(status=404)
    context = look_at(found, answers, form.cleaned_data["text"], purpose=form.cleaned_data["purpose"])
    return render(request, "desk/_check.html", context | {"in_parts": form.cleaned_data["in_parts"]})


def look_at(found: Enquiry, answers: Message, text: str, *, purpose: str) -> dict[str, object]:
    """Give what `desk/_check.html` needs for a text that would answer `answers`."""
    words = text.replace("\r\n", "\n").strip()
    if purpose == Reply.Purpose.REMOVE:
        return {"answers": answers}
    read = words[:MOST_READ]
    in_public = Reply.Purpose(purpose).side_of(answers.side) == Side.PUBLIC
    marks = guarding.finds_in(read, enquiry=found, answers=answers) if in_public else []
    house = HouseStyle.objects.filter(organisation_id=found.organisation_id).first()
    counted = composing.measure(answers, words, purpose=purpose)
    return {
        "answers": answers,
        "finds": marks,
        "pieces": finds.marked(words, marks) if marks else [],
        "hints": finds.hints_for(read, house, is_public=in_public),
        "cut": composing.cut_of(answers, words, purpose=purpose) if counted.is_over else composing.Cut(),
        "measure": counted,
    }


def _answered(found: Enquiry, answers_id: int) -> Message | None:
    said = replies.inbound_of_family(found).filter(pk=answers_id)
    message: Message | None = said.select_related("account", "author__citizen").first()
    return message
