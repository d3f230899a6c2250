"""The after-checks: what waits for a look, one reply with its sheet, and the author's mark that it was read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.forms.trust import SheetForm
from agents.frame import frame
from agents.models import User
from agents.trust.reviewing import MOST_WAITING, review_for, reviews_to_do
from enquiries.models import Review
from enquiries.rules.review import SHEET, WORDS
from enquiries.services.approving import reviewing
from enquiries.services.replies.guarding import finds_for
from practice.starting import scenario_of


@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """Show what waits for a look, with the first one opened."""
    waiting = _waiting(request)
    if not waiting:
        context = frame(request, current="reviews", now=timezone.now()) | {"waiting": [], "review": None}
        return render(request, "desk/reviews.html", context)
    return _show(request, review_for(request.user, waiting[0].pk), waiting=waiting, is_chosen=False)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, review_id: int) -> HttpResponse:
    """Show one reply that has left, with question, answer and finds; keep the sheet."""
    chosen = review_for(request.user, review_id)
    if request.method != "POST":
        return _show(request, chosen)
    form = SheetForm(request.POST)
    if not form.is_valid():
        return _show(request, chosen, form=form, status=422)
    sent = form.cleaned_data
    try:
        reviewing.finish(
            review_id=chosen.pk,
            by_id=request.user.pk or 0,
            verdict=sent["verdict"],
            marks=form.marks,
            note=sent["note"],
            now=timezone.now(),
        )
    except reviewing.ReviewRefused as refusal:
        return _show(request, review_for(request.user, review_id), form=form, refused=str(refusal), status=409)
    messages.success(request, _done(chosen, sent["verdict"]))
    return redirect("desk:reviews")


def _done(review: Review, verdict: str) -> str:
    if verdict == Review.Verdict.SERIOUS and review.version.reply.enquiry.kind != "practice":
        said = _("Kept. From now on every reply of %(author)s there is checked, and a note asks for a correction.")
        return said % {"author": review.author}
    return _("Kept. %(author)s can read it.") % {"author": review.author}


@require_POST
def read(request: HttpRequest, review_id: int) -> HttpResponse:
    """Note that the author has read what came of a look. For anybody else nothing happens."""
    reviewing.mark_read(review_id=review_id, by_id=request.user.pk or 0, now=timezone.now())
    return redirect("desk:my_trust")


def _show(
    request: HttpRequest,
    review: Review,
    *,
    waiting: list[Review] | None = None,
    form: SheetForm | None = None,
    refused: str = "",
    is_chosen: bool = True,
    status: int = 200,
) -> HttpResponse:
    context = frame(request, current="reviews", now=timezone.now())
    reply = review.version.reply
    form = form or SheetForm()
    context |= {
        "waiting": _waiting(request) if waiting is None else waiting,
        "review": review,
        "reply": reply,
        "enquiry": reply.enquiry,
        "finds": finds_for(review.version),
        "scenario": scenario_of(reply.answers.external_id) if reply.enquiry.kind == "practice" else None,
        "sheet": _sheet(review, form),
        "form": form,
        "verdicts": Review.Verdict.choices,
        "refused": refused,
        "is_chosen": is_chosen,
    }
    return render(request, "desk/reviews.html", context, status=status)


def _sheet(review: Review, form: SheetForm) -> list[dict[str, Any]]:
    """Lay out the sheet: each point with its five marks in words, what was chosen, and what is wrong with it."""
    return [
        {
            "name": point.name,
            "label": _(point.label),
            "question": _(point.question),
            "marks": [(mark, _(word)) for mark, word in WORDS.items()],
            "chosen": str(review.marks.get(point.name) or form[point.name].value() or ""),
            "errors": form.errors.get(point.name) if form.is_bound else None,
        }
        for point in SHEET
    ]


def _waiting(request: HttpRequest) -> list[Review]:
    assert isinstance(request.user, User)  # noqa: S101 - every page of the desk is for people who are signed in
    return list(reviews_to_do(request.user)[:MOST_WAITING])
