"""What no machine could finish: postings nobody can be sure of, accounts that rest, and payloads nobody could read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agents.access import (
    accounts_visible_to,
    notice_for,
    payload_for,
    posting_for,
    require_supervisor,
    supervised_by,
    visible_to,
)
from agents.channels.one_posting import posting_seen_by
from agents.forms.attention import PostingDecisionForm
from agents.frame import frame
from agents.views import postings
from enquiries.models import ChannelAccount, Enquiry, Posting, PostingNotice
from enquiries.queries.held_files import held_files, withheld_files, withheld_reply_files
from enquiries.queries.moderations import in_trouble, waiting
from enquiries.queries.trouble import (
    PREVIEW_BYTES,
    beginning_of,
    troubled_accounts,
    troubled_postings,
    unreadable,
    unseen_notices,
    with_evidence,
)
from enquiries.services.incoming import intake
from enquiries.services.leaving import notices, outcomes
from enquiries.services.moves import SomebodyWasFaster

MOST_SHOWN = 100


@require_safe
def attention(request: HttpRequest) -> HttpResponse:
    """Show everything that waits for a person, each with what is known, what is safe and what to do."""
    return render(request, "desk/attention.html", _page(request))


def _page(request: HttpRequest, *, decided_id: int = 0, form: PostingDecisionForm | None = None) -> dict[str, Any]:
    now = timezone.now()
    troubled = list(with_evidence(troubled_postings(visible_to(request.user)))[:MOST_SHOWN])
    accounts = accounts_visible_to(request.user)
    seen = visible_to(request.user)
    moderations = [*waiting(seen)[:MOST_SHOWN], *in_trouble(seen)[:MOST_SHOWN]]
    held = [posting.reply.enquiry for posting in troubled] + [one.message.enquiry for one in moderations]
    return frame(request, current="attention", now=now) | {
        "postings": troubled,
        "supervised": supervised_by(request.user, held),
        "moderations": moderations,
        "accounts": list(troubled_accounts(accounts, now=now)),
        "came_back": list(_came_back(visible_to(request.user), accounts)[:MOST_SHOWN]),
        "payloads": list(unreadable(accounts)[:MOST_SHOWN]),
        "held_files": list(held_files(seen)[:MOST_SHOWN]),
        "withheld_files": list(withheld_files(seen, now=now)[:MOST_SHOWN]),
        "withheld_reply_files": list(withheld_reply_files(seen, now=now)[:MOST_SHOWN]),
        "form": form or PostingDecisionForm(),
        "decided_id": decided_id,
    }


def _came_back(enquiries: QuerySet[Enquiry], accounts: QuerySet[ChannelAccount]) -> QuerySet[PostingNotice]:
    """Bring the owners with what came back."""
    owners = ("account__team", "posting__reply__enquiry__team", "posting__reply__enquiry__assignee")
    return unseen_notices(enquiries, accounts).select_related(*owners)


@require_POST
def decide_posting(request: HttpRequest, posting_id: int) -> HttpResponse:
    """Record what a supervisor saw on the platform, and go on from there."""
    posting = posting_for(request.user, posting_id)
    require_supervisor(request.user, posting.reply.enquiry)
    form = PostingDecisionForm(request.POST)
    alone = request.POST.get("page") == "posting"
    if not form.is_valid() and alone:
        found = posting_seen_by(request.user, posting_id)
        return render(request, "desk/posting.html", postings.page_of(request, found, form=form), status=422)
    if not form.is_valid():
        return render(request, "desk/attention.html", _page(request, decided_id=posting.pk, form=form), status=422)
    try:
        done = _carry_out(posting, form, by_id=request.user.pk or 0)
    except (outcomes.NotDecidable, SomebodyWasFaster) as refusal:
        messages.error(request, _(str(refusal)))
    else:
        messages.success(request, f"{posting.reply.enquiry.reference}: {done}")
    return redirect("desk:posting", posting_id) if alone else redirect("desk:attention")


def _carry_out(posting: Posting, form: PostingDecisionForm, *, by_id: int) -> str:
    now = timezone.now()
    match form.cleaned_data["decision"]:
        case "there":
            seen = form.cleaned_data["external_id"]
            outcomes.decide_it_is_there(posting.pk, by_id=by_id, external_id=seen, now=now)
            return _("Recorded as posted.")
        case "again":
            outcomes.decide_send_again(posting.pk, by_id=by_id, now=now)
            return _("It is sent once more.")
    outcomes.decide_give_up(posting.pk, by_id=by_id, now=now)
    return _("Given up. The reply is back with its author.")


@require_safe
def payload(request: HttpRequest, payload_id: int) -> HttpResponse:
    """Show the beginning of something unreadable as plain text. It is never rendered as what it claims to be."""
    found = payload_for(request.user, payload_id)
    raw = bytes(found.raw)
    context = frame(request, current="attention", now=timezone.now()) | {
        "payload": found,
        "size": len(raw),
        "preview": beginning_of(raw),
        "is_cut": len(raw) > PREVIEW_BYTES,
    }
    return render(request, "desk/payload.html", context)


@require_POST
def retry_payload(request: HttpRequest, payload_id: int) -> HttpResponse:
    """Put something unreadable back to be read."""
    found = payload_for(request.user, payload_id)
    intake.retry_unreadable(found, by_id=request.user.pk or 0, now=timezone.now())
    messages.success(request, _("It is read again. If that fails once more, it comes back to this list."))
    return redirect("desk:attention")


@require_POST
def see_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Record who has seen to a mail that came back. It leaves the list; its posting keeps what was told."""
    found = notice_for(request.user, notice_id)
    notices.see(found.pk, by_id=request.user.pk or 0, now=timezone.now())
    messages.success(request, _("Noted: you have seen to it."))
    return redirect("desk:attention")
