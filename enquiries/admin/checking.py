"""Whether an account works, from its page in the admin: a check that changes nothing, and a test message to ourselves."""

from __future__ import annotations

from typing import Any

from cryptography.fernet import InvalidToken
from django.contrib import messages
from django.contrib.admin.options import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.ledger import record
from enquiries.admin.policy_notes import notes_on
from enquiries.contract import Checkup, Verdict
from enquiries.models import AccountStanding, ChannelAccount
from enquiries.services.accounts import checkups, trials

WRONG = (Verdict.BAD, Verdict.WARNING)


class Checking(ModelAdmin):  # type: ignore[type-arg]
    """What the page of an account shows of its state, and the two buttons on it."""

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what the platform allows, the last check, and to whom a test message could go."""
        account = ChannelAccount.objects.filter(pk=object_id).first() if object_id.isdigit() else None
        told = _state_of(account, request) if account else {}
        return super().change_view(request, object_id, form_url, {**told, **(extra_context or {})})

    def check_view(self, request: HttpRequest, account_id: int) -> HttpResponse:
        """Check the account now, and put it on record."""
        account = self._account(request, account_id)
        if isinstance(account, HttpResponse):
            return account
        try:
            found = checkups.check_now(account.pk, now=timezone.now())
        except InvalidToken:
            messages.error(
                request, _("No key of this installation opens the secrets. Type them in anew, then check again.")
            )
            return _back(account)
        _record_check(request, account, found)
        _tell(request, found)
        return _back(account)

    def try_view(self, request: HttpRequest, account_id: int) -> HttpResponse:
        """Send a test message to ourselves. It is on record before it leaves."""
        account = self._account(request, account_id)
        if isinstance(account, HttpResponse):
            return account
        to, by = request.POST.get("to", ""), request.user
        try:
            trials.try_out(account.pk, to=to, own_address=_address(request), by_id=by.pk or 0, now=timezone.now())
        except trials.CannotTry as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The test message to %(to)s has left. See whether it arrives.") % {"to": to})
        return _back(account)

    def _account(self, request: HttpRequest, account_id: int) -> ChannelAccount | HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        account = get_object_or_404(ChannelAccount, pk=account_id)
        if not self.has_change_permission(request, account):
            raise PermissionDenied
        return account


def _state_of(account: ChannelAccount, request: HttpRequest) -> dict[str, Any]:
    standing = AccountStanding.objects.filter(account=account).first()
    return {
        "policy_notes": notes_on(account.kind, account.settings),
        "standing": standing,
        "check_lines": standing.checkup.get("lines", []) if standing else [],
        "test_targets": trials.targets_of(account, own_address=_address(request)),
    }


def _address(request: HttpRequest) -> str:
    return str(getattr(request.user, "email", ""))


def _back(account: ChannelAccount) -> HttpResponse:
    return redirect("admin:enquiries_channelaccount_change", account.pk)


def _record_check(request: HttpRequest, account: ChannelAccount, found: Checkup | None) -> None:
    lines = found.lines if found else ()
    record(
        verb="account.checked",
        now=timezone.now(),
        actor_id=request.user.pk,
        subject=f"account:{account.pk}",
        organisation_id=account.organisation_id,
        data={"lines": len(lines), "wrong": [line.name for line in lines if line.verdict in WRONG]},
    )


def _tell(request: HttpRequest, found: Checkup | None) -> None:
    if found is None:
        messages.info(request, _("This kind of channel cannot be asked. Send a test message instead, or write to it."))
        return
    wrong = sum(1 for line in found.lines if line.verdict in WRONG)
    if not wrong:
        messages.success(request, _("All is in order."))
        return
    said = ngettext("%(n)d thing is not in order: see below.", "%(n)d things are not in order: see below.", wrong)
    messages.warning(request, said % {"n": wrong})
